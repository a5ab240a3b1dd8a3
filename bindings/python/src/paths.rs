//! Paths of touches, and what they say about channels.
//!
//! This module must never count a path.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use affil::Currency;
use affil_paths::{Model, Options, Position, Problems};
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arrow::batches;
use crate::call::{Refusal, bug, call, refused_with};
use crate::table::Table;

/// Paths, as the engine holds them.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Paths {
    paths: Arc<affil_paths::Paths>,
    currency: Option<Currency>,
}

/// What paths say about channels, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Attribution {
    result: affil_paths::Attribution,
    currency: Option<Currency>,
}

/// Works without Python's lock; what is refused becomes an exception with the codes of paths.
fn work<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Problems> + Send) -> PyResult<T> {
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(problems)) => {
            let shape = |of: &affil_paths::Problem| {
                let (code, path) = (of.code.as_str(), of.path.as_str());
                serde_json::json!({ "code": code, "severity": "error", "path": path, "message": of.message, "hint": of.hint })
            };
            let listed: Vec<_> = problems.iter().map(shape).collect();
            let listed = serde_json::json!({ "problems": listed }).to_string();
            Err(refused_with(py, "PathsError", &listed, &problems.to_string()))
        }
        Err(panic) => Err(bug(py, panic.as_ref())),
    }
}

fn currency_of(code: Option<&str>) -> PyResult<Option<Currency>> {
    let known =
        |code| Currency::from_code(code).ok_or_else(|| PyValueError::new_err(format!("no currency is called {code}")));
    code.map(known).transpose()
}

fn table(name: &str, table: &Bound<'_, PyAny>) -> PyResult<Vec<RecordBatch>> {
    let wanted = "a data frame (anything with __arrow_c_stream__)";
    batches(table)?.ok_or_else(|| PyTypeError::new_err(format!("{name} must be {wanted}")))
}

#[pymethods]
impl Paths {
    #[new]
    #[pyo3(signature = (paths, touches, currency))]
    fn new(
        py: Python<'_>,
        paths: &Bound<'_, PyAny>,
        touches: Option<&Bound<'_, PyAny>>,
        currency: Option<&str>,
    ) -> PyResult<Self> {
        let currency = currency_of(currency)?;
        let paths = table("paths", paths)?;
        let touches = touches.map(|touches| table("touches", touches)).transpose()?;
        let read = || match &touches {
            Some(touches) => affil_arrow::paths_of_touches(&paths, touches, currency),
            None => affil_arrow::paths(&paths, currency),
        };
        Ok(Self { paths: Arc::new(work(py, read)?), currency })
    }

    /// Of Python's own lists; amounts are text.
    #[staticmethod]
    fn of_lists(
        py: Python<'_>,
        paths: Vec<Vec<String>>,
        conversions: Vec<u64>,
        others: Option<Vec<u64>>,
        value: Option<Vec<String>>,
        currency: Option<&str>,
    ) -> PyResult<Self> {
        let currency = currency_of(currency)?;
        let mut lists = ListBuilder::new(StringBuilder::new());
        for path in paths {
            lists.append_value(path.into_iter().map(Some));
        }
        let mut columns = vec![
            ("path", Arc::new(lists.finish()) as ArrayRef),
            ("conversions", Arc::new(UInt64Array::from(conversions)) as ArrayRef),
        ];
        columns.extend(others.map(|others| ("others", Arc::new(UInt64Array::from(others)) as ArrayRef)));
        columns.extend(value.map(|value| ("value", Arc::new(StringArray::from(value)) as ArrayRef)));
        let batch = RecordBatch::try_from_iter(columns).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { paths: Arc::new(work(py, || affil_arrow::paths(&[batch], currency))?), currency })
    }

    #[allow(clippy::needless_pass_by_value, reason = "that is how Python gives them")]
    fn attribute(
        &self,
        py: Python<'_>,
        models: Vec<String>,
        position: (u32, u32, u32),
        collapse: bool,
        threads: Option<usize>,
    ) -> PyResult<Attribution> {
        let (first, between, last) = position;
        let model = |name: &String| match name.as_str() {
            "first" => Ok(Model::First),
            "last" => Ok(Model::Last),
            "linear" => Ok(Model::Linear),
            "position" => Ok(Model::Position(Position { first, between, last })),
            "shapley" => Ok(Model::Shapley),
            other => {
                let order = other.strip_prefix("markov-").and_then(|order| order.parse().ok());
                order.map(Model::Markov).ok_or_else(|| PyValueError::new_err(format!("no model is called {other}")))
            }
        };
        let models: Vec<Model> = models.iter().map(model).collect::<PyResult<_>>()?;
        let options = Options { models, collapse, threads };
        let result = work(py, || affil_paths::attribute(&self.paths, &options))?;
        Ok(Attribution { result, currency: self.currency })
    }

    #[getter]
    fn channels(&self) -> Vec<String> {
        self.paths.channels().to_vec()
    }

    #[getter]
    fn touches(&self) -> usize {
        self.paths.touches()
    }

    #[getter]
    fn conversions(&self) -> u64 {
        self.paths.conversions()
    }

    #[getter]
    fn others(&self) -> u64 {
        self.paths.others()
    }

    fn __len__(&self) -> usize {
        self.paths.len()
    }
}

#[pymethods]
impl Attribution {
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::attribution(&self.result, self.currency)).map(Table)
    }

    fn removals(&self, py: Python<'_>) -> PyResult<Table> {
        call(py, Refusal::Facts, || affil_arrow::removals(&self.result)).map(Table)
    }

    /// The exact shares of a model as digits above and below the line; none of a Markov chain.
    fn fractions(&self, model: &str) -> PyResult<Option<Vec<(String, String)>>> {
        let credit = self.result.credit(model).ok_or_else(|| PyKeyError::new_err(model.to_owned()))?;
        let digits = |share: affil_paths::Fraction| (share.numerator(), share.denominator());
        Ok(credit.conversions.exact().map(|shares| shares.iter().map(digits).collect()))
    }

    /// Name, probability of a conversion and residual of each Markov chain.
    fn chains(&self) -> Vec<(String, f64, f64)> {
        let told = |credit: &affil_paths::Credit| {
            let removal = credit.removal.as_ref()?;
            Some((credit.model.to_string(), removal.probability, removal.residual))
        };
        self.result.credits.iter().filter_map(told).collect()
    }

    #[getter]
    fn models(&self) -> Vec<String> {
        self.result.credits.iter().map(|credit| credit.model.to_string()).collect()
    }

    #[getter]
    fn channels(&self) -> Vec<String> {
        self.result.channels.clone()
    }

    #[getter]
    fn conversions(&self) -> u64 {
        self.result.conversions
    }

    #[getter]
    fn currency(&self) -> Option<String> {
        self.currency.map(|currency| currency.code().to_owned())
    }
}
