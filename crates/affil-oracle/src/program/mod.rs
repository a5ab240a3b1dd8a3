//! Program documents, as far as a settlement needs them.
//!
//! Must never know a fact.

mod attribution;
mod ladder;
mod paying;
mod rule;
mod when;

use crate::Refusal;
use crate::currency::scale;
use crate::exact::{Exact, Mode, Number};
use crate::split::Split;
use crate::time::{Day, Instant, Window, day_begins, zone};
use chrono_tz::Tz;
use serde::Deserialize;

pub(crate) use attribution::{
    AssistTo, Attribution, Bond, BondWins, Fallback, LinearPer, Model, Places, Position, RestTo, SelfReferral,
    SubscriptionCredit, Term, Ties, TouchTerms, WindowEnd,
};
pub(crate) use ladder::{
    Bonus, BonusKind, Cap, CapPer, CapShare, ContestTie, Demotion, DrawKind, Metric, Step, Tier, TierMode,
};
pub(crate) use paying::{Fee, Lifecycle, Lock, Payer, PayoutTerms, Treatment, Verdict};
pub(crate) use rule::{Conflict, DatedBy, Deal, Exclusion, Flat, FlatPer, LinePart, Override, OverrideOf, Rule};
pub(crate) use when::{AffiliateWhen, AmountTest, CountTest, TextTest, TouchWhen, When};

#[derive(Deserialize)]
pub(crate) struct Program {
    pub(crate) currency: String,
    #[serde(deserialize_with = "zone")]
    pub(crate) zone: Tz,
    #[serde(default)]
    pub(crate) calendar: Calendar,
    #[serde(default)]
    pub(crate) round: Round,
    #[serde(default)]
    pub(crate) exchange: Exchange,
    #[serde(default)]
    pub(crate) unknown_affiliates: UnknownAffiliates,
    pub(crate) attribution: Attribution,
    #[serde(default)]
    pub(crate) exclude: Vec<Exclusion>,
    #[serde(default)]
    pub(crate) conflict: Option<Conflict>,
    pub(crate) rules: Vec<Rule>,
    #[serde(default)]
    pub(crate) deals: Vec<Deal>,
    #[serde(default)]
    pub(crate) overrides: Vec<Override>,
    #[serde(default)]
    pub(crate) tiers: Vec<Tier>,
    #[serde(default)]
    pub(crate) caps: Vec<Cap>,
    #[serde(default)]
    pub(crate) bonuses: Vec<Bonus>,
    #[serde(default)]
    pub(crate) refunds: Refunds,
    #[serde(default)]
    pub(crate) lifecycle: Lifecycle,
    #[serde(default)]
    pub(crate) payouts: Vec<PayoutTerms>,
}

impl Program {
    /// Minor units of an amount of the program's currency.
    pub(crate) fn minor(&self, amount: &Number) -> Exact {
        &amount.0 * scale(&self.currency)
    }
}

#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Calendar {
    pub(crate) week_starts: Weekday,
    pub(crate) year_starts: u32,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { week_starts: Weekday::Monday, year_starts: 1 }
    }
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Period {
    Order,
    Day,
    Week,
    #[default]
    Month,
    Quarter,
    Year,
    Lifetime,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Round {
    pub(crate) at: RoundAt,
    pub(crate) mode: Mode,
    pub(crate) split: Split,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RoundAt {
    #[default]
    Line,
    Order,
    Statement,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Exchange {
    #[default]
    OrderDay,
    MonthAverage,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UnknownAffiliates {
    #[default]
    Refuse,
    Accept,
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

/// `from` and `until` of a rule, deal, override, tier, cap or bonus.
#[derive(Deserialize, Default, Clone)]
pub(crate) struct Dates {
    #[serde(default)]
    pub(crate) from: Option<Day>,
    #[serde(default)]
    pub(crate) until: Option<Day>,
}

impl Dates {
    /// Whether the day `from` has begun and the day `until` has not.
    pub(crate) fn hold(&self, at: Instant, zone: Tz) -> bool {
        self.from.is_none_or(|from| day_begins(from.0, zone) <= at)
            && self.until.is_none_or(|until| at < day_begins(until.0, zone))
    }
}

#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Refunds {
    pub(crate) tiers: RefundEffect,
    pub(crate) bonuses: RefundEffect,
    pub(crate) caps: RefundEffect,
    pub(crate) excess: RefundExcess,
    pub(crate) void_above: Option<Number>,
    pub(crate) within: Option<Window>,
}

impl Default for Refunds {
    fn default() -> Self {
        Self {
            tiers: RefundEffect::None,
            bonuses: RefundEffect::None,
            caps: RefundEffect::SalePeriod,
            excess: RefundExcess::Refuse,
            void_above: None,
            within: None,
        }
    }
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

/// Reads a program that the engine has accepted.
pub(crate) fn read(json: &str) -> Result<Program, Refusal> {
    serde_json::from_str(json).map_err(|error| Refusal::invalid(&error))
}
