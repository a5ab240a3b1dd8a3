//! `[[caps]]`: upper limits.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, AmountText, DateText, Id, Period, is_default};

/// Whose commissions a cap adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapPer {
    /// Those of one order to one affiliate.
    Order,
    /// Those of one customer's orders to one affiliate.
    Customer,
    /// Those to one affiliate.
    Affiliate,
    /// Those under one rule, whoever gets them.
    Rule,
    /// All commissions of the program.
    Program,
}

/// How the capped sum is shared by the commissions under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapShare {
    /// In the order of the lines, until the cap is full: the last award is clamped, later ones get nothing.
    #[default]
    InOrder,
    /// In proportion; units left over go to the largest remainders.
    Largest,
    /// In proportion; units left over go to the first lines.
    First,
    /// In proportion, by differences of the floored running sum.
    Cumulative,
}

/// An upper limit. The last award is clamped, never dropped without a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cap {
    /// The cap's name.
    pub id: Id,
    /// Whose commissions it adds up.
    pub per: CapPer,
    /// Over which time; without it for ever (for `per = "order"`, over the order).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The limit, in the program's currency.
    pub amount: AmountText,
    /// The attribute of the affiliate that holds its own limit, if it has one; only `per = "affiliate"`, `"order"` and
    /// `"customer"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Commissions under which rules; without it under all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<Id>>,
    /// Commissions of which affiliates; without it of all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// Orders from this day on, in the program's zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateText>,
    /// Orders before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<DateText>,
    /// How the capped sum of an order is shared; only `per = "order"`. Over a period it is first come, first served.
    #[serde(default)]
    pub share: CapShare,
}
