//! What the ledger should hold, under ids that never change, and the reasons why something pays nothing.
//!
//! This module must never know how an amount came about.

use serde::{Serialize, Serializer};

use crate::facts::Sym;
use crate::lifecycle::State;
use crate::money::Money;
use crate::time::{Instant, Month};

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// What one order line owes one affiliate under one rule.
    Commission,
    /// What a recruiter earns by somebody else's commissions on a line.
    Override,
    /// What a refund takes back of a commission or an override.
    Reversal,
    /// What is paid for what an affiliate did in a period.
    Bonus,
    /// An amount agreed by hand.
    Adjustment,
}

impl TargetKind {
    /// The word with which its ids begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commission => "commission",
            Self::Override => "override",
            Self::Reversal => "reversal",
            Self::Bonus => "bonus",
            Self::Adjustment => "adjustment",
        }
    }
}

/// On which facts a target stands or falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Whose {
    /// An order, its refunds included.
    Order(Sym),
    /// Whatever an affiliate did.
    Affiliate(Sym),
    Adjustment(Sym),
}

/// Why an order or a line paid nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer had no touch at or before the order.
    NoTouch,
    /// The last touch was bound to another order.
    OtherOrder,
    /// The last touch is of a kind without a window.
    KindNotCounted,
    /// The last touch's affiliate is excluded.
    ExcludedAffiliate,
    /// The last touch's channel is excluded.
    ExcludedChannel,
    /// The last touch's affiliate is not active.
    AffiliateInactive,
    /// The affiliate bought for itself.
    SelfReferral,
    /// The last touch was too long before the order.
    OutsideWindow,
    /// The last touch was too shortly before the order.
    TooFast,
    /// A touch of another channel won, and it belongs to no affiliate.
    Deduplicated,
    /// A review declined the line, or nobody reviewed it in time.
    Declined,
    /// The program excludes the line.
    Excluded,
    /// No rule matches the line.
    NoRule,
    /// A cap left less than the rules gave, or nothing. Such a line is paid: only `why_not` gives this reason.
    Capped,
}

/// What the ledger should hold under one id.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// What it is for.
    pub kind: TargetKind,
    /// Who is owed, or (negative amounts) owes.
    pub affiliate: &'a str,
    /// The order; none for bonuses and adjustments.
    pub order: Option<&'a str>,
    /// The line of the order.
    pub line: Option<&'a str>,
    /// The rule, override or bonus that pays.
    pub rule: Option<&'a str>,
    /// Whose commissions an override follows.
    pub source: Option<&'a str>,
    /// Which of several bonuses it is: its period, and the step or order in it, escaped as in the id.
    pub occasion: Option<&'a str>,
    /// The refund or adjustment that is the cause; none for the others.
    pub cause: Option<&'a str>,
    /// When the order, refund or adjustment happened, or the bonus was earned.
    pub at: Instant,
    /// The month of that instant in the program's zone: the statement it belongs to.
    pub month: Month,
    /// How much.
    pub amount: Money,
    /// How far it has come at the end of the facts.
    pub state: State,
    /// From when on it may be paid; none while it is pending or on hold.
    pub payable_from: Option<Instant>,
}

impl Target<'_> {
    /// The permanent id, such as `commission:ORDER/LINE/RULE/AFFILIATE`.
    pub fn id(&self) -> String {
        let mut id = format!("{}:", self.kind.as_str());
        let affiliate = Some(self.affiliate);
        let parts = match self.kind {
            TargetKind::Commission | TargetKind::Override => [self.order, self.line, self.rule, self.source, affiliate],
            TargetKind::Reversal => [self.cause, self.line, self.rule, self.source, affiliate],
            TargetKind::Bonus => [self.rule, affiliate, None, None, None],
            TargetKind::Adjustment => [self.cause, None, None, None, None],
        };
        for (index, part) in parts.into_iter().flatten().enumerate() {
            if index > 0 {
                id.push('/');
            }
            id.push_str(&escape(part));
        }
        if let Some(occasion) = self.occasion {
            id.push('/');
            id.push_str(occasion);
        }
        id
    }
}

/// A part of a target id: `~` as `~0` and `/` as `~1`, as in JSON Pointers, and `#` as `~2`, which entry ids end with.
pub(crate) fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1").replace('#', "~2")
}

/// The text of an escaped part.
pub(crate) fn unescape(part: &str) -> String {
    part.replace("~2", "#").replace("~1", "/").replace("~0", "~")
}

impl Serialize for Target<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            id: String,
            kind: TargetKind,
            affiliate: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            order: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            rule: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            source: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            occasion: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            cause: Option<&'a str>,
            at: Instant,
            month: Month,
            amount: Money,
            state: State,
            #[serde(skip_serializing_if = "Option::is_none")]
            payable_from: Option<Instant>,
        }
        let Self { kind, affiliate, order, line, rule, source, occasion, cause, at, month, .. } = *self;
        let Self { amount, state, payable_from, .. } = *self;
        let id = self.id();
        #[rustfmt::skip]
        let form = Form {
            id, kind, affiliate, order, line, rule, source, occasion, cause, at, month, amount, state, payable_from,
        };
        form.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_escape_their_parts() {
        assert_eq!(escape("a/b~c#1"), "a~1b~0c~21");
        assert_eq!(unescape("a~1b~0c~21"), "a/b~c#1");
        assert_eq!(unescape(&escape("~2")), "~2");
    }
}
