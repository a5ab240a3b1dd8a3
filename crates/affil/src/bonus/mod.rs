//! Bonuses: what is paid beyond commissions, for what an affiliate did in a period.
//!
//! This module must never know attribution or how a commission was computed; it only counts.

mod calendar;
mod compile;
mod contest;
mod draw;
mod earned;
mod epc;
mod every;
mod item;
mod milestone;
mod placement;
mod retainer;
mod streak;
#[cfg(test)]
mod testing;
mod total;

use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::{Plan, Term};
use crate::problem::Problem;
use crate::settle::Run;
use crate::time::{Date, Instant};

pub(crate) use compile::{BonusPlan, Terms, plans};
use item::Item;

/// A bonus that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bonus {
    /// The position of the bonus in the program.
    pub(crate) item: usize,
    pub(crate) affiliate: Sym,
    pub(crate) at: Instant,
    /// What follows `bonus:BONUS/AFFILIATE/` in its id, escaped: `2026-03-01/1`, or nothing.
    pub(crate) rest: String,
    /// Never zero; below zero where an advance is taken back.
    pub(crate) amount: Minor,
    /// What it is paid for, for explanations.
    pub(crate) why: Why,
}

/// The figures behind a bonus, one form for each kind. Totals are in units of the bonus's metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// A step of a milestone was reached.
    Milestone {
        term: Term,
        /// The order that reached it.
        order: usize,
        /// The number of the step, from 1, and its threshold.
        step: usize,
        from: i128,
        /// The running total that reached it.
        total_after: i128,
    },
    /// The highest running total so far was raised.
    Every {
        term: Term,
        /// The order that raised it.
        order: usize,
        /// The highest running total before the order and with it.
        before: i128,
        after: i128,
        /// What is paid for such totals, up to the ceiling.
        paid_before: Minor,
        paid_after: Minor,
    },
    /// `times` periods in a row reached `reach`.
    Streak {
        /// The last of them, and the first.
        term: Term,
        since: Term,
        times: u32,
        reach: i128,
        /// The order that reached it in the last period, and the running total with it.
        order: usize,
        total_after: i128,
    },
    /// A place among the affiliates of a period.
    Contest {
        term: Term,
        /// The place, from 1; of several who share prizes, the first of their places.
        place: usize,
        total: i128,
        /// How many share the prizes of as many places, and which of them this is; 1 where nothing is shared.
        shared_by: usize,
        rank: usize,
        /// The prizes of these places together.
        prizes: Minor,
    },
    /// The commissions of a period fell short of a guarantee for each click.
    Epc {
        term: Term,
        clicks: u64,
        /// `amount` times the clicks, before rounding.
        guaranteed: Exact,
        /// Commissions and overrides less reversals of the period.
        earned: Minor,
    },
    /// A fixed day came.
    Placement { day: Date },
    /// A period began.
    Retainer { term: Term },
    /// An advance on a month, or what is taken back of earlier ones.
    Draw {
        term: Term,
        /// Commissions and overrides less reversals of the month.
        earned: Minor,
        /// What was owed of earlier advances, zero or below; after any forgiving.
        debt_before: Minor,
        debt_after: Minor,
        /// What the affiliate gets for the month in all, the bonus included.
        paid: Minor,
    },
}

/// All bonuses, in the order of their targets.
///
/// Errors: a bonus, or what it counts, beyond the limit.
pub(crate) fn bonuses(plan: &Plan, run: &Run<'_>) -> Result<Vec<Bonus>, Problem> {
    let mut all = Vec::new();
    for (index, bonus) in plan.bonuses.iter().enumerate() {
        let item = Item::new(plan, run, index, bonus);
        all.extend(match &bonus.terms {
            Terms::Milestone { total, steps } => milestone::bonuses(&item, total, steps)?,
            Terms::Every { total, every } => every::bonuses(&item, total, *every)?,
            Terms::Streak { total, streak } => streak::bonuses(&item, total, *streak)?,
            Terms::Contest { total, prizes, tie } => contest::bonuses(&item, total, prizes, *tie)?,
            Terms::Epc { period, kinds, amount } => epc::bonuses(&item, *period, kinds, *amount)?,
            Terms::Placement { day, amount } => placement::bonuses(&item, *day, *amount),
            Terms::Retainer { period, amount } => retainer::bonuses(&item, *period, *amount),
            Terms::Draw { amount, draw, forgive } => draw::bonuses(&item, *amount, *draw, *forgive)?,
        });
    }
    all.retain(|bonus: &Bonus| !bonus.amount.is_zero());
    let key = |bonus: &Bonus| (bonus.at, bonus.item);
    let facts = run.batch.facts;
    all.sort_by(|a, b| {
        let names = || facts.text(a.affiliate).cmp(facts.text(b.affiliate));
        key(a).cmp(&key(b)).then_with(names).then_with(|| a.rest.cmp(&b.rest))
    });
    Ok(all)
}
