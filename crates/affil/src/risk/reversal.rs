//! Affiliates of whose orders of the last month far more were reversed than of those before.
//!
//! This module must never know why something was reversed.

use std::collections::{BTreeMap, BTreeSet};

use super::watch::Reading;
use super::{Risk, RiskKind, Scene, risk};
use crate::settle::{Target, TargetKind};
use crate::time::Month;

/// Orders, and how many of them were reversed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    orders: i128,
    reversed: i128,
}

pub(super) fn risks(scene: &Scene<'_>, reading: &Reading<'_>) -> Vec<Risk> {
    let last = scene.plan.zone.month(scene.at).previous();
    let (watch, mut risks) = (reading.watch, Vec::new());
    for (affiliate, (history, month)) in tallies(scene, last) {
        if history.orders < i128::from(watch.history_orders) || month.orders < i128::from(watch.month_orders) {
            continue;
        }
        let Some((above, below)) = z_squared(history, month) else { continue };
        if above < below.saturating_mul(i128::from(watch.z_squared)) {
            continue;
        }
        let tally = |tally: Tally| format!("{} of {}", tally.reversed, tally.orders);
        risks.push(Risk {
            month: Some(last),
            statistic: "z_squared",
            value: hundredths(above, below),
            threshold: watch.z_squared.to_string(),
            text: format!("{} orders of {} were reversed, and {} before", tally(month), last.words(), tally(history)),
            ..risk(RiskKind::ReversalsUp, affiliate)
        });
    }
    risks
}

/// What each affiliate sold before the month and in it. An order is reversed if anything of it was taken back.
fn tallies<'a>(scene: &'a Scene<'_>, last: Month) -> BTreeMap<&'a str, (Tally, Tally)> {
    let mut sold: BTreeMap<(&str, &str), Month> = BTreeMap::new();
    let mut reversed: BTreeSet<(&str, &str)> = BTreeSet::new();
    let place = |target: &Target<'a>| target.order.map(|order| (target.affiliate, order));
    for target in scene.settlement.targets().filter(|target| !target.amount.minor().is_zero()) {
        match (target.kind, place(&target)) {
            (TargetKind::Commission, Some(place)) => {
                sold.insert(place, target.month);
            }
            (TargetKind::Reversal, Some(place)) => {
                reversed.insert(place);
            }
            _ => {}
        }
    }
    let mut tallies: BTreeMap<&str, (Tally, Tally)> = BTreeMap::new();
    for ((affiliate, order), month) in sold {
        let (history, of_month) = tallies.entry(affiliate).or_default();
        let tally = match month {
            month if month < last => history,
            month if month == last => of_month,
            _ => continue,
        };
        tally.orders = tally.orders.saturating_add(1);
        tally.reversed = tally.reversed.saturating_add(i128::from(reversed.contains(&(affiliate, order))));
    }
    tallies
}

/// How far k of n in the month lie above what K of N in the history lead to expect, if they do, as a fraction:
/// `z² = (k − n·p)² / (n·p·(1 − p))` of a binomial with `p = (K + 1) / (N + 2)`.
///
/// The rule of succession, not K / N: an affiliate without a reversal so far would otherwise be suspect for its first.
fn z_squared(history: Tally, month: Tally) -> Option<(i128, i128)> {
    let (k, n) = (month.reversed, month.orders);
    let (hits, of) = (history.reversed.saturating_add(1), history.orders.saturating_add(2));
    let above = k.saturating_mul(of).saturating_sub(n.saturating_mul(hits));
    if above <= 0 {
        return None;
    }
    let spread = n.saturating_mul(hits).saturating_mul(of.saturating_sub(hits));
    Some((above.saturating_mul(above), spread))
}

/// A fraction with two decimals, rounded down.
fn hundredths(above: i128, below: i128) -> String {
    let hundredths = above.saturating_mul(100).checked_div(below).unwrap_or_default();
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn z(history: (i128, i128), month: (i128, i128)) -> Option<String> {
        let tally = |(reversed, orders)| Tally { orders, reversed };
        z_squared(tally(history), tally(month)).map(|(above, below)| hundredths(above, below))
    }

    #[test]
    fn z_squared_is_that_of_a_binomial() {
        // p = 1/22, 5 orders: expected 5/22, variance 5 × 21/22². (2 − 5/22)² / (105/484) = 39²/105 = 14.4857…
        assert_eq!(z((0, 20), (2, 5)).as_deref(), Some("14.48"));
        // p = 10/100, 100 orders: expected 10, variance 9; (19 − 10)² / 9 = 9.
        assert_eq!(z((9, 98), (19, 100)).as_deref(), Some("9.00"));
        assert_eq!(z((9, 98), (18, 100)).as_deref(), Some("7.11"));
        assert_eq!(z((9, 98), (10, 100)), None);
        assert_eq!(z((9, 98), (0, 100)), None);
    }
}
