//! `[[tiers]]`: ladders that change a rate as an affiliate sells more.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, AmountText, DateText, FactorText, PercentText, Period, WindowText, is_default};
use crate::program::Id;

/// What is counted up a ladder, or for a bonus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The amounts on which commissions were paid.
    #[default]
    NetSales,
    /// Orders.
    Orders,
    /// Units: the quantities of the lines.
    Units,
    /// Orders that were their customer's first.
    NewCustomers,
    /// Different customers who ordered in the period.
    ActiveCustomers,
    /// Commissions before rounding and caps.
    Commission,
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
    /// To every line after the one that reached the step.
    Forward,
    /// To all sales of the period, at a rate that rises evenly from each step's to the next one's.
    Interpolated,
}

/// What is kept of a step at the end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Demotion {
    /// Nothing: each period begins below the first step.
    #[default]
    ToBottom,
    /// The step reached, or one step less than held, whichever is higher, is held for the next period.
    OneStep,
    /// A step once reached is held for ever.
    Never,
}

/// One step of a ladder: exactly one of `percent`, `add` and `multiply`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TierStep {
    /// Where the step begins, in units of the metric; exactly on the threshold is on this step.
    pub from: AmountText,
    /// Where it ends; only to be checked against where the next one begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AmountText>,
    /// The rate on this step, in place of the rule's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// Percentage points added to the rule's rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<PercentText>,
    /// A factor by which the rule's rate (or flat amount) is multiplied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiply: Option<FactorText>,
    /// In the modes `marginal` and `forward`: reaching this step lifts everything sold before it in the period to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retroactive: bool,
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
    /// The rules that the ladder changes; without it, all percent rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Id>>,
    /// The rules whose lines are counted; without it, the lines that follow the ladder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<Id>>,
    /// What is counted.
    #[serde(default)]
    pub metric: Metric,
    /// Over which time: of the period into which the order falls, in the program's zone.
    #[serde(default)]
    pub period: Period,
    /// Over the time before each order instead, such as `"30d"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rolling: Option<WindowText>,
    /// Orders from this day on follow the ladder, in the program's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Orders before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
    /// To which sales a step's rate applies.
    pub mode: TierMode,
    /// What is kept of a step at the end of a period.
    #[serde(default, skip_serializing_if = "is_default")]
    pub demotion: Demotion,
    /// The steps, rising.
    pub steps: Vec<TierStep>,
}
