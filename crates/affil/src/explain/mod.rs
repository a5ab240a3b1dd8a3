//! Explanations: why an amount is what it is, as data and as text, by replaying what settled it.
//!
//! This module must never compute money of its own: it shows what the stages computed.

mod bonus;
mod declined;
mod figures;
mod miss;
mod narrate;
mod price;
mod prize;
mod reversal;
mod round;
mod rungs;
mod select;
mod step;
mod text;
mod touch;
mod why_not;

use serde::Serialize;

use crate::facts::Facts;
use crate::money::Money;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::settle::{introduce, run};

pub use figures::{
    CappedTogether, Counted, ExactMoney, Lifted, LiftedBy, Occasion, RoundedTogether, RuleAmount, Standing, TakenBack,
    TakenOff,
};
pub use step::Step;
pub(crate) use text::grouped;
pub use why_not::{Finding, WhyNot};

/// Why a target has its amount: the steps that led to it, and one line of text.
///
/// Every step carries its own figures, the place of its clause in the program and the facts it used, so that it can
/// be checked by itself and shown beside the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The target's id.
    pub id: String,
    /// Who is owed.
    pub affiliate: String,
    /// How much.
    pub amount: Money,
    /// The currency of all amounts, unless a step names another.
    pub currency: String,
    /// One line for people.
    pub text: String,
    /// The steps, in order.
    pub because: Vec<Step>,
}

impl Explanation {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Explains the targets with these ids, in one run.
pub(crate) fn explain_some(plan: &Plan, facts: &Facts, ids: &[&str]) -> Result<Vec<Explanation>, Problems> {
    let facts = introduce(plan, facts.current()?);
    let run = run(plan, &facts)?;
    let narrator = narrate::Narrator::new(plan, &run);
    let explain = |id: &&str| narrator.narrate(select::target(plan, &run, id)?);
    Ok(ids.iter().map(explain).collect::<Result<_, _>>()?)
}

impl Plan {
    /// Explains a target by its id. An entry's id explains its target as it is now; what an entry itself changed is
    /// in its `was`, `now` and `amount`.
    ///
    /// Errors: the facts do not settle, or no target has this id (`target.unknown`): so it is with an entry that
    /// booked back what is no longer wanted.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// # let facts = affil::Facts::from_json(r#"{
    /// #   "touches": [{ "id": "t1", "at": "2026-03-08T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
    /// #   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "800.00" }] }]
    /// # }"#).unwrap();
    /// let why = plan.explain(&facts, "commission:A/1/all/ana").unwrap();
    /// assert_eq!(
    ///     why.text,
    ///     "80.00 EUR to ana for A · March 2026 in Europe/Berlin · last click 2 days before (window 30 days) \
    ///      · 10 % of 800.00 = 80.00"
    /// );
    /// ```
    pub fn explain(&self, facts: &Facts, id: &str) -> Result<Explanation, Problems> {
        let facts = introduce(self, facts.current()?);
        let run = run(self, &facts)?;
        let selected = select::target(self, &run, id)?;
        Ok(narrate::Narrator::new(self, &run).narrate(selected)?)
    }

    /// Explains every target of an order, its commissions, overrides and what refunds took back of them, in the order
    /// of [`Settlement::targets`](crate::Settlement::targets).
    ///
    /// Errors: the facts do not settle, or no order has this id (`order.unknown`).
    pub fn explain_order(&self, facts: &Facts, order: &str) -> Result<Vec<Explanation>, Problems> {
        let facts = introduce(self, facts.current()?);
        let run = run(self, &facts)?;
        let selected = select::order(&run, order)?;
        let narrator = narrate::Narrator::new(self, &run);
        Ok(selected.into_iter().map(|selected| narrator.narrate(selected)).collect::<Result<_, _>>()?)
    }

    /// Explains every target, in the order of [`Settlement::targets`](crate::Settlement::targets), in one run.
    ///
    /// Errors: the facts do not settle.
    pub fn explain_all(&self, facts: &Facts) -> Result<Vec<Explanation>, Problems> {
        let facts = introduce(self, facts.current()?);
        let run = run(self, &facts)?;
        let narrator = narrate::Narrator::new(self, &run);
        let selected = select::all(&run);
        Ok(selected.into_iter().map(|selected| narrator.narrate(selected)).collect::<Result<_, _>>()?)
    }

    /// Why an order, or some of its lines, paid nothing or was capped, and the smallest change that would have paid.
    ///
    /// Errors: the facts do not settle, or no order has this id (`order.unknown`).
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// # let facts = affil::Facts::from_json(r#"{
    /// #   "touches": [{ "id": "t1", "at": "2026-03-08T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
    /// #   "orders": [{ "id": "A", "at": "2026-05-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "800.00" }] }]
    /// # }"#).unwrap();
    /// let why = plan.why_not(&facts, "A").unwrap();
    /// assert_eq!(why.findings[0].text, "click t1 of ana came 63 days before, and its window is 30 days");
    /// assert_eq!(why.findings[0].change.as_deref(), Some("a window of 64 days or more would have counted it"));
    /// ```
    pub fn why_not(&self, facts: &Facts, order: &str) -> Result<WhyNot, Problems> {
        let facts = introduce(self, facts.current()?);
        let run = run(self, &facts)?;
        Ok(why_not::why_not(self, &run, order)?)
    }
}
