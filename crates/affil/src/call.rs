//! The plain-data surface that all languages share: text in, canonical JSON text out.
//!
//! This module must never decide anything. A binding that keeps a plan or facts behind a handle gives the results' own
//! `to_json`, which are the same bytes; the vectors hold every language to them.

use std::collections::BTreeMap;

use crate::dispute::{Action, Claim};
use crate::risk::Watch;
use crate::time::{Instant, Month};
use crate::{
    Cart, Code, Entry, Facts, Ledger, Money, Plan, Pointer, Problem, Problems, Program, Proof, StatementDocument, risk,
    shape, value,
};

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

/// The settlement of a facts document as of an instant: of what had happened by then and was known by then.
pub fn settle_as_of(plan: &Plan, facts: &str, at: &str) -> Result<String, Problems> {
    let at = value::instant(at, &Pointer::root().key("as_of"))?;
    Ok(plan.settle(&Facts::from_json(facts)?.as_of(at))?.to_json())
}

/// The payouts that a plan proposes at an instant.
pub fn payouts(plan: &Plan, facts: &str, at: &str) -> Result<String, Problems> {
    let at = value::instant(at, &Pointer::root().key("at"))?;
    Ok(plan.payouts(&Facts::from_json(facts)?, at)?.to_json())
}

/// A ledger to which the facts as of several instants were posted in turn: `{"entries":[…],"accounts":{…}}`.
///
/// `steps` is a list of `{"settle_as_of":"2026-04-01T00:00:00Z"}` and `{"close":"2026-03"}`.
///
/// ```
/// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
/// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
/// let facts = r#"{ "adjustments": [
///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "by hand" }] }"#;
/// let steps = r#"[{ "settle_as_of": "2026-03-31T00:00:00Z" }, { "close": "2026-03" }]"#;
/// let booked = affil::call::book(&plan, facts, steps).unwrap();
/// assert!(booked.ends_with(r#""accounts":{"expense:adjustment":"5.00","payable:ana":"-5.00"}}"#), "{booked}");
/// ```
pub fn book(plan: &Plan, facts: &str, steps: &str) -> Result<String, Problems> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum Step {
        SettleAsOf(String),
        Close(String),
    }
    #[derive(serde::Serialize)]
    struct Booked<'a> {
        entries: &'a [Entry],
        accounts: BTreeMap<String, Money>,
    }
    let wrong = |message: String| {
        let hint = "a list of `settle_as_of` with an instant and `close` with a month";
        Problem::new(Code::DocumentMalformed, Pointer::root().key("steps"), message, hint)
    };
    let steps: Vec<Step> = serde_json::from_str(steps).map_err(|error| wrong(error.to_string()))?;
    let facts = Facts::from_json(facts)?;
    let mut ledger = Ledger::new();
    for (index, step) in steps.iter().enumerate() {
        match step {
            Step::SettleAsOf(at) => {
                let at = value::instant(at, &Pointer::root().key("steps").index(index).key("settle_as_of"))?;
                ledger.post(&plan.settle(&facts.as_of(at))?)?;
            }
            Step::Close(month) => ledger.close(Month::parse(month).map_err(|error| wrong(error.to_string()))?),
        }
    }
    let booked = Booked { entries: ledger.entries(), accounts: ledger.accounts()? };
    Ok(serde_json::to_string(&booked).unwrap_or_default())
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
