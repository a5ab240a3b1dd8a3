//! Reading whole texts, and plans from them.
//! This module must never know facts.

use std::io::Read;
use std::path::Path;

use affil::{Plan, Problems};

use crate::failure::Failure;
use crate::place::Report;

/// The text of a file; `-` is standard input.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Failure::reading(path, &error))?;
    } else {
        bytes = std::fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    }
    String::from_utf8(bytes).map_err(|_| Failure::reading(path, &"it is not UTF-8 text"))
}

/// What a file is called in messages.
pub(crate) fn name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

/// The plan of a program document, or of a compiled plan.
pub(crate) fn plan(path: &Path) -> Result<Plan, Failure> {
    Plan::from_text(&text(path)?).map_err(|problems| refused(path, &problems))
}

/// Problems of a document that was read as a whole.
pub(crate) fn refused(path: &Path, problems: &Problems) -> Failure {
    Failure::Refused(problems.iter().map(|problem| Report::of_document(&name(path), problem)).collect())
}
