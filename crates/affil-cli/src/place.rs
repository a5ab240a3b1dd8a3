//! Where a problem stands, in the words of the file it came from.
//! This module must never know how a file is read.

use affil::{Problem, Severity};
use serde::{Serialize, Serializer};

/// A problem together with its file.
#[derive(Debug)]
pub(crate) struct Report {
    problem: Told,
    place: Place,
}

/// A problem of the engine, or of a simulation.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    path: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl From<Problem> for Told {
    fn from(problem: Problem) -> Self {
        let (code, path) = (problem.code(), problem.path().as_str().to_owned());
        let (message, hint) = (problem.message().to_owned(), problem.hint().to_owned());
        Self { code: code.as_str(), severity: code.severity(), path, message, hint }
    }
}

impl From<affil_simulate::Problem> for Told {
    fn from(problem: affil_simulate::Problem) -> Self {
        let (code, path) = (problem.code.as_str(), problem.path.as_str().to_owned());
        Self { code, severity: Severity::Error, path, message: problem.message, hint: problem.hint }
    }
}

/// Where in a file: a line and column of a document, or a row of a table.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// The file as it was named; none if no file is to blame.
    pub(crate) file: Option<String>,
    /// The row of a table, from 1, the header not counted.
    pub(crate) row: Option<usize>,
    /// The line of the text, from 1.
    pub(crate) line: Option<u64>,
    /// The column of the text, from 1.
    pub(crate) column: Option<u64>,
    /// The JSON Pointer within this file, where it differs from the problem's own.
    pub(crate) path: Option<String>,
    /// What of the row it is, such as `amount`.
    pub(crate) field: Option<String>,
}

impl Report {
    pub(crate) fn new(problem: impl Into<Told>, place: Place) -> Self {
        Self { problem: problem.into(), place }
    }

    /// A problem of a document that was read from `file` as a whole.
    pub(crate) fn of_document(file: &str, problem: &Problem) -> Self {
        let place = Place {
            file: Some(file.to_owned()),
            line: problem.line().map(u64::from),
            column: problem.column().map(u64::from),
            ..Place::default()
        };
        Self::new(problem.clone(), place)
    }

    /// `program.toml:4:29: `, `orders.csv row 18 (line 19), amount: `, or nothing.
    pub(crate) fn where_it_is(&self) -> String {
        let Place { file: Some(file), row, line, column, field, .. } = &self.place else { return String::new() };
        let place = match (row, line, column) {
            (Some(row), Some(line), _) => format!(" row {row} (line {line})"),
            (Some(row), None, _) => format!(" row {row}"),
            (None, Some(line), Some(column)) => format!(":{line}:{column}"),
            (None, Some(line), None) => format!(":{line}"),
            (None, None, _) => String::new(),
        };
        match field.as_deref().filter(|field| !field.is_empty() && row.is_some()) {
            Some(field) => format!("{file}{place}, {field}: "),
            None => format!("{file}{place}: "),
        }
    }

    pub(crate) fn problem(&self) -> &Told {
        &self.problem
    }
}

impl Serialize for Report {
    /// The engine's canonical form of a problem, with `file` and `row` after it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            code: &'a str,
            severity: affil::Severity,
            path: &'a str,
            message: &'a str,
            hint: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            file: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            row: Option<usize>,
        }
        let (problem, place) = (&self.problem, &self.place);
        Form {
            code: problem.code,
            severity: problem.severity,
            path: place.path.as_deref().unwrap_or(&problem.path),
            message: &problem.message,
            hint: &problem.hint,
            line: place.line,
            column: place.column,
            file: place.file.as_deref(),
            row: place.row,
        }
        .serialize(serializer)
    }
}
