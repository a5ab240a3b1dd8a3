//! The ledger: entries that are never edited, and the booking of differences.
//!
//! This module must never know rules, tiers or facts; it only compares targets with what was booked.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::money::{Currency, Minor, Money};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::settle::{Settlement, TargetKind, limit};
use crate::shape;
use crate::time::Month;

/// A ledger row: the difference that was booked for one target. Never edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The target's id, `#`, and the number of the entry for that target, from 1.
    pub id: String,
    /// The target.
    pub target: String,
    /// What the target is for.
    pub kind: TargetKind,
    /// Who is owed, or (negative amounts) owes.
    pub affiliate: String,
    /// The statement it belongs to.
    pub month: Month,
    /// The currency of the amounts.
    pub currency: String,
    /// What the ledger held before.
    pub was: String,
    /// What it holds now.
    pub now: String,
    /// The difference.
    pub amount: String,
    /// The fingerprint of the plan that wanted it.
    pub plan: String,
}

/// What a ledger holds under a target: an amount for each month and affiliate it was booked for.
#[derive(Debug, Clone)]
struct Booked {
    kind: TargetKind,
    held: BTreeMap<(Month, String), Minor>,
    entries: u64,
}

/// Entries in the order in which they were booked.
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
/// assert_eq!(ledger.post(&plan.settle(&facts).unwrap()).unwrap().len(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    currency: Option<Currency>,
    entries: Vec<Entry>,
    booked: BTreeMap<String, Booked>,
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

    /// Books what the settlement wants less what the ledger holds, and returns the new entries.
    ///
    /// Errors: a settlement in another currency. Then nothing is booked.
    pub fn post(&mut self, settlement: &Settlement) -> Result<Vec<Entry>, Problems> {
        if let Some(currency) = self.currency.filter(|currency| *currency != settlement.currency()) {
            let message = format!("the ledger is in {currency}, the settlement in {}", settlement.currency());
            let hint = "keep one ledger for each currency";
            return Err(Problem::new(Code::LedgerCurrency, Pointer::root(), message, hint).into());
        }
        let entries = self.differences(settlement)?;
        self.currency = Some(settlement.currency());
        for entry in &entries {
            self.add(entry.clone(), settlement.currency()).map_err(|message| broken(self.entries.len(), message))?;
        }
        Ok(entries)
    }

    fn differences(&self, settlement: &Settlement) -> Result<Vec<Entry>, Problem> {
        let currency = settlement.currency();
        let mut entries = Vec::new();
        let mut numbers: BTreeMap<String, u64> = BTreeMap::new();
        let mut wanted: BTreeMap<String, (Month, String)> = BTreeMap::new();
        let mut book = |target: &str, kind, affiliate: &str, month, was: Minor, now: Minor| {
            let amount = now.minus(was).map_err(|_| limit("a correction"))?;
            if amount.is_zero() {
                return Ok(());
            }
            let before = self.booked.get(target).map_or(0, |booked| booked.entries);
            let number = numbers.entry(target.to_owned()).or_insert(before);
            *number = number.saturating_add(1);
            let text = |minor| Money::new(minor, currency).amount();
            entries.push(Entry {
                id: format!("{target}#{number}"),
                target: target.to_owned(),
                kind,
                affiliate: affiliate.to_owned(),
                month,
                currency: currency.code().to_owned(),
                was: text(was),
                now: text(now),
                amount: text(amount),
                plan: settlement.plan().to_owned(),
            });
            Ok::<(), Problem>(())
        };
        for target in settlement.targets() {
            let id = target.id();
            let place = (target.month, target.affiliate.to_owned());
            let held = self.booked.get(&id).and_then(|booked| booked.held.get(&place));
            let was = held.copied().unwrap_or_default();
            book(&id, target.kind, target.affiliate, target.month, was, target.amount.minor())?;
            wanted.insert(id, place);
        }
        for (target, booked) in &self.booked {
            for (place, held) in &booked.held {
                if wanted.get(target) != Some(place) {
                    book(target, booked.kind, &place.1, place.0, *held, Minor::ZERO)?;
                }
            }
        }
        Ok(entries)
    }

    fn add(&mut self, entry: Entry, currency: Currency) -> Result<(), String> {
        let read = |text: &str| shape::amount(text, currency, &Pointer::root()).map_err(|problem| problem.to_string());
        let (was, now, amount) = (read(&entry.was)?, read(&entry.now)?, read(&entry.amount)?);
        if !entry.target.starts_with(&format!("{}:", entry.kind.as_str())) {
            return Err(format!("entry `{}` is no {}", entry.id, entry.kind.as_str()));
        }
        let empty = || Booked { kind: entry.kind, held: BTreeMap::new(), entries: 0 };
        let booked = self.booked.entry(entry.target.clone()).or_insert_with(empty);
        let number = booked.entries.saturating_add(1);
        if entry.id != format!("{}#{number}", entry.target) {
            return Err(format!("entry `{}` should be number {number} of its target", entry.id));
        }
        let place = (entry.month, entry.affiliate.clone());
        let held = booked.held.get(&place).copied().unwrap_or_default();
        if held != was || now.minus(was) != Ok(amount) {
            return Err(format!(
                "entry `{}` says {} was booked, but it is {}",
                entry.id,
                entry.was,
                currency.format(held)
            ));
        }
        booked.entries = number;
        booked.held.insert(place, now);
        self.entries.push(entry);
        Ok(())
    }

    /// What each affiliate is owed, in minor units, by affiliate.
    ///
    /// Errors: a balance beyond the limit.
    pub fn balances(&self) -> Result<BTreeMap<String, Money>, Problems> {
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        let Some(currency) = self.currency else { return Ok(BTreeMap::new()) };
        for ((_, affiliate), held) in self.booked.values().flat_map(|booked| &booked.held) {
            let sum = sums.entry(affiliate).or_default();
            *sum = sum.saturating_add(i128::from(held.get()));
        }
        let mut balances = BTreeMap::new();
        for (affiliate, sum) in sums {
            let minor = Minor::from_i128(sum).map_err(|_| limit("a balance"))?;
            balances.insert(affiliate.to_owned(), Money::new(minor, currency));
        }
        Ok(balances)
    }

    /// The entries as JSON Lines, one entry a line.
    pub fn to_json_lines(&self) -> String {
        let line = |entry: &Entry| serde_json::to_string(entry).unwrap_or_default() + "\n";
        self.entries.iter().map(line).collect()
    }

    /// Reads entries written by [`Ledger::to_json_lines`]; entries that contradict each other are refused.
    pub fn from_json_lines(text: &str) -> Result<Self, Problems> {
        let mut ledger = Self::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let entry: Entry = serde_json::from_str(line).map_err(|error| broken(index, error.to_string()))?;
            let currency = shape::currency(&entry.currency, &Pointer::root().index(index).key("currency"))?;
            if *ledger.currency.get_or_insert(currency) != currency {
                return Err(broken(index, "two currencies in one ledger".to_owned()).into());
            }
            ledger.add(entry, currency).map_err(|message| broken(index, message))?;
        }
        Ok(ledger)
    }
}

fn broken(index: usize, message: String) -> Problem {
    let hint = "a ledger is only ever appended to; restore the file that affil wrote";
    Problem::new(Code::LedgerBroken, Pointer::root().index(index), message, hint)
}
