//! Mode `interpolated`: between two steps the rate rises evenly with the period's total, and applies to all its sales.
//!
//! Sources of the meaning: accelerators of sales compensation plans, in which each point of attainment adds its share.

use super::Ladder;
use crate::money::{Rate, RoundMode};

pub(super) fn rate(ladder: &Ladder, own: Rate, total: i128) -> Rate {
    let step = ladder.step_at(total);
    let low = ladder.rate(own, step);
    let Some(below) = step.checked_sub(1) else { return low };
    let (Some(from), Some(to)) = (ladder.steps.get(below), ladder.steps.get(step)) else { return low };
    let high = ladder.rate(own, step.saturating_add(1));
    let (length, into) = (to.saturating_sub(*from), total.saturating_sub(*from));
    let rise = i128::from(high.units()).saturating_sub(i128::from(low.units()));
    let product = i128::from(low.units()).saturating_mul(length).saturating_add(rise.saturating_mul(into));
    // Between two rates there is always a rate.
    Rate::from_units(RoundMode::HalfEven.divide(product, length)).unwrap_or(low)
}
