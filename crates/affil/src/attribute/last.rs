//! Model `last`: the last competing touch earns the order.
//!
//! Source of the meaning: "last click", the default of Dub, impact.com and Awin; at one instant the greater id is last.

use super::compete::{Entrant, strongest};

/// The last touch of those that compete; the entrants stand in the canonical order.
pub(super) fn choose(entrants: impl DoubleEndedIterator<Item = Entrant>) -> Option<Entrant> {
    strongest(entrants.rev())
}

/// The weights of `count` competing touches.
pub(super) fn weights(count: usize) -> Vec<u128> {
    (1..=count).map(|number| u128::from(number == count)).collect()
}

#[cfg(test)]
mod tests {
    use crate::attribute::compete::tests::{entrant, excepted};

    #[test]
    fn takes_the_last_of_the_strongest_class() {
        let entrants = [entrant(0, 1), entrant(1, 0), entrant(2, 0), entrant(3, 1)];
        assert_eq!(super::choose(entrants.into_iter()).map(|entrant| entrant.touch), Some(2));
        assert_eq!(super::choose(std::iter::empty()), None);
    }

    #[test]
    fn takes_an_excepted_touch_only_alone() {
        let entrants = [entrant(0, 1), excepted(1, 0), excepted(2, 1)];
        assert_eq!(super::choose(entrants.into_iter()).map(|entrant| entrant.touch), Some(0));
        assert_eq!(super::choose(entrants[1..].iter().copied()).map(|entrant| entrant.touch), Some(1));
    }

    #[test]
    fn gives_all_to_the_last() {
        assert_eq!(super::weights(3), [0, 0, 1]);
    }
}
