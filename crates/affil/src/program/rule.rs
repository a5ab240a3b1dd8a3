//! `[[rules]]` and `[[exclude]]`: what a line pays, and what never pays.

use serde::{Deserialize, Serialize};

use super::{AmountText, Id, PercentText, When, is_default};

/// Which of several matching rules pays a line.
///
/// Rules marked `on_top` do not compete: they pay in addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Conflict {
    /// The first in the document.
    First,
    /// The one that pays this line most money before tiers and caps; the earlier one on a tie.
    Best,
    /// The one with the most conditions; the earlier one on a tie.
    MostSpecific,
    /// All of them.
    Stack,
}

/// How often a flat amount is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FlatPer {
    /// Once for each line.
    Line,
    /// Once for each order, on the first line for which the rule pays.
    Order,
    /// For each unit of the line's quantity.
    Unit,
}

/// What a rule pays: exactly one of `percent` and `flat`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Pay {
    /// A percentage of the line's amount, such as `"7.5"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// A flat amount in the program's currency, such as `"5.00"`; says with `per` how often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<AmountText>,
    /// How often the flat amount is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<FlatPer>,
}

/// A commission rule: when it matches, and what it pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rule {
    /// The rule's name; it stands in every commission, entry and explanation.
    pub id: Id,
    /// The condition; a rule without one matches every line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: When,
    /// What it pays.
    pub pay: Pay,
    /// Pays in addition to whichever rule wins, outside the conflict.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_top: bool,
}

/// Lines that never pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exclusion {
    /// The exclusion's name; it stands in the reason why a line paid nothing.
    pub id: Id,
    /// Which lines.
    pub when: When,
}
