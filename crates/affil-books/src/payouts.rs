//! Payouts as the facts hold them, with their amounts and days read.
//!
//! This module must never know how anybody is paid.

use affil::time::{Date, Instant, Zone};
use affil::{AmountText, Code, ConfirmationFact, Currency, FactsDocument, FeePayer, Id, Minor, Money, PayoutFact};
use affil::{PayoutOutcome, Pointer, Problem, Problems, VatTreatment, value};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::payment::checked;

/// What was taken from the balance of an affiliate, and what is sent. All amounts but `paid` are in the program's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// The payout's id.
    pub id: String,
    /// When it was made.
    pub at: Instant,
    /// That day, in the program's zone.
    pub date: Date,
    /// Whom it pays.
    pub affiliate: String,
    /// The terms under which it was proposed.
    pub terms: Option<String>,
    /// What is taken of what was earned.
    pub earned: Money,
    /// What is taken of earlier reserves.
    pub released: Money,
    /// What is kept for now.
    pub reserve: Money,
    /// How value added tax stands to the amount.
    pub treatment: VatTreatment,
    /// The value added tax.
    pub vat: Money,
    /// What is withheld for the tax office.
    pub withholding: Money,
    /// What it costs to pay.
    pub fee: Money,
    /// Who bears the fee.
    pub fee_payer: FeePayer,
    /// What is sent.
    pub transfer: Money,
    /// What is sent, in the currency in which it is sent.
    pub paid: Money,
    /// What became of it; none if nobody knows yet. A payment that came back failed.
    pub outcome: Option<PayoutOutcome>,
    /// Where it stands in its document.
    pub(crate) path: Pointer,
}

/// Payouts in the order of their instants, then of their ids.
///
/// ```
/// let euro = affil::Currency::from_code("EUR").unwrap();
/// let payouts = affil_books::Payouts::from_json(r#"{ "payouts": [
///   { "id": "2026-04-10/ana", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80.00", "transfer": "80.00" }
/// ] }"#, euro, &affil::time::Zone::utc()).unwrap();
/// let payout = payouts.iter().next().unwrap();
/// assert_eq!((payout.date.to_string().as_str(), payout.paid.to_string().as_str()), ("2026-04-10", "80.00 EUR"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payouts {
    currency: Currency,
    payouts: Vec<Payout>,
}

/// What is looked at of a document, as it is written.
#[derive(Deserialize)]
struct Document<'t> {
    currency: Option<String>,
    #[serde(borrow, default)]
    payouts: Vec<&'t RawValue>,
    #[serde(borrow)]
    confirmations: Option<&'t RawValue>,
}

/// What the engine proposes: a payout, and what it says of it.
#[derive(Deserialize)]
struct Proposal<'t> {
    #[serde(borrow)]
    payout: &'t RawValue,
    terms: Option<Id>,
}

impl Payouts {
    /// The payouts of a document: a run of payouts as the engine proposes them, or a facts document, of which only
    /// `payouts` and `confirmations` are looked at. `currency` and `zone` are the program's.
    ///
    /// Errors: as for [`Payouts::new`], and all that is wrong with the shape of the document, with line and column.
    pub fn from_json(text: &str, currency: Currency, zone: &Zone) -> Result<Self, Problems> {
        let document: Document<'_> = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        if let Some(other) = document.currency.filter(|other| other != currency.code()) {
            let message = format!("the payouts are in {other}, the program in {currency}");
            let hint = "export payouts with the program that proposed them";
            return Err(Problem::new(Code::PayeeCurrency, Pointer::root().key("currency"), message, hint).into());
        }
        let proposals: Vec<Option<Proposal<'_>>> =
            document.payouts.iter().map(|raw| serde_json::from_str(raw.get()).ok()).collect();
        let facts = document.payouts.iter().zip(&proposals);
        let facts: Vec<&str> = facts
            .map(|(raw, proposal)| proposal.as_ref().map_or(raw.get(), |proposal| proposal.payout.get()))
            .collect();
        let confirmations = document.confirmations.map_or("[]", RawValue::get);
        // As texts, so that the engine's own reader finds what is wrong with them.
        let facts = format!("{{\"payouts\":[{}],\"confirmations\":{confirmations}}}", facts.join(","));
        let read = FactsDocument::from_json(&facts).map_err(Problems::without_places);
        let read = read.and_then(|mut facts| {
            for (fact, proposal) in facts.payouts.iter_mut().zip(proposals) {
                fact.terms = fact.terms.take().or(proposal.and_then(|proposal| proposal.terms));
            }
            Self::new(&facts.payouts, &facts.confirmations, currency, zone)
        });
        read.map_err(|problems| problems.with_places(text))
    }

    /// The payouts of facts, and what became of them. `currency` and `zone` are the program's.
    ///
    /// Errors, all at once: amounts and instants that are none, amounts that do not add up (`payout.sum`), two payouts with
    /// one id (`fact.conflict`).
    pub fn new(
        payouts: &[PayoutFact],
        confirmations: &[ConfirmationFact],
        currency: Currency,
        zone: &Zone,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut ids: BTreeMap<&str, Payout> = BTreeMap::new();
        for (index, fact) in payouts.iter().enumerate() {
            let path = Pointer::root().key("payouts").index(index);
            let mut reader = Reader { currency, path, problems: &mut problems };
            let Some(payout) = reader.payout(fact, zone) else { continue };
            match ids.get(fact.id.as_str()) {
                Some(first) if !first.is_the_same(&payout) => problems.push(conflict(&payout)),
                Some(_) => {}
                None => drop(ids.insert(fact.id.as_str(), payout)),
            }
        }
        for fact in confirmations {
            if let Some(payout) = ids.get_mut(fact.payout.as_str()) {
                // A payment that came back had been paid before.
                let failed = payout.outcome == Some(PayoutOutcome::Failed);
                payout.outcome = Some(if failed { PayoutOutcome::Failed } else { fact.outcome });
            }
        }
        checked(problems)?;
        let mut payouts: Vec<Payout> = ids.into_values().collect();
        payouts.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
        Ok(Self { currency, payouts })
    }

    /// The program's currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Payout> {
        self.payouts.iter()
    }

    /// Those for which `keep` is true: of one day, say, or in one currency.
    ///
    /// ```
    /// # let euro = affil::Currency::from_code("EUR").unwrap();
    /// # let payouts = affil_books::Payouts::from_json(r#"{ "payouts": [
    /// #   { "id": "p", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80.00", "transfer": "80.00" }
    /// # ] }"#, euro, &affil::time::Zone::utc()).unwrap();
    /// let today = affil::time::Date::parse("2026-04-10").unwrap();
    /// assert_eq!(payouts.only(|payout| payout.date == today && payout.paid.currency() == euro).iter().count(), 1);
    /// ```
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&Payout) -> bool) -> Self {
        self.payouts.retain(keep);
        self
    }
}

impl<'a> IntoIterator for &'a Payouts {
    type Item = &'a Payout;
    type IntoIter = std::slice::Iter<'a, Payout>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Payout {
    /// Equal but for where it stands.
    fn is_the_same(&self, other: &Self) -> bool {
        *self == Self { path: self.path.clone(), ..other.clone() }
    }
}

/// Reads one payout and notes all that is wrong with it.
struct Reader<'p> {
    currency: Currency,
    path: Pointer,
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn payout(&mut self, fact: &PayoutFact, zone: &Zone) -> Option<Payout> {
        let before = self.problems.len();
        let at = value::instant(&fact.at.0, &self.path.key("at"));
        let at = at.map_err(|problem| self.problems.push(problem)).ok();
        let earned = self.amount(&fact.earned, "earned");
        let released = self.amount(&fact.released, "released");
        let reserve = self.amount(&fact.reserve, "reserve");
        let vat = self.amount(&fact.vat, "vat");
        let withholding = self.amount(&fact.withholding, "withholding");
        let fee = self.amount(&fact.fee, "fee");
        let transfer = self.amount(&fact.transfer, "transfer");
        let paid = self.paid(fact, transfer);
        let (Some(at), true) = (at, self.problems.len() == before) else { return None };
        let payout = Payout {
            id: fact.id.as_str().to_owned(),
            at,
            date: zone.date(at),
            affiliate: fact.affiliate.as_str().to_owned(),
            terms: fact.terms.as_ref().map(|terms| terms.as_str().to_owned()),
            earned,
            released,
            reserve,
            treatment: fact.treatment,
            vat,
            withholding,
            fee,
            fee_payer: fact.fee_payer,
            transfer,
            paid,
            outcome: None,
            path: self.path.clone(),
        };
        self.adds_up(&payout)?;
        Some(payout)
    }

    /// The engine refuses such payouts as well; this is for those that never saw it.
    fn adds_up(&mut self, payout: &Payout) -> Option<()> {
        let minor = |money: Money| i128::from(money.minor().get());
        let vat = if payout.treatment == VatTreatment::Outside { minor(payout.vat) } else { 0 };
        let fee = if payout.fee_payer == FeePayer::Affiliate { minor(payout.fee) } else { 0 };
        // Seven amounts of 53 bits: 128 bits hold their sum.
        let plus = [minor(payout.earned), minor(payout.released), vat].into_iter().fold(0, i128::saturating_add);
        let minus = [minor(payout.reserve), minor(payout.withholding), fee];
        let sum = minus.into_iter().fold(plus, i128::saturating_sub);
        let same = payout.paid.currency() != self.currency || payout.paid == payout.transfer;
        if sum == minor(payout.transfer) && same {
            return Some(());
        }
        let message = format!("the amounts of payout `{}` do not add up to what is sent", payout.id);
        let hint = "take the payout as the engine proposed it";
        self.problems.push(Problem::new(Code::PayoutSum, self.path.clone(), message, hint));
        None
    }

    fn amount(&mut self, text: &AmountText, key: &str) -> Money {
        self.money(text, key, self.currency)
    }

    fn money(&mut self, text: &AmountText, key: &str, currency: Currency) -> Money {
        let read = value::amount(text.as_str(), currency, &self.path.key(key));
        let minor = read.unwrap_or_else(|problem| {
            self.problems.push(problem);
            Minor::ZERO
        });
        Money::new(minor, currency)
    }

    /// What is sent, in its own currency; in the program's it is the transfer.
    fn paid(&mut self, fact: &PayoutFact, transfer: Money) -> Money {
        let currency = match &fact.currency {
            None => self.currency,
            Some(code) => match value::currency(code.as_str(), &self.path.key("currency")) {
                Ok(currency) => currency,
                Err(problem) => {
                    self.problems.push(problem);
                    return transfer;
                }
            },
        };
        match &fact.paid {
            Some(paid) => self.money(paid, "paid", currency),
            None if currency == self.currency => transfer,
            None => {
                let message = format!("nothing says how much is sent in {currency}");
                let hint = "add `paid`, as the proposal has it";
                self.problems.push(Problem::new(Code::DocumentMissingKey, self.path.clone(), message, hint));
                transfer
            }
        }
    }
}

fn conflict(payout: &Payout) -> Problem {
    let message = format!("there is another payout `{}`", payout.id);
    Problem::new(Code::FactConflict, payout.path.key("id"), message, "give each payout an id of its own")
}

fn malformed(error: &serde_json::Error) -> Problem {
    let hint = "give the document that the engine proposed, or facts with `payouts`";
    Problem::new(Code::DocumentMalformed, Pointer::root(), format!("no payouts: {error}"), hint)
}
