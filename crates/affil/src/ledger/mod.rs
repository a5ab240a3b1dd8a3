//! The ledger: entries that are never edited, and the booking of differences.
//!
//! This module must never know rules, tiers or facts; it only compares moves with what was booked.

mod entry;
mod held;
mod lines;
mod post;
mod postings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::books::Move;
use crate::money::{Currency, Minor, Money};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::settle::{Settlement, limit};
use crate::time::{Date, Month};
use held::Held;

pub use entry::Entry;
pub(crate) use entry::read;
pub(crate) use held::Within;

/// Entries in the order in which they were booked, and the months that were closed between them.
///
/// Every entry is balanced: what it adds to some accounts it takes from others. Nothing is ever edited; what turns out to
/// be otherwise is booked as a difference.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
/// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let mut facts = affil::Facts::from_json(r#"{
///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "100.00" }] }]
/// }"#).unwrap();
/// let mut ledger = affil::Ledger::new();
/// assert_eq!(ledger.post(&plan.settle(&facts).unwrap()).unwrap().len(), 1);
/// facts.add_json(r#"{ "refunds": [{ "id": "r1", "at": "2026-03-12T10:00:00Z", "order": "A", "amount": "30.00" }] }"#).unwrap();
/// let booked = ledger.post(&plan.settle(&facts).unwrap()).unwrap();
/// assert_eq!(booked[0].amount, "-3.00"); // only the difference
/// assert_eq!(booked[0].date.to_string(), "2026-03-12");
/// assert_eq!(ledger.post(&plan.settle(&facts).unwrap()).unwrap().len(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    currency: Option<Currency>,
    entries: Vec<Entry>,
    /// Before which entry which month was closed.
    closings: Vec<(usize, Month)>,
    held: Held,
}

impl Ledger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self::default()
    }

    /// The entries, in the order in which they were booked.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The currency of all entries; none before the first settlement was posted.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The last month that is closed.
    pub fn closed(&self) -> Option<Month> {
        self.closings.last().map(|(_, month)| *month)
    }

    /// Closes all months up to the end of this one: what is booked from now on with a day in them gets the first day
    /// after them. Nothing opens them again; closing a month that is closed changes nothing.
    ///
    /// December 9999 cannot be closed: no day comes after it.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// ] }"#).unwrap();
    /// let mut ledger = affil::Ledger::new();
    /// ledger.close(affil::time::Month::parse("2026-03").unwrap());
    /// let booked = ledger.post(&plan.settle(&facts).unwrap()).unwrap();
    /// assert_eq!((booked[0].date.to_string().as_str(), booked[0].month.to_string().as_str()), ("2026-04-01", "2026-03"));
    /// ```
    pub fn close(&mut self, month: Month) {
        let is_last = month.next() == month;
        if !is_last && self.closed().is_none_or(|closed| closed < month) {
            self.closings.push((self.entries.len(), month));
        }
    }

    /// The first day that can be booked on, once a month is closed.
    fn open(&self) -> Option<Date> {
        self.closed().map(|closed| closed.next().first_day())
    }

    /// Books what the settlement wants less what the ledger holds, and returns the new entries.
    ///
    /// Errors: a settlement in another currency (`ledger.currency`). Then nothing is booked.
    pub fn post(&mut self, settlement: &Settlement) -> Result<Vec<Entry>, Problems> {
        self.post_moves(settlement.moves(), settlement.currency(), settlement.plan(), Within::Everything)
    }

    /// Books these moves less what the ledger holds within some of it.
    pub(crate) fn post_moves<'a>(
        &mut self,
        moves: impl Iterator<Item = Move<'a>>,
        currency: Currency,
        plan: &str,
        within: Within<'_>,
    ) -> Result<Vec<Entry>, Problems> {
        if let Some(known) = self.currency.filter(|known| *known != currency) {
            let message = format!("the ledger is in {known}, the settlement in {currency}");
            let hint = "keep one ledger for each currency";
            return Err(Problem::new(Code::LedgerCurrency, Pointer::root(), message, hint).into());
        }
        let bookings = post::differences(&self.held, moves, self.open(), within)?;
        self.currency = Some(currency);
        let entries: Vec<Entry> =
            bookings.into_iter().map(|booking| self.book(booking, currency, plan)).collect::<Result<_, _>>()?;
        self.entries.extend_from_slice(&entries);
        Ok(entries)
    }

    /// What is owed under a move for a month and an affiliate, on all days together.
    pub(crate) fn owed(&self, id: &str, month: Month, affiliate: &str) -> Minor {
        let place = self.held.0.get(id).and_then(|known| known.place(month, affiliate));
        // Whatever was booked was added up then.
        place.and_then(|place| place.owed().ok()).unwrap_or_default()
    }

    fn book(&mut self, booking: post::Booking, currency: Currency, plan: &str) -> Result<Entry, Problem> {
        let post::Booking { id, kind, affiliate, month, date, was, now, postings, held } = booking;
        let known = self.held.of(&id, kind);
        known.entries = known.entries.saturating_add(1);
        let number = known.entries;
        if let Some(place) = known.place_mut(month, &affiliate) {
            place.set(date, held);
        }
        let amount = now.minus(was).map_err(|_| limit("a correction"))?;
        let text = |minor| currency.format(minor);
        Ok(Entry {
            id: format!("{id}#{number}"),
            target: id,
            kind,
            month,
            date,
            currency: currency.code().to_owned(),
            was: text(was),
            now: text(now),
            amount: text(amount),
            postings: postings.iter().map(|(account, amount)| (account.of(&affiliate), text(amount))).collect(),
            affiliate,
            plan: plan.to_owned(),
        })
    }

    /// What each affiliate is owed, by affiliate: what stands in its accounts, with the sign turned.
    ///
    /// Errors: a balance beyond the limit.
    pub fn balances(&self) -> Result<BTreeMap<String, Money>, Problems> {
        let Some(currency) = self.currency else { return Ok(BTreeMap::new()) };
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        for place in self.held.0.values().flat_map(|known| &known.places) {
            sums.entry(&place.affiliate).or_default();
        }
        for ((_, whose), sum) in self.held.sums() {
            if let Some(owed) = whose.and_then(|affiliate| sums.get_mut(affiliate)) {
                *owed = owed.saturating_sub(sum);
            }
        }
        sums.into_iter().map(|(affiliate, owed)| Ok((affiliate.to_owned(), money(owed, currency)?))).collect()
    }

    /// What stands in each account, by its name: the trial balance. All together it is zero.
    ///
    /// Errors: an account beyond the limit.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// # let facts = affil::Facts::from_json(r#"{ "adjustments": [
    /// #   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// # ] }"#).unwrap();
    /// let mut ledger = affil::Ledger::new();
    /// ledger.post(&plan.settle(&facts).unwrap()).unwrap();
    /// let accounts = ledger.accounts().unwrap();
    /// assert_eq!(accounts["expense:adjustment"].amount(), "5.00");
    /// assert_eq!(accounts["payable:ana"].amount(), "-5.00");
    /// ```
    pub fn accounts(&self) -> Result<BTreeMap<String, Money>, Problems> {
        let Some(currency) = self.currency else { return Ok(BTreeMap::new()) };
        let sums = self.held.sums().into_iter();
        sums.map(|((account, whose), sum)| Ok((account.of(whose.unwrap_or_default()), money(sum, currency)?))).collect()
    }
}

fn money(sum: i128, currency: Currency) -> Result<Money, Problem> {
    Ok(Money::new(Minor::from_i128(sum).map_err(|_| limit("a balance"))?, currency))
}

fn broken(index: usize, message: String) -> Problem {
    let hint = "a ledger is only ever appended to; restore the file that affil wrote";
    Problem::new(Code::LedgerBroken, Pointer::root().index(index), message, hint)
}
