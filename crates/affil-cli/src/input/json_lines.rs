//! JSON Lines, one fact a line, as one facts document.
//! This module must never know what a fact holds.

use affil::{Code, Pointer, Problem};
use serde_json::value::RawValue;

use super::files::Table;
use crate::place::{Place, Report};

/// A facts document and, if it was joined of lines, of which table and on which line each fact stands.
pub(crate) struct Joined {
    pub(crate) document: String,
    pub(crate) table: Option<Table>,
    pub(crate) lines: Vec<u64>,
}

impl Joined {
    /// A problem of this document, at its place in the file called `name`.
    pub(crate) fn report(&self, name: &str, problem: &Problem) -> Report {
        if self.table.is_none() {
            return Report::of_document(name, problem);
        }
        let mut parts = problem.path().as_str().splitn(4, '/').skip(2);
        let number = parts.next().and_then(|number| number.parse::<usize>().ok());
        let place = Place {
            file: Some(name.to_owned()),
            row: number.map(|number| number + 1),
            line: number.and_then(|number| self.lines.get(number)).copied(),
            field: parts.next().map(str::to_owned),
            ..Place::default()
        };
        Report::new(problem.clone(), place)
    }
}

/// Joins the lines, or says of each that is no JSON value, with its number.
pub(crate) fn join(text: &str, table: Table) -> Result<Joined, Vec<(u64, Problem)>> {
    let mut document = format!("{{\"{}\":[", table.name());
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines()) {
        if line.trim().is_empty() {
            continue;
        }
        // Each line must be whole by itself: two halves would make a document that nobody wrote.
        if let Err(error) = serde_json::from_str::<&RawValue>(line) {
            let message = format!("not a JSON value: {error}");
            let hint = "write one fact on each line, without commas between the lines";
            problems.push((number, Problem::new(Code::DocumentMalformed, Pointer::root(), message, hint)));
            continue;
        }
        if !lines.is_empty() {
            document.push(',');
        }
        document.push_str(line);
        lines.push(number);
    }
    document.push_str("]}");
    if problems.is_empty() { Ok(Joined { document, table: Some(table), lines }) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_lines_and_remembers_their_numbers() {
        let joined = join("{\"id\":\"a\"}\n\n{\"id\":\"b\"}\r\n", Table::Refunds).ok().unwrap();
        assert_eq!(joined.document, "{\"refunds\":[{\"id\":\"a\"},{\"id\":\"b\"}]}");
        assert_eq!(joined.lines, [1, 3]);
    }

    #[test]
    fn every_line_is_whole_by_itself() {
        let refused = join("{\"id\":\"a\"\n{},{}\n{}", Table::Orders).err().unwrap();
        assert_eq!(refused.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2]);
    }
}
