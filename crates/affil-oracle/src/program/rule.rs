//! `rules`, `deals`, `overrides` and `exclude` of a program document.
//!
//! Must never know a fact.

use super::{AffiliateWhen, Dates, When};
use crate::exact::Number;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(crate) struct Exclusion {
    pub(crate) when: When,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Conflict {
    First,
    Best,
    MostSpecific,
    Stack,
}

#[derive(Deserialize)]
pub(crate) struct Rule {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) when: When,
    pub(crate) pay: Pay,
    #[serde(default)]
    pub(crate) on_top: bool,
    #[serde(default)]
    pub(crate) recurring: Option<Recurring>,
    #[serde(flatten)]
    pub(crate) dates: Dates,
    #[serde(default)]
    pub(crate) dated_by: DatedBy,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Pay {
    pub(crate) percent: Option<Number>,
    pub(crate) flat: Option<Flat>,
    pub(crate) per: Option<FlatPer>,
    pub(crate) less: Vec<LinePart>,
    pub(crate) floor: Option<Number>,
    pub(crate) cap: Option<Number>,
    pub(crate) share: Vec<Party>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Flat {
    One(Number),
    Many(BTreeMap<String, Number>),
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlatPer {
    Line,
    Order,
    Unit,
    Action,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinePart {
    Discount,
    Tax,
    Shipping,
    Cost,
}

#[derive(Deserialize)]
pub(crate) struct Party {
    #[serde(default)]
    pub(crate) affiliate: Option<String>,
    pub(crate) part: Number,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Recurring {
    pub(crate) charges: Option<usize>,
    pub(crate) months: Option<u32>,
    pub(crate) taper: Vec<Taper>,
}

#[derive(Deserialize)]
pub(crate) struct Taper {
    pub(crate) from: usize,
    pub(crate) percent: Number,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DatedBy {
    #[default]
    Order,
    FirstCharge,
    Joined,
}

#[derive(Deserialize)]
pub(crate) struct Deal {
    pub(crate) when: AffiliateWhen,
    #[serde(default)]
    pub(crate) rules: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) percent: Option<Number>,
    #[serde(default)]
    pub(crate) flat: Option<Number>,
    #[serde(flatten)]
    pub(crate) dates: Dates,
    #[serde(default)]
    pub(crate) dated_by: DatedBy,
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OverrideOf {
    Sale,
    Commission,
}

#[derive(Deserialize)]
pub(crate) struct Override {
    pub(crate) id: String,
    pub(crate) of: OverrideOf,
    pub(crate) levels: Vec<Number>,
    #[serde(default)]
    pub(crate) rules: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(flatten)]
    pub(crate) dates: Dates,
}
