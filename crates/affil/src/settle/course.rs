//! How far each target has come: what its lifecycle says, what refunds took back, and when its affiliate was paid.
//!
//! This module must never know how an amount came about.

use std::collections::HashMap;

use super::{Reversed, Run};
use crate::facts::Sym;
use crate::lifecycle::{Outlook, Progress, State};
use crate::money::Minor;
use crate::plan::Plan;
use crate::time::Instant;

/// Where the targets of one run stand at the end of its facts.
pub(super) struct Course<'a> {
    run: &'a Run<'a>,
    outlook: Outlook<'a>,
    /// When each affiliate was last paid.
    paid: HashMap<Sym, Instant>,
    /// What refunds took back of each commission and override, if there are refunds.
    back: [Vec<i128>; 2],
}

impl<'a> Course<'a> {
    pub(super) fn new(plan: &'a Plan, run: &'a Run<'a>) -> Self {
        let mut paid: HashMap<Sym, Instant> = HashMap::new();
        // In their order, so that the last stays.
        for payout in run.batch.payouts.iter().filter(|payout| payout.failed.is_none()) {
            paid.insert(payout.affiliate, payout.at);
        }
        let mut back = if run.reversals.is_empty() {
            [Vec::new(), Vec::new()]
        } else {
            [vec![0; run.claims.len()], vec![0; run.lifts.len()]]
        };
        let [claims, lifts] = &mut back;
        for reversal in &run.reversals {
            let slot: Option<&mut i128> = match reversal.of {
                Reversed::Claim(claim) => claims.get_mut(claim),
                Reversed::Lift(lift) => lifts.get_mut(lift),
            };
            if let Some(slot) = slot {
                *slot = slot.saturating_add(i128::from(reversal.amount.get()));
            }
        }
        let outlook = Outlook::new(plan, run.batch.facts, &run.batch.reviews);
        Self { run, outlook, paid, back }
    }

    /// The end of the facts.
    pub(super) fn end(&self) -> Option<Instant> {
        self.run.batch.reviews.end()
    }

    /// Of what a line earned for an affiliate.
    pub(super) fn earned(&self, (order, line): (usize, usize), affiliate: Sym) -> Progress {
        match self.run.batch.order(order) {
            Some(fact) => self.outlook.earned((order, fact), line, affiliate),
            None => Progress::PENDING,
        }
    }

    /// Of what a refund takes back of such an amount.
    pub(super) fn taken_back(&self, refund: usize, of: Progress) -> Progress {
        match self.run.batch.facts.refunds.rows.get(refund) {
            Some(fact) => self.outlook.taken_back((refund, fact), of),
            None => of,
        }
    }

    pub(super) fn bonus(&self, at: Instant, affiliate: Sym) -> Progress {
        self.outlook.bonus(at, affiliate)
    }

    pub(super) fn adjusted(&self, adjustment: usize) -> Progress {
        match self.run.batch.facts.adjustments.rows.get(adjustment) {
            Some(fact) => self.outlook.adjusted((adjustment, fact)),
            None => Progress::PENDING,
        }
    }

    /// The state of a commission or override.
    pub(super) fn state_of(&self, progress: Progress, affiliate: Sym, which: Reversed, amount: Minor) -> State {
        let [claims, lifts] = &self.back;
        let back = match which {
            Reversed::Claim(claim) => claims.get(claim),
            Reversed::Lift(lift) => lifts.get(lift),
        };
        let whole = i128::from(amount.get());
        let reversed = whole != 0 && back == Some(&whole);
        State::of(progress, reversed, self.end(), self.paid.get(&affiliate).copied())
    }

    /// The state of anything else.
    pub(super) fn state(&self, progress: Progress, affiliate: Sym) -> State {
        State::of(progress, false, self.end(), self.paid.get(&affiliate).copied())
    }
}
