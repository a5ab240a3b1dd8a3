//! Which of the touches that may compete do: without the excepted channels, and of the strongest class only.
//!
//! This module must never know why a touch may compete, nor what it earns.

use crate::facts::Sym;
use crate::settle::Reason;
use crate::time::Instant;

/// A touch that may compete for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entrant {
    /// By position in the facts.
    pub(super) touch: usize,
    pub(super) at: Instant,
    /// None of the house.
    pub(super) affiliate: Sym,
    /// 0 is the strongest.
    pub(super) class: usize,
    /// Competes only where no other touch does.
    pub(super) excepted: bool,
    /// Why what it wins is paid to nobody, if it is.
    pub(super) nobody: Option<Reason>,
}

impl Entrant {
    /// The smaller, the stronger.
    fn rank(&self) -> (bool, usize) {
        (self.excepted, self.class)
    }
}

/// The first entrant of the strongest that compete, in the order given; nothing is stronger than class 0.
pub(super) fn strongest(entrants: impl Iterator<Item = Entrant>) -> Option<Entrant> {
    let mut best: Option<Entrant> = None;
    for entrant in entrants {
        if best.is_none_or(|best| entrant.rank() < best.rank()) {
            best = Some(entrant);
        }
        if entrant.rank() == (false, 0) {
            break;
        }
    }
    best
}

/// Leaves out the excepted ones if there are others.
pub(super) fn leave_out_excepted(entrants: &mut Vec<Entrant>) {
    if entrants.iter().any(|entrant| !entrant.excepted) {
        entrants.retain(|entrant| !entrant.excepted);
    }
}

/// Those of the strongest class.
pub(super) fn strongest_class(entrants: &[Entrant]) -> Vec<Entrant> {
    let class = entrants.iter().map(|entrant| entrant.class).min();
    entrants.iter().filter(|entrant| Some(entrant.class) == class).copied().collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn entrant(touch: usize, class: usize) -> Entrant {
        let at = Instant::from_micros(touch.try_into().unwrap()).unwrap();
        Entrant { touch, at, affiliate: Sym::NONE, class, excepted: false, nobody: None }
    }

    pub(crate) fn excepted(touch: usize, class: usize) -> Entrant {
        Entrant { excepted: true, ..entrant(touch, class) }
    }

    /// A touch of an affiliate; the same name is the same affiliate.
    pub(crate) fn of(affiliate: &str) -> Entrant {
        let mut names = crate::facts::Names::default();
        let known = ["ana", "ben", "cat"].map(|name| names.intern(name));
        let affiliate = names.find(affiliate).filter(|sym| known.contains(sym)).unwrap_or(Sym::NONE);
        Entrant { affiliate, ..entrant(0, 0) }
    }

    #[test]
    fn excepted_ones_compete_only_among_themselves() {
        let mut entrants = vec![entrant(0, 1), excepted(1, 0)];
        leave_out_excepted(&mut entrants);
        assert_eq!(entrants, [entrant(0, 1)]);
        let mut entrants = vec![excepted(1, 0), excepted(2, 1)];
        leave_out_excepted(&mut entrants);
        assert_eq!(strongest_class(&entrants), [excepted(1, 0)]);
    }
}
