//! What-ifs as record batches: what other plans would have owed, for whom, by which rule, in which month.
//!
//! This module must never subtract an amount.

use affil::{AmountChange, Comparison, Problems, TargetKind, WhatIf};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

/// The tables of a what-if. Each but the first has a row's `variant` in front; amounts are `before`, `after` and `difference`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhatIfTable {
    /// `variant`, `plan`, amounts, `percent`, `gain`, `lose`, `same`, `text`.
    Variants,
    /// `affiliate`, amounts, `percent`.
    Affiliates,
    /// `kind`, `rule`, amounts.
    Rules,
    /// `month`, amounts.
    Months,
    /// `affiliate`, `month`, `kind`, `rule`, amounts.
    Targets,
    /// `affiliate`, `tier`, `period`, `before`, `after`: steps counted from 1, 0 being below the first; null where the
    /// ladder is not followed.
    Steps,
}

/// One of the tables of a what-if.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{ "adjustments": [
///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }] }"#).unwrap();
/// let what_if = plan.what_if(&[affil::Variant::new("same", plan.clone())], &facts).unwrap();
/// let batch = affil_arrow::what_if(&what_if, affil_arrow::WhatIfTable::Affiliates).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 6));
/// ```
pub fn what_if(of: &WhatIf, table: WhatIfTable) -> Result<RecordBatch, Problems> {
    let build = || match table {
        WhatIfTable::Variants => variants(of),
        WhatIfTable::Affiliates => affiliates(of),
        WhatIfTable::Rules => rules(of),
        WhatIfTable::Months => months(of),
        WhatIfTable::Targets => targets(of),
        WhatIfTable::Steps => steps(of),
    };
    build().map_err(|error: ArrowError| bug(&error))
}

fn rows<'a, T: 'a>(of: &'a WhatIf, list: impl Fn(&'a Comparison) -> &'a [T]) -> Vec<(&'a str, &'a T)> {
    of.variants.iter().flat_map(|one| list(one).iter().map(|row| (one.name.as_str(), row))).collect()
}

fn begin<T>(of: &WhatIf, rows: &[(&str, &T)]) -> Batch {
    let mut batch = Batch::new(Some(of.currency), Some(&of.plan));
    batch.text("variant", rows.iter().map(|(variant, _)| variant));
    batch
}

fn amounts<'a>(
    batch: &mut Batch,
    of: &WhatIf,
    rows: impl Iterator<Item = &'a AmountChange> + Clone,
) -> Result<(), ArrowError> {
    batch.money("before", of.currency, rows.clone().map(|row| row.before))?;
    batch.money("after", of.currency, rows.clone().map(|row| row.after))?;
    batch.money("difference", of.currency, rows.map(|row| row.difference))
}

fn kind(kind: TargetKind) -> &'static str {
    kind.as_str()
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn variants(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let all = || of.variants.iter();
    let mut batch = Batch::new(Some(of.currency), Some(&of.plan));
    batch.text("variant", all().map(|one| &one.name));
    batch.text("plan", all().map(|one| &one.plan));
    amounts(&mut batch, of, all().map(|one| &one.total))?;
    batch.text_or_null("percent", all().map(|one| one.percent.as_deref()));
    batch.count("gain", all().map(|one| count(one.gain)));
    batch.count("lose", all().map(|one| count(one.lose)));
    batch.count("same", all().map(|one| count(one.same)));
    batch.text("text", all().map(|one| &one.text));
    batch.finish()
}

fn affiliates(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |one| &one.affiliates);
    let mut batch = begin(of, &rows);
    batch.text("affiliate", rows.iter().map(|(_, row)| &row.affiliate));
    amounts(&mut batch, of, rows.iter().map(|(_, row)| &row.amount))?;
    batch.text_or_null("percent", rows.iter().map(|(_, row)| row.percent.as_deref()));
    batch.finish()
}

fn rules(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |one| &one.rules);
    let mut batch = begin(of, &rows);
    batch.text("kind", rows.iter().map(|(_, row)| kind(row.kind)));
    batch.text_or_null("rule", rows.iter().map(|(_, row)| row.rule.as_deref()));
    amounts(&mut batch, of, rows.iter().map(|(_, row)| &row.amount))?;
    batch.finish()
}

fn months(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |one| &one.months);
    let mut batch = begin(of, &rows);
    batch.text("month", rows.iter().map(|(_, row)| row.month.to_string()));
    amounts(&mut batch, of, rows.iter().map(|(_, row)| &row.amount))?;
    batch.finish()
}

fn targets(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |one| &one.targets);
    let mut batch = begin(of, &rows);
    batch.text("affiliate", rows.iter().map(|(_, row)| &row.affiliate));
    batch.text("month", rows.iter().map(|(_, row)| row.month.to_string()));
    batch.text("kind", rows.iter().map(|(_, row)| kind(row.kind)));
    batch.text_or_null("rule", rows.iter().map(|(_, row)| row.rule.as_deref()));
    amounts(&mut batch, of, rows.iter().map(|(_, row)| &row.amount))?;
    batch.finish()
}

fn steps(of: &WhatIf) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |one| &one.steps);
    let mut batch = begin(of, &rows);
    batch.text("affiliate", rows.iter().map(|(_, row)| &row.affiliate));
    batch.text("tier", rows.iter().map(|(_, row)| &row.tier));
    batch.text("period", rows.iter().map(|(_, row)| &row.period));
    batch.count_or_null("before", rows.iter().map(|(_, row)| row.before.map(count)));
    batch.count_or_null("after", rows.iter().map(|(_, row)| row.after.map(count)));
    batch.finish()
}
