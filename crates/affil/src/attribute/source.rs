//! Source stays: whoever wins by a stronger class, but would win without it as well, keeps the weaker touch.
//!
//! Source of the meaning: programs in which an exclusive coupon wins over clicks, but the click keeps its sub-id.

use super::compete::Entrant;

/// The touch that stays the source; `wins` finds the sole paid winner among touches that may compete.
pub(super) fn stays(
    mut entrants: Vec<Entrant>,
    winner: Entrant,
    wins: impl Fn(&[Entrant]) -> Option<Entrant>,
) -> usize {
    let mut source = winner;
    loop {
        entrants.retain(|entrant| entrant.class != source.class);
        match wins(&entrants).filter(|next| next.affiliate == winner.affiliate) {
            Some(next) => source = next,
            None => return source.touch,
        }
    }
}
