//! What was paid out, and what became of it.
//!
//! This module must never know whether it could be paid, nor why it was owed.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::payout::Outgoing;
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

impl PayoutState {
    /// The word for it in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }
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

impl Outgoing {
    /// What became of it, by all that is known.
    pub(super) fn state(&self) -> PayoutState {
        match (self.failed, self.paid) {
            (Some(_), _) => PayoutState::Failed,
            (None, Some(_)) => PayoutState::Paid,
            (None, None) => PayoutState::Sent,
        }
    }
}
