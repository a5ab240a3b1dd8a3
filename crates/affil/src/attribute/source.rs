//! Source stays: whoever wins by a stronger class, but would win without it as well, keeps the weaker touch.
//!
//! Source of the meaning: programs in which an exclusive coupon wins over clicks, but the click keeps its sub-id.

use super::compete::Entrant;

/// The touch that stays the source; `wins` finds the sole paid winner among touches that compete.
pub(super) fn stays(
    mut competing: Vec<Entrant>,
    winner: Entrant,
    wins: impl Fn(&[Entrant]) -> Option<Entrant>,
) -> usize {
    competing.retain(|entrant| entrant.class != winner.class);
    let next = wins(&competing).filter(|next| next.affiliate == winner.affiliate);
    next.map_or(winner.touch, |next| next.touch)
}
