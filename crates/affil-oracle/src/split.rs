//! The remainder rules of section 1: an amount of whole units divided by weights.
//!
//! Must never know what is divided, or among whom.

use crate::exact::{Exact, sum, whole};
use serde::Deserialize;
use std::cmp::Reverse;

/// Where the units go that are left over.
#[derive(Debug, Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Split {
    #[default]
    Largest,
    First,
    Cumulative,
}

/// The parts of an amount, one for each weight; they add up to it.
pub(crate) fn divide(rule: Split, amount: &Exact, weights: &[Exact]) -> Vec<Exact> {
    if *amount < whole(0) {
        return divide(rule, &-amount, weights).iter().map(|part| -part).collect();
    }
    let total = sum(weights);
    if total == whole(0) {
        let everything = |index| if index == 0 { amount.clone() } else { whole(0) };
        return (0..weights.len()).map(everything).collect();
    }
    if rule == Split::Cumulative {
        let floored = |until: usize| (amount * sum(&weights[..until]) / &total).floor();
        return (0..weights.len()).map(|index| floored(index + 1) - floored(index)).collect();
    }
    let exact: Vec<Exact> = weights.iter().map(|weight| amount * weight / &total).collect();
    let mut parts: Vec<Exact> = exact.iter().map(Exact::floor).collect();
    let mut queue: Vec<usize> = (0..weights.len()).filter(|index| weights[*index] != whole(0)).collect();
    if rule == Split::Largest {
        // A stable sort leaves ties to the earlier.
        queue.sort_by_key(|index| Reverse(exact[*index].fract()));
    }
    let mut left = amount - sum(&parts);
    for index in queue {
        if left >= whole(1) {
            parts[index] += whole(1);
            left -= whole(1);
        }
    }
    parts
}

/// The same with equal weights.
pub(crate) fn divide_equally(rule: Split, amount: &Exact, among: usize) -> Vec<Exact> {
    divide(rule, amount, &vec![whole(1); among])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(rule: Split, amount: i64, weights: &[i64]) -> Vec<i64> {
        let weights: Vec<Exact> = weights.iter().map(|weight| whole(*weight)).collect();
        let parts = divide(rule, &whole(amount), &weights);
        parts.iter().map(|part| (-100..=100).find(|number| whole(*number) == *part).unwrap()).collect()
    }

    #[test]
    fn units_left_over() {
        // 2, 2 and 6 of 10 make 10 of 13: 2.6, 2.6 and 7.8. Two units are left over.
        assert_eq!(parts(Split::Largest, 13, &[2, 2, 6]), [3, 2, 8]);
        assert_eq!(parts(Split::First, 13, &[2, 2, 6]), [3, 3, 7]);
        // Running sums 2.6, 5.2, 13.
        assert_eq!(parts(Split::Cumulative, 13, &[2, 2, 6]), [2, 3, 8]);
    }

    #[test]
    fn zero_weights_get_nothing_unless_all_are_zero() {
        assert_eq!(parts(Split::First, 3, &[0, 1, 1]), [0, 2, 1]);
        assert_eq!(parts(Split::Largest, 3, &[0, 1, 1]), [0, 2, 1]);
        assert_eq!(parts(Split::Cumulative, 3, &[0, 1, 1]), [0, 1, 2]);
        for rule in [Split::Largest, Split::First, Split::Cumulative] {
            assert_eq!(parts(rule, 3, &[0, 0]), [3, 0]);
        }
    }

    #[test]
    fn below_zero_the_signs_are_turned() {
        assert_eq!(parts(Split::Largest, -13, &[2, 2, 6]), [-3, -2, -8]);
        assert_eq!(parts(Split::Cumulative, -13, &[2, 2, 6]), [-2, -3, -8]);
    }
}
