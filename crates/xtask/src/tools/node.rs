//! Finds Node and installs the pinned npm packages into `node_modules/`.
//! It must never know what the packages are used for.
//!
//! They lie at the root and not in `.tools/` because Node and TypeScript look for packages only in folders of that
//! name above the file that imports them.

use anyhow::{Context, Result, bail};

use super::{apt, stamp::Stamp};
use crate::run::{Run, first_that_works};
use crate::workspace::Workspace;

const OLDEST: u32 = 20;
const OTHERWISE: &str = "Node 20 or newer with npm is needed (nodejs.org, or your system's package manager)";

/// Answers Node's version once the packages of `package-lock.json` are installed.
pub(crate) fn ready(workspace: &Workspace) -> Result<String> {
    if first_that_works(&["node"]).is_none() || first_that_works(&[npm()]).is_none() {
        apt::install(&["nodejs", "npm"], OTHERWISE)?;
    }
    let version = Run::new("node").arg("--version").read()?;
    let major: u32 =
        version.trim_start_matches('v').split('.').next().unwrap_or_default().parse().context(OTHERWISE)?;
    if major < OLDEST {
        bail!("{OTHERWISE}; found {version}");
    }
    let lock = workspace.path("package-lock.json");
    let stamp = Stamp::new(workspace, "npm", &[&lock], &[&version])?;
    if !stamp.is_current() || !workspace.path("node_modules").is_dir() {
        println!("    installing the npm packages of package-lock.json into node_modules/");
        Run::new(npm()).arg("ci").within(&workspace.root).go()?;
        stamp.set()?;
    }
    Ok(version)
}

/// A run of a program that an npm package brings, such as `tsc`.
pub(crate) fn package_program(workspace: &Workspace, name: &str) -> Run {
    let script = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    Run::new(workspace.root.join("node_modules").join(".bin").join(script)).within(&workspace.root)
}

/// npm's name on this system.
pub(crate) fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}
