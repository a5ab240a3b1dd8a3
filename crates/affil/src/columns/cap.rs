//! The cap over more than one order: first come, first served, only where a limit is exceeded at all.
//!
//! This module must never know why a commission is as high as it is.

use super::chunk::{each, slices};
use super::ids::{NONE, place};
use super::pay::Pays;
use super::price::{Over, running};
use super::run::{Job, Sold};

/// Clamps the amounts of lines.
pub(super) fn cap(job: &Job<'_>, pays: &Pays, sold: &Sold, amount: &mut [i64], over: &Over) -> Option<()> {
    let Some(index) = running(job.plan) else { return Some(()) };
    let (terms, limits) = (job.of_caps.get(index)?, &pays.caps.get(index)?.by_affiliate);
    if over.falls {
        // Sums that fall give room back, so that only their whole course tells what is left.
        let all = 0..job.columns.orders();
        let mut used = vec![0_i64; over.whole.len()];
        return orders(job, sold, terms, &all, amount, |slot, affiliate, amount| {
            let Some(limit) = limits.get(affiliate).copied().flatten() else { return Some(amount) };
            let used = used.get_mut(slot)?;
            let left = limit.checked_sub(*used)?.max(0);
            let clamped = if amount > 0 { amount.min(left) } else { amount };
            *used = used.checked_add(clamped)?;
            Some(clamped)
        });
    }
    let outs = slices(amount, job.lengths());
    let items: Vec<_> = job.parts.iter().zip(&over.before).zip(outs).collect();
    let done = each(items, |((part, before), out)| {
        let mut running = before.clone();
        orders(job, sold, terms, part, out, |slot, affiliate, amount| {
            let Some(limit) = limits.get(affiliate).copied().flatten() else { return Some(amount) };
            if over.whole.get(slot).copied()? <= limit {
                return Some(amount);
            }
            let running = running.get_mut(slot)?;
            let before = *running;
            *running = before.checked_add(amount)?;
            (*running).min(limit).checked_sub(before.min(limit))
        })
    });
    done.into_iter().collect()
}

/// Gives each line of orders that somebody earns what is left of it.
fn orders(
    job: &Job<'_>,
    sold: &Sold,
    terms: &super::term::Terms,
    part: &std::ops::Range<usize>,
    out: &mut [i64],
    mut left: impl FnMut(usize, usize, i64) -> Option<i64>,
) -> Option<()> {
    let first = job.lines(part).start;
    let mut term = 0;
    for order in part.clone() {
        let affiliate = sold.affiliate.get(order).copied()?;
        if affiliate == NONE {
            continue;
        }
        term = terms.near(job.columns.orders.at.get(order).copied()?, term);
        let slot = job.slot(term, affiliate);
        let lines = job.columns.lines_of(order);
        for slot_of_line in out.get_mut(lines.start.checked_sub(first)?..lines.end.checked_sub(first)?)? {
            *slot_of_line = left(slot, place(affiliate), *slot_of_line)?;
        }
    }
    Some(())
}
