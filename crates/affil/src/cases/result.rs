//! How cases ended: what differs from what was expected, as data and in words.
//!
//! This module must never compare anything.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

use crate::problem::Pointer;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The case's name.
    pub name: String,
    /// What differs, in the order of the document; empty if the case passed.
    pub mismatches: Vec<Mismatch>,
}

impl CaseResult {
    /// Whether everything is as expected.
    pub fn passed(&self) -> bool {
        self.mismatches.is_empty()
    }
}

/// Something that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Which expectation, as a JSON Pointer into the document of cases.
    pub path: Pointer,
    /// What it is about: a target's id, `total`, `total of ana`, `order B`, ...
    pub subject: String,
    /// What was expected; none if nothing was.
    pub expected: Option<String>,
    /// What was found; none if nothing was.
    pub found: Option<String>,
    /// Why it is so: the explanation of the target, why there is none, or the problems of the facts.
    pub because: Option<String>,
}

impl fmt::Display for Mismatch {
    /// `SUBJECT: expected E, found F`, and why on a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, "{}: expected {}, found {}", self.subject, word(&self.expected), word(&self.found))?;
        match &self.because {
            Some(because) => write!(f, "\n  {because}"),
            None => Ok(()),
        }
    }
}

impl Serialize for Mismatch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Mismatch", 5)?;
        form.serialize_field("path", self.path.as_str())?;
        form.serialize_field("subject", &self.subject)?;
        form.serialize_field("expected", &self.expected)?;
        form.serialize_field("found", &self.found)?;
        form.serialize_field("because", &self.because)?;
        form.end()
    }
}

impl Serialize for CaseResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("CaseResult", 3)?;
        form.serialize_field("name", &self.name)?;
        form.serialize_field("passed", &self.passed())?;
        form.serialize_field("mismatches", &self.mismatches)?;
        form.end()
    }
}

/// The results as canonical JSON: `{"cases":[{"name":…,"passed":…,"mismatches":[…]}]}`.
///
/// ```
/// let result = affil::cases::CaseResult { name: "one".to_owned(), mismatches: Vec::new() };
/// assert_eq!(affil::cases::to_json(&[result]), r#"{"cases":[{"name":"one","passed":true,"mismatches":[]}]}"#);
/// ```
pub fn to_json(results: &[CaseResult]) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        cases: &'a [CaseResult],
    }
    serde_json::to_string(&Form { cases: results }).unwrap_or_default()
}
