//! The ledger refuses what contradicts it, and then books nothing.

use affil::{Facts, Ledger, Plan, Settlement};

fn settlement(currency: &str) -> Settlement {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "{currency}", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }}, "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}] }}"#
    );
    let facts = r#"{ "touches": [{ "id": "t", "at": "2026-03-01T00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": [{ "id": "A", "at": "2026-03-02T00:00Z", "customer": "kim", "lines": [{ "amount": "100.00" }] }] }"#;
    Plan::from_text(&program).unwrap().settle(&Facts::from_json(facts).unwrap()).unwrap()
}

fn code(problems: &affil::Problems) -> &'static str {
    problems.iter().next().unwrap().code().as_str()
}

#[test]
fn another_currency_is_refused_and_nothing_is_booked() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let before = ledger.to_json_lines();
    assert_eq!(code(&ledger.post(&settlement("USD")).unwrap_err()), "ledger.currency");
    assert_eq!(ledger.to_json_lines(), before);
}

#[test]
fn entries_that_contradict_each_other_are_refused() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let text = ledger.to_json_lines();
    assert_eq!(ledger.entries()[0].id, "commission:A/1/all/ana#1");
    for (what, broken) in [
        ("an amount", text.replace("\"amount\":\"10.00\"", "\"amount\":\"10.01\"")),
        ("what was booked before", text.replace("\"was\":\"0.00\"", "\"was\":\"1.00\"")),
        ("the number", text.replace("ana#1", "ana#2")),
        ("an entry twice", format!("{text}{text}")),
        ("a float", text.replace("\"10.00\"", "10.00")),
        ("a cut line", text[..text.len() / 2].to_owned()),
        ("two currencies", format!("{text}{}", text.replace("\"EUR\"", "\"USD\""))),
    ] {
        assert_ne!(broken, text, "{what}");
        assert_eq!(code(&Ledger::from_json_lines(&broken).unwrap_err()), "ledger.broken", "{what}");
    }
}

#[test]
fn what_is_no_longer_wanted_is_booked_back() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let program =
        r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
    let nothing = Plan::from_text(program).unwrap().settle(&Facts::new()).unwrap();
    let entries = ledger.post(&nothing).unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((entry.id.as_str(), entry.amount.as_str()), ("commission:A/1/all/ana#2", "-10.00"));
    assert!(ledger.balances().unwrap()["ana"].minor().is_zero());
}
