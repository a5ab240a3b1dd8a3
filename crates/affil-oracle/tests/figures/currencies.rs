//! Orders in other currencies than the program's.

use crate::{commissions, facts, order, percent, program, reversals, sale, settled};
use serde_json::{Value, json};

fn quote(from: &str, date: &str, rate: &str) -> Value {
    json!({ "from": from, "to": "EUR", "date": date, "rate": rate })
}

fn in_currency(currency: &str, mut order: Value) -> Value {
    order["currency"] = json!(currency);
    order
}

const NOON: &str = "2026-03-02T12:00:00Z";

#[test]
fn amounts_are_converted_and_rounded_before_anything_else() {
    let program = program(json!({ "rules": percent("10") }));
    let facts = facts(json!({
        "orders": [in_currency("USD", sale("o", NOON, "100.00")), in_currency("JPY", sale("p", NOON, "10000"))],
        "quotes": [
            quote("USD", "2026-03-02", "0.9123456"),
            quote("USD", "2026-03-01", "0.5"),
            quote("JPY", "2026-03-02", "0.0061234"),
        ],
        "refunds": [{ "id": "r", "at": "2026-03-05T00:00:00Z", "order": "o", "amount": "50.00" }],
    }));
    let settlement = settled(&program, &facts);
    // 91.23456 is 91.23, and 61.234 is 61.23; a tenth of them 9.123 and 6.123.
    assert_eq!(commissions(&settlement), [9_12, 6_12]);
    assert_eq!(settlement.statements[0].sales_minor, 91_23 + 61_23);
    // Half of 91.23 is 45.615, and of 9.12 is 4.56.
    assert_eq!(settlement.statements[0].refunded_minor, 45_62);
    assert_eq!(reversals(&settlement), [-4_56]);
}

#[test]
fn the_day_is_that_of_the_zone() {
    let program = program(json!({ "rules": percent("100") }));
    let facts = facts(json!({
        "orders": [in_currency("USD", sale("o", "2026-03-02T23:30:00Z", "1.00"))],
        "quotes": [quote("USD", "2026-03-02", "0.50"), quote("USD", "2026-03-03", "0.75")],
    }));
    assert_eq!(commissions(&settled(&program, &facts)), [75]);
}

#[test]
fn the_mean_of_a_month() {
    let program = program(json!({ "rules": percent("100"), "exchange": "month_average" }));
    let facts = facts(json!({
        "orders": [in_currency("USD", sale("o", NOON, "100.00"))],
        "quotes": [
            quote("USD", "2026-03-01", "0.90"),
            quote("USD", "2026-03-30", "0.91"),
            quote("USD", "2026-03-31", "0.95"),
            quote("USD", "2026-04-01", "2"),
            quote("GBP", "2026-03-02", "3"),
            json!({ "from": "USD", "to": "GBP", "date": "2026-03-02", "rate": "4" }),
        ],
    }));
    // 2.76 / 3.
    assert_eq!(commissions(&settled(&program, &facts)), [92_00]);
}

#[test]
fn bases_are_formed_in_the_orders_currency() {
    let program = program(json!({ "rules": [{ "id": "net", "pay": { "percent": "100", "less": ["tax"] } }] }));
    let facts = facts(json!({
        "orders": [in_currency("USD", order("o", NOON, json!([{ "amount": "100.00", "tax": "19.00" }])))],
        "quotes": [quote("USD", "2026-03-02", "0.9123456")],
    }));
    // 81 × 0.9123456 = 73.8999936.
    assert_eq!(commissions(&settled(&program, &facts)), [73_90]);
}

#[test]
fn flat_amounts_by_currency() {
    let flat = json!({ "EUR": "5.00", "USD": "5.50" });
    let program = program(json!({ "rules": [{ "id": "f", "pay": { "flat": flat, "per": "order" } }] }));
    let facts = facts(json!({
        "orders": [
            sale("a", NOON, "1.00"),
            in_currency("USD", sale("b", NOON, "1.00")),
            in_currency("GBP", sale("c", NOON, "1.00")),
        ],
        "quotes": [quote("USD", "2026-03-02", "0.9123456"), quote("GBP", "2026-03-02", "1.2")],
    }));
    // 5.0179008 for dollars; pounds have no entry, and get the euros as they are.
    assert_eq!(commissions(&settled(&program, &facts)), [5_00, 5_02, 5_00]);
}

#[test]
fn conditions_look_at_the_currency_and_at_converted_amounts() {
    let rule = |id: &str, when: Value| json!({ "id": id, "when": when, "pay": { "flat": "1.00", "per": "line" } });
    let program = program(json!({
        "conflict": "stack",
        "rules": [
            rule("dollars", json!({ "order": { "currency": "USD" } })),
            rule("euros", json!({ "order": { "currency": "EUR" } })),
            rule("large", json!({ "line": { "amount": { "at_least": "80" } }, "order": { "amount": { "at_least": "80" } } })),
        ],
    }));
    let facts = facts(json!({
        "orders": [sale("a", NOON, "79.99"), in_currency("USD", sale("b", NOON, "40.00"))],
        "quotes": [quote("USD", "2026-03-02", "2")],
    }));
    let settlement = settled(&program, &facts);
    let rules: Vec<&str> = settlement.targets.iter().map(|target| target.rule.as_deref().unwrap()).collect();
    assert_eq!(rules, ["euros", "dollars", "large"]);
}
