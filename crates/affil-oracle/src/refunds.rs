//! Section 6: what refunds take from lines, and what that takes back from what was earned.
//!
//! Must never know rates or tiers.

use crate::Refusal;
use crate::exact::{Exact, percent, round, sum, whole};
use crate::facts::{Facts, Line, Order, Refund};
use crate::program::{Program, RefundExcess};
use crate::time::window_end;
use std::collections::BTreeMap;

/// What one refund truly takes from one line.
pub(crate) struct Taking {
    /// Position in `facts.refunds`.
    pub(crate) refund: usize,
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    /// In the order's currency.
    pub(crate) taken: Exact,
    /// What is refunded before and after as parts of the line, from 0 to 1. For a line of amount zero there is only
    /// none or all; of a return there is always none.
    pub(crate) part_before: Exact,
    pub(crate) part_after: Exact,
}

/// What each refund takes from each line it concerns, line by line.
pub(crate) fn takings(program: &Program, facts: &Facts) -> Result<Vec<Taking>, Refusal> {
    let mut takings = Vec::new();
    let mut exceeds = false;
    for (order_position, order) in facts.orders.iter().enumerate() {
        for (line_position, line) in order.lines.iter().enumerate() {
            let mut refunded = whole(0);
            let mut part = whole(0);
            for (refund_position, refund) in facts.refunds.iter().enumerate() {
                if !concerns(refund, order, line, &part) {
                    continue;
                }
                let left = line.amount.0.clone().max(whole(0)) - &refunded;
                let mut taken = refund.amount.as_ref().map_or_else(|| left.clone(), |asked| asked.0.clone());
                if taken > left {
                    exceeds = true;
                    taken = left;
                }
                refunded += &taken;
                let before = part.clone();
                if line.amount.0 > whole(0) {
                    part = &refunded / &line.amount.0;
                } else if line.amount.0 == whole(0) && refund.amount.is_none() {
                    part = whole(1);
                }
                takings.push(Taking {
                    refund: refund_position,
                    order: order_position,
                    line: line_position,
                    taken,
                    part_before: before,
                    part_after: part.clone(),
                });
            }
        }
    }
    if exceeds && program.refunds.excess == RefundExcess::Refuse {
        return Err(Refusal::of(["refund.exceeds_line".to_owned()].into()));
    }
    Ok(takings)
}

/// Whether refunds exceed a line where that is refused.
pub(crate) fn exceeds(program: &Program, facts: &Facts) -> bool {
    takings(program, facts).is_err()
}

/// Whether a refund concerns a line of which a part is refunded already.
fn concerns(refund: &Refund, order: &Order, line: &Line, part: &Exact) -> bool {
    refund.order == order.id
        && match (&refund.line, &refund.amount) {
            (Some(id), _) => id == line.id(),
            (None, Some(_)) => order.lines.len() == 1,
            // A refund of the whole order passes over lines of which nothing is left.
            (None, None) => line.amount.0 >= whole(0) && *part != whole(1),
        }
}

/// What is truly refunded of a line by any refund known, as a part from 0 to 1.
pub(crate) fn refunded_part(takings: &[Taking], order: usize, line: usize) -> Exact {
    let of_line = takings.iter().rfind(|taking| (taking.order, taking.line) == (order, line));
    of_line.map_or_else(|| whole(0), |taking| taking.part_after.clone())
}

/// The page's `share(v, R)`, with what is refunded as a part of the line.
pub(crate) fn share(program: &Program, value: &Exact, part: &Exact) -> Exact {
    round(&(value * part), program.round.mode)
}

/// From which part of a line to which part a refund takes back what was earned with it.
pub(crate) struct Step {
    /// Position in `facts.refunds`.
    pub(crate) refund: usize,
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    before: Exact,
    after: Exact,
}

/// What refunds take back, by refund and line.
pub(crate) fn steps(program: &Program, facts: &Facts, takings: &[Taking]) -> Vec<Step> {
    let mut steps = Vec::new();
    for (position, order) in facts.orders.iter().enumerate() {
        let mut taken_back = vec![whole(0); order.lines.len()];
        let mut refunded = whole(0);
        let mut void = false;
        for (refund_position, refund) in facts.refunds.iter().enumerate() {
            let in_time =
                program.refunds.within.as_ref().is_none_or(|w| refund.at < window_end(order.at, w, program.zone));
            let own = |taking: &&Taking| (taking.refund, taking.order) == (refund_position, position);
            let mut after: BTreeMap<usize, Exact> = BTreeMap::new();
            for taking in takings.iter().filter(own) {
                refunded += &taking.taken;
                let frozen = void || !in_time;
                let part = if frozen { &taken_back[taking.line] } else { &taking.part_after };
                after.insert(taking.line, part.clone());
            }
            if refund.order == order.id && in_time && !void && is_void(program, order, &refunded) {
                void = true;
                for (line, fact) in order.lines.iter().enumerate() {
                    let is_return = fact.amount.0 < whole(0);
                    if !is_return && taken_back[line] != whole(1) {
                        after.insert(line, whole(1));
                    }
                }
            }
            for (line, after) in after {
                let before = std::mem::replace(&mut taken_back[line], after.clone());
                steps.push(Step { refund: refund_position, order: position, line, before, after });
            }
        }
    }
    steps.sort_by_key(|step| (step.refund, step.line));
    steps
}

/// Whether so much of an order is refunded that it pays nothing at all.
fn is_void(program: &Program, order: &Order, refunded: &Exact) -> bool {
    let above_zero = order.lines.iter().map(|line| &line.amount.0).filter(|amount| **amount > whole(0));
    let total = sum(above_zero);
    program.refunds.void_above.as_ref().is_some_and(|bound| *refunded > percent(&bound.0) * total)
}

/// What a step takes back of the amounts earned on its line, in sequence; not negated.
pub(crate) fn taken_back(program: &Program, step: &Step, amounts: &[Exact]) -> Vec<Exact> {
    let mut before = whole(0);
    let mut taken = Vec::new();
    for amount in amounts {
        let after = &before + amount;
        let by = |part: &Exact| share(program, &after, part) - share(program, &before, part);
        taken.push(by(&step.after) - by(&step.before));
        before = after;
    }
    taken
}
