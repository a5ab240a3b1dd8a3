//! Reviews: what the merchant decided about the lines of orders.
//!
//! This module must never know when a decision still counts.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::push::{Differs, named_list};
use super::read::{instant, keep, stamp};
use super::table::Stretch;
use super::{Facts, Stamp, Sym, TimeText};
use crate::problem::{Code, Problem, Problems};
use crate::program::Id;
use crate::time::Instant;

/// What a review says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// The lines are as they should be.
    Approve,
    /// The lines earn nothing.
    Decline,
    /// What the lines earned is not paid for now.
    Hold,
    /// What the lines earned may be paid again.
    Release,
    /// The lines lock later, by the program's extension.
    Extend,
}

/// Why a review says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// The goods came back.
    Returned,
    /// The customer or the shop cancelled the order.
    Cancelled,
    /// The customer did not pay.
    NotPaid,
    /// The goods could not be delivered.
    OutOfStock,
    /// The order is fraud, or is suspected to be.
    Fraud,
    /// The order stands there twice.
    Duplicate,
    /// The order was a test.
    TestOrder,
    /// The affiliate broke the terms of the program.
    TermsViolated,
    /// The affiliate bought for itself.
    SelfPurchase,
    /// The order does not belong to the affiliate.
    NotAttributable,
    /// The amount is not what was sold.
    WrongAmount,
    /// Anything else; the note says what.
    Other,
}

/// What the merchant decided about some orders, or about one line of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Review"))]
pub struct ReviewFact {
    /// The review's id.
    pub id: Id,
    /// When it was decided.
    pub at: TimeText,
    /// The orders it is about, at least one.
    pub orders: Vec<Id>,
    /// The only line it is about; then there is one order. Without it, all lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// What was decided.
    pub decision: ReviewDecision,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ReviewReason>,
    /// Anything else to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The dispute that was decided by it; such a review may come after the lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispute: Option<Id>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
    /// The review that it corrects: that one is as if it had never been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id>,
}

/// A review; see [`ReviewFact`].
#[derive(Debug, Clone, Copy)]
pub struct ReviewRow<'a> {
    /// The review's id.
    pub id: &'a str,
    /// When it was decided.
    pub at: Instant,
    /// The orders it is about, at least one; which comes first does not matter.
    pub orders: &'a [&'a str],
    /// The only line it is about.
    pub line: Option<&'a str>,
    /// What was decided.
    pub decision: ReviewDecision,
    /// Why.
    pub reason: Option<ReviewReason>,
    /// Anything else to say about it.
    pub note: Option<&'a str>,
    /// The dispute that was decided by it.
    pub dispute: Option<&'a str>,
    /// When it became known, and what it corrects.
    pub stamp: Stamp<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Review {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    /// In the list of groups, each once.
    pub(crate) orders: Stretch,
    pub(crate) line: Sym,
    pub(crate) decision: ReviewDecision,
    pub(crate) reason: Option<ReviewReason>,
    pub(crate) note: Sym,
    pub(crate) dispute: Sym,
    pub(crate) row: u32,
}

impl Facts {
    /// Adds a review. The same again changes nothing; another one with this id is refused.
    ///
    /// ```
    /// use affil::{Facts, ReviewDecision, ReviewRow, Stamp, time::Instant};
    /// let review = ReviewRow {
    ///     id: "r", at: Instant::MIN, orders: &["A", "B"], line: None, decision: ReviewDecision::Decline,
    ///     reason: None, note: None, dispute: None, stamp: Stamp::default(),
    /// };
    /// let mut facts = Facts::new();
    /// facts.push_review(&review).unwrap();
    /// facts.push_review(&ReviewRow { orders: &["B", "A"], ..review }).unwrap();
    /// let problem = facts.push_review(&ReviewRow { orders: &["A"], ..review }).unwrap_err();
    /// assert_eq!((problem.code().as_str(), problem.path().as_str()), ("fact.conflict", "/reviews/2/orders"));
    /// ```
    pub fn push_review(&mut self, row: &ReviewRow<'_>) -> Result<(), Problem> {
        let number = self.reviews.next_row();
        let id = self.identify("reviews", number, row.id)?;
        let (line, dispute) = (row.line.unwrap_or("none"), row.dispute.unwrap_or("none"));
        Self::named("reviews", number, &[("line", line), ("dispute", dispute)])?;
        named_list("reviews", number, "orders", row.orders)?;
        if row.orders.is_empty() {
            let path = Self::path("reviews", number).key("orders");
            let hint = "name the order that it is about, or several";
            return Err(Problem::new(Code::DocumentEmpty, path, "a review of no order", hint));
        }
        let stamp = self.stamped("reviews", number, row.at, row.stamp)?;
        let names = Arc::make_mut(&mut self.names);
        let orders = names.intern_set(row.orders);
        let review = Review {
            at: row.at,
            id,
            orders: Stretch::default(),
            line: names.intern_option(row.line),
            decision: row.decision,
            reason: row.reason,
            note: names.intern_option(row.note),
            dispute: names.intern_option(row.dispute),
            row: number,
        };
        if let Some((known, was)) = self.reviews.find_stamped(id) {
            let differs: &Differs<'_> = &[
                ("at", known.at != review.at),
                ("orders", known.orders.of(&self.groups) != orders),
                ("line", known.line != review.line),
                ("decision", known.decision != review.decision),
                ("reason", known.reason != review.reason),
                ("note", known.note != review.note),
                ("dispute", known.dispute != review.dispute),
                ("known", was.known != stamp.known),
                ("replaces", was.replaces != stamp.replaces),
            ];
            return Self::same("reviews", number, row.id, differs);
        }
        let orders = self.store_set(orders);
        self.reviews.insert(id, Review { orders, ..review }, stamp);
        Ok(())
    }

    pub(super) fn push_review_fact(&mut self, fact: &ReviewFact, problems: &mut Problems) {
        let path = Self::path("reviews", self.reviews.given);
        let at = instant(&fact.at.0, &path, problems);
        let stamp = stamp(fact.known.as_ref(), fact.replaces.as_ref(), &path, problems);
        let (Some(at), Some(stamp)) = (at, stamp) else {
            self.reviews.next_row();
            return;
        };
        let orders: Vec<&str> = fact.orders.iter().map(Id::as_str).collect();
        let row = ReviewRow {
            id: fact.id.as_str(),
            at,
            orders: &orders,
            line: fact.line.as_ref().map(Id::as_str),
            decision: fact.decision,
            reason: fact.reason,
            note: fact.note.as_deref(),
            dispute: fact.dispute.as_ref().map(Id::as_str),
            stamp,
        };
        keep(problems, self.push_review(&row));
    }
}
