//! Who is credited with an order, and with which part of every amount of it.
//!
//! This module must never know how the shares came about.

use crate::facts::Sym;
use crate::money::{Minor, Rate, SplitRule, split_wide};
use crate::settle::Reason;

/// Who earns an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credit {
    /// These affiliates.
    To(Shares),
    /// Nobody, and why; the touch is the one that the reason is about.
    Nobody { reason: Reason, touch: Option<usize> },
}

/// The affiliates credited with an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Shares {
    /// In the canonical order of their touches; assists after the others.
    pub(crate) list: Vec<Share>,
    /// The weights of the model, those of nobody included.
    pub(crate) weights: Vec<u128>,
    /// Credited by a bond made earlier, not by a touch of the order's own path.
    pub(crate) bond: bool,
}

/// One affiliate's share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// The affiliate's touch for the order, by position in the facts.
    pub(crate) touch: usize,
    pub(crate) affiliate: Sym,
    pub(crate) from: Pot,
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pot {
    /// The order, by the weight at this place.
    Model { place: usize },
    /// This percentage on top.
    Assist { percent: Rate },
    /// The part at `place` of `of` equal ones of this percentage on top.
    SharedAssist { percent: Rate, place: usize, of: usize },
}

impl Credit {
    /// Nobody, by no touch: of an order that is not looked at yet.
    pub(super) const NONE: Self = Self::Nobody { reason: Reason::NoTouch, touch: None };

    /// All to one affiliate.
    pub(crate) fn sole(touch: usize, affiliate: Sym) -> Self {
        let list = vec![Share { touch, affiliate, from: Pot::Model { place: 0 } }];
        Self::To(Shares { list, weights: vec![1], bond: false })
    }

    /// The affiliates credited, none if nobody is.
    pub(crate) fn shares(&self) -> &[Share] {
        match self {
            Self::To(shares) => &shares.list,
            Self::Nobody { .. } => &[],
        }
    }
}

impl Shares {
    /// The part of an amount that falls to the share at `index`.
    pub(crate) fn part(&self, index: usize, amount: Minor, rule: SplitRule) -> Minor {
        let Some(share) = self.list.get(index) else { return Minor::ZERO };
        let at = |parts: Vec<Minor>, place: usize| parts.get(place).copied().unwrap_or_default();
        match share.from {
            Pot::Model { .. } if self.weights.len() == 1 => amount,
            Pot::Model { place } => at(split_wide(amount, &self.weights, rule), place),
            Pot::Assist { percent } => at(split_wide(amount, &on_top(percent), rule), 0),
            Pot::SharedAssist { percent, place, of } => {
                let pool = at(split_wide(amount, &on_top(percent), rule), 0);
                at(split_wide(pool, &vec![1; of], rule), place)
            }
        }
    }

    /// The pot in which the share at `index` is rounded: 0 the model's, then the assists'.
    pub(crate) fn pot(&self, index: usize) -> usize {
        match self.list.get(index).map(|share| share.from) {
            None | Some(Pot::Model { .. }) => 0,
            Some(Pot::Assist { .. }) => index.saturating_add(1),
            Some(Pot::SharedAssist { .. }) => 1,
        }
    }
}

/// The weights of a percentage and of what is left of a hundred.
fn on_top(percent: Rate) -> [u128; 2] {
    let part = u128::from(percent.units().unsigned_abs());
    [part, u128::from(Rate::WHOLE.units().unsigned_abs()).saturating_sub(part)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(units: i64) -> Minor {
        Minor::new(units).unwrap()
    }

    #[test]
    fn parts_add_up() {
        let share = |place| Share { touch: place, affiliate: Sym::NONE, from: Pot::Model { place } };
        let list = vec![share(0), share(1), share(2)];
        let shares = Shares { list, weights: vec![1, 1, 1], bond: false };
        let parts: Vec<i64> = (0..3).map(|index| shares.part(index, minor(1000), SplitRule::Largest).get()).collect();
        assert_eq!(parts, [334, 333, 333]);
        let back: Vec<i64> = (0..3).map(|index| shares.part(index, minor(-1000), SplitRule::Largest).get()).collect();
        assert_eq!(back, [-334, -333, -333]);
    }

    #[test]
    fn assists_are_on_top() {
        let percent = Rate::parse_percent("20").unwrap();
        let assist = |from| Share { touch: 0, affiliate: Sym::NONE, from };
        let list = vec![
            assist(Pot::Assist { percent }),
            assist(Pot::SharedAssist { percent, place: 0, of: 3 }),
            assist(Pot::SharedAssist { percent, place: 2, of: 3 }),
        ];
        let shares = Shares { list, weights: vec![1], bond: false };
        let part = |index| shares.part(index, minor(1000), SplitRule::Largest).get();
        assert_eq!([part(0), part(1), part(2)], [200, 67, 66]);
    }
}
