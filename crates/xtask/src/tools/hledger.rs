//! Finds hledger, a program for accounts in plain text.
//! It must never know which accounts it reads.

use anyhow::{Context, Result};

use super::apt;
use crate::run::Run;

const OTHERWISE: &str = "hledger is needed (hledger.org, or your system's package manager)";

/// Answers its version.
pub(crate) fn ready() -> Result<String> {
    let version = || Run::new("hledger").arg("--version").read();
    version().or_else(|_| {
        apt::install(&["hledger"], OTHERWISE)?;
        version().context(OTHERWISE)
    })
}
