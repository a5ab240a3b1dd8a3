//! Explanations of small programs, step by step, against texts written by hand.
//!
//! Every explanation is also checked from its own figures.

mod bonus;
#[path = "../laws/explanation.rs"]
mod explanation;
mod steps;
mod why_not;

use affil::{Facts, Plan};
use serde_json::{Value, json};

/// A program that pays 10 % of everything by the last click, with some keys replaced.
fn plan(keys: Value) -> Plan {
    let mut program = json!({
        "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }],
    });
    let Value::Object(keys) = keys else { panic!("keys") };
    program.as_object_mut().unwrap().extend(keys);
    Plan::from_text(&program.to_string()).unwrap_or_else(|problems| panic!("{problems}\n{program}"))
}

fn facts(facts: &Value) -> Facts {
    Facts::from_json(&facts.to_string()).unwrap_or_else(|problems| panic!("{problems}\n{facts}"))
}

/// One click of ana on the first of March, and orders of ten days later.
fn orders(orders: &Value) -> Value {
    let at = "2026-03-10T10:00:00Z";
    let complete = |mut order: Value| {
        for (key, value) in [("at", at), ("customer", "kim")] {
            if order[key].is_null() {
                order[key] = json!(value);
            }
        }
        order
    };
    let orders: Vec<Value> = orders.as_array().unwrap().iter().cloned().map(complete).collect();
    json!({ "touches": [{ "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": orders })
}

fn order(amount: &str) -> Value {
    orders(&json!([{ "id": "A", "lines": [{ "amount": amount }] }]))
}

/// Facts with more of them, or others.
fn with(mut facts: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("facts") };
    facts.as_object_mut().unwrap().extend(more);
    facts
}

fn whole_text(plan: &Plan, given: &Value, id: &str) -> String {
    let told = plan.explain(&facts(given), id).unwrap_or_else(|problems| panic!("{problems}"));
    let value: Value = serde_json::from_str(&told.to_json()).unwrap();
    explanation::verify(&value).unwrap_or_else(|message| panic!("{message}\n{value:#}"));
    told.text
}

/// The text after the claim and the month.
fn text(plan: &Plan, given: &Value, id: &str) -> String {
    whole_text(plan, given, id).splitn(3, " · ").nth(2).unwrap_or_default().to_owned()
}

/// The text after the credit.
fn price(keys: Value, given: &Value, id: &str) -> String {
    text(&plan(keys), given, id).split_once(" · ").unwrap().1.to_owned()
}

const ALL: &str = "commission:A/1/all/ana";

/// ana on the first, bob on the second and cyd on the third of March.
fn three() -> Value {
    let touch = |(day, affiliate): (u8, &str)| json!({ "id": format!("t{day}"), "at": format!("2026-03-0{day}T00:00:00Z"), "customer": "kim", "affiliate": affiliate });
    let touches: Vec<Value> = [(1, "ana"), (2, "bob"), (3, "cyd")].into_iter().map(touch).collect();
    with(order("100.00"), json!({ "touches": touches }))
}

/// Orders A and B of 150.00 each, a day apart.
fn two() -> Value {
    orders(&json!([
        { "id": "A", "lines": [{ "amount": "150.00" }] },
        { "id": "B", "at": "2026-03-11T10:00:00Z", "lines": [{ "amount": "150.00" }] },
    ]))
}
