//! Disputes through the public door: every step against an independent model, documents, claims, and what decisions want.

mod claims;
mod documents;
mod machine;
mod model;
mod risks;

use affil::Plan;
use affil::time::Instant;

/// A plan in UTC that pays ten percent of everything, with these terms of disputes.
pub(crate) fn plan(disputes: &str) -> Plan {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}], "disputes": {disputes} }}"#
    );
    Plan::from_text(&program).unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// The codes of problems, in order.
pub(crate) fn codes(problems: &affil::Problems) -> Vec<&'static str> {
    let mut codes: Vec<&str> = problems.iter().map(|problem| problem.code().as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
