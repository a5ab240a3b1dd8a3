//! What was paid out, and what became of it.
//!
//! This module must never know whether it could be paid, nor why it was owed.

use serde::{Deserialize, Serialize};

use super::Batch;
use crate::facts::{Names, Sym};
use crate::money::{Currency, Minor, Money};
use crate::payout::Sent;
use crate::time::Instant;

/// What became of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutState {
    /// Nobody said yet that it arrived.
    Sent,
    /// It arrived.
    Paid,
    /// It did not arrive, or came back.
    Failed,
}

/// What was taken from the balance of an affiliate, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Payout<'a> {
    /// The payout's id.
    pub id: &'a str,
    /// Whom it pays.
    pub affiliate: &'a str,
    /// When it was made.
    pub at: Instant,
    /// What became of it.
    pub state: PayoutState,
    /// What was taken from the balance: `earned` and `released` together.
    pub amount: Money,
    /// What was sent.
    pub transfer: Money,
    /// What was kept back.
    pub reserve: Money,
    /// From when on that is owed again; none where nothing is kept back for a time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<Instant>,
}

/// A payout that was made, with its name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outgoing {
    pub(super) id: Sym,
    pub(super) release: Option<Instant>,
    pub(super) sent: Sent,
}

impl Outgoing {
    /// All payouts of the facts, in the canonical order.
    pub(super) fn all(batch: &Batch<'_>) -> Vec<Self> {
        let named = |sent: &Sent| {
            let fact = batch.facts.payouts.rows.get(sent.payout)?;
            Some(Self { id: fact.id, release: fact.release, sent: *sent })
        };
        batch.payouts.iter().filter_map(named).collect()
    }

    pub(super) fn payout<'a>(&self, names: &'a Names, currency: Currency) -> Payout<'a> {
        let Self { id, release, sent } = self;
        let money = |amount| Money::new(amount, currency);
        Payout {
            id: names.text(*id),
            affiliate: names.text(sent.affiliate),
            at: sent.at,
            state: match (sent.failed, sent.paid) {
                (Some(_), _) => PayoutState::Failed,
                (None, Some(_)) => PayoutState::Paid,
                (None, None) => PayoutState::Sent,
            },
            // Checked with the balances.
            amount: money(Minor::from_i128(sent.sums.taken()).unwrap_or_default()),
            transfer: money(sent.sums.transfer),
            reserve: money(sent.sums.reserve),
            release: *release,
        }
    }

    /// What it keeps in reserve at an instant.
    pub(super) fn reserved_by(&self, at: Instant) -> i128 {
        if self.sent.at > at || self.sent.failed_by(at) {
            return 0;
        }
        i128::from(self.sent.sums.reserve.get()).saturating_sub(self.sent.released_by(at))
    }
}
