//! Payouts as the files that banks and bookkeepers take.
//!
//! This module must never decide what is paid, nor look at a file.

use affil::Problems;
use affil_books::{Export, Letters, Message, Payees, Series, WiseTemplate};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::facts::Facts;
use crate::plan::Plan;
use crate::value::{day, instant};

/// Payouts, and what is known to have become of them, as the exports take them.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Payouts(affil_books::Payouts);

/// Who pays and who is paid: a document and whether it was given as text, so that its places tell somebody something.
type Parties<'a> = (&'a str, bool);

fn payees((text, own): Parties<'_>) -> Result<Payees, Problems> {
    Payees::from_text(text).map_err(|problems| if own { problems } else { problems.without_places() })
}

/// The file, and the JSON of what it adds up to.
fn parts(export: Export) -> (String, String) {
    let totals = export.totals.to_json();
    (export.text, totals)
}

fn unknown<T>(what: &str, word: &str, known: &str) -> PyResult<T> {
    Err(PyValueError::new_err(format!("no {what} {word:?}: use {known}")))
}

#[pymethods]
impl Payouts {
    #[staticmethod]
    fn of_facts(py: Python<'_>, plan: &Plan, facts: &Facts) -> PyResult<Self> {
        call(py, Refusal::Facts, || {
            let document = facts.0.to_document();
            let (payouts, confirmations) = (&document.payouts, &document.confirmations);
            affil_books::Payouts::new(payouts, confirmations, plan.0.currency(), plan.0.zone())
        })
        .map(Self)
    }

    /// Those of a run or of a facts document; without `own`, the text was made from a dict and has no places.
    #[staticmethod]
    fn from_text(py: Python<'_>, plan: &Plan, text: &str, own: bool) -> PyResult<Self> {
        call(py, Refusal::Facts, || {
            let read = affil_books::Payouts::from_json(text, plan.0.currency(), plan.0.zone());
            read.map_err(|problems| if own { problems } else { problems.without_places() })
        })
        .map(Self)
    }

    #[pyo3(signature = (parties, *, id, created, execute, text, letters, batch))]
    #[allow(clippy::too_many_arguments)] // One for each thing that a bank wants to know.
    fn pain001(
        &self,
        py: Python<'_>,
        parties: Parties<'_>,
        id: &str,
        created: &Bound<'_, PyAny>,
        execute: Option<&Bound<'_, PyAny>>,
        text: &str,
        letters: &str,
        batch: Option<bool>,
    ) -> PyResult<(String, String)> {
        let mut message = Message::new(id, instant(created, "created")?);
        message.execute = execute.map(|execute| day(execute, "execute")).transpose()?;
        text.clone_into(&mut message.text);
        message.batch = batch;
        message.letters = match letters {
            "epc" => Letters::Epc,
            "german" => Letters::German,
            other => return unknown("letters are called", other, "'epc' or 'german'"),
        };
        call(py, Refusal::Facts, || affil_books::pain001(&self.0, &payees(parties)?, &message)).map(parts)
    }

    fn paypal(&self, py: Python<'_>, parties: Parties<'_>, note: &str) -> PyResult<(String, String)> {
        call(py, Refusal::Facts, || affil_books::paypal(&self.0, &payees(parties)?, note)).map(parts)
    }

    fn wise(&self, py: Python<'_>, parties: Parties<'_>, template: &str) -> PyResult<(String, String)> {
        let template = match template {
            "recipients" => WiseTemplate::Recipients,
            "bank_accounts" => WiseTemplate::BankAccounts,
            "email" => WiseTemplate::Email,
            other => return unknown("template is called", other, "'recipients', 'bank_accounts' or 'email'"),
        };
        call(py, Refusal::Facts, || affil_books::wise(&self.0, &payees(parties)?, template)).map(parts)
    }

    #[pyo3(signature = (parties, plan, *, prefix, first, format))]
    fn invoices(
        &self,
        py: Python<'_>,
        parties: Parties<'_>,
        plan: &Plan,
        prefix: String,
        first: u64,
        format: &str,
    ) -> PyResult<(String, String)> {
        let table = match format {
            "json" => false,
            "csv" => true,
            other => return unknown("format is called", other, "'json' or 'csv'"),
        };
        let series = Series { prefix, first };
        call(py, Refusal::Facts, || {
            let terms = &plan.0.program().payouts;
            let invoices = affil_books::invoices(&self.0, &payees(parties)?, terms, &series)?;
            Ok(if table { invoices.to_csv()? } else { invoices.to_json() })
        })
        .map(parts)
    }
}
