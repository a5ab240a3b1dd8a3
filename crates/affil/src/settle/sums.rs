//! The sums of statements, and those that are not checked yet.
//!
//! This module must never know what an amount is for, beyond its kind.

use serde::Serialize;

use crate::lifecycle::Progress;
use crate::money::{Currency, LimitExceeded, Minor, Money};
use crate::time::Instant;

/// Sums of a statement, or of a whole settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Orders with a commission.
    pub orders: u64,
    /// The amounts of the lines with a commission, as far as they are the affiliate's.
    pub sales: Money,
    /// What refunds took from such lines.
    pub refunded: Money,
    /// Commissions.
    pub commission: Money,
    /// What was earned by recruits' commissions.
    pub overrides: Money,
    /// What refunds took back; zero or negative.
    pub reversals: Money,
    /// Bonuses.
    pub bonuses: Money,
    /// What was agreed by hand.
    pub adjustments: Money,
    /// All together.
    pub total: Money,
}

/// Sums in the making: wide, so that the order of adding can never matter, and checked against the limit at the end.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) orders: u64,
    pub(super) sales: i128,
    pub(super) refunded: i128,
    pub(super) commission: i128,
    pub(super) overrides: i128,
    pub(super) reversals: i128,
    pub(super) bonuses: i128,
    pub(super) adjustments: i128,
    /// Of all of these together, what is not decided, decided but not payable, and payable at the end of the facts.
    pub(super) pending: i128,
    pub(super) approved: i128,
    pub(super) payable: i128,
}

/// The sum; it takes more rows than fit into memory to come near the end of the type.
pub(super) fn wide(sum: i128, amount: Minor) -> i128 {
    sum.saturating_add(i128::from(amount.get()))
}

impl Sums {
    /// Counts an amount to where it stands at the end of the facts.
    pub(super) fn stand(&mut self, progress: Progress, end: Option<Instant>, amount: Minor) {
        let by_then = |at: Option<Instant>| at.zip(end).is_some_and(|(at, end)| at <= end);
        let sum = if by_then(progress.payable_from) {
            &mut self.payable
        } else if by_then(progress.decided) {
            &mut self.approved
        } else {
            &mut self.pending
        };
        *sum = wide(*sum, amount);
    }

    pub(super) fn add(&mut self, other: &Sums) {
        self.orders = self.orders.saturating_add(other.orders);
        self.sales = self.sales.saturating_add(other.sales);
        self.refunded = self.refunded.saturating_add(other.refunded);
        self.commission = self.commission.saturating_add(other.commission);
        self.overrides = self.overrides.saturating_add(other.overrides);
        self.bonuses = self.bonuses.saturating_add(other.bonuses);
        self.reversals = self.reversals.saturating_add(other.reversals);
        self.adjustments = self.adjustments.saturating_add(other.adjustments);
        self.pending = self.pending.saturating_add(other.pending);
        self.approved = self.approved.saturating_add(other.approved);
        self.payable = self.payable.saturating_add(other.payable);
    }

    pub(super) fn total(&self) -> i128 {
        let earned = self.commission.saturating_add(self.overrides).saturating_add(self.bonuses);
        earned.saturating_add(self.reversals).saturating_add(self.adjustments)
    }

    /// Whether every sum can be shown.
    pub(super) fn check(&self) -> Result<(), LimitExceeded> {
        let sold = [self.sales, self.refunded, self.total()];
        let owed = [self.commission, self.overrides, self.reversals, self.bonuses, self.adjustments];
        sold.into_iter().chain(owed).try_for_each(|sum| Minor::from_i128(sum).map(|_| ()))
    }

    pub(super) fn totals(&self, currency: Currency) -> Totals {
        // Checked when the settlement was made.
        let money = |sum| Money::new(Minor::from_i128(sum).unwrap_or_default(), currency);
        Totals {
            orders: self.orders,
            sales: money(self.sales),
            refunded: money(self.refunded),
            commission: money(self.commission),
            overrides: money(self.overrides),
            reversals: money(self.reversals),
            bonuses: money(self.bonuses),
            adjustments: money(self.adjustments),
            total: money(self.total()),
        }
    }
}
