//! `[attribution]`: which touch earns an order.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{Texts, WindowText};

/// How the credit for an order goes to the eligible touches of its customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// The last eligible touch before the order earns it.
    #[default]
    Last,
    /// The first eligible touch earns it.
    First,
}

/// Which touches count, how long, and which of them earns the order.
///
/// A touch is eligible if its kind has a window, `0 <= order.at - touch.at < window`, its affiliate is active,
/// nothing excludes it, and it is not bound to another order. Among the eligible touches, those of the best
/// class in `precedence` compete; the model picks one by (`at`, `id`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// The attribution model.
    #[serde(default)]
    pub model: Model,
    /// For each kind of touch that counts, how long it counts: `{ click = "30d", coupon = "1d" }`.
    /// Half-open: a click exactly 30 days before the order no longer counts. Kinds not listed never count.
    pub windows: BTreeMap<String, WindowText>,
    /// Kinds of touch by rank, the strongest class first: `[["coupon"], ["click", "call"]]`. A touch of a
    /// stronger class wins over any of a weaker one, whenever it happened. Without it all kinds rank alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub precedence: Vec<Vec<String>>,
    /// Touches that never count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude: Option<TouchExclusion>,
}

/// Touches that never count, by channel or by affiliate; either is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TouchExclusion {
    /// Channels that never count, such as `brand_ppc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Texts>,
    /// Affiliates that never count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<Texts>,
}
