//! Rounding modes, rounding scopes and caps.

use crate::{commissions, earned, facts, order, percent, program, settled};
use serde_json::{Value, json};

fn one(rate: &str, mode: &str, amount: &str) -> i128 {
    let program = program(json!({ "rules": percent(rate), "round": { "mode": mode } }));
    earned(&program, &[amount])[0]
}

#[test]
fn published_percentages_half_up() {
    let figures = [
        ("10", "19.00", 1_90),
        ("20", "10.00", 2_00),
        ("50", "10.00", 5_00),
        ("20", "0.03", 1),
        ("10", "0.15", 2),
        ("50", "0.01", 1),
        ("20", "0.02", 0),
        ("2.9", "5.00", 15),
        ("4.56", "6.25", 29),
        ("9.04", "6.25", 57),
        ("20.24", "6.25", 1_27),
        ("30", "2.05", 62),
        ("12.5", "4.60", 58),
    ];
    for (rate, amount, minor) in figures {
        assert_eq!(one(rate, "half_up", amount), minor, "{rate} % of {amount}");
    }
}

#[test]
fn half_even_is_the_default_and_differs_on_ties_only() {
    // 1.5 → 2, 0.5 → 0, 14.5 → 14, 61.5 → 62, 57.5 → 58, 28.5 → 28 cents.
    let figures = [
        ("10", "0.15", 2),
        ("50", "0.01", 0),
        ("2.9", "5.00", 14),
        ("30", "2.05", 62),
        ("12.5", "4.60", 58),
        ("4.56", "6.25", 28),
    ];
    for (rate, amount, minor) in figures {
        assert_eq!(one(rate, "half_even", amount), minor, "{rate} % of {amount}");
        let by_default = program(json!({ "rules": percent(rate) }));
        assert_eq!(earned(&by_default, &[amount]), [minor]);
    }
}

#[test]
fn down_and_up() {
    // 0.2 and 0.9 cents.
    assert_eq!([one("10", "down", "0.02"), one("10", "up", "0.02")], [0, 1]);
    assert_eq!([one("10", "down", "0.09"), one("10", "up", "0.09")], [0, 1]);
    assert_eq!([one("10", "down", "0.10"), one("10", "up", "0.10")], [1, 1]);
}

#[test]
fn minor_units_follow_the_currency() {
    for (currency, amount, minor) in [("JPY", "1234", 123), ("USD", "12.34", 123), ("KWD", "1.234", 123)] {
        let program = program(json!({ "currency": currency, "rules": percent("10") }));
        assert_eq!(earned(&program, &[amount]), [minor], "{currency}");
    }
}

fn in_scope(at: &str, facts: &Value) -> Vec<i128> {
    let program = program(json!({ "rules": percent("10"), "round": { "at": at, "mode": "half_up" } }));
    commissions(&settled(&program, facts))
}

#[test]
fn scopes_add_up_to_the_rounded_sum() {
    // 0.4 cents three times; two orders in March, one in April. Running sums 0.4, 0.8, 1.2 (rounded 0, 1, 1).
    let small = json!([{ "amount": "0.04" }, { "amount": "0.04" }]);
    let facts = facts(json!({ "orders": [
        order("o1", "2026-03-02T00:00:00Z", small.clone()),
        order("o2", "2026-03-03T00:00:00Z", small),
        order("o3", "2026-03-31T00:00:00+02:00", json!([{ "amount": "0.04" }])),
    ] }));
    assert_eq!(in_scope("line", &facts), [0, 0, 0, 0, 0]);
    assert_eq!(in_scope("order", &facts), [0, 1, 0, 1, 0]);
    // 0.4 0.8 1.2 1.6 2.0 → 0 1 1 2 2.
    assert_eq!(in_scope("statement", &facts), [0, 1, 0, 1, 0]);
    // The last order on 1 April in Berlin.
    let mut later = facts.clone();
    later["touches"][0]["at"] = json!("2026-03-01T22:30:00Z");
    later["orders"][2]["at"] = json!("2026-03-31T18:00:00-04:00");
    later["orders"][2]["lines"][0]["amount"] = json!("0.05");
    // 0.5 alone is 1; continued from 1.6 it would be round(2.1) − round(1.6) = 0.
    assert_eq!(in_scope("statement", &later), [0, 1, 0, 1, 1]);
    // Three orders of one line: 0.4 each, or 0.4, 0.8, 1.2 of the month.
    let apart = crate::facts(json!({ "orders": crate::sold(&["0.04", "0.04", "0.04"]) }));
    assert_eq!(in_scope("order", &apart), [0, 0, 0]);
    assert_eq!(in_scope("statement", &apart), [0, 1, 0]);
}

#[test]
fn rounding_once_before_the_whole_cents() {
    // 880.00 at 7.59 % = 66.792, and 3.62 for each of ten units = 36.20; with −35.20 by hand 67.79 of 67.792.
    let program = program(json!({
        "rules": [
            { "id": "rate", "pay": { "percent": "7.59" } },
            { "id": "units", "pay": { "flat": "3.62", "per": "unit" }, "on_top": true },
        ],
        "round": { "at": "order" },
    }));
    let facts = facts(json!({
        "orders": [order("o", "2026-03-02T00:00:00Z", json!([{ "amount": "880.00", "quantity": 10 }]))],
        "adjustments": [{ "id": "j", "at": "2026-03-05T00:00:00Z", "affiliate": "ana",
            "amount": "-35.20", "reason": "fee" }],
    }));
    let settlement = settled(&program, &facts);
    assert_eq!(commissions(&settlement), [66_79, 36_20]);
    assert_eq!(settlement.statements[0].adjustments_minor, -35_20);
    assert_eq!(settlement.statements[0].total_minor, 67_79);
}

/// 100 % of each line, under a cap.
fn capped(cap: &str, share: &str, amounts: &[&str]) -> Vec<i128> {
    let program = program(json!({
        "rules": percent("100"),
        "caps": [{ "id": "cap", "per": "order", "amount": cap, "share": share }],
    }));
    let lines: Vec<Value> = amounts.iter().map(|amount| json!({ "amount": amount })).collect();
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", json!(lines))] }));
    commissions(&settled(&program, &facts))
}

#[test]
fn caps_are_shared_as_declared() {
    // A tenth of 10.00, three equal lines: 0.3333 each, one cent left over.
    let thirds = ["3.33", "3.33", "3.33"];
    assert_eq!(capped("1.00", "in_order", &thirds), [100, 0, 0]);
    assert_eq!(capped("1.00", "largest", &thirds), [34, 33, 33]);
    assert_eq!(capped("1.00", "first", &thirds), [34, 33, 33]);
    // floor(33.3) = 33, floor(66.7) = 66, 100.
    assert_eq!(capped("1.00", "cumulative", &thirds), [33, 33, 34]);

    // 5 cents over weights 0, 1, 3, 3: 0.714, 2.142, 2.142; one left over.
    let uneven = ["0.00", "0.01", "0.03", "0.03"];
    assert_eq!(capped("0.05", "in_order", &uneven), [0, 1, 3, 1]);
    assert_eq!(capped("0.05", "largest", &uneven), [0, 1, 2, 2]);
    assert_eq!(capped("0.05", "first", &uneven), [0, 1, 2, 2]);
    // floor of 5/7, 20/7, 35/7 = 0, 2, 5.
    assert_eq!(capped("0.05", "cumulative", &uneven), [0, 0, 2, 3]);

    // 7 cents over weights 3, 3, 2: 2.625, 2.625, 1.75; two left over.
    let tied = ["0.03", "0.03", "0.02"];
    assert_eq!(capped("0.07", "largest", &tied), [3, 2, 2]);
    assert_eq!(capped("0.07", "first", &tied), [3, 3, 1]);
}

#[test]
fn a_share_of_6_45_by_30_and_70_adds_up() {
    // 193.5 and 451.5 cents: one left over, the tie goes to the earlier.
    assert_eq!(capped("6.45", "largest", &["30.00", "70.00"]), [194, 451]);
}

#[test]
fn a_cap_that_is_not_reached_changes_nothing() {
    let program = program(json!({
        "rules": percent("10"),
        "caps": [{ "id": "cap", "per": "order", "amount": "5000.00" }],
    }));
    assert_eq!(earned(&program, &["30000.00", "100000.00"]), [3_000_00, 5_000_00]);
    assert_eq!(capped("1.00", "cumulative", &["0.40", "0.60"]), [40, 60]);
    assert_eq!(capped("2.00", "cumulative", &["0.40", "0.60"]), [40, 60]);
    assert_eq!(capped("2.00", "largest", &["0.40", "0.60"]), [40, 60]);
}

#[test]
fn caps_apply_one_after_the_other() {
    let program = program(json!({
        "rules": percent("100"),
        "caps": [
            { "id": "wide", "per": "order", "amount": "3.00", "share": "largest" },
            { "id": "narrow", "per": "order", "amount": "2.00" },
        ],
    }));
    let lines = json!([{ "amount": "3.00" }, { "amount": "6.00" }]);
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", lines)] }));
    // 3 and 6 → 1 and 2 → 1 and 1.
    assert_eq!(commissions(&settled(&program, &facts)), [1_00, 1_00]);
}
