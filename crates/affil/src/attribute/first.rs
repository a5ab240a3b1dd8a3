//! Model `first`: the first competing touch earns the order.
//!
//! Source of the meaning: "first click"; at one instant the smaller id is first.

use super::compete::{Entrant, strongest};

/// The first touch of those that compete; the entrants stand in the canonical order.
pub(super) fn choose(entrants: impl Iterator<Item = Entrant>) -> Option<Entrant> {
    strongest(entrants)
}

/// The weights of `count` competing touches.
pub(super) fn weights(count: usize) -> Vec<u128> {
    (0..count).map(|place| u128::from(place == 0)).collect()
}

#[cfg(test)]
mod tests {
    use crate::attribute::compete::tests::entrant;

    #[test]
    fn takes_the_first_of_the_strongest_class() {
        let entrants = [entrant(0, 1), entrant(1, 0), entrant(2, 0)];
        assert_eq!(super::choose(entrants.into_iter()).map(|entrant| entrant.touch), Some(1));
        assert_eq!(super::choose(entrants[..1].iter().copied()).map(|entrant| entrant.touch), Some(0));
    }

    #[test]
    fn gives_all_to_the_first() {
        assert_eq!(super::weights(3), [1, 0, 0]);
    }
}
