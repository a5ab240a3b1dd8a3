//! Proposals: for every affiliate with terms and a balance, what would be paid, or why it is carried forward.
//!
//! This module must never record anything: a proposal becomes a payout when it is added to the facts.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::text::Told;
use super::{Carry, Due, Outgoing, Sums, TermsPlan, due, exchanged};
use crate::facts::{Facts, PayoutFact, TimeText};
use crate::money::{Currency, Decimal, Minor, Money};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, CurrencyText, FactorText, Id};
use crate::settle::{escape, introduce, limit};
use crate::shape::short;
use crate::time::{Date, Instant};

/// A payout as it would be made, and why it is as high as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The payout; to pay, add it to the facts.
    pub payout: PayoutFact,
    /// The id of the affiliate's payout terms.
    pub terms: String,
    /// One line for people.
    pub text: String,
}

/// Why a balance is carried forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CarryReason {
    /// The affiliate owes more than it is owed.
    Negative,
    /// It is below the minimum of the affiliate's terms.
    BelowMinimum,
    /// Reserve, withholding and fee leave nothing to send.
    NothingLeft,
}

/// A balance that is not paid out now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarriedForward {
    /// Whose balance.
    pub affiliate: String,
    /// How much; below zero if the affiliate owes it.
    pub balance: Money,
    /// Why.
    pub reason: CarryReason,
}

/// What would be paid to whom at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutRun {
    /// The instant.
    pub at: Instant,
    /// Its day in the program's zone.
    pub date: Date,
    /// The program's currency.
    pub currency: Currency,
    /// The payouts, by affiliate.
    pub payouts: Vec<Proposal>,
    /// What is carried forward, by affiliate.
    pub carried: Vec<CarriedForward>,
    total: Minor,
}

impl PayoutRun {
    /// The sum of what is sent, in the program's currency.
    pub fn total(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for PayoutRun {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("PayoutRun", 6)?;
        form.serialize_field("at", &self.at)?;
        form.serialize_field("date", &self.date)?;
        form.serialize_field("currency", self.currency.code())?;
        form.serialize_field("payouts", &self.payouts)?;
        form.serialize_field("carried", &self.carried)?;
        form.serialize_field("total", &self.total())?;
        form.end()
    }
}

impl Plan {
    /// The payouts to be made at an instant, as of then: for every affiliate with payout terms, what may be paid.
    ///
    /// Nothing is recorded. To pay, add the payouts to the facts; asked again at the same instant, there is then nothing left.
    ///
    /// Errors: the facts as of then do not settle, or an exchange rate is missing (`currency.no_quote`).
    ///
    /// ```
    /// let plan = affil::Program::from_toml(r#"
    ///     schema = "affil/1"
    ///     currency = "EUR"
    ///     zone = "Europe/Berlin"
    ///     attribution.windows.click = "30d"
    ///     rules = [{ id = "all", pay.percent = "10" }]
    ///     payouts = [{ id = "everybody", minimum = "50.00", reserve = { percent = "10", lasts = "6mo" } }]
    /// "#).unwrap().compile().unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [
    ///   { "id": "1", "at": "2026-04-01T00:00:00Z", "affiliate": "ana", "amount": "400.00", "reason": "agreed" }
    /// ] }"#).unwrap();
    /// let run = plan.payouts(&facts, affil::time::Instant::parse("2026-04-30T10:00:00Z").unwrap()).unwrap();
    /// assert_eq!(run.total().to_string(), "360.00 EUR");
    /// assert_eq!(
    ///     run.payouts[0].text,
    ///     "360.00 EUR to ana · balance 400.00 payable by 2026-04-30 · reserve 10 % of 400.00 = 40.00 until 2026-10-30",
    /// );
    /// ```
    pub fn payouts(&self, facts: &Facts, at: Instant) -> Result<PayoutRun, Problems> {
        let facts = facts.as_of(at);
        let settlement = self.settle(&facts)?;
        let facts = introduce(self, facts.current()?);
        let (date, currency) = (self.zone.date(at), self.currency);
        let (payouts, carried) = (Vec::new(), Vec::new());
        let mut run = PayoutRun { at, date, currency, payouts, carried, total: Minor::ZERO };
        let agreed = self.agreed(&facts);
        for balance in settlement.balances() {
            let affiliate = facts.names.find(balance.affiliate).unwrap_or_default();
            let Some((index, terms)) = agreed.terms(affiliate) else { continue };
            let own = settlement.outgoing().iter().filter(|payout| payout.affiliate == affiliate);
            let id = self.program.payouts.get(index).map(|terms| terms.id.as_str()).unwrap_or_default();
            let desk = Desk { plan: self, facts: &facts, terms, id, affiliate: balance.affiliate };
            desk.pay(balance.payable.minor(), unpaid_reserves(own, at), &mut run)?;
        }
        Ok(run)
    }
}

/// What was released of reserves by an instant and not paid since, in minor units.
fn unpaid_reserves<'a>(payouts: impl Iterator<Item = &'a Outgoing>, at: Instant) -> i128 {
    let open = |payout: &Outgoing| {
        let paid = if payout.counts_at(at) { payout.sums.released.get() } else { 0 };
        i128::from(payout.released_at(at).get()).saturating_sub(i128::from(paid))
    };
    payouts.fold(0, |sum: i128, payout| sum.saturating_add(open(payout)))
}

/// What is needed to pay one affiliate.
struct Desk<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    terms: &'a TermsPlan,
    /// The id of the terms.
    id: &'a str,
    affiliate: &'a str,
}

impl Desk<'_> {
    fn pay(&self, balance: Minor, released: i128, run: &mut PayoutRun) -> Result<(), Problem> {
        let too_much = |_| limit(&format!("the payout to `{}`", short(self.affiliate)));
        let reason = match due(self.terms, balance, released, self.plan.program.round.mode).map_err(too_much)? {
            Due::Nothing => return Ok(()),
            Due::Carried(Carry::Negative) => CarryReason::Negative,
            Due::Carried(Carry::BelowMinimum) => CarryReason::BelowMinimum,
            Due::Carried(Carry::NothingLeft) => CarryReason::NothingLeft,
            Due::Paid(sums) => {
                run.total = run.total.plus(sums.transfer).map_err(|_| limit("the sum of the payouts"))?;
                run.payouts.push(self.proposal(sums, balance, run)?);
                return Ok(());
            }
        };
        let balance = Money::new(balance, run.currency);
        run.carried.push(CarriedForward { affiliate: self.affiliate.to_owned(), balance, reason });
        Ok(())
    }

    fn proposal(&self, sums: Sums, balance: Minor, run: &PayoutRun) -> Result<Proposal, Problem> {
        let release = self.release(sums, run.at)?;
        let paid = self.paid(sums.transfer, run.date)?;
        let (plan, mode) = (self.plan, self.plan.program.round.mode);
        let told = Told {
            affiliate: self.affiliate,
            terms: self.terms,
            sums,
            balance,
            currency: plan.currency,
            mode,
            day: run.date,
            until: release.map(|release| plan.zone.date(release)),
            paid,
        };
        let text = |amount: Minor| AmountText(plan.currency.format(amount));
        let payout = PayoutFact {
            id: Id(self.payout_id(run.date)),
            at: TimeText(run.at.to_string()),
            affiliate: Id::from(self.affiliate),
            terms: None,
            earned: text(sums.earned),
            released: text(sums.released),
            reserve: text(sums.reserve),
            release: release.map(|release| TimeText(release.to_string())),
            treatment: sums.treatment,
            vat: text(sums.vat),
            withholding: text(sums.withholding),
            fee: text(sums.fee),
            fee_payer: sums.fee_payer,
            transfer: text(sums.transfer),
            currency: paid.map(|(paid, _)| CurrencyText::from(paid.currency().code())),
            rate: paid.map(|(_, rate)| FactorText(rate.to_string())),
            paid: paid.map(|(paid, _)| AmountText(paid.amount())),
            known: None,
        };
        Ok(Proposal { payout, terms: self.id.to_owned(), text: told.line() })
    }

    /// When the reserve is owed again.
    fn release(&self, sums: Sums, at: Instant) -> Result<Option<Instant>, Problem> {
        let Some(reserve) = self.terms.reserve.as_ref().filter(|_| !sums.reserve.is_zero()) else { return Ok(None) };
        reserve.lasts.end_from(at, &self.plan.zone).map(Some).map_err(|_| {
            let message = format!("a reserve of {at} that lasts {} ends after 2199", reserve.lasts.words());
            Problem::new(Code::TimeOutOfRange, Pointer::root().key("at"), message, "affil knows the years 1970 to 2199")
        })
    }

    /// What is sent in the currency of the terms, and at what rate; none for the program's.
    fn paid(&self, transfer: Minor, day: Date) -> Result<Option<(Money, Decimal)>, Problem> {
        let Some(currency) = self.terms.currency else { return Ok(None) };
        let own = self.plan.currency;
        let mut quotes = self.facts.quotes.rows.iter();
        let quote = quotes.find(|quote| (quote.from, quote.to, quote.date) == (own, currency, day));
        let quote = quote.ok_or_else(|| {
            let affiliate = short(self.affiliate);
            let message = format!("`{affiliate}` is paid in {currency}, and there is no quote from {own} for {day}");
            let hint = format!(
                "add a quote {{ from: \"{own}\", to: \"{currency}\", date: \"{day}\", rate: … }} to the facts; nothing is taken as 1:1"
            );
            Problem::new(Code::CurrencyNoQuote, Pointer::root().key("quotes"), message, hint)
        })?;
        let paid = exchanged(transfer, (own, currency), quote.rate, self.plan.program.round.mode);
        let paid = paid.map_err(|_| limit("a converted amount"))?;
        Ok(Some((Money::new(paid, currency), quote.rate)))
    }

    /// The first id of the day that no payout has.
    fn payout_id(&self, day: Date) -> String {
        let first = format!("{day}/{}", escape(self.affiliate));
        let taken = |id: &str| self.facts.names.find(id).is_some_and(|id| self.facts.payouts.find(id).is_some());
        let ids = (2_u64..).map(|number| format!("{first}/{number}"));
        std::iter::once(first.clone()).chain(ids).find(|id| !taken(id)).unwrap_or(first.clone())
    }
}
