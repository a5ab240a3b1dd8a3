//! Mode `whole`: the step reached by the whole period's total gives the rate of all its sales.
//!
//! Sources of the meaning: retroactive tiers as in "20 % to 10,000, 25 % to 25,000, 30 % above; 26,000 pays 7,800".

use super::{Climb, Ladder};

pub(super) fn step(ladder: &Ladder, climb: Climb) -> usize {
    ladder.step_at(climb.total).max(climb.lift)
}
