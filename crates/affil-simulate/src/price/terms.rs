//! What one affiliate is paid for a month.
//!
//! This module must never know why; `compile` found that out.

use affil::{LimitExceeded, Minor, RoundMode};

use super::ladder::{Counted, Ladder};
use super::quick::Quick;
use crate::cell::{Cell, Months};
use crate::philox::BLOCK;

/// The terms of some affiliates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Terms {
    /// The rates of all rules without a ladder, added up.
    pub(super) rate: i64,
    pub(super) ladders: Vec<Ladder>,
    /// In minor units, for each order of a customer who ordered before.
    pub(super) known: i64,
    /// The same of a new customer.
    pub(super) new: i64,
    /// The lowest of the caps.
    pub(super) cap: Option<i64>,
    pub(super) bonuses: Vec<Bonus>,
    /// The same for months that are not enormous.
    pub(super) quick: Option<Quick>,
}

/// A bonus that the month decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bonus {
    pub(super) counted: Counted,
    pub(super) pay: BonusPay,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BonusPay {
    /// Thresholds and amounts.
    Milestone(Vec<(i64, i64)>),
    Every {
        every: i64,
        amount: i64,
        ceiling: Option<i64>,
    },
}

impl Terms {
    #[inline]
    pub(super) fn price(&self, cell: &Cell, unit: i64, mode: RoundMode) -> Result<Minor, LimitExceeded> {
        let sales = cell.sales.get();
        // Thresholds of bonuses lie above zero, so that nothing is paid for nothing.
        if sales == 0 && cell.orders == 0 {
            return Ok(Minor::ZERO);
        }
        let mut exact = i128::from(sales) * i128::from(self.rate);
        for ladder in &self.ladders {
            exact += ladder.price(cell);
        }
        let known = i128::from(cell.orders.saturating_sub(cell.new)) * i128::from(self.known);
        let flat = known + i128::from(cell.new) * i128::from(self.new);
        exact += flat * i128::from(unit);
        let earned = minor(divide(exact, unit, mode))?.get();
        let capped = self.cap.map_or(earned, |cap| earned.min(cap));
        let refunded = cell.refunded.get();
        let back = match refunded {
            0 => 0,
            all if all >= sales => capped,
            part => minor(divide(i128::from(capped) * i128::from(part), sales, mode))?.get(),
        };
        let kept = capped.wrapping_sub(back);
        if self.bonuses.is_empty() {
            return Minor::new(kept);
        }
        minor(self.bonuses.iter().fold(i128::from(kept), |paid, bonus| paid + bonus.price(cell)))
    }

    /// What is paid for many months.
    pub(super) fn prices(
        &self,
        cells: &Months<'_>,
        unit: i64,
        mode: RoundMode,
        costs: &mut [i64; BLOCK],
    ) -> Result<(), LimitExceeded> {
        if let Some(quick) = self.quick.as_ref().filter(|quick| quick.covers(cells)) {
            quick.prices(cells, mode, costs);
            let most = costs.iter().take(cells.count()).fold(0, |most: i64, cost| most.max(*cost));
            return Minor::new(most).map(|_| ());
        }
        for (lane, cost) in costs.iter_mut().enumerate().take(cells.count()) {
            *cost = self.price(&cells.cell(lane)?, unit, mode)?.get();
        }
        Ok(())
    }

    pub(super) fn looks_at_orders(&self) -> bool {
        let counts = |counted| matches!(counted, Counted::Orders | Counted::New);
        self.known != 0
            || self.new != 0
            || self.ladders.iter().any(|ladder| counts(ladder.counted))
            || self.bonuses.iter().any(|bonus| counts(bonus.counted))
    }
}

impl Bonus {
    fn price(&self, cell: &Cell) -> i128 {
        let total = self.counted.of(cell);
        match &self.pay {
            BonusPay::Milestone(steps) => {
                let reached = steps.iter().filter(|(from, _)| *from <= total);
                reached.map(|(_, amount)| i128::from(*amount)).sum()
            }
            BonusPay::Every { every, amount, ceiling } => {
                let paid = i128::from(total.checked_div(*every).unwrap_or_default()) * i128::from(*amount);
                ceiling.map_or(paid, |ceiling| paid.min(i128::from(ceiling)))
            }
        }
    }
}

#[inline]
fn minor(amount: i128) -> Result<Minor, LimitExceeded> {
    i64::try_from(amount).map_err(|_| LimitExceeded).and_then(Minor::new)
}

/// `RoundMode::divide` for numbers of zero or more, with one machine division where they fit into a word.
#[inline]
fn divide(numerator: i128, denominator: i64, mode: RoundMode) -> i128 {
    let (Ok(numerator), Ok(whole)) = (u64::try_from(numerator), u64::try_from(denominator)) else {
        return mode.divide(numerator, i128::from(denominator));
    };
    if whole == 0 {
        return 0;
    }
    let (quotient, remainder) = (numerator / whole, numerator % whole);
    let rest = whole - remainder;
    let away = match mode {
        RoundMode::Down => false,
        RoundMode::Up => remainder > 0,
        RoundMode::HalfUp => remainder >= rest,
        RoundMode::HalfEven => remainder > rest || (remainder == rest && quotient & 1 == 1),
    };
    i128::from(quotient) + i128::from(away)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn divides_like_the_engine(numerator in 0_i128..1 << 70, small in 0_i128..10_000, whole in 1_i64..1 << 53, few in 1_i64..100) {
            for mode in [RoundMode::HalfEven, RoundMode::HalfUp, RoundMode::Down, RoundMode::Up] {
                for (numerator, denominator) in [(numerator, whole), (small, few), (small, 2 * few), (numerator, few)] {
                    prop_assert_eq!(divide(numerator, denominator, mode), mode.divide(numerator, i128::from(denominator)));
                }
            }
        }
    }
}
