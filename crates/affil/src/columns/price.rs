//! What each line pays: rates and ladders, rounded at the line, and what the caps of its order leave.
//!
//! This module must never know who is credited, nor another order. Products are counted in 64 bits where all of them are
//! proven to fit, and in 128 otherwise; both give the same.

use super::chunk::{each, slices as divided};
use super::ids::NONE;
use super::pay::{Pay, Pays, Steps};
use super::run::{Job, Sold};
use super::term::within;
use super::total::{Totals, owed};
use crate::money::{Minor, RoundMode};
use crate::program::TierMode;
use crate::settle::capped;

/// What lines pay before caps over more than one order.
pub(super) struct Priced {
    /// By line.
    pub(super) amount: Vec<i64>,
    /// The highest step reached, by month and affiliate.
    pub(super) steps: Vec<u8>,
    pub(super) over: Over,
}

/// What the cap over more than one order is to keep within its limit, by its period and affiliate.
#[derive(Default)]
pub(super) struct Over {
    /// Before each part.
    pub(super) before: Vec<Vec<i64>>,
    pub(super) whole: Vec<i64>,
    /// Whether some amounts are below zero, so that sums do not only rise.
    pub(super) falls: bool,
}

/// Sums of amounts times rates.
trait Wide: Copy + Ord + Default {
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
fn narrow(pays: &Pays, most: i64) -> bool {
    let amount = i128::from(most.max(pays.amounts));
    let rate = i128::from(pays.highest.max(pays.whole));
    // A line has at most as many pays as there are rules; 2^16 times the greatest is room for any of them.
    amount.saturating_mul(rate) < 1 << 46
}

/// Prices all lines.
pub(super) fn price(job: &Job<'_>, pays: &Pays, sold: &mut Sold, totals: &Totals) -> Option<Priced> {
    let narrow = narrow(pays, sold.most);
    let mut amount = vec![0; job.columns.lines()];
    let keys = divided(&mut sold.key, job.lengths());
    let outs = divided(&mut amount, job.lengths());
    let items: Vec<_> = job.parts.iter().zip(&totals.before).zip(keys.into_iter().zip(outs)).collect();
    let (affiliate, sale) = (&sold.affiliate, &sold.sale);
    let found = each(items, |((part, before), (keys, out))| {
        let desk = Desk { job, pays, totals, affiliate, sale, first: job.lines(part).start };
        let counters = Counters::new(job, before.clone());
        if narrow {
            desk.price::<i64>(part, counters, keys, out)
        } else {
            desk.price::<i128>(part, counters, keys, out)
        }
    });
    let mut priced = Priced { amount, steps: Vec::new(), over: Over::default() };
    for counters in found {
        let counters = counters?;
        let whole = &mut priced.over.whole;
        whole.resize(counters.over.len(), 0);
        priced.over.before.push(whole.clone());
        for (sum, own) in whole.iter_mut().zip(&counters.over) {
            *sum = sum.checked_add(*own)?;
        }
        priced.over.falls |= counters.falls;
        priced.steps.resize(counters.steps.len(), 0);
        priced.steps.iter_mut().zip(&counters.steps).for_each(|(step, own)| *step = (*step).max(*own));
    }
    Some(priced)
}

/// What a part keeps count of.
struct Counters {
    /// On ladders, before the line.
    running: Vec<i64>,
    steps: Vec<u8>,
    over: Vec<i64>,
    falls: bool,
    /// The period on each ladder, of the cap over more than one order, and the month.
    terms: Vec<usize>,
    over_term: usize,
    month: usize,
    /// By ladder.
    places: Vec<Place>,
}

/// Where the lines of one order stand on a ladder: what the whole period decides.
#[derive(Clone, Copy)]
struct Place {
    order: usize,
    slot: usize,
    reached: usize,
    lift: usize,
}

impl Place {
    const NONE: Self = Self { order: usize::MAX, slot: 0, reached: 0, lift: 0 };
}

impl Counters {
    fn new(job: &Job<'_>, running: Vec<i64>) -> Self {
        let affiliates = job.columns.affiliates.len();
        let over = running_cap(job).and_then(|cap| job.of_caps.get(cap)).map_or(0, super::term::Terms::len);
        Self {
            running,
            steps: vec![0; job.months.terms.len().saturating_mul(affiliates)],
            over: vec![0; over.saturating_mul(affiliates)],
            falls: false,
            terms: vec![0; job.of_ladders.len()],
            over_term: 0,
            month: 0,
            places: vec![Place::NONE; job.of_ladders.len()],
        }
    }
}

/// The one cap over more than one order, if there is one.
pub(super) fn running_cap(job: &Job<'_>) -> Option<usize> {
    job.plan.caps.iter().position(|cap| !cap.is_per_order())
}

struct Desk<'a> {
    job: &'a Job<'a>,
    pays: &'a Pays,
    totals: &'a Totals,
    affiliate: &'a [u32],
    sale: &'a [i64],
    /// The first line of the part.
    first: usize,
}

/// A commission of the order that is being priced: its line in the order, rule and amount.
type Owed = (usize, usize, i64);

impl Desk<'_> {
    fn price<W: Wide>(
        &self,
        part: &std::ops::Range<usize>,
        mut counters: Counters,
        keys: &mut [u32],
        out: &mut [i64],
    ) -> Option<Counters> {
        let over = running_cap(self.job).and_then(|cap| self.job.of_caps.get(cap));
        let mut owed: Vec<Owed> = Vec::new();
        for order in part.clone() {
            let affiliate = self.affiliate.get(order).copied()?;
            if affiliate == NONE {
                continue;
            }
            let at = self.job.columns.orders.at.get(order).copied()?;
            for (term, of) in counters.terms.iter_mut().zip(&self.job.of_ladders) {
                *term = of.near(at, *term);
            }
            counters.month = self.job.months.terms.near(at, counters.month);
            let lines = self.job.columns.lines_of(order);
            let own = lines.start.checked_sub(self.first)?..lines.end.checked_sub(self.first)?;
            owed.clear();
            self.order::<W>((order, affiliate), lines.start, keys.get_mut(own.clone())?, &mut counters, &mut owed)?;
            self.cap_order(affiliate, &mut owed)?;
            let out = out.get_mut(own)?;
            for (line, _, amount) in &owed {
                let slot = out.get_mut(*line)?;
                *slot = within(slot.checked_add(*amount)?)?;
                counters.falls |= *amount < 0;
            }
            if let Some(over) = over {
                counters.over_term = over.near(at, counters.over_term);
                let sum = counters.over.get_mut(self.job.slot(counters.over_term, affiliate))?;
                *sum = out.iter().try_fold(*sum, |sum, amount| sum.checked_add(*amount))?;
            }
        }
        Some(counters)
    }

    /// What the lines of an order pay, before its caps.
    fn order<W: Wide>(
        &self,
        (order, affiliate): (usize, u32),
        first: usize,
        keys: &mut [u32],
        counters: &mut Counters,
        owing: &mut Vec<Owed>,
    ) -> Option<()> {
        let mode = self.job.plan.program.round.mode;
        let mut paid = 0;
        for (line, key) in keys.iter_mut().enumerate() {
            let sale = self.sale.get(first.checked_add(line)?).copied()?;
            let (mut exact, mut given, mut climbed, mut any) = (W::default(), 0_i64, 0_u64, false);
            for pay in owed(self.pays.of(*key), &mut paid) {
                exact = exact.plus(self.exact::<W>(pay, sale, (order, affiliate), counters)?);
                let reached = exact.round(mode, self.pays.whole)?;
                owing.push((line, pay.rule, reached.checked_sub(given)?));
                given = reached;
                any = true;
                if let Some(ladder) = pay.ladder {
                    climbed |= 1_u64.checked_shl(u32::try_from(ladder).ok()?)?;
                }
            }
            if !any {
                *key = NONE;
            }
            while climbed != 0 {
                let ladder = usize::try_from(climbed.trailing_zeros()).ok()?;
                climbed &= climbed.wrapping_sub(1);
                let running = counters.running.get_mut(counters.places.get(ladder)?.slot)?;
                *running = running.checked_add(sale)?;
            }
        }
        Some(())
    }

    /// Where the lines of an order stand on a ladder, found once for all of them.
    fn place(&self, number: usize, (order, affiliate): (usize, u32), counters: &mut Counters) -> Option<Place> {
        let known = counters.places.get(number).copied()?;
        if known.order == order {
            return Some(known);
        }
        let ladder = self.pays.steps.get(number)?;
        let slot = self.totals.slot(self.job, number, counters.terms.get(number).copied()?, affiliate);
        let total = self.totals.whole.get(slot).copied()?;
        let place = Place { order, slot, reached: ladder.at(total), lift: ladder.retroactive_at(total) };
        let step = counters.steps.get_mut(self.job.slot(counters.month, affiliate))?;
        *step = (*step).max(u8::try_from(place.reached).unwrap_or(u8::MAX));
        *counters.places.get_mut(number)? = place;
        Some(place)
    }

    /// What a rule pays a line, before rounding.
    fn exact<W: Wide>(&self, pay: &Pay, sale: i64, whose: (usize, u32), counters: &mut Counters) -> Option<W> {
        let base = pay.flat.unwrap_or(sale);
        let rate = |step: usize| pay.rates.get(step).copied();
        let priced = match pay.ladder {
            None => W::product(base, rate(0)?),
            Some(number) => {
                let ladder = self.pays.steps.get(number)?;
                let Place { slot, reached, lift, .. } = self.place(number, whose, counters)?;
                let before = counters.running.get(slot).copied()?;
                match ladder.mode {
                    TierMode::Whole => W::product(base, rate(reached.max(lift))?),
                    TierMode::Forward => W::product(base, rate(ladder.at(before).max(lift))?),
                    _ if pay.flat.is_some() => W::product(base, rate(reached)?),
                    _ => slices(ladder, &pay.rates, (before, lift), base)?,
                }
            }
        };
        let bound = |amount: i64| W::product(amount, self.pays.whole);
        let priced = pay.floor.map_or(priced, |floor| priced.max(bound(floor)));
        Some(pay.cap.map_or(priced, |cap| priced.min(bound(cap))))
    }

    /// Holds the order's commissions below the caps on single orders, one cap after the other.
    fn cap_order(&self, affiliate: u32, owed: &mut [Owed]) -> Option<()> {
        for (cap, limits) in self.job.plan.caps.iter().zip(&self.pays.caps).filter(|(cap, _)| cap.is_per_order()) {
            let Some(limit) = limits.by_affiliate.get(super::ids::place(affiliate)).copied().flatten() else {
                continue;
            };
            let covers = |owed: &Owed| crate::plan::covers(cap.rules.as_ref(), owed.1);
            let mut sum = 0_i64;
            for owed in owed.iter().filter(|owed| covers(owed)) {
                sum = within(sum.checked_add(owed.2)?)?;
            }
            if sum <= limit {
                continue;
            }
            let covered = owed.iter().filter(|owed| covers(owed));
            let before: Vec<Minor> = covered.map(|owed| Minor::new(owed.2).ok()).collect::<Option<_>>()?;
            let after = capped(Minor::new(limit).ok()?, cap.share, &before).ok()??;
            for (owed, after) in owed.iter_mut().filter(|owed| covers(owed)).zip(after) {
                owed.2 = after.get();
            }
        }
        Some(())
    }
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
