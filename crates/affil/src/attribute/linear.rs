//! Model `linear`: all competing touches, or all affiliates that have any, earn alike.
//!
//! Source of the meaning: "linear" or "even" attribution; by affiliate, the last touch of each stands for it.

use std::collections::HashSet;

use super::compete::Entrant;
use crate::facts::Sym;
use crate::program::LinearPer;

/// The weights of the competing touches. The house counts as one affiliate.
pub(super) fn weights(field: &[Entrant], per: LinearPer) -> Vec<u128> {
    if per == LinearPer::Touch {
        return vec![1; field.len()];
    }
    let mut seen: HashSet<Sym> = HashSet::new();
    let mut weights: Vec<u128> = field.iter().rev().map(|entrant| u128::from(seen.insert(entrant.affiliate))).collect();
    weights.reverse();
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::compete::tests::of;

    #[test]
    fn counts_touches_or_affiliates() {
        let field = [of("ana"), of("ben"), of("ana"), of("")];
        assert_eq!(weights(&field, LinearPer::Touch), [1, 1, 1, 1]);
        assert_eq!(weights(&field, LinearPer::Affiliate), [0, 1, 1, 1]);
    }
}
