//! What moves between accounts, and when.
//!
//! This module must never know what was booked before.

use serde::{Deserialize, Serialize};

use super::{Account, earned, paid};
use crate::money::{Minor, Money};
use crate::settle::{Settlement, Target, TargetKind, Whose};
use crate::time::{Date, Month};

/// What a move is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// What one order line owes one affiliate under one rule.
    Commission,
    /// What a recruiter earns by somebody else's commissions on a line.
    Override,
    /// What a refund takes back of a commission or an override.
    Reversal,
    /// What is paid for what an affiliate did in a period.
    Bonus,
    /// An amount agreed by hand.
    Adjustment,
    /// What was paid out.
    Payout,
}

impl MoveKind {
    /// The word with which its ids begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commission => TargetKind::Commission.as_str(),
            Self::Override => TargetKind::Override.as_str(),
            Self::Reversal => TargetKind::Reversal.as_str(),
            Self::Bonus => TargetKind::Bonus.as_str(),
            Self::Adjustment => TargetKind::Adjustment.as_str(),
            Self::Payout => "payout",
        }
    }
}

impl From<TargetKind> for MoveKind {
    fn from(kind: TargetKind) -> Self {
        match kind {
            TargetKind::Commission => Self::Commission,
            TargetKind::Override => Self::Override,
            TargetKind::Reversal => Self::Reversal,
            TargetKind::Bonus => Self::Bonus,
            TargetKind::Adjustment => Self::Adjustment,
        }
    }
}

/// Amounts that change their accounts on one day; together they are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move<'a> {
    /// The permanent id: that of a target, or `payout:` and the payout's, and for what happens later `#` and a word.
    pub id: String,
    /// What it is for.
    pub kind: MoveKind,
    /// Whose accounts are concerned.
    pub affiliate: &'a str,
    /// The statement month of the target, or the month of the payout.
    pub month: Month,
    /// The day in the program's zone.
    pub date: Date,
    /// How much each account grows: in the order of the accounts, none of them zero.
    pub postings: Vec<(Account, Minor)>,
}

impl Settlement {
    /// What the books should say: the moves of every target in the order of the targets, then those of every payout.
    ///
    /// What amounts to zero moves nothing.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }
    /// ] }"#).unwrap();
    /// let settlement = plan.settle(&facts).unwrap();
    /// let first = settlement.moves().next().unwrap();
    /// assert_eq!((first.id.as_str(), first.date.to_string().as_str()), ("adjustment:x", "2026-03-10"));
    /// assert_eq!(first.postings[1].0, affil::Account::Payable);
    /// ```
    pub fn moves(&self) -> impl Iterator<Item = Move<'_>> {
        let targets = self.targets().zip(self.progresses());
        let earned = targets.flat_map(|(target, progress)| earned::moves(self, &target, progress));
        let paid = self.payouts().zip(self.outgoing());
        earned.chain(paid.flat_map(|(payout, outgoing)| paid::moves(self, &payout, outgoing)))
    }
}

impl Settlement {
    /// The moves of those targets for which there is an amount, in the same order, with that amount; none of payouts.
    pub(crate) fn moves_of(&self, amount: impl Fn(Whose, &Target<'_>) -> Option<Minor>) -> Vec<Move<'_>> {
        let mut moves = Vec::new();
        for ((target, progress), whose) in self.targets().zip(self.progresses()).zip(self.whose()) {
            let Some(amount) = amount(whose, &target) else { continue };
            let amount = Money::new(amount, self.currency());
            moves.extend(earned::moves(self, &Target { amount, ..target }, progress));
        }
        moves
    }
}

/// Postings in the order of the accounts, each once, none of them zero.
pub(super) fn tidy(mut postings: Vec<(Account, Minor)>) -> Vec<(Account, Minor)> {
    postings.sort_by_key(|(account, _)| *account);
    postings.dedup_by(|later, first| {
        let same = later.0 == first.0;
        if same {
            // What one account gets of one payout is checked with the payout.
            first.1 = first.1.plus(later.1).unwrap_or_default();
        }
        same
    });
    postings.retain(|(_, amount)| !amount.is_zero());
    postings
}
