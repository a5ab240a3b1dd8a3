//! Ledgers: entries that are never edited.
//!
//! This module must never book anything itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use affil::Entry;
use affil_books::Journal;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::settlement::Settlement;
use crate::table::Table;

/// A ledger, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Ledger(Mutex<affil::Ledger>);

impl Ledger {
    /// What `work` finds in the ledger. The lock is never held together with a wait for Python's.
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&affil::Ledger) -> Result<T, affil::Problems> + Send,
    ) -> PyResult<T> {
        call(py, Refusal::Ledger, || work(&self.held()))
    }

    pub(crate) fn of(ledger: affil::Ledger) -> Self {
        Self(Mutex::new(ledger))
    }

    /// The ledger itself; only for those who do not hold Python's lock.
    pub(crate) fn held(&self) -> MutexGuard<'_, affil::Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Entries as JSON Lines.
pub(crate) fn lines(entries: &[Entry]) -> String {
    entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()).map(|line| line + "\n").collect()
}

#[pymethods]
impl Ledger {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    #[staticmethod]
    fn from_json_lines(py: Python<'_>, text: &str) -> PyResult<Self> {
        call(py, Refusal::Ledger, || affil::Ledger::from_json_lines(text)).map(|ledger| Self(Mutex::new(ledger)))
    }

    /// Books the differences and answers the new entries as JSON Lines.
    fn post(&self, py: Python<'_>, settlement: &Settlement) -> PyResult<String> {
        call(py, Refusal::Ledger, || {
            let mut held = self.held();
            // Booked on a copy, so that whatever goes wrong leaves the ledger as it was.
            let mut next = held.clone();
            let entries = next.post(&settlement.settled)?;
            *held = next;
            Ok(lines(&entries))
        })
    }

    /// Closes all months up to the end of this one.
    fn close(&self, py: Python<'_>, month: &str) -> PyResult<()> {
        let month = crate::value::month(py, month)?;
        call(py, Refusal::Ledger, || {
            self.held().close(month);
            Ok(())
        })
    }

    /// The last month that is closed.
    #[getter]
    fn closed(&self, py: Python<'_>) -> PyResult<Option<String>> {
        self.read(py, |ledger| Ok(ledger.closed().map(|month| month.to_string())))
    }

    /// What stands in each account, as decimal text.
    fn accounts(&self, py: Python<'_>) -> PyResult<BTreeMap<String, String>> {
        self.read(py, |ledger| {
            Ok(ledger.accounts()?.into_iter().map(|(account, money)| (account, money.amount())).collect())
        })
    }

    fn journal(&self, py: Python<'_>) -> PyResult<Table> {
        self.read(py, |ledger| affil_arrow::journal(ledger.entries())).map(Table)
    }

    /// All entries in a format of accountants.
    fn export(&self, py: Python<'_>, format: &str) -> PyResult<String> {
        let write = match format {
            "beancount" => |journal: &Journal| Ok(affil_books::beancount(journal)),
            "hledger" => |journal: &Journal| Ok(affil_books::hledger(journal)),
            "csv" => affil_books::csv,
            other => {
                let message = format!("no format is called {other:?}: use 'beancount', 'hledger' or 'csv'");
                return Err(PyValueError::new_err(message));
            }
        };
        self.read(py, |ledger| Ok(write(&Journal::of(ledger)?)?.text))
    }

    /// What each affiliate is owed, as decimal text.
    fn balances(&self, py: Python<'_>) -> PyResult<BTreeMap<String, String>> {
        self.read(py, |ledger| {
            Ok(ledger.balances()?.into_iter().map(|(affiliate, money)| (affiliate, money.amount())).collect())
        })
    }

    fn entries(&self, py: Python<'_>) -> PyResult<Table> {
        self.read(py, |ledger| affil_arrow::entries(ledger.entries())).map(Table)
    }

    fn to_json_lines(&self, py: Python<'_>) -> PyResult<String> {
        self.read(py, |ledger| Ok(ledger.to_json_lines()))
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.read(py, |ledger| Ok(ledger.entries().len()))
    }
}
