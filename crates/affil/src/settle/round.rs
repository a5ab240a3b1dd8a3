//! The rounding stage: exact amounts become minor units once, by differences of the rounded running sum.

use std::collections::HashMap;

use super::{Award, Batch, limit};
use crate::attribute::Credit;
use crate::facts::Sym;
use crate::money::{Exact, LimitExceeded, Minor, SplitRule};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::program::RoundAt;
use crate::time::Month;

#[derive(PartialEq, Eq, Hash)]
enum Scope {
    Line(usize),
    Order(usize),
    Statement(Month, Sym),
}

pub(super) fn round(plan: &Plan, batch: &Batch<'_>, credits: &[Credit], awards: &mut [Award]) -> Result<(), Problem> {
    let round = plan.program.round;
    let mut sums: HashMap<Scope, (Exact, Minor)> = HashMap::new();
    let too_much = |_: LimitExceeded| limit("a sum of commissions");
    let mut rest = awards;
    while let Some(first) = rest.first() {
        let Some(order) = batch.order(first.order) else { return Ok(()) };
        let (scope, length) = match round.at {
            RoundAt::Line => (Scope::Line(first.line), group(credits, rest)),
            RoundAt::Order => (Scope::Order(first.order), group(credits, rest)),
            RoundAt::Statement => (Scope::Statement(plan.zone.month(order.at), first.affiliate), 1),
        };
        let (group, others) = std::mem::take(&mut rest).split_at_mut(length);
        rest = others;
        let (exact, given) = sums.entry(scope).or_default();
        let before = *exact;
        for award in group.iter_mut() {
            award.before = before;
            *exact = exact.plus(award.exact).map_err(too_much)?;
        }
        let reached = exact.round(round.mode).map_err(too_much)?;
        let whole = reached.minus(*given).map_err(too_much)?;
        *given = reached;
        hand_out(whole, group, round.split).map_err(too_much)?;
    }
    Ok(())
}

/// How many awards from the first on share one commission: the same line, rule and pot.
pub(crate) fn group(credits: &[Credit], awards: &[Award]) -> usize {
    let pot = |award: &Award| match credits.get(award.order) {
        Some(Credit::To(shares)) => shares.pot(award.credit),
        _ => 0,
    };
    let Some(first) = awards.first() else { return 1 };
    let same = |award: &&Award| {
        (award.line, award.rule) == (first.line, first.rule)
            && (award.credit == first.credit || pot(award) == pot(first))
    };
    awards.iter().take_while(same).count().max(1)
}

/// Divides the rounded whole of a group among its commissions, each within a unit of its exact amount.
fn hand_out(whole: Minor, group: &mut [Award], rule: SplitRule) -> Result<(), LimitExceeded> {
    if let [only] = group {
        (only.rounded, only.amount) = (whole, whole);
        return Ok(());
    }
    let mut floors: Vec<(i128, i128)> = group.iter().map(|award| award.exact.floor()).collect();
    let given = floors.iter().fold(0_i128, |sum, (floor, _)| sum.saturating_add(*floor));
    let mut order: Vec<usize> = (0..group.len()).collect();
    match rule {
        SplitRule::Largest => {
            order.sort_by_key(|index| std::cmp::Reverse(floors.get(*index).map(|(_, rest)| *rest)));
        }
        SplitRule::First | SplitRule::Cumulative => {
            order.retain(|index| group.get(*index).is_some_and(|award| award.exact != Exact::ZERO));
        }
    }
    let missing = i128::from(whole.get()).saturating_sub(given);
    if missing < 0 {
        order.reverse();
    }
    let units = missing.unsigned_abs();
    let each = u128::try_from(order.len()).unwrap_or_default();
    let (rounds, rest) = (units.checked_div(each).unwrap_or_default(), units.checked_rem(each).unwrap_or_default());
    for (place, index) in order.iter().enumerate() {
        // Where a running sum crosses zero there may be more units than commissions.
        let more = u128::from(u128::try_from(place).is_ok_and(|place| place < rest));
        let handed = i128::try_from(rounds.saturating_add(more)).unwrap_or_default().saturating_mul(missing.signum());
        if let Some((floor, _)) = floors.get_mut(*index) {
            *floor = floor.saturating_add(handed);
        }
    }
    for (award, (amount, _)) in group.iter_mut().zip(floors) {
        award.rounded = Minor::from_i128(amount)?;
        award.amount = award.rounded;
    }
    Ok(())
}
