//! What becomes otherwise by time alone: until when nothing of it need be looked at.
//!
//! This module must never know what happens then.

use std::collections::BTreeSet;

use crate::bonus::Terms;
use crate::payout::Outgoing;
use crate::plan::{Plan, Term};
use crate::program::Period;
use crate::settle::{Run, Settlement, Whose};
use crate::time::Instant;

/// What waits for which instant; none of these has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Waits {
    list: BTreeSet<(Instant, Whose)>,
    /// When everything has to be looked at.
    everything: Option<Instant>,
}

impl Waits {
    /// Adds what waits for its decision, or to become payable.
    pub(super) fn add(&mut self, waits: Vec<(Instant, Whose)>) {
        self.list.extend(waits);
    }

    /// Starts anew, with what everything waits for.
    pub(super) fn restart(&mut self, everything: Option<Instant>) {
        *self = Self { list: BTreeSet::new(), everything };
    }

    /// What need not wait any longer at an instant; none: for everything.
    pub(super) fn due(&self, end: Instant) -> Option<Vec<Whose>> {
        if self.everything.is_some_and(|at| at <= end) {
            return None;
        }
        Some(self.list.iter().take_while(|(at, _)| *at <= end).map(|(_, whose)| *whose).collect())
    }

    /// Forgets what has come.
    pub(super) fn pass(&mut self, end: Instant) {
        while self.list.first().is_some_and(|(at, _)| *at <= end) {
            self.list.pop_first();
        }
    }
}

/// What of a run waits for an instant after its end: lines to lock, amounts to be decided or payable.
pub(super) fn waits(
    plan: &Plan,
    run: &Run<'_>,
    settlement: &Settlement,
    owned: impl Fn(Whose) -> bool,
) -> Vec<(Instant, Whose)> {
    let batch = &run.batch;
    let end = settlement.end();
    let later = |at: &Instant| end.is_none_or(|end| *at > end);
    let mut waits = Vec::new();
    for lines in run.awards.chunk_by(|a, b| a.line == b.line) {
        let Some((award, order)) = lines.first().and_then(|award| Some((award, batch.order(award.order)?))) else {
            continue;
        };
        let whose = Whose::Order(order.id);
        if owned(whose) {
            let lock = batch.reviews.waits_for(plan, batch.facts, (award.order, order), award.line);
            waits.extend(lock.filter(later).map(|lock| (lock, whose)));
        }
    }
    for (progress, whose) in settlement.progresses().zip(settlement.whose()).filter(|(_, whose)| owned(*whose)) {
        let both = [progress.decided, progress.payable_from].into_iter().flatten();
        waits.extend(both.filter(later).map(|at| (at, whose)));
    }
    waits
}

/// The first instant after the end at which a bonus may be owed that is not yet, or a reserve is released.
pub(super) fn everything(plan: &Plan, payouts: &[Outgoing], end: Instant) -> Option<Instant> {
    let almanac = plan.almanac();
    let boundary = |period: Period| match almanac.term(period, end, 0) {
        Term::From(first) => Some(almanac.start(almanac.next(period, first))),
        Term::Order(_) | Term::Life => None,
    };
    let mut instants: Vec<Instant> = payouts.iter().filter_map(|payout| payout.release).collect();
    for bonus in &plan.bonuses {
        instants.extend([bonus.dates.from, bonus.dates.until].into_iter().flatten());
        instants.extend(match &bonus.terms {
            Terms::Milestone { total, .. }
            | Terms::Every { total, .. }
            | Terms::Streak { total, .. }
            | Terms::Contest { total, .. } => boundary(total.period),
            Terms::Epc { period, .. } | Terms::Retainer { period, .. } => boundary(*period),
            Terms::Draw { .. } => boundary(Period::Month),
            Terms::Placement { day, .. } => Some(almanac.start(*day)),
        });
    }
    instants.into_iter().filter(|at| *at > end).min()
}
