//! Program documents: who earns what, as written by people.
//!
//! This module must never compute a commission; it only holds what was written. `plan` gives it meaning.

mod attribution;
mod cap;
mod refunds;
mod rule;
mod text;
mod tier;
mod when;

use serde::{Deserialize, Serialize};

use crate::money::RoundMode;
use crate::problem::Problems;
use crate::shape;

pub use attribution::{Attribution, Model, TouchExclusion};
pub use cap::{Cap, CapPer, CapShare};
pub use refunds::{RefundEffect, RefundExcess, Refunds};
pub use rule::{Conflict, Exclusion, FlatPer, Pay, Rule};
pub use text::{AmountText, CurrencyText, FactorText, Id, PercentText, Texts, WindowText, ZoneText};
pub use tier::{Metric, Tier, TierMode, TierPeriod, TierStep};
pub use when::{AffiliateWhen, AmountTest, CustomerWhen, LineWhen, OrderWhen, TextTest, TouchWhen, When};

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
    /// The currency in which commissions are owed (ISO 4217). Orders must be in it.
    pub currency: CurrencyText,
    /// The IANA time zone in which days and months begin, such as `Europe/Berlin`.
    pub zone: ZoneText,
    /// Where and how amounts are rounded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub round: Round,
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
    /// Ladders that change the rate as an affiliate sells more in a period.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Upper limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// What refunds do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunds: Refunds,
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

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
