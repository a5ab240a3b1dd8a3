//! Proofs: a plan and the facts with which anybody can settle one affiliate's amounts again.
//!
//! This module must never know what a statement says.

use serde::Deserialize;
use serde_json::Value;

use super::slice::slice;
use crate::facts::{Facts, FactsDocument};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::shape;

/// What is needed to settle one affiliate's amounts again: the compiled plan, and the facts they depend on.
#[derive(Debug, Clone)]
pub struct Proof {
    /// The plan.
    pub plan: Plan,
    /// The facts, those of others only as far as they matter.
    pub facts: FactsDocument,
}

impl Plan {
    /// The facts that decide what this affiliate gets, without those that do not: settled alone, they give the same
    /// targets for the affiliate, byte for byte.
    ///
    /// These are all facts of every customer with an order that the affiliate earns on, or that somebody earns on with whom
    /// it shares; the affiliates they name; its own adjustments, payouts and their confirmations; and all quotes. Where the
    /// program joins everybody (a contest, a cap on a rule or the whole program), these are all facts.
    ///
    /// For an earlier day give the facts as of that day ([`Facts::as_of`]). Errors: the facts do not settle.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{
    ///   "touches": [
    ///     { "id": "t1", "at": "2026-03-08T10:00:00Z", "customer": "c1", "affiliate": "ana" },
    ///     { "id": "t2", "at": "2026-03-08T10:00:00Z", "customer": "c2", "affiliate": "bob" }
    ///   ],
    ///   "orders": [
    ///     { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "800.00" }] },
    ///     { "id": "B", "at": "2026-03-11T10:00:00Z", "customer": "c2", "lines": [{ "amount": "80.00" }] }
    ///   ]
    /// }"#).unwrap();
    /// let proof = plan.proof(&facts, "bob").unwrap();
    /// assert_eq!(proof.facts.orders.len(), 1);
    /// let again = affil::Proof::from_json(&proof.to_json()).unwrap();
    /// assert_eq!(again.settle().unwrap().targets().next().unwrap().id(), "commission:B/1/all/bob");
    /// ```
    pub fn proof(&self, facts: &Facts, affiliate: &str) -> Result<Proof, Problems> {
        Ok(Proof { plan: self.clone(), facts: slice(self, facts, affiliate)? })
    }
}

impl Proof {
    /// What the proof's facts settle to. Only what is the affiliate's own is whole in it.
    pub fn settle(&self) -> Result<crate::settle::Settlement, Problems> {
        self.plan.settle(&self.facts()?)
    }

    /// The facts, as the engine takes them.
    pub(super) fn facts(&self) -> Result<Facts, Problems> {
        let mut facts = Facts::new();
        facts.add_document(&self.facts)?;
        Ok(facts)
    }

    /// The canonical JSON, `{"plan":…,"facts":…}`: the same bytes in every language.
    pub fn to_json(&self) -> String {
        let facts = serde_json::to_string(&self.facts).unwrap_or_default();
        format!(r#"{{"plan":{},"facts":{facts}}}"#, self.plan.to_json())
    }

    /// Reads what [`Proof::to_json`] wrote.
    ///
    /// Errors: a plan or facts that cannot be read, or a plan that was changed (`plan.fingerprint`).
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Form {
            plan: Value,
            facts: Value,
        }
        let form: Form = serde_json::from_value(shape::json(text)?).map_err(|error| {
            let hint = "give the text that `Proof::to_json` wrote, unchanged";
            Problem::new(Code::DocumentMalformed, Pointer::root(), format!("not a proof: {error}"), hint)
        })?;
        let below = |key: &'static str| {
            move |problems: Problems| {
                let start = Pointer::root().key(key);
                problems.without_places().moved(|path| path.parts().fold(start.clone(), |path, part| path.key(&part)))
            }
        };
        let plan = Plan::from_json(&form.plan.to_string()).map_err(below("plan"))?;
        let facts = shape::facts_from(&form.facts.to_string()).map_err(below("facts"))?;
        Ok(Self { plan, facts })
    }
}
