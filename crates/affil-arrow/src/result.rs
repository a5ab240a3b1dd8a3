//! Settlements as record batches: targets, statements, what paid nothing, balances, payouts.
//!
//! This module must never compute a figure.

use affil::{Problems, Reason, Settlement};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

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
        batch.count("orders", rows().map(|statement| statement.totals.orders));
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

/// What is owed at the end of the facts: `affiliate`, `pending`, `approved`, `payable`, `reserve`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }]
/// }"#).unwrap();
/// let batch = affil_arrow::balances(&plan.settle(&facts).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 5));
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

/// What was paid out, and what became of it: `id`, `affiliate`, `at`, `state`, `amount`, `transfer`, `reserve`, `release`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }],
///   "payouts": [{ "id": "p", "at": "2026-04-10T10:00:00Z", "affiliate": "ana", "earned": "5.00", "transfer": "5.00" }]
/// }"#).unwrap();
/// let batch = affil_arrow::payouts(&plan.settle(&facts).unwrap()).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 8));
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
