//! Limits over periods, and headroom that refunds give back.

use crate::{commissions, order, patient, settled, sold_by, sold_on};
use serde_json::{Value, json};

/// 100 % under one cap of 100.00.
fn capped(cap: Value) -> Value {
    let cap = crate::merged(json!({ "id": "cap", "amount": "100.00" }), cap);
    patient(json!({ "rules": crate::percent("100"), "caps": [cap] }))
}

#[test]
fn a_hundred_a_month() {
    let days = [("2026-03-02", "80.00"), ("2026-03-03", "30.00"), ("2026-03-04", "5.00"), ("2026-04-01", "30.00")];
    let monthly = capped(json!({ "per": "affiliate", "period": "month" }));
    assert_eq!(commissions(&settled(&monthly, &sold_on(&days))), [80_00, 20_00, 0, 30_00]);
    let for_ever = capped(json!({ "per": "affiliate" }));
    assert_eq!(commissions(&settled(&for_ever, &sold_on(&days))), [80_00, 20_00, 0, 0]);
}

#[test]
fn what_is_below_zero_makes_room() {
    let days = [("2026-03-02", "80.00"), ("2026-03-03", "-30.00"), ("2026-03-04", "60.00")];
    let program = capped(json!({ "per": "affiliate" }));
    assert_eq!(commissions(&settled(&program, &sold_on(&days))), [80_00, -30_00, 50_00]);
}

#[test]
fn whose_commissions_are_added_up() {
    let sales = [
        ("ana", "2026-03-02T00:00:00Z", "80.00"),
        ("ben", "2026-03-03T00:00:00Z", "80.00"),
        ("ana", "2026-03-04T00:00:00Z", "80.00"),
    ];
    let with = |per: &str| commissions(&settled(&capped(json!({ "per": per })), &sold_by(&sales)));
    assert_eq!(with("affiliate"), [80_00, 80_00, 20_00]);
    assert_eq!(with("customer"), [80_00, 80_00, 20_00]);
    assert_eq!(with("rule"), [80_00, 20_00, 0]);
    assert_eq!(with("program"), [80_00, 20_00, 0]);
    assert_eq!(with("order"), [80_00, 80_00, 80_00]);
    let another = |mut facts: Value| {
        facts["orders"][2]["customer"] = json!("other");
        let touch = json!({ "id": "u", "at": "2026-03-01T00:00:00Z", "customer": "other", "affiliate": "ana" });
        facts["touches"].as_array_mut().unwrap().push(touch);
        facts
    };
    let program = capped(json!({ "per": "customer" }));
    assert_eq!(commissions(&settled(&program, &another(sold_by(&sales)))), [80_00, 80_00, 80_00]);
}

#[test]
fn a_rule_cap_is_for_each_rule() {
    let cap = json!({ "id": "cap", "per": "rule", "amount": "50.00" });
    let rules = json!([{ "id": "a", "pay": { "percent": "40" } }, { "id": "b", "pay": { "percent": "30" } }]);
    let program = patient(json!({ "conflict": "stack", "rules": rules, "caps": [cap] }));
    let facts = sold_on(&[("2026-03-02", "100.00"), ("2026-03-03", "100.00")]);
    assert_eq!(commissions(&settled(&program, &facts)), [40_00, 30_00, 10_00, 20_00]);
}

#[test]
fn all_caps_look_at_a_commission_together() {
    let cap = |id: &str, per: &str, amount: &str| json!({ "id": id, "per": per, "amount": amount });
    let both = [cap("a", "program", "100.00"), cap("b", "affiliate", "70.00")];
    let program = patient(json!({ "rules": crate::percent("100"), "caps": both }));
    let sales = [
        ("ana", "2026-03-02T00:00:00Z", "80.00"),
        ("ben", "2026-03-03T00:00:00Z", "20.00"),
        ("ben", "2026-03-04T00:00:00Z", "20.00"),
    ];
    // What the one took away the other has not seen: 70, then 90, then 100.
    assert_eq!(commissions(&settled(&program, &sold_by(&sales))), [70_00, 20_00, 10_00]);
}

#[test]
fn which_commissions_a_cap_covers() {
    let days = [("2026-03-02", "80.00"), ("2026-03-03", "80.00")];
    let with = |more: Value| {
        let program = capped(crate::merged(json!({ "per": "affiliate" }), more));
        commissions(&settled(&program, &sold_on(&days)))
    };
    assert_eq!(with(json!({ "rules": ["all"] })), [80_00, 20_00]);
    assert_eq!(with(json!({ "rules": ["none"] })), [80_00, 80_00]);
    assert_eq!(with(json!({ "when": { "id": "ben" } })), [80_00, 80_00]);
    assert_eq!(with(json!({ "from": "2026-03-03" })), [80_00, 80_00]);
    assert_eq!(with(json!({ "until": "2026-03-04" })), [80_00, 20_00]);
}

#[test]
fn affiliates_may_have_limits_of_their_own() {
    let with = |cap: Value, attribute: &str| {
        let program = capped(crate::merged(json!({ "attribute": "limit" }), cap));
        let mut facts = sold_on(&[("2026-03-02", "80.00"), ("2026-03-03", "80.00")]);
        facts["affiliates"][0]["attributes"] = json!({ attribute: "50.5" });
        commissions(&settled(&program, &facts))
    };
    assert_eq!(with(json!({ "per": "affiliate" }), "limit"), [50_50, 0]);
    assert_eq!(with(json!({ "per": "affiliate" }), "other"), [80_00, 20_00]);
    assert_eq!(with(json!({ "per": "order" }), "limit"), [50_50, 50_50]);
}

#[test]
fn a_cap_of_an_order_covers_its_rules_only() {
    let cap = json!({ "id": "cap", "per": "order", "amount": "10.00", "rules": ["b"], "share": "largest" });
    let rules = json!([{ "id": "a", "pay": { "percent": "40" } }, { "id": "b", "pay": { "percent": "30" } }]);
    let program = patient(json!({ "conflict": "stack", "rules": rules, "caps": [cap] }));
    let lines = json!([{ "amount": "100.00" }, { "amount": "200.00" }]);
    let facts = crate::facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", lines)] }));
    // 30.00 and 60.00 share 10.00: 3.333… and 6.666….
    assert_eq!(commissions(&settled(&program, &facts)), [40_00, 3_33, 80_00, 6_67]);
    // With a commission below zero all are in order.
    let lines = json!([{ "amount": "100.00" }, { "amount": "-20.00" }]);
    let facts = crate::facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", lines)] }));
    assert_eq!(commissions(&settled(&program, &facts)), [40_00, 10_00, -8_00, 0]);
}

fn after_refund(effect: Option<&str>, at: &str, next: &str) -> Vec<i128> {
    let mut program = capped(json!({ "per": "affiliate", "period": "month" }));
    if let Some(effect) = effect {
        program["refunds"] = json!({ "caps": effect });
    }
    let mut facts = sold_on(&[("2026-03-02", "80.00"), (next, "140.00")]);
    facts["refunds"] = json!([{ "id": "r", "at": at, "order": "o1", "amount": "50.00" }]);
    commissions(&settled(&program, &facts))
}

#[test]
fn refunds_give_headroom_back() {
    let (early, late) = ("2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z");
    assert_eq!(after_refund(Some("none"), early, "2026-03-04"), [80_00, 20_00]);
    assert_eq!(after_refund(Some("sale_period"), early, "2026-03-04"), [80_00, 70_00]);
    assert_eq!(after_refund(None, early, "2026-03-04"), [80_00, 70_00]);
    assert_eq!(after_refund(Some("refund_period"), early, "2026-03-04"), [80_00, 70_00]);
    // Only for orders after the refund, which stands after orders of its instant.
    assert_eq!(after_refund(Some("sale_period"), late, "2026-03-04"), [80_00, 20_00]);
    assert_eq!(after_refund(Some("sale_period"), "2026-03-04T12:00:00Z", "2026-03-04"), [80_00, 20_00]);
    // A refund in April of a sale in March: used falls below zero.
    let april = "2026-04-02T00:00:00Z";
    assert_eq!(after_refund(Some("sale_period"), april, "2026-04-04"), [80_00, 100_00]);
    assert_eq!(after_refund(Some("refund_period"), april, "2026-04-04"), [80_00, 140_00]);
}
