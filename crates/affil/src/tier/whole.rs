//! Mode `whole`: the step reached by the whole period's total gives the rate of all its sales.
//!
//! Sources of the meaning: retroactive tiers as in "20 % to 10,000, 25 % to 25,000, 30 % above; 26,000 pays 7,800".

use super::{Ladder, Slice};
use crate::money::Minor;

pub(super) fn slices(ladder: &Ladder, rule: usize, total: i128, amount: Minor, mut each: impl FnMut(Slice)) {
    let step = ladder.step_at(total);
    each(Slice { amount, rate: ladder.rate(rule, step), step });
}
