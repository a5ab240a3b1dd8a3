//! Tables in and out of affil: Arrow record batches become facts, settlements become record batches.
//!
//! This crate must never know a program, nor decide what anybody earns: it only reads and writes columns.
//!
//! # Tables of facts
//!
//! A column means what the key of that name means in a facts document (`schema/facts.schema.json`). Columns marked `*`
//! are needed, the others may be left out or hold nulls.
//!
//! | table | columns |
//! |---|---|
//! | `affiliates` | `id`*, `active`, `groups`, `joined`, `recruiter`, `customers`, `attributes.NAME` |
//! | `touches` | `id`, `at`*, `customer`*, `affiliate`, `kind`, `channel`, `order`, `attributes.NAME`, `known`, `replaces` |
//! | `orders`, a row for each order line | `id`*, `at`*, `customer`*, `currency`, `country`, `new_customer`, `subscription`, `action`, `line`, `amount`*, `quantity`, `sku`, `category`, `discount`, `tax`, `shipping`, `cost`, `attributes.NAME` (of the line), `order.attributes.NAME`, `known`, `replaces` |
//! | `orders` beside `lines`, a row for each order | `id`*, `at`*, `customer`*, `currency`, `country`, `new_customer`, `subscription`, `action`, `attributes.NAME`, `known`, `replaces` |
//! | `lines` | `order`*, `id`, `amount`*, `quantity`, `sku`, `category`, `discount`, `tax`, `shipping`, `cost`, `attributes.NAME` |
//! | `refunds` | `id`*, `at`*, `order`*, `line`, `amount`, `known`, `replaces` |
//! | `adjustments` | `id`*, `at`*, `affiliate`*, `amount`*, `reason`*, `known`, `replaces` |
//! | `reviews` | `id`*, `at`*, `orders`* (or, for one, `order`), `line`, `decision`*, `reason`, `note`, `dispute`, `known`, `replaces` |
//! | `payouts` | `id`*, `at`*, `affiliate`*, `terms`, `earned`*, `released`, `reserve`, `release`, `treatment`, `vat`, `withholding`, `fee`, `fee_payer`, `transfer`*, `currency`, `rate`, `paid`, `known` |
//! | `confirmations` | `id`*, `at`*, `payout`*, `outcome`*, `note`, `known` |
//! | `quotes` | `from`*, `to`*, `date`*, `rate`* |
//!
//! With a row for each line, the order's own columns are repeated in each of its rows and must agree
//! (`fact.conflict`); the rows of an order need not stand together. Lines without an id are known by their position
//! among the rows of their order. A line with an id may be repeated; without one, two equal rows are two lines.
//! An action has one row in which nothing stands in the columns of lines (`order.lines`): no `amount` either, so that a
//! table with a column `action` may do without it.
//!
//! A table of touches without a column `id` gets ids of the form `CUSTOMER|AFFILIATE|KIND|AT` (nothing in place of the
//! affiliate for a touch of the house), followed by `|CHANNEL|ORDER` if either or an attribute is given, and by
//! `|NAME|VALUE` for each attribute, by name: equal rows are one touch (`known` and `replaces` are no part of it). In the parts, `~` is written `~0` and `|` is `~1`.
//!
//! Any other column is refused, except the index columns of pandas (`__index_level_0__` and so on), which are passed over.
//!
//! # Types
//!
//! - **Text**: any Arrow text type, dictionaries of them, and integers (as their decimal digits).
//! - **Money**: decimals of any width, or text in the one strict grammar. Floats lose cents and integers could mean
//!   cents, so both are refused (`money.not_text`).
//! - **Instants**: timestamps with a time zone, or RFC 3339 text. Without a zone they are refused (`time.no_offset`),
//!   as is what is finer than a microsecond (`time.too_precise`).
//! - **Exchange rates**: as money; floats and integers are refused (`rate.not_text`).
//! - **Days**: Arrow dates, or text such as `2026-03-31`. Timestamps are refused: which day one is depends on a zone.
//! - **Flags**: booleans, or the texts `true` and `false`. **Quantities**: integers, or their digits as text.
//! - **Groups, customers and orders of a review**: lists of text, or text with `;` between the texts.
//!
//! A problem of a whole column is at `/TABLE/COLUMN`, one of a value at `/TABLE/ROW/COLUMN` with rows counted from 0.

mod after;
mod amount;
mod batch;
mod check;
mod columns;
mod count;
mod credit;
mod date;
mod flag;
mod instant;
mod intake;
mod ledger;
mod line;
mod list;
mod order;
#[cfg(feature = "parquet")]
pub mod parquet;
mod part;
#[cfg(feature = "paths")]
mod paths;
mod plain;
mod proposal;
mod result;
mod sheet;
#[cfg(feature = "simulate")]
mod simulation;
mod stamp;
mod text;
mod what_if;

use affil::time::Instant;
use affil::{Facts, Problems};
use arrow_array::RecordBatch;

use intake::Intake;

pub use columns::{Stream, Streams, columns, columns_for, columns_of_streams};
pub use credit::credits;
pub use ledger::{entries, journal};
#[cfg(feature = "paths")]
pub use paths::{attribution, paths, paths_of_touches, removals};
pub use proposal::{carried, carry_reason, proposals};
pub use result::{balances, payouts, reason, statements, targets, unpaid};
pub use sheet::{sheet_lines, sheet_lines_in, sheet_statements};
#[cfg(feature = "simulate")]
pub use simulation::{SimulationTable, simulation};
pub use what_if::{WhatIfTable, what_if};

/// Facts as tables, each in any number of batches.
///
/// ```
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let ids = Arc::new(StringArray::from(vec!["ana", "ben"])) as ArrayRef;
/// let affiliates = vec![RecordBatch::try_from_iter([("id", ids)]).unwrap()];
/// let facts = affil_arrow::facts(&affil_arrow::Tables { affiliates, ..Default::default() }).unwrap();
/// assert_eq!(facts.affiliates(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// One row for each affiliate.
    pub affiliates: Vec<RecordBatch>,
    /// One row for each touch.
    pub touches: Vec<RecordBatch>,
    /// One row for each order line; beside a table of lines, one row for each order.
    pub orders: Vec<RecordBatch>,
    /// One row for each order line. Without a batch here the lines stand in `orders`; a table of lines without rows is
    /// one empty batch.
    pub lines: Vec<RecordBatch>,
    /// One row for each refund.
    pub refunds: Vec<RecordBatch>,
    /// One row for each adjustment.
    pub adjustments: Vec<RecordBatch>,
    /// One row for each review.
    pub reviews: Vec<RecordBatch>,
    /// One row for each payout.
    pub payouts: Vec<RecordBatch>,
    /// One row for each confirmation of a payout.
    pub confirmations: Vec<RecordBatch>,
    /// One row for each exchange rate of a day.
    pub quotes: Vec<RecordBatch>,
    /// Up to when the facts are complete, if not up to the last of them.
    pub until: Option<Instant>,
}

/// The facts of tables.
///
/// Errors: all that is wrong with them at once; the first 1,000 problems are listed, the rest is counted.
///
/// ```
/// use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let text = |value: &str| Arc::new(StringArray::from(vec![value])) as ArrayRef;
/// let orders = RecordBatch::try_from_iter([
///     ("id", text("A")),
///     ("at", text("2026-03-10T10:00:00Z")),
///     ("customer", text("kim")),
///     ("amount", Arc::new(Float64Array::from(vec![800.0])) as ArrayRef),
/// ]).unwrap();
/// let problems = affil_arrow::facts(&affil_arrow::Tables { orders: vec![orders], ..Default::default() }).unwrap_err();
/// assert_eq!(problems.iter().next().unwrap().code().as_str(), "money.not_text");
/// ```
pub fn facts(tables: &Tables) -> Result<Facts, Problems> {
    facts_with_progress(tables, &mut |_| {})
}

/// As [`facts`], and tells now and then how many rows are done, of all tables together.
///
/// ```
/// let mut last = 0;
/// affil_arrow::facts_with_progress(&affil_arrow::Tables::default(), &mut |rows| last = rows).unwrap();
/// assert_eq!(last, 0);
/// ```
pub fn facts_with_progress(tables: &Tables, progress: &mut dyn FnMut(usize)) -> Result<Facts, Problems> {
    let mut intake = Intake::new(progress);
    plain::affiliates(&tables.affiliates, &mut intake);
    plain::touches(&tables.touches, &mut intake);
    if tables.lines.is_empty() {
        order::with_lines(&tables.orders, &mut intake);
    } else {
        order::beside_lines(&tables.orders, &tables.lines, &mut intake);
    }
    plain::refunds(&tables.refunds, &mut intake);
    plain::adjustments(&tables.adjustments, &mut intake);
    after::reviews(&tables.reviews, &mut intake);
    after::payouts(&tables.payouts, &mut intake);
    after::confirmations(&tables.confirmations, &mut intake);
    plain::quotes(&tables.quotes, &mut intake);
    if let Some(until) = tables.until {
        intake.facts.set_until(until);
    }
    intake.finish()
}
