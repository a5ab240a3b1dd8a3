//! What is owed to each affiliate at the end of the facts, and how much of it may be paid.
//!
//! This module must never know what it is owed for.

use serde::Serialize;
use std::collections::BTreeMap;

use super::limit;
use super::sums::{Sums, wide};
use crate::facts::{Names, Sym};
use crate::money::{Currency, Minor, Money};
use crate::payout::Outgoing;
use crate::problem::Problem;
use crate::time::{Instant, Month};

/// What is owed to an affiliate at the end of the facts; below zero, what it owes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Balance<'a> {
    /// Who.
    pub affiliate: &'a str,
    /// Not decided yet.
    pub pending: Money,
    /// Decided, but not payable yet.
    pub approved: Money,
    /// What may be paid: what is payable less what was paid.
    pub payable: Money,
    /// Kept back of payouts.
    pub reserve: Money,
}

/// The same in minor units.
#[derive(Debug, Clone, Copy)]
pub(super) struct BalanceRow {
    affiliate: Sym,
    pending: Minor,
    approved: Minor,
    payable: Minor,
    reserve: Minor,
}

impl BalanceRow {
    pub(super) fn balance<'a>(&self, names: &'a Names, currency: Currency) -> Balance<'a> {
        let money = |amount| Money::new(amount, currency);
        Balance {
            affiliate: names.text(self.affiliate),
            pending: money(self.pending),
            approved: money(self.approved),
            payable: money(self.payable),
            reserve: money(self.reserve),
        }
    }
}

/// The balances of everybody with a target or a payout, by affiliate.
///
/// Errors: a balance, or a payout, beyond the limit.
pub(super) fn balances(
    names: &Names,
    statements: &BTreeMap<(Sym, Month), Sums>,
    payouts: &[Outgoing],
    end: Option<Instant>,
) -> Result<Vec<BalanceRow>, Problem> {
    let mut all: BTreeMap<Sym, [i128; 4]> = BTreeMap::new();
    for ((affiliate, _), sums) in statements {
        let [pending, approved, payable, _] = all.entry(*affiliate).or_default();
        *pending = pending.saturating_add(sums.pending);
        *approved = approved.saturating_add(sums.approved);
        *payable = payable.saturating_add(sums.payable);
    }
    for payout in payouts {
        let [_, _, payable, reserve] = all.entry(payout.affiliate).or_default();
        let Some(end) = end else { continue };
        *payable = payable.saturating_sub(payout.taken_at(end));
        *reserve = wide(*reserve, payout.reserved_at(end));
        Minor::from_i128(payout.sums.taken()).map_err(|_| limit("a payout"))?;
    }
    let mut rows = Vec::with_capacity(all.len());
    for (affiliate, sums) in all {
        let [pending, approved, payable, reserve] = sums.map(Minor::from_i128);
        let too_much = |_| limit("a balance");
        rows.push(BalanceRow {
            affiliate,
            pending: pending.map_err(too_much)?,
            approved: approved.map_err(too_much)?,
            payable: payable.map_err(too_much)?,
            reserve: reserve.map_err(too_much)?,
        });
    }
    rows.sort_by_key(|row| names.text(row.affiliate));
    Ok(rows)
}
