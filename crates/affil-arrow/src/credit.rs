//! Credits as a record batch: a row for each order.
//!
//! This module must never decide who is credited.

use std::sync::Arc;

use affil::time::Instant;
use affil::{Coded, Columns, Credits, Problems};
use arrow_array::types::UInt32Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, RecordBatch, StringArray, UInt32Array};
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};
use crate::sheet::ids;

/// A row for each order of the columns, by time: `order`, `affiliate`, `at`, `kind`, `channel`, `new_customer`.
///
/// `affiliate`, `at`, `kind` and `channel` are those of the touch that the order is credited to, null where there is
/// none; so is `affiliate` where that touch is the house's.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
/// let columns = affil_arrow::columns(&affil_arrow::Tables::default()).unwrap();
/// let batch = affil_arrow::credits(&plan.credits(&columns, 1).unwrap(), &columns).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 6));
/// ```
pub fn credits(credits: &Credits, columns: &Columns) -> Result<RecordBatch, Problems> {
    let build = || -> Result<RecordBatch, ArrowError> {
        let mut batch = Batch::new(None, None);
        let touches = columns.touch_columns();
        let won: Vec<Option<usize>> = (0..columns.orders()).map(|order| credits.touch(order)).collect();
        batch.array("order", false, ids(columns.order_ids(), 0..columns.orders()));
        let whose = |touch: &Option<usize>| touch.and_then(|touch| touches.affiliate.get(touch)).copied();
        batch.array("affiliate", true, words(won.iter().map(whose), columns.affiliates())?);
        let at = |touch: &Option<usize>| Instant::from_micros(*touches.at.get((*touch)?)?).ok();
        batch.instant_or_null("at", won.iter().map(at));
        let coded = |name: &str, column: &Option<Coded>, batch: &mut Batch| -> Result<(), ArrowError> {
            let code = |touch: &Option<usize>| column.as_ref()?.codes.get((*touch)?).copied();
            let names = column.as_ref().map(|column| column.names.as_slice()).unwrap_or_default();
            batch.array(name, true, words(won.iter().map(code), names)?);
            Ok(())
        };
        coded("kind", &touches.kind, &mut batch)?;
        coded("channel", &touches.channel, &mut batch)?;
        batch.array("new_customer", false, Arc::new(BooleanArray::from(credits.new_customer.clone())));
        batch.finish()
    };
    build().map_err(|error| bug(&error))
}

/// A column of words by their positions; what points at none of them is null.
fn words(codes: impl Iterator<Item = Option<u32>>, names: &[Box<str>]) -> Result<ArrayRef, ArrowError> {
    let known = |code: &u32| usize::try_from(*code).is_ok_and(|code| code < names.len());
    let codes: UInt32Array = codes.map(|code| code.filter(known)).collect();
    let names: ArrayRef = Arc::new(StringArray::from_iter_values(names));
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(codes, names)?))
}
