//! Settling: the order of the stages, and nothing else.
//!
//! Each stage is a function of its own and knows nothing of the others; only this module knows their order.

mod award;
mod balance;
mod batch;
mod cap;
mod course;
mod exchange;
mod lift;
mod payouts;
mod refund;
mod result;
mod round;
mod share;
mod sums;
mod taking;
mod target;

use crate::attribute::{Credit, attribute};
use crate::bonus::{Bonus, bonuses};
use crate::facts::Facts;
use crate::money::Decimal;
use crate::payout::covered;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::rate::{Unawarded, award};
use crate::tier::climb;

pub(crate) use award::{Award, Claim, Lift, PartyShare};
pub use balance::Balance;
pub(crate) use batch::{Batch, Taking};
pub(crate) use cap::{Filling, Trim, capped};
pub(crate) use exchange::{Fx, Quotes};
pub use payouts::{Payout, PayoutState};
pub(crate) use refund::{Reversal, Reversed};
pub use result::{Settlement, Statement, Unpaid};
pub(crate) use round::group;
pub(crate) use share::introduce;
pub use sums::Totals;
pub use target::{Reason, Target, TargetKind};
pub(crate) use target::{Whose, escape, unescape};

/// Everything the stages found: the settlement, and what explanations need beyond it.
pub(crate) struct Run<'a> {
    pub(crate) batch: Batch<'a>,
    pub(crate) credits: Vec<Credit>,
    pub(crate) awards: Vec<Award>,
    pub(crate) unawarded: Vec<Unawarded>,
    /// What caps took.
    pub(crate) trims: Vec<Trim>,
    /// What is owed for each commission, in their order, and how shared ones were divided.
    pub(crate) claims: Vec<Claim>,
    pub(crate) shares: Vec<PartyShare>,
    pub(crate) lifts: Vec<Lift>,
    pub(crate) reversals: Vec<Reversal>,
    pub(crate) bonuses: Vec<Bonus>,
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
        let settlement = settled(self, facts)?;
        covered(self, facts)?;
        Ok(settlement)
    }
}

/// Settles without asking whether what was paid out could be.
pub(crate) fn settled(plan: &Plan, facts: &Facts) -> Result<Settlement, Problems> {
    settled_and(plan, facts, |_, _| ()).map(|(settlement, ())| settlement)
}

/// The same, and what `look` makes of all that the stages found.
pub(crate) fn settled_and<T>(
    plan: &Plan,
    facts: &Facts,
    look: impl FnOnce(&Run<'_>, &Settlement) -> T,
) -> Result<(Settlement, T), Problems> {
    let facts = introduce(plan, facts.current()?);
    let run = run(plan, &facts)?;
    let settlement = Settlement::of(plan, &run)?;
    let seen = look(&run, &settlement);
    Ok((settlement, seen))
}

/// Runs all stages.
pub(crate) fn run<'a>(plan: &Plan, facts: &'a Facts) -> Result<Run<'a>, Problems> {
    let batch = Batch::check(plan, facts)?;
    let credits = attribute(plan, &batch);
    let mut run = commissions(plan, batch, credits, None)?;
    run.bonuses = bonuses(plan, &run)?;
    Ok(run)
}

/// Runs the stages after attribution, up to refunds.
pub(crate) fn commissions<'a>(
    plan: &Plan,
    batch: Batch<'a>,
    credits: Vec<Credit>,
    so_far: Option<Decimal>,
) -> Result<Run<'a>, Problems> {
    let (mut awards, unawarded) = award(plan, &batch, &credits)?;
    climb(plan, &batch, &mut awards, so_far)?;
    round::round(plan, &batch, &credits, &mut awards)?;
    let trims = cap::cap(plan, &batch, &mut awards)?;
    let (claims, shares) = share::share(plan, &batch, &awards)?;
    let lifts = lift::lift(plan, &batch, &awards)?;
    let reversals = refund::reverse(plan, &batch, &awards, &claims, &lifts);
    Ok(Run { batch, credits, awards, unawarded, trims, claims, shares, lifts, reversals, bonuses: Vec::new() })
}

/// The problem of a sum beyond the limit.
pub(crate) fn limit(what: &str) -> Problem {
    let hint = "amounts and their sums may be up to 2^53-1 minor units; settle fewer facts at once";
    Problem::new(Code::MoneyLimit, Pointer::root(), format!("{what} goes beyond the limit"), hint)
}
