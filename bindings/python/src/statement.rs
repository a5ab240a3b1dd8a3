//! Statements, proofs, and pages that show them.
//!
//! This module must never know whether a statement is right.

use std::sync::Arc;

use affil::StatementDocument;
use affil_books::Checked;
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::facts::Facts;
use crate::plan::Plan;

/// A proof, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Proof(pub(crate) affil::Proof);

#[pymethods]
impl Proof {
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, Refusal::Facts, || affil::Proof::from_json(text)).map(Self)
    }

    #[getter]
    fn plan(&self) -> Plan {
        Plan(Arc::new(self.0.plan.clone()))
    }

    #[getter]
    fn facts(&self, py: Python<'_>) -> PyResult<Facts> {
        call(py, Refusal::Facts, || {
            let mut facts = affil::Facts::new();
            facts.add_document(&self.0.facts)?;
            Ok(facts)
        })
        .map(|facts| Facts(Arc::new(facts)))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.to_json()))
    }
}

/// The JSON text of each statement of a list, or of a single one.
#[pyfunction]
pub(crate) fn statements(py: Python<'_>, text: &str) -> PyResult<Vec<String>> {
    call(py, Refusal::Facts, || {
        Ok(StatementDocument::list_from_json(text)?.iter().map(StatementDocument::to_json).collect())
    })
}

/// What is wrong with statements, as the JSON of problems.
#[pyfunction]
pub(crate) fn verify(py: Python<'_>, statements: &str, proof: &Proof) -> PyResult<String> {
    call(py, Refusal::Facts, || {
        let findings = StatementDocument::list_from_json(statements)
            .map_or_else(|problems| problems, |list| affil::verify(&list, &proof.0));
        Ok(findings.to_json())
    })
}

/// Statements as a page; `checked` are the proof, and script and module of the engine for browsers.
#[pyfunction]
#[pyo3(signature = (statements, checked))]
pub(crate) fn page(
    py: Python<'_>,
    statements: &str,
    checked: Option<(Bound<'_, Proof>, String, Vec<u8>)>,
) -> PyResult<String> {
    // A frozen class may be looked at without Python's lock.
    let checked = checked.map(|(proof, script, module)| (proof.unbind(), script, module));
    call(py, Refusal::Facts, || {
        let checked = checked.as_ref().map(|(proof, script, module)| Checked { proof: &proof.get().0, script, module });
        Ok(affil_books::page(&StatementDocument::list_from_json(statements)?, checked))
    })
}
