//! What was paid out, and what became of it.
//!
//! This module must never know whether it could be paid, nor why it was owed.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use crate::facts::{Facts, Payout as Fact, PayoutOutcome, Sym};
use crate::money::{Decimal, Minor, Money};
use crate::payout::Sums;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::shape;
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

/// A payout in the program's minor units.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outgoing {
    /// Its position among the facts.
    pub(crate) payout: usize,
    pub(crate) id: Sym,
    pub(crate) affiliate: Sym,
    pub(crate) at: Instant,
    pub(crate) release: Option<Instant>,
    pub(crate) sums: Sums,
    /// When it first was said to have arrived, and to have failed.
    pub(crate) paid: Option<Instant>,
    pub(crate) failed: Option<Instant>,
}

impl Outgoing {
    pub(super) fn state(&self) -> PayoutState {
        match (self.failed, self.paid) {
            (Some(_), _) => PayoutState::Failed,
            (None, Some(_)) => PayoutState::Paid,
            (None, None) => PayoutState::Sent,
        }
    }

    /// Whether it was made by an instant and had not failed then.
    pub(crate) fn counts_at(&self, at: Instant) -> bool {
        self.at <= at && self.failed.is_none_or(|failed| failed > at)
    }

    /// What it leaves in reserve at an instant; nothing from its release on.
    pub(crate) fn reserved_at(&self, at: Instant) -> Minor {
        let released = self.release.is_some_and(|release| release <= at);
        if released || !self.counts_at(at) { Minor::ZERO } else { self.sums.reserve }
    }

    /// What it takes from what is payable at an instant, in minor units, less what it gave back by then.
    pub(crate) fn taken_at(&self, at: Instant) -> i128 {
        if !self.counts_at(at) {
            return 0;
        }
        let reserve = i128::from(self.sums.reserve.get());
        let back = if self.reserved_at(at).is_zero() { reserve } else { 0 };
        self.sums.taken().saturating_sub(back)
    }
}

/// All payouts, in the canonical order. Amounts that the program's currency does not have are problems.
pub(super) fn payouts(plan: &Plan, facts: &Facts, problems: &mut Problems) -> Vec<Outgoing> {
    let mut outcomes: HashMap<(Sym, PayoutOutcome), Instant> = HashMap::new();
    for confirmation in &facts.confirmations.rows {
        let first = outcomes.entry((confirmation.payout, confirmation.outcome)).or_insert(confirmation.at);
        *first = (*first).min(confirmation.at);
    }
    let outcome = |id: Sym, outcome| outcomes.get(&(id, outcome)).copied();
    let mut all: Vec<Outgoing> = Vec::with_capacity(facts.payouts.rows.len());
    for (index, fact) in facts.payouts.rows.iter().enumerate() {
        all.push(Outgoing {
            payout: index,
            id: fact.id,
            affiliate: fact.affiliate,
            at: fact.at,
            release: fact.release,
            sums: sums(plan, fact, problems),
            paid: outcome(fact.id, PayoutOutcome::Paid),
            failed: outcome(fact.id, PayoutOutcome::Failed),
        });
    }
    all.sort_by_key(|payout| (payout.at, facts.text(payout.id)));
    all
}

fn sums(plan: &Plan, fact: &Fact, problems: &mut Problems) -> Sums {
    let path = Facts::path("payouts", fact.row);
    let mut read = |amount: Decimal, key: &str| {
        shape::minor(amount, plan.currency, &path.key(key)).unwrap_or_else(|problem| {
            problems.push(problem);
            Minor::ZERO
        })
    };
    Sums {
        earned: read(fact.earned, "earned"),
        released: read(fact.released, "released"),
        reserve: read(fact.reserve, "reserve"),
        treatment: fact.treatment,
        vat: read(fact.vat, "vat"),
        withholding: read(fact.withholding, "withholding"),
        fee: read(fact.fee, "fee"),
        fee_payer: fact.fee_payer,
        transfer: read(fact.transfer, "transfer"),
    }
}
