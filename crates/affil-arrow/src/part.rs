//! A batch of a table, and its columns by name.
//!
//! This module must never know what a column is for.

use affil::Pointer;
use arrow_array::{Array, ArrayRef, RecordBatch};

use crate::amount::{Amounts, Grammar};
use crate::count::Counts;
use crate::date::Dates;
use crate::flag::Flags;
use crate::instant::Instants;
use crate::intake::{Intake, Place};
use crate::list::Lists;
use crate::text::Texts;

/// A batch, and where it begins in its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    table: &'static str,
    batch: &'a RecordBatch,
    start: usize,
}

/// The batches of a table.
pub(crate) fn parts<'a>(table: &'static str, batches: &'a [RecordBatch]) -> impl Iterator<Item = Part<'a>> {
    let mut next = 0;
    batches.iter().map(move |batch| {
        let start = next;
        next += batch.num_rows();
        Part { table, batch, start }
    })
}

/// A column as it was given.
#[derive(Clone, Copy)]
pub(crate) enum Given<'a> {
    /// There is such a column, and something in it.
    Values(&'a ArrayRef),
    /// There is such a column, and nothing in it.
    Nulls,
    /// There is no such column; whether that is wrong has been said already.
    Missing,
}

impl<'a> Part<'a> {
    /// A batch that begins at a row of its table.
    pub(crate) fn of(table: &'static str, batch: &'a RecordBatch, start: usize) -> Self {
        Self { table, batch, start }
    }

    pub(crate) fn table(self) -> &'static str {
        self.table
    }

    pub(crate) fn batch(self) -> &'a RecordBatch {
        self.batch
    }

    pub(crate) fn rows(self) -> usize {
        self.batch.num_rows()
    }

    /// Whether there is such a column.
    pub(crate) fn has(self, column: &str) -> bool {
        self.batch.column_by_name(column).is_some()
    }

    /// A row of this batch, for messages.
    pub(crate) fn place(self, row: usize) -> Place {
        Place { table: self.table, row: self.start + row }
    }

    /// The place of a whole column.
    pub(crate) fn path(self, column: &str) -> Pointer {
        Pointer::root().key(self.table).key(column)
    }

    /// A column as it is, if there is such a one and something in it.
    pub(crate) fn array(self, column: &str) -> Option<&'a ArrayRef> {
        match self.given(column) {
            Given::Values(array) => Some(array),
            Given::Nulls | Given::Missing => None,
        }
    }

    fn given(self, column: &str) -> Given<'a> {
        match self.batch.column_by_name(column) {
            // A column of nothing but nulls has whatever type its library likes to give it.
            Some(array) if array.logical_null_count() < array.len() => Given::Values(array),
            Some(_) => Given::Nulls,
            None => Given::Missing,
        }
    }

    pub(crate) fn texts(self, column: &'a str, intake: &mut Intake<'_>) -> Texts<'a> {
        Texts::of(self.given(column), column, &self.path(column), intake)
    }

    pub(crate) fn amounts(self, column: &'a str, intake: &mut Intake<'_>) -> Amounts<'a> {
        Amounts::of(self.given(column), Grammar::Money, column, &self.path(column), intake)
    }

    /// A column of factors, such as exchange rates.
    pub(crate) fn factors(self, column: &'a str, intake: &mut Intake<'_>) -> Amounts<'a> {
        Amounts::of(self.given(column), Grammar::Factor, column, &self.path(column), intake)
    }

    pub(crate) fn dates(self, column: &'a str, intake: &mut Intake<'_>) -> Dates<'a> {
        Dates::of(self.given(column), column, &self.path(column), intake)
    }

    pub(crate) fn instants(self, column: &'a str, intake: &mut Intake<'_>) -> Instants<'a> {
        Instants::of(self.given(column), column, &self.path(column), intake)
    }

    pub(crate) fn flags(self, column: &'a str, intake: &mut Intake<'_>) -> Flags<'a> {
        Flags::of(self.given(column), column, &self.path(column), intake)
    }

    pub(crate) fn counts(self, column: &'a str, intake: &mut Intake<'_>) -> Counts<'a> {
        Counts::of(self.given(column), column, &self.path(column), intake)
    }

    pub(crate) fn lists(self, column: &'a str, intake: &mut Intake<'_>) -> Lists<'a> {
        Lists::of(self.given(column), column, &self.path(column), intake)
    }

    /// The columns whose names begin so, by what follows.
    pub(crate) fn attributes(self, prefix: &str, intake: &mut Intake<'_>) -> Vec<(&'a str, Texts<'a>)> {
        let schema = self.batch.schema_ref();
        let named =
            |field: &'a arrow_schema::FieldRef| Some((field.name().strip_prefix(prefix)?, field.name().as_str()));
        schema.fields().iter().filter_map(named).map(|(name, column)| (name, self.texts(column, intake))).collect()
    }
}
