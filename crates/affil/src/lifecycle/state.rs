//! The state of an amount at the end of the facts.

use serde::{Deserialize, Serialize};

use super::payable::Progress;
use crate::time::Instant;

/// How far an amount has come at the end of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is decided about its line yet.
    Pending,
    /// It is owed, but not yet payable.
    Approved,
    /// It may be paid.
    Payable,
    /// It was payable when the affiliate was last paid.
    Paid,
    /// A review says that its line is not paid for now.
    OnHold,
    /// Refunds took back all of it.
    Reversed,
}

impl State {
    /// The word for it in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Payable => "payable",
            Self::Paid => "paid",
            Self::OnHold => "on_hold",
            Self::Reversed => "reversed",
        }
    }

    /// The first that applies; `reversed` says whether refunds took back all of it, and `paid` when the affiliate was
    /// last paid.
    pub(crate) fn of(progress: Progress, reversed: bool, end: Option<Instant>, paid: Option<Instant>) -> Self {
        let by = |limit: Option<Instant>| progress.payable_from.zip(limit).is_some_and(|(from, limit)| from <= limit);
        if reversed {
            Self::Reversed
        } else if progress.held {
            Self::OnHold
        } else if progress.decided.is_none() {
            Self::Pending
        } else if !by(end) {
            Self::Approved
        } else if by(paid) {
            Self::Paid
        } else {
            Self::Payable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_state_that_applies_is_told() {
        let at = |day: &str| Some(Instant::parse(&format!("2026-03-{day}T00:00:00Z")).unwrap());
        let of = |decided, payable_from, held| Progress { decided, payable_from, held };
        let held = of(at("01"), None, true);
        assert_eq!(State::of(held, true, at("31"), at("31")), State::Reversed);
        assert_eq!(State::of(held, false, at("31"), at("31")), State::OnHold);
        assert_eq!(State::of(of(None, None, true), false, at("31"), None), State::OnHold);
        assert_eq!(State::of(of(None, None, false), false, at("31"), at("31")), State::Pending);
        let owed = of(at("01"), at("20"), false);
        assert_eq!(State::of(owed, false, at("19"), None), State::Approved);
        assert_eq!(State::of(owed, false, at("20"), None), State::Payable);
        assert_eq!(State::of(owed, false, at("31"), at("19")), State::Payable);
        assert_eq!(State::of(owed, false, at("31"), at("20")), State::Paid);
        assert_eq!(State::of(owed, false, None, None), State::Approved);
    }
}
