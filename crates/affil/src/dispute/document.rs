//! Disputes and the actions in them as documents.
//!
//! This module must never know what may follow what: that is the table's.

use serde::{Deserialize, Serialize};

use crate::facts::{OrderFact, RefundFact, TimeText, TouchFact};
use crate::program::{AmountText, CurrencyText, DisputeKind, Disputes, EvidenceKind, Id};

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $of:literal])+ $variant:ident $word:literal)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $of])+ $variant),* }

        impl $name {
            /// Every one, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word for it in documents.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }
    };
}

words! {
    /// Who acts.
    Actor {
        /// Who claims.
        Affiliate "affiliate"
        /// Who owes, and decides first.
        Merchant "merchant"
        /// Who decides what was appealed.
        Mediator "mediator"
        /// Nobody: a deadline has passed. Whoever runs the program lets the clock act.
        Clock "clock"
    }
}

words! {
    /// Where a dispute stands.
    State {
        /// Nobody has looked at it yet.
        Open "open"
        /// The merchant looks at it.
        InReview "in_review"
        /// The merchant has asked for evidence.
        AwaitingEvidence "awaiting_evidence"
        /// All of the claim was found to be true.
        Upheld "upheld"
        /// A part of the claim was granted.
        PartlyUpheld "partly_upheld"
        /// Nothing of the claim was granted.
        Rejected "rejected"
        /// The affiliate has appealed; the mediator looks at it.
        Appealed "appealed"
        /// Decided for good.
        Final "final"
        /// Taken back by the affiliate.
        Withdrawn "withdrawn"
        /// Ended by silence, without a decision.
        Expired "expired"
    }
}

words! {
    /// What somebody does in a dispute.
    ActionKind {
        /// Opens it.
        Open "open"
        /// Begins to look at it.
        Take "take"
        /// Asks for evidence.
        Ask "ask"
        /// Brings evidence.
        Submit "submit"
        /// Finds all of the claim to be true.
        Uphold "uphold"
        /// Grants a part of it.
        UpholdPartly "uphold_partly"
        /// Grants nothing of it.
        Reject "reject"
        /// Takes a decision as it is.
        Accept "accept"
        /// Takes a decision to the mediator.
        Appeal "appeal"
        /// Takes the claim back.
        Withdraw "withdraw"
        /// Says that a deadline has passed.
        Expire "expire"
    }
}

words! {
    /// Why a claim is rejected.
    RejectReason {
        /// There is no such order.
        OrderUnknown "order_unknown"
        /// The order is credited to this affiliate already, with the right amount.
        AlreadyCredited "already_credited"
        /// The program credits the order to another affiliate or channel.
        CreditedElsewhere "credited_elsewhere"
        /// The program credits the order to whoever gave the coupon that was used.
        CouponElsewhere "coupon_elsewhere"
        /// The touch was too early, or too late, to count.
        OutsideWindow "outside_window"
        /// The program pays nothing for this product, customer or country.
        Excluded "excluded"
        /// The amount is what the program pays.
        AmountRight "amount_right"
        /// The customer gave it back.
        Returned "returned"
        /// The order was cancelled.
        Cancelled "cancelled"
        /// The customer did not pay.
        NotPaid "not_paid"
        /// It could not be delivered.
        OutOfStock "out_of_stock"
        /// The order exists twice, and was paid once.
        Duplicate "duplicate"
        /// The order was a test.
        TestOrder "test_order"
        /// The order was fraudulent.
        Fraud "fraud"
        /// The affiliate bought for itself.
        SelfPurchase "self_purchase"
        /// The affiliate broke the program's terms.
        TermsViolated "terms_violated"
        /// What was brought does not show that the claim is true.
        EvidenceInsufficient "evidence_insufficient"
        /// Anything else; the note says what.
        Other "other"
    }
}

words! {
    /// What was decided.
    Decision {
        /// All of the claim.
        Upheld "upheld"
        /// A part of it.
        PartlyUpheld "partly_upheld"
        /// Nothing of it.
        Rejected "rejected"
    }
}

/// The facts that would be there if a claim were true.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ClaimFacts {
    /// Touches that are missing, or that replace wrong ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub touches: Vec<TouchFact>,
    /// Orders that are missing, or that replace wrong ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderFact>,
    /// Refunds that replace wrong ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundFact>,
}

impl ClaimFacts {
    pub(super) fn is_empty(&self) -> bool {
        self.touches.is_empty() && self.orders.is_empty() && self.refunds.is_empty()
    }
}

/// What an affiliate claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Claim {
    /// What it is about.
    pub kind: DisputeKind,
    /// Who claims.
    pub affiliate: Id,
    /// The order it is about.
    pub order: Id,
    /// The line of the order; without it, the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// When the order was placed; of `declined`, when it was declined. `disputes.open_within` begins then.
    pub at: TimeText,
    /// What would be true; nothing for `declined`.
    #[serde(default, skip_serializing_if = "ClaimFacts::is_empty")]
    pub facts: ClaimFacts,
}

/// Something that shows that a claim is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// Where it is: a file name, an address, a number.
    pub reference: Id,
    /// The SHA-256 of it, 64 hexadecimal digits in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// Something done in a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Action {
    /// What is done.
    pub action: ActionKind,
    /// By whom.
    pub actor: Actor,
    /// The dispute's id; only and always with `open`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// What is claimed; only and always with `open`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// With `open`, what would be owed if the claim were true (see `claim`); with `uphold_partly`, what is granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// Why; only and always with `reject`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// What shows that the claim is true; with `open`, and always with `submit`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// A word to the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Action {
    /// An action without anything that only some actions have.
    ///
    /// ```
    /// use affil::dispute::{Action, ActionKind, Actor};
    /// let grant = Action { amount: Some("5.00".into()), ..Action::new(ActionKind::UpholdPartly, Actor::Merchant) };
    /// assert_eq!(grant.to_json(), r#"{"action":"uphold_partly","actor":"merchant","amount":"5.00"}"#);
    /// ```
    pub fn new(action: ActionKind, actor: Actor) -> Self {
        Self { action, actor, id: None, claim: None, amount: None, reason: None, evidence: Vec::new(), note: None }
    }

    /// The canonical JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An action, and when it was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// When.
    pub at: TimeText,
    /// What, and by whom.
    #[serde(flatten)]
    pub action: Action,
}

/// A decision, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// What was decided.
    pub decision: Decision,
    /// What was granted, if only a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// Why nothing was granted; silence has no reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// Who decided; the clock, where silence did.
    pub by: Actor,
    /// When.
    pub at: TimeText,
}

/// The version of the format of dispute documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DisputeVersion {
    /// The first version.
    #[default]
    #[serde(rename = "affil/dispute/1")]
    V1,
}

/// A dispute: all that was done in it, and where that led. Only [`Plan::act`](crate::Plan::act) writes one, and
/// [`Plan::dispute`](crate::Plan::dispute) refuses one whose actions lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisputeDocument {
    /// The version of the document format, `affil/dispute/1`.
    pub schema: DisputeVersion,
    /// The dispute's id.
    pub id: Id,
    /// Where it stands.
    pub state: State,
    /// Who has to act; nobody, if it has ended or can be ended at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Actor>,
    /// By when; from this instant on only the clock acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<TimeText>,
    /// The currency of all amounts.
    pub currency: CurrencyText,
    /// What was decided, by the merchant and then by the mediator; the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<Outcome>,
    /// The program's `disputes` when it was opened, by which it goes on.
    pub terms: Disputes,
    /// All that was done, in order; the first opens it.
    pub history: Vec<Event>,
}
