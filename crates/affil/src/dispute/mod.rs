//! Disputes: what may be done in one, by whom and until when, what the claim is worth, and the facts that a decision wants.
//!
//! This module must never settle by itself, nor book: a decision asks for facts, and settling them is all that follows.

mod claim;
mod document;
mod fields;
mod opening;
mod replay;
mod step;
mod table;
mod terms;
mod wanted;

use serde::Serialize;

use crate::money::Money;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::time::Instant;

pub use claim::{ClaimValue, OtherChange, TargetChange};
pub use document::{
    Action, ActionKind, Actor, Claim, ClaimFacts, Decision, DisputeDocument, DisputeVersion, Event, Evidence, Outcome,
    RejectReason, State,
};
pub use table::{Cell, Next, Starts, cell, choices_of_silence, waits_for};
pub(crate) use terms::Terms;
pub use wanted::WantedFacts;

/// A dispute: where it stands, and everything that led there.
///
/// It can only be made by [`Plan::act`] and [`Plan::dispute`], so its actions have always led where it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    document: DisputeDocument,
    terms: Terms,
    claim: Claim,
    /// What would be owed if the claim were true.
    claimed: Money,
    /// When the last action was done.
    last: Instant,
    deadline: Option<Instant>,
}

/// A dispute after an action, and the facts that it wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acted {
    /// The dispute as it stands now.
    pub dispute: Dispute,
    /// What to add to the facts, if the action made a decision final that grants something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<WantedFacts>,
}

impl Acted {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Plan {
    /// What an action at the time `now` does to a dispute; without one, `open` makes one. A total function: every state,
    /// action, actor and time gives either the next state or the code of why not (`docs/disputes.md`).
    ///
    /// Errors: all that is wrong with the action (`dispute.*`). The dispute is then as it was.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "attribution": { "windows": { "click": "30d" } },
    /// #   "disputes": { "answer_within": "10bd", "evidence_within": "7d" },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// use affil::dispute::{Action, ActionKind, Actor, State};
    /// use affil::time::Instant;
    ///
    /// let open = Action::from_json(r#"{
    ///   "action": "open", "actor": "affiliate", "id": "d1", "amount": "80.00",
    ///   "claim": { "kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z" }
    /// }"#).unwrap();
    /// let opened = plan.act(None, &open, Instant::parse("2026-03-23T12:00:00Z").unwrap()).unwrap().dispute;
    /// // Ten business days after Monday, 23 March.
    /// assert_eq!(opened.deadline().unwrap().to_string(), "2026-04-06T22:00:00Z");
    ///
    /// let uphold = Action::new(ActionKind::Uphold, Actor::Merchant);
    /// let upheld = plan.act(Some(&opened), &uphold, Instant::parse("2026-03-25T12:00:00Z").unwrap()).unwrap();
    /// assert_eq!(upheld.dispute.state(), State::Upheld);
    /// ```
    pub fn act(&self, dispute: Option<&Dispute>, action: &Action, now: Instant) -> Result<Acted, Problems> {
        let dispute = step::step(self, dispute, action, now)?;
        let facts = dispute.wanted();
        Ok(Acted { dispute, facts })
    }
}

impl Dispute {
    /// Its id.
    pub fn id(&self) -> &str {
        self.document.id.as_str()
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.document.state
    }

    /// Who has to act; nobody, if it has ended or can be ended at any time.
    pub fn waits_for(&self) -> Option<Actor> {
        self.document.waits_for
    }

    /// The first instant at which that is too late, and at which the clock may act.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What is claimed.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// What would be owed if the claim were true, as was said when the dispute was opened.
    pub fn amount(&self) -> Money {
        self.claimed
    }

    /// What was decided, by the merchant and then by the mediator; the last one counts.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.document.outcomes
    }

    /// All that was done, in order.
    pub fn history(&self) -> &[Event] {
        &self.document.history
    }

    /// All that was brought to show that the claim is true, in order.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.document.history.iter().flat_map(|event| &event.action.evidence)
    }

    /// The dispute as a document.
    pub fn document(&self) -> &DisputeDocument {
        &self.document
    }

    /// The canonical JSON, for [`Plan::dispute`].
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.document).unwrap_or_default()
    }

    /// Moves on to a state, with its deadline.
    fn take(&mut self, state: State, deadline: Option<Instant>, now: Instant) {
        (self.last, self.deadline) = (now, deadline);
        self.document.state = state;
        self.document.deadline = deadline.map(step::text);
        // Without a deadline nobody is late, so nobody is waited for.
        self.document.waits_for = waits_for(state).filter(|_| deadline.is_some());
    }
}

impl Serialize for Dispute {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}

/// The word of a value that is a word in documents.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
