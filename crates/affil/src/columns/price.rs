//! What each line pays, order after order, and what the cap over more than one order has to keep within its limit.
//!
//! This module must never know what a line pays, only where its order stands.

use super::chunk::{each, slices};
use super::due::{self, Ladders, Owed, Stand, Wide, cap_order, narrow};
use super::ids::NONE;
use super::pay::Pays;
use super::run::{Job, Sold};
use super::term::within;
use super::total::Totals;
use crate::plan::Plan;

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

/// Prices all lines.
pub(super) fn price(job: &Job<'_>, pays: &Pays, sold: &mut Sold, totals: &Totals) -> Option<Priced> {
    let narrow = narrow(pays, sold.most);
    let mut amount = vec![0; job.columns.lines()];
    let keys = slices(&mut sold.key, job.lengths());
    let outs = slices(&mut amount, job.lengths());
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
    fn new(job: &Job<'_>, before: Vec<i64>) -> Self {
        let affiliates = job.columns.affiliates.len();
        let over = running(job.plan).and_then(|cap| job.of_caps.get(cap)).map_or(0, super::term::Terms::len);
        Self {
            running: before,
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
pub(super) fn running(plan: &Plan) -> Option<usize> {
    plan.caps.iter().position(|cap| !cap.is_per_order())
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

impl Desk<'_> {
    fn price<W: Wide>(
        &self,
        part: &std::ops::Range<usize>,
        mut counters: Counters,
        keys: &mut [u32],
        out: &mut [i64],
    ) -> Option<Counters> {
        let over = running(self.job.plan).and_then(|cap| self.job.of_caps.get(cap));
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
            cap_order(self.job.plan, &self.pays.caps, affiliate, &mut owed)?;
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

    /// What the lines of an order pay, before its caps; the keys of those that pay nothing are taken away.
    fn order<W: Wide>(
        &self,
        whose: (usize, u32),
        first: usize,
        keys: &mut [u32],
        counters: &mut Counters,
        owing: &mut Vec<Owed>,
    ) -> Option<()> {
        let mode = self.job.plan.program.round.mode;
        let mut climber = Climber { desk: self, whose, counters };
        let mut paid = 0;
        for (line, key) in keys.iter_mut().enumerate() {
            let sale = self.sale.get(first.checked_add(line)?).copied()?;
            let tell = |rule, amount| owing.push((line, rule, amount));
            if !due::line::<W>(self.pays, mode, (*key, sale), (&mut climber, &mut paid), tell)? {
                *key = NONE;
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
}

/// The lines of an order on the ladders.
struct Climber<'a, 'b> {
    desk: &'a Desk<'b>,
    whose: (usize, u32),
    counters: &'a mut Counters,
}

impl Ladders for Climber<'_, '_> {
    fn stand(&mut self, ladder: usize) -> Option<Stand> {
        let Place { slot, reached, lift, .. } = self.desk.place(ladder, self.whose, self.counters)?;
        Some(Stand { before: self.counters.running.get(slot).copied()?, reached, lift })
    }

    fn count(&mut self, ladder: usize, sale: i64) -> Option<()> {
        let running = self.counters.running.get_mut(self.counters.places.get(ladder)?.slot)?;
        *running = running.checked_add(sale)?;
        Some(())
    }
}
