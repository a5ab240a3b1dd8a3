//! Settling: the order of the stages, and nothing else.
//!
//! Each stage is a function of its own and knows nothing of the others; only this module knows their order.

mod batch;
mod cap;
mod refund;
mod result;
mod round;

use crate::attribute::{Credit, attribute};
use crate::facts::{Facts, Sym};
use crate::money::{Exact, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::rate::{Unawarded, award};
use crate::tier::{Climb, climb};

pub(crate) use batch::Batch;
pub(crate) use cap::capped;
pub(crate) use refund::Reversal;
pub use result::{Reason, Settlement, Statement, Target, TargetKind, Totals, Unpaid};
pub(crate) use result::{escape, unescape};

/// What one order line owes one affiliate under one rule, on its way through the stages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Award {
    pub(crate) order: usize,
    pub(crate) line: usize,
    pub(crate) affiliate: Sym,
    pub(crate) rule: usize,
    /// Its place on a ladder, if it follows one.
    pub(crate) climb: Option<Climb>,
    /// Before rounding.
    pub(crate) exact: Exact,
    /// The exact sum of what was rounded before it in the same scope.
    pub(crate) before: Exact,
    /// After rounding, before caps.
    pub(crate) rounded: Minor,
    /// What is owed.
    pub(crate) amount: Minor,
}

/// Everything the stages found: the settlement, and what explanations need beyond it.
pub(crate) struct Run<'a> {
    pub(crate) batch: Batch<'a>,
    pub(crate) credits: Vec<Credit>,
    pub(crate) awards: Vec<Award>,
    pub(crate) unawarded: Vec<Unawarded>,
    pub(crate) reversals: Vec<Reversal>,
}

impl Plan {
    /// What the ledger should say, given these facts: a pure function of the plan and the facts.
    ///
    /// Errors: facts that contradict the program or each other, all at once (see `docs/errors.md`).
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{
    ///   "affiliates": [{ "id": "ana" }],
    ///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
    ///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "800.00" }] }]
    /// }"#).unwrap();
    /// let settlement = plan.settle(&facts).unwrap();
    /// let target = settlement.targets().next().unwrap();
    /// assert_eq!(target.id(), "commission:A/1/all/ana");
    /// assert_eq!(target.amount.to_string(), "80.00 EUR");
    /// ```
    pub fn settle(&self, facts: &Facts) -> Result<Settlement, Problems> {
        Settlement::of(self, &run(self, facts)?).map_err(Problems::from)
    }
}

/// Runs all stages.
pub(crate) fn run<'a>(plan: &Plan, facts: &'a Facts) -> Result<Run<'a>, Problems> {
    let batch = Batch::check(plan, facts)?;
    let credits = attribute(plan, &batch);
    commissions(plan, batch, credits, 0).map_err(Problems::from)
}

/// Runs the stages after attribution.
pub(crate) fn commissions<'a>(
    plan: &Plan,
    batch: Batch<'a>,
    credits: Vec<Credit>,
    so_far: i128,
) -> Result<Run<'a>, Problem> {
    let (mut awards, unawarded) = award(plan, &batch, &credits)?;
    climb(plan, &batch, &mut awards, so_far)?;
    round::round(plan, &batch, &mut awards)?;
    cap::cap(plan, &mut awards)?;
    let reversals = refund::reverse(plan, &batch, &awards);
    Ok(Run { batch, credits, awards, unawarded, reversals })
}

/// The problem of a sum beyond the limit.
pub(crate) fn limit(what: &str) -> Problem {
    let hint = "amounts and their sums may be up to 2^53-1 minor units; settle fewer facts at once";
    Problem::new(Code::MoneyLimit, Pointer::root(), format!("{what} goes beyond the limit"), hint)
}
