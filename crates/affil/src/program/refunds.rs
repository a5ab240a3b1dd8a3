//! `[refunds]`: what a refund does beyond taking back its share of the commission.

use serde::{Deserialize, Serialize};

/// Where refunds count against tiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundEffect {
    /// Nowhere: a refund takes back its share of the commission, and no other line changes.
    #[default]
    None,
    /// In the period of the sale, as if less had been sold.
    SalePeriod,
    /// In the period of the refund.
    RefundPeriod,
}

/// What happens when the refunds of a line add up to more than the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundExcess {
    /// It is an error (`refund.exceeds_line`).
    #[default]
    Refuse,
    /// What goes beyond the line is ignored.
    Cap,
}

/// What refunds do.
///
/// A refund takes back, of what its line earned at the terms of the sale,
/// `round(commission × refunded so far / line amount)` less what earlier refunds took back, so that the parts of
/// a full refund add up to exactly what was earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Refunds {
    /// Where refunds count against tiers.
    pub tiers: RefundEffect,
    /// What happens when refunds exceed their line.
    pub excess: RefundExcess,
}
