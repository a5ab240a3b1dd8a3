//! Plans: compiled programs.
//!
//! This module must never know what a program says.

use std::sync::Arc;

use affil::dispute::{Action, Claim};
use affil::risk::{Risk, Watch};
use affil::time::Instant;
use affil::{Problem, Problems, StatementDocument};
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::card::RateCard;
use crate::facts::Facts;
use crate::ledger::Ledger;
use crate::payout::PayoutRun;
use crate::settlement::Settlement;
use crate::statement::Proof;
use crate::value::instant;
use crate::what_if::WhatIf;

/// A compiled program, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Plan(pub(crate) Arc<affil::Plan>);

/// All that is wrong with a program, as JSON; without `own`, the text was made from a dict and has no places.
#[pyfunction]
pub(crate) fn check(py: Python<'_>, text: &str, own: bool) -> PyResult<String> {
    call(py, Refusal::Program, || {
        if own {
            return Ok(affil::call::check(text));
        }
        let compiled = affil::Program::from_text(text).and_then(|program| program.compile());
        Ok(compiled.err().map(Problems::without_places).unwrap_or_default().to_json())
    })
}

#[pymethods]
impl Plan {
    /// A program or a compiled plan; without `own`, the text was made from a dict and has no places.
    #[staticmethod]
    fn from_text(py: Python<'_>, text: &str, own: bool) -> PyResult<Self> {
        let read =
            || affil::Plan::from_text(text).map_err(|problems| if own { problems } else { problems.without_places() });
        call(py, Refusal::Program, read).map(|plan| Self(Arc::new(plan)))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Program, || Ok(self.0.to_json()))
    }

    #[getter]
    fn fingerprint(&self) -> &str {
        self.0.fingerprint()
    }

    #[getter]
    fn currency(&self) -> String {
        self.0.currency().code().to_owned()
    }

    /// The program as canonical JSON.
    fn program(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Program, || Ok(self.0.program().to_json()))
    }

    /// The linter's warnings, as the JSON of problems.
    fn lint(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Program, || Ok(self.0.lint().to_json()))
    }

    fn settle(&self, py: Python<'_>, facts: &Facts) -> PyResult<Settlement> {
        let settled = call(py, Refusal::Facts, || self.0.settle(&facts.0))?;
        Ok(Settlement { plan: Arc::clone(&self.0), facts: Arc::clone(&facts.0), settled })
    }

    fn explain(&self, py: Python<'_>, facts: &Facts, id: &str) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.explain(&facts.0, id)?.to_json()))
    }

    fn explain_order(&self, py: Python<'_>, facts: &Facts, order: &str) -> PyResult<Vec<String>> {
        call(py, Refusal::Facts, || {
            let explained = self.0.explain_order(&facts.0, order)?;
            Ok(explained.iter().map(affil::Explanation::to_json).collect())
        })
    }

    fn why_not(&self, py: Python<'_>, facts: &Facts, order: &str) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.why_not(&facts.0, order)?.to_json()))
    }

    /// What variants, as the JSON of a list, would have owed.
    fn what_if(&self, py: Python<'_>, facts: &Facts, variants: &str) -> PyResult<WhatIf> {
        let variants = call(py, Refusal::Program, || affil::Variant::list_from_json(variants, &self.0))?;
        call(py, Refusal::Facts, || self.0.what_if(&variants, &facts.0)).map(WhatIf)
    }

    /// What each difference to the first of some variants makes, as JSON.
    fn because(&self, py: Python<'_>, facts: &Facts, variants: &str, affiliate: &str) -> PyResult<String> {
        call(py, Refusal::Facts, || affil::call::because_of(&self.0, &facts.0, variants, affiliate))
    }

    /// The plan with some values put in, given as the JSON of an object of paths and values.
    fn with_values(&self, py: Python<'_>, overrides: &str) -> PyResult<Self> {
        let put = || affil::Plan::from_text(&affil::call::with(&self.0, overrides)?);
        call(py, Refusal::Program, put).map(|plan| Self(Arc::new(plan)))
    }

    /// The quote of a cart in JSON; without `own`, the text was made from a dict and has no places.
    fn quote(&self, py: Python<'_>, cart: &str, own: bool) -> PyResult<String> {
        call(py, Refusal::Facts, || {
            affil::call::quote(&self.0, cart).map_err(|problems| if own { problems } else { problems.without_places() })
        })
    }

    /// A card of a sample cart in JSON; without `own`, the text was made from a dict and has no places.
    fn rate_card(&self, py: Python<'_>, sample: &str, own: bool) -> PyResult<RateCard> {
        call(py, Refusal::Facts, || {
            RateCard::of(&self.0, sample).map_err(|problems| if own { problems } else { problems.without_places() })
        })
    }

    /// The payouts to be made at an instant, as of then.
    fn payouts(&self, py: Python<'_>, facts: &Facts, at: &Bound<'_, PyAny>) -> PyResult<PayoutRun> {
        let at = instant(at, "at")?;
        call(py, Refusal::Facts, || self.0.payouts(&facts.0, at)).map(PayoutRun)
    }

    /// The statements of a month as JSON texts, linked to the earlier ones if there are any.
    fn statements(
        &self,
        py: Python<'_>,
        facts: &Facts,
        ledger: &Ledger,
        month: &str,
        earlier: &str,
    ) -> PyResult<Vec<String>> {
        let month = crate::value::month(py, month)?;
        call(py, Refusal::Facts, || {
            let earlier = StatementDocument::list_from_json(earlier)?;
            let ledger = ledger.held().clone();
            let made = if earlier.is_empty() {
                self.0.statements(&facts.0, &ledger, month)
            } else {
                self.0.statements_after(&facts.0, &ledger, month, &earlier)
            };
            Ok(made?.iter().map(StatementDocument::to_json).collect())
        })
    }

    /// The plan and the facts that one affiliate's amounts depend on.
    fn proof(&self, py: Python<'_>, facts: &Facts, affiliate: &str) -> PyResult<Proof> {
        call(py, Refusal::Facts, || self.0.proof(&facts.0, affiliate)).map(Proof)
    }

    /// What an action makes of a dispute: the JSON of the dispute with the facts that it wants, and of the dispute alone;
    /// without `own`, the text of the action was made from a dict and has no places.
    #[pyo3(signature = (dispute, action, own, now))]
    fn dispute(
        &self,
        py: Python<'_>,
        dispute: Option<&str>,
        action: &str,
        own: bool,
        now: &Bound<'_, PyAny>,
    ) -> PyResult<(String, String)> {
        let now = instant(now, "now")?;
        call(py, Refusal::Facts, || {
            let dispute = dispute.map(|text| self.0.dispute(text)).transpose()?;
            let acted = Action::from_json(action).and_then(|read| self.0.act(dispute.as_ref(), &read, now));
            let placed =
                |problems: Problems| if own { problems.with_places(action) } else { problems.without_places() };
            let acted = acted.map_err(placed)?;
            Ok((acted.to_json(), acted.dispute.to_json()))
        })
    }

    /// What a claim is worth, as JSON; without `own`, its text was made from a dict and has no places.
    fn claim(&self, py: Python<'_>, facts: &Facts, claim: &str, own: bool) -> PyResult<String> {
        call(py, Refusal::Facts, || {
            let claim = Claim::from_json(claim);
            let claim = claim.map_err(|problems| if own { problems } else { problems.without_places() })?;
            Ok(self.0.claim(&facts.0, &claim)?.to_json())
        })
    }

    /// What the claim of a dispute is worth, as JSON.
    fn claim_of(&self, py: Python<'_>, facts: &Facts, dispute: &str) -> PyResult<String> {
        call(py, Refusal::Facts, || {
            let dispute = self.0.dispute(dispute)?;
            Ok(self.0.claim(&facts.0, dispute.claim())?.to_json())
        })
    }

    /// What is likely to be disputed soon, as JSON; without `own`, the text of what to look out for was made from a dict.
    fn risks(&self, py: Python<'_>, facts: &Facts, at: &Bound<'_, PyAny>, watch: &str, own: bool) -> PyResult<String> {
        let at = instant(at, "at")?;
        call(py, Refusal::Facts, || {
            let watch = Watch::from_json(watch);
            let watch = watch.map_err(|problems| if own { problems } else { problems.without_places() })?;
            risks_json(at, &self.0.risks(&facts.0, at, &watch)?)
        })
    }
}

/// As every language writes it.
fn risks_json(at: Instant, risks: &[Risk]) -> Result<String, Problems> {
    let risks = serde_json::to_string(risks).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(format!(r#"{{"at":"{at}","risks":{risks}}}"#))
}
