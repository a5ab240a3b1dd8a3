//! `[attribution]`: which touches earn an order, and in which shares.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{AffiliateWhen, PercentText, TermText, Texts, TouchWhen, WindowText, is_default};

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
    /// All eligible touches earn alike (`per` says whether touches or affiliates are counted).
    Linear,
    /// The first, the middle and the last touch earn fixed shares, the others the rest (see `position`).
    Position,
    /// The older a touch, the less it earns: half as much for every `half_life` before the last touch.
    TimeDecay,
    /// The last touches earn the shares listed in `credits`.
    Custom,
}

/// What `linear` counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LinearPer {
    /// Every touch has one share, so an affiliate with two touches has two.
    #[default]
    Touch,
    /// Every affiliate has one share, however many touches it has.
    Affiliate,
}

/// A well-known set of shares by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PositionShape {
    /// 40 % to the first, 40 % to the last, 20 % to those between.
    U,
    /// 20 % to the first, 60 % to the last, 20 % to those between.
    J,
    /// 60 % to the first, 20 % to the last, 20 % to those between.
    InverseJ,
    /// 30 % each to the first, the middle and the last, 10 % to the others.
    W,
}

/// Who shares the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RestTo {
    /// The touches that have no share of their own.
    #[default]
    Others,
    /// All touches, those with a share of their own as well.
    All,
}

/// Shares by position; only their proportion counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct PositionShares {
    /// The share of the first touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<PercentText>,
    /// The share of the touch in the middle: of n touches number (n+1)/2, rounded down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<PercentText>,
    /// The share of the last touch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<PercentText>,
    /// What the others share equally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<PercentText>,
    /// Who shares the rest.
    #[serde(skip_serializing_if = "is_default")]
    pub rest_to: RestTo,
}

/// Shares by position: a well-known shape, or shares of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Position {
    /// A well-known shape.
    Shape(PositionShape),
    /// Shares of one's own.
    Shares(PositionShares),
}

/// Whether an end of a window belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WindowEnd {
    /// It belongs to the window.
    Closed,
    /// It does not.
    Open,
}

/// What happens when the touch that would win may not earn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// It is passed over, as if it had not been.
    #[default]
    Next,
    /// It keeps its place, and its share is paid to nobody.
    Nobody,
}

/// Which of a customer's touches at one instant is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// The one with the greater id.
    #[default]
    GreaterId,
    /// The one with the smaller id: clocks that count seconds leave ties to whoever was written down first.
    SmallerId,
}

/// What happens when an affiliate buys for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SelfReferral {
    /// Its touches do not count for orders of its own customer ids (`customers` of the affiliate).
    #[default]
    Refuse,
    /// They count.
    Allow,
}

/// Who is credited with the later charges of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SubscriptionCredit {
    /// Whoever was credited with its first charge.
    #[default]
    FirstCharge,
    /// Each charge is attributed by itself.
    EachCharge,
}

/// When the bond between a customer and an affiliate decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum BondWins {
    /// Always while it lasts, whatever other touches there are.
    #[default]
    Always,
    /// Only where no touch is eligible.
    WithoutTouch,
}

/// A customer stays with the affiliate who was credited with an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bond {
    /// How long after the order that made it: a length such as `"365d"`, or `"life"`.
    pub lasts: TermText,
    /// When it decides.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wins: BondWins,
}

/// Something the customer did that keeps a touch alive, such as putting an article into the cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CartAdd {
    /// The kind by which touches without an affiliate are such events.
    pub kind: String,
    /// How long after it an order may come.
    pub window: WindowText,
}

/// Whether an assist is paid to each or shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AssistTo {
    /// Every assisting affiliate is credited with the percentage.
    #[default]
    Each,
    /// The assisting affiliates share the percentage equally.
    Shared,
}

/// Credit on top for affiliates that had an eligible touch but no share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Assists {
    /// How much of the order they are credited with, beyond the shares of the model.
    pub percent: PercentText,
    /// Each of them, or together.
    #[serde(default, skip_serializing_if = "is_default")]
    pub to: AssistTo,
}

/// Terms of some touches that differ from the others'. The first that matches a touch applies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TouchTerms {
    /// Which touches, by kind, channel or attribute; without it all.
    #[serde(skip_serializing_if = "is_default")]
    pub touch: TouchWhen,
    /// Touches of which affiliates; without it all.
    #[serde(skip_serializing_if = "is_default")]
    pub affiliate: AffiliateWhen,
    /// How long they count, in place of the window of their kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowText>,
    /// How old they must be at least, in place of the minimum of their kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<WindowText>,
    /// If such a touch is the last of those that compete, the share it has at least; `"100"` takes all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_takes: Option<PercentText>,
}

/// Which touches count, how long, and which of them earn the order.
///
/// A touch is eligible if its kind has a window, `0 <= order.at - touch.at < window`, its affiliate is active,
/// nothing excludes it, and it is not bound to another order. Among the eligible touches, those of the best
/// class in `precedence` compete; the model gives each of them its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Attribution {
    /// The attribution model.
    #[serde(default)]
    pub model: Model,
    /// What the model `linear` counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub per: LinearPer,
    /// The shares of the model `position`: `"u"`, `"j"`, `"inverse_j"`, `"w"`, or
    /// `{ first = "25", last = "50", rest = "25", rest_to = "all" }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The half-life of the model `time_decay`, such as `"7d"`; not in months or years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<WindowText>,
    /// The shares of the model `custom` for the last touches, the oldest first: `["10", "30", "60"]`.
    /// With fewer touches the last shares apply; only their proportion counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<PercentText>,
    /// For each kind of touch that counts, how long it counts: `{ click = "30d", coupon = "1d" }`.
    /// Half-open: a click exactly 30 days before the order no longer counts. Kinds not listed never count.
    pub windows: BTreeMap<String, WindowText>,
    /// Whether a touch at the very instant of the order counts.
    #[serde(default = "closed", skip_serializing_if = "is_closed")]
    pub near_end: WindowEnd,
    /// Whether a touch exactly as old as its window counts.
    #[serde(default = "open", skip_serializing_if = "is_open")]
    pub far_end: WindowEnd,
    /// For each kind of touch, how old it must be at least: `{ click = "2s" }` keeps out clicks too fast to be human.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub minimum_age: BTreeMap<String, WindowText>,
    /// Terms of some touches that differ, by channel, affiliate or group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TouchTerms>,
    /// Kinds of touch by rank, the strongest class first: `[["coupon"], ["click", "call"]]`. A touch of a
    /// stronger class wins over any of a weaker one, whenever it happened. Without it all kinds rank alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub precedence: Vec<Vec<String>>,
    /// If an affiliate that wins by a stronger class would win without that class too, its weaker touch stays the
    /// source of the order (and keeps its sub-id).
    #[serde(default, skip_serializing_if = "is_default")]
    pub source_stays: bool,
    /// Channels whose touches count only where no other touch is eligible ("last non-direct").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Texts>,
    /// Touches that never count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude: Option<TouchExclusion>,
    /// Channels whose touches compete although they belong to no affiliate: what they win is paid to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deduplicate: Option<Texts>,
    /// What happens when an affiliate buys for itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub self_referral: SelfReferral,
    /// What happens when the touch that would win may not earn.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fallback: Fallback,
    /// Which of a customer's touches at one instant is the later one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ties: Ties,
    /// What keeps a touch alive beyond its window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_add: Option<CartAdd>,
    /// A customer stays with the affiliate who was credited; for the models `last` and `first`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<Bond>,
    /// Who is credited with the later charges of a subscription.
    #[serde(default, skip_serializing_if = "is_default")]
    pub subscriptions: SubscriptionCredit,
    /// Credit on top for affiliates that had an eligible touch but no share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assists: Option<Assists>,
}

fn closed() -> WindowEnd {
    WindowEnd::Closed
}

fn open() -> WindowEnd {
    WindowEnd::Open
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_closed(end: &WindowEnd) -> bool {
    *end == WindowEnd::Closed
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_open(end: &WindowEnd) -> bool {
    *end == WindowEnd::Open
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
