//! What is wrong with an input: every problem with a stable code, a place and a hint.
//!
//! This module must never know what a program means; it only says how a refusal looks.

mod code;
mod near;
mod pointer;
mod trail;

use serde::{Serialize, Serializer};
use std::fmt;

pub use code::{Code, Severity};
pub use near::nearest;
pub use pointer::Pointer;
pub(crate) use trail::Trail;

/// One thing that is wrong, or (for warnings) doubtful, in a document or a set of facts.
///
/// ```
/// let text = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
///   "attribution": { "windows": { "click": "30 dayz" } }, "rules": [] }"#;
/// let problems = affil::Program::from_json(text).unwrap_err();
/// let first = problems.iter().next().unwrap();
/// assert_eq!(first.code().as_str(), "window.malformed");
/// assert_eq!(first.path().as_str(), "/attribution/windows/click");
/// assert_eq!((first.line(), first.column()), (Some(2), Some(42)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {path}: {message}", path = if self.path.is_root() { "the document" } else { self.path.as_str() })]
pub struct Problem {
    code: Code,
    path: Pointer,
    message: String,
    hint: String,
    place: Option<Place>,
    /// How many problems it stands for that are not listed.
    unlisted: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: u32,
    column: u32,
}

impl Problem {
    /// A problem with `code` at `path`; `message` says what was found, `hint` what to do.
    pub fn new(code: Code, path: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, path: path.bounded(), message: message.into(), hint: hint.into(), place: None, unlisted: 0 }
    }

    /// A bug of affil itself, reported instead of a panic.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::InternalBug, Pointer::root(), message, "please report this: affil should never say it")
    }

    /// The permanent code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Where in the given document or tables, as a JSON Pointer (RFC 6901).
    pub fn path(&self) -> &Pointer {
        &self.path
    }

    /// What was found, in lower case and without a full stop.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would mend it.
    pub fn hint(&self) -> &str {
        &self.hint
    }

    /// The line in the text (from 1), when there was a text.
    pub fn line(&self) -> Option<u32> {
        self.place.map(|place| place.line)
    }

    /// The column in the text (from 1, in characters), when there was a text.
    pub fn column(&self) -> Option<u32> {
        self.place.map(|place| place.column)
    }

    /// The same problem, said in other words.
    pub(crate) fn with_message(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.message = change(&self.message);
        self
    }

    /// The same problem at another place.
    pub(crate) fn placed(self, path: Pointer) -> Self {
        Self { path: path.bounded(), ..self }
    }

    pub(crate) fn at(mut self, line: u32, column: u32) -> Self {
        self.place = Some(Place { line, column });
        self
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            code: &'a str,
            severity: Severity,
            path: &'a str,
            message: &'a str,
            hint: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<u32>,
        }
        Form {
            code: self.code.as_str(),
            severity: self.code.severity(),
            path: self.path.as_str(),
            message: &self.message,
            hint: &self.hint,
            line: self.line(),
            column: self.column(),
        }
        .serialize(serializer)
    }
}

/// How many problems are listed. A hostile input could otherwise make the answer larger than itself.
const MOST: usize = 1000;
/// How many are kept for sorting before they are only counted.
const KEPT: usize = 100_000;

/// All problems of one input (up to 1,000, then their number), never only the first; the order is the same in every language.
///
/// Sorted by place in the document, then by code, so that any run and any language lists them alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        if self.0.len() < KEPT {
            self.0.push(problem);
        } else if let Some(last) = self.0.last_mut() {
            last.unlisted = last.unlisted.saturating_add(problem.unlisted.max(1));
        }
    }

    pub(crate) fn extend(&mut self, other: Problems) {
        other.0.into_iter().for_each(|problem| self.push(problem));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// The same problems without line and column, where the text was not the reader's own.
    ///
    /// ```
    /// let problems = affil::Program::from_json("{").unwrap_err().without_places();
    /// assert_eq!(problems.iter().next().unwrap().line(), None);
    /// ```
    #[must_use]
    pub fn without_places(self) -> Self {
        self.map(|problem| Problem { place: None, ..problem })
    }

    /// `Ok(value)` if nothing is wrong, else all that is, in order.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Problems> {
        if self.is_empty() { Ok(value) } else { Err(self.sorted()) }
    }

    pub(crate) fn sorted(mut self) -> Self {
        // Lists that were cut already may be joined, so their counts are taken up again.
        let mut more: usize = self.0.iter().map(|problem| problem.unlisted).sum();
        self.0.retain(|problem| problem.code != Code::DocumentMoreProblems);
        self.0.iter_mut().for_each(|problem| problem.unlisted = 0);
        self.0.sort_by(|a, b| {
            a.path.natural_cmp(&b.path).then(a.code.as_str().cmp(b.code.as_str())).then(a.message.cmp(&b.message))
        });
        self.0.dedup();
        more = more.saturating_add(self.0.len().saturating_sub(MOST));
        self.0.truncate(MOST);
        if more > 0 {
            let hint = "mend these first, then look again";
            let message = format!("{more} more problems are not listed");
            let note = Problem::new(Code::DocumentMoreProblems, Pointer::root(), message, hint);
            self.0.push(Problem { unlisted: more, ..note });
        }
        self
    }

    /// The same problems at other places of the document.
    pub(crate) fn moved(self, to: impl Fn(&Pointer) -> Pointer) -> Self {
        self.map(|problem| Problem { path: to(&problem.path), ..problem })
    }

    pub(crate) fn map(self, change: impl FnMut(Problem) -> Problem) -> Self {
        Self(self.0.into_iter().map(change).collect())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl FromIterator<Problem> for Problems {
    /// In the one order that all languages use, each problem once.
    fn from_iter<I: IntoIterator<Item = Problem>>(iter: I) -> Self {
        Self(iter.into_iter().collect()).sorted()
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            if let Some(place) = problem.place {
                write!(f, "{}:{}: ", place.line, place.column)?;
            }
            write!(f, "{problem}")?;
            if !problem.hint.is_empty() {
                write!(f, "\n  hint: {}", problem.hint)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl Problems {
    /// The canonical JSON, `{"problems":[…]}`: the same bytes in every language.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Form<'a> {
            problems: &'a Problems,
        }
        serde_json::to_string(&Form { problems: self }).unwrap_or_default()
    }
}
