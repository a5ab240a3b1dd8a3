//! The plain-data surface that all languages share: text in, canonical JSON text out.
//!
//! This module must never decide anything. A binding that keeps a plan or facts behind a handle gives the results' own
//! `to_json`, which are the same bytes; the vectors hold every language to them.

use crate::problem::Pointer;
use crate::{Cart, Facts, Plan, Problems, Program, value};

/// All that is wrong with a program, as `{"problems":[…]}`; empty if it compiles.
///
/// ```
/// assert!(affil::call::check("schema = \"affil/2\"").starts_with(r#"{"problems":[{"code":"#));
/// ```
pub fn check(program: &str) -> String {
    Program::from_text(program).and_then(|program| program.compile()).err().unwrap_or_default().to_json()
}

/// What the author of a program (or compiled plan) may not have meant, as `{"problems":[…]}`; what is wrong with it, if
/// it does not compile.
///
/// ```
/// let program = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": { "click": "30d" } },
///   "rules": [{ "id": "r", "when": { "any": [] }, "pay": { "percent": "10" } }] }"#;
/// assert!(affil::call::lint(program).starts_with(r#"{"problems":[{"code":"lint.rule_never_matches","severity":"warning""#));
/// ```
pub fn lint(program: &str) -> String {
    Plan::from_text(program).map_or_else(|problems| problems, |plan| plan.lint()).to_json()
}

/// The settlement of a facts document.
pub fn settle(plan: &Plan, facts: &str) -> Result<String, Problems> {
    Ok(plan.settle(&Facts::from_json(facts)?)?.to_json())
}

/// The explanation of a target or an entry.
pub fn explain(plan: &Plan, facts: &str, id: &str) -> Result<String, Problems> {
    Ok(plan.explain(&Facts::from_json(facts)?, id)?.to_json())
}

/// Why an order paid nothing.
pub fn why_not(plan: &Plan, facts: &str, order: &str) -> Result<String, Problems> {
    Ok(plan.why_not(&Facts::from_json(facts)?, order)?.to_json())
}

/// The quote of a cart.
pub fn quote(plan: &Plan, cart: &str) -> Result<String, Problems> {
    Ok(plan.quote(&Cart::from_json(cart)?)?.to_json())
}

/// The payouts to be made at an instant (RFC 3339), and what is carried forward.
pub fn payouts(plan: &Plan, facts: &str, at: &str) -> Result<String, Problems> {
    let at = value::instant(at, &Pointer::root().key("at"))?;
    Ok(plan.payouts(&Facts::from_json(facts)?, at)?.to_json())
}
