//! Section 14, "Booking", "Closing" and "A statement": what the ledger holds, and what it books so that it holds more.
//!
//! Must never know how a move came about.

use crate::moves::Move;
use crate::targets::escaped;
use chrono::{Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// The accounts of an affiliate.
const OWED: [&str; 4] = ["pending", "approved", "payable", "reserve"];

/// A row of the ledger, never edited. Amounts are in minor units.
///
/// ```
/// let postings = [("expense:bonus".to_owned(), 500), ("payable:ana".to_owned(), -500)];
/// let entry = affil_oracle::Entry {
///     id: "bonus:b/ana#1".into(), target: "bonus:b/ana".into(), kind: "bonus".into(), affiliate: "ana".into(),
///     month: "2026-03".into(), date: "2026-04-01".into(), minor: 500, postings: postings.into(),
/// };
/// assert!(entry.id.starts_with(&entry.target));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The move's id, `#` and the number of the entry for that id, from 1.
    pub id: String,
    /// The move's id.
    pub target: String,
    /// The move's kind.
    pub kind: String,
    /// Who is owed, or owes.
    pub affiliate: String,
    /// The month to whose statement it belongs, such as `2026-03`.
    pub month: String,
    /// The day on which it stands in the books: that of the move, or where that was closed the first day that was not.
    pub date: String,
    /// What is owed to the affiliate more than before, in all its accounts together.
    pub minor: i128,
    /// By account (those of an affiliate with it, as in `payable:ana`), none of them zero; they add up to zero.
    pub postings: BTreeMap<String, i128>,
}

/// What was owed to an affiliate before and after a month, and what was booked in it.
///
/// ```
/// let account = affil_oracle::Ledger::default().statement("ana", "2026-03");
/// assert_eq!((account.opening_minor, account.closing_minor), (0, 0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerStatement {
    /// What was owed before, in minor units.
    pub opening_minor: i128,
    /// The entries dated in the month whose amount is not zero, as they were booked.
    pub entries: Vec<Entry>,
    /// What is owed after, in minor units.
    pub closing_minor: i128,
}

/// The books: entries, and up to when they are closed.
///
/// ```
/// let postings = [("expense:bonus".to_owned(), 500), ("payable".to_owned(), -500)];
/// let bonus = affil_oracle::Move {
///     id: "bonus:b/ana".into(), kind: "bonus".into(), affiliate: "ana".into(), month: "2026-03".into(),
///     date: "2026-03-31".into(), postings: postings.into(),
/// };
/// let mut ledger = affil_oracle::Ledger::default();
/// ledger.close("2026-03");
/// assert_eq!(ledger.post(&[bonus.clone()])[0].date, "2026-04-01");
/// assert!(ledger.post(&[bonus]).is_empty());
/// assert_eq!(ledger.accounts()["payable:ana"], -500);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// What was booked, in that order.
    pub entries: Vec<Entry>,
    /// The last month that is closed, such as `2026-03`.
    pub closed: Option<String>,
}

/// Where amounts are held: move, month and affiliate.
type Place = (String, String, String);

/// Postings by day.
type Days = BTreeMap<String, BTreeMap<String, i128>>;

impl Ledger {
    /// Books the differences between moves and what the ledger holds, and gives them.
    pub fn post(&mut self, moves: &[Move]) -> Vec<Entry> {
        let mut wanted: Vec<(Place, String, Days)> = Vec::new();
        for one in moves {
            let place = (one.id.clone(), one.month.clone(), one.affiliate.clone());
            if !wanted.iter().any(|(known, ..)| *known == place) {
                wanted.push((place.clone(), one.kind.clone(), Days::new()));
            }
            for (known, _, days) in &mut wanted {
                if *known == place {
                    add(days, &one.date, &with_affiliate(one), 1);
                }
            }
        }
        let mut without: BTreeSet<(Place, String)> = BTreeSet::new();
        for entry in &self.entries {
            if !wanted.iter().any(|(place, ..)| *place == place_of(entry)) {
                without.insert((place_of(entry), entry.kind.clone()));
            }
        }
        wanted.extend(without.into_iter().map(|(place, kind)| (place, kind, Days::new())));

        let before = self.entries.len();
        for (place, kind, days) in wanted {
            self.book(&place, &kind, &days);
        }
        self.entries[before..].to_vec()
    }

    /// Books what is missing so that the ledger holds some postings in a place.
    fn book(&mut self, place: &Place, kind: &str, wanted: &Days) {
        let mut held = Days::new();
        for entry in self.entries.iter().filter(|entry| place_of(entry) == *place) {
            add(&mut held, &entry.date, &entry.postings, 1);
        }
        // What should stand on each open day, less what stands there. What stands on closed days stays there, and is
        // missing or too much on the first open day.
        let mut missing = Days::new();
        for (day, postings) in wanted {
            add(&mut missing, &self.open_day(day), postings, 1);
        }
        for (day, postings) in &held {
            add(&mut missing, &self.open_day(day), postings, -1);
        }
        for (date, mut postings) in missing {
            postings.retain(|_, minor| *minor != 0);
            if !postings.is_empty() {
                self.enter(place, kind, date, postings);
            }
        }
    }

    fn enter(&mut self, place: &Place, kind: &str, date: String, postings: BTreeMap<String, i128>) {
        let (target, month, affiliate) = place.clone();
        let number = self.entries.iter().filter(|entry| entry.target == target).count() + 1;
        let owed = OWED.map(|account| format!("{account}:{}", escaped(&affiliate)));
        let own = postings.iter().filter(|(account, _)| owed.contains(account));
        let minor = -own.map(|(_, minor)| minor).sum::<i128>();
        let (id, kind) = (format!("{target}#{number}"), kind.to_owned());
        self.entries.push(Entry { id, target, kind, affiliate, month, date, minor, postings });
    }

    /// A day, or where that is closed the first that is not.
    fn open_day(&self, day: &str) -> String {
        let month = &day[.."2026-03".len()];
        match &self.closed {
            Some(closed) if month <= closed.as_str() => {
                let first = NaiveDate::parse_from_str(&format!("{closed}-01"), "%Y-%m-%d").expect("a month");
                (first + Months::new(1)).to_string()
            }
            _ => day.to_owned(),
        }
    }

    /// Closes all months to the end of one, such as `2026-03`. Nothing reopens a month.
    pub fn close(&mut self, month: &str) {
        if self.closed.as_deref().is_none_or(|closed| closed < month) {
            self.closed = Some(month.to_owned());
        }
    }

    /// What each account holds, those of zero left out.
    pub fn accounts(&self) -> BTreeMap<String, i128> {
        let mut accounts: BTreeMap<String, i128> = BTreeMap::new();
        for (account, minor) in self.entries.iter().flat_map(|entry| &entry.postings) {
            *accounts.entry(account.clone()).or_default() += minor;
        }
        accounts.retain(|_, minor| *minor != 0);
        accounts
    }

    /// What was booked on each date to each account, those of zero left out.
    pub fn days(&self) -> BTreeMap<(String, String), i128> {
        let mut days: BTreeMap<(String, String), i128> = BTreeMap::new();
        for entry in &self.entries {
            for (account, minor) in &entry.postings {
                *days.entry((entry.date.clone(), account.clone())).or_default() += minor;
            }
        }
        days.retain(|_, minor| *minor != 0);
        days
    }

    /// What an affiliate is owed before and after a month, such as `2026-03`, and the entries between.
    pub fn statement(&self, affiliate: &str, month: &str) -> LedgerStatement {
        let own = || self.entries.iter().filter(|entry| entry.affiliate == affiliate);
        let month_of = |entry: &Entry| entry.date[..month.len()].to_owned();
        let opening_minor: i128 = own().filter(|entry| month_of(entry).as_str() < month).map(|entry| entry.minor).sum();
        let entries: Vec<Entry> = own().filter(|entry| month_of(entry) == month && entry.minor != 0).cloned().collect();
        let closing_minor = opening_minor + entries.iter().map(|entry| entry.minor).sum::<i128>();
        LedgerStatement { opening_minor, entries, closing_minor }
    }
}

fn place_of(entry: &Entry) -> Place {
    (entry.target.clone(), entry.month.clone(), entry.affiliate.clone())
}

/// Adds postings to those of a day, or takes them off.
fn add(days: &mut Days, day: &str, postings: &BTreeMap<String, i128>, sign: i128) {
    let known = days.entry(day.to_owned()).or_default();
    for (account, minor) in postings {
        *known.entry(account.clone()).or_default() += sign * minor;
    }
}

/// The postings of a move, with the affiliate in the names of its accounts.
fn with_affiliate(one: &Move) -> BTreeMap<String, i128> {
    let name = |account: &String| {
        if OWED.contains(&account.as_str()) {
            format!("{account}:{}", escaped(&one.affiliate))
        } else {
            account.clone()
        }
    };
    one.postings.iter().map(|(account, minor)| (name(account), *minor)).collect()
}
