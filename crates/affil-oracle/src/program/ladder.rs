//! `tiers`, `caps` and `bonuses` of a program document.
//!
//! Must never know a fact.

use super::{AffiliateWhen, Dates, Period, Texts};
use crate::exact::Number;
use crate::time::{Day, Window};
use serde::Deserialize;

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Metric {
    #[default]
    NetSales,
    Orders,
    Units,
    NewCustomers,
    ActiveCustomers,
    Commission,
}

#[derive(Deserialize)]
pub(crate) struct Tier {
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(default)]
    pub(crate) rules: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) counts: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) metric: Metric,
    #[serde(default)]
    pub(crate) period: Period,
    #[serde(default)]
    pub(crate) rolling: Option<Window>,
    #[serde(flatten)]
    pub(crate) dates: Dates,
    pub(crate) mode: TierMode,
    #[serde(default)]
    pub(crate) demotion: Demotion,
    pub(crate) steps: Vec<Step>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TierMode {
    Marginal,
    Whole,
    Forward,
    Interpolated,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Demotion {
    #[default]
    ToBottom,
    OneStep,
    Never,
}

#[derive(Deserialize)]
pub(crate) struct Step {
    pub(crate) from: Number,
    #[serde(default)]
    pub(crate) percent: Option<Number>,
    #[serde(default)]
    pub(crate) add: Option<Number>,
    #[serde(default)]
    pub(crate) multiply: Option<Number>,
    #[serde(default)]
    pub(crate) retroactive: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CapPer {
    Order,
    Customer,
    Affiliate,
    Rule,
    Program,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CapShare {
    #[default]
    InOrder,
    Largest,
    First,
    Cumulative,
}

#[derive(Deserialize)]
pub(crate) struct Cap {
    pub(crate) per: CapPer,
    #[serde(default)]
    pub(crate) period: Option<Period>,
    pub(crate) amount: Number,
    #[serde(default)]
    pub(crate) attribute: Option<String>,
    #[serde(default)]
    pub(crate) rules: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(flatten)]
    pub(crate) dates: Dates,
    #[serde(default)]
    pub(crate) share: CapShare,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BonusKind {
    Milestone,
    Every,
    Streak,
    Contest,
    Epc,
    Placement,
    Retainer,
    Draw,
}

#[derive(Deserialize)]
pub(crate) struct MilestoneStep {
    pub(crate) from: Number,
    pub(crate) amount: Number,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContestTie {
    Earlier,
    Share,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DrawKind {
    #[default]
    Recoverable,
    NonRecoverable,
}

#[derive(Deserialize)]
pub(crate) struct Bonus {
    pub(crate) id: String,
    pub(crate) kind: BonusKind,
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(default)]
    pub(crate) metric: Option<Metric>,
    #[serde(default)]
    pub(crate) period: Option<Period>,
    #[serde(default)]
    pub(crate) counts: Option<Vec<String>>,
    #[serde(flatten)]
    pub(crate) dates: Dates,
    #[serde(default)]
    pub(crate) steps: Vec<MilestoneStep>,
    #[serde(default)]
    pub(crate) every: Option<Number>,
    #[serde(default)]
    pub(crate) reach: Option<Number>,
    #[serde(default)]
    pub(crate) times: Option<u32>,
    #[serde(default)]
    pub(crate) amount: Option<Number>,
    #[serde(default)]
    pub(crate) ceiling: Option<Number>,
    #[serde(default)]
    pub(crate) prizes: Vec<Number>,
    #[serde(default)]
    pub(crate) tie: Option<ContestTie>,
    #[serde(default)]
    pub(crate) kinds: Option<Texts>,
    #[serde(default)]
    pub(crate) on: Option<Day>,
    #[serde(default)]
    pub(crate) draw: DrawKind,
    #[serde(default)]
    pub(crate) forgive: Option<Period>,
}
