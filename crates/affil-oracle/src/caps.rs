//! Section 5: upper limits of an order.
//!
//! Must never know rates or refunds.

use crate::exact::{Exact, whole};
use crate::program::{Cap, CapShare, Program};
use crate::rules::Commission;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The commissions after all caps, one cap after the other.
pub(crate) fn apply(program: &Program, mut commissions: Vec<Commission>) -> Vec<Commission> {
    for cap in &program.caps {
        let groups: BTreeSet<(usize, String)> =
            commissions.iter().map(|commission| (commission.order, commission.affiliate.clone())).collect();
        for (order, affiliate) in groups {
            let mut together: Vec<&mut Commission> = commissions
                .iter_mut()
                .filter(|commission| commission.order == order && commission.affiliate == affiliate)
                .collect();
            let amounts: Vec<Exact> = together.iter().map(|one| one.amount.clone()).collect();
            let shared = share(cap, &(&cap.amount.0 * program.scale()), &amounts);
            for (commission, amount) in together.iter_mut().zip(shared) {
                commission.amount = amount;
            }
        }
    }
    commissions
}

/// The amounts limited to `limit` together.
fn share(cap: &Cap, limit: &Exact, amounts: &[Exact]) -> Vec<Exact> {
    let total = amounts.iter().fold(whole(0), |sum, amount| sum + amount);
    if total <= *limit {
        return amounts.to_vec();
    }
    match cap.share {
        CapShare::InOrder => differences(amounts, |sum| sum.min(limit).clone()),
        CapShare::Cumulative => differences(amounts, |sum| (limit * sum / &total).floor()),
        CapShare::Largest => in_proportion(limit, &total, amounts, |parts| {
            let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
            // A stable sort leaves ties to the earlier.
            by_remainder.sort_by_key(|part| Reverse(parts[*part].fract()));
            by_remainder
        }),
        CapShare::First => in_proportion(limit, &total, amounts, |_| {
            (0..amounts.len()).filter(|part| amounts[*part] != whole(0)).collect()
        }),
    }
}

/// `limited(sum after) - limited(sum before)` for each amount.
fn differences(amounts: &[Exact], limited: impl Fn(&Exact) -> Exact) -> Vec<Exact> {
    let mut before = whole(0);
    let mut parts = Vec::new();
    for amount in amounts {
        let after = &before + amount;
        parts.push(limited(&after) - limited(&before));
        before = after;
    }
    parts
}

/// Parts rounded down, then the units left over, one each in the order that `queue` gives.
fn in_proportion(
    limit: &Exact,
    total: &Exact,
    amounts: &[Exact],
    queue: impl Fn(&[Exact]) -> Vec<usize>,
) -> Vec<Exact> {
    let exact: Vec<Exact> = amounts.iter().map(|amount| limit * amount / total).collect();
    let mut parts: Vec<Exact> = exact.iter().map(Exact::floor).collect();
    let mut left = parts.iter().fold(limit.clone(), |left, part| left - part);
    for part in queue(&exact) {
        if left >= whole(1) {
            parts[part] += whole(1);
            left -= whole(1);
        }
    }
    parts
}
