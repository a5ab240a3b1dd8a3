//! What is gathered while tables are read: facts, problems, and how many rows are done.
//!
//! This module must never know a column.

use affil::{Code, Facts, Pointer, Problem, Problems};

/// No more problems than this are kept: a column of the wrong form has one in every row. The engine lists fewer still.
const MOST_PROBLEMS: usize = 100_000;

/// So many rows pass between two reports.
const REPORT_EVERY: usize = 1 << 16;

/// Facts so far, and what was wrong with the rest.
pub(crate) struct Intake<'a> {
    pub(crate) facts: Facts,
    problems: Vec<Problem>,
    progress: &'a mut dyn FnMut(usize),
    done: usize,
}

/// A row of a table, for messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) table: &'static str,
    /// Counted from 0 through all batches.
    pub(crate) row: usize,
}

impl Place {
    /// A value of this row.
    pub(crate) fn at(self, column: &str) -> Pointer {
        Pointer::root().key(self.table).index(self.row).key(column)
    }
}

/// A value was refused, and that has been said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said;

/// A column whose values can be read one by one.
pub(crate) trait Column {
    /// What a value is.
    type Value<'s>
    where
        Self: 's;

    /// The column's name, for messages.
    fn name(&self) -> &str;

    /// Whether the whole column is missing or refused, so that its values need no further word.
    fn is_silent(&self) -> bool;

    /// The value of a row, `None` for null; what is wrong with it is named at `place`.
    fn read(&self, row: usize, place: Place) -> Result<Option<Self::Value<'_>>, Problem>;
}

impl<'a> Intake<'a> {
    pub(crate) fn new(progress: &'a mut dyn FnMut(usize)) -> Self {
        Self { facts: Facts::new(), problems: Vec::new(), progress, done: 0 }
    }

    pub(crate) fn refuse(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// A value that must be there.
    pub(crate) fn need<'s, C: Column>(&mut self, column: &'s C, row: usize, place: Place) -> Option<C::Value<'s>> {
        let value = self.may(column, row, place).ok()?;
        if value.is_none() && !column.is_silent() {
            let message = format!("`{}` is null", column.name());
            let hint = "every row needs this value: fill it in or leave the row out";
            self.refuse(Problem::new(Code::TableValueMissing, place.at(column.name()), message, hint));
        }
        value
    }

    /// A value that may be null.
    pub(crate) fn may<'s, C: Column>(
        &mut self,
        column: &'s C,
        row: usize,
        place: Place,
    ) -> Result<Option<C::Value<'s>>, Said> {
        column.read(row, place).map_err(|problem| {
            self.refuse(problem);
            Said
        })
    }

    /// Notes what the engine said of a fact that it was given from `place`.
    pub(crate) fn keep(&mut self, result: Result<(), Problem>, place: Place) {
        if let Err(problem) = result {
            // The engine counts facts, the reader of the message counts rows.
            let column = problem.path().as_str().splitn(4, '/').nth(3).unwrap_or_default().to_owned();
            self.refuse(moved(&problem, place.at(&column)));
        }
    }

    /// Notes that so many more rows are done.
    pub(crate) fn advance(&mut self, rows: usize) {
        let before = self.done / REPORT_EVERY;
        self.done += rows;
        if self.done / REPORT_EVERY != before {
            (self.progress)(self.done);
        }
    }

    pub(crate) fn finish(self) -> Result<Facts, Problems> {
        if self.problems.is_empty() {
            if self.done > 0 {
                (self.progress)(self.done);
            }
            return Ok(self.facts);
        }
        Err(self.problems.into_iter().collect())
    }
}

/// The same problem at another place.
pub(crate) fn moved(problem: &Problem, path: Pointer) -> Problem {
    Problem::new(problem.code(), path, problem.message(), problem.hint())
}

/// The problem of a column whose type cannot hold what it is for.
pub(crate) fn wrong_type(code: Code, path: Pointer, found: &arrow_schema::DataType, hint: &str) -> Problem {
    let name = path.as_str().rsplit('/').next().unwrap_or_default().to_owned();
    Problem::new(code, path, format!("column `{name}` holds {found}"), hint)
}
