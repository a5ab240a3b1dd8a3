//! Ladders, as what they pay on the sums of a month.
//!
//! This module must never know whose month it is.

use affil::RoundMode;

use crate::cell::Cell;

/// What a ladder or a bonus counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    Sales,
    /// Sales less what is refunded of them.
    Kept,
    Orders,
    New,
    /// The rules whose sales it counts pay nothing here.
    Nothing,
}

impl Counted {
    #[inline]
    pub(super) fn of(self, cell: &Cell) -> i64 {
        match self {
            Self::Sales => cell.sales.get(),
            Self::Kept => cell.sales.get() - cell.refunded.get(),
            Self::Orders => i64::from(cell.orders),
            Self::New => i64::from(cell.new),
            Self::Nothing => 0,
        }
    }
}

/// How the rates of the steps apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    Marginal,
    Whole,
    Interpolated,
}

/// A ladder with the rates of all rules that follow it added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ladder {
    pub(super) mode: Mode,
    pub(super) counted: Counted,
    /// Thresholds, rising.
    pub(super) steps: Vec<i64>,
    /// For each rule that follows it, its rate below the first step and on each step. Rules are rounded apart
    /// between two steps, so they are kept apart there; else there is one.
    pub(super) rates: Vec<Vec<i64>>,
    pub(super) retroactive: Vec<bool>,
}

impl Ladder {
    /// The commission, in the unit of the rates.
    #[inline]
    pub(super) fn price(&self, cell: &Cell) -> i128 {
        let (sales, total) = (cell.sales.get(), self.counted.of(cell));
        self.rates
            .iter()
            .map(|rates| match self.mode {
                Mode::Marginal => self.marginal(rates, sales),
                Mode::Whole => i128::from(sales) * i128::from(at(rates, self.step(total))),
                Mode::Interpolated => i128::from(sales) * self.between(rates, total),
            })
            .sum()
    }

    #[inline]
    fn step(&self, total: i64) -> usize {
        self.steps.iter().take_while(|from| **from <= total).count()
    }

    #[inline]
    fn marginal(&self, rates: &[i64], sales: i64) -> i128 {
        let reached = self.steps.iter().zip(&self.retroactive);
        let lift = reached.take_while(|(from, _)| **from <= sales).enumerate().filter(|(_, (_, lifts))| **lifts).last();
        let lift = lift.map_or(0, |(step, _)| step + 1);
        let (mut sum, mut low) = (0, 0);
        for (step, from) in self.steps.iter().copied().enumerate() {
            if from >= sales {
                return sum + i128::from(sales - low) * i128::from(at(rates, step.max(lift)));
            }
            sum += i128::from(from - low) * i128::from(at(rates, step.max(lift)));
            low = from;
        }
        sum + i128::from(sales - low) * i128::from(at(rates, self.steps.len()))
    }

    /// The rate between two steps, rounded half-even to the twelfth place, which is the unit of such ladders.
    fn between(&self, rates: &[i64], total: i64) -> i128 {
        let step = self.step(total);
        let low = i128::from(at(rates, step));
        let (Some(below), Some(to)) = (step.checked_sub(1), self.steps.get(step)) else { return low };
        let Some(from) = self.steps.get(below) else { return low };
        let (length, into) = (i128::from(to - from), i128::from(total - from));
        RoundMode::HalfEven.divide(low * length + (i128::from(at(rates, step + 1)) - low) * into, length)
    }
}

#[inline]
fn at(rates: &[i64], step: usize) -> i64 {
    rates.get(step).copied().unwrap_or_default()
}
