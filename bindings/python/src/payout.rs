//! Payout runs: what would be paid to whom at an instant.
//!
//! This module must never decide what is paid.

use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::table::Table;

/// A payout run, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct PayoutRun(pub(crate) affil::PayoutRun);

#[pymethods]
impl PayoutRun {
    fn payouts(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::proposals(&self.0)).map(Table)
    }

    fn carried(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::carried(&self.0)).map(Table)
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.to_json()))
    }
}
