//! What a ledger holds: amounts by account under each move, month, affiliate and day.
//!
//! This module must never know what should be held.

use std::collections::BTreeMap;

use super::postings::Postings;
use crate::books::{Account, MoveKind};
use crate::money::{LimitExceeded, Minor};
use crate::time::{Date, Month};

/// Under each move.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(pub(super) BTreeMap<String, HeldMove>);

/// What of all that is held a settlement speaks of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Within<'a> {
    Everything,
    /// Moves whose ids are one of these, or go on after it with another part or a word.
    Stems(&'a [String]),
}

/// Under one move.
#[derive(Debug, Clone)]
pub(super) struct HeldMove {
    pub(super) kind: MoveKind,
    /// How many entries it has.
    pub(super) entries: u64,
    /// By month and affiliate.
    pub(super) places: Vec<Place>,
}

/// Under one move, for one month and affiliate.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) month: Month,
    pub(super) affiliate: String,
    /// In order, none of them empty.
    pub(super) days: Vec<(Date, Postings)>,
}

impl Held {
    /// What is held of a move, made empty if there is nothing.
    pub(super) fn of(&mut self, id: &str, kind: MoveKind) -> &mut HeldMove {
        // A move that is known is found without copying its id.
        if !self.0.contains_key(id) {
            self.0.insert(id.to_owned(), HeldMove { kind, entries: 0, places: Vec::new() });
        }
        self.0.entry(id.to_owned()).or_insert(HeldMove { kind, entries: 0, places: Vec::new() })
    }

    /// What is held there, by the ids of the moves.
    pub(super) fn within(&self, within: Within<'_>) -> Vec<(&String, &HeldMove)> {
        let Within::Stems(stems) = within else { return self.0.iter().collect() };
        let mut found = Vec::new();
        for stem in stems {
            found.extend(self.0.get_key_value(stem));
            for (start, end) in [('#', '$'), ('/', '0')] {
                // The second letter is the one after the first.
                found.extend(self.0.range(format!("{stem}{start}")..format!("{stem}{end}")));
            }
        }
        found.sort_by_key(|(id, _)| *id);
        found.dedup_by_key(|(id, _)| *id);
        found
    }

    /// How much each account holds, with the affiliate of an affiliate's account: wide, for the order of adding never to
    /// matter.
    pub(super) fn sums(&self) -> BTreeMap<(Account, Option<&str>), i128> {
        let mut sums: BTreeMap<(Account, Option<&str>), i128> = BTreeMap::new();
        for place in self.0.values().flat_map(|held| &held.places) {
            for (account, amount) in place.days.iter().flat_map(|(_, postings)| postings.iter()) {
                let whose = account.is_affiliates().then_some(place.affiliate.as_str());
                let sum = sums.entry((account, whose)).or_default();
                *sum = sum.saturating_add(i128::from(amount.get()));
            }
        }
        sums
    }
}

impl HeldMove {
    pub(super) fn place(&self, month: Month, affiliate: &str) -> Option<&Place> {
        let found = self.places.binary_search_by_key(&(month, affiliate), Place::key).ok()?;
        self.places.get(found)
    }

    /// The place, made empty if there is none.
    pub(super) fn place_mut(&mut self, month: Month, affiliate: &str) -> Option<&mut Place> {
        let at = match self.places.binary_search_by_key(&(month, affiliate), Place::key) {
            Ok(at) => at,
            Err(at) => {
                self.places.insert(at, Place { month, affiliate: affiliate.to_owned(), days: Vec::new() });
                at
            }
        };
        self.places.get_mut(at)
    }
}

impl Place {
    fn key(&self) -> (Month, &str) {
        (self.month, self.affiliate.as_str())
    }

    /// What is owed under it, on all days together.
    pub(super) fn owed(&self) -> Result<Minor, LimitExceeded> {
        // Wide, for days of which one takes back what others gave.
        let mut owed: i128 = 0;
        for (_, postings) in &self.days {
            owed = owed.saturating_add(i128::from(postings.owed()?.get()));
        }
        Minor::from_i128(owed)
    }

    /// What is held on a day.
    pub(super) fn day(&self, date: Date) -> Postings {
        self.days.iter().find(|(day, _)| *day == date).map(|(_, held)| held.clone()).unwrap_or_default()
    }

    /// Holds this on a day from now on.
    pub(super) fn set(&mut self, date: Date, postings: Postings) {
        self.days.retain(|(day, _)| *day != date);
        if !postings.is_empty() {
            let at = self.days.partition_point(|(day, _)| *day < date);
            self.days.insert(at, (date, postings));
        }
    }
}
