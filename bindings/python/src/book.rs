//! Books: a plan, its facts and its ledger kept together.
//!
//! This module must never book anything itself.

use std::sync::{Arc, Mutex, MutexGuard};

use affil::{Again, Problem, Problems};
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::facts::Facts;
use crate::ledger::{Ledger, lines};
use crate::plan::Plan;
use crate::table::Table;

/// A book, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Book(Mutex<affil::Book>);

impl Book {
    /// What `work` does with the book. A book that a panic left halfway answers nothing any more.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&mut affil::Book) -> Result<T, Problems> + Send,
    ) -> PyResult<T> {
        call(py, Refusal::Facts, || work(&mut *self.held()?))
    }

    fn held(&self) -> Result<MutexGuard<'_, affil::Book>, Problem> {
        self.0
            .lock()
            .map_err(|_| Problem::internal("a bug broke off what this book was doing: open it again".to_owned()))
    }
}

#[pymethods]
impl Book {
    #[new]
    fn new(py: Python<'_>, plan: &Plan, facts: &Facts, ledger: Option<&Ledger>) -> PyResult<Self> {
        let book = call(py, Refusal::Facts, || {
            let ledger = ledger.map_or_else(affil::Ledger::new, |ledger| ledger.held().clone());
            affil::Book::with_ledger(affil::Plan::clone(&plan.0), affil::Facts::clone(&facts.0), ledger)
        });
        book.map(|book| Self(Mutex::new(book)))
    }

    /// Adds the facts of a document in JSON and answers the new entries as JSON Lines; without `own`, the text was made
    /// from a dict and has no places.
    fn add_json(&self, py: Python<'_>, text: &str, own: bool) -> PyResult<String> {
        self.with(py, |book| {
            let entries = book.add_json(text);
            Ok(lines(&entries.map_err(|problems| if own { problems } else { problems.without_places() })?))
        })
    }

    /// Adds facts and answers the new entries as JSON Lines.
    fn add(&self, py: Python<'_>, facts: &Facts) -> PyResult<String> {
        self.with(py, |book| Ok(lines(&book.add_document(&facts.0.to_document())?)))
    }

    /// Closes all months up to the end of this one.
    fn close(&self, py: Python<'_>, month: &str) -> PyResult<()> {
        let month = crate::value::month(py, month)?;
        self.with(py, |book| {
            book.close(month);
            Ok(())
        })
    }

    /// A copy of the ledger.
    fn ledger(&self, py: Python<'_>) -> PyResult<Ledger> {
        self.with(py, |book| Ok(book.ledger().clone())).map(Ledger::of)
    }

    /// A copy of the facts.
    fn facts(&self, py: Python<'_>) -> PyResult<Facts> {
        self.with(py, |book| Ok(book.facts().clone())).map(|facts| Facts(Arc::new(facts)))
    }

    fn entries(&self, py: Python<'_>) -> PyResult<Table> {
        self.with(py, |book| affil_arrow::entries(book.ledger().entries())).map(Table)
    }

    /// How many orders were settled for what was added last, and why everything was, if it was.
    fn settled(&self, py: Python<'_>) -> PyResult<(usize, Option<&'static str>)> {
        self.with(py, |book| Ok((book.settled().orders, book.settled().everything)))
    }

    /// What is settled again for a new fact, and what in the program makes it so.
    fn reach(&self, py: Python<'_>) -> PyResult<(&'static str, Vec<(String, &'static str)>)> {
        self.with(py, |book| {
            let again = match book.reach().again {
                Again::Customer => "customer",
                Again::Affiliate => "affiliate",
                Again::Everything => "everything",
            };
            let because = book.reach().because.iter();
            Ok((again, because.map(|obstacle| (obstacle.path.as_str().to_owned(), obstacle.what)).collect()))
        })
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |book| Ok(book.ledger().entries().len()))
    }
}
