//! Installs Debian packages, where that is possible and after saying so.
//! It must never know what the packages are for.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

use crate::run::Run;

/// Installs packages with apt-get when run as root on a machine that has it.
///
/// # Errors
/// Elsewhere the answer is an error with `otherwise`: what the person at the keyboard has to do.
pub(crate) fn install(packages: &[&str], otherwise: &str) -> Result<()> {
    static LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);
    let list = packages.join(" ");
    if !Run::new("apt-get").arg("--version").works() {
        bail!("{otherwise}");
    }
    if Run::new("id").arg("-u").read()? != "0" {
        bail!("{otherwise}\n  on Debian, as root: apt-get install {list}");
    }
    println!("    installing with apt-get: {list}");
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        Run::new("apt-get").args(["-qq", "update"]).go()?;
    }
    Run::new("apt-get")
        .args(["-qq", "install", "--yes", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .go()
}
