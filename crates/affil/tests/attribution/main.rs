//! Attribution as the page on meaning says it, by hand figures.

mod eligible;
mod models;
mod problems;
mod staying;

use affil::{Facts, Plan, Program};
use serde_json::{Value, json};

/// A touch on a day of March 2026 (or a time of one) by an affiliate, none of the house; more keys may follow.
pub(crate) fn touch(id: &str, at: &str, affiliate: &str, more: Value) -> Value {
    let mut touch = json!({ "id": id, "at": instant(at), "customer": "kim", "attributes": { "id": id } });
    if !affiliate.is_empty() {
        touch["affiliate"] = json!(affiliate);
    }
    with(touch, more)
}

/// A click by an affiliate.
pub(crate) fn click(id: &str, at: &str, affiliate: &str) -> Value {
    touch(id, at, affiliate, json!({}))
}

/// An order of one line.
pub(crate) fn order(id: &str, at: &str, amount: &str, more: Value) -> Value {
    let order = json!({ "id": id, "at": instant(at), "customer": "kim", "lines": [{ "amount": amount }] });
    with(order, more)
}

fn instant(at: &str) -> String {
    match at.split_once('T') {
        None => format!("2026-03-{at:0>2}T12:00:00Z"),
        Some((day, time)) => format!("2026-03-{day:0>2}T{time}Z"),
    }
}

fn with(mut fact: Value, more: Value) -> Value {
    let (Value::Object(fact_keys), Value::Object(more)) = (&mut fact, more) else { panic!("objects") };
    fact_keys.extend(more);
    fact
}

/// A program that pays all of every amount, under a rule named after the touch that earned it.
pub(crate) fn plan(attribution: &str, touches: &[Value]) -> Plan {
    let rules: Vec<Value> = touches
        .iter()
        .map(|touch| json!({ "id": touch["id"], "when": { "touch": { "attributes": { "id": touch["id"] } } }, "pay": { "percent": "100" } }))
        .collect();
    let text = format!("schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nconflict = \"first\"\n{attribution}");
    let mut program: Value = toml::from_str(&text).unwrap();
    program["rules"] = json!(rules);
    Program::from_json(&program.to_string())
        .and_then(|program| program.compile())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// What is paid, as `order touch affiliate amount` in the order of targets, then what is not, as `order reason`.
pub(crate) fn settle(attribution: &str, affiliates: &Value, touches: &[Value], orders: &[Value]) -> Vec<String> {
    let plan = plan(attribution, touches);
    let facts = json!({ "affiliates": affiliates, "touches": touches, "orders": orders });
    let facts = Facts::from_json(&facts.to_string()).unwrap_or_else(|problems| panic!("{problems}"));
    let settlement = plan.settle(&facts).unwrap_or_else(|problems| panic!("{problems}"));
    let paid = settlement.targets().map(|target| {
        let (order, touch) = (target.order.unwrap(), target.rule.unwrap());
        format!("{order} {touch} {} {}", target.affiliate, target.amount.amount())
    });
    let unpaid = settlement
        .unpaid()
        .map(|unpaid| format!("{} {}", unpaid.order, serde_json::to_value(unpaid.reason).unwrap().as_str().unwrap()));
    paid.chain(unpaid).collect()
}

/// As [`settle`], for ana, ben, cat, dan and eve, who are active and nothing else.
pub(crate) fn paid(attribution: &str, touches: &[Value], orders: &[Value]) -> Vec<String> {
    settle(attribution, &five(), touches, orders)
}

/// Five affiliates.
pub(crate) fn five() -> Value {
    json!([{ "id": "ana" }, { "id": "ben" }, { "id": "cat" }, { "id": "dan" }, { "id": "eve" }])
}
