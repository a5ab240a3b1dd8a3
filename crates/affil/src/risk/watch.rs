//! What to look out for: thresholds, open disputes, and what affiliates counted themselves.
//!
//! This module must never look at a fact.

use serde::{Deserialize, Serialize};

use crate::dispute::{Dispute, DisputeDocument};
use crate::money::Minor;
use crate::plan::{Plan, keep, not_negative};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, Id, WindowText};
use crate::shape;
use crate::time::{Instant, Month, Span};

/// What an affiliate counted itself for a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnCount {
    /// Who counted.
    pub affiliate: Id,
    /// The month in the program's zone, such as `"2026-03"`.
    pub month: String,
    /// How many orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u32>,
    /// What it is owed for them: the total of its statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
}

/// What to look out for. Every threshold has a default.
///
/// ```
/// let watch = affil::risk::Watch::from_json(r#"{ "near": "5d" }"#).unwrap();
/// assert_eq!((watch.near.as_str(), watch.history_orders), ("5d", 20));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Watch {
    /// Disputes that are not over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<DisputeDocument>,
    /// What affiliates counted themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<OwnCount>,
    /// A deadline is near if it is at most this far away.
    pub near: WindowText,
    /// Reversals of a month are far above the affiliate's history from this z² on.
    pub z_squared: u32,
    /// Only where the history has at least so many orders.
    pub history_orders: u32,
    /// Only where the month has at least so many orders.
    pub month_orders: u32,
    /// Touches of two affiliates are close if they are at most this far apart.
    pub together: WindowText,
    /// An affiliate's count differs if it is more than so many orders away.
    pub orders_apart: u32,
    /// An affiliate's count differs if it is more than this amount away.
    pub amount_apart: AmountText,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            disputes: Vec::new(),
            counts: Vec::new(),
            near: "3d".into(),
            z_squared: 9,
            history_orders: 20,
            month_orders: 5,
            together: "1h".into(),
            orders_apart: 0,
            amount_apart: "0".into(),
        }
    }
}

impl Watch {
    /// Reads what to look out for, in JSON; all problems of its shape at once.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        shape::dispute_from(text, "watch")
    }
}

/// An affiliate's own count, read.
#[derive(Debug)]
pub(super) struct Count<'a> {
    pub(super) affiliate: &'a str,
    pub(super) month: Month,
    pub(super) orders: Option<u32>,
    pub(super) amount: Option<Minor>,
}

/// A watch whose texts are read.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub(super) watch: &'a Watch,
    /// The last instant at which a deadline is near.
    pub(super) near: Instant,
    pub(super) together: Span,
    pub(super) amount_apart: Minor,
    pub(super) disputes: Vec<Dispute>,
    pub(super) counts: Vec<Count<'a>>,
}

impl<'a> Reading<'a> {
    pub(super) fn read(plan: &Plan, at: Instant, watch: &'a Watch) -> Result<Self, Problems> {
        let root = Pointer::root();
        let mut problems = Problems::default();
        let window = |text: &WindowText, key: &str| shape::window(text.as_str(), &root.key(key));
        let near = keep(window(&watch.near, "near"), &mut problems);
        let together = keep(fixed(window(&watch.together, "together"), &root.key("together")), &mut problems);
        let amount_apart = keep(positive(plan, &watch.amount_apart, &root.key("amount_apart")), &mut problems);
        let mut disputes = Vec::with_capacity(watch.disputes.len());
        for (index, document) in watch.disputes.iter().enumerate() {
            let place = root.key("disputes").index(index);
            match plan.dispute_of(document) {
                Ok(dispute) => disputes.push(dispute),
                Err(found) => problems.extend(found.moved(|inner| inner.below(&place))),
            }
        }
        let counts = counts(plan, watch, &mut problems);
        let (Some(near), Some(together), Some(amount_apart)) = (near, together, amount_apart) else {
            return Err(problems.sorted());
        };
        let near = near.end_from(at, &plan.zone).unwrap_or(Instant::MAX);
        problems.or(Self { watch, near, together, amount_apart, disputes, counts })
    }
}

fn counts<'a>(plan: &Plan, watch: &'a Watch, problems: &mut Problems) -> Vec<Count<'a>> {
    let mut counts = Vec::with_capacity(watch.counts.len());
    for (index, count) in watch.counts.iter().enumerate() {
        let path = Pointer::root().key("counts").index(index);
        let month = Month::parse(&count.month).map_err(|error| {
            let message = format!("`{}`: {error}", shape::short(&count.month));
            Problem::new(Code::TimeMalformed, path.key("month"), message, "write a month as 2026-03")
        });
        let amount =
            count.amount.as_ref().map(|text| shape::amount(text.as_str(), plan.currency(), &path.key("amount")));
        let (month, amount) = (keep(month, problems), amount.map(|amount| keep(amount, problems)));
        let (Some(month), None | Some(Some(_))) = (month, amount) else { continue };
        let (affiliate, orders, amount) = (count.affiliate.as_str(), count.orders, amount.flatten());
        counts.push(Count { affiliate, month, orders, amount });
    }
    counts
}

/// Between two touches a month is no length.
fn fixed(span: Result<Span, Problem>, path: &Pointer) -> Result<Span, Problem> {
    let span = span?;
    if span.fixed_micros().is_some() {
        return Ok(span);
    }
    let message = format!("`{span}` has no fixed length");
    Err(Problem::new(Code::WindowMalformed, path.clone(), message, "write hours or days, such as \"1h\""))
}

fn positive(plan: &Plan, text: &AmountText, path: &Pointer) -> Result<Minor, Problem> {
    shape::amount(text.as_str(), plan.currency(), path).and_then(|amount| not_negative(amount, path))
}
