//! `[disputes]`: what affiliates may dispute, until when who must act, and what silence means.

use serde::{Deserialize, Serialize};

use super::{DateText, DeadlineText, Weekday, is_default};

/// What a dispute is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DisputeKind {
    /// A touch or an order that the facts do not have.
    Untracked,
    /// A touch, an order or a refund that the facts have with wrong content.
    Incorrect,
    /// An order that was declined.
    Declined,
    /// An order that was credited to somebody else.
    Misattributed,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The shop's confirmation of the order.
    OrderConfirmation,
    /// The invoice or receipt.
    Invoice,
    /// A proof of payment.
    PaymentProof,
    /// A log of clicks, views or redirects.
    ClickLog,
    /// A picture of a page or a screen.
    Screenshot,
    /// A copy of the coupon and of where it was published.
    CouponCopy,
    /// What the customer says.
    CustomerStatement,
    /// Letters, mails, chats.
    Correspondence,
    /// What was agreed: a contract, an insertion order, terms.
    Agreement,
    /// Anything else.
    Other,
}

/// What it means if the merchant does not answer in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MerchantSilence {
    /// The claim is upheld.
    #[default]
    Uphold,
    /// The claim is rejected, without a reason.
    Reject,
    /// The dispute ends without a decision.
    Expire,
}

/// What it means if the affiliate does not bring the evidence that it was asked for in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AffiliateSilence {
    /// The merchant decides by what there is.
    #[default]
    Decide,
    /// The claim is rejected, without a reason.
    Reject,
    /// The dispute ends without a decision.
    Expire,
}

/// What it means if the mediator does not decide in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediatorSilence {
    /// The first decision stands.
    #[default]
    Stand,
    /// The claim is upheld.
    Uphold,
}

/// What silence means, by who is silent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Silence {
    /// The merchant does not answer within `answer_within`.
    pub merchant: MerchantSilence,
    /// The affiliate does not bring evidence within `evidence_within`.
    pub affiliate: AffiliateSilence,
    /// The mediator does not decide within `mediate_within`; only with `instances = 2`.
    #[serde(skip_serializing_if = "is_default")]
    pub mediator: MediatorSilence,
}

/// The kinds of evidence without which a dispute cannot be opened, by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct EvidenceNeeded {
    /// For what was not tracked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untracked: Vec<EvidenceKind>,
    /// For what has wrong content.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub incorrect: Vec<EvidenceKind>,
    /// For what was declined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<EvidenceKind>,
    /// For what was credited to somebody else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub misattributed: Vec<EvidenceKind>,
}

impl EvidenceNeeded {
    /// What a dispute of this kind needs.
    pub fn of(&self, kind: DisputeKind) -> &[EvidenceKind] {
        match kind {
            DisputeKind::Untracked => &self.untracked,
            DisputeKind::Incorrect => &self.incorrect,
            DisputeKind::Declined => &self.declined,
            DisputeKind::Misattributed => &self.misattributed,
        }
    }
}

/// How disputes go; `docs/disputes.md` says it all. Lengths are calendar spans (`"30d"`) or business days (`"10bd"`).
///
/// ```
/// let program = affil::Program::from_toml(r#"
///     schema = "affil/1"
///     currency = "EUR"
///     zone = "Europe/Berlin"
///     rules = [{ id = "all", pay.percent = "10" }]
///     [attribution]
///     windows.click = "30d"
///     [disputes]
///     open_within = "75d"
///     answer_within = "10bd"
///     evidence_within = "7d"
///     holidays = ["2026-12-25"]
/// "#).unwrap();
/// assert_eq!(program.disputes.unwrap().instances, 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Disputes {
    /// How long after the order (or after it was declined) a dispute may be opened; without it, at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_within: Option<DeadlineText>,
    /// How long the merchant has to decide.
    pub answer_within: DeadlineText,
    /// How long the affiliate has to bring evidence once it was asked for.
    pub evidence_within: DeadlineText,
    /// How many instances decide: 1, the merchant; 2, then a mediator.
    #[serde(default = "one")]
    pub instances: u32,
    /// How long the affiliate may appeal; only and always with `instances = 2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appeal_within: Option<DeadlineText>,
    /// How long the mediator has to decide; only and always with `instances = 2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mediate_within: Option<DeadlineText>,
    /// What silence means.
    #[serde(default, skip_serializing_if = "is_default")]
    pub silence: Silence,
    /// The evidence that is needed to open a dispute.
    #[serde(default, skip_serializing_if = "is_default")]
    pub evidence: EvidenceNeeded,
    /// The days of the week that are no business days.
    #[serde(default = "saturday_and_sunday")]
    pub weekend: Vec<Weekday>,
    /// Days that are no business days either.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<DateText>,
}

fn one() -> u32 {
    1
}

fn saturday_and_sunday() -> Vec<Weekday> {
    vec![Weekday::Saturday, Weekday::Sunday]
}
