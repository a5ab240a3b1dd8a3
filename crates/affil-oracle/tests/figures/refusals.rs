//! What is refused, and what is not.

use crate::{facts, order, percent, program};
use affil_oracle::settle;
use serde_json::{Value, json};

fn codes(facts: &Value) -> Vec<String> {
    let program = program(json!({ "rules": percent("10") }));
    let result = settle(&program.to_string(), &facts.to_string());
    result.err().map_or(Vec::new(), |refusal| refusal.codes.into_iter().collect())
}

fn sold() -> Value {
    facts(json!({ "orders": [order(
        "o",
        "2026-03-02T12:00:00Z",
        json!([{ "amount": "10.00" }, { "amount": "20.00" }]),
    )] }))
}

fn with_refund(more: Value) -> Vec<String> {
    let mut facts = sold();
    let base = json!({ "id": "r", "at": "2026-03-05T12:00:00Z", "order": "o" });
    facts["refunds"] = json!([crate::merged(base, more)]);
    codes(&facts)
}

#[test]
fn refunds_that_refer_to_nothing() {
    assert!(with_refund(json!({})).is_empty());
    assert_eq!(with_refund(json!({ "order": "p" })), ["order.unknown"]);
    assert_eq!(with_refund(json!({ "line": "3" })), ["line.unknown"]);
    assert_eq!(with_refund(json!({ "amount": "1.00" })), ["refund.line_needed"]);
    assert_eq!(with_refund(json!({ "at": "2026-03-02T11:59:59Z" })), ["refund.before_order"]);
    assert!(with_refund(json!({ "at": "2026-03-02T12:00:00Z" })).is_empty());
    assert!(with_refund(json!({ "line": "1", "amount": "10.00" })).is_empty());
    assert_eq!(with_refund(json!({ "line": "1", "amount": "10.01" })), ["refund.exceeds_line"]);
}

#[test]
fn several_codes_at_once() {
    let mut facts = sold();
    facts["refunds"] = json!([
        { "id": "a", "at": "2026-03-05T12:00:00Z", "order": "p" },
        { "id": "b", "at": "2026-03-05T12:00:00Z", "order": "o", "line": "1", "amount": "6.00" },
        { "id": "c", "at": "2026-03-06T12:00:00Z", "order": "o", "line": "1", "amount": "6.00" },
    ]);
    facts["orders"][0]["currency"] = json!("USD");
    facts["adjustments"] = json!([
        { "id": "j", "at": "2026-03-05T12:00:00Z", "affiliate": "ben", "amount": "1.00", "reason": "none" },
    ]);
    let expected = ["affiliate.unknown", "currency.no_quote", "order.unknown", "refund.exceeds_line"];
    assert_eq!(codes(&facts), expected);
}

#[test]
fn a_touch_of_an_unknown_affiliate() {
    let mut facts = sold();
    facts["touches"][0]["affiliate"] = json!("ben");
    assert_eq!(codes(&facts), ["affiliate.unknown"]);
}

#[test]
fn recruiters_in_a_circle() {
    let with = |recruiters: &[(&str, &str)]| {
        let mut facts = sold();
        for (id, recruiter) in recruiters {
            let affiliate = json!({ "id": id, "recruiter": recruiter });
            facts["affiliates"].as_array_mut().unwrap().push(affiliate);
        }
        codes(&facts)
    };
    assert!(with(&[("b", "ana"), ("c", "b")]).is_empty());
    assert_eq!(with(&[("a", "c"), ("b", "a"), ("c", "b")]), ["affiliate.recruiting_cycle"]);
    assert_eq!(with(&[("a", "a")]), ["affiliate.recruiting_cycle"]);
    assert_eq!(with(&[("a", "nobody")]), ["affiliate.unknown"]);
}

#[test]
fn limits_that_cannot_be_read() {
    let with = |text: &str| {
        let caps = json!([{ "id": "cap", "per": "affiliate", "amount": "1.00", "attribute": "limit" }]);
        let program = program(json!({ "rules": percent("10"), "caps": caps }));
        let mut facts = sold();
        facts["affiliates"][0]["attributes"] = json!({ "limit": text });
        let result = settle(&program.to_string(), &facts.to_string());
        result.err().map_or(Vec::new(), |refusal| refusal.codes.into_iter().collect())
    };
    assert!(with("12.50").is_empty());
    assert_eq!(with("much"), ["affiliate.attribute"]);
    assert_eq!(with("12.505"), ["affiliate.attribute"]);
    assert_eq!(with("-1"), ["affiliate.attribute"]);
}

#[test]
fn parties_without_a_fact() {
    let share = json!([{ "part": "1" }, { "affiliate": "agency", "part": "1" }]);
    let program = program(json!({ "rules": [{ "id": "r", "pay": { "percent": "1", "share": share } }] }));
    let refusal = settle(&program.to_string(), &sold().to_string()).unwrap_err();
    assert!(refusal.codes.contains("affiliate.unknown"));
}

#[test]
fn quotes_are_known_by_currencies_and_day() {
    let quote = |rate: &str, date: &str| json!({ "from": "USD", "to": "EUR", "date": date, "rate": rate });
    let with = |quotes: Value| {
        let mut facts = sold();
        facts["orders"][0]["currency"] = json!("USD");
        facts["quotes"] = quotes;
        codes(&facts)
    };
    assert!(with(json!([quote("0.9", "2026-03-02"), quote("0.90", "2026-03-02")])).is_empty());
    assert_eq!(with(json!([quote("0.9", "2026-03-02"), quote("0.91", "2026-03-02")])), ["fact.conflict"]);
    assert_eq!(with(json!([quote("0.9", "2026-03-01")])), ["currency.no_quote"]);
}

#[test]
fn the_same_fact_twice_is_compared_by_meaning() {
    let again = |change: fn(&mut Value)| {
        let mut facts = sold();
        facts["affiliates"] = json!([{ "id": "ana", "groups": ["a", "b"], "customers": ["x", "y"] }]);
        let mut copy = facts.clone();
        change(&mut copy);
        for table in ["affiliates", "touches", "orders"] {
            let row = copy[table][0].clone();
            facts[table].as_array_mut().unwrap().push(row);
        }
        codes(&facts)
    };
    assert!(again(|_| {}).is_empty());
    assert!(again(|facts| facts["affiliates"][0]["groups"] = json!(["b", "a", "b"])).is_empty());
    assert!(again(|facts| facts["affiliates"][0]["customers"] = json!(["y", "x"])).is_empty());
    assert!(again(|facts| facts["orders"][0]["lines"][0]["amount"] = json!("10.0")).is_empty());
    assert!(again(|facts| facts["orders"][0]["at"] = json!("2026-03-02T13:00:00+01:00")).is_empty());
    assert!(again(|facts| facts["orders"][0]["lines"][0]["quantity"] = json!(1)).is_empty());
    assert!(again(|facts| facts["touches"][0]["kind"] = json!("click")).is_empty());
    let conflict = ["fact.conflict"];
    assert_eq!(again(|facts| facts["affiliates"][0]["active"] = json!(false)), conflict);
    assert_eq!(again(|facts| facts["touches"][0]["kind"] = json!("view")), conflict);
    assert_eq!(again(|facts| facts["orders"][0]["lines"][1]["amount"] = json!("20.01")), conflict);
    assert_eq!(again(|facts| facts["orders"][0]["new_customer"] = json!(false)), conflict);
}

#[test]
fn ids_are_of_their_kind() {
    let mut facts = sold();
    facts["refunds"] = json!([{ "id": "o", "at": "2026-03-05T12:00:00Z", "order": "o" }]);
    assert!(codes(&facts).is_empty());
}

#[test]
fn money_written_as_a_number_cannot_be_read() {
    let mut facts = sold();
    facts["orders"][0]["lines"][0]["amount"] = json!(10.0);
    assert_eq!(codes(&facts), ["document.invalid"]);
}
