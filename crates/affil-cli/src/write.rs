//! Writing files so that nobody ever sees half of one: into a file beside it, then renamed.
//! This module must never know what is in a file.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Files that are written but not yet in their places. Dropped before [`Pending::publish`], they leave nothing.
#[derive(Default)]
pub(crate) struct Pending {
    files: Vec<(PathBuf, PathBuf)>,
    /// Those that must not be there yet.
    new: Vec<PathBuf>,
}

impl Pending {
    /// Writes a file beside its place.
    ///
    /// `write` says what is wrong in words; the name of the file is added here.
    pub(crate) fn write(
        &mut self,
        path: &Path,
        write: impl FnOnce(&mut BufWriter<File>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let name = path.file_name().ok_or_else(|| Failure::writing(path, &"it has no file name"))?;
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let beside = path.with_file_name(hidden);
        let failed = |error: &dyn std::fmt::Display| Failure::writing(path, error);
        let file = File::create(&beside).map_err(|error| failed(&error))?;
        self.files.push((beside, path.to_path_buf()));
        let mut file = BufWriter::new(file);
        write(&mut file).map_err(|error| failed(&error))?;
        let file = file.into_inner().map_err(|error| failed(&error))?;
        // Without this a power cut could leave the new name on an empty file.
        file.sync_all().map_err(|error| failed(&error))
    }

    /// Writes a text beside its place.
    pub(crate) fn write_text(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        self.write(path, |file| file.write_all(text.as_bytes()).map_err(|error| error.to_string()))
    }

    /// Writes a text beside a place where nothing is yet, and must be nothing until it is published.
    pub(crate) fn write_new(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        must_be_new(path)?;
        self.new.push(path.to_path_buf());
        self.write_text(path, text)
    }

    /// Writes a text beside its place, unless it stands there already; another text there is refused.
    pub(crate) fn write_once(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        match fs::read(path) {
            Ok(there) if there == text.as_bytes() => Ok(()),
            _ => self.write_new(path, text),
        }
    }

    /// Puts every file into its place, in the order in which they were written, and stops at the first that fails.
    pub(crate) fn publish(self) -> Result<(), Failure> {
        self.new.iter().try_for_each(|path| must_be_new(path))?;
        for (beside, path) in &self.files {
            fs::rename(beside, path).map_err(|error| Failure::writing(path, &error))?;
        }
        Ok(())
    }
}

fn must_be_new(path: &Path) -> Result<(), Failure> {
    if !path.exists() && !path.is_symlink() {
        return Ok(());
    }
    Err(Failure::writing(path, &"there is such a file already, and what was done is never written over"))
}

impl Drop for Pending {
    fn drop(&mut self) {
        for (beside, _) in &self.files {
            // Those that are in their places are no longer here.
            let _ = fs::remove_file(beside);
        }
    }
}
