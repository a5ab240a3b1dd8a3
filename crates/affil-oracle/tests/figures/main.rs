//! Hand figures: every expected value here was worked out on paper or is a published figure.

// 80_00 reads as 80.00 in cents; `json!` values are easiest to pass as they are.
#![allow(clippy::inconsistent_digit_grouping, clippy::needless_pass_by_value)]

mod attribution;
mod first_example;
mod posting;
mod refunds;
mod refusals;
mod rounding;
mod rules;
mod tiers;
mod two_affiliates;

use affil_oracle::{Settlement, settle};
use serde_json::{Value, json};

/// A program in EUR and Berlin with a 30 day click, and whatever else is given at the top level.
fn program(more: Value) -> Value {
    let base = json!({
        "schema": "affil/1",
        "currency": "EUR",
        "zone": "Europe/Berlin",
        "attribution": { "windows": { "click": "30d" } },
        "rules": [],
    });
    merged(base, more)
}

fn merged(mut base: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    for (key, value) in more {
        base[key] = value;
    }
    base
}

/// One percent rule for everything.
fn percent(rate: &str) -> Value {
    json!([{ "id": "all", "pay": { "percent": rate } }])
}

/// Facts with affiliate *ana*, a click of hers on customer *c* on 1 March 2026, and whatever else is given.
fn facts(more: Value) -> Value {
    let base = json!({
        "affiliates": [{ "id": "ana" }],
        "touches": [{ "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "c", "affiliate": "ana" }],
    });
    merged(base, more)
}

/// An order of customer *c*.
fn order(id: &str, at: &str, lines: Value) -> Value {
    json!({ "id": id, "at": at, "customer": "c", "lines": lines })
}

/// Orders of one line each, an hour apart on 2 March 2026: `o1`, `o2` …
fn sold(amounts: &[&str]) -> Value {
    let orders = amounts.iter().enumerate().map(|(index, amount)| {
        order(&format!("o{}", index + 1), &format!("2026-03-02T{index:02}:00:00Z"), json!([{ "amount": amount }]))
    });
    Value::Array(orders.collect())
}

fn settled(program: &Value, facts: &Value) -> Settlement {
    settle(&program.to_string(), &facts.to_string()).expect("a settlement")
}

fn minors(settlement: &Settlement, kind: &str) -> Vec<i128> {
    let of_kind = settlement.targets.iter().filter(|target| target.kind == kind);
    of_kind.map(|target| target.minor).collect()
}

fn commissions(settlement: &Settlement) -> Vec<i128> {
    minors(settlement, "commission")
}

fn reversals(settlement: &Settlement) -> Vec<i128> {
    minors(settlement, "reversal")
}

/// The commissions on orders of one line each under a program.
fn earned(program: &Value, amounts: &[&str]) -> Vec<i128> {
    commissions(&settled(program, &facts(json!({ "orders": sold(amounts) }))))
}

fn unpaid(settlement: &Settlement) -> Vec<(&str, Option<&str>, &str)> {
    let rows = settlement.unpaid.iter();
    rows.map(|row| (row.order.as_str(), row.line.as_deref(), row.reason.as_str())).collect()
}
