//! Program documents: who earns what, as written by people.
//!
//! This module must never compute a commission; it only holds what was written. `plan` gives it meaning.

mod attribution;
mod bonus;
mod calendar;
mod cap;
mod disputes;
mod lifecycle;
mod payouts;
mod refunds;
mod rule;
mod text;
mod tier;
mod when;

use serde::{Deserialize, Serialize};

use crate::money::{RoundMode, SplitRule};
use crate::problem::Problems;
use crate::shape;

pub use attribution::{
    AssistTo, Assists, Attribution, Bond, BondWins, CartAdd, Fallback, LinearPer, Model, Position, PositionShape,
    PositionShares, RestTo, SelfReferral, SubscriptionCredit, Ties, TouchExclusion, TouchTerms, WindowEnd,
};
pub use bonus::{Bonus, BonusKind, ContestTie, DrawKind, MilestoneStep};
pub use calendar::{Calendar, Period, Weekday};
pub use cap::{Cap, CapPer, CapShare};
pub use disputes::{
    AffiliateSilence, DisputeKind, Disputes, EvidenceKind, EvidenceNeeded, MediatorSilence, MerchantSilence, Silence,
};
pub use lifecycle::{Hold, Lifecycle, Lock, Unreviewed};
pub use payouts::{Fee, FeePayer, PayoutTerms, Reserve, Vat, VatTreatment};
pub use refunds::{RefundEffect, RefundExcess, Refunds};
pub use rule::{
    Conflict, DatedBy, Deal, Exclusion, Flat, FlatPer, LinePart, Override, OverrideOf, Party, Pay, Recurring, Rule,
    Taper,
};
pub use text::{
    AmountText, CurrencyText, DateText, DeadlineText, FactorText, Id, PercentText, TermText, Texts, WindowText,
    ZoneText,
};
pub use tier::{Demotion, Metric, Tier, TierMode, TierStep};
pub use when::{
    AffiliateWhen, AmountTest, CountTest, CustomerWhen, DateTest, LineWhen, OrderWhen, TextTest, TouchWhen, When,
};

/// The version of the document format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SchemaVersion {
    /// The first version.
    #[default]
    #[serde(rename = "affil/1")]
    V1,
}

/// Where the one rounding happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundAt {
    /// Each line's commission to an affiliate is rounded.
    #[default]
    Line,
    /// The sum of an order's commissions to an affiliate is rounded; the lines carry running differences.
    Order,
    /// The sum of an affiliate's commissions of a month is rounded; the lines carry running differences.
    Statement,
}

/// Where and how amounts become whole minor units: once, at the named point; before it everything is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Round {
    /// The point at which rounding happens.
    pub at: RoundAt,
    /// The rounding mode.
    pub mode: RoundMode,
    /// Where the odd units go when an amount is divided among several.
    #[serde(skip_serializing_if = "is_default")]
    pub split: SplitRule,
}

/// The exchange rate for an order in another currency than the program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// The quote of the order's day in the program's zone.
    #[default]
    OrderDay,
    /// The mean of the quotes of the order's month.
    MonthAverage,
}

/// What the linter may assume about the business; nothing is computed from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Assume {
    /// What remains of a sale after the cost of the goods, as a percentage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<PercentText>,
    /// The discount that an affiliate's coupon gives, as a percentage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<PercentText>,
}

/// What happens when a fact names an affiliate that no affiliate fact introduces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnknownAffiliate {
    /// It is an error (`affiliate.unknown`).
    #[default]
    Refuse,
    /// The affiliate is taken as active and in no group.
    Accept,
}

/// An affiliate program: attribution, rules, tiers and caps, as one document.
///
/// ```
/// let program = affil::Program::from_toml(r#"
///     schema = "affil/1"
///     currency = "EUR"
///     zone = "Europe/Berlin"
///     attribution.windows.click = "30d"
///
///     [[rules]]
///     id = "everything"
///     pay.percent = "10"
/// "#).unwrap();
/// assert_eq!(program.rules[0].id.as_str(), "everything");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Program {
    /// The version of the document format, `affil/1`.
    pub schema: SchemaVersion,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The currency in which commissions are owed (ISO 4217).
    pub currency: CurrencyText,
    /// The IANA time zone in which days and months begin, such as `Europe/Berlin`.
    pub zone: ZoneText,
    /// Where weeks and years begin.
    #[serde(default, skip_serializing_if = "is_default")]
    pub calendar: Calendar,
    /// Where and how amounts are rounded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub round: Round,
    /// The exchange rate for orders in other currencies.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exchange: Exchange,
    /// What to do with an affiliate that no fact introduces.
    #[serde(default, skip_serializing_if = "is_default")]
    pub unknown_affiliates: UnknownAffiliate,
    /// Which touch an order is credited to.
    pub attribution: Attribution,
    /// Lines that never pay, whatever the rules say; looked at before the rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<Exclusion>,
    /// Which of several matching rules pays. Needed as soon as two rules compete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// The commission rules, in order.
    pub rules: Vec<Rule>,
    /// Terms agreed with some affiliates in place of a rule's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deals: Vec<Deal>,
    /// Commissions for those who recruited the affiliate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Ladders that change the rate as an affiliate sells more in a period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Upper limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// What is paid beyond commissions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bonuses: Vec<Bonus>,
    /// What refunds do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunds: Refunds,
    /// From the order to the day on which its commissions may be paid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lifecycle: Lifecycle,
    /// How disputes go; without it, none can be opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disputes: Option<Disputes>,
    /// When and how affiliates are paid, by the first terms that match; an affiliate without any is not paid out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payouts: Vec<PayoutTerms>,
    /// What the linter may assume.
    #[serde(default, skip_serializing_if = "is_default")]
    pub assume: Assume,
}

impl Program {
    /// Reads a program written in JSON; all problems at once, with line and column.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        shape::program_from(text, shape::Format::Json)
    }

    /// Reads a program written in TOML; all problems at once, with line and column.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        shape::program_from(text, shape::Format::Toml)
    }

    /// Reads TOML or JSON: a document that starts with `{` is JSON.
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        shape::program_from(text, shape::Format::of(text))
    }

    /// The canonical JSON: TOML or JSON, the order of keys and spelt-out defaults make no difference.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
