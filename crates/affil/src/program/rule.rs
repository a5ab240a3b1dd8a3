//! `[[rules]]`, `[[deals]]`, `[[overrides]]` and `[[exclude]]`: what a line pays, to whom, and what never pays.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{AffiliateWhen, AmountText, DateText, Id, PercentText, When, is_default};

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
    /// Once for each action, such as a sign-up: something that pays without a sale.
    Action,
}

/// A flat amount: in the program's currency, or by currency of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Flat {
    /// In the program's currency.
    One(AmountText),
    /// By currency: `{ EUR = "5.00", USD = "5.50" }`. An order in a currency not listed pays the program's.
    Many(BTreeMap<String, AmountText>),
}

/// A part of a line's amount on which no commission is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinePart {
    /// The line's `discount`.
    Discount,
    /// The line's `tax`.
    Tax,
    /// The line's `shipping`.
    Shipping,
    /// The line's `cost`: what remains is the margin.
    Cost,
}

/// A party to a shared commission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Party {
    /// Who; without it the affiliate who is credited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<Id>,
    /// The part; only the proportion of the parts counts.
    pub part: PercentText,
}

/// What a rule pays: exactly one of `percent` and `flat`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Pay {
    /// A percentage of the line's amount, such as `"7.5"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// A flat amount, such as `"5.00"`; says with `per` how often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat: Option<Flat>,
    /// How often the flat amount is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<FlatPer>,
    /// What is taken off the line's amount before the percentage: `["discount", "tax", "shipping"]` for the net
    /// price, `["tax", "cost"]` for the margin. Never below zero, unless the line is a return.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub less: Vec<LinePart>,
    /// A commission on a sale is at least this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<AmountText>,
    /// A commission is at most this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap: Option<AmountText>,
    /// With whom the commission is shared: `[{ part = "80" }, { affiliate = "agency", part = "20" }]`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub share: Vec<Party>,
}

/// A rate from a certain charge of a subscription on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Taper {
    /// The number of the first charge at this rate, counted from 1.
    pub from: u32,
    /// The rate.
    pub percent: PercentText,
}

/// For which charges of a subscription a rule pays; orders without a subscription never match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Recurring {
    /// For this many charges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charges: Option<u32>,
    /// For charges before this many calendar months have passed since the first charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// Other rates for later charges, rising by `from`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taper: Vec<Taper>,
}

/// Which instant `from` and `until` of a rule or deal look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DatedBy {
    /// The order's.
    #[default]
    Order,
    /// The first charge of the order's subscription: a subscription keeps its terms.
    FirstCharge,
    /// The day the affiliate joined: affiliates keep their terms.
    Joined,
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
    /// For which charges of a subscription it pays; without it, for orders with and without one alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
    /// From this day on, in the program's zone, such as `"2026-04-01"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
    /// What `from` and `until` look at.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dated_by: DatedBy,
}

/// Terms agreed with some affiliates that replace a rule's percentage or flat amount. The first that matches applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deal {
    /// The deal's name.
    pub id: Id,
    /// With whom.
    pub when: AffiliateWhen,
    /// For which rules; without it for all rules that pay in the same way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Id>>,
    /// The percentage in place of the rule's (for percent rules).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// The flat amount in place of the rule's (for flat rules).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flat: Option<AmountText>,
    /// From this day on, in the program's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
    /// What `from` and `until` look at.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dated_by: DatedBy,
}

/// What an override is a percentage of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OverrideOf {
    /// Of the amount on which the commission was paid.
    Sale,
    /// Of the commission.
    Commission,
}

/// A commission for those who recruited the affiliate, level by level up the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Override {
    /// The override's name; no rule may have the same.
    pub id: Id,
    /// What it is a percentage of.
    pub of: OverrideOf,
    /// The percentage for the recruiter, for the recruiter's recruiter, and so on.
    pub levels: Vec<PercentText>,
    /// Commissions under which rules; without it under all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Id>>,
    /// Which affiliates may receive it; without it all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// Orders from this day on, in the program's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Orders before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
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
