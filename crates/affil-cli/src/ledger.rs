//! Ledgers as files: read, appended to, and closed.
//! This module must never decide what is booked.

use std::path::{Path, PathBuf};

use affil::time::Month;
use affil::{Entry, Ledger, Problem, Problems, Settlement};

use crate::failure::Failure;
use crate::output::grouped;
use crate::place::{Place, Report};
use crate::program;
use crate::write::Pending;

/// The ledger that a text holds.
pub(crate) fn read(path: &Path, text: &str) -> Result<Ledger, Failure> {
    Ledger::from_json_lines(text).map_err(|problems| refused(path, &problems))
}

/// Problems of a ledger, at their lines.
pub(crate) fn refused(path: &Path, problems: &Problems) -> Failure {
    let report = |problem: &Problem| {
        let index = problem.path().as_str().split('/').nth(1).and_then(|index| index.parse::<u64>().ok());
        let line = index.map(|index| index + 1);
        let place = Place { file: Some(program::name(path)), line, ..Place::default() };
        Report::new(problem.clone(), place)
    };
    Failure::Refused(problems.iter().map(report).collect())
}

/// What is to be booked in a ledger file.
pub(crate) struct Booking {
    path: PathBuf,
    /// What the file holds; none if there is no file yet.
    before: Option<String>,
    entries: Vec<Entry>,
    /// The month that is closed after that.
    closed: Option<Month>,
    /// Whether the month that was asked for is closed already.
    closed_before: bool,
}

impl Booking {
    /// What a settlement wants of a ledger, and the month to close then.
    pub(crate) fn of(path: &Path, settlement: &Settlement, close: Option<Month>) -> Result<Self, Failure> {
        // A link stays a link: the file that it names is replaced.
        let named = if path.is_symlink() { path.canonicalize() } else { Ok(path.to_path_buf()) };
        let path = named.map_err(|error| Failure::reading(path, &error))?;
        let before = if path.exists() { Some(program::text(&path)?) } else { None };
        let mut ledger = read(&path, before.as_deref().unwrap_or_default())?;
        let entries = ledger.post(settlement).map_err(|problems| refused(&path, &problems))?;
        let already = ledger.closed();
        if let Some(month) = close {
            ledger.close(month);
        }
        let closed = ledger.closed().filter(|closed| Some(*closed) != already);
        Ok(Self { path, before, entries, closed, closed_before: close.is_some() && closed.is_none() })
    }

    /// The new entries.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Writes the ledger beside its place, unless nothing is new.
    pub(crate) fn write(&self, pending: &mut Pending) -> Result<(), Failure> {
        if self.entries.is_empty() && self.closed.is_none() && self.before.is_some() {
            return Ok(());
        }
        let now = if self.path.exists() { Some(program::text(&self.path)?) } else { None };
        if now != self.before {
            return Err(Failure::writing(&self.path, &"somebody else wrote to it meanwhile; nothing was booked"));
        }
        let mut text = self.before.clone().unwrap_or_default();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for entry in &self.entries {
            text += &serde_json::to_string(entry).map_err(|error| Failure::writing(&self.path, &error))?;
            text.push('\n');
        }
        if let Some(month) = self.closed {
            text += &serde_json::json!({ "closed": month.to_string() }).to_string();
            text.push('\n');
        }
        pending.write_text(&self.path, &text)
    }

    /// What was done, for people.
    pub(crate) fn told(&self, asked: Option<Month>) -> Vec<String> {
        let count = grouped(&self.entries.len().to_string());
        let entries = if self.entries.len() == 1 { "entry" } else { "entries" };
        let mut told = vec![format!("booked {count} {entries} in {}", self.path.display())];
        told.extend(self.closed.map(|month| format!("closed {month}")));
        told.extend(asked.filter(|_| self.closed_before).map(|month| format!("{month} was closed before")));
        told
    }
}
