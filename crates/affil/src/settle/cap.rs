//! The cap stage: what goes beyond a limit is clamped, and the rest shared as the cap says.

use super::{Award, limit};
use crate::money::{Minor, SplitRule, split};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::program::CapShare;

/// Applies the caps per order, one after the other; awards of one order and affiliate stand together.
pub(super) fn cap(plan: &Plan, awards: &mut [Award]) -> Result<(), Problem> {
    for group in awards.chunk_by_mut(|a, b| (a.order, a.affiliate) == (b.order, b.affiliate)) {
        for (amount, share) in &plan.caps {
            let before: Vec<Minor> = group.iter().map(|award| award.amount).collect();
            if let Some(after) = capped(*amount, *share, &before)? {
                group.iter_mut().zip(after).for_each(|(award, amount)| award.amount = amount);
            }
        }
    }
    Ok(())
}

/// What a cap leaves of each amount, if they go beyond it together.
pub(crate) fn capped(cap: Minor, share: CapShare, amounts: &[Minor]) -> Result<Option<Vec<Minor>>, Problem> {
    let mut sum = Minor::ZERO;
    for amount in amounts {
        sum = sum.plus(*amount).map_err(|_| limit("the commission of an order"))?;
    }
    if sum <= cap {
        return Ok(None);
    }
    let weights: Vec<u64> = amounts.iter().map(|amount| amount.get().unsigned_abs()).collect();
    Ok(Some(match share {
        CapShare::InOrder => fill(cap, amounts),
        CapShare::Largest => split(cap, &weights, SplitRule::Largest),
        CapShare::First => split(cap, &weights, SplitRule::First),
        CapShare::Cumulative => split(cap, &weights, SplitRule::Cumulative),
    }))
}

/// First come, first served; the last amount that fits partly is clamped.
fn fill(cap: Minor, amounts: &[Minor]) -> Vec<Minor> {
    let mut left = cap;
    let mut take = |amount: &Minor| {
        let part = (*amount).min(left);
        left = left.minus(part).unwrap_or_default();
        part
    };
    amounts.iter().map(&mut take).collect()
}
