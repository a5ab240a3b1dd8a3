//! Section 13, "proposes payouts": what to pay whom at an instant, and what is carried forward.
//!
//! Must never know what becomes of a proposal.

use crate::Refusal;
use crate::currency::{decimal, integer, rate_of_day, scale};
use crate::exact::{Exact, percent, round, whole};
use crate::facts::{Facts, Payout};
use crate::payouts::{affiliates, balance, is_failed, terms};
use crate::program::{Fee, Payer, PayoutTerms, Program, Treatment};
use crate::states::Owed;
use crate::targets::escaped;
use crate::time::{Instant, day, text, window_end};
use serde_json::{Value, json};

/// A payout that is proposed. Amounts are in minor units of the program's currency, but for `paid_minor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The day and the affiliate.
    pub id: String,
    /// The terms that apply.
    pub terms: String,
    /// Whom to pay.
    pub affiliate: String,
    /// When, in UTC.
    pub at: String,
    /// What is taken of what was earned.
    pub earned_minor: i128,
    /// What is taken of what earlier payouts kept.
    pub released_minor: i128,
    /// What is kept.
    pub reserve_minor: i128,
    /// Until when it is kept, in UTC; none where nothing is.
    pub release: Option<String>,
    /// `none`, `outside`, `inside` or `reverse_charge`.
    pub treatment: String,
    /// The tax on it.
    pub vat_minor: i128,
    /// What is kept for the tax office.
    pub withholding_minor: i128,
    /// What paying costs.
    pub fee_minor: i128,
    /// Who pays that: `affiliate` or `merchant`.
    pub fee_payer: String,
    /// What is sent.
    pub transfer_minor: i128,
    /// The currency in which it is sent.
    pub currency: String,
    /// How much of it one unit of the program's is worth; none where it is the program's.
    pub rate: Option<String>,
    /// What is sent, in minor units of `currency`.
    pub paid_minor: i128,
    own_currency: String,
}

impl Proposal {
    /// The proposal as a fact: a row of `payouts`.
    ///
    /// ```
    /// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [],
    ///     "payouts": [{ "id": "all" }] }"#;
    /// let facts = r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [
    ///     { "id": "j", "at": "2026-03-01T00:00:00Z", "affiliate": "ana", "amount": "12.50", "reason": "thanks" }] }"#;
    /// let proposals = affil_oracle::payouts(program, facts, "2026-03-02T00:00:00Z").unwrap();
    /// let fact = proposals.payouts[0].fact();
    /// assert_eq!(fact["id"], "2026-03-02/ana");
    /// assert_eq!(fact["transfer"], "12.50");
    /// ```
    #[must_use]
    pub fn fact(&self) -> Value {
        let own = |minor| decimal(minor, &self.own_currency);
        let mut fact = json!({
            "id": self.id,
            "at": self.at,
            "affiliate": self.affiliate,
            "earned": own(self.earned_minor),
            "released": own(self.released_minor),
            "reserve": own(self.reserve_minor),
            "treatment": self.treatment,
            "vat": own(self.vat_minor),
            "withholding": own(self.withholding_minor),
            "fee": own(self.fee_minor),
            "fee_payer": self.fee_payer,
            "transfer": own(self.transfer_minor),
            "currency": self.currency,
            "paid": decimal(self.paid_minor, &self.currency),
        });
        if let Some(release) = &self.release {
            fact["release"] = json!(release);
        }
        if let Some(rate) = &self.rate {
            fact["rate"] = json!(rate);
        }
        fact
    }
}

/// A balance that is not paid out now. The amount is in minor units.
///
/// ```
/// let carried = affil_oracle::Carried { affiliate: "ana".into(), minor: 3_820, reason: "below_minimum".into() };
/// assert_eq!(carried.reason, "below_minimum");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Whose balance.
    pub affiliate: String,
    /// The balance.
    pub minor: i128,
    /// `negative`, `below_minimum` or `nothing_left`.
    pub reason: String,
}

/// What is proposed to be paid at one instant.
///
/// ```
/// let nothing = affil_oracle::Proposals { payouts: vec![], carried: vec![] };
/// assert_eq!(nothing.total_minor(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposals {
    /// The payouts, by affiliate.
    pub payouts: Vec<Proposal>,
    /// What is carried forward, by affiliate.
    pub carried: Vec<Carried>,
}

impl Proposals {
    /// What is sent in all, in minor units of the program's currency.
    #[must_use]
    pub fn total_minor(&self) -> i128 {
        self.payouts.iter().map(|payout| payout.transfer_minor).sum()
    }
}

/// What to pay at an instant, given the facts and targets as of it.
pub(crate) fn propose(program: &Program, facts: &Facts, owed: &[Owed], at: Instant) -> Result<Proposals, Refusal> {
    let mut proposals = Proposals { payouts: Vec::new(), carried: Vec::new() };
    for affiliate in affiliates(facts, owed) {
        let Some(terms) = terms(program, facts, affiliate) else {
            continue;
        };
        let balance = balance(program, facts, owed, affiliate, at);
        let case = Case { program, facts, terms, affiliate, at, balance: &balance };
        match case.proposed()? {
            Ok(payout) => proposals.payouts.push(payout),
            // Nothing is listed for zero.
            Err(_) if balance == whole(0) => {}
            Err(reason) => proposals.carried.push(Carried {
                affiliate: affiliate.to_owned(),
                minor: integer(&balance)?,
                reason: reason.to_owned(),
            }),
        }
    }
    Ok(proposals)
}

/// An affiliate with its terms and balance.
struct Case<'a> {
    program: &'a Program,
    facts: &'a Facts,
    terms: &'a PayoutTerms,
    affiliate: &'a str,
    at: Instant,
    balance: &'a Exact,
}

impl Case<'_> {
    /// The payout, or why the balance is carried forward. The numbers are those of the page.
    fn proposed(&self) -> Result<Result<Proposal, &'static str>, Refusal> {
        let Self { program, terms, at, balance, .. } = *self;
        // 1.
        if *balance <= whole(0) {
            return Ok(Err("negative"));
        }
        if terms.minimum.as_ref().is_some_and(|minimum| *balance < program.minor(minimum)) {
            return Ok(Err("below_minimum"));
        }
        // 2.
        let released = self.released();
        let earned = balance - &released;
        // 3.
        let kept = terms.reserve.as_ref().map(|reserve| (self.rounded(&reserve.percent.0, &earned), &reserve.lasts));
        let kept = kept.filter(|(reserve, _)| *reserve > whole(0));
        let release = kept.as_ref().map(|(_, lasts)| window_end(at, lasts, program.zone));
        let reserve = kept.map_or_else(|| whole(0), |(reserve, _)| reserve);
        let amount = balance - &reserve;
        // 4.
        let (treatment, vat) = self.vat(&amount);
        let taxed = if treatment == Treatment::Inside { &amount - &vat } else { amount.clone() };
        // 5.
        let withholding = terms.withholding.as_ref().map_or_else(|| whole(0), |rate| self.rounded(&rate.0, &taxed));
        // 6.
        let fee = terms.fee.as_ref().map_or_else(|| whole(0), |fee| self.fee(fee, &amount));
        let payer = terms.fee.as_ref().map_or(Payer::Affiliate, |fee| fee.payer);
        // 7.
        let outside = if treatment == Treatment::Outside { vat.clone() } else { whole(0) };
        let own_fee = if payer == Payer::Affiliate { fee.clone() } else { whole(0) };
        let transfer = &earned + &released - &reserve - &withholding + outside - own_fee;
        if transfer <= whole(0) {
            return Ok(Err("nothing_left"));
        }
        // 8.
        let (currency, rate, paid) = self.paid(&transfer)?;
        Ok(Ok(Proposal {
            id: self.id(),
            terms: terms.id.clone(),
            affiliate: self.affiliate.to_owned(),
            at: text(at),
            earned_minor: integer(&earned)?,
            released_minor: integer(&released)?,
            reserve_minor: integer(&reserve)?,
            release: release.map(text),
            treatment: treatment.name().to_owned(),
            vat_minor: integer(&vat)?,
            withholding_minor: integer(&withholding)?,
            fee_minor: integer(&fee)?,
            fee_payer: payer.name().to_owned(),
            transfer_minor: integer(&transfer)?,
            currency,
            rate,
            paid_minor: integer(&paid)?,
            own_currency: program.currency.clone(),
        }))
    }

    /// A percentage of an amount in minor units.
    fn rounded(&self, rate: &Exact, amount: &Exact) -> Exact {
        round(&(percent(rate) * amount), self.program.round.mode)
    }

    /// What of the balance was kept by earlier payouts.
    fn released(&self) -> Exact {
        let Self { program, facts, at, .. } = *self;
        let own = |payout: &&Payout| payout.affiliate == self.affiliate && !is_failed(facts, payout, Some(at));
        let mut released = whole(0);
        for payout in facts.payouts.iter().filter(own) {
            if payout.release.is_some_and(|release| release <= at) {
                released += program.minor(&payout.reserve);
            }
            released -= program.minor(&payout.released);
        }
        released.min(self.balance.clone()).max(whole(0))
    }

    fn vat(&self, amount: &Exact) -> (Treatment, Exact) {
        let Some(vat) = &self.terms.vat else {
            return (Treatment::None, whole(0));
        };
        let none = whole(0);
        let rate = vat.percent.as_ref().map_or(&none, |percent| &percent.0);
        let tax = match vat.treatment {
            Treatment::None => whole(0),
            Treatment::Outside | Treatment::ReverseCharge => self.rounded(rate, amount),
            Treatment::Inside => round(&(amount * rate / (whole(100) + rate)), self.program.round.mode),
        };
        (vat.treatment, tax)
    }

    fn fee(&self, fee: &Fee, amount: &Exact) -> Exact {
        let program = self.program;
        if fee.waived_from.as_ref().is_some_and(|from| *self.balance >= program.minor(from)) {
            return whole(0);
        }
        let fixed = fee.amount.as_ref().map_or_else(|| whole(0), |fixed| program.minor(fixed));
        let part = fee.percent.as_ref().map_or_else(|| whole(0), |rate| self.rounded(&rate.0, amount));
        fixed + part
    }

    /// The currency in which to pay, its rate as text, and the amount in its minor units.
    fn paid(&self, transfer: &Exact) -> Result<(String, Option<String>, Exact), Refusal> {
        let Self { program, facts, terms, at, .. } = *self;
        let currency = terms.currency.as_ref().unwrap_or(&program.currency);
        if *currency == program.currency {
            return Ok((currency.clone(), None, transfer.clone()));
        }
        let Some(rate) = rate_of_day(facts, &program.currency, currency, day(at, program.zone)) else {
            return Err(Refusal::of(["currency.no_quote".to_owned()].into()));
        };
        let exact = transfer * &rate * scale(currency) / scale(&program.currency);
        Ok((currency.clone(), Some(crate::exact::decimal(&rate)), round(&exact, program.round.mode)))
    }

    /// The day and the affiliate, and a number if that is taken.
    fn id(&self) -> String {
        let first = format!("{}/{}", day(self.at, self.program.zone), escaped(self.affiliate));
        let is_taken = |id: &String| self.facts.payouts.iter().any(|payout| payout.id == *id);
        let numbered = |number: usize| if number == 1 { first.clone() } else { format!("{first}/{number}") };
        (1..=self.facts.payouts.len() + 1).map(numbered).find(|id| !is_taken(id)).expect("more numbers than payouts")
    }
}
