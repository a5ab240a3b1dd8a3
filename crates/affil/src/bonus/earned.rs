//! What affiliates earned in a period: commissions and overrides of its orders less reversals of its refunds.
//!
//! This module must never know what the sum is compared with.

use std::collections::HashMap;

use super::item::Item;
use crate::facts::Sym;
use crate::money::Minor;
use crate::plan::Term;
use crate::program::Period;
use crate::settle::Reversed;
use crate::time::Instant;

/// What each affiliate earned in each period, in minor units; wide, so that no sum can overflow.
pub(super) type Earned = HashMap<(Sym, Term), i128>;

pub(super) fn earned(item: &Item<'_>, period: Period) -> Earned {
    let run = item.run;
    let mut earned = Earned::new();
    let mut add = |affiliate: Sym, at: Option<Instant>, amount: Minor| {
        let Some(term) = at.and_then(|at| item.term(period, at)) else { return };
        let sum = earned.entry((affiliate, term)).or_default();
        *sum = sum.saturating_add(i128::from(amount.get()));
    };
    let at = |order: usize| run.batch.order(order).map(|order| order.at);
    for claim in &run.claims {
        let order = run.awards.get(claim.award).map(|award| award.order);
        add(claim.affiliate, order.and_then(at), claim.amount);
    }
    for lift in &run.lifts {
        add(lift.affiliate, at(lift.order), lift.amount);
    }
    for reversal in &run.reversals {
        let refund = run.batch.takings.get(reversal.taking).map(|taking| taking.refund);
        let at = refund.and_then(|refund| run.batch.facts.refunds.rows.get(refund)).map(|refund| refund.at);
        let affiliate = match reversal.of {
            Reversed::Claim(claim) => run.claims.get(claim).map(|claim| claim.affiliate),
            Reversed::Lift(lift) => run.lifts.get(lift).map(|lift| lift.affiliate),
        };
        add(affiliate.unwrap_or_default(), at, reversal.amount.negated());
    }
    earned
}
