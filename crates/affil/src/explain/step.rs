//! The closed list of steps an explanation can have.

use serde::{Serialize, Serializer};

use crate::money::{Currency, Exact, Money, RoundMode};
use crate::time::{Instant, Month};

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

/// One step of an explanation. `program` is the JSON Pointer of the clause it follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// The statement month that the fact's instant falls into.
    Period {
        /// The month.
        month: Month,
        /// The time zone in which it begins.
        zone: String,
        /// The clause.
        program: String,
    },
    /// The touch that earned the order.
    Credit {
        /// The touch's id.
        touch: String,
        /// `first` or `last`.
        model: String,
        /// The touch's kind.
        touch_kind: String,
        /// When it happened.
        at: Instant,
        /// How long before the order, in words.
        age: String,
        /// How long it counts, in words.
        window: String,
        /// The clause.
        program: String,
    },
    /// The rule that pays.
    Rule {
        /// The rule's id.
        rule: String,
        /// The clause.
        program: String,
    },
    /// A percentage of the line without a ladder: `percent / 100 × base = exact`.
    Percent {
        /// The rate as a percentage.
        percent: String,
        /// The line's amount.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A flat amount: `flat × times = exact`.
    Flat {
        /// The amount.
        flat: Money,
        /// `line`, `order` or `unit`.
        per: String,
        /// How many times it is paid.
        times: u32,
        /// The result.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// The part of a line on one step of a marginal ladder: `percent / 100 × part = exact`.
    Slice {
        /// The part of the line on this step.
        part: Money,
        /// The line's amount.
        of: Money,
        /// Where the step begins; none below the first step.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Money>,
        /// Where the next step begins; none on the last step.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<Money>,
        /// The rate as a percentage.
        percent: String,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A line on the step that the month's total reached: `percent / 100 × base = exact`.
    Whole {
        /// What the ladder counted in the whole month.
        total: String,
        /// Where the reached step begins; none below the first step.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<Money>,
        /// The rate as a percentage.
        percent: String,
        /// The line's amount.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// The one rounding: `round(before + exact) − round(before) = amount`.
    Rounded {
        /// The exact sum of what was rounded before it in the same scope.
        before: ExactMoney,
        /// The exact amount of this commission.
        exact: ExactMoney,
        /// Where it is rounded: `line`, `order` or `statement`.
        at: String,
        /// The rounding mode.
        mode: RoundMode,
        /// The rounded amount.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A cap clamped the commission.
    Capped {
        /// Before the cap.
        from: Money,
        /// After it.
        to: Money,
        /// The cap of the order.
        cap: Money,
        /// The clause.
        program: String,
    },
    /// A refund took back its share:
    /// `[r(with, after) − r(without, after)] − [r(with, before) − r(without, before)] = amount` taken back, where
    /// `r(sum, refunded) = round(sum × refunded / whole)`.
    Reversed {
        /// The refund's id.
        refund: String,
        /// Refunded of the line before this refund.
        before: Money,
        /// Refunded of the line after it.
        after: Money,
        /// All of the line.
        whole: Money,
        /// The line's commissions up to and with this one.
        with: Money,
        /// The line's commissions before this one.
        without: Money,
        /// The rounding mode.
        mode: RoundMode,
        /// What is taken back.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A line that cost nothing was given back: all of its commission is taken back, or, by any later refund, nothing.
    Returned {
        /// The refund's id.
        refund: String,
        /// What is taken back.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// An amount agreed by hand.
    Adjusted {
        /// The adjustment's id.
        adjustment: String,
        /// Why.
        reason: String,
    },
}
