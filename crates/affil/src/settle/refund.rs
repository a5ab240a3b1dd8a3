//! The refund stage: what a refund takes back of the commissions of its line, at the terms of the sale.

use std::collections::HashMap;

use super::{Award, Batch};
use crate::money::Minor;
use crate::plan::Plan;

/// What one refund takes back of one commission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reversal {
    pub(crate) taking: usize,
    pub(crate) award: usize,
    /// Booked with the other sign. Below zero only where two commissions of a line share an odd cent.
    pub(crate) amount: Minor,
}

pub(super) fn reverse(plan: &Plan, batch: &Batch<'_>, awards: &[Award]) -> Vec<Reversal> {
    if batch.takings.is_empty() {
        return Vec::new();
    }
    let mut of_line: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, award) in awards.iter().enumerate() {
        of_line.entry(award.line).or_default().push(index);
    }
    let mode = plan.program.round.mode;
    let mut reversals = Vec::new();
    for (index, taking) in batch.takings.iter().enumerate() {
        // Rounded once for the line's whole commission, so that two rules cannot lose a cent between them.
        let back = |sum: Minor| {
            let reached = sum.share(taking.after, taking.whole, mode);
            reached.minus(sum.share(taking.before, taking.whole, mode)).unwrap_or_default()
        };
        let mut sum = Minor::ZERO;
        for award_index in of_line.get(&taking.line).into_iter().flatten() {
            let Some(award) = awards.get(*award_index) else { continue };
            let with = sum.plus(award.amount).unwrap_or(sum);
            let amount = back(with).minus(back(sum)).unwrap_or_default();
            reversals.push(Reversal { taking: index, award: *award_index, amount });
            sum = with;
        }
    }
    reversals
}
