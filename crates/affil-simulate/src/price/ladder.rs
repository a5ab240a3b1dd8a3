//! Ladders, as what they pay on the sums of a month.
//!
//! This module must never know whose month it is.

use affil::RoundMode;

use crate::cell::{Cell, Months};

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

    /// The same of one of many cells.
    #[inline(always)]
    pub(super) fn among(self, cells: &Months<'_>, lane: usize) -> i64 {
        match self {
            Self::Sales => cells.sales[lane],
            Self::Kept => cells.sales[lane].wrapping_sub(cells.refunded[lane]),
            Self::Orders => i64::from(cells.orders[lane]),
            Self::New => i64::from(cells.new[lane]),
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
    /// The same, ready to be climbed; none between steps.
    rungs: Vec<Rung>,
}

/// What is paid where a total stands on a step: `paid`, and `rate` for all above `start`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rung {
    pub(super) from: i64,
    pub(super) start: i64,
    pub(super) paid: i128,
    pub(super) rate: i64,
}

impl Ladder {
    pub(super) fn new(
        (mode, counted): (Mode, Counted),
        steps: Vec<i64>,
        rates: Vec<Vec<i64>>,
        retroactive: Vec<bool>,
    ) -> Self {
        let mut ladder = Self { mode, counted, steps, rates, retroactive, rungs: Vec::new() };
        ladder.climb();
        ladder
    }

    /// Divides all rates by what they have in common.
    pub(super) fn reduce(&mut self, common: i64) {
        self.rates.iter_mut().flatten().for_each(|rate| *rate /= common);
        self.climb();
    }

    /// What is paid for the sales below each step, and by which rate from there on.
    fn climb(&mut self) {
        let Some(rates) = self.rates.first().filter(|_| self.mode != Mode::Interpolated) else { return };
        let whole = self.mode == Mode::Whole;
        // The first rung is below all thresholds, also where the first of them is zero.
        let mut rungs = vec![Rung { from: i64::MIN, start: 0, paid: 0, rate: at(rates, 0) }];
        for ((step, from), retroactive) in (1..).zip(&self.steps).zip(&self.retroactive) {
            let (rate, last) = (at(rates, step), rungs.last().copied());
            let paid = match last {
                _ if whole => 0,
                // This step lifts all that was sold below it.
                _ if *retroactive => i128::from(*from) * i128::from(rate),
                Some(last) => last.paid + i128::from(from - last.start) * i128::from(last.rate),
                None => 0,
            };
            rungs.push(Rung { from: *from, start: if whole { 0 } else { *from }, paid, rate });
        }
        self.rungs = rungs;
    }

    /// What it pays, rung by rung; none between steps.
    pub(super) fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// The commission, in the unit of the rates.
    #[inline]
    pub(super) fn price(&self, cell: &Cell) -> i128 {
        let (sales, total) = (cell.sales.get(), self.counted.of(cell));
        if self.rungs.is_empty() {
            return self.rates.iter().map(|rates| i128::from(sales) * self.between(rates, total)).sum();
        }
        let rung = self.rungs.iter().take_while(|rung| rung.from <= total).last();
        rung.map_or(0, |rung| rung.paid + i128::from(sales.wrapping_sub(rung.start)) * i128::from(rung.rate))
    }

    fn step(&self, total: i64) -> usize {
        self.steps.iter().take_while(|from| **from <= total).count()
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

#[cfg(test)]
mod tests {
    use super::*;
    use affil::Minor;

    #[test]
    fn rates_between_steps_are_rounded_half_even() {
        // Between a rate of 0 at 0 and one of 4 units at 8: 1/2, 3/2, 5/2 of a unit lie in the middle of two.
        let steps = (Mode::Interpolated, Counted::Sales);
        let ladder = Ladder::new(steps, vec![0, 8], vec![vec![0, 0, 4]], vec![false, false]);
        for (sales, rate) in [(0, 0), (1, 0), (2, 1), (3, 2), (5, 2), (7, 4), (8, 4), (9, 4)] {
            let cell = Cell { sales: Minor::new(sales).unwrap(), ..Cell::default() };
            assert_eq!(ladder.price(&cell), i128::from(sales * rate), "{sales}");
        }
    }
}
