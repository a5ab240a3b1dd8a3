//! Plans: compiled programs.
//!
//! This module must never know what a program says.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::facts::Facts;
use crate::settlement::Settlement;

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
        Ok(compiled.err().map(affil::Problems::without_places).unwrap_or_default().to_json())
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

    /// The quote of a cart in JSON; without `own`, the text was made from a dict and has no places.
    fn quote(&self, py: Python<'_>, cart: &str, own: bool) -> PyResult<String> {
        call(py, Refusal::Facts, || {
            affil::call::quote(&self.0, cart).map_err(|problems| if own { problems } else { problems.without_places() })
        })
    }
}
