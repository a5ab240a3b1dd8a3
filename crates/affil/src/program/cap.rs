//! `[[caps]]`: upper limits.

use serde::{Deserialize, Serialize};

use super::{AmountText, Id};

/// What a cap limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CapPer {
    /// All commissions of one order to one affiliate together.
    Order,
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
    /// What it limits.
    pub per: CapPer,
    /// The limit, in the program's currency.
    pub amount: AmountText,
    /// How the capped sum is shared.
    #[serde(default)]
    pub share: CapShare,
}
