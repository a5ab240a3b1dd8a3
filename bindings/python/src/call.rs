//! The one way into the engine: without Python's lock, and with panics and refusals turned into exceptions.
//!
//! This module must never know what is called.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use affil::{Code, Problem, Problems};
use pyo3::prelude::*;

/// The exception with which a call refuses.
#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    Program,
    Facts,
    Ledger,
}

impl Refusal {
    fn class(self, problems: &Problems) -> &'static str {
        if problems.iter().any(|problem| problem.code() == Code::InternalBug) {
            return "InternalError";
        }
        match self {
            Self::Program => "ProgramError",
            Self::Facts => "FactsError",
            Self::Ledger => "AffilError",
        }
    }
}

/// Runs `work` while other Python threads go on; what it refuses and where it panics becomes an exception.
///
/// Whoever calls this with something that changes must see to it that a panic leaves it as it was.
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    refusal: Refusal,
    work: impl FnOnce() -> Result<T, Problems> + Send,
) -> PyResult<T> {
    let result = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    let problems = match result {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(problems)) => problems,
        Err(panic) => return Err(bug(py, panic.as_ref())),
    };
    Err(refused(py, refusal, &problems))
}

/// The exception for a panic.
pub(crate) fn bug(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    let problem = Problem::internal(text.unwrap_or_else(|| "a panic without words".to_owned()));
    refused(py, Refusal::Facts, &problem.into())
}

/// The exception that carries these problems.
pub(crate) fn refused(py: Python<'_>, refusal: Refusal, problems: &Problems) -> PyErr {
    refused_with(py, refusal.class(problems), &problems.to_json(), &problems.to_string())
}

/// The exception of a class with the JSON of problems and their text.
pub(crate) fn refused_with(py: Python<'_>, class: &str, problems: &str, text: &str) -> PyErr {
    let make = || {
        let class = py.import("affil._errors")?.getattr(class)?;
        class.call1((problems, text))
    };
    make().map_or_else(|error| error, PyErr::from_value)
}

/// Panics as a bug of the engine would, for the test of what becomes of it.
#[pyfunction(name = "_panic")]
pub(crate) fn panic(py: Python<'_>, message: String) -> PyResult<()> {
    call(py, Refusal::Facts, || std::panic::panic_any(message))
}
