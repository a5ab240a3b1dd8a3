//! The first example of the documentation, whole: targets, statements, and no dependence on the order of facts.

use crate::{program, settled};
use affil_oracle::{Statement, Target};
use serde_json::{Value, json};

fn first_program() -> Value {
    program(json!({
        "rules": [{ "id": "shoes", "when": { "line": { "category": "shoes" } }, "pay": { "percent": "10" } }],
        "tiers": [{ "id": "ladder", "mode": "marginal", "steps": [{ "from": "1000.00", "percent": "12" }] }],
    }))
}

fn first_facts() -> Value {
    let order = |id: &str, at: &str, amount: &str| {
        json!({ "id": id, "at": at, "customer": id,
            "lines": [{ "amount": amount, "category": "shoes" }] })
    };
    let touch =
        |id: &str, at: &str, customer: &str| json!({ "id": id, "at": at, "customer": customer, "affiliate": "ana" });
    json!({
        "affiliates": [{ "id": "ana" }],
        "touches": [
            touch("t1", "2026-03-05T12:00:00Z", "A"),
            touch("t2", "2026-03-27T21:59:00Z", "B"),
            touch("t3", "2026-03-31T12:00:00Z", "C"),
        ],
        "orders": [
            order("A", "2026-03-10T12:00:00Z", "800.00"),
            order("B", "2026-03-31T21:59:00Z", "300.05"),
            order("C", "2026-03-31T22:01:00Z", "50.00"),
        ],
    })
}

fn target(order: &str, at: &str, month: &str, minor: i128) -> Target {
    Target {
        id: format!("commission:{order}/1/shoes/ana"),
        kind: "commission".to_owned(),
        affiliate: "ana".to_owned(),
        order: Some(order.to_owned()),
        line: Some("1".to_owned()),
        rule: Some("shoes".to_owned()),
        month: month.to_owned(),
        minor,
        // The program says nothing of locks, so the sale is payable at once.
        state: "payable".to_owned(),
        payable_from: Some(at.to_owned()),
    }
}

fn statement(month: &str, orders: u64, sales_minor: i128, minor: i128) -> Statement {
    Statement {
        affiliate: "ana".to_owned(),
        month: month.to_owned(),
        orders,
        sales_minor,
        refunded_minor: 0,
        commission_minor: minor,
        overrides_minor: 0,
        reversals_minor: 0,
        bonuses_minor: 0,
        adjustments_minor: 0,
        total_minor: minor,
    }
}

#[test]
fn ana_earns_80_00_32_01_and_5_00() {
    let settlement = settled(&first_program(), &first_facts());
    assert_eq!(
        settlement.targets,
        [
            target("A", "2026-03-10T12:00:00Z", "2026-03", 80_00),
            target("B", "2026-03-31T21:59:00Z", "2026-03", 32_01),
            target("C", "2026-03-31T22:01:00Z", "2026-04", 5_00),
        ]
    );
    assert_eq!(
        settlement.statements,
        [statement("2026-03", 2, 1_100_05, 112_01), statement("2026-04", 1, 50_00, 5_00),]
    );
    assert!(settlement.unpaid.is_empty());
}

#[test]
fn a_report_in_utc_puts_the_third_order_into_march() {
    let mut program = first_program();
    program["zone"] = json!("UTC");
    let settlement = settled(&program, &first_facts());
    assert_eq!(settlement.targets[2], target("C", "2026-03-31T22:01:00Z", "2026-03", 6_00));
}

#[test]
fn order_and_repetition_of_the_facts_change_nothing() {
    let mut turned = first_facts();
    for table in ["touches", "orders"] {
        let rows = turned[table].as_array_mut().unwrap();
        rows.reverse();
        rows.push(rows[0].clone());
    }
    assert_eq!(settled(&first_program(), &turned), settled(&first_program(), &first_facts()));
}

#[test]
fn the_month_is_that_of_the_zone() {
    // One instant: March in UTC, February in New York, March in Tokyo.
    for (zone, month) in [("UTC", "2026-03"), ("America/New_York", "2026-02"), ("Asia/Tokyo", "2026-03")] {
        let mut program = program(json!({ "rules": crate::percent("10") }));
        program["zone"] = json!(zone);
        let facts = crate::facts(json!({
            "touches": [{ "id": "t", "at": "2026-02-20T00:00:00Z", "customer": "c", "affiliate": "ana" }],
            "orders": [crate::order("o", "2026-03-01T02:30:00Z", json!([{ "amount": "10.00" }]))],
        }));
        assert_eq!(settled(&program, &facts).targets[0].month, month, "{zone}");
    }
}
