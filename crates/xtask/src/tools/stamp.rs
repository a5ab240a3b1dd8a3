//! Remembers what an installation was made from, so that it is repeated only when that changes.
//! It must never know what is installed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// A note in `.tools/stamps/` that holds what an installation was made from.
pub(crate) struct Stamp {
    path: PathBuf,
    wanted: String,
}

impl Stamp {
    /// The note called `name`, for an installation made from these files and words.
    pub(crate) fn new(workspace: &Workspace, name: &str, files: &[&Path], words: &[&str]) -> Result<Self> {
        let mut wanted = words.join("\n");
        for file in files {
            wanted.push('\n');
            wanted.push_str(&std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?);
        }
        Ok(Self { path: workspace.tools.join("stamps").join(name), wanted })
    }

    /// Whether the last installation was made from the same.
    pub(crate) fn is_current(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|found| found == self.wanted)
    }

    /// Notes that the installation is done.
    pub(crate) fn set(&self) -> Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.path, &self.wanted).with_context(|| format!("cannot write {}", self.path.display()))
    }
}
