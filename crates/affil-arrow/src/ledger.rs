//! Ledgers as record batches: entries, and the journal of their postings.
//!
//! This module must never add up anything.

use affil::{Account, Currency, Entry, Money, Problem, Problems};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

/// Ledger entries: `id`, `target`, `kind`, `affiliate`, `month`, `date`, `currency`, `was`, `now`, `amount`, `plan`. Their
/// postings are the rows of [`journal`].
///
/// Errors: entries of several currencies, or with amounts that are none (`ledger.broken`).
///
/// ```
/// assert_eq!(affil_arrow::entries(&[]).unwrap().num_columns(), 11);
/// ```
pub fn entries(entries: &[Entry]) -> Result<RecordBatch, Problems> {
    let code = entries.first().map_or("EUR", |entry| entry.currency.as_str());
    let currency = affil::value::currency(code, &affil::Pointer::root().index(0).key("currency"))?;
    let read = |text: fn(&Entry) -> &str| -> Result<Vec<Money>, Problems> {
        entries.iter().enumerate().map(|(row, entry)| amount(row, entry, text(entry), currency)).collect()
    };
    let (was, now) = (read(|entry| &entry.was)?, read(|entry| &entry.now)?);
    let amount = read(|entry| &entry.amount)?;
    let build = || {
        let rows = || entries.iter();
        let mut batch = Batch::new(rows().next().map(|_| currency), None);
        batch.text("id", rows().map(|entry| &entry.id));
        batch.text("target", rows().map(|entry| &entry.target));
        batch.text("kind", rows().map(|entry| entry.kind.as_str()));
        batch.text("affiliate", rows().map(|entry| &entry.affiliate));
        batch.text("month", rows().map(|entry| entry.month.to_string()));
        batch.day("date", rows().map(|entry| entry.date));
        batch.text("currency", rows().map(|entry| &entry.currency));
        batch.money("was", currency, was.iter().copied())?;
        batch.money("now", currency, now.iter().copied())?;
        batch.money("amount", currency, amount.iter().copied())?;
        batch.text("plan", rows().map(|entry| &entry.plan));
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// The journal of ledger entries, one row for each posting: `entry`, `date`, `account`, `affiliate`, `amount`, `currency`.
///
/// `account` is the plain name, such as `payable`; whose it is stands in `affiliate`. The amounts of an entry add up to zero.
///
/// Errors: entries of several currencies, or with amounts or accounts that are none (`ledger.broken`).
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{ "adjustments": [
///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }
/// ] }"#).unwrap();
/// let booked = affil::Ledger::new().post(&plan.settle(&facts).unwrap()).unwrap();
/// let journal = affil_arrow::journal(&booked).unwrap();
/// assert_eq!((journal.num_rows(), journal.num_columns()), (2, 6));
/// ```
pub fn journal(entries: &[Entry]) -> Result<RecordBatch, Problems> {
    let code = entries.first().map_or("EUR", |entry| entry.currency.as_str());
    let currency = affil::value::currency(code, &affil::Pointer::root().index(0).key("currency"))?;
    let mut rows: Vec<(&Entry, Account, Money)> = Vec::new();
    for (row, entry) in entries.iter().enumerate() {
        for (account, text) in &entry.postings {
            let account = Account::read(account).map(|(account, _)| account).ok_or_else(|| {
                let message = format!("entry `{}` names an account `{account}`, which there is not", entry.id);
                let hint = "restore the ledger that affil wrote";
                Problem::new(affil::Code::LedgerBroken, affil::Pointer::root().index(row), message, hint)
            })?;
            rows.push((entry, account, amount(row, entry, text, currency)?));
        }
    }
    let build = || {
        let rows = || rows.iter();
        let mut batch = Batch::new(rows().next().map(|_| currency), None);
        batch.text("entry", rows().map(|(entry, _, _)| &entry.id));
        batch.day("date", rows().map(|(entry, _, _)| entry.date));
        batch.text("account", rows().map(|(_, account, _)| account.as_str()));
        batch.text("affiliate", rows().map(|(entry, _, _)| &entry.affiliate));
        batch.money("amount", currency, rows().map(|(_, _, amount)| *amount))?;
        batch.text("currency", rows().map(|_| currency.code()));
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

fn amount(row: usize, entry: &Entry, text: &str, currency: Currency) -> Result<Money, Problems> {
    Money::parse(text, currency).ok().filter(|_| entry.currency == currency.code()).ok_or_else(|| {
        let path = affil::Pointer::root().index(row);
        let message = format!("entry `{}` has an amount that is no {currency}", entry.id);
        Problem::new(affil::Code::LedgerBroken, path, message, "keep one ledger for each currency").into()
    })
}
