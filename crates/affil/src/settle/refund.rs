//! The refund stage: what a refund takes back of the commissions of its line, at the terms of the sale.

use std::collections::HashMap;

use super::batch::Taking;
use super::{Award, Batch, Claim, Lift};
use crate::money::{Minor, RoundMode};
use crate::plan::Plan;

/// What one refund takes back of one commission or override.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reversal {
    pub(crate) taking: usize,
    pub(crate) of: Reversed,
    /// Booked with the other sign. Below zero only where two commissions of a line share an odd cent.
    pub(crate) amount: Minor,
}

/// What is taken back, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reversed {
    Claim(usize),
    Lift(usize),
}

/// What a taking takes back of each of a line's amounts: rounded for their running sum, so that no cent is lost between.
pub(super) fn backs(amounts: &[Minor], taking: &Taking, mode: RoundMode) -> Vec<Minor> {
    let back = |sum: Minor| {
        let reached = sum.share(taking.back.1, taking.whole, mode);
        reached.minus(sum.share(taking.back.0, taking.whole, mode)).unwrap_or_default()
    };
    let mut sum = Minor::ZERO;
    let mut one = |amount: &Minor| {
        let with = sum.plus(*amount).unwrap_or(sum);
        let taken = back(with).minus(back(sum)).unwrap_or_default();
        sum = with;
        taken
    };
    amounts.iter().map(&mut one).collect()
}

pub(super) fn reverse(
    plan: &Plan,
    batch: &Batch<'_>,
    awards: &[Award],
    claims: &[Claim],
    lifts: &[Lift],
) -> Vec<Reversal> {
    if batch.takings.is_empty() {
        return Vec::new();
    }
    let mut of_line: HashMap<usize, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, claim) in claims.iter().enumerate() {
        let Some(award) = awards.get(claim.award) else { continue };
        of_line.entry(award.line).or_default().0.push(index);
    }
    for (index, lift) in lifts.iter().enumerate() {
        of_line.entry(lift.line).or_default().1.push(index);
    }
    let mode = plan.program.round.mode;
    let mut reversals = Vec::new();
    for (index, taking) in batch.takings.iter().enumerate() {
        let Some((own, above)) = of_line.get(&taking.line) else { continue };
        let amounts: Vec<Minor> = own.iter().filter_map(|claim| claims.get(*claim)).map(|claim| claim.amount).collect();
        for (claim, amount) in own.iter().zip(backs(&amounts, taking, mode)) {
            reversals.push(Reversal { taking: index, of: Reversed::Claim(*claim), amount });
        }
        for lift in above {
            let Some(amount) = lifts.get(*lift).map(|lift| lift.amount) else { continue };
            let amount = backs(&[amount], taking, mode).first().copied().unwrap_or_default();
            reversals.push(Reversal { taking: index, of: Reversed::Lift(*lift), amount });
        }
    }
    reversals
}
