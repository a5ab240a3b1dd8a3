//! What refunds take back: of each line in the order of time, rounded for the running sum, so that no cent is lost.
//!
//! This module must never know how a commission came about.

use std::ops::Range;

use super::chunk::{each, slices};
use super::ids::{NONE, place};
use super::run::{Job, Sold};
use super::sale::{Sales, currencies};
use super::sheet::Sums;
use crate::money::RoundMode;
use crate::program::RefundExcess;
use crate::settle::Quotes;

/// What was taken back.
pub(super) struct Reversed {
    pub(super) by_line: Vec<i64>,
    /// By the month of the refund and affiliate.
    pub(super) sums: Vec<Sums>,
}

/// Takes back what refunds say.
pub(super) fn reverse(job: &Job<'_>, sold: &Sold, amount: &[i64]) -> Option<Reversed> {
    let columns = job.columns;
    let slots = job.months.terms.len().checked_mul(columns.affiliates.len())?;
    let mut reversed = Reversed { by_line: vec![0; columns.lines()], sums: vec![Sums::default(); slots] };
    if columns.refunds() == 0 {
        return Some(reversed);
    }
    let parts = parts(job);
    let lengths = parts.iter().map(|(lines, _)| lines.len());
    let outs = slices(&mut reversed.by_line, lengths);
    let quotes = Quotes::new(job.plan, &columns.base);
    let currencies = currencies(job.plan, columns)?;
    let found = each(parts.iter().zip(outs).collect(), |((lines, refunds), out)| {
        let mut sums = vec![Sums::default(); slots];
        let mut given = Sales::new(job.plan, columns, &quotes, &currencies);
        let mut line = Line::NONE;
        for refund in refunds.clone() {
            let row = place(columns.refunds.line.get(refund).copied()?);
            let order = place(columns.lines.order.get(row).copied()?);
            if !columns.counts(order) {
                continue;
            }
            if line.row != row {
                line = Line { row, gone: 0, whole: given.given(order, columns.lines.amount.get(row).copied()?)? };
            }
            let back = given.given(order, columns.refunds.amount.get(refund).copied()?)?;
            let (before, after) = line.take(job, refund, order, back)?;
            if sold.key.get(row).copied()? == NONE {
                continue;
            }
            let mode = job.plan.program.round.mode;
            let taken = |of: i64| -> Option<i64> {
                share(of, after, line.whole, mode)?.checked_sub(share(of, before, line.whole, mode)?)
            };
            let back = taken(amount.get(row).copied()?)?;
            let slot = out.get_mut(row.checked_sub(lines.start)?)?;
            *slot = slot.checked_add(back)?;
            let month = job.months.terms.of(columns.refunds.at.get(refund).copied()?);
            let sums = sums.get_mut(job.slot(month, sold.affiliate.get(order).copied()?))?;
            sums.exists = true;
            sums.refunded = sums.refunded.checked_add(taken(sold.sale.get(row).copied()?)?)?;
            sums.reversed = sums.reversed.checked_add(back)?;
        }
        Some(sums)
    });
    for part in found {
        for (all, own) in reversed.sums.iter_mut().zip(part?) {
            all.add(&own)?;
        }
    }
    Some(reversed)
}

/// A line that is being given back.
struct Line {
    row: usize,
    gone: i64,
    whole: i64,
}

impl Line {
    const NONE: Self = Self { row: usize::MAX, gone: 0, whole: 0 };

    /// How much was given back before and after a refund; none where the refund has to be refused, or is of a line
    /// that cost nothing or was a return itself.
    fn take(&mut self, job: &Job<'_>, refund: usize, order: usize, amount: i64) -> Option<(i64, i64)> {
        let early = job.columns.refunds.at.get(refund) < job.columns.orders.at.get(order);
        if early || amount < 0 || self.whole <= 0 {
            return None;
        }
        let left = self.whole.checked_sub(self.gone)?;
        if amount > left && job.plan.program.refunds.excess == RefundExcess::Refuse {
            return None;
        }
        let before = self.gone;
        self.gone = before.checked_add(amount.min(left))?;
        Some((before, self.gone))
    }
}

/// `amount × part / whole`, rounded.
fn share(amount: i64, part: i64, whole: i64, mode: RoundMode) -> Option<i64> {
    if part >= whole {
        return Some(amount);
    }
    if let Some(product) = amount.checked_mul(part) {
        return Some(mode.divide_small(product, whole));
    }
    let product = i128::from(amount).checked_mul(i128::from(part))?;
    i64::try_from(mode.divide(product, i128::from(whole))).ok()
}

/// The lines of each thread, and their refunds: as many refunds for each, no line in two of them.
fn parts(job: &Job<'_>) -> Vec<(Range<usize>, Range<usize>)> {
    let refunds = &job.columns.refunds.line;
    let mut parts = Vec::new();
    let (mut line, mut refund) = (0, 0);
    for range in super::chunk::ranges(refunds.len(), job.parts.len()) {
        let until = refunds.get(range.end).copied().map(place);
        let next = until.map_or(refunds.len(), |until| refunds.partition_point(|line| place(*line) < until));
        let last = until.unwrap_or_else(|| job.columns.lines());
        parts.push((line..last.max(line), refund..next.max(refund)));
        (line, refund) = (last.max(line), next.max(refund));
    }
    parts
}
