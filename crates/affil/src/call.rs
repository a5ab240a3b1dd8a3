//! The plain-data surface that all languages share: text in, canonical JSON text out.
//!
//! This module must never decide anything. A binding that keeps a plan or facts behind a handle gives the results' own
//! `to_json`, which are the same bytes; the vectors hold every language to them.

use crate::time::Month;
use crate::{Cart, Code, Facts, Ledger, Plan, Pointer, Problem, Problems, Program, Proof, StatementDocument, value};

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

/// The statements of a month (`2026-03`) as a list, from a ledger in JSON Lines. `earlier` is the list of those that were
/// handed out, to link to them; empty to link to the earlier ones as the ledger has them.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = r#"{ "adjustments": [
///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "welcome" } ] }"#;
/// let mut ledger = affil::Ledger::new();
/// ledger.post(&plan.settle(&affil::Facts::from_json(facts).unwrap()).unwrap()).unwrap();
/// let statements = affil::call::statements(&plan, facts, &ledger.to_json_lines(), "2026-03", "").unwrap();
/// assert!(statements.starts_with(r#"[{"schema":"affil-statement/1","affiliate":"ana","month":"2026-03""#));
/// let proof = affil::call::proof(&plan, facts, "ana").unwrap();
/// assert_eq!(affil::call::verify(&statements, &proof).unwrap(), r#"{"problems":[]}"#);
/// let forged = statements.replace("5.00", "6.00");
/// let finding = r#"{"problems":[{"code":"statement.amount","severity":"error","path":"/0/entries/0/now""#;
/// assert!(affil::call::verify(&forged, &proof).unwrap().starts_with(finding));
/// ```
pub fn statements(plan: &Plan, facts: &str, ledger: &str, month: &str, earlier: &str) -> Result<String, Problems> {
    let (facts, ledger) = (Facts::from_json(facts)?, Ledger::from_json_lines(ledger)?);
    let month = Month::parse(month).map_err(|error| {
        let message = format!("`{}`: {error}", crate::shape::short(month));
        Problem::new(Code::DateMalformed, Pointer::root(), message, "write a month as 2026-03")
    })?;
    let earlier = if earlier.trim().is_empty() { Vec::new() } else { StatementDocument::list_from_json(earlier)? };
    let statements = if earlier.is_empty() {
        plan.statements(&facts, &ledger, month)?
    } else {
        plan.statements_after(&facts, &ledger, month, &earlier)?
    };
    let texts: Vec<String> = statements.iter().map(StatementDocument::to_json).collect();
    Ok(format!("[{}]", texts.join(",")))
}

/// What is needed to settle one affiliate's amounts again: the plan, and the facts they depend on.
pub fn proof(plan: &Plan, facts: &str, affiliate: &str) -> Result<String, Problems> {
    Ok(plan.proof(&Facts::from_json(facts)?, affiliate)?.to_json())
}

/// What is wrong with statements (a list, or one), given the proof of their affiliate, as `{"problems":[…]}`; empty if all
/// is right.
///
/// Errors: a proof that cannot be read. Statements that cannot be read are among the findings.
pub fn verify(statements: &str, proof: &str) -> Result<String, Problems> {
    let proof = Proof::from_json(proof)?;
    let findings = StatementDocument::list_from_json(statements)
        .map_or_else(|problems| problems, |statements| crate::verify(&statements, &proof));
    Ok(findings.to_json())
}
