//! From the number of a fact back to the row of the file it came from.
//! This module must never know what a row says, but for the ids of orders, by which rows belong together.

use affil::Problem;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::files::{FactFile, Table};
use super::{document_of, table_of};
use crate::failure::Failure;
use crate::place::{Place, Report};
use crate::program;

/// The rows that one file gave to one table.
struct Stretch {
    file: String,
    table: Table,
    first: usize,
    rows: usize,
    lines: Vec<u64>,
    /// Whether the rows are only a part of what is in the file, so that their numbers say little.
    document: bool,
}

/// Where every fact stands. The facts of a kind are counted through all tables, then through all documents.
pub(super) struct Rows {
    stretches: Vec<Stretch>,
    /// The id of each row of the tables of orders.
    orders: Vec<String>,
    /// The order of each row of the tables of lines; none without such a table.
    lines: Option<Vec<String>>,
}

impl Rows {
    /// Reads the files again.
    pub(super) fn of(files: &[FactFile]) -> Result<Self, Failure> {
        let mut rows = Self { stretches: Vec::new(), orders: Vec::new(), lines: None };
        for file in files {
            let Some((table, read)) = table_of(file, &mut |_| {})? else { continue };
            match table {
                Table::Orders => rows.orders.extend(texts(&read.batches, "id")),
                Table::Lines => rows.lines.get_or_insert_default().extend(texts(&read.batches, "order")),
                _ => {}
            }
            let count = read.batches.iter().map(RecordBatch::num_rows).sum();
            rows.add(file, table, count, read.lines(file)?, false);
        }
        for file in files {
            let Ok(Some(joined)) = document_of(file) else { continue };
            for (table, lines) in facts_of(&joined.document) {
                if lines.is_empty() {
                    continue;
                }
                let lines = if joined.table.is_some() { joined.lines.clone() } else { lines };
                rows.add(file, table, lines.len(), lines, joined.table.is_none());
            }
        }
        Ok(rows)
    }

    fn add(&mut self, file: &FactFile, table: Table, rows: usize, lines: Vec<u64>, document: bool) {
        let before = self.stretches.iter().filter(|stretch| stretch.table == table);
        let first = before.map(|stretch| stretch.rows).sum();
        self.stretches.push(Stretch { file: program::name(&file.path), table, first, rows, lines, document });
    }

    /// The problem, at the row of its file.
    pub(super) fn report(&self, problem: &Problem) -> Report {
        let mut parts = problem.path().as_str().splitn(4, '/').skip(1);
        let table = parts.next().and_then(|name| Table::ALL.into_iter().find(|table| table.name() == name));
        let number = parts.next().and_then(|number| number.parse::<usize>().ok());
        let field = parts.next().unwrap_or_default();
        let place = match (table, number) {
            (None, _) => None,
            (Some(table), None) => {
                // A whole column: the first file that has the table stands for all.
                let file = self.stretches.iter().find(|stretch| stretch.table == table);
                file.map(|stretch| Place { file: Some(stretch.file.clone()), ..Place::default() })
            }
            (Some(Table::Orders), Some(number)) => match self.line(number, field) {
                Some((table, row, field)) => self.place(table, row, field),
                None => self.place(Table::Orders, number, field),
            },
            (Some(table), Some(number)) => self.place(table, number, field),
        };
        Report::new(problem.clone(), place.unwrap_or_default())
    }

    /// The row of a line of an order that came from a table, if the field is one of a line (`lines/0/amount`).
    fn line<'f>(&self, order: usize, field: &'f str) -> Option<(Table, usize, &'f str)> {
        let (position, field) = field.strip_prefix("lines/")?.split_once('/')?;
        // An id that is no text is not known here, and must not be taken for another one.
        let id = self.orders.get(order).filter(|id| !id.is_empty())?;
        let position = position.parse().ok()?;
        let (table, keys) = match &self.lines {
            Some(lines) => (Table::Lines, lines),
            None => (Table::Orders, &self.orders),
        };
        let (row, _) = keys.iter().enumerate().filter(|(_, key)| *key == id).nth(position)?;
        Some((table, row, field))
    }

    fn place(&self, table: Table, number: usize, field: &str) -> Option<Place> {
        let holds = |stretch: &&Stretch| {
            stretch.table == table && (stretch.first..stretch.first + stretch.rows).contains(&number)
        };
        let stretch = self.stretches.iter().find(holds)?;
        let row = number - stretch.first;
        let path = format!("/{}/{row}{}{field}", table.name(), if field.is_empty() { "" } else { "/" });
        Some(Place {
            file: Some(stretch.file.clone()),
            row: (!stretch.document).then_some(row + 1),
            line: stretch.lines.get(row).copied(),
            column: None,
            path: Some(path),
            field: Some(field.to_owned()),
        })
    }
}

/// The texts of a column, as far as they are texts; messages can do without the others.
fn texts(batches: &[RecordBatch], column: &str) -> Vec<String> {
    let mut found = Vec::new();
    for batch in batches {
        let array: Option<&ArrayRef> = batch.column_by_name(column);
        for row in 0..batch.num_rows() {
            let text = array.and_then(|array| {
                let small =
                    array.as_string_opt::<i32>().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
                let large =
                    array.as_string_opt::<i64>().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
                let view = array.as_string_view_opt().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
                small.or(large).or(view)
            });
            found.push(text.unwrap_or_default().to_owned());
        }
    }
    found
}

/// The tables of a facts document, and for each fact the line on which it begins.
fn facts_of(document: &str) -> Vec<(Table, Vec<u64>)> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Peek<'a> {
        #[serde(borrow)]
        affiliates: Vec<&'a RawValue>,
        #[serde(borrow)]
        touches: Vec<&'a RawValue>,
        #[serde(borrow)]
        orders: Vec<&'a RawValue>,
        #[serde(borrow)]
        refunds: Vec<&'a RawValue>,
        #[serde(borrow)]
        adjustments: Vec<&'a RawValue>,
        #[serde(borrow)]
        reviews: Vec<&'a RawValue>,
        #[serde(borrow)]
        payouts: Vec<&'a RawValue>,
        #[serde(borrow)]
        confirmations: Vec<&'a RawValue>,
        #[serde(borrow)]
        quotes: Vec<&'a RawValue>,
    }
    let peek: Peek<'_> = serde_json::from_str(document).unwrap_or_default();
    let mut breaks = vec![0];
    breaks.extend(document.match_indices('\n').map(|(offset, _)| offset + 1));
    let line = |raw: &&RawValue| {
        // The value is a part of the document's text, so their distance is its place.
        let offset = raw.get().as_ptr().addr() - document.as_ptr().addr();
        u64::try_from(breaks.partition_point(|start| *start <= offset)).unwrap_or_default()
    };
    let tables = [
        (Table::Affiliates, peek.affiliates),
        (Table::Touches, peek.touches),
        (Table::Orders, peek.orders),
        (Table::Refunds, peek.refunds),
        (Table::Adjustments, peek.adjustments),
        (Table::Reviews, peek.reviews),
        (Table::Payouts, peek.payouts),
        (Table::Confirmations, peek.confirmations),
        (Table::Quotes, peek.quotes),
    ];
    tables.into_iter().map(|(table, facts)| (table, facts.iter().map(line).collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_of_a_document_have_lines() {
        let text = "{\n \"orders\": [{\n}, {}],\n \"refunds\": [\n\n{}]}";
        let found = facts_of(text);
        assert!(found.contains(&(Table::Orders, vec![2, 3])));
        assert!(found.contains(&(Table::Refunds, vec![6])));
    }

    #[test]
    fn the_rows_of_an_order_need_not_stand_together() {
        let texts = |ids: [&str; 3]| ids.map(str::to_owned).to_vec();
        let mut rows = Rows { stretches: Vec::new(), orders: texts(["a", "b", "a"]), lines: None };
        assert_eq!(rows.line(0, "lines/1/amount"), Some((Table::Orders, 2, "amount")));
        assert_eq!(rows.line(0, "at"), None);
        rows.lines = Some(texts(["b", "a", "b"]));
        assert_eq!(rows.line(1, "lines/1/sku"), Some((Table::Lines, 2, "sku")));
    }
}
