//! Program documents, as far as a settlement needs them.
//!
//! Must never know a fact.

use crate::Refusal;
use crate::currency::scale;
use crate::exact::{Exact, Mode, Number};
use crate::time::{Window, zone};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(crate) struct Program {
    pub(crate) currency: String,
    #[serde(deserialize_with = "zone")]
    pub(crate) zone: Tz,
    #[serde(default)]
    pub(crate) round: Round,
    #[serde(default)]
    pub(crate) unknown_affiliates: UnknownAffiliates,
    pub(crate) attribution: Attribution,
    #[serde(default)]
    pub(crate) exclude: Vec<Exclusion>,
    #[serde(default)]
    pub(crate) conflict: Option<Conflict>,
    pub(crate) rules: Vec<Rule>,
    #[serde(default)]
    pub(crate) tiers: Vec<Tier>,
    #[serde(default)]
    pub(crate) caps: Vec<Cap>,
    #[serde(default)]
    pub(crate) refunds: Refunds,
}

impl Program {
    /// Minor units in one unit of the currency.
    pub(crate) fn scale(&self) -> Exact {
        scale(&self.currency)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Round {
    pub(crate) at: RoundAt,
    pub(crate) mode: Mode,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoundAt {
    #[default]
    Line,
    Order,
    Statement,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownAffiliates {
    #[default]
    Refuse,
    Accept,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Model {
    #[default]
    Last,
    First,
}

#[derive(Deserialize)]
pub(crate) struct Attribution {
    #[serde(default)]
    pub(crate) model: Model,
    pub(crate) windows: BTreeMap<String, Window>,
    #[serde(default)]
    pub(crate) precedence: Vec<Vec<String>>,
    #[serde(default)]
    pub(crate) exclude: Option<TouchExclusion>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TouchExclusion {
    pub(crate) channel: Option<Texts>,
    pub(crate) affiliate: Option<Texts>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    pub(crate) fn contains(&self, text: &str) -> bool {
        match self {
            Self::One(one) => one == text,
            Self::Many(many) => many.iter().any(|one| one == text),
        }
    }
}

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
}

#[derive(Deserialize)]
#[serde(try_from = "PayText")]
pub(crate) enum Pay {
    Percent(Exact),
    Flat(Exact, FlatPer),
}

#[derive(Deserialize)]
struct PayText {
    percent: Option<Number>,
    flat: Option<Number>,
    per: Option<FlatPer>,
}

impl TryFrom<PayText> for Pay {
    type Error = &'static str;

    fn try_from(text: PayText) -> Result<Self, Self::Error> {
        match (text.percent, text.flat, text.per) {
            (Some(percent), None, None) => Ok(Self::Percent(percent.0)),
            (None, Some(flat), Some(per)) => Ok(Self::Flat(flat.0, per)),
            _ => Err("a rule pays either a percent or a flat amount with per"),
        }
    }
}

#[derive(Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FlatPer {
    Line,
    Order,
    Unit,
}

#[derive(Deserialize)]
pub(crate) struct Tier {
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(default)]
    pub(crate) rules: Option<Vec<String>>,
    pub(crate) mode: TierMode,
    pub(crate) steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TierMode {
    Marginal,
    Whole,
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
}

/// The only thing a cap limits today is an order.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum CapPer {
    Order,
}

#[derive(Deserialize)]
pub(crate) struct Cap {
    #[serde(rename = "per")]
    _per: CapPer,
    pub(crate) amount: Number,
    #[serde(default)]
    pub(crate) share: CapShare,
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

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Refunds {
    pub(crate) tiers: RefundEffect,
    pub(crate) excess: RefundExcess,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundEffect {
    #[default]
    None,
    SalePeriod,
    RefundPeriod,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundExcess {
    #[default]
    Refuse,
    Cap,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum TextTest {
    Is(Texts),
    IsNot { is_not: Texts },
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct AmountTest {
    pub(crate) at_least: Option<Number>,
    pub(crate) above: Option<Number>,
    pub(crate) at_most: Option<Number>,
    pub(crate) below: Option<Number>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct LineWhen {
    pub(crate) category: Option<TextTest>,
    pub(crate) sku: Option<TextTest>,
    pub(crate) amount: Option<AmountTest>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct OrderWhen {
    pub(crate) country: Option<TextTest>,
    pub(crate) amount: Option<AmountTest>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct CustomerWhen {
    pub(crate) new: Option<bool>,
    pub(crate) id: Option<TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct AffiliateWhen {
    pub(crate) id: Option<TextTest>,
    pub(crate) group: Option<TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TouchWhen {
    pub(crate) kind: Option<TextTest>,
    pub(crate) channel: Option<TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct When {
    pub(crate) line: LineWhen,
    pub(crate) order: OrderWhen,
    pub(crate) customer: CustomerWhen,
    pub(crate) affiliate: AffiliateWhen,
    pub(crate) touch: TouchWhen,
    pub(crate) all: Vec<When>,
    pub(crate) any: Option<Vec<When>>,
    pub(crate) not: Option<Box<When>>,
}

/// Reads a program that the engine has accepted.
pub(crate) fn read(json: &str) -> Result<Program, Refusal> {
    serde_json::from_str(json).map_err(|error| Refusal::invalid(&error))
}
