//! Mode `forward`: a line has the rate of the step that was reached before it.
//!
//! Sources of the meaning: "from the next sale on", the performance tiers of Post Affiliate Pro and `AffiliateWP`.

use super::{Climb, Ladder};

pub(super) fn step(ladder: &Ladder, climb: Climb) -> usize {
    ladder.step_at(climb.before).max(climb.lift)
}
