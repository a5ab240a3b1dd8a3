//! Why a line was declined, and what would have undone it.
//!
//! This module must never decide anything; it tells what reviews and the lock decided.

use super::why_not::{Finding, about};
use crate::facts::{Order, Review, ReviewReason};
use crate::lifecycle::Verdict;
use crate::plan::Plan;
use crate::rate::Unawarded;
use crate::settle::Run;

/// The finding about a line that earns nothing whatever the rules say.
pub(super) fn declined(plan: &Plan, run: &Run<'_>, unpaid: &Unawarded) -> Option<Finding> {
    let (facts, reviews) = (run.batch.facts, &run.batch.reviews);
    let order = (unpaid.order, run.batch.order(unpaid.order)?);
    let Verdict::Declined(by) = reviews.verdict(plan, facts, order, unpaid.line) else { return None };
    if let Some(index) = by {
        return Some(by_review(plan, run, (unpaid, order), facts.reviews.rows.get(index)?));
    }
    let lock = reviews.lock(plan, order, unpaid.line)?;
    Some(Finding {
        text: format!("nobody reviewed it before it locked at {lock}, and such a line is declined"),
        change: Some("an `approve` before that would undo it".to_owned()),
        program: Some("/lifecycle/unreviewed".to_owned()),
        ..about(run, unpaid)
    })
}

fn by_review(plan: &Plan, run: &Run<'_>, (unpaid, order): (&Unawarded, (usize, &Order)), review: &Review) -> Finding {
    let facts = run.batch.facts;
    let id = facts.text(review.id);
    let reason = review.reason.map(|reason| format!(": {}", words(reason))).unwrap_or_default();
    let note = if review.note.is_none() { String::new() } else { format!(" (\"{}\")", facts.text(review.note)) };
    let change = match run.batch.reviews.lock(plan, order, unpaid.line) {
        Some(lock) if review.at < lock => format!("an `approve` after it and before the lock at {lock} would undo it"),
        Some(_) => "an `approve` after it that names a dispute would undo it".to_owned(),
        None => "an `approve` after it would undo it".to_owned(),
    };
    Finding {
        review: Some(id.to_owned()),
        text: format!("review {id} declined it on {}{reason}{note}", plan.zone.date(review.at)),
        change: Some(change),
        ..about(run, unpaid)
    }
}

/// What a reason says, for people.
fn words(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::Returned => "the goods came back",
        ReviewReason::Cancelled => "the order was cancelled",
        ReviewReason::NotPaid => "the customer did not pay",
        ReviewReason::OutOfStock => "the goods could not be delivered",
        ReviewReason::Fraud => "fraud",
        ReviewReason::Duplicate => "the order stands there twice",
        ReviewReason::TestOrder => "the order was a test",
        ReviewReason::TermsViolated => "the affiliate broke the terms of the program",
        ReviewReason::SelfPurchase => "the affiliate bought for itself",
        ReviewReason::NotAttributable => "the order does not belong to the affiliate",
        ReviewReason::WrongAmount => "the amount is not what was sold",
        ReviewReason::Other => "another reason",
    }
}
