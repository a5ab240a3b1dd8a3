//! Finds a Chromium that can run without a screen.
//! It must never know which page is opened in it.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::apt;

/// The variable that names the browser where it cannot be found.
const VARIABLE: &str = "AFFIL_CHROMIUM";

const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const ELSEWHERE: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/// Answers the browser's path.
pub(crate) fn ready() -> Result<PathBuf> {
    if let Some(given) = std::env::var_os(VARIABLE) {
        let path = PathBuf::from(given);
        if !path.is_file() {
            bail!("{VARIABLE} names {}, which is not a file", path.display());
        }
        return Ok(path);
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    let otherwise = format!("install Chromium or Chrome, or set {VARIABLE} to the path of one");
    apt::install(&["chromium"], &otherwise)?;
    find().map_or_else(|| bail!("{otherwise}"), Ok)
}

fn find() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .flat_map(|folder| NAMES.iter().map(move |name| folder.join(name)))
        .chain(ELSEWHERE.iter().map(PathBuf::from))
        .find(|path| path.is_file())
}
