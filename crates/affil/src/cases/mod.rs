//! Cases: facts beside what a program must pay for them, so that terms are tested like code.
//!
//! This module must never compute a commission; it settles, and compares with what a person wrote.

mod check;
mod compare;
mod document;
mod merge;
mod result;

pub(crate) use check::check;
pub use document::{Case, Cases, CasesVersion, Expect, ExpectUnpaid};
pub use result::{CaseResult, Mismatch, to_json};

use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{Pointer, Problems};
use crate::settle::Settlement;

/// Settles every case and compares; one result for each, in their order. A pure function, as settling is.
///
/// Facts that are refused are no error here: a case may expect it.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
/// let cases = affil::cases::Cases::from_toml(r#"
///     schema = "affil/cases/1"
///
///     [[cases]]
///     name = "a sale pays ten percent"
///     facts.affiliates = [{ id = "ana" }]
///     facts.touches = [{ id = "t", at = 2026-03-09T10:00:00Z, customer = "kim", affiliate = "ana" }]
///     facts.orders = [{ id = "A", at = 2026-03-10T10:00:00Z, customer = "kim", lines = [{ amount = "800.00" }] }]
///     expect.targets = { "commission:A/1/all/ana" = "64.00" }
/// "#).unwrap();
/// let result = affil::cases::run(&plan, &cases).remove(0);
/// assert!(!result.passed());
/// assert_eq!(
///     result.mismatches[0].to_string(),
///     "commission:A/1/all/ana: expected 64.00, found 80.00\n  80.00 EUR to ana for A · March 2026 in UTC · \
///      last click 1 day before (window 30 days) · 10 % of 800.00 = 80.00"
/// );
/// ```
pub fn run(plan: &Plan, cases: &Cases) -> Vec<CaseResult> {
    let run = |(index, case): (usize, &Case)| {
        let path = Pointer::root().key("cases").index(index).key("expect");
        let document = merge::merged(&cases.facts, &case.facts);
        let outcome = settled(plan, &document);
        CaseResult {
            name: case.name.as_str().to_owned(),
            mismatches: compare::compare(plan, &case.expect, outcome, &path),
        }
    };
    cases.cases.iter().enumerate().map(run).collect()
}

fn settled(plan: &Plan, document: &crate::facts::FactsDocument) -> Result<(Facts, Settlement), Problems> {
    let mut facts = Facts::new();
    facts.add_document(document)?;
    let settlement = plan.settle(&facts)?;
    Ok((facts, settlement))
}
