//! Mode `marginal`: each step's rate applies only to what is sold above the step.
//!
//! A sale that crosses a threshold is divided there, and so is a return on its way down. Sources of the meaning: slice
//! tiers as in "20 % to 10,000, 25 % to 25,000, 30 % above; 26,000 pays 2,000 + 3,750 + 300 = 6,050".

use super::{Climb, Ladder, Slice};
use crate::money::{Minor, Rate};

pub(super) fn slices(ladder: &Ladder, own: Rate, climb: Climb, base: Minor, mut each: impl FnMut(Slice)) {
    let reached = climb.before.saturating_add(i128::from(base.get()));
    let (mut at, end) = (climb.before.min(reached), climb.before.max(reached));
    let mut step = ladder.step_at(at);
    loop {
        let until = ladder.steps.get(step).map_or(end, |next| (*next).min(end));
        // No part is longer than the sale, so the conversion cannot fail.
        let part = Minor::from_i128(until.saturating_sub(at)).unwrap_or(base);
        let part = if base < Minor::ZERO { part.negated() } else { part };
        let lifted = step.max(climb.lift);
        each(Slice { amount: part, rate: ladder.rate(own, lifted), step: lifted });
        if until >= end {
            return;
        }
        at = until;
        step = step.saturating_add(1);
    }
}
