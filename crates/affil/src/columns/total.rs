//! What each affiliate sold on each ladder in each period, divided so that parts of the orders can be priced apart.
//!
//! This module must never know a rate.

use super::chunk::each;
use super::due::owed;
use super::ids::NONE;
use super::pay::Pays;
use super::run::{Job, Sold};

/// Running totals by ladder, period and affiliate.
pub(super) struct Totals {
    /// Before each part.
    pub(super) before: Vec<Vec<i64>>,
    pub(super) whole: Vec<i64>,
    /// Where each ladder's table begins.
    offsets: Vec<usize>,
}

impl Totals {
    /// The place of an affiliate on a ladder.
    pub(super) fn slot(&self, job: &Job<'_>, ladder: usize, term: usize, affiliate: u32) -> usize {
        self.offsets.get(ladder).copied().unwrap_or_default().saturating_add(job.slot(term, affiliate))
    }
}

/// Adds up what counts on ladders.
pub(super) fn totals(job: &Job<'_>, pays: &Pays, sold: &Sold) -> Option<Totals> {
    let affiliates = job.columns.affiliates.len();
    let mut offsets = vec![0_usize];
    for terms in &job.of_ladders {
        offsets.push(offsets.last()?.checked_add(terms.len().checked_mul(affiliates)?)?);
    }
    let slots = offsets.pop()?;
    let mut totals = Totals { before: Vec::new(), whole: vec![0; slots], offsets };
    if slots == 0 {
        totals.before = job.parts.iter().map(|_| Vec::new()).collect();
        return Some(totals);
    }
    let found = each(job.parts.clone(), |part| {
        let mut own = vec![0_i64; slots];
        let mut terms = vec![0_usize; job.of_ladders.len()];
        for order in part {
            let affiliate = sold.affiliate.get(order).copied()?;
            if affiliate == NONE {
                continue;
            }
            let at = job.columns.orders.at.get(order).copied()?;
            for (term, of) in terms.iter_mut().zip(&job.of_ladders) {
                *term = of.near(at, *term);
            }
            let mut paid = 0;
            for line in job.columns.lines_of(order) {
                let mut counted = 0_u64;
                for ladder in owed(pays.of(sold.key.get(line).copied()?), &mut paid).filter_map(|pay| pay.ladder) {
                    let bit = 1_u64.checked_shl(u32::try_from(ladder).ok()?)?;
                    if counted & bit == 0 {
                        counted |= bit;
                        let slot = totals.slot(job, ladder, terms.get(ladder).copied()?, affiliate);
                        let sum = own.get_mut(slot)?;
                        *sum = sum.checked_add(sold.sale.get(line).copied()?)?;
                    }
                }
            }
        }
        Some(own)
    });
    let mut whole = vec![0_i64; slots];
    for own in found {
        totals.before.push(whole.clone());
        for (sum, own) in whole.iter_mut().zip(own?) {
            *sum = sum.checked_add(own)?;
        }
    }
    totals.whole = whole;
    Some(totals)
}
