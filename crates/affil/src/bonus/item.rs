//! One bonus at work on what a settlement found: whom it is for, and which of its periods are over.
//!
//! This module must never know what a kind pays for.

use super::compile::BonusPlan;
use super::{Bonus, Why, calendar};
use crate::facts::{Affiliate, Facts, Sym};
use crate::money::Minor;
use crate::plan::{Condition, Plan, Subject, Term};
use crate::program::Period;
use crate::settle::Run;
use crate::time::Instant;

/// A bonus, bound to facts.
pub(super) struct Item<'a> {
    pub(super) plan: &'a Plan,
    pub(super) run: &'a Run<'a>,
    index: usize,
    pub(super) bonus: &'a BonusPlan,
    when: Condition<Sym>,
    /// The end of the facts.
    pub(super) end: Option<Instant>,
}

impl<'a> Item<'a> {
    pub(super) fn new(plan: &'a Plan, run: &'a Run<'a>, index: usize, bonus: &'a BonusPlan) -> Self {
        let facts = run.batch.facts;
        Self { plan, run, index, bonus, when: bonus.when.bind(&facts.names), end: run.batch.reviews.end() }
    }

    pub(super) fn facts(&self) -> &'a Facts {
        self.run.batch.facts
    }

    /// Whether the bonus is for this affiliate.
    pub(super) fn meets(&self, affiliate: Sym) -> bool {
        self.when.holds(&Subject::of_affiliate(self.facts(), affiliate))
    }

    /// The affiliates given as facts who are active and whom the bonus is for.
    pub(super) fn affiliates(&self) -> impl Iterator<Item = &'a Affiliate> {
        self.facts().affiliates.rows.iter().filter(|affiliate| affiliate.active && self.meets(affiliate.id))
    }

    /// The period into which an instant falls; none outside a `lifetime` with bounds.
    pub(super) fn term(&self, period: Period, at: Instant) -> Option<Term> {
        let outside = period == Period::Lifetime && !self.bonus.dates.hold(at);
        // No bonus has the period `order`.
        (!outside).then(|| self.plan.almanac().term(period, at, 0))
    }

    /// When a period ended, if it is over.
    pub(super) fn over(&self, period: Period, term: Term) -> Option<Instant> {
        let end = match term {
            Term::From(first) => {
                let almanac = self.plan.almanac();
                Some(almanac.start(almanac.next(period, first)))
            }
            Term::Life => self.bonus.dates.until,
            Term::Order(_) => None,
        };
        end.filter(|end| self.end.is_some_and(|facts_end| *end <= facts_end))
    }

    /// A bonus for the affiliate; `rest` is what follows it in the id.
    pub(super) fn bonus(&self, affiliate: Sym, at: Instant, rest: String, amount: Minor, why: Why) -> Bonus {
        Bonus { item: self.index, affiliate, at, rest, amount, why }
    }

    /// The same, at the last instant of a period that is over.
    pub(super) fn at_end(&self, affiliate: Sym, end: Instant, term: Term, amount: Minor, why: Why) -> Bonus {
        self.bonus(affiliate, calendar::before(end), term.name(), amount, why)
    }
}
