//! What-if: settle again with other plans, and subtract.
//!
//! This module must never compute a commission; it only compares what two settlements say.

mod because;
mod change;
mod compare;
mod missing;
mod result;
mod steps;
mod variant;

use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::settle::{Settlement, introduce, run};

pub use because::{Because, ProgramChange};
pub use result::{
    AffiliateChange, AmountChange, Comparison, Losing, Missing, MonthChange, RuleChange, StepChange, TargetChange,
    WhatIf,
};
pub use variant::{Override, Variant};

impl Plan {
    /// What other plans would have paid for the same facts, and what that changes: for whom, by which rule, in which month.
    ///
    /// What was paid out is passed over: it follows from what was owed, and does not change it. What a variant asks for
    /// and no fact has is told in [`Comparison::missing`].
    ///
    /// Errors: facts that a plan refuses (with the variant's name in the message), another currency (`variant.currency`).
    ///
    /// ```
    /// let program = affil::Program::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ///   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    ///   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{
    ///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
    ///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "84.00" }] }]
    /// }"#).unwrap();
    /// let variants = affil::Variant::grid(&program, &[("rules/all/pay/percent".into(), vec!["8".into(), "12".into()])]).unwrap();
    /// let what_if = program.compile().unwrap().what_if(&variants, &facts).unwrap();
    /// let less = &what_if.variants[0];
    /// assert_eq!(less.name, "rules/all/pay/percent = 8");
    /// assert_eq!(less.text, "1.68 EUR less (-20.0 %): 1 loses");
    /// ```
    pub fn what_if(&self, variants: &[Variant], facts: &Facts) -> Result<WhatIf, Problems> {
        let base = Outcome::of(self, facts)?;
        let compared = variants.iter().map(|variant| {
            variant.fits(self)?;
            let outcome = Outcome::of(&variant.plan, facts).map_err(|problems| variant.blamed(problems))?;
            compare::compare(&variant.name, &base, &outcome)
        });
        Ok(WhatIf {
            currency: self.currency,
            plan: self.fingerprint().to_owned(),
            variants: compared.collect::<Result<_, _>>()?,
        })
    }
}

/// What a plan makes of facts, as far as plans are compared.
struct Outcome {
    settlement: Settlement,
    steps: steps::Steps,
    missing: Vec<Missing>,
}

impl Outcome {
    fn of(plan: &Plan, facts: &Facts) -> Result<Self, Problems> {
        let facts = introduce(plan, facts.current()?);
        let run = run(plan, &facts)?;
        let missing = missing::missing(plan, &facts);
        Ok(Self { settlement: Settlement::of(plan, &run)?, steps: steps::reached(plan, &run), missing })
    }
}
