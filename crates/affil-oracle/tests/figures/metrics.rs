//! What may be counted up a ladder, and what refunds do to it.

use crate::{commissions, facts, order, patient, settled, sold_on};
use serde_json::{Value, json};

/// 5 %, and 10 % from a number of something on.
fn counting(metric: &str, from: &str, more: Value) -> Value {
    let steps = json!([{ "from": from, "percent": "10" }]);
    let tier = crate::merged(json!({ "id": "t", "metric": metric, "mode": "whole", "steps": steps }), more);
    patient(json!({ "rules": crate::percent("5"), "tiers": [tier] }))
}

fn two_orders() -> Value {
    let lines = json!([{ "amount": "10.00", "quantity": 3 }, { "amount": "10.00", "quantity": 2 }]);
    facts(json!({
        "orders": [order("o1", "2026-03-02T12:00:00Z", lines.clone()), order("o2", "2026-03-03T12:00:00Z", lines)],
    }))
}

#[test]
fn orders_and_units() {
    let with = |program: &Value| commissions(&settled(program, &two_orders()));
    assert_eq!(with(&counting("orders", "2", json!({}))), [1_00; 4]);
    assert_eq!(with(&counting("orders", "3", json!({}))), [50; 4]);
    // Both lines of the second order have one order before them.
    assert_eq!(with(&counting("orders", "1", json!({ "mode": "forward" }))), [50, 50, 1_00, 1_00]);
    assert_eq!(with(&counting("units", "10", json!({}))), [1_00; 4]);
    assert_eq!(with(&counting("units", "11", json!({}))), [50; 4]);
    // 0, 3, 5 and 8 before them.
    assert_eq!(with(&counting("units", "5", json!({ "mode": "forward" }))), [50, 50, 1_00, 1_00]);
}

#[test]
fn returns_have_no_units() {
    let lines = json!([{ "amount": "10.00", "quantity": 3 }, { "amount": "-10.00", "quantity": 3 }]);
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T12:00:00Z", lines)] }));
    assert_eq!(commissions(&settled(&counting("units", "3", json!({})), &facts)), [1_00, -1_00]);
    assert_eq!(commissions(&settled(&counting("units", "4", json!({})), &facts)), [50, -50]);
}

fn with_amounts(orders: &[(&str, &[&str])]) -> Value {
    let orders = orders.iter().enumerate().map(|(index, (day, amounts))| {
        let lines: Vec<Value> = amounts.iter().map(|amount| json!({ "amount": amount })).collect();
        order(&format!("o{}", index + 1), &format!("{day}T12:00:00Z"), json!(lines))
    });
    facts(json!({ "orders": orders.collect::<Vec<Value>>() }))
}

#[test]
fn a_return_does_not_use_up_its_order() {
    let with = |metric: &str, from: &str, mode: &str, facts: &Value| {
        commissions(&settled(&counting(metric, from, json!({ "mode": mode })), facts))
    };
    // The second line is the one that counts the first order; all three have no order before them.
    let mixed = with_amounts(&[("2026-03-02", &["-10.00", "20.00", "30.00"]), ("2026-03-03", &["10.00"])]);
    assert_eq!(with("orders", "2", "whole", &mixed), [-1_00, 2_00, 3_00, 1_00]);
    assert_eq!(with("orders", "3", "whole", &mixed), [-50, 1_00, 1_50, 50]);
    assert_eq!(with("orders", "1", "forward", &mixed), [-50, 1_00, 1_50, 1_00]);
    // Both orders are of one customer, new with the first.
    for metric in ["new_customers", "active_customers"] {
        assert_eq!(with(metric, "1", "whole", &mixed), [-1_00, 2_00, 3_00, 1_00], "{metric}");
        assert_eq!(with(metric, "2", "whole", &mixed), [-50, 1_00, 1_50, 50], "{metric}");
        assert_eq!(with(metric, "1", "forward", &mixed), [-50, 1_00, 1_50, 1_00], "{metric}");
    }
}

#[test]
fn an_order_of_returns_alone_counts_nothing() {
    let days: [(&str, &[&str]); 3] =
        [("2026-03-02", &["-10.00"]), ("2026-03-03", &["10.00"]), ("2026-03-04", &["10.00"])];
    let with = |metric: &str, from: &str, mode: &str| {
        commissions(&settled(&counting(metric, from, json!({ "mode": mode })), &with_amounts(&days)))
    };
    assert_eq!(with("orders", "2", "whole"), [-1_00, 1_00, 1_00]);
    assert_eq!(with("orders", "3", "whole"), [-50, 50, 50]);
    assert_eq!(with("orders", "1", "forward"), [-50, 50, 1_00]);
    // The customer becomes active with the second order, but was new with the first only.
    assert_eq!(with("active_customers", "1", "whole"), [-1_00, 1_00, 1_00]);
    assert_eq!(with("active_customers", "1", "forward"), [-50, 50, 1_00]);
    assert_eq!(with("new_customers", "1", "whole"), [-50, 50, 50]);
}

#[test]
fn rolling_orders_are_those_up_to_and_with_the_line() {
    let with = |metric: &str, from: &str, mode: &str, facts: &Value| {
        commissions(&settled(&counting(metric, from, json!({ "mode": mode, "rolling": "7d" })), facts))
    };
    let pair: &[&str] = &["10.00", "10.00"];
    // The second order lies a day, the third just seven days after the one before it.
    let pairs = with_amounts(&[("2026-03-02", pair), ("2026-03-03", pair), ("2026-03-10", pair)]);
    // Up to and with each line: 1, 1, 2, 2, 1, 1.
    assert_eq!(with("orders", "1", "whole", &pairs), [1_00; 6]);
    assert_eq!(with("orders", "2", "whole", &pairs), [50, 50, 1_00, 1_00, 50, 50]);
    // Before the order of each line: 0, 0, 1, 1, 0, 0.
    assert_eq!(with("orders", "1", "forward", &pairs), [50, 50, 1_00, 1_00, 50, 50]);
    // New with the first order: 1, 1, 1, 1, 0, 0.
    assert_eq!(with("new_customers", "1", "whole", &pairs), [1_00, 1_00, 1_00, 1_00, 50, 50]);
    // Up to and with each line: 1, 1, 2, 2; before its order: 0, 1, 1, 1.
    let mixed = with_amounts(&[("2026-03-02", &["10.00"]), ("2026-03-03", &["-10.00", "10.00", "10.00"])]);
    assert_eq!(with("orders", "2", "whole", &mixed), [50, -50, 1_00, 1_00]);
    assert_eq!(with("orders", "1", "forward", &mixed), [50, -1_00, 1_00, 1_00]);
    // Units are counted line by line: up to and with each line 1, 1, 2, 3; before it 0, 1, 1, 2.
    assert_eq!(with("units", "2", "whole", &mixed), [50, -50, 1_00, 1_00]);
    assert_eq!(with("units", "2", "forward", &mixed), [50, -50, 50, 1_00]);
}

/// Customers x, y, x in March, x in April.
fn customers() -> Value {
    let sale = |id: &str, customer: &str, at: &str| json!({ "id": id, "at": format!("{at}T12:00:00Z"), "customer": customer, "lines": [{ "amount": "10.00" }] });
    let touch = |id: &str| json!({ "id": id, "at": "2026-03-01T00:00:00Z", "customer": id, "affiliate": "ana" });
    json!({
        "affiliates": [{ "id": "ana" }],
        "touches": [touch("x"), touch("y")],
        "orders": [
            sale("o1", "x", "2026-03-02"),
            sale("o2", "y", "2026-03-03"),
            sale("o3", "x", "2026-03-04"),
            sale("o4", "x", "2026-04-02"),
        ],
    })
}

#[test]
fn new_and_active_customers() {
    let with = |metric: &str, from: &str| commissions(&settled(&counting(metric, from, json!({})), &customers()));
    assert_eq!(with("new_customers", "2"), [1_00, 1_00, 1_00, 50]);
    assert_eq!(with("new_customers", "1"), [1_00, 1_00, 1_00, 50]);
    assert_eq!(with("active_customers", "2"), [1_00, 1_00, 1_00, 50]);
    assert_eq!(with("active_customers", "1"), [1_00, 1_00, 1_00, 1_00]);
    assert_eq!(with("active_customers", "3"), [50; 4]);
}

/// 10 % that count, and 1 % more, 2 % from 15.00 earned on.
fn more_for_earning(pay: Value) -> Value {
    let steps = json!([{ "from": "15", "percent": "2" }]);
    patient(json!({
        "conflict": "stack",
        "rules": [{ "id": "more", "pay": { "percent": "1" } }, { "id": "base", "pay": pay }],
        "tiers": [{ "id": "t", "rules": ["more"], "counts": ["base"], "metric": "commission", "mode": "whole", "steps": steps }],
    }))
}

#[test]
fn commissions_are_counted_after_floor_and_cap() {
    let one = [("2026-03-02", "100.00")];
    let two = [("2026-03-02", "100.00"), ("2026-03-03", "100.00")];
    let with = |pay: Value, days: &[(&str, &str)]| commissions(&settled(&more_for_earning(pay), &sold_on(days)));
    assert_eq!(with(json!({ "percent": "10" }), &one), [1_00, 10_00]);
    assert_eq!(with(json!({ "percent": "10" }), &two), [2_00, 10_00, 2_00, 10_00]);
    assert_eq!(with(json!({ "percent": "10", "floor": "15.00" }), &one), [2_00, 15_00]);
    assert_eq!(with(json!({ "percent": "10", "cap": "7.00" }), &two), [1_00, 7_00, 1_00, 7_00]);
}

#[test]
fn ladders_that_feed_on_themselves_cannot_be_climbed() {
    let program = counting("commission", "10", json!({}));
    let refusal = affil_oracle::settle(&program.to_string(), &two_orders().to_string()).unwrap_err();
    assert!(refusal.message.contains("feed on each other"));
}

fn refunded(mut program: Value, mut facts: Value, refunds: Value) -> Vec<i128> {
    let with = |program: &Value, facts: &Value| commissions(&settled(program, facts));
    facts["refunds"] = refunds;
    let rows = facts["refunds"].as_array_mut().unwrap();
    for (index, row) in rows.iter_mut().enumerate() {
        row["id"] = json!(format!("r{index}"));
        row["at"] = json!("2026-03-10T00:00:00Z");
    }
    let unaffected = with(&program, &facts);
    program["refunds"] = json!({ "tiers": "sale_period" });
    let reduced = with(&program, &facts);
    program["refunds"] = json!({ "tiers": "refund_period" });
    // Only net sales fall in the period of the refund.
    assert_eq!(with(&program, &facts), reduced);
    assert_ne!(unaffected, reduced);
    reduced
}

#[test]
fn orders_refunded_in_full_do_not_count() {
    let program = counting("orders", "2", json!({}));
    assert_eq!(refunded(program.clone(), two_orders(), json!([{ "order": "o1" }])), [50; 4]);
    // One line of two: the order counts still.
    let mut facts = two_orders();
    facts["refunds"] = json!([{ "id": "r", "at": "2026-03-10T00:00:00Z", "order": "o1", "line": "1" }]);
    let mut patient = program;
    patient["refunds"] = json!({ "tiers": "sale_period" });
    assert_eq!(commissions(&settled(&patient, &facts)), [1_00; 4]);
}

#[test]
fn lines_refunded_in_full_have_no_units() {
    let program = counting("units", "8", json!({}));
    assert_eq!(refunded(program, two_orders(), json!([{ "order": "o2", "line": "1" }])), [50; 4]);
}

#[test]
fn a_later_order_of_an_active_customer_counts_in_place_of_the_first() {
    let mut facts = customers();
    facts["refunds"] = json!([{ "id": "r", "at": "2026-03-10T00:00:00Z", "order": "o1" }]);
    let with = |metric: &str| {
        let mut program = counting(metric, "2", json!({}));
        program["refunds"] = json!({ "tiers": "sale_period" });
        commissions(&settled(&program, &facts))
    };
    assert_eq!(with("active_customers"), [1_00, 1_00, 1_00, 50]);
    assert_eq!(with("new_customers"), [50; 4]);
}

#[test]
fn commissions_fall_with_what_is_refunded() {
    let program = more_for_earning(json!({ "percent": "10" }));
    let facts = sold_on(&[("2026-03-02", "100.00"), ("2026-03-03", "100.00")]);
    // 20.00 less 6.00 of them.
    let refunds = json!([{ "order": "o1", "amount": "60.00" }]);
    assert_eq!(refunded(program, facts, refunds), [1_00, 10_00, 1_00, 10_00]);
}
