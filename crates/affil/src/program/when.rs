//! `when`: typed conditions over line, order, customer, affiliate and touch.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{AmountText, DateText, Texts, is_default};

/// A test of a text field.
///
/// A missing field never matches, whatever the test: not even `is_not`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum TextTest {
    /// Equal to this text, or to one of these.
    Is(Texts),
    /// Present, and different from this text, or from all of these.
    IsNot {
        /// The texts that do not match.
        is_not: Texts,
    },
}

/// A test of an amount or a number: all given bounds hold. A missing field never matches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AmountTest {
    /// The field is this or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<AmountText>,
    /// The field is more than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<AmountText>,
    /// The field is this or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<AmountText>,
    /// The field is less than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<AmountText>,
}

/// A test of a whole number: all given bounds hold. A missing field never matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CountTest {
    /// The field is this or more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u32>,
    /// The field is this or less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

/// A test of an instant by days in the program's zone. A missing field never matches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct DateTest {
    /// On this day or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Before this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
}

/// Conditions on an order line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LineWhen {
    /// The line's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<TextTest>,
    /// The line's article number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<TextTest>,
    /// The line's amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountTest>,
    /// How many units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<CountTest>,
    /// Free attributes of the line.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, TextTest>,
}

/// Conditions on an order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct OrderWhen {
    /// The order's country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<TextTest>,
    /// The sum of the order's lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountTest>,
    /// The currency in which it was paid; the program's if the order names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<TextTest>,
    /// The kind of action, such as `lead`; missing for sales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<TextTest>,
    /// The number of the charge of its subscription, counted from 1; missing without a subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<CountTest>,
    /// When it was placed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTest>,
    /// Free attributes of the order.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, TextTest>,
}

/// Conditions on the customer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CustomerWhen {
    /// `true`: this is the customer's first order; `false`: the customer has ordered before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<bool>,
    /// The customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TextTest>,
}

/// Conditions on the affiliate who is credited.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct AffiliateWhen {
    /// The affiliate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<TextTest>,
    /// One of the affiliate's groups; an affiliate in no group never matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<TextTest>,
    /// When the affiliate joined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined: Option<DateTest>,
    /// Free attributes of the affiliate.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, TextTest>,
}

/// Conditions on the touch that earned the order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TouchWhen {
    /// The touch's kind, such as `click`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<TextTest>,
    /// The touch's channel, such as `blog`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<TextTest>,
    /// Free attributes of the touch, such as its sub-id or campaign.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, TextTest>,
}

/// A condition: all that is given must hold.
///
/// Three-valued: a test on a missing field is neither true nor false, and `not` leaves it so. A rule or an
/// exclusion applies only where its condition is true.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct When {
    /// Conditions on the line.
    #[serde(skip_serializing_if = "is_default")]
    pub line: LineWhen,
    /// Conditions on the order.
    #[serde(skip_serializing_if = "is_default")]
    pub order: OrderWhen,
    /// Conditions on the customer.
    #[serde(skip_serializing_if = "is_default")]
    pub customer: CustomerWhen,
    /// Conditions on the affiliate.
    #[serde(skip_serializing_if = "is_default")]
    pub affiliate: AffiliateWhen,
    /// Conditions on the touch.
    #[serde(skip_serializing_if = "is_default")]
    pub touch: TouchWhen,
    /// All of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<When>,
    /// At least one of these holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<When>>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<When>>,
}
