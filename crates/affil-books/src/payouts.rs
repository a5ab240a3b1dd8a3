//! Payouts as the facts hold them, with their amounts and days read.
//!
//! This module must never know how anybody is paid.

use affil::time::{Date, Instant, Zone};
use affil::{AmountText, Code, Currency, CurrencyText, FeePayer, Id, Minor, Money, Pointer, Problem, Problems, TimeText};
use affil::{VatTreatment, value};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Whether it is known what became of it.
    pub confirmed: bool,
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

/// What is looked at of a document.
#[derive(Deserialize)]
struct Document {
    currency: Option<String>,
    #[serde(default)]
    payouts: Vec<PayoutFact>,
    #[serde(default)]
    confirmations: Vec<ConfirmationFact>,
}

#[derive(Deserialize)]
struct PayoutFact {
    id: Id,
    at: TimeText,
    affiliate: Id,
    terms: Option<Id>,
    earned: AmountText,
    released: Option<AmountText>,
    reserve: Option<AmountText>,
    #[serde(default)]
    treatment: VatTreatment,
    vat: Option<AmountText>,
    withholding: Option<AmountText>,
    fee: Option<AmountText>,
    #[serde(default)]
    fee_payer: FeePayer,
    transfer: AmountText,
    currency: Option<CurrencyText>,
    paid: Option<AmountText>,
}

#[derive(Deserialize)]
struct ConfirmationFact {
    payout: Id,
}

impl Payouts {
    /// The payouts of a document: proposed ones (`{"payouts":[…]}` as the engine proposes them) or facts. `currency` and
    /// `zone` are the program's.
    ///
    /// Errors: all that cannot be read, two payouts with one id, and payouts in another currency, at once.
    pub fn from_json(text: &str, currency: Currency, zone: &Zone) -> Result<Self, Problems> {
        let document: Document = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        let mut problems = Vec::new();
        if let Some(other) = document.currency.filter(|other| other != currency.code()) {
            let message = format!("the payouts are in {other}, the program in {currency}");
            let hint = "export payouts with the program that proposed them";
            problems.push(Problem::new(Code::PayeeCurrency, Pointer::root().key("currency"), message, hint));
        }
        let confirmed: BTreeSet<&str> = document.confirmations.iter().map(|fact| fact.payout.as_str()).collect();
        let mut payouts: BTreeMap<(Instant, String), Payout> = BTreeMap::new();
        let mut ids: BTreeMap<String, Payout> = BTreeMap::new();
        for (index, fact) in document.payouts.iter().enumerate() {
            let path = Pointer::root().key("payouts").index(index);
            let mut reader = Reader { currency, path, problems: &mut problems };
            let Some(mut payout) = reader.payout(fact, zone) else { continue };
            payout.confirmed = confirmed.contains(payout.id.as_str());
            match ids.get(&payout.id) {
                Some(first) if !first.is_the_same(&payout) => problems.push(conflict(&payout)),
                Some(_) => {}
                None => {
                    ids.insert(payout.id.clone(), payout.clone());
                    payouts.insert((payout.at, payout.id.clone()), payout);
                }
            }
        }
        if problems.is_empty() {
            return Ok(Self { currency, payouts: payouts.into_values().collect() });
        }
        Err(problems.into_iter().collect::<Problems>().with_places(text))
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
        let earned = self.amount(Some(&fact.earned), "earned");
        let released = self.amount(fact.released.as_ref(), "released");
        let reserve = self.amount(fact.reserve.as_ref(), "reserve");
        let vat = self.amount(fact.vat.as_ref(), "vat");
        let withholding = self.amount(fact.withholding.as_ref(), "withholding");
        let fee = self.amount(fact.fee.as_ref(), "fee");
        let transfer = self.amount(Some(&fact.transfer), "transfer");
        let paid = self.paid(fact, transfer);
        let (Some(at), true) = (at, self.problems.len() == before) else { return None };
        Some(Payout {
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
            confirmed: false,
            path: self.path.clone(),
        })
    }

    fn amount(&mut self, text: Option<&AmountText>, key: &str) -> Money {
        self.money(text, key, self.currency)
    }

    fn money(&mut self, text: Option<&AmountText>, key: &str, currency: Currency) -> Money {
        let read = text.map_or(Ok(Minor::ZERO), |text| value::amount(text.as_str(), currency, &self.path.key(key)));
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
        if fact.paid.is_none() && currency == self.currency {
            return transfer;
        }
        if fact.paid.is_none() {
            let message = format!("nothing says how much is sent in {currency}");
            let hint = "add `paid`, as the proposal has it";
            self.problems.push(Problem::new(Code::DocumentMissingKey, self.path.clone(), message, hint));
        }
        self.money(fact.paid.as_ref(), "paid", currency)
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
