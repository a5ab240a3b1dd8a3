//! Results as record batches: targets, statements, what paid nothing, payouts, balances, ledger entries.
//!
//! This module must never change a figure: money is decimal128 with the currency's places, instants are UTC.
//! Texts are `LargeUtf8`, which every library joins and compares, and which has no limit of two gigabytes a column.

use std::collections::HashMap;
use std::sync::Arc;

use affil::time::Instant;
use affil::{Currency, Entry, Money, Problem, Problems, Reason, Settlement};
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

    fn instant(&mut self, name: &str, values: impl Iterator<Item = Instant>) {
        let array = TimestampMicrosecondArray::from_iter_values(values.map(Instant::micros));
        self.add(name, false, Arc::new(array.with_timezone("UTC")));
    }

    fn instant_or_null(&mut self, name: &str, values: impl Iterator<Item = Option<Instant>>) {
        let array: TimestampMicrosecondArray = values.map(|value| value.map(Instant::micros)).collect();
        self.add(name, true, Arc::new(array.with_timezone("UTC")));
    }

    fn finish(self) -> Result<RecordBatch, ArrowError> {
        let schema = Schema::new_with_metadata(self.fields, self.metadata);
        RecordBatch::try_new(Arc::new(schema), self.columns)
    }
}

/// The targets of a settlement: `id`, `kind`, `affiliate`, `order`, `line`, `rule`, `source`, `occasion`, `cause`, `at`,
/// `month`, `amount`, `state`, `payable_from`.
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
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 14));
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
        batch.instant("at", rows().map(|target| target.at));
        batch.text("month", rows().map(|target| target.month.to_string()));
        batch.money("amount", settlement.currency(), rows().map(|target| target.amount))?;
        batch.text("state", rows().map(|target| target.state.as_str()));
        batch.instant_or_null("payable_from", rows().map(|target| target.payable_from));
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

/// The payouts of a settlement: `id`, `affiliate`, `at`, `state`, `amount`, `transfer`, `reserve`, `release`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let batch = affil_arrow::payouts(&plan.settle(&affil::Facts::new()).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, 8));
/// ```
pub fn payouts(settlement: &Settlement) -> Result<RecordBatch, Problems> {
    let currency = settlement.currency();
    let build = || {
        let rows = || settlement.payouts();
        let mut batch = Batch::new(Some(currency), Some(settlement.plan()));
        batch.text("id", rows().map(|payout| payout.id));
        batch.text("affiliate", rows().map(|payout| payout.affiliate));
        batch.instant("at", rows().map(|payout| payout.at));
        batch.text("state", rows().map(|payout| payout.state.as_str()));
        batch.money("amount", currency, rows().map(|payout| payout.amount))?;
        batch.money("transfer", currency, rows().map(|payout| payout.transfer))?;
        batch.money("reserve", currency, rows().map(|payout| payout.reserve))?;
        batch.instant_or_null("release", rows().map(|payout| payout.release));
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// What each affiliate is owed at the end of the facts: `affiliate`, `pending`, `approved`, `payable`, `reserve`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }]
/// }"#).unwrap();
/// assert_eq!(affil_arrow::balances(&plan.settle(&facts).unwrap()).unwrap().num_rows(), 1);
/// ```
pub fn balances(settlement: &Settlement) -> Result<RecordBatch, Problems> {
    let currency = settlement.currency();
    let build = || {
        let rows = || settlement.balances();
        let mut batch = Batch::new(Some(currency), Some(settlement.plan()));
        batch.text("affiliate", rows().map(|balance| balance.affiliate));
        batch.money("pending", currency, rows().map(|balance| balance.pending))?;
        batch.money("approved", currency, rows().map(|balance| balance.approved))?;
        batch.money("payable", currency, rows().map(|balance| balance.payable))?;
        batch.money("reserve", currency, rows().map(|balance| balance.reserve))?;
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// Ledger entries: `id`, `target`, `kind`, `affiliate`, `month`, `date`, `currency`, `was`, `now`, `amount`, `plan`.
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
        let days = rows().map(|entry| i32::try_from(entry.date.days_since_epoch()).unwrap_or_default());
        batch.add("date", false, Arc::new(Date32Array::from_iter_values(days)));
        batch.text("currency", rows().map(|entry| &entry.currency));
        batch.money("was", currency, was.iter().copied())?;
        batch.money("now", currency, now.iter().copied())?;
        batch.money("amount", currency, amount.iter().copied())?;
        batch.text("plan", rows().map(|entry| &entry.plan));
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
