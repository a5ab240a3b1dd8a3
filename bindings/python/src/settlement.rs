//! Settlements, with what they were settled from, so that they can explain themselves.
//!
//! This module must never compute a figure.

use std::sync::Arc;

use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::facts::Facts;
use crate::plan::Plan;
use crate::table::Table;

/// A settlement, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Settlement {
    pub(crate) plan: Arc<affil::Plan>,
    pub(crate) facts: Arc<affil::Facts>,
    pub(crate) settled: affil::Settlement,
}

#[pymethods]
impl Settlement {
    #[getter]
    fn plan(&self) -> Plan {
        Plan(Arc::clone(&self.plan))
    }

    #[getter]
    fn facts(&self) -> Facts {
        Facts(Arc::clone(&self.facts))
    }

    fn targets(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::targets(&self.settled)).map(Table)
    }

    fn statements(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::statements(&self.settled)).map(Table)
    }

    fn unpaid(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::unpaid(&self.settled)).map(Table)
    }

    fn balances(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::balances(&self.settled)).map(Table)
    }

    fn payouts(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::payouts(&self.settled)).map(Table)
    }

    /// The sums of all statements as JSON.
    fn totals(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || {
            serde_json::to_string(&self.settled.totals())
                .map_err(|error| affil::Problem::internal(error.to_string()).into())
        })
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.settled.to_json()))
    }
}
