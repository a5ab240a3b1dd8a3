//! Finds Java, which Spark runs on.
//! It must never know what is computed on Spark.

use anyhow::{Context, Result};

use super::apt;
use crate::run::Run;

/// The oldest that Spark 4 runs on.
const OLDEST: u32 = 17;
const OTHERWISE: &str = "Java 17 or newer is needed (your system's package manager, or adoptium.net)";

/// Answers its major version, after installing it if need be.
pub(crate) fn ready() -> Result<u32> {
    version().or_else(|_| {
        apt::install(&["openjdk-17-jre-headless"], OTHERWISE)?;
        version()
    })
}

fn version() -> Result<u32> {
    // `openjdk 17.0.15 2025-04-15`.
    let said = Run::new("java").arg("--version").read().context(OTHERWISE)?;
    let number = said.split_whitespace().nth(1).and_then(|version| version.split('.').next());
    let major = number.and_then(|number| number.parse().ok()).context(OTHERWISE)?;
    anyhow::ensure!(major >= OLDEST, "{OTHERWISE}; found {major}");
    Ok(major)
}
