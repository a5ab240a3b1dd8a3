//! What refunds take back.

use crate::{commissions, facts, order, percent, program, reversals, settled};
use affil_oracle::Settlement;
use serde_json::{Value, json};

fn refund(id: &str, day: u32, more: Value) -> Value {
    crate::merged(json!({ "id": id, "at": format!("2026-03-{day:02}T12:00:00Z"), "order": "o" }), more)
}

fn after(program: &Value, lines: Value, refunds: &[Value]) -> Settlement {
    let facts = facts(json!({
        "orders": [order("o", "2026-03-02T12:00:00Z", lines)],
        "refunds": refunds,
    }));
    settled(program, &facts)
}

#[test]
fn a_partial_refund_takes_its_share() {
    let program = program(json!({ "rules": percent("10") }));
    let lines = json!([{ "amount": "100.00" }]);
    let settlement = after(&program, lines, &[refund("r", 5, json!({ "amount": "30.00" }))]);
    assert_eq!(settlement.targets[1].id, "reversal:r/1/all/ana");
    assert_eq!(settlement.targets[1].minor, -3_00);
    let statement = &settlement.statements[0];
    assert_eq!((statement.sales_minor, statement.refunded_minor), (100_00, 30_00));
    assert_eq!((statement.commission_minor, statement.reversals_minor), (10_00, -3_00));
    assert_eq!(statement.total_minor, 7_00);
}

#[test]
fn a_full_refund_takes_back_exactly_what_was_earned() {
    // 7.9 % of 10.00 is 0.79; of 6.00 round(47.4) = 47, of the rest 32; of 4.00 round(31.6) = 32, of the rest 47.
    let program = program(json!({ "rules": percent("7.9") }));
    let lines = json!([{ "amount": "10.00" }]);
    let part = |id: &str, day: u32, amount: &str| refund(id, day, json!({ "amount": amount }));
    let six_first = after(&program, lines.clone(), &[part("a", 5, "6.00"), part("b", 6, "4.00")]);
    assert_eq!(reversals(&six_first), [-47, -32]);
    let four_first = after(&program, lines.clone(), &[part("a", 6, "6.00"), part("b", 5, "4.00")]);
    assert_eq!(reversals(&four_first), [-32, -47]);
    let rest = after(&program, lines, &[part("a", 5, "6.00"), refund("b", 6, json!({}))]);
    assert_eq!(reversals(&rest), [-47, -32]);
    assert_eq!(rest.statements[0].total_minor, 0);
}

#[test]
fn several_commissions_add_up_to_the_reversal_of_their_sum() {
    let stacked = |rates: [&str; 2]| {
        program(json!({
            "conflict": "stack",
            "rules": [
                { "id": "a", "pay": { "percent": rates[0] } },
                { "id": "b", "pay": { "percent": rates[1] } },
            ],
        }))
    };
    let half = [refund("r", 5, json!({ "amount": "50.00" }))];
    let lines = json!([{ "amount": "100.00" }]);
    let settlement = after(&stacked(["80", "20"]), lines, &half);
    assert_eq!(reversals(&settlement), [-40_00, -10_00]);

    // 3 and 3 cents of 1.00, half of it refunded: round(1.5) = 2 of the first, round(3) = 3 of both.
    let lines = json!([{ "amount": "1.00" }]);
    let settlement = after(&stacked(["3", "3"]), lines, &[refund("r", 5, json!({ "amount": "0.50" }))]);
    assert_eq!(reversals(&settlement), [-2, -1]);

    // The same in three parts of 0.25, 0.25 and the rest. Of the first round(0.75) = 1, round(1.5) = 2, 3; of both
    // round(1.5) = 2, 3, 6; so the second has 1, 1, 3.
    let refunds = [
        refund("r1", 5, json!({ "amount": "0.25" })),
        refund("r2", 6, json!({ "amount": "0.25" })),
        refund("r3", 7, json!({})),
    ];
    let settlement = after(&stacked(["3", "3"]), json!([{ "amount": "1.00" }]), &refunds);
    assert_eq!(reversals(&settlement), [-1, -1, -1, 0, -1, -2]);
}

#[test]
fn one_reversal_of_several_may_give_a_cent_back() {
    // 1 and 1 cent of 1.00. At 0.50: round(0.5) = 0 of the first, 1 of both; at 0.60: 1 of the first, 1 of both.
    let program = program(json!({
        "conflict": "stack",
        "rules": [
            { "id": "a", "pay": { "percent": "1" } },
            { "id": "b", "pay": { "percent": "1" } },
        ],
    }));
    let refunds = [refund("r1", 5, json!({ "amount": "0.50" })), refund("r2", 6, json!({ "amount": "0.10" }))];
    let settlement = after(&program, json!([{ "amount": "1.00" }]), &refunds);
    assert_eq!(reversals(&settlement), [0, -1, -1, 1]);
}

#[test]
fn commissions_of_a_line_are_in_the_order_of_the_rules() {
    // The bonus stands first in the document though it is chosen last. The other way round it would be 1 and 1.
    let program = program(json!({
        "rules": [
            { "id": "bonus", "pay": { "percent": "1" }, "on_top": true },
            { "id": "rate", "pay": { "percent": "2" } },
        ],
    }));
    let settlement = after(&program, json!([{ "amount": "0.50" }]), &[]);
    // 0.5 and then 1.5 cents in all: 0 and 2.
    assert_eq!(commissions(&settlement), [0, 2]);
}

#[test]
fn a_refund_of_the_order_takes_what_is_left_of_every_line() {
    let program = program(json!({ "rules": percent("10") }));
    let lines = json!([{ "amount": "10.00" }, { "id": "x", "amount": "20.00" }, { "amount": "30.00" }]);
    let refunds = [
        refund("a", 5, json!({ "line": "x", "amount": "5.00" })),
        refund("b", 6, json!({ "line": "3" })),
        refund("c", 7, json!({})),
    ];
    let settlement = after(&program, lines, &refunds);
    let ids: Vec<&str> = settlement.targets[3..].iter().map(|target| target.id.as_str()).collect();
    // Nothing is left of line 3, so the refund of the order passes over it.
    let expected = ["reversal:a/x/all/ana", "reversal:b/3/all/ana", "reversal:c/1/all/ana", "reversal:c/x/all/ana"];
    assert_eq!(ids, expected);
    assert_eq!(reversals(&settlement), [-50, -3_00, -1_00, -1_50]);
    assert_eq!(settlement.statements[0].refunded_minor, 60_00);
    assert_eq!(settlement.statements[0].total_minor, 0);
}

#[test]
fn what_goes_beyond_the_line_may_be_ignored() {
    let program = program(json!({ "rules": percent("10"), "refunds": { "excess": "cap" } }));
    let lines = json!([{ "amount": "10.00" }]);
    let part = |id: &str, day: u32| refund(id, day, json!({ "amount": "8.00" }));
    let settlement = after(&program, lines, &[part("a", 5), part("b", 6), part("c", 7)]);
    assert_eq!(reversals(&settlement), [-80, -20, 0]);
    assert_eq!(settlement.statements[0].refunded_minor, 10_00);
}

#[test]
fn a_line_of_amount_zero() {
    let program = program(json!({ "rules": [{ "id": "gift", "pay": { "flat": "1.00", "per": "line" } }] }));
    let refunds = [refund("a", 5, json!({ "amount": "0.00" })), refund("b", 6, json!({})), refund("c", 7, json!({}))];
    let settlement = after(&program, json!([{ "amount": "0.00" }]), &refunds);
    assert_eq!(commissions(&settlement), [1_00]);
    assert_eq!(reversals(&settlement), [0, -1_00]);
}

#[test]
fn a_refund_falls_into_its_own_month_at_the_terms_of_the_sale() {
    let program = program(json!({
        "rules": percent("10"),
        "caps": [{ "id": "cap", "per": "order", "amount": "5.00" }],
    }));
    let facts = facts(json!({
        "orders": [order("o", "2026-03-02T12:00:00Z", json!([{ "amount": "100.00" }]))],
        "refunds": [{ "id": "r", "at": "2026-03-31T22:00:00Z", "order": "o", "amount": "60.00" }],
    }));
    let settlement = settled(&program, &facts);
    // 60 % of the capped 5.00.
    assert_eq!((settlement.targets[1].month.as_str(), settlement.targets[1].minor), ("2026-04", -3_00));
    let april = &settlement.statements[1];
    assert_eq!((april.orders, april.sales_minor, april.refunded_minor), (0, 0, 60_00));
    assert_eq!(april.total_minor, -3_00);
}

#[test]
fn targets_are_sorted_by_instant_kind_and_id() {
    let program = program(json!({ "rules": percent("10") }));
    let at = "2026-03-02T12:00:00Z";
    let facts = facts(json!({
        "adjustments": [{ "id": "0", "at": at, "affiliate": "ana", "amount": "-1.00", "reason": "fee" }],
        "orders": [order("z", at, json!([{ "amount": "10.00" }])), order("B", at, json!([{ "amount": "10.00" }]))],
        "refunds": [{ "id": "a", "at": at, "order": "z" }],
    }));
    let settlement = settled(&program, &facts);
    let ids: Vec<&str> = settlement.targets.iter().map(|target| target.id.as_str()).collect();
    let expected = ["commission:B/1/all/ana", "commission:z/1/all/ana", "reversal:a/1/all/ana", "adjustment:0"];
    assert_eq!(ids, expected);
    assert_eq!(settlement.statements[0].total_minor, 1_00 + 1_00 - 1_00 - 1_00);
}
