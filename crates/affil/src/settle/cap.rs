//! The cap stage: what goes beyond a limit is clamped, and the rest shared as the cap says.

use super::{Award, limit};
use crate::money::{Minor, SplitRule, split};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::program::CapShare;

/// Applies the caps per order; awards of one order and affiliate stand together.
pub(super) fn cap(plan: &Plan, awards: &mut [Award]) -> Result<(), Problem> {
    for (amount, share) in &plan.caps {
        for group in awards.chunk_by_mut(|a, b| (a.order, a.affiliate) == (b.order, b.affiliate)) {
            cap_group(*amount, *share, group)?;
        }
    }
    Ok(())
}

fn cap_group(cap: Minor, share: CapShare, awards: &mut [Award]) -> Result<(), Problem> {
    let mut sum = Minor::ZERO;
    for award in awards.iter() {
        sum = sum.plus(award.amount).map_err(|_| limit("the commission of an order"))?;
    }
    if sum <= cap {
        return Ok(());
    }
    let weights: Vec<u64> = awards.iter().map(|award| award.amount.get().unsigned_abs()).collect();
    let parts = match share {
        CapShare::InOrder => fill(cap, awards),
        CapShare::Largest => split(cap, &weights, SplitRule::Largest),
        CapShare::First => split(cap, &weights, SplitRule::First),
        CapShare::Cumulative => split(cap, &weights, SplitRule::Cumulative),
    };
    for (award, part) in awards.iter_mut().zip(parts) {
        award.amount = part;
    }
    Ok(())
}

/// First come, first served; the last award that fits partly is clamped.
fn fill(cap: Minor, awards: &[Award]) -> Vec<Minor> {
    let mut left = cap;
    let mut take = |award: &Award| {
        let part = award.amount.min(left);
        left = left.minus(part).unwrap_or_default();
        part
    };
    awards.iter().map(&mut take).collect()
}
