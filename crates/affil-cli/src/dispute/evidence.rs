//! Evidence as it is said on the command line.
//! This module must never judge what it shows.

use std::fmt::Write;
use std::path::Path;

use affil::dispute::{Action, Evidence};
use sha2::{Digest, Sha256};

use super::refused;
use crate::failure::Failure;

/// Reads `KIND=REFERENCE`; where the reference is a file that is here, with the SHA-256 of what is in it.
pub(super) fn read(said: &[String]) -> Result<Vec<Evidence>, Failure> {
    let mut list = Vec::new();
    for text in said {
        let Some((kind, reference)) = text.split_once('=') else {
            let message = format!("--evidence {text}: write KIND=REFERENCE, such as invoice=17.pdf");
            return Err(Failure::Usage(message));
        };
        let mut evidence = serde_json::json!({ "kind": kind, "reference": reference });
        if let Some(hash) = hash(Path::new(reference))? {
            evidence["sha256"] = hash.into();
        }
        list.push(evidence);
    }
    if list.is_empty() {
        return Ok(Vec::new());
    }
    // The engine knows the kinds, and says which of them a misspelt one may have meant.
    let action = serde_json::json!({ "action": "submit", "actor": "affiliate", "evidence": list });
    Ok(Action::from_json(&action.to_string()).map_err(|problems| refused(&problems))?.evidence)
}

fn hash(path: &Path) -> Result<Option<String>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(Some(text))
}
