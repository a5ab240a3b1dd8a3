//! Hand figures: every expected value here was worked out on paper or is a published figure.

// 80_00 reads as 80.00 in cents; `json!` values are easiest to pass as they are.
#![allow(clippy::inconsistent_digit_grouping, clippy::needless_pass_by_value)]

mod assists;
mod attribution;
mod balances;
mod bars;
mod bonds;
mod bonuses;
mod books;
mod caps;
mod currencies;
mod first_example;
mod guarantees;
mod known;
mod ladders;
mod lifecycle;
mod metrics;
mod models;
mod overrides;
mod pay;
mod payouts;
mod posting;
mod recurring;
mod refund_policies;
mod refunds;
mod refusals;
mod reviews;
mod rounding;
mod rules;
mod sharing;
mod tiers;
mod two_affiliates;

use affil_oracle::{Move, Settlement, moves, settle};
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

/// An order of one line.
fn sale(id: &str, at: &str, amount: &str) -> Value {
    order(id, at, json!([{ "amount": amount }]))
}

/// Facts with one order of one line each on the given days at noon in UTC, all of *ana*: `o1`, `o2` …
fn sold_on(days: &[(&str, &str)]) -> Value {
    let orders = days
        .iter()
        .enumerate()
        .map(|(index, (day, amount))| sale(&format!("o{}", index + 1), &format!("{day}T12:00:00Z"), amount));
    let orders: Vec<Value> = orders.collect();
    let mut facts = facts(json!({ "orders": orders }));
    facts["touches"][0]["at"] = json!("2025-12-31T00:00:00Z");
    facts
}

/// A program whose clicks count for years.
fn patient(more: Value) -> Value {
    merged(program(json!({ "attribution": { "windows": { "click": "9y" } } })), more)
}

/// Facts with orders of one line, each by a customer of the affiliate: affiliate, instant, amount.
fn sold_by(sales: &[(&str, &str, &str)]) -> Value {
    let mut facts = json!({ "affiliates": [], "touches": [], "orders": [] });
    for (index, (who, at, amount)) in sales.iter().enumerate() {
        let mut order = sale(&format!("o{}", index + 1), at, amount);
        order["customer"] = json!(who);
        facts["orders"].as_array_mut().unwrap().push(order);
        let affiliate = json!({ "id": who });
        let affiliates = facts["affiliates"].as_array_mut().unwrap();
        if !affiliates.contains(&affiliate) {
            affiliates.push(affiliate);
            let touch = json!({ "id": who, "at": "2026-01-01T00:00:00Z", "customer": who, "affiliate": who });
            facts["touches"].as_array_mut().unwrap().push(touch);
        }
    }
    facts
}

/// Facts with the affiliates *a* to *d*, their clicks on customer *c* (affiliate, instant), and whatever else.
fn clicked(clicks: &[(&str, &str)], more: Value) -> Value {
    let touches = clicks.iter().enumerate().map(
        |(index, (affiliate, at))| json!({ "id": format!("t{index}"), "at": at, "customer": "c", "affiliate": affiliate }),
    );
    let affiliates: Vec<Value> = ["a", "b", "c", "d"].iter().map(|id| json!({ "id": id })).collect();
    let touches: Vec<Value> = touches.collect();
    merged(json!({ "affiliates": affiliates, "touches": touches }), more)
}

/// Who gets how much, by kind of target and in order.
fn whom<'s>(settlement: &'s Settlement, kind: &str) -> Vec<(&'s str, i128)> {
    let of_kind = settlement.targets.iter().filter(|target| target.kind == kind);
    of_kind.map(|target| (target.affiliate.as_str(), target.minor)).collect()
}

/// The ids and amounts of a kind of target, in order.
fn ids<'s>(settlement: &'s Settlement, kind: &str) -> Vec<(&'s str, i128)> {
    let of_kind = settlement.targets.iter().filter(|target| target.kind == kind);
    of_kind.map(|target| (target.id.as_str(), target.minor)).collect()
}

fn settled(program: &Value, facts: &Value) -> Settlement {
    settle(&program.to_string(), &facts.to_string()).expect("a settlement")
}

fn moved(program: &Value, facts: &Value) -> Vec<Move> {
    moves(&program.to_string(), &facts.to_string()).expect("moves")
}

/// Why facts are refused; nothing if they are not.
fn refused(program: &Value, facts: &Value) -> Vec<String> {
    let result = settle(&program.to_string(), &facts.to_string());
    result.err().map_or(Vec::new(), |refusal| refusal.codes.into_iter().collect())
}

/// An adjustment of *ana*.
fn credit(id: &str, at: &str, amount: &str) -> Value {
    json!({ "id": id, "at": at, "affiliate": "ana", "amount": amount, "reason": "agreed" })
}

/// State, and the instant from which it is payable, of a kind of target, in order.
fn states<'s>(settlement: &'s Settlement, kind: &str) -> Vec<(&'s str, Option<&'s str>)> {
    let of_kind = settlement.targets.iter().filter(|target| target.kind == kind);
    of_kind.map(|target| (target.state.as_str(), target.payable_from.as_deref())).collect()
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
