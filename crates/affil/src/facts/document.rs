//! Facts as documents: what shops export and people write.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{ConfirmationFact, PayoutFact, ReviewFact};
use crate::problem::Problems;
use crate::program::{AmountText, CurrencyText, DateText, FactorText, Id};

macro_rules! format_text {
    ($(#[doc = $doc:literal])+ $name:ident $format:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(inline, extend("format" = $format)))]
        #[serde(transparent)]
        pub struct $name(pub String);
    };
}

format_text! {
    /// An instant as RFC 3339 text with `Z` or an offset, such as `"2026-03-31T21:59:00Z"`.
    TimeText "time"
}

/// Somebody who recruits customers and earns commissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Affiliate"))]
pub struct AffiliateFact {
    /// The affiliate's id.
    pub id: Id,
    /// Whether touches of this affiliate count.
    #[serde(default = "yes")]
    pub active: bool,
    /// The groups the affiliate belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// When the affiliate joined the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<TimeText>,
    /// Who recruited the affiliate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recruiter: Option<Id>,
    /// The customer ids under which the affiliate buys itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customers: Vec<String>,
    /// Anything else that conditions and caps may look at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

fn click() -> String {
    "click".to_owned()
}

fn one() -> u32 {
    1
}

/// A contact between a customer and an affiliate: a click, a view, a coupon, a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Touch"))]
pub struct TouchFact {
    /// The touch's id.
    pub id: Id,
    /// When it happened.
    pub at: TimeText,
    /// Who was touched.
    pub customer: Id,
    /// Whose touch it is; without it, it belongs to the house: another channel, or an event such as a cart-add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<Id>,
    /// The kind of touch.
    #[serde(default = "click")]
    pub kind: String,
    /// The channel, such as `blog`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// If given, the touch counts for this order only (a coupon redeemed with it, say).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// Anything else that conditions may look at, such as a sub-id or a campaign.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
    /// The touch that it corrects: that one is as if it had never been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id>,
}

/// One position of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Line"))]
pub struct LineFact {
    /// The line's id within its order; without it, its position from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    /// What the whole line cost, all units together, in the order's currency; below zero for a return.
    pub amount: AmountText,
    /// How many units.
    #[serde(default = "one")]
    pub quantity: u32,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The part of the amount that a discount gives back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<AmountText>,
    /// The part of the amount that is tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<AmountText>,
    /// The part of the amount that is shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<AmountText>,
    /// What the line cost the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<AmountText>,
    /// Anything else that conditions may look at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// A sale, or an action that pays without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Order"))]
pub struct OrderFact {
    /// The order's id.
    pub id: Id,
    /// When it was placed.
    pub at: TimeText,
    /// Who ordered.
    pub customer: Id,
    /// The currency of its amounts; without it, the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyText>,
    /// The country, such as `DE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether this is the customer's first order; without it, affil looks for an earlier order of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_customer: Option<bool>,
    /// The subscription of which it is a charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Id>,
    /// The kind of action, such as `lead` or `signup`, if it is no sale; then it has no lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Id>,
    /// Anything else that conditions may look at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What was ordered; empty for an action only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineFact>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
    /// The order that it corrects: that one is as if it had never been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id>,
}

/// Money given back for an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Refund"))]
pub struct RefundFact {
    /// The refund's id.
    pub id: Id,
    /// When it happened.
    pub at: TimeText,
    /// The order it belongs to.
    pub order: Id,
    /// The line it belongs to; without it, the order's only line, or (for a full refund) all lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// How much, in the order's currency; without it, all that is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
    /// The refund that it corrects: that one is as if it had never been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id>,
}

/// An amount agreed by hand: a goodwill credit, a correction, a fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Adjustment"))]
pub struct AdjustmentFact {
    /// The adjustment's id.
    pub id: Id,
    /// When it was made; it belongs to the statement of that month.
    pub at: TimeText,
    /// Who gets it, or (negative) pays it.
    pub affiliate: Id,
    /// How much, in the program's currency.
    pub amount: AmountText,
    /// Why.
    pub reason: String,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
    /// The adjustment that it corrects: that one is as if it had never been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id>,
}

/// An exchange rate of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Quote"))]
pub struct QuoteFact {
    /// The currency that is exchanged.
    pub from: CurrencyText,
    /// The currency that it is exchanged for.
    pub to: CurrencyText,
    /// The day, in the program's zone.
    pub date: DateText,
    /// How much of `to` one unit of `from` is worth, with up to 12 places.
    pub rate: FactorText,
}

/// What happened: nine tables, in any order and with any number of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Facts"))]
#[serde(default)]
pub struct FactsDocument {
    /// Who may earn.
    pub affiliates: Vec<AffiliateFact>,
    /// Who was touched by whom.
    pub touches: Vec<TouchFact>,
    /// What was sold.
    pub orders: Vec<OrderFact>,
    /// What was given back.
    pub refunds: Vec<RefundFact>,
    /// What was agreed by hand.
    pub adjustments: Vec<AdjustmentFact>,
    /// What the merchant decided about orders.
    pub reviews: Vec<ReviewFact>,
    /// What was paid out.
    pub payouts: Vec<PayoutFact>,
    /// What became of payouts.
    pub confirmations: Vec<ConfirmationFact>,
    /// Exchange rates, for orders in other currencies than the program's.
    pub quotes: Vec<QuoteFact>,
    /// Up to when the facts are complete: periods that end by then are over. Without it, the last fact's `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<TimeText>,
}

impl FactsDocument {
    /// Reads a facts document in JSON, looking at nothing but its shape; all problems at once.
    ///
    /// ```
    /// let document = affil::FactsDocument::from_json(r#"{ "affiliates": [{ "id": "ana" }] }"#).unwrap();
    /// assert_eq!(document.affiliates[0].id.as_str(), "ana");
    /// assert!(affil::FactsDocument::from_json(r#"{ "affiliates": [{ "name": "ana" }] }"#).is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        crate::shape::facts_from(text)
    }
}
