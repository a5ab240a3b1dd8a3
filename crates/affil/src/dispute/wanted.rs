//! The facts that a final decision wants: what to add, so that settling again pays what was decided.
//!
//! This module must never know an amount but the one that was granted.

use serde::Serialize;

use super::{Decision, Dispute, State, step};
use crate::facts::{
    AdjustmentFact, FactsDocument, OrderFact, RefundFact, ReviewDecision, ReviewFact, TimeText, TouchFact,
};
use crate::program::{DisputeKind, Id};

/// Facts to add: a facts document with only the tables that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WantedFacts {
    /// Touches that were missing or wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<TouchFact>,
    /// Orders that were missing or wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderFact>,
    /// Refunds that were wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundFact>,
    /// What was granted in part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<AdjustmentFact>,
    /// The approval of what was declined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<ReviewFact>,
}

impl WantedFacts {
    /// The canonical JSON, for [`Facts::add_json`](crate::Facts::add_json).
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As a facts document, for [`Facts::add_document`](crate::Facts::add_document).
    pub fn to_document(&self) -> FactsDocument {
        let Self { touches, orders, refunds, adjustments, reviews } = self.clone();
        FactsDocument { touches, orders, refunds, adjustments, reviews, ..FactsDocument::default() }
    }
}

impl Dispute {
    /// What to add to the facts; nothing before the end, and nothing if nothing was granted.
    ///
    /// All of a claim: the facts that it claims, known from the instant of the end on (of a declined order, an
    /// approval). A part of it: an adjustment at that instant. Ids begin with `dispute:`, so adding them twice changes
    /// nothing.
    pub fn wanted(&self) -> Option<WantedFacts> {
        let outcome = self.outcomes().last().filter(|_| self.state() == State::Final)?;
        match (outcome.decision, &outcome.amount) {
            (Decision::Upheld, _) => Some(self.upheld()),
            (Decision::PartlyUpheld, Some(amount)) => {
                let adjustment = AdjustmentFact {
                    id: self.fact_id(),
                    at: step::text(self.last),
                    affiliate: self.claim.affiliate.clone(),
                    amount: amount.clone(),
                    reason: format!("a part of what dispute {} claims", self.id()),
                    known: None,
                    replaces: None,
                };
                Some(WantedFacts { adjustments: vec![adjustment], ..WantedFacts::default() })
            }
            _ => None,
        }
    }

    fn upheld(&self) -> WantedFacts {
        if self.claim.kind == DisputeKind::Declined {
            let review = approval(self.fact_id(), step::text(self.last), self);
            return WantedFacts { reviews: vec![review], ..WantedFacts::default() };
        }
        let known = || Some(step::text(self.last));
        let facts = self.claim.facts.clone();
        WantedFacts {
            touches: facts.touches.into_iter().map(|fact| TouchFact { known: known(), ..fact }).collect(),
            orders: facts.orders.into_iter().map(|fact| OrderFact { known: known(), ..fact }).collect(),
            refunds: facts.refunds.into_iter().map(|fact| RefundFact { known: known(), ..fact }).collect(),
            ..WantedFacts::default()
        }
    }

    fn fact_id(&self) -> Id {
        Id(format!("dispute:{}", self.id()))
    }
}

fn approval(id: Id, at: TimeText, dispute: &Dispute) -> ReviewFact {
    ReviewFact {
        id,
        at,
        orders: vec![dispute.claim.order.clone()],
        line: dispute.claim.line.clone(),
        decision: ReviewDecision::Approve,
        reason: None,
        note: None,
        dispute: Some(dispute.document.id.clone()),
        known: None,
        replaces: None,
    }
}
