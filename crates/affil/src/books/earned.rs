//! The moves of a target: earned, decided, payable.
//!
//! This module must never know why it is owed.

use super::moves::tidy;
use super::{Account, Move};
use crate::lifecycle::Progress;
use crate::settle::{Settlement, Target};
use crate::time::Instant;

/// The moves of one target; none of zero.
pub(super) fn moves<'a>(settlement: &Settlement, target: &Target<'a>, progress: Progress) -> Vec<Move<'a>> {
    let amount = target.amount.minor();
    if amount.is_zero() {
        return Vec::new();
    }
    let transfer = |id: String, day: Instant, from: Account, to: Account| Move {
        id,
        kind: target.kind.into(),
        affiliate: target.affiliate,
        month: target.month,
        date: settlement.date(day),
        postings: tidy(vec![(from, amount), (to, amount.negated())]),
    };
    let mut stands = stands_at(target.at, progress);
    let mut moves = vec![transfer(target.id(), target.at, Account::expense(target.kind), stands)];
    for (what, day) in [("#approved", progress.decided), ("#payable", progress.payable_from)] {
        let Some(day) = day.filter(|day| settlement.end().is_some_and(|end| *day <= end)) else { continue };
        let to = stands_at(day, progress);
        // What is payable as soon as it is decided moves once.
        if day > target.at && to != stands {
            moves.push(transfer(target.id() + what, day, stands, to));
            stands = to;
        }
    }
    moves
}

/// The account in which an amount stands at an instant.
fn stands_at(at: Instant, progress: Progress) -> Account {
    let by_then = |time: Option<Instant>| time.is_some_and(|time| time <= at);
    if by_then(progress.payable_from) {
        Account::Payable
    } else if by_then(progress.decided) {
        Account::Approved
    } else {
        Account::Pending
    }
}
