//! Facts from documents, frames and lists of dicts.
//!
//! This module must never know what a fact means.

use std::collections::HashMap;
use std::sync::Arc;

use affil::{Pointer, Problems};
use affil_arrow::Tables;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use serde_json::{Map, Value};

use crate::arrow::batches;
use crate::call::{Refusal, call};
use crate::value::{instant, json};

/// Facts, as the engine holds them.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Facts(pub(crate) Arc<affil::Facts>);

/// Facts as they came: tables of frames, and a facts document of the lists.
#[derive(Default)]
struct Given {
    tables: Tables,
    document: Map<String, Value>,
}

impl Given {
    /// The frame's batches; none for a list, which is kept under its name.
    fn take(&mut self, name: &str, table: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<arrow_array::RecordBatch>> {
        let Some(table) = table else { return Ok(Vec::new()) };
        if let Some(batches) = batches(table)? {
            return Ok(batches);
        }
        if let list @ Value::Array(_) = json(table, &Pointer::root().key(name))? {
            self.document.insert(name.to_owned(), list);
            return Ok(Vec::new());
        }
        let wanted = "a data frame (anything with __arrow_c_stream__) or a list of dicts";
        Err(PyTypeError::new_err(format!("{name} must be {wanted}")))
    }

    fn facts(self) -> Result<affil::Facts, Problems> {
        let facts = affil_arrow::facts(&self.tables);
        if self.document.is_empty() {
            return facts;
        }
        let text = Value::Object(self.document).to_string();
        let (mut facts, refused) = match facts {
            Ok(facts) => (facts, None),
            Err(problems) => (affil::Facts::new(), Some(problems)),
        };
        let added = facts.add_json(&text).map_err(Problems::without_places);
        match (refused, added) {
            (None, Ok(())) => Ok(facts),
            (Some(problems), Ok(())) | (None, Err(problems)) => Err(problems),
            (Some(some), Err(others)) => Err(some.iter().chain(&others).cloned().collect()),
        }
    }
}

#[pymethods]
impl Facts {
    #[new]
    #[pyo3(signature = (
        *, affiliates=None, touches=None, orders=None, lines=None, refunds=None, adjustments=None, reviews=None,
        payouts=None, confirmations=None, quotes=None, until=None
    ))]
    #[allow(clippy::too_many_arguments)] // One a table.
    fn new(
        py: Python<'_>,
        affiliates: Option<&Bound<'_, PyAny>>,
        touches: Option<&Bound<'_, PyAny>>,
        orders: Option<&Bound<'_, PyAny>>,
        lines: Option<&Bound<'_, PyAny>>,
        refunds: Option<&Bound<'_, PyAny>>,
        adjustments: Option<&Bound<'_, PyAny>>,
        reviews: Option<&Bound<'_, PyAny>>,
        payouts: Option<&Bound<'_, PyAny>>,
        confirmations: Option<&Bound<'_, PyAny>>,
        quotes: Option<&Bound<'_, PyAny>>,
        until: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut given = Given::default();
        given.tables = Tables {
            affiliates: given.take("affiliates", affiliates)?,
            touches: given.take("touches", touches)?,
            orders: given.take("orders", orders)?,
            lines: given.take("lines", lines)?,
            refunds: given.take("refunds", refunds)?,
            adjustments: given.take("adjustments", adjustments)?,
            reviews: given.take("reviews", reviews)?,
            payouts: given.take("payouts", payouts)?,
            confirmations: given.take("confirmations", confirmations)?,
            quotes: given.take("quotes", quotes)?,
            until: None,
        };
        if let Some(until) = until {
            // As a key of a document, with a document's words for what is wrong with it.
            given.document.insert("until".to_owned(), json(until, &Pointer::root().key("until"))?);
        }
        if lines.is_some() && (given.tables.lines.is_empty() || given.tables.orders.is_empty()) {
            let message =
                "lines must be a data frame, beside a data frame of orders; orders in a list of dicts hold their lines";
            return Err(PyTypeError::new_err(message));
        }
        call(py, Refusal::Facts, move || given.facts()).map(|facts| Self(Arc::new(facts)))
    }

    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, Refusal::Facts, || affil::Facts::from_json(text)).map(|facts| Self(Arc::new(facts)))
    }

    /// The facts that were known by an instant.
    fn as_of(&self, py: Python<'_>, at: &Bound<'_, PyAny>) -> PyResult<Self> {
        let at = instant(at, "as_of")?;
        call(py, Refusal::Facts, || Ok(self.0.as_of(at))).map(|facts| Self(Arc::new(facts)))
    }

    /// These facts and those.
    fn plus(&self, py: Python<'_>, others: &Self) -> PyResult<Self> {
        call(py, Refusal::Facts, || {
            let mut facts = affil::Facts::clone(&self.0);
            facts.add_document(&others.0.to_document())?;
            Ok(facts)
        })
        .map(|facts| Self(Arc::new(facts)))
    }

    fn groups(&self) -> HashMap<&str, Vec<&str>> {
        self.0.groups().collect()
    }

    #[getter]
    fn affiliates(&self) -> usize {
        self.0.affiliates()
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

    #[getter]
    fn adjustments(&self) -> usize {
        self.0.adjustments()
    }

    #[getter]
    fn reviews(&self) -> usize {
        self.0.reviews()
    }

    #[getter]
    fn payouts(&self) -> usize {
        self.0.payouts()
    }

    #[getter]
    fn confirmations(&self) -> usize {
        self.0.confirmations()
    }

    #[getter]
    fn quotes(&self) -> usize {
        self.0.quotes()
    }
}
