//! The calls by name: each reads its arguments, asks the engine, and writes the answer down.
//! It must never decide anything; what it is named is settled in the package's JavaScript.

use affil::dispute::Claim;
use affil::risk::Watch;
use affil::time::Month;
use affil::{Cart, Code, Facts, Ledger, Plan, Pointer, Problem, Problems, StatementDocument, call, value};

type Answer = Result<String, Problems>;

/// Calls that need neither plan nor facts.
pub(crate) fn without_plan(name: &str, [first, second, _]: [&str; 3]) -> Answer {
    match name {
        "accounts" => Ok(json(&Ledger::from_json_lines(first)?.accounts()?)),
        "close" => close(first, second),
        #[cfg(feature = "exports")]
        _ => crate::exports::of_ledger(name, first),
        #[cfg(not(feature = "exports"))]
        _ => Err(unknown(name)),
    }
}

/// Calls that need a plan only.
pub(crate) fn without_facts(plan: &Plan, name: &str, arguments: [&str; 3]) -> Answer {
    let [first, second, third] = arguments;
    match name {
        "quote" => Ok(plan.quote(&Cart::from_json(first)?)?.to_json()),
        "dispute" => call::dispute(plan, Some(first).filter(|text| !text.is_empty()), second, third),
        #[cfg(feature = "exports")]
        _ => crate::exports::of_payouts(plan, name, arguments),
        #[cfg(not(feature = "exports"))]
        _ => Err(unknown(name)),
    }
}

/// Calls that need a plan and facts.
pub(crate) fn with_facts(plan: &Plan, facts: &Facts, name: &str, [first, second, third]: [&str; 3]) -> Answer {
    let root = Pointer::root();
    Ok(match name {
        "settle" => plan.settle(facts)?.to_json(),
        "explain" => plan.explain(facts, first)?.to_json(),
        "explain_order" => listed(plan.explain_order(facts, first)?.iter().map(affil::Explanation::to_json)),
        "why_not" => plan.why_not(facts, first)?.to_json(),
        "payouts" => plan.payouts(facts, value::instant(first, &root.key("at"))?)?.to_json(),
        "post" => post(plan, facts, first)?,
        "statements" => statements(plan, facts, first, second, third)?,
        "proof" => plan.proof(facts, first)?.to_json(),
        "claim" => plan.claim(facts, &Claim::from_json(first)?)?.to_json(),
        "risks" => {
            let at = value::instant(first, &root)?;
            let risks = plan.risks(facts, at, &Watch::from_json(second)?)?;
            format!(r#"{{"at":{},"risks":{}}}"#, json(&at), json(&risks))
        }
        _ => return Err(unknown(name)),
    })
}

/// The entries that a ledger lacks, as a list.
fn post(plan: &Plan, facts: &Facts, ledger: &str) -> Answer {
    let settlement = plan.settle(facts)?;
    Ok(json(&Ledger::from_json_lines(ledger)?.post(&settlement)?))
}

/// The line that closes a month of a ledger, as a list: empty if it is closed.
fn close(ledger: &str, closed: &str) -> Answer {
    let mut ledger = Ledger::from_json_lines(ledger)?;
    let before = ledger.closed();
    ledger.close(month(closed)?);
    let line = ledger.closed().filter(|closed| Some(*closed) != before);
    Ok(listed(line.map(|closed| format!(r#"{{"closed":"{closed}"}}"#)).into_iter()))
}

fn statements(plan: &Plan, facts: &Facts, ledger: &str, of: &str, earlier: &str) -> Answer {
    let (ledger, of) = (Ledger::from_json_lines(ledger)?, month(of)?);
    let earlier = StatementDocument::list_from_json(earlier)?;
    let statements = if earlier.is_empty() {
        plan.statements(facts, &ledger, of)?
    } else {
        plan.statements_after(facts, &ledger, of, &earlier)?
    };
    Ok(listed(statements.iter().map(StatementDocument::to_json)))
}

fn month(text: &str) -> Result<Month, Problem> {
    Month::parse(text).map_err(|error| {
        let message = format!("`{text}`: {error}");
        Problem::new(Code::DateMalformed, Pointer::root(), message, "write a month as 2026-03")
    })
}

/// Nobody but the package's own JavaScript asks.
pub(crate) fn unknown(name: &str) -> Problems {
    Problem::internal(format!("no call is named `{name}`")).into()
}

/// A value as JSON text.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A JSON list of JSON texts.
pub(crate) fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
