//! `[[tiers]]`: ladders that change a rate as an affiliate sells more.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, AmountText, FactorText, PercentText, is_default};
use crate::program::Id;

/// What is counted up the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The amounts of the lines paid under the ladder's rules, less what refunds take from them
    /// (if `refunds.tiers` says that they do).
    #[default]
    NetSales,
}

/// Over which time the metric is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierPeriod {
    /// The calendar month of the order in the program's zone.
    #[default]
    Month,
}

/// To which sales a step's rate applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TierMode {
    /// Only to the part of the sales above the step; a line that crosses a step is split over it.
    Marginal,
    /// To all sales of the period, from its beginning (retroactive).
    Whole,
}

/// One step of a ladder: exactly one of `percent`, `add` and `multiply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TierStep {
    /// Where the step begins; exactly on the threshold is on this step.
    pub from: AmountText,
    /// The rate on this step, in place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// Percentage points added to the rule's rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<PercentText>,
    /// A factor by which the rule's rate is multiplied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiply: Option<FactorText>,
}

/// A ladder. Below its first step the rule's own rate applies.
///
/// A line follows the first ladder in the document whose `when` matches its affiliate and whose `rules` name
/// the rule that pays it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tier {
    /// The ladder's name.
    pub id: Id,
    /// Whose sales follow this ladder; without it everybody's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// The percent rules that the ladder changes, and whose sales it counts; without it, all percent rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Id>>,
    /// What is counted.
    #[serde(default)]
    pub metric: Metric,
    /// Over which time.
    #[serde(default)]
    pub period: TierPeriod,
    /// To which sales a step's rate applies.
    pub mode: TierMode,
    /// The steps, rising.
    pub steps: Vec<TierStep>,
}
