//! Processes: how affiliates are assumed to sell.
//!
//! This module must never know a plan: many plans are priced on the same draws.

mod check;
mod document;
mod law;

use affil::{Currency, Pointer};

pub(crate) use check::Laws;
pub use document::{
    AffiliateProcess, BetaShare, GammaSales, NegativeBinomial, Orders, ProcessDocument, ProcessSchema, Refunded,
    RefundedLaw, Sales, SpreadSales,
};
pub(crate) use law::{AffiliateLaw, OrdersLaw, RefundedShare, SalesLaw};

use crate::problem::{Code, Problem, Problems};

/// A checked process: how many orders, sales, refunds and new customers each affiliate may have in each month.
///
/// ```
/// let process = affil_simulate::Process::from_json(r#"{
///   "schema": "affil-process/1", "start": "2026-01", "months": 12,
///   "orders": { "poisson": 12.5 },
///   "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } },
///   "refunded": { "beta": { "a": 2, "b": 38 } },
///   "new": 0.3,
///   "season": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1.1, 1.6, 1.9],
///   "affiliates": [
///     { "id": "ana", "groups": ["gold"], "orders": { "negative_binomial": { "mean": 80, "dispersion": 0.4 } } },
///     { "id": "ben", "growth": 1.02 }
///   ]
/// }"#).unwrap();
/// assert_eq!(process.document().affiliates.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Process(ProcessDocument);

impl Process {
    /// Checks a document; all problems at once.
    ///
    /// Amounts are read in the currency of the plans, so that too many decimals are only found when simulating.
    pub fn new(document: ProcessDocument) -> Result<Self, Problems> {
        check::laws(&document, None)?;
        Ok(Self(document))
    }

    /// Reads and checks JSON. A text that is not of the shape of a process is one problem (the first); what its
    /// values mean is checked as a whole.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        let document = serde_json::from_str(text).map_err(|error| {
            let hint =
                "a process is an object as in the example of `Process`; money is text, other numbers are numbers";
            Problem::new(Code::ProcessMalformed, Pointer::root(), error.to_string(), hint)
        });
        Self::new(document?)
    }

    /// The document it was made of.
    pub fn document(&self) -> &ProcessDocument {
        &self.0
    }

    pub(crate) fn laws(&self, currency: Currency) -> Result<Laws, Problems> {
        check::laws(&self.0, Some(currency))
    }
}
