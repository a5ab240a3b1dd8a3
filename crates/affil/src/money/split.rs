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
    let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if total == 0 {
        let first = |index: usize| if index == 0 { whole } else { Minor::ZERO };
        return (0..weights.len()).map(first).collect();
    }
    let amount = i128::from(whole.get().unsigned_abs());
    let mut parts = match rule {
        SplitRule::Cumulative => cumulative(amount, weights, total),
        SplitRule::Largest | SplitRule::First => floors(amount, weights, total),
    };
    let missing = amount.saturating_sub(parts.iter().map(|part| part.floor).sum());
    let missing = usize::try_from(missing).unwrap_or_default();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    if rule == SplitRule::Largest {
        // A stable sort, so that equal remainders stay in the order given.
        order.sort_by_key(|index| parts.get(*index).map(|part| std::cmp::Reverse(part.remainder)));
    }
    for index in order.into_iter().filter(|index| weights.get(*index) != Some(&0)).take(missing) {
        if let Some(part) = parts.get_mut(index) {
            part.floor = part.floor.saturating_add(1);
        }
    }
    let sign = i128::from(whole.get().signum());
    parts.iter().map(|part| Minor::from_i128(part.floor.saturating_mul(sign)).unwrap_or_default()).collect()
}

struct Part {
    floor: i128,
    remainder: i128,
}

fn floors(amount: i128, weights: &[u64], total: i128) -> Vec<Part> {
    let part = |weight: &u64| {
        let product = amount.saturating_mul(i128::from(*weight));
        Part {
            floor: product.checked_div(total).unwrap_or_default(),
            remainder: product.checked_rem(total).unwrap_or_default(),
        }
    };
    weights.iter().map(part).collect()
}

fn cumulative(amount: i128, weights: &[u64], total: i128) -> Vec<Part> {
    let mut sum: i128 = 0;
    let mut given: i128 = 0;
    let mut parts = Vec::with_capacity(weights.len());
    for weight in weights {
        sum = sum.saturating_add(i128::from(*weight));
        let reached = amount.saturating_mul(sum).checked_div(total).unwrap_or_default();
        parts.push(Part { floor: reached.saturating_sub(given), remainder: 0 });
        given = reached;
    }
    parts
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
    fn nothing_weighs_nothing() {
        assert_eq!(parts(7, &[0, 0], SplitRule::Largest), [7, 0]);
        assert_eq!(parts(-7, &[1, 1], SplitRule::Largest), [-4, -3]);
        assert_eq!(parts(7, &[], SplitRule::First), Vec::<i64>::new());
    }
}
