//! `[lifecycle]`: how long a line of an order may be reviewed, and when what it earned becomes payable.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, WindowText, is_default};

/// When a line locks: from then on nobody reviews it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lock {
    /// As soon as it is ordered.
    #[default]
    AtOnce,
    /// When the day `day` of a later month begins.
    FixedDay,
    /// The time `after` later.
    Duration,
    /// Once it is approved.
    Open,
}

/// What becomes of a line that nobody reviewed before its lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unreviewed {
    /// It is approved.
    #[default]
    Approve,
    /// It is declined.
    Decline,
}

/// How long some affiliates wait for their money at least, from the order on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hold {
    /// Which affiliates; without it all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// How long after the order, such as `"14d"`.
    pub lasts: WindowText,
}

/// From the order to the day on which its commissions may be paid.
///
/// ```
/// let program = affil::Program::from_toml(r#"
///     schema = "affil/1"
///     currency = "EUR"
///     zone = "Europe/Berlin"
///     attribution.windows.click = "30d"
///     rules = [{ id = "everything", pay.percent = "10" }]
///
///     [lifecycle]
///     lock = "fixed_day"
///     day = 10
///     extension = "1mo"
///     holds = [{ when.group = "new", lasts = "14d" }]
/// "#).unwrap();
/// assert_eq!(program.lifecycle.lock, affil::Lock::FixedDay);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Lifecycle {
    /// When a line locks.
    pub lock: Lock,
    /// Only `fixed_day`: the day of the month, 1 to 31; in a shorter month, its last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<u8>,
    /// Only `fixed_day`: how many months after that of the order; 1 if not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// Only `duration`: how long after the order, such as `"30d"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<WindowText>,
    /// By how much a review may put the lock off, once an order; without it none may. Only `fixed_day` and `duration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<WindowText>,
    /// What becomes of a line that nobody reviewed before its lock.
    #[serde(skip_serializing_if = "is_default")]
    pub unreviewed: Unreviewed,
    /// Who waits longer; the first that fits an affiliate holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
}
