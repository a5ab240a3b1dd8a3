//! What the lines of one order pay: rates and ladders, rounded at the line, and what the caps of the order leave.
//!
//! This module must never know who is credited, nor another order. Products are counted in 64 bits where all of them are
//! proven to fit, and in 128 otherwise; both give the same.

use super::pay::{Limits, Pay, Pays, Steps};
use super::term::within;
use crate::money::{Cumulative, Minor, RoundMode};
use crate::plan::Plan;
use crate::program::{CapShare, TierMode};
use crate::settle::{Filling, capped};

/// Sums of amounts times rates.
pub(super) trait Wide: Copy + Ord + Default {
    fn product(amount: i64, rate: i64) -> Self;
    fn plus(self, other: Self) -> Self;
    fn round(self, mode: RoundMode, whole: i64) -> Option<i64>;
}

impl Wide for i64 {
    // Nothing wraps: `narrow` has proven that all of it fits.
    fn product(amount: i64, rate: i64) -> Self {
        amount.wrapping_mul(rate)
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn round(self, mode: RoundMode, whole: i64) -> Option<i64> {
        within(mode.divide_small(self, whole))
    }
}

impl Wide for i128 {
    fn product(amount: i64, rate: i64) -> Self {
        i128::from(amount).saturating_mul(i128::from(rate))
    }

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn round(self, mode: RoundMode, whole: i64) -> Option<i64> {
        i64::try_from(mode.divide(self, i128::from(whole))).ok().and_then(within)
    }
}

/// Whether all that a line can come to fits into 64 bits, with room for its sums.
pub(super) fn narrow(pays: &Pays, most: i64) -> bool {
    let amount = i128::from(most.max(pays.amounts));
    let rate = i128::from(pays.highest.max(pays.whole));
    // A line has at most as many pays as there are rules; 2^16 times the greatest is room for any of them.
    amount.saturating_mul(rate) < 1 << 46
}

/// A commission of an order: its line in the order, rule and amount.
pub(super) type Owed = (usize, usize, i64);

/// Where a line stands on a ladder.
#[derive(Clone, Copy)]
pub(super) struct Stand {
    /// What the ladder has counted before the line.
    pub(super) before: i64,
    /// The step that the whole period reaches.
    pub(super) reached: usize,
    /// The step up to which it lifts all lines.
    pub(super) lift: usize,
}

/// The ladders that the lines of an order climb.
pub(super) trait Ladders {
    /// Where the next line stands.
    fn stand(&mut self, ladder: usize) -> Option<Stand>;
    /// Counts a line.
    fn count(&mut self, ladder: usize, sale: i64) -> Option<()>;
}

/// The pays of a line that count, once those that pay once per order have paid.
pub(super) fn owed<'a>(pays: &'a [Pay], paid: &mut u64) -> impl Iterator<Item = &'a Pay> {
    pays.iter().filter(move |pay| {
        let bit = pay.once.map_or(0, |once| 1_u64.wrapping_shl(once));
        let again = *paid & bit != 0;
        *paid |= bit;
        !again
    })
}

/// What a line pays, before the caps of its order: each commission is told. Whether there is any.
pub(super) fn line<W: Wide>(
    pays: &Pays,
    mode: RoundMode,
    (key, sale): (u32, i64),
    (ladders, paid): (&mut impl Ladders, &mut u64),
    mut tell: impl FnMut(usize, i64),
) -> Option<bool> {
    let (mut sum, mut given, mut climbed, mut any) = (W::default(), 0_i64, 0_u64, false);
    for pay in owed(pays.of(key), paid) {
        sum = sum.plus(exact::<W>(pays, pay, sale, ladders)?);
        let reached = sum.round(mode, pays.whole)?;
        tell(pay.rule, reached.checked_sub(given)?);
        given = reached;
        any = true;
        if let Some(ladder) = pay.ladder {
            climbed |= 1_u64.checked_shl(u32::try_from(ladder).ok()?)?;
        }
    }
    while climbed != 0 {
        let ladder = usize::try_from(climbed.trailing_zeros()).ok()?;
        climbed &= climbed.wrapping_sub(1);
        ladders.count(ladder, sale)?;
    }
    Some(any)
}

/// What a rule pays a line, before rounding.
fn exact<W: Wide>(pays: &Pays, pay: &Pay, sale: i64, ladders: &mut impl Ladders) -> Option<W> {
    let base = pay.flat.unwrap_or(sale);
    let rate = |step: usize| pay.rates.get(step).copied();
    let priced = match pay.ladder {
        None => W::product(base, rate(0)?),
        Some(number) => {
            let ladder = pays.steps.get(number)?;
            let Stand { before, reached, lift } = ladders.stand(number)?;
            match ladder.mode {
                TierMode::Whole => W::product(base, rate(reached.max(lift))?),
                TierMode::Forward => W::product(base, rate(ladder.at(before).max(lift))?),
                _ if pay.flat.is_some() => W::product(base, rate(reached)?),
                _ => slices(ladder, &pay.rates, (before, lift), base)?,
            }
        }
    };
    let bound = |amount: i64| W::product(amount, pays.whole);
    let priced = pay.floor.map_or(priced, |floor| priced.max(bound(floor)));
    Some(pay.cap.map_or(priced, |cap| priced.min(bound(cap))))
}

/// Holds the commissions of an order below the caps on single orders, one cap after the other.
pub(super) fn cap_order(plan: &Plan, caps: &[Limits], affiliate: u32, owed: &mut [Owed]) -> Option<()> {
    for (cap, limits) in plan.caps.iter().zip(caps).filter(|(cap, _)| cap.is_per_order()) {
        let Some(limit) = limits.of(affiliate) else { continue };
        let covers = |owed: &Owed| crate::plan::covers(cap.rules.as_ref(), owed.1);
        let mut sum = 0_i64;
        for owed in owed.iter().filter(|owed| covers(owed)) {
            sum = within(sum.checked_add(owed.2)?)?;
        }
        if sum <= limit {
            continue;
        }
        let limit = Minor::new(limit).ok()?;
        let falls = owed.iter().any(|owed| covers(owed) && owed.2 < 0);
        if falls || cap.share == CapShare::InOrder {
            let mut filling = Filling::new(limit);
            for owed in owed.iter_mut().filter(|owed| covers(owed)) {
                owed.2 = filling.part(Minor::new(owed.2).ok()?).get();
            }
        } else if cap.share == CapShare::Cumulative {
            let limit = limit.get();
            let mut parts = Cumulative::new(limit.unsigned_abs(), u128::from(sum.unsigned_abs()));
            for owed in owed.iter_mut().filter(|owed| covers(owed)) {
                let part = i64::try_from(parts.part(u128::from(owed.2.unsigned_abs()))).ok()?;
                owed.2 = part.checked_mul(limit.signum())?;
            }
        } else {
            let covered = owed.iter().filter(|owed| covers(owed));
            let before: Vec<Minor> = covered.map(|owed| Minor::new(owed.2).ok()).collect::<Option<_>>()?;
            let after = capped(limit, cap.share, &before).ok()??;
            for (owed, after) in owed.iter_mut().filter(|owed| covers(owed)).zip(after) {
                owed.2 = after.get();
            }
        }
    }
    Some(())
}

/// The parts of a sale between thresholds, each at its rate: what [`marginal`](crate::tier) does, in small numbers.
fn slices<W: Wide>(ladder: &Steps, rates: &[i64], (before, lift): (i64, usize), base: i64) -> Option<W> {
    let reached = before.checked_add(base)?;
    let (mut at, end) = (before.min(reached), before.max(reached));
    let mut step = ladder.at(at);
    let mut sum = W::default();
    loop {
        let until = ladder.from.get(step).map_or(end, |next| (*next).min(end));
        let part = until.checked_sub(at)?;
        let part = if base < 0 { part.checked_neg()? } else { part };
        sum = sum.plus(W::product(part, rates.get(step.max(lift)).copied()?));
        if until >= end {
            return Some(sum);
        }
        at = until;
        step = step.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ladder() -> Steps {
        Steps { from: vec![100, 1_000], retroactive: vec![false, false], mode: TierMode::Marginal }
    }

    #[test]
    fn slices_are_the_same_in_both_widths() {
        // From 50 to 1,150 at 10, 20 and 30: 50 × 10 + 900 × 20 + 150 × 30 = 23,000; and back again.
        let rates = [10, 20, 30];
        assert_eq!(slices::<i64>(&ladder(), &rates, (50, 0), 1_100), Some(23_000));
        assert_eq!(slices::<i128>(&ladder(), &rates, (50, 0), 1_100), Some(23_000));
        assert_eq!(slices::<i64>(&ladder(), &rates, (1_150, 0), -1_100), Some(-23_000));
        assert_eq!(slices::<i64>(&ladder(), &rates, (50, 2), 1_100), Some(33_000));
    }

    #[test]
    fn products_are_narrow_only_where_all_fit() {
        assert_eq!(<i64 as Wide>::round(25, RoundMode::HalfEven, 10), Some(2));
        assert_eq!(<i128 as Wide>::round(35, RoundMode::HalfEven, 10), Some(4));
        assert_eq!(<i128 as Wide>::round(i128::MAX, RoundMode::HalfEven, 10), None);
    }
}
