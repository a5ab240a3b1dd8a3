//! Mode `marginal`: each step's rate applies only to what is sold above the step.
//!
//! A sale that crosses a threshold is divided there. Sources of the meaning: slice tiers as in "20 % to 10,000,
//! 25 % to 25,000, 30 % above; 26,000 pays 2,000 + 3,750 + 300 = 6,050".

use super::{Ladder, Slice};
use crate::money::Minor;

pub(super) fn slices(ladder: &Ladder, rule: usize, before: i128, amount: Minor, mut each: impl FnMut(Slice)) {
    let end = before.saturating_add(i128::from(amount.get()));
    let mut at = before;
    let mut step = ladder.step_at(before);
    loop {
        let next = ladder.steps.get(step).map(|from| i128::from(from.get()));
        let until = next.map_or(end, |next| next.min(end));
        // No part is longer than the sale, so the conversion cannot fail.
        let part = Minor::from_i128(until.saturating_sub(at)).unwrap_or(amount);
        each(Slice { amount: part, rate: ladder.rate(rule, step), step });
        if until >= end {
            return;
        }
        at = until;
        step = step.saturating_add(1);
    }
}
