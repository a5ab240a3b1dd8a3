//! `[refunds]`: what a refund does beyond taking back its share of the commission.

use serde::{Deserialize, Serialize};

use super::{PercentText, WindowText, is_default};

/// Where refunds count against ladders, bonuses or caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundEffect {
    /// Nowhere: a refund takes back its share of the commission, and nothing else changes.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Refunds {
    /// Where refunds count against ladders.
    pub tiers: RefundEffect,
    /// Where refunds count against bonuses.
    #[serde(skip_serializing_if = "is_default")]
    pub bonuses: RefundEffect,
    /// Where refunds give headroom back under caps, for orders after the refund.
    #[serde(skip_serializing_if = "is_sale_period")]
    pub caps: RefundEffect,
    /// What happens when refunds exceed their line.
    pub excess: RefundExcess,
    /// Once more than this percentage of an order has been refunded, the order pays nothing at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub void_above: Option<PercentText>,
    /// Only refunds within this time after the order take commission back, such as `"60d"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<WindowText>,
}

impl Default for Refunds {
    fn default() -> Self {
        Self {
            tiers: RefundEffect::None,
            bonuses: RefundEffect::None,
            // A cap that a returned sale has used up would be a punishment.
            caps: RefundEffect::SalePeriod,
            excess: RefundExcess::Refuse,
            void_above: None,
            within: None,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_sale_period(effect: &RefundEffect) -> bool {
    *effect == RefundEffect::SalePeriod
}
