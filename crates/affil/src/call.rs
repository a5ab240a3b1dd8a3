//! The plain-data surface that all languages share: text in, canonical JSON text out.
//!
//! This module must never decide anything. A binding that keeps a plan or facts behind a handle gives the results' own
//! `to_json`, which are the same bytes; the vectors hold every language to them.

use crate::dispute::{Action, Claim};
use crate::problem::Pointer;
use crate::risk::Watch;
use crate::time::Instant;
use crate::{Cart, Facts, Plan, Problems, Program, risk, shape};

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

/// What an action at the time `now` makes of a dispute (without one, of nothing), as `{"dispute":{…},"facts":{…}}`; the
/// facts only where the dispute wants some.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "rules": [],
/// #   "attribution": { "windows": { "click": "30d" } }, "disputes": { "answer_within": "10bd", "evidence_within": "7d" } }"#).unwrap();
/// let take = r#"{ "action": "take", "actor": "merchant" }"#;
/// let problems = affil::call::dispute(&plan, None, take, "2026-03-25T12:00:00Z").unwrap_err();
/// assert_eq!(problems.iter().next().unwrap().code().as_str(), "dispute.unknown");
/// ```
pub fn dispute(plan: &Plan, dispute: Option<&str>, action: &str, now: &str) -> Result<String, Problems> {
    let dispute = dispute.map(|text| plan.dispute(text)).transpose()?;
    let read = Action::from_json(action)?;
    let acted = plan.act(dispute.as_ref(), &read, instant(now)?);
    Ok(acted.map_err(|problems| problems.with_places(action))?.to_json())
}

/// What a claim is worth, given a facts document.
pub fn claim(plan: &Plan, facts: &str, claim: &str) -> Result<String, Problems> {
    Ok(plan.claim(&Facts::from_json(facts)?, &Claim::from_json(claim)?)?.to_json())
}

/// What is likely to be disputed soon, by what was known at `at`, as `{"at":…,"risks":[…]}`; `watch` says what to look out
/// for.
pub fn risks(plan: &Plan, facts: &str, at: &str, watch: &str) -> Result<String, Problems> {
    let at = instant(at)?;
    let risks = plan.risks(&Facts::from_json(facts)?, at, &Watch::from_json(watch)?)?;
    Ok(risk::to_json(at, &risks))
}

fn instant(text: &str) -> Result<Instant, Problems> {
    Ok(shape::instant(text, &Pointer::root())?)
}
