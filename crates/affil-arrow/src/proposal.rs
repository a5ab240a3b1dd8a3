//! Proposed payouts as record batches: what would be paid, and what is carried forward.
//!
//! This module must never decide what is paid.

use affil::time::Instant;
use affil::{AmountText, CarryReason, Currency, CurrencyText, FactorText, FeePayer, Money, PayoutFact, PayoutRun};
use affil::{Pointer, Problem, Problems, Proposal, VatTreatment, value};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

/// The payouts of a run: `id`, `at`, `affiliate`, `terms`, `earned`, `released`, `reserve`, `release`, `treatment`, `vat`,
/// `withholding`, `fee`, `fee_payer`, `transfer`, `currency`, `rate`, `paid`, `text`.
///
/// Without `text`, the table is one of payouts as facts. `paid` has the places of the currency that has most.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [],
/// #   "payouts": [{ "id": "all" }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }]
/// }"#).unwrap();
/// let run = plan.payouts(&facts, affil::time::Instant::parse("2026-04-10T08:00:00Z").unwrap()).unwrap();
/// let batch = affil_arrow::proposals(&run).unwrap();
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 18));
/// ```
pub fn proposals(run: &PayoutRun) -> Result<RecordBatch, Problems> {
    let read: Vec<Read> =
        run.payouts.iter().map(|proposal| Read::of(proposal, run.currency)).collect::<Result<_, _>>()?;
    let build = || {
        let facts = || run.payouts.iter().map(|proposal| &proposal.payout);
        let amounts = |which: usize| read.iter().filter_map(move |read| read.amounts.get(which).copied());
        let mut batch = Batch::new(Some(run.currency), None);
        batch.text("id", facts().map(|payout| payout.id.as_str()));
        batch.instant("at", facts().map(|_| run.at));
        batch.text("affiliate", facts().map(|payout| payout.affiliate.as_str()));
        batch.text("terms", run.payouts.iter().map(|proposal| &proposal.terms));
        batch.money("earned", run.currency, amounts(0))?;
        batch.money("released", run.currency, amounts(1))?;
        batch.money("reserve", run.currency, amounts(2))?;
        batch.instant_or_null("release", read.iter().map(|read| read.release));
        batch.text("treatment", facts().map(|payout| treatment(payout.treatment)));
        batch.money("vat", run.currency, amounts(3))?;
        batch.money("withholding", run.currency, amounts(4))?;
        batch.money("fee", run.currency, amounts(5))?;
        batch.text("fee_payer", facts().map(|payout| fee_payer(payout.fee_payer)));
        batch.money("transfer", run.currency, amounts(6))?;
        batch.text_or_null("currency", facts().map(|payout| payout.currency.as_ref().map(CurrencyText::as_str)));
        batch.text_or_null("rate", facts().map(|payout| payout.rate.as_ref().map(FactorText::as_str)));
        batch.moneys_or_null("paid", read.iter().map(|read| read.paid))?;
        batch.text("text", run.payouts.iter().map(|proposal| &proposal.text));
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// What is not paid out now: `affiliate`, `balance`, `reason`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [],
/// #   "payouts": [{ "id": "all", "minimum": "50.00" }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "adjustments": [{ "id": "a", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "sorry" }]
/// }"#).unwrap();
/// let run = plan.payouts(&facts, affil::time::Instant::parse("2026-04-10T08:00:00Z").unwrap()).unwrap();
/// assert_eq!(affil_arrow::carried(&run).unwrap().num_rows(), 1);
/// ```
pub fn carried(run: &PayoutRun) -> Result<RecordBatch, Problems> {
    let build = || {
        let mut batch = Batch::new(Some(run.currency), None);
        batch.text("affiliate", run.carried.iter().map(|row| &row.affiliate));
        batch.money("balance", run.currency, run.carried.iter().map(|row| row.balance))?;
        batch.text("reason", run.carried.iter().map(|row| carry_reason(row.reason)));
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// The word with which a reason for carrying a balance forward stands in documents.
///
/// ```
/// assert_eq!(affil_arrow::carry_reason(affil::CarryReason::BelowMinimum), "below_minimum");
/// ```
pub fn carry_reason(of: CarryReason) -> &'static str {
    match of {
        CarryReason::Negative => "negative",
        CarryReason::BelowMinimum => "below_minimum",
        CarryReason::NothingLeft => "nothing_left",
    }
}

fn treatment(of: VatTreatment) -> &'static str {
    match of {
        VatTreatment::None => "none",
        VatTreatment::Outside => "outside",
        VatTreatment::Inside => "inside",
        VatTreatment::ReverseCharge => "reverse_charge",
    }
}

fn fee_payer(of: FeePayer) -> &'static str {
    match of {
        FeePayer::Affiliate => "affiliate",
        FeePayer::Merchant => "merchant",
    }
}

/// What stands in a payout as text, read.
struct Read {
    /// `earned`, `released`, `reserve`, `vat`, `withholding`, `fee`, `transfer`.
    amounts: [Money; 7],
    release: Option<Instant>,
    paid: Option<Money>,
}

impl Read {
    /// Errors: a payout that the engine did not propose.
    fn of(proposal: &Proposal, currency: Currency) -> Result<Self, Problem> {
        let payout: &PayoutFact = &proposal.payout;
        let root = Pointer::root();
        let amount = |text: &AmountText, currency: Currency, key: &str| {
            value::amount(text.as_str(), currency, &root.key(key)).map(|minor| Money::new(minor, currency))
        };
        let own = |text: &AmountText, key: &str| amount(text, currency, key);
        let amounts = [
            own(&payout.earned, "earned")?,
            own(&payout.released, "released")?,
            own(&payout.reserve, "reserve")?,
            own(&payout.vat, "vat")?,
            own(&payout.withholding, "withholding")?,
            own(&payout.fee, "fee")?,
            own(&payout.transfer, "transfer")?,
        ];
        let release = payout.release.as_ref().map(|text| value::instant(&text.0, &root.key("release"))).transpose()?;
        let code = payout.currency.as_ref().map(|code| value::currency(code.as_str(), &root.key("currency")));
        let to = code.transpose()?.unwrap_or(currency);
        let paid = payout.paid.as_ref().map(|text| amount(text, to, "paid")).transpose()?;
        Ok(Self { amounts, release, paid })
    }
}
