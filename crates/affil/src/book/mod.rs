//! A plan, its facts and its ledger kept together, so that adding facts costs only what they touch.
//!
//! This module must never compute an amount: it chooses which facts to settle, and the same stages settle them.

mod earners;
mod index;
mod post;
mod reach;
mod waits;

use crate::facts::{Facts, FactsDocument};
use crate::ledger::{Entry, Ledger};
use crate::plan::Plan;
use crate::problem::Problems;
use crate::shape;
use crate::time::{Instant, Month};
use earners::Earners;
use index::Index;
use waits::Waits;

pub use reach::{Again, Reach};

/// A plan, its facts and its ledger.
///
/// After any facts were added the ledger holds exactly the entries that it would hold if the whole settlement had been
/// posted each time; only what the new facts touch is settled again. See `docs/book.md`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let facts = affil::Facts::from_json(r#"{
///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }],
///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "100.00" }] }]
/// }"#)?;
/// let mut book = affil::Book::new(plan, facts)?;
/// assert_eq!(book.ledger().entries()[0].amount, "10.00");
///
/// let entries = book.add_json(r#"{
///   "refunds": [{ "id": "r1", "at": "2026-03-12T10:00:00Z", "order": "A", "amount": "30.00" }]
/// }"#)?;
/// assert_eq!((entries.len(), entries[0].amount.as_str()), (1, "-3.00"));
/// assert_eq!(book.settled().orders, 1);
/// # Ok::<(), affil::Problems>(())
/// ```
#[derive(Debug, Clone)]
pub struct Book {
    plan: Plan,
    facts: Facts,
    ledger: Ledger,
    reach: Reach,
    index: Index,
    /// Only where one order of an affiliate matters for another.
    earners: Earners,
    waits: Waits,
    /// The end of the facts.
    end: Option<Instant>,
    /// When was last paid out.
    paid: Option<Instant>,
    /// No sum of anything is higher, in minor units.
    gross: i128,
    /// Touches count by themselves, and some were corrected.
    clicks_corrected: bool,
    settled: Settled,
}

/// How much was settled for the facts that were added last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// How many orders.
    pub orders: usize,
    /// Why everything was, if it was.
    pub everything: Option<&'static str>,
}

impl Book {
    /// Settles these facts and posts everything to a new ledger.
    ///
    /// Errors: facts that do not settle.
    pub fn new(plan: Plan, facts: Facts) -> Result<Self, Problems> {
        Self::with_ledger(plan, facts, Ledger::new())
    }

    /// The same with a ledger that was kept before; what it lacks, or holds otherwise, is booked at once.
    ///
    /// Errors: facts that do not settle; a ledger in another currency.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// ] }"#)?;
    /// let mut first = affil::Book::new(plan.clone(), facts.clone())?;
    /// let kept = affil::Ledger::from_json_lines(&first.ledger().to_json_lines())?;
    /// let again = affil::Book::with_ledger(plan, facts, kept)?;
    /// assert_eq!(again.ledger().entries(), first.ledger().entries());
    /// # Ok::<(), affil::Problems>(())
    /// ```
    pub fn with_ledger(plan: Plan, facts: Facts, ledger: Ledger) -> Result<Self, Problems> {
        let reach = Reach::of(&plan);
        let settled = Settled { orders: 0, everything: None };
        let mut book = Self {
            plan,
            facts,
            ledger,
            reach,
            index: Index::default(),
            earners: Earners::default(),
            waits: Waits::default(),
            end: None,
            paid: None,
            gross: 0,
            clicks_corrected: false,
            settled,
        };
        book.open()?;
        Ok(book)
    }

    /// Adds the facts of a JSON document, and returns the entries that are booked for them.
    ///
    /// Errors: as [`Facts::add_json`] and [`Plan::settle`]. Then nothing is added and nothing booked.
    pub fn add_json(&mut self, text: &str) -> Result<Vec<Entry>, Problems> {
        let document = shape::facts_from(text)?;
        self.add(&document, |problems| shape::locate(problems, text, shape::Format::Json))
    }

    /// Adds the facts of a document, and returns the entries that are booked for them.
    ///
    /// Errors: as [`Facts::add_document`] and [`Plan::settle`]. Then nothing is added and nothing booked.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let mut book = affil::Book::new(plan, affil::Facts::new())?;
    /// let document = affil::Facts::from_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// ] }"#)?.to_document();
    /// assert_eq!(book.add_document(&document)?[0].amount, "5.00");
    /// assert_eq!(book.add_document(&document)?.len(), 0);
    /// # Ok::<(), affil::Problems>(())
    /// ```
    pub fn add_document(&mut self, document: &FactsDocument) -> Result<Vec<Entry>, Problems> {
        self.add(document, |problems| problems)
    }

    /// Closes all months up to the end of this one; see [`Ledger::close`].
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let mut book = affil::Book::new(plan, affil::Facts::new())?;
    /// book.close(affil::time::Month::parse("2026-03").unwrap());
    /// let entries = book.add_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// ] }"#)?;
    /// assert_eq!(entries[0].date.to_string(), "2026-04-01");
    /// # Ok::<(), affil::Problems>(())
    /// ```
    pub fn close(&mut self, month: Month) {
        self.ledger.close(month);
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// All facts that were added.
    ///
    /// A copy of them should not be kept while others are added: the texts would be copied as well.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The ledger: every entry that was booked.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How far new facts reach under this plan, and why.
    ///
    /// ```
    /// use affil::{Again, Book, Facts, Plan};
    /// let plan = Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ///   "attribution": { "windows": { "click": "30d" } }, "rules": [{ "id": "all", "pay": { "percent": "10" } }],
    ///   "tiers": [{ "id": "volume", "mode": "marginal", "steps": [{ "from": "1000.00", "percent": "12" }] }] }"#)?;
    /// let book = Book::new(plan, Facts::new())?;
    /// assert_eq!(book.reach().again, Again::Affiliate);
    /// assert_eq!(book.reach().because[0].path.as_str(), "/tiers/0");
    /// # Ok::<(), affil::Problems>(())
    /// ```
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// How much was settled for the facts that were added last.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let mut book = affil::Book::new(plan, affil::Facts::from_json(r#"{ "orders": [
    ///   { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "8.00" }] },
    ///   { "id": "B", "at": "2026-03-10T10:00:00Z", "customer": "lee", "lines": [{ "amount": "8.00" }] }
    /// ] }"#)?)?;
    /// assert_eq!((book.settled().orders, book.settled().everything), (2, Some("the first time")));
    /// book.add_json(r#"{ "refunds": [{ "id": "r1", "at": "2026-03-12T10:00:00Z", "order": "A" }] }"#)?;
    /// assert_eq!((book.settled().orders, book.settled().everything), (1, None));
    /// # Ok::<(), affil::Problems>(())
    /// ```
    pub fn settled(&self) -> Settled {
        self.settled
    }
}
