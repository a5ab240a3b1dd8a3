//! Section 6: what refunds take from lines, and what that takes back from commissions.
//!
//! Must never know rates or tiers.

use crate::Refusal;
use crate::exact::{Exact, round, whole};
use crate::facts::Facts;
use crate::program::{Program, RefundExcess};
use crate::rules::Commission;

/// What one refund does to one line.
pub(crate) struct Taking {
    /// Position in `facts.refunds`.
    pub(crate) refund: usize,
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    /// What is refunded of the line before and after.
    before: Exact,
    after: Exact,
    /// The same as parts of the line, from 0 to 1. For a line of amount zero there is only none or all.
    part_before: Exact,
    part_after: Exact,
}

impl Taking {
    pub(crate) fn taken(&self) -> Exact {
        &self.after - &self.before
    }
}

/// What each refund takes from each line it concerns, line by line.
pub(crate) fn takings(program: &Program, facts: &Facts) -> Result<Vec<Taking>, Refusal> {
    let (takings, exceeds) = take(facts);
    if exceeds && program.refunds.excess == RefundExcess::Refuse {
        return Err(Refusal::of(["refund.exceeds_line".to_owned()].into()));
    }
    Ok(takings)
}

/// Whether refunds exceed a line where that is refused.
pub(crate) fn exceeds(program: &Program, facts: &Facts) -> bool {
    takings(program, facts).is_err()
}

/// The takings, with what goes beyond a line ignored, and whether anything did.
fn take(facts: &Facts) -> (Vec<Taking>, bool) {
    let mut takings = Vec::new();
    let mut exceeds = false;
    for (order_position, order) in facts.orders.iter().enumerate() {
        for (line_position, line) in order.lines.iter().enumerate() {
            let amount = &line.amount.0;
            let mut refunded = whole(0);
            let mut part = whole(0);
            for (refund_position, refund) in facts.refunds.iter().enumerate() {
                let names_the_line = match &refund.line {
                    Some(id) => id == line.id(),
                    None => refund.amount.is_none() || order.lines.len() == 1,
                };
                if refund.order != order.id || !names_the_line {
                    continue;
                }
                // A refund of the whole order passes over lines of which nothing is left.
                if refund.line.is_none() && refund.amount.is_none() && part == whole(1) {
                    continue;
                }
                let mut after = match &refund.amount {
                    Some(asked) => &refunded + &asked.0,
                    None => amount.clone(),
                };
                if after > *amount {
                    exceeds = true;
                    after = amount.clone();
                }
                let part_after = if *amount != whole(0) {
                    &after / amount
                } else if refund.amount.is_none() {
                    whole(1)
                } else {
                    part.clone()
                };
                takings.push(Taking {
                    refund: refund_position,
                    order: order_position,
                    line: line_position,
                    before: refunded,
                    after: after.clone(),
                    part_before: part,
                    part_after: part_after.clone(),
                });
                refunded = after;
                part = part_after;
            }
        }
    }
    (takings, exceeds)
}

/// What one taking takes back of one commission.
pub(crate) struct Reversal {
    /// Position in the takings.
    pub(crate) taking: usize,
    /// Position in the commissions.
    pub(crate) commission: usize,
    /// In minor units, not negated.
    pub(crate) amount: Exact,
}

/// The reversals of all takings; commissions are in minor units.
pub(crate) fn reversals(program: &Program, commissions: &[Commission], takings: &[Taking]) -> Vec<Reversal> {
    let share = |sum: &Exact, part: &Exact| round(&(sum * part), program.round.mode);
    let mut reversals = Vec::new();
    for (taking_position, taking) in takings.iter().enumerate() {
        for (position, commission) in commissions.iter().enumerate() {
            if (commission.order, commission.line) != (taking.order, taking.line) {
                continue;
            }
            let before = commissions[..position]
                .iter()
                .filter(|other| {
                    (other.order, other.line) == (taking.order, taking.line) && other.affiliate == commission.affiliate
                })
                .fold(whole(0), |sum, other| sum + &other.amount);
            let after = &before + &commission.amount;
            let now = share(&after, &taking.part_after) - share(&before, &taking.part_after);
            let earlier = share(&after, &taking.part_before) - share(&before, &taking.part_before);
            reversals.push(Reversal { taking: taking_position, commission: position, amount: now - earlier });
        }
    }
    reversals
}
