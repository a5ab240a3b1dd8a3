//! Dividing a whole among parts so that the parts add up.

use super::Minor;
use serde::{Deserialize, Serialize};

/// Who gets the minor units left over when a whole is divided by weights.
///
/// The parts always add up to the whole, each within one minor unit of its exact share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SplitRule {
    /// The parts with the largest remainders get one more (Hamilton's method); ties go to the earlier part.
    #[default]
    Largest,
    /// The earliest parts get one more each, in the order given.
    First,
    /// Differences of the floored running sum: streams, and can be computed in pieces.
    Cumulative,
}

/// Divides `whole` in proportion to `weights` (none negative); with no weight at all, the first part gets it.
///
/// ```
/// use affil::{Minor, SplitRule, split};
/// let ten = Minor::new(1000).unwrap();
/// let parts: Vec<i64> = split(ten, &[1, 1, 1], SplitRule::Largest).iter().map(|part| part.get()).collect();
/// assert_eq!(parts, [334, 333, 333]);
/// ```
pub fn split(whole: Minor, weights: &[u64], rule: SplitRule) -> Vec<Minor> {
    let weights: Vec<u128> = weights.iter().map(|weight| u128::from(*weight)).collect();
    split_wide(whole, &weights, rule)
}

/// As [`split`], for weights whose sum lies below 2^126.
pub(crate) fn split_wide(whole: Minor, weights: &[u128], rule: SplitRule) -> Vec<Minor> {
    let total = weights.iter().fold(0_u128, |sum, weight| sum.saturating_add(*weight));
    if total == 0 {
        let first = |index: usize| if index == 0 { whole } else { Minor::ZERO };
        return (0..weights.len()).map(first).collect();
    }
    let amount = whole.get().unsigned_abs();
    let sign = i128::from(whole.get().signum());
    let signed = |part: u64| Minor::from_i128(i128::from(part).saturating_mul(sign)).unwrap_or_default();
    if rule == SplitRule::Cumulative {
        let mut running = Cumulative::new(amount, total);
        return weights.iter().map(|weight| signed(running.part(*weight))).collect();
    }
    let mut parts: Vec<(u64, u128)> = weights.iter().map(|weight| portion(amount, *weight, total)).collect();
    let given = parts.iter().fold(0_u64, |sum, (floor, _)| sum.saturating_add(*floor));
    let missing = usize::try_from(amount.saturating_sub(given)).unwrap_or_default();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    if rule == SplitRule::Largest {
        // A stable sort, so that equal remainders stay in the order given.
        order.sort_by_key(|index| parts.get(*index).map(|(_, remainder)| std::cmp::Reverse(*remainder)));
    }
    for index in order.into_iter().filter(|index| weights.get(*index) != Some(&0)).take(missing) {
        if let Some((floor, _)) = parts.get_mut(index) {
            *floor = floor.saturating_add(1);
        }
    }
    parts.iter().map(|(floor, _)| signed(*floor)).collect()
}

/// `amount × weight / total` rounded down, and what remains of the division; `weight <= total`.
fn portion(amount: u64, weight: u128, total: u128) -> (u64, u128) {
    // Machines divide small numbers faster.
    if let (Ok(weight), Ok(total)) = (u64::try_from(weight), u64::try_from(total))
        && let Some(product) = weight.checked_mul(amount)
    {
        let rest = u128::from(product.checked_rem(total).unwrap_or_default());
        return (product.checked_div(total).unwrap_or_default(), rest);
    }
    if let Some(product) = weight.checked_mul(u128::from(amount)) {
        let floor = product.checked_div(total).unwrap_or_default();
        return (u64::try_from(floor).unwrap_or(amount), product.checked_rem(total).unwrap_or_default());
    }
    // Bit by bit, where the product does not fit: the remainder stays below 3 × total.
    let (mut floor, mut rest) = (0_u64, 0_u128);
    for bit in (0..u64::BITS).rev() {
        rest = rest.saturating_mul(2);
        if amount.wrapping_shr(bit) & 1 == 1 {
            rest = rest.saturating_add(weight);
        }
        floor = floor.saturating_mul(2);
        while rest >= total {
            rest = rest.saturating_sub(total);
            floor = floor.saturating_add(1);
        }
    }
    (floor, rest)
}

/// [`SplitRule::Cumulative`], part by part.
pub(crate) struct Cumulative {
    amount: u64,
    total: u128,
    sum: u128,
    given: u64,
}

impl Cumulative {
    /// Divides an amount among weights that come to a total.
    pub(crate) fn new(amount: u64, total: u128) -> Self {
        Self { amount, total, sum: 0, given: 0 }
    }

    /// The part of the next weight.
    pub(crate) fn part(&mut self, weight: u128) -> u64 {
        self.sum = self.sum.saturating_add(weight);
        let (reached, _) = portion(self.amount, self.sum, self.total);
        let part = reached.saturating_sub(self.given);
        self.given = reached;
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(whole: i64, weights: &[u64], rule: SplitRule) -> Vec<i64> {
        split(Minor::new(whole).unwrap(), weights, rule).into_iter().map(Minor::get).collect()
    }

    #[test]
    fn three_rules_three_answers() {
        // 100 by 3 : 3 : 1 is 42.857, 42.857, 14.286 exactly; floors 42 42 14 leave 2.
        assert_eq!(parts(100, &[3, 3, 1], SplitRule::Largest), [43, 43, 14]);
        assert_eq!(parts(100, &[1, 3, 3], SplitRule::First), [15, 43, 42]);
        // Running sums 14.28, 57.14, 100 floored: 14, 57, 100.
        assert_eq!(parts(100, &[1, 3, 3], SplitRule::Cumulative), [14, 43, 43]);
    }

    #[test]
    fn six_forty_five_by_thirty_seventy() {
        assert_eq!(parts(645, &[30, 70], SplitRule::Largest), [194, 451]);
    }

    #[test]
    fn wide_weights_divide_like_narrow_ones() {
        let wide = 1_u128 << 100;
        assert_eq!(portion(1_000_003, wide * 2, wide * 7), (285_715, wide));
        let largest = Minor::MAX.get().unsigned_abs();
        assert_eq!(portion(largest, wide * 7, wide * 7), (largest, 0));
    }

    #[test]
    fn nothing_weighs_nothing() {
        assert_eq!(parts(7, &[0, 0], SplitRule::Largest), [7, 0]);
        assert_eq!(parts(-7, &[1, 1], SplitRule::Largest), [-4, -3]);
        assert_eq!(parts(7, &[], SplitRule::First), Vec::<i64>::new());
    }
}
