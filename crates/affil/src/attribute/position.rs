//! Model `position`: the first, the middle and the last touch earn fixed shares, the others the rest.
//!
//! Source of the meaning: "position based", "bathtub" or "U-shaped" attribution, and its W, J and inverse J relatives;
//! with two touches the U is 50 : 50, since nobody stands between to share the rest.

use crate::plan::PositionPlan;
use crate::program::RestTo;

/// The weights of `count` competing touches.
pub(super) fn weights(count: usize, plan: &PositionPlan) -> Vec<u128> {
    if count == 1 {
        return vec![1];
    }
    let middle = count.saturating_add(1) / 2;
    let own: Vec<Option<u128>> = (1..=count)
        .map(|number| {
            let places = [(count, plan.last), (1, plan.first), (middle, plan.middle)];
            let mut held = places.into_iter().filter(|(place, _)| *place == number);
            held.find_map(|(_, share)| share)
        })
        .collect();
    // A place without a share of its own is held by nobody.
    let others = own.iter().filter(|share| share.is_none()).count();
    let sharing = if plan.rest_to == RestTo::All { count } else { others };
    // Scaled up so that the rest divides evenly; with nobody to share it, it is nobody's.
    let scale = u128::try_from(sharing.max(1)).unwrap_or(u128::MAX);
    let weight = |own: Option<u128>| {
        let shares = plan.rest_to == RestTo::All || own.is_none();
        let rest = if shares { plan.rest } else { 0 };
        own.unwrap_or_default().saturating_mul(scale).saturating_add(rest)
    };
    own.into_iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const U: PositionPlan =
        PositionPlan { first: Some(40), middle: None, last: Some(40), rest: 20, rest_to: RestTo::Others };
    const W: PositionPlan =
        PositionPlan { first: Some(30), middle: Some(30), last: Some(30), rest: 10, rest_to: RestTo::Others };

    /// Hundredths of a percent.
    fn shares(count: usize, plan: &PositionPlan) -> Vec<u128> {
        let weights = weights(count, plan);
        let sum: u128 = weights.iter().sum();
        weights.iter().map(|weight| weight * 10_000 / sum).collect()
    }

    #[test]
    fn u_shape() {
        assert_eq!(shares(1, &U), [10_000]);
        assert_eq!(shares(2, &U), [5_000, 5_000]);
        assert_eq!(shares(3, &U), [4_000, 2_000, 4_000]);
        assert_eq!(shares(4, &U), [4_000, 1_000, 1_000, 4_000]);
        assert_eq!(shares(5, &U), [4_000, 666, 666, 666, 4_000]);
    }

    #[test]
    fn w_shape() {
        assert_eq!(shares(1, &W), [10_000]);
        assert_eq!(shares(2, &W), [5_000, 5_000]);
        assert_eq!(shares(3, &W), [3_333, 3_333, 3_333]);
        assert_eq!(shares(4, &W), [3_000, 3_000, 1_000, 3_000]);
        assert_eq!(shares(5, &W), [3_000, 500, 3_000, 500, 3_000]);
    }

    #[test]
    fn the_rest_goes_to_all() {
        let plan = PositionPlan { first: Some(25), middle: None, last: Some(50), rest: 25, rest_to: RestTo::All };
        assert_eq!(shares(5, &plan), [3_000, 500, 500, 500, 5_500]);
        assert_eq!(shares(2, &plan), [3_750, 6_250]);
    }

    #[test]
    fn a_place_without_a_share_is_held_by_nobody() {
        let plan = PositionPlan { last: Some(60), rest: 40, ..PositionPlan::default() };
        assert_eq!(shares(3, &plan), [2_000, 2_000, 6_000]);
        // The first of two is the middle one as well, and of its places that one has a share.
        let plan = PositionPlan { middle: Some(25), last: Some(75), ..PositionPlan::default() };
        assert_eq!(shares(2, &plan), [2_500, 7_500]);
    }
}
