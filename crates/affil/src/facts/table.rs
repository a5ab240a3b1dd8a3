//! One kind of fact as rows of small numbers, found by id.

use std::collections::{BTreeMap, HashMap};

use super::{Confirmation, LineParts, Payout, Review, Sym};
use crate::money::{Currency, Decimal};
use crate::time::{Date, Instant};

/// Rows of one kind of fact.
#[derive(Debug, Clone)]
pub(crate) struct Table<R> {
    pub(crate) rows: Vec<R>,
    pub(super) by_id: HashMap<Sym, usize>,
    /// By position, of the rows that have one: most do not.
    pub(super) stamps: BTreeMap<usize, Stamped>,
    /// Rows given so far, doubles included: the next row's number in messages.
    pub(crate) given: u32,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { rows: Vec::new(), by_id: HashMap::new(), stamps: BTreeMap::new(), given: 0 }
    }
}

impl<R> Table<R> {
    pub(crate) fn find(&self, id: Sym) -> Option<&R> {
        self.by_id.get(&id).and_then(|index| self.rows.get(*index))
    }

    pub(crate) fn index_of(&self, id: Sym) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// When the row at this position became known, and what it replaces.
    pub(crate) fn stamp(&self, index: usize) -> Stamped {
        self.stamps.get(&index).copied().unwrap_or_default()
    }

    pub(super) fn find_stamped(&self, id: Sym) -> Option<(&R, Stamped)> {
        let index = self.index_of(id)?;
        Some((self.rows.get(index)?, self.stamp(index)))
    }

    pub(super) fn insert(&mut self, id: Sym, row: R, stamp: Stamped) {
        self.by_id.insert(id, self.rows.len());
        if stamp != Stamped::default() {
            self.stamps.insert(self.rows.len(), stamp);
        }
        self.rows.push(row);
    }

    pub(crate) fn next_row(&mut self) -> u32 {
        let row = self.given;
        self.given = self.given.saturating_add(1);
        row
    }
}

/// When a fact became known, and what it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamped {
    /// None if it was known when it happened.
    pub(crate) known: Option<Instant>,
    pub(crate) replaces: Sym,
}

/// A fact that happened at some instant.
pub(crate) trait Dated: Copy {
    fn id(&self) -> Sym;
    fn at(&self) -> Instant;
    fn row(&self) -> u32;
}

macro_rules! dated {
    ($($kind:ident)*) => {$(
        impl Dated for $kind {
            fn id(&self) -> Sym {
                self.id
            }

            fn at(&self) -> Instant {
                self.at
            }

            fn row(&self) -> u32 {
                self.row
            }
        }
    )*};
}

dated! { Touch Order Refund Adjustment Review Payout Confirmation }

/// A stretch of a shared list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stretch {
    start: usize,
    end: usize,
}

impl Stretch {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub(crate) fn of<T>(self, list: &[T]) -> &[T] {
        list.get(self.start..self.end).unwrap_or_default()
    }

    pub(crate) fn indices(self) -> std::ops::Range<usize> {
        self.start..self.end
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Affiliate {
    pub(crate) id: Sym,
    pub(crate) active: bool,
    pub(crate) groups: Stretch,
    pub(crate) joined: Option<Instant>,
    pub(crate) recruiter: Sym,
    /// In the list of groups as well.
    pub(crate) customers: Stretch,
    pub(crate) attributes: Stretch,
    pub(crate) row: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Touch {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) customer: Sym,
    /// None of the house.
    pub(crate) affiliate: Sym,
    pub(crate) kind: Sym,
    pub(crate) channel: Sym,
    pub(crate) order: Sym,
    pub(crate) attributes: Stretch,
    pub(crate) row: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) customer: Sym,
    pub(crate) country: Sym,
    pub(crate) currency: Option<Currency>,
    pub(crate) new_customer: Option<bool>,
    pub(crate) subscription: Sym,
    /// The kind of action; none for a sale.
    pub(crate) action: Sym,
    pub(crate) attributes: Stretch,
    pub(crate) lines: Stretch,
    pub(crate) row: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) id: Sym,
    pub(crate) sku: Sym,
    pub(crate) category: Sym,
    pub(crate) quantity: u32,
    pub(crate) amount: Decimal,
    pub(crate) parts: LineParts,
    pub(crate) attributes: Stretch,
}

/// An exchange rate, found by its currencies and day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quote {
    pub(crate) from: Currency,
    pub(crate) to: Currency,
    pub(crate) date: Date,
    pub(crate) rate: Decimal,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Refund {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) order: Sym,
    pub(crate) line: Sym,
    pub(crate) amount: Option<Decimal>,
    pub(crate) row: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Adjustment {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) affiliate: Sym,
    pub(crate) amount: Decimal,
    pub(crate) reason: Sym,
    pub(crate) row: u32,
}
