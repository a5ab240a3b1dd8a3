//! Figures that steps of an explanation have in common.
//!
//! This module must never compute one; it only names them.

use serde::{Serialize, Serializer};

use crate::money::{Currency, Exact, Money, SplitRule};
use crate::program::{CapShare, LinePart, Metric, Period};

/// An amount before rounding, as decimal text with as many places as it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExactMoney {
    pub(crate) exact: Exact,
    pub(crate) currency: Currency,
}

impl Serialize for ExactMoney {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.exact.format(self.currency))
    }
}

/// A part of a line's amount that is taken off before commission is paid on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TakenOff {
    /// Which part.
    pub part: LinePart,
    /// How much, in the order's currency.
    pub amount: Money,
}

/// What a ladder counted, and the step that this reaches.
///
/// Totals and thresholds are decimal texts in units of the metric: amounts in the explanation's currency for
/// `net_sales` and `commission`, plain counts for the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What is counted.
    pub metric: Metric,
    /// `order`, `day`, `week`, `month`, `quarter`, `year`, `lifetime`, or the length of a rolling window in words.
    pub period: String,
    /// What was counted: in the whole period, or, by mode `forward` and `marginal`, before the line.
    pub total: String,
    /// Where the step begins that the total reaches; none below the first step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The higher step whose rate is paid instead, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Lifted>,
}

/// A step below which nothing is paid, though the total reaches less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lifted {
    /// Where the step begins.
    pub from: String,
    /// Why it is paid.
    pub by: LiftedBy,
    /// What was counted in the whole period, which reaches a retroactive step; none for a step that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
}

/// Why a step is paid that the total does not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LiftedBy {
    /// It was reached in an earlier period.
    Held,
    /// It is retroactive, and the whole period's total reaches it.
    Retroactive,
}

/// The commissions of one line under one rule that are rounded together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundedTogether {
    /// The exact amounts of all of them.
    pub exact: Vec<ExactMoney>,
    /// Which of them this is, counted from 1.
    pub place: usize,
    /// What they get together: `round(before + sum of exact) − round(before)`.
    pub whole: Money,
    /// Each gets its exact amount rounded down; this says who gets the units left over.
    pub split: SplitRule,
}

/// The commissions of an order that a cap limits together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CappedTogether {
    /// All of them, before this cap.
    pub amounts: Vec<Money>,
    /// Which of them this is, counted from 1.
    pub place: usize,
    /// How the cap is shared among them (`in_order` if one is below zero).
    pub share: CapShare,
}

/// A commission that an override is a share of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleAmount {
    /// The rule's id.
    pub rule: String,
    /// The commission after caps, before it is shared among parties.
    pub amount: Money,
}

/// The period for which a bonus is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occasion {
    /// How long it is.
    pub period: Period,
    /// Its first day (`2026-03-01`); none for all time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
}

/// What was counted for a bonus, in units of the metric, as in [`Standing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// In which period.
    #[serde(flatten)]
    pub occasion: Occasion,
    /// What is counted.
    pub metric: Metric,
    /// The running total with the order that decided, or, of a contest, that of the whole period.
    pub total: String,
    /// The order that decided; none in a contest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
}

/// Why a refund takes back another part of the commission than it takes of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenBack {
    /// So much of the order was refunded that all of it counts as refunded.
    VoidAbove,
    /// The refund came too late to take anything back.
    Within,
}
