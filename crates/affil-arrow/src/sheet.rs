//! Sheets as record batches: a row for each order line and affiliate, and the statements.
//!
//! This module must never compute a figure.

use std::ops::Range;
use std::sync::Arc;

use affil::{Columns, Ids, Problems, Sheet};
use arrow_array::types::UInt16Type;
use arrow_array::{
    ArrayRef, Decimal128Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray, UInt16Array,
    UInt32Array,
};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

/// The rows of a sheet: `order`, `line`, `affiliate`, `month`, `sale`, `commission`, `reversed`.
///
/// Ids that were numbers are numbers; affiliates and months are dictionaries.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
/// let columns = affil_arrow::columns(&affil_arrow::Tables::default()).unwrap();
/// let batch = affil_arrow::sheet_lines(&plan.sheet(&columns, 1).unwrap(), &columns).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 7));
/// ```
pub fn sheet_lines(sheet: &Sheet, columns: &Columns) -> Result<RecordBatch, Problems> {
    sheet_lines_in(sheet, columns, 0..sheet.lines().len())
}

/// As [`sheet_lines`], only some of the rows: so that what is written to a file need not be in memory as a whole.
pub fn sheet_lines_in(sheet: &Sheet, columns: &Columns, rows: Range<usize>) -> Result<RecordBatch, Problems> {
    let build = || -> Result<RecordBatch, ArrowError> {
        let all = sheet.columns();
        let rows = rows.start.min(all.affiliate.len())..rows.end.min(all.affiliate.len());
        let mut batch = Batch::new(Some(sheet.currency()), None);
        let place = |row: &u32| usize::try_from(*row).unwrap_or(usize::MAX);
        let lines: Vec<usize> = match &all.line {
            Some(lines) => lines[rows.clone()].iter().map(place).collect(),
            None => rows.clone().collect(),
        };
        let orders = columns.line_orders();
        let order = |line: &usize| orders.get(*line).map_or(usize::MAX, place);
        batch.array("order", false, ids(columns.order_ids(), lines.iter().map(order)));
        let number = |line: &usize| i64::try_from(columns.line_number(*line)).unwrap_or_default();
        let line: ArrayRef = match columns.line_ids() {
            Some(of) => ids(of, lines.iter().copied()),
            None => Arc::new(Int64Array::from_iter_values(lines.iter().map(number))),
        };
        batch.array("line", false, line);
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(sheet.affiliates()));
        let affiliates = &all.affiliate[rows.clone()];
        let known: NullBuffer = affiliates.iter().map(|code| *code != u32::MAX).collect();
        // What stands in place of nulls means nothing, but has to name a word.
        let codes = affiliates.iter().map(|code| if *code == u32::MAX { 0 } else { *code }).collect::<Vec<_>>();
        let codes = UInt32Array::new(codes.into(), Some(known).filter(|known| known.null_count() > 0));
        batch.array("affiliate", true, Arc::new(DictionaryArray::try_new(codes, names)?));
        let months: ArrayRef = Arc::new(StringArray::from_iter_values(sheet.months().iter().map(ToString::to_string)));
        let codes = UInt16Array::from(all.month[rows.clone()].to_vec());
        batch.array("month", false, Arc::new(DictionaryArray::<UInt16Type>::try_new(codes, months)?));
        for (name, units) in [("sale", &all.sale), ("commission", &all.commission), ("reversed", &all.reversed)] {
            let values = units[rows.clone()].iter().map(|units| i128::from(*units)).collect::<Vec<_>>();
            batch.units(name, sheet.currency(), Decimal128Array::from(values))?;
        }
        batch.finish()
    };
    build().map_err(|error| bug(&error))
}

/// Ids at rows, as numbers where they are numbers.
pub(crate) fn ids(ids: &Ids, rows: impl Iterator<Item = usize>) -> ArrayRef {
    match ids {
        Ids::Numbers(numbers) => {
            Arc::new(Int64Array::from_iter_values(rows.map(|row| numbers.get(row).copied().unwrap_or_default())))
        }
        Ids::Texts(texts) => {
            let text = |row: usize| texts.get(row).map_or("", AsRef::as_ref);
            Arc::new(LargeStringArray::from_iter_values(rows.map(text)))
        }
    }
}

/// The statements of a sheet: `affiliate`, `month`, `orders`, `sales`, `refunded`, `commission`, `overrides`,
/// `reversals`, `bonuses`, `adjustments`, `total`, `step`.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
/// let columns = affil_arrow::columns(&affil_arrow::Tables::default()).unwrap();
/// let batch = affil_arrow::sheet_statements(&plan.sheet(&columns, 1).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 12));
/// ```
pub fn sheet_statements(sheet: &Sheet) -> Result<RecordBatch, Problems> {
    let build = || -> Result<RecordBatch, ArrowError> {
        let rows = || sheet.statements();
        let currency = sheet.currency();
        let mut batch = Batch::new(Some(currency), None);
        batch.text("affiliate", rows().map(|statement| statement.affiliate));
        batch.text("month", rows().map(|statement| statement.month.to_string()));
        batch.count("orders", rows().map(|statement| statement.totals.orders));
        batch.money("sales", currency, rows().map(|statement| statement.totals.sales))?;
        batch.money("refunded", currency, rows().map(|statement| statement.totals.refunded))?;
        batch.money("commission", currency, rows().map(|statement| statement.totals.commission))?;
        batch.money("overrides", currency, rows().map(|statement| statement.totals.overrides))?;
        batch.money("reversals", currency, rows().map(|statement| statement.totals.reversals))?;
        batch.money("bonuses", currency, rows().map(|statement| statement.totals.bonuses))?;
        batch.money("adjustments", currency, rows().map(|statement| statement.totals.adjustments))?;
        batch.money("total", currency, rows().map(|statement| statement.totals.total))?;
        batch.count("step", rows().map(|statement| u64::from(statement.step)));
        batch.finish()
    };
    build().map_err(|error| bug(&error))
}
