//! Where things are: the project's folders, and the folder that this tool may fill.
//! It must never know what any task does.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tools::venv::Venv;

/// The project's folders, and what has been made ready during this run.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// What this tool installs, git-ignored.
    pub(crate) tools: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// The Python environment, once it is ready.
    pub(crate) venv: OnceCell<Venv>,
    /// Set once the npm package has been built in this run, so that no step builds it again.
    pub(crate) package: OnceCell<()>,
    /// The package for tests, once it has been built in this run.
    pub(crate) test_package: OnceCell<PathBuf>,
    /// Set once the wheel has been built and installed in this run.
    pub(crate) wheel: OnceCell<()>,
}

impl Workspace {
    /// Finds the workspace that this program was compiled in.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets the variable when it runs the program; the compiled-in value serves a direct start.
        let own =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = own.ancestors().nth(2).context("xtask must lie two folders below the workspace")?.to_path_buf();
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |given| root.join(given));
        Ok(Self {
            tools: root.join(".tools"),
            target,
            root,
            venv: OnceCell::new(),
            package: OnceCell::new(),
            test_package: OnceCell::new(),
            wheel: OnceCell::new(),
        })
    }

    /// A path below the root.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// A path as a reader knows it: relative to the root where it lies inside.
    pub(crate) fn show<'path>(&self, path: &'path Path) -> std::path::Display<'path> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
