//! The order of the kernels: who wins, what was sold, what it pays, what caps leave, what refunds take back.
//!
//! This module must never compute an amount. `None` means that something is for the other way to settle: an input that
//! has to be refused, with words that only it has, or a number beyond what the kernels count with.

use std::ops::Range;

use super::cap::cap;
use super::chunk::{each, ranges, slices};
use super::contest::winners;
use super::ids::{NONE, place};
use super::key::Keys;
use super::pay::Pays;
use super::price::{Priced, price};
use super::refund::reverse;
use super::sale::{Sales, currencies};
use super::sheet::{Sheet, SheetLines, Sums};
use super::table::Columns;
use super::term::{Months, Terms};
use super::total::totals;
use crate::plan::Plan;
use crate::settle::Quotes;
use crate::time::Instant;

/// What all kernels look at.
pub(super) struct Job<'a> {
    pub(super) plan: &'a Plan,
    pub(super) columns: &'a Columns,
    /// The orders of each thread.
    pub(super) parts: Vec<Range<usize>>,
    pub(super) months: Months,
    /// The periods of each ladder, and of each cap.
    pub(super) of_ladders: Vec<Terms>,
    pub(super) of_caps: Vec<Terms>,
}

/// What was sold, by order and line.
pub(super) struct Sold {
    /// By order: who earns it; none if nobody does.
    pub(super) affiliate: Vec<u32>,
    /// By line, in the program's currency; nothing where it does not count.
    pub(super) sale: Vec<i64>,
    /// By line: the key; none where nobody earns it, and, once it is priced, where nothing is paid on it.
    pub(super) key: Vec<u32>,
    /// The greatest amount, whatever its sign.
    pub(super) most: i64,
}

/// Settles with the kernels.
pub(super) fn run(plan: &Plan, columns: &Columns, threads: usize) -> Option<Sheet> {
    let job = Job::new(plan, columns, threads)?;
    let keys = Keys::new(plan, columns)?;
    let (mut sold, present) = sold(&job, &keys, &winners(plan, columns, threads)?)?;
    let pays = Pays::new(plan, columns, &keys, &present)?;
    let totals = totals(&job, &pays, &sold)?;
    let Priced { mut amount, steps, over } = price(&job, &pays, &mut sold, &totals)?;
    cap(&job, &pays, &sold, &mut amount, &over)?;
    let reversed = reverse(&job, &sold, &amount)?;
    sheet(&job, sold, amount, reversed, &steps)
}

impl<'a> Job<'a> {
    fn new(plan: &'a Plan, columns: &'a Columns, threads: usize) -> Option<Self> {
        let times = || columns.orders.at.iter().chain(&columns.refunds.at);
        let at = |micros: Option<&i64>| micros.map_or(Some(Instant::MIN), |micros| Instant::from_micros(*micros).ok());
        let range = (at(times().min())?, at(times().max())?);
        let of_ladders =
            plan.ladders.iter().map(|ladder| Terms::new(plan, Some(ladder.period), range)).collect::<Option<_>>()?;
        let of_caps = plan.caps.iter().map(|cap| Terms::new(plan, cap.period, range)).collect::<Option<_>>()?;
        let parts = ranges(columns.orders(), threads);
        let job = Self { plan, columns, parts, months: Months::new(plan, range)?, of_ladders, of_caps };
        let most = job.of_ladders.iter().chain(&job.of_caps).chain([&job.months.terms]).map(Terms::len).max()?;
        // Sums are kept in tables of all affiliates by all periods.
        (most.checked_mul(columns.affiliates.len())? <= 1 << 25).then_some(job)
    }

    /// The lines of a range of orders.
    pub(super) fn lines(&self, orders: &Range<usize>) -> Range<usize> {
        self.columns.lines_of(orders.start).start..self.columns.lines_of(orders.end.saturating_sub(1)).end
    }

    /// How many lines each part has.
    pub(super) fn lengths(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().map(|part| self.lines(part).len())
    }

    /// The place of an affiliate in a table with a row for each period.
    pub(super) fn slot(&self, term: usize, affiliate: u32) -> usize {
        term.saturating_mul(self.columns.affiliates.len()).saturating_add(place(affiliate))
    }
}

/// What was sold and by whom, and which keys occur.
fn sold(job: &Job<'_>, keys: &Keys, winners: &[u32]) -> Option<(Sold, Vec<bool>)> {
    let columns = job.columns;
    let quotes = Quotes::new(job.plan, &columns.base);
    let currencies = currencies(job.plan, columns)?;
    let new = if keys.new { new_customers(columns) } else { Vec::new() };
    let mut sold = Sold {
        affiliate: vec![NONE; columns.orders()],
        sale: vec![0; columns.lines()],
        key: vec![NONE; columns.lines()],
        most: 0,
    };
    let of_orders = slices(&mut sold.affiliate, job.parts.iter().map(ExactSizeIterator::len));
    let of_lines = slices(&mut sold.sale, job.lengths()).into_iter().zip(slices(&mut sold.key, job.lengths()));
    let items: Vec<_> = job.parts.iter().zip(of_orders).zip(of_lines).collect();
    let found = each(items, |((part, affiliates), (sales, keyed))| {
        let mut present = vec![false; keys.count];
        let mut most = 0;
        let mut reader = Sales::new(job.plan, columns, &quotes, &currencies);
        let first = job.lines(part).start;
        // In a loop of its own: memory answers many questions at once, but only if they are asked together.
        let touches = winners.get(part.clone())?;
        for (slot, touch) in affiliates.iter_mut().zip(touches) {
            let touch = place(*touch).wrapping_sub(1);
            *slot = columns.touches.affiliate.get(touch).copied().unwrap_or(NONE);
        }
        for (order, (affiliate, touch)) in part.clone().zip(affiliates.iter().zip(touches)) {
            if !columns.counts(order) {
                continue;
            }
            let lines = columns.lines_of(order);
            let own = lines.start.checked_sub(first)?..lines.end.checked_sub(first)?;
            let sales = sales.get_mut(own.clone())?;
            reader.write(order, sales)?;
            let (Some(touch), true) = (place(*touch).checked_sub(1), *affiliate != NONE) else { continue };
            let of_order = keys.of_order(columns, (order, touch), *affiliate, new.get(order) == Some(&true));
            for ((line, sale), key) in lines.zip(sales.iter()).zip(keyed.get_mut(own)?) {
                let given = columns.lines.amount.get(line).copied().unwrap_or_default();
                // A return is one in its own currency; what converts to nothing is no sale.
                let sign = if given < 0 { -1 } else { sale.signum().max(0) };
                *key = keys.of_line(columns, of_order, line, sign);
                most = most.max(sale.checked_abs()?);
                *present.get_mut(place(*key))? = true;
            }
        }
        Some((present, most))
    });
    let mut present = vec![false; keys.count];
    for part in found {
        let (own, most) = part?;
        sold.most = sold.most.max(most);
        present.iter_mut().zip(own).for_each(|(all, own)| *all |= own);
    }
    Some((sold, present))
}

/// Whether each order is that of a new customer: as it says itself, or as the first of those that count.
pub(super) fn new_customers(columns: &Columns) -> Vec<bool> {
    let mut seen = vec![false; columns.customers.len()];
    let mut first = vec![false; columns.orders()];
    for (order, (slot, customer)) in first.iter_mut().zip(&columns.orders.customer).enumerate() {
        if columns.counts(order)
            && let Some(seen) = seen.get_mut(place(*customer))
        {
            let is_first = !std::mem::replace(seen, true);
            *slot = columns.says_new(order).unwrap_or(is_first);
        }
    }
    first
}

/// Puts the result together.
fn sheet(
    job: &Job<'_>,
    sold: Sold,
    amount: Vec<i64>,
    reversed: super::refund::Reversed,
    steps: &[u8],
) -> Option<Sheet> {
    let columns = job.columns;
    let mut lines = SheetLines {
        line: None,
        // Keys until their lines are done, so that there is one list less.
        affiliate: sold.key,
        month: vec![0; columns.lines()],
        sale: sold.sale,
        commission: amount,
        reversed: reversed.by_line,
    };
    let slots = job.months.terms.len().saturating_mul(columns.affiliates.len());
    let affiliates =
        slices(&mut lines.affiliate, job.lengths()).into_iter().zip(slices(&mut lines.month, job.lengths()));
    let sales = slices(&mut lines.sale, job.lengths()).into_iter().zip(slices(&mut lines.commission, job.lengths()));
    let items: Vec<_> = job.parts.iter().zip(affiliates).zip(sales).collect();
    let owner = &sold.affiliate;
    let found = each(items, |((part, (affiliates, months)), (sales, commissions))| {
        let mut sums = vec![Sums::default(); slots];
        let first = job.lines(part).start;
        let mut term = 0;
        for order in part.clone() {
            let affiliate = owner.get(order).copied().unwrap_or(NONE);
            term = job.months.terms.near(columns.orders.at.get(order).copied()?, term);
            let month = u16::try_from(term).ok()?;
            let mut paid = false;
            for line in columns.lines_of(order) {
                let own = line.checked_sub(first)?;
                let key = std::mem::replace(affiliates.get_mut(own)?, affiliate);
                *months.get_mut(own)? = month;
                let sale = sales.get_mut(own)?;
                if key == NONE {
                    // Nothing is paid on it.
                    *sale = 0;
                    continue;
                }
                let sums = sums.get_mut(job.slot(term, affiliate))?;
                sums.orders = sums.orders.saturating_add(u64::from(!paid));
                paid = true;
                sums.sales = sums.sales.checked_add(*sale)?;
                sums.commission = sums.commission.checked_add(commissions.get(own).copied()?)?;
                sums.exists = true;
            }
        }
        Some(sums)
    });
    let mut sums = reversed.sums;
    for part in found {
        for (all, own) in sums.iter_mut().zip(part?) {
            all.add(&own)?;
        }
    }
    for (sums, step) in sums.iter_mut().zip(steps) {
        sums.step = *step;
    }
    Sheet::of_columns(job, lines, &sums)
}
