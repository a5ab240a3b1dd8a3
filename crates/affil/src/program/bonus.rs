//! `[[bonuses]]`: what is paid beyond commissions.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, AmountText, DateText, Id, Metric, Period, Texts, is_default};

/// What kind of bonus it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BonusKind {
    /// Once for each of `steps` that the metric reaches in a period. A first-sale bonus is a milestone at one order
    /// in the period `lifetime`.
    Milestone,
    /// `amount` for every full `every` of the metric in a period, up to `ceiling`.
    Every,
    /// `amount` for every `times` periods in a row in which the metric reaches `reach`.
    Streak,
    /// `prizes` for the affiliates with the most of the metric in a period.
    Contest,
    /// A guarantee per click: what the commissions of a period fall short of `amount` for each touch of `kinds`.
    Epc,
    /// `amount` once, on the day `on`, such as a placement fee.
    Placement,
    /// `amount` at the beginning of every period.
    Retainer,
    /// An advance: in a month with less than `amount` earned, the difference is paid.
    Draw,
}

/// A step of a milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MilestoneStep {
    /// What the metric must reach.
    pub from: AmountText,
    /// What is paid once it does.
    pub amount: AmountText,
}

/// Who is ahead when two affiliates have the same total in a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContestTie {
    /// Whoever's last counted order came first; at one instant the smaller id.
    Earlier,
    /// They share the prizes of their places equally.
    Share,
}

/// What becomes of an advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DrawKind {
    /// It is taken back from what is earned above `amount` in later months.
    #[default]
    Recoverable,
    /// It is a guarantee, never taken back.
    NonRecoverable,
}

/// A bonus. Which keys it needs depends on its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bonus {
    /// The bonus's name.
    pub id: Id,
    /// What kind of bonus it is.
    pub kind: BonusKind,
    /// For which affiliates; without it for all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// What is counted (`milestone`, `every`, `streak`, `contest`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// Over which time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Lines with a commission under which rules count; without it under any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<Vec<Id>>,
    /// Orders (for `retainer` and `draw`, periods) from this day on, in the program's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
    /// The steps of a `milestone`, rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<MilestoneStep>,
    /// The increment of `every`, in units of the metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<AmountText>,
    /// What the metric must reach in each period of a `streak`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<AmountText>,
    /// How many periods in a row make a `streak`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How much is paid; for `epc`, per click, with as many places as needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// The most that `every` pays in a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<AmountText>,
    /// What the first, the second and further places of a `contest` win.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prizes: Vec<AmountText>,
    /// Who is ahead on a tie of a `contest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie: Option<ContestTie>,
    /// Which kinds of touch are clicks for `epc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Texts>,
    /// The day of a `placement`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<DateText>,
    /// What becomes of a `draw`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub draw: DrawKind,
    /// At the beginning of each of these periods what is owed of a `draw` is forgiven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgive: Option<Period>,
}
