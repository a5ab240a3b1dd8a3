//! Refunds that come too late, and orders that pay nothing at all.

use crate::{facts, ids, order, program, reversals, settled};
use serde_json::{Value, json};

/// An order of 60.00 and 40.00 on 2 March at noon, at 10 %.
fn after(policy: Value, refunds: &[(&str, &str, Value)]) -> Vec<(String, i128)> {
    let program = program(json!({ "rules": crate::percent("10"), "refunds": policy }));
    let refunds: Vec<Value> = refunds
        .iter()
        .map(|(id, at, more)| crate::merged(json!({ "id": id, "at": at, "order": "o" }), more.clone()))
        .collect();
    let lines = json!([{ "amount": "60.00" }, { "amount": "40.00" }]);
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T12:00:00Z", lines)], "refunds": refunds }));
    let settlement = settled(&program, &facts);
    ids(&settlement, "reversal").into_iter().map(|(id, minor)| (id.to_owned(), minor)).collect()
}

fn owned(rows: &[(&str, i128)]) -> Vec<(String, i128)> {
    rows.iter().map(|(id, minor)| ((*id).to_owned(), *minor)).collect()
}

fn of_line(line: &str, amount: &str) -> Value {
    json!({ "line": line, "amount": amount })
}

const SOON: &str = "2026-03-03T12:00:00Z";
const LATER: &str = "2026-03-04T12:00:00Z";

#[test]
fn refunds_after_a_time_take_nothing_back() {
    let policy = json!({ "within": "2d" });
    let last_moment = "2026-03-04T11:59:59Z";
    assert_eq!(
        after(policy.clone(), &[("r", last_moment, of_line("1", "30.00"))]),
        owned(&[("reversal:r/1/all/ana", -3_00)])
    );
    assert_eq!(after(policy.clone(), &[("r", LATER, of_line("1", "30.00"))]), owned(&[("reversal:r/1/all/ana", 0)]));
    let both = after(policy, &[("r", SOON, of_line("1", "30.00")), ("s", LATER, json!({}))]);
    let expected = [("reversal:r/1/all/ana", -3_00), ("reversal:s/1/all/ana", 0), ("reversal:s/2/all/ana", 0)];
    assert_eq!(both, owned(&expected));
}

#[test]
fn more_than_half_refunded_is_all_refunded() {
    let policy = json!({ "void_above": "50" });
    let half = [("r", SOON, of_line("1", "50.00"))];
    assert_eq!(after(policy.clone(), &half), owned(&[("reversal:r/1/all/ana", -5_00)]));
    // The other line is taken back as well, and nothing is left to take.
    let more = [("r", SOON, of_line("1", "50.01")), ("s", LATER, json!({}))];
    let expected = [
        ("reversal:r/1/all/ana", -6_00),
        ("reversal:r/2/all/ana", -4_00),
        ("reversal:s/1/all/ana", 0),
        ("reversal:s/2/all/ana", 0),
    ];
    assert_eq!(after(policy.clone(), &more), owned(&expected));
    // What is truly refunded of a line later gives nothing back.
    let part = [("r", SOON, of_line("1", "50.01")), ("s", LATER, of_line("2", "20.00"))];
    let expected = [("reversal:r/1/all/ana", -6_00), ("reversal:r/2/all/ana", -4_00), ("reversal:s/2/all/ana", 0)];
    assert_eq!(after(policy.clone(), &part), owned(&expected));
    // Nothing was left of the second line: the void does not concern it.
    let two = [("r", SOON, json!({ "line": "2" })), ("s", LATER, of_line("1", "20.00"))];
    assert_eq!(after(policy, &two), owned(&[("reversal:r/2/all/ana", -4_00), ("reversal:s/1/all/ana", -6_00)]));
}

#[test]
fn a_late_refund_voids_nothing() {
    let policy = json!({ "void_above": "50", "within": "2d" });
    let late = [("r", SOON, of_line("1", "30.00")), ("s", LATER, of_line("1", "30.00"))];
    assert_eq!(after(policy, &late), owned(&[("reversal:r/1/all/ana", -3_00), ("reversal:s/1/all/ana", 0)]));
}

#[test]
fn returns_have_nothing_to_take_back_and_gifts_do() {
    let rules = json!([
        { "id": "rate", "pay": { "percent": "10" } },
        { "id": "each", "pay": { "flat": "1.00", "per": "line" } },
    ]);
    let program = program(json!({ "conflict": "stack", "rules": rules, "refunds": { "void_above": "50" } }));
    let lines = json!([{ "amount": "60.00" }, { "amount": "-10.00" }, { "amount": "0.00" }]);
    let facts = facts(json!({
        "orders": [order("o", "2026-03-02T12:00:00Z", lines)],
        "refunds": [{ "id": "r", "at": SOON, "order": "o", "line": "1", "amount": "31.00" }],
    }));
    let settlement = settled(&program, &facts);
    let expected = [
        ("reversal:r/1/rate/ana", -6_00),
        ("reversal:r/1/each/ana", -1_00),
        ("reversal:r/3/rate/ana", 0),
        ("reversal:r/3/each/ana", -1_00),
    ];
    assert_eq!(ids(&settlement, "reversal"), expected);
    // What was truly refunded.
    assert_eq!(settlement.statements[0].refunded_minor, 31_00);
}

#[test]
fn a_return_cannot_be_refunded() {
    let program = program(json!({ "rules": crate::percent("10") }));
    let with = |refund: Value| {
        let refund = crate::merged(json!({ "id": "r", "at": SOON, "order": "o" }), refund);
        let lines = json!([{ "amount": "-10.00" }]);
        let facts = facts(json!({ "orders": [order("o", "2026-03-02T12:00:00Z", lines)], "refunds": [refund] }));
        affil_oracle::settle(&program.to_string(), &facts.to_string())
    };
    assert!(with(json!({ "amount": "1.00" })).unwrap_err().codes.contains("refund.exceeds_line"));
    assert!(reversals(&with(json!({})).unwrap()).is_empty());
    assert_eq!(reversals(&with(json!({ "line": "1" })).unwrap()), [0]);
}
