//! How a command ends when it does not succeed: the messages and the exit codes.
//! This module must never know a command.

use std::io::{self, Write};
use std::path::Path;

use affil::Severity;
use serde::Serialize;

use crate::place::Report;
use crate::terminal::Paint;

/// The input was refused.
pub(crate) const REFUSED: u8 = 1;
/// Wrong usage.
pub(crate) const USAGE: u8 = 2;
/// A file could not be read or written.
pub(crate) const FILE: u8 = 3;

/// More than anybody reads at once; JSON has them all.
const SHOWN: usize = 100;

/// Why a command did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input was refused.
    Refused(Vec<Report>),
    /// The command line makes no sense.
    Usage(String),
    /// A file could not be read or written.
    File(String),
    /// Cases failed, and have been shown.
    Failed,
    /// Whoever read the output has stopped reading, which is their right.
    Pipe,
}

impl Failure {
    pub(crate) fn reading(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::File(format!("cannot read {}: {error}", path.display()))
    }

    pub(crate) fn writing(path: &Path, error: &dyn std::fmt::Display) -> Self {
        Self::File(format!("cannot write {}: {error}", path.display()))
    }

    pub(crate) fn printing(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Pipe,
            _ => Self::File(format!("cannot write to standard output: {error}")),
        }
    }

    /// Tells people or programs, and returns the exit code.
    pub(crate) fn report(&self, json: bool) -> u8 {
        // If this cannot be told either, the exit code is all that is left.
        let _ = if json { self.as_json(&mut io::stdout().lock()) } else { self.as_text(&mut io::stderr().lock()) };
        match self {
            Self::Refused(_) | Self::Failed => REFUSED,
            Self::Usage(_) => USAGE,
            Self::File(_) => FILE,
            Self::Pipe => 0,
        }
    }

    fn as_json(&self, out: &mut dyn Write) -> io::Result<()> {
        #[derive(Serialize)]
        struct Error<'a> {
            kind: &'a str,
            message: &'a str,
        }
        #[derive(Serialize)]
        struct Form<'a> {
            error: Error<'a>,
        }
        let (kind, message) = match self {
            Self::Refused(reports) => return writeln!(out, "{}", problems_json(reports)),
            Self::Usage(message) => ("usage", message),
            Self::File(message) => ("file", message),
            Self::Failed | Self::Pipe => return Ok(()),
        };
        let text = serde_json::to_string(&Form { error: Error { kind, message } }).map_err(io::Error::other)?;
        writeln!(out, "{text}")
    }

    fn as_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let paint = Paint::stderr();
        match self {
            Self::Refused(reports) => list(reports, paint, out),
            Self::Usage(message) => {
                writeln!(out, "{} {message}\n\nFor more information, try '--help'.", paint.bad("error:"))
            }
            Self::File(message) => writeln!(out, "{} {message}", paint.bad("error:")),
            Self::Failed | Self::Pipe => Ok(()),
        }
    }
}

/// Tells people of what is doubtful. If they do not listen, that is no error.
pub(crate) fn warn(reports: &[Report]) {
    let _ = list(reports, Paint::stderr(), &mut io::stderr().lock());
}

fn list(reports: &[Report], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for report in reports.iter().take(SHOWN) {
        let (place, problem) = (report.where_it_is(), report.problem());
        let code = match problem.severity {
            Severity::Error => paint.bad(problem.code),
            Severity::Warning => format!("warning {}", paint.strong(problem.code)),
        };
        writeln!(out, "{place}{code}: {}", problem.message)?;
        if !problem.hint.is_empty() {
            writeln!(out, "  hint: {}", problem.hint)?;
        }
    }
    let more = reports.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(out, "and {more} more; --format json lists them all")?;
    }
    Ok(())
}

/// `{"problems":[…]}`.
pub(crate) fn problems_json(reports: &[Report]) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        problems: &'a [Report],
    }
    serde_json::to_string(&Form { problems: reports }).unwrap_or_default()
}
