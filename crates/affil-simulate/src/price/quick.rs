//! The same prices in machine words, for months that are not enormous.
//!
//! This module must never pay anything that `terms` would not: its bounds are computed once, so that nothing that it
//! adds or multiplies can leave a word, and what lies outside them is left to `terms`.

use affil::RoundMode;

use super::ladder::{Counted, Rung};
use super::terms::Terms;
use crate::cell::Months;
use crate::philox::BLOCK;

/// No intermediate result may reach this.
const ROOM: i128 = 1 << 62;
/// Bounds of a month's sales, of which the largest that holds is taken: 21 million euros, 1.3 million, 84,000.
const SALES: [i64; 3] = [1 << 31, 1 << 27, 1 << 23];
/// At most so many orders.
const ORDERS: u32 = 1 << 20;

/// Terms whose products fit into words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quick {
    /// Sales up to which they do.
    sales: i64,
    rate: i64,
    ladders: Vec<(Counted, Vec<Step>)>,
    known: i64,
    new: i64,
    cap: i64,
    unit: Whole,
}

/// A rung of a ladder, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    from: i64,
    start: i64,
    paid: i64,
    rate: i64,
}

impl Quick {
    /// None where the terms are not of this kind, or too large.
    pub(super) fn of(terms: &Terms, unit: i64) -> Option<Self> {
        let mut ladders = Vec::new();
        for ladder in &terms.ladders {
            let rungs = ladder.rungs();
            ladders.push((ladder.counted, rungs.iter().map(Step::of).collect::<Option<Vec<_>>>()?));
            (!rungs.is_empty()).then_some(())?;
        }
        let amounts = [terms.rate, terms.known, terms.new, terms.cap.unwrap_or(0), unit];
        (amounts.iter().all(|amount| *amount >= 0) && terms.bonuses.is_empty()).then_some(())?;
        let mut quick = Self {
            sales: 0,
            rate: terms.rate,
            ladders,
            known: terms.known.checked_mul(unit)?,
            new: terms.new.checked_mul(unit)?,
            cap: terms.cap.unwrap_or(i64::MAX),
            unit: Whole::of(unit)?,
        };
        quick.sales = SALES.into_iter().find(|sales| quick.fits(*sales))?;
        Some(quick)
    }

    /// Whether nothing leaves a word for sales up to these: the sum of all that is owed, in units of the rates, and
    /// what is owed times what is refunded.
    fn fits(&self, sales: i64) -> bool {
        let sales = i128::from(sales);
        let of_ladder = |(_, steps): &(Counted, Vec<Step>)| {
            let most = |step: &Step| i128::from(step.paid) + sales * i128::from(step.rate);
            steps.iter().map(most).max().unwrap_or_default()
        };
        let flat = i128::from(ORDERS) * i128::from(self.known.max(self.new));
        let owed = sales * i128::from(self.rate) + self.ladders.iter().map(of_ladder).sum::<i128>() + flat;
        let whole = owed / i128::from(self.unit.divisor) + 1;
        owed < ROOM && whole * sales < ROOM
    }

    /// Whether all of these months lie within the bounds.
    #[inline]
    pub(super) fn covers(&self, cells: &Months<'_>) -> bool {
        cells.most.0 <= ORDERS && cells.most.1 <= self.sales
    }

    /// What is paid for each of the months.
    pub(super) fn prices(&self, cells: &Months<'_>, mode: RoundMode, costs: &mut [i64; BLOCK]) {
        // Each mode is a loop of its own.
        match mode {
            RoundMode::HalfEven => self.rounded(cells, costs, |quotient, remainder, rest| {
                (remainder > rest) | ((remainder == rest) & (quotient & 1 == 1))
            }),
            RoundMode::HalfUp => self.rounded(cells, costs, |_, remainder, rest| remainder >= rest),
            RoundMode::Down => self.rounded(cells, costs, |_, _, _| false),
            RoundMode::Up => self.rounded(cells, costs, |_, remainder, _| remainder > 0),
        }
    }

    #[inline(always)]
    fn rounded(&self, cells: &Months<'_>, costs: &mut [i64; BLOCK], away: impl Fn(u64, u64, u64) -> bool + Copy) {
        let count = cells.count();
        let orders = cells.orders[..count].iter().zip(&cells.new[..count]);
        for ((exact, sales), (orders, new)) in costs[..count].iter_mut().zip(&cells.sales[..count]).zip(orders) {
            let known = i64::from(orders.wrapping_sub(*new)).wrapping_mul(self.known);
            let new = i64::from(*new).wrapping_mul(self.new);
            *exact = sales.wrapping_mul(self.rate).wrapping_add(known).wrapping_add(new);
        }
        for (counted, steps) in &self.ladders {
            let Some((bottom, above)) = steps.split_first() else { continue };
            for lane in 0..count {
                let total = counted.among(cells, lane);
                // Rising, so that as many are reached as lie below.
                let reached =
                    above.iter().fold(0, |reached: usize, step| reached.wrapping_add((step.from <= total).into()));
                let step = steps.get(reached).unwrap_or(bottom);
                let above = cells.sales[lane].wrapping_sub(step.start).wrapping_mul(step.rate);
                costs[lane] = costs[lane].wrapping_add(step.paid).wrapping_add(above);
            }
        }
        let cells = cells.sales[..count].iter().zip(&cells.refunded[..count]);
        for (cost, (sales, refunded)) in costs[..count].iter_mut().zip(cells) {
            let owed = cost.cast_unsigned();
            let earned = round(owed, self.unit.divide(owed), self.unit.divisor, away).cast_signed();
            let capped = earned.min(self.cap);
            // Where nothing was sold nothing is given back.
            let product = capped.wrapping_mul(*refunded).cast_unsigned();
            let sales = sales.cast_unsigned().max(1);
            let back = round(product, product / sales, sales, away).cast_signed();
            *cost = capped.wrapping_sub(back);
        }
    }
}

impl Step {
    fn of(rung: &Rung) -> Option<Self> {
        let step = Self { from: rung.from, start: rung.start, paid: i64::try_from(rung.paid).ok()?, rate: rung.rate };
        (step.rate >= 0 && step.paid >= 0 && step.start >= 0).then_some(step)
    }
}

/// What numbers below `ROOM` are divided by, and what to multiply by instead (Granlund and Montgomery, "Division by
/// invariant integers using multiplication", PLDI 1994, theorem 4.2): it is a little more than 2^(62 + shift) / whole, by
/// less than 2^-62 of it, so that no quotient below 2^62 reaches the next whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Whole {
    divisor: u64,
    factor: u64,
    shift: u32,
}

impl Whole {
    /// None where it is not above zero.
    fn of(whole: i64) -> Option<Self> {
        let whole = u64::try_from(whole).ok().filter(|whole| *whole > 0)?;
        let shift = u64::BITS - (whole - 1).leading_zeros();
        let factor = (1_u128.checked_shl(62 + shift)? / u128::from(whole)).checked_add(1)?;
        Some(Self { divisor: whole, factor: u64::try_from(factor).ok()?, shift })
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a quotient is not larger than what is divided")]
    fn divide(self, numerator: u64) -> u64 {
        // By 2^62 + shift: two places before, so that the rest is a whole word and the shift.
        let product = u128::from(numerator << 2).wrapping_mul(u128::from(self.factor));
        ((product >> 64) as u64) >> (self.shift & 63)
    }
}

/// The quotient, or the next number above it.
#[inline(always)]
fn round(numerator: u64, quotient: u64, whole: u64, away: impl Fn(u64, u64, u64) -> bool) -> u64 {
    let remainder = numerator.wrapping_sub(quotient.wrapping_mul(whole));
    quotient.wrapping_add(away(quotient, remainder, whole.wrapping_sub(remainder)).into())
}

#[cfg(test)]
mod tests {
    use super::super::ladder::{Ladder, Mode};
    use super::*;
    use affil::Minor;
    use proptest::prelude::*;

    fn ladder() -> impl Strategy<Value = Ladder> {
        let counted = prop_oneof![Just(Counted::Sales), Just(Counted::Kept), Just(Counted::Orders), Just(Counted::New)];
        let step = (1_i64..200_000, 0_i64..5_000, any::<bool>());
        (prop_oneof![Just(Mode::Marginal), Just(Mode::Whole)], counted, proptest::collection::vec(step, 0..5)).prop_map(
            |(mode, counted, steps)| {
                let mut from = -1;
                let (mut thresholds, mut rates, mut retroactive) = (Vec::new(), vec![7], Vec::new());
                for (rise, rate, lifts) in steps {
                    from += rise;
                    thresholds.push(from);
                    rates.push(rate);
                    retroactive.push(lifts);
                }
                // Marginal ladders are climbed by sales.
                let counted = if mode == Mode::Marginal { Counted::Sales } else { counted };
                Ladder::new((mode, counted), thresholds, vec![rates], retroactive)
            },
        )
    }

    fn cells() -> impl Strategy<Value = Vec<(u32, u32, i64, i64)>> {
        let small = (0_u32..40, 0_u32..=100, 0_i64..2_000_000, 0_i64..=100);
        let large = (0_u32..=ORDERS, 0_u32..=100, 0_i64..=SALES[0], 0_i64..=100);
        let whole = |(orders, new, sales, refunded): (u32, u32, i64, i64)| {
            let new = u64::from(orders) * u64::from(new) / 100;
            (orders, u32::try_from(new).unwrap(), sales, sales * refunded / 100)
        };
        proptest::collection::vec(prop_oneof![small, large].prop_map(whole), 1..40)
    }

    proptest! {
        #[test]
        fn divides_like_the_machine(numerator in 0_u64..1 << 62, whole in prop_oneof![1_i64..2_000, 1_i64..=1 << 50], more in 0_u64..3) {
            let of = Whole::of(whole).unwrap();
            let whole = whole.cast_unsigned();
            // Next to a multiple as well, where a quotient could be one too many.
            let near = ((numerator / whole * whole).saturating_sub(1) + more).min((1 << 62) - 1);
            for numerator in [numerator, near, (1 << 62) - 1, 0] {
                prop_assert_eq!(of.divide(numerator), numerator / whole);
            }
        }

        #[test]
        fn pays_what_terms_pay(
            ladders in proptest::collection::vec(ladder(), 0..3),
            (rate, known, new, unit) in (0_i64..9_000, 0_i64..3_000, 0_i64..3_000, prop_oneof![Just(1_i64), Just(200), Just(10_000)]),
            cap in proptest::option::of(0_i64..3_000_000),
            cells in cells(),
        ) {
            let terms = Terms { rate, ladders, known, new, cap, ..Terms::default() };
            let quick = Quick::of(&terms, unit).unwrap();
            let list: Vec<u16> = (0..40).take(cells.len()).collect();
            let orders: Vec<u32> = cells.iter().map(|cell| cell.0).collect();
            let news: Vec<u32> = cells.iter().map(|cell| cell.1).collect();
            let sales: Vec<i64> = cells.iter().map(|cell| cell.2.min(quick.sales)).collect();
            let refunded: Vec<i64> = cells.iter().map(|cell| cell.3.min(quick.sales)).collect();
            let most = (*orders.iter().max().unwrap(), *sales.iter().max().unwrap());
            let months =
                Months { place: &list, orders: &orders, new: &news, sales: &sales, refunded: &refunded, most };
            prop_assert!(quick.covers(&months));
            for mode in [RoundMode::HalfEven, RoundMode::HalfUp, RoundMode::Down, RoundMode::Up] {
                let mut costs = [0; BLOCK];
                quick.prices(&months, mode, &mut costs);
                for (lane, cost) in costs.iter().enumerate().take(cells.len()) {
                    let expected = terms.price(&months.cell(lane).unwrap(), unit, mode).map(Minor::get);
                    prop_assert_eq!(Ok(*cost), expected, "{:?}", months.cell(lane));
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_left_to_terms() {
        // A rate of 900 whole at a unit of 10^12 leaves a word for the smallest of the bounds.
        let terms = Terms { rate: 900_000_000_000_000, ..Terms::default() };
        assert_eq!(Quick::of(&terms, 1_000_000_000_000), None);
        assert_eq!(Quick::of(&Terms { rate: 5, ..Terms::default() }, 100).unwrap().sales, SALES[0]);
    }
}
