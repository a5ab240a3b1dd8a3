//! Results as record batches: targets, statements, what paid nothing, ledger entries.
//!
//! This module must never change a figure: money is decimal128 with the currency's places, instants are UTC.
//! Texts are `LargeUtf8`, which every library joins and compares, and which has no limit of two gigabytes a column.

use std::collections::HashMap;
use std::sync::Arc;

use affil::time::Date;
use affil::{Account, Currency, Entry, Money, Problem, Problems, Reason, Settlement};
use arrow_array::{
    ArrayRef, Date32Array, Decimal128Array, Int64Array, LargeStringArray, RecordBatch, TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, Field, Schema};

/// Wide enough for every amount: 2^53 − 1 has 16 digits.
const PRECISION: u8 = 18;

/// Columns, in order, with whether nulls may stand in them.
struct Batch {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    metadata: HashMap<String, String>,
}

impl Batch {
    fn new(currency: Option<Currency>, plan: Option<&str>) -> Self {
        let pairs =
            [("currency", currency.map(|currency| currency.code().to_owned())), ("plan", plan.map(str::to_owned))];
        let metadata = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        Self { fields: Vec::new(), columns: Vec::new(), metadata }
    }

    fn add(&mut self, name: &str, nullable: bool, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), nullable));
        self.columns.push(column);
    }

    fn text(&mut self, name: &str, values: impl Iterator<Item = impl AsRef<str>>) {
        self.add(name, false, Arc::new(LargeStringArray::from_iter_values(values)));
    }

    fn text_or_null<'a>(&mut self, name: &str, values: impl Iterator<Item = Option<&'a str>>) {
        self.add(name, true, Arc::new(values.collect::<LargeStringArray>()));
    }

    fn money(&mut self, name: &str, currency: Currency, values: impl Iterator<Item = Money>) -> Result<(), ArrowError> {
        let scale = i8::try_from(currency.places()).unwrap_or_default();
        let values = values.map(|money| i128::from(money.minor().get()));
        let array = Decimal128Array::from_iter_values(values).with_precision_and_scale(PRECISION, scale)?;
        // The call above sets the type without looking at the values.
        array.validate_decimal_precision(PRECISION)?;
        self.add(name, false, Arc::new(array));
        Ok(())
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let schema = Schema::new_with_metadata(self.fields, self.metadata);
        RecordBatch::try_new(Arc::new(schema), self.columns)
    }
}

/// The targets of a settlement: `id`, `kind`, `affiliate`, `order`, `line`, `rule`, `source`, `occasion`, `cause`, `at`,
/// `month`, `amount`.
///
/// The currency and the plan's fingerprint stand in the metadata of the schema.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }]
/// }"#).unwrap();
/// let batch = affil_arrow::targets(&plan.settle(&facts).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 12));
/// assert_eq!(batch.schema_ref().field(11).data_type().to_string(), "Decimal128(18, 2)");
/// ```
pub fn targets(settlement: &Settlement) -> Result<RecordBatch, Problems> {
    let build = || {
        let rows = || settlement.targets();
        let mut batch = Batch::new(Some(settlement.currency()), Some(settlement.plan()));
        batch.text("id", rows().map(|target| target.id()));
        batch.text("kind", rows().map(|target| target.kind.as_str()));
        batch.text("affiliate", rows().map(|target| target.affiliate));
        batch.text_or_null("order", rows().map(|target| target.order));
        batch.text_or_null("line", rows().map(|target| target.line));
        batch.text_or_null("rule", rows().map(|target| target.rule));
        batch.text_or_null("source", rows().map(|target| target.source));
        batch.text_or_null("occasion", rows().map(|target| target.occasion));
        batch.text_or_null("cause", rows().map(|target| target.cause));
        let at = TimestampMicrosecondArray::from_iter_values(rows().map(|target| target.at.micros()));
        batch.add("at", false, Arc::new(at.with_timezone("UTC")));
        batch.text("month", rows().map(|target| target.month.to_string()));
        batch.money("amount", settlement.currency(), rows().map(|target| target.amount))?;
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// The statements of a settlement: `affiliate`, `month`, `orders`, `sales`, `refunded`, `commission`, `overrides`,
/// `reversals`, `bonuses`, `adjustments`, `total`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let batch = affil_arrow::statements(&plan.settle(&affil::Facts::new()).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 11));
/// ```
pub fn statements(settlement: &Settlement) -> Result<RecordBatch, Problems> {
    let statements = settlement.statements();
    let currency = settlement.currency();
    let build = || {
        let rows = || statements.iter();
        let mut batch = Batch::new(Some(currency), Some(settlement.plan()));
        batch.text("affiliate", rows().map(|statement| statement.affiliate));
        batch.text("month", rows().map(|statement| statement.month.to_string()));
        let orders = rows().map(|statement| i64::try_from(statement.totals.orders).unwrap_or(i64::MAX));
        batch.add("orders", false, Arc::new(Int64Array::from_iter_values(orders)));
        batch.money("sales", currency, rows().map(|statement| statement.totals.sales))?;
        batch.money("refunded", currency, rows().map(|statement| statement.totals.refunded))?;
        batch.money("commission", currency, rows().map(|statement| statement.totals.commission))?;
        batch.money("overrides", currency, rows().map(|statement| statement.totals.overrides))?;
        batch.money("reversals", currency, rows().map(|statement| statement.totals.reversals))?;
        batch.money("bonuses", currency, rows().map(|statement| statement.totals.bonuses))?;
        batch.money("adjustments", currency, rows().map(|statement| statement.totals.adjustments))?;
        batch.money("total", currency, rows().map(|statement| statement.totals.total))?;
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// What paid nothing: `order`, `line`, `affiliate`, `reason`, `exclusion`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{ "orders": [
///   { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "5.00" }] }
/// ] }"#).unwrap();
/// assert_eq!(affil_arrow::unpaid(&plan.settle(&facts).unwrap()).unwrap().num_rows(), 1);
/// ```
pub fn unpaid(settlement: &Settlement) -> Result<RecordBatch, Problems> {
    let rows = || settlement.unpaid();
    let mut batch = Batch::new(Some(settlement.currency()), Some(settlement.plan()));
    batch.text("order", rows().map(|unpaid| unpaid.order));
    batch.text_or_null("line", rows().map(|unpaid| unpaid.line));
    batch.text_or_null("affiliate", rows().map(|unpaid| unpaid.affiliate));
    batch.text("reason", rows().map(|unpaid| reason(unpaid.reason)));
    batch.text_or_null("exclusion", rows().map(|unpaid| unpaid.exclusion));
    batch.finish().map_err(|error| bug(&error))
}

/// Ledger entries: `id`, `target`, `kind`, `affiliate`, `month`, `currency`, `was`, `now`, `amount`, `plan`.
///
/// Errors: entries of several currencies, or with amounts that are none (`ledger.broken`).
///
/// ```
/// assert_eq!(affil_arrow::entries(&[]).unwrap().num_columns(), 10);
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
        // Days since 1970, which 32 bits hold for every year there is.
        let day = |date: Date| i32::try_from(date.days_since_epoch()).unwrap_or_default();
        let dates = Date32Array::from_iter_values(rows().map(|(entry, _, _)| day(entry.date)));
        batch.add("date", false, Arc::new(dates));
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

/// The word with which a reason stands in documents.
///
/// ```
/// assert_eq!(affil_arrow::reason(affil::Reason::NoTouch), "no_touch");
/// ```
pub fn reason(of: Reason) -> &'static str {
    match of {
        Reason::NoTouch => "no_touch",
        Reason::OtherOrder => "other_order",
        Reason::KindNotCounted => "kind_not_counted",
        Reason::ExcludedAffiliate => "excluded_affiliate",
        Reason::ExcludedChannel => "excluded_channel",
        Reason::AffiliateInactive => "affiliate_inactive",
        Reason::SelfReferral => "self_referral",
        Reason::OutsideWindow => "outside_window",
        Reason::TooFast => "too_fast",
        Reason::Deduplicated => "deduplicated",
        Reason::Declined => "declined",
        Reason::Excluded => "excluded",
        Reason::NoRule => "no_rule",
        Reason::Capped => "capped",
    }
}

fn bug(error: &ArrowError) -> Problems {
    Problem::internal(error.to_string()).into()
}
