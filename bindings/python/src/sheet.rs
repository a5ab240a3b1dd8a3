//! Columns, and sheets settled from them.
//!
//! This module must never compute a figure.

use std::sync::Arc;

use affil_arrow::{Stream, Streams};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::arrow::{Batches, Failure, reader};
use crate::call::{Refusal, call};
use crate::plan::Plan;
use crate::table::Table;

/// Facts as columns of numbers, as the engine holds them.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Columns(Arc<affil::Columns>);

/// A settlement as columns, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Sheet {
    columns: Arc<affil::Columns>,
    sheet: affil::Sheet,
}

fn stream(name: &str, frame: Option<&Bound<'_, PyAny>>, failure: &Failure) -> PyResult<Stream<'static>> {
    let Some(frame) = frame else { return Ok(Box::new(std::iter::empty())) };
    let reader = reader(frame)?.ok_or_else(|| {
        let wanted = "a data frame (anything with __arrow_c_stream__); lists of dicts are for affil.Facts";
        PyTypeError::new_err(format!("{name} must be {wanted}"))
    })?;
    Ok(Box::new(Batches::new(reader, failure)))
}

#[pymethods]
impl Columns {
    #[new]
    #[pyo3(signature = (*, affiliates, touches, orders, lines, refunds=None, quotes=None, plan=None, threads=1))]
    #[allow(clippy::too_many_arguments, reason = "they are named where they are given")]
    fn new(
        py: Python<'_>,
        affiliates: &Bound<'_, PyAny>,
        touches: &Bound<'_, PyAny>,
        orders: &Bound<'_, PyAny>,
        lines: &Bound<'_, PyAny>,
        refunds: Option<&Bound<'_, PyAny>>,
        quotes: Option<&Bound<'_, PyAny>>,
        plan: Option<&Plan>,
        threads: usize,
    ) -> PyResult<Self> {
        let failure = Failure::default();
        let streams = Streams {
            affiliates: stream("affiliates", Some(affiliates), &failure)?,
            touches: stream("touches", Some(touches), &failure)?,
            orders: stream("orders", Some(orders), &failure)?,
            lines: stream("lines", Some(lines), &failure)?,
            refunds: stream("refunds", refunds, &failure)?,
            quotes: stream("quotes", quotes, &failure)?,
        };
        // A stream that breaks off is told first: what was read of it would only be called incomplete.
        let columns = call(py, Refusal::Facts, move || match plan {
            Some(plan) => affil_arrow::columns_for(&plan.0, streams, threads),
            None => affil_arrow::columns_of_streams(streams),
        });
        failure.raise()?;
        columns.map(|columns| Self(Arc::new(columns)))
    }

    /// The sheet of a plan; how many threads makes no difference to it.
    fn settle(&self, py: Python<'_>, plan: &Plan, threads: usize) -> PyResult<Sheet> {
        let sheet = call(py, Refusal::Facts, || plan.0.sheet(&self.0, threads))?;
        Ok(Sheet { columns: Arc::clone(&self.0), sheet })
    }

    /// Who is credited with each order, a row for each.
    fn credits(&self, py: Python<'_>, plan: &Plan, threads: usize) -> PyResult<Table> {
        let credits = || affil_arrow::credits(&plan.0.credits(&self.0, threads)?, &self.0);
        call(py, Refusal::Facts, credits).map(Table)
    }

    /// What makes them be settled one fact at a time: places and what stands there.
    fn obstacles(&self, plan: &Plan) -> Vec<(String, &'static str)> {
        let found = plan.0.obstacles(&self.0);
        found.into_iter().map(|obstacle| (obstacle.path.as_str().to_owned(), obstacle.what)).collect()
    }

    #[getter]
    fn touches(&self) -> usize {
        self.0.touches()
    }

    #[getter]
    fn orders(&self) -> usize {
        self.0.orders()
    }

    #[getter]
    fn lines(&self) -> usize {
        self.0.lines()
    }

    #[getter]
    fn refunds(&self) -> usize {
        self.0.refunds()
    }
}

#[pymethods]
impl Sheet {
    #[getter]
    fn currency(&self) -> String {
        self.sheet.currency().code().to_owned()
    }

    fn lines(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::sheet_lines(&self.sheet, &self.columns)).map(Table)
    }

    fn statements(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::sheet_statements(&self.sheet)).map(Table)
    }
}
