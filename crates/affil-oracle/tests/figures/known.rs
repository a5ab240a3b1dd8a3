//! What was known when, and what replaces what.

use crate::{credit, facts, ids, merged, patient, percent, refused, sale, sold, unpaid};
use affil_oracle::{Settlement, payouts, settle_as_of};
use serde_json::{Value, json};

const NOON: &str = "2026-03-02T12:00:00Z";

fn plain() -> Value {
    patient(json!({ "rules": percent("10") }))
}

fn as_of(facts: &Value, at: &str) -> Settlement {
    settle_as_of(&plain().to_string(), &facts.to_string(), at).expect("a settlement")
}

#[test]
fn what_happened_but_was_not_known_is_not_there() {
    let order = merged(sale("o", NOON, "100.00"), json!({ "known": "2026-03-06T00:00:00Z" }));
    let refund = json!({ "id": "r", "at": "2026-03-04T00:00:00Z", "order": "o", "line": "1", "amount": "50.00" });
    let facts = facts(json!({ "orders": [order], "refunds": [refund] }));
    // The refund is known already, but waits for its order.
    assert!(as_of(&facts, "2026-03-05T23:59:59Z").targets.is_empty());
    let then = as_of(&facts, "2026-03-06T00:00:00Z");
    assert_eq!(ids(&then, "commission"), [("commission:o/1/all/ana", 10_00)]);
    assert_eq!(ids(&then, "reversal"), [("reversal:r/1/all/ana", -5_00)]);
}

#[test]
fn the_instant_itself_is_the_end_of_the_facts() {
    let mut program = plain();
    program["bonuses"] = json!([{ "id": "p", "kind": "placement", "amount": "7.00", "on": "2026-03-20" }]);
    let facts = facts(json!({ "until": "2026-12-01T00:00:00Z" }));
    let paid = |at: &str| settle_as_of(&program.to_string(), &facts.to_string(), at).unwrap().targets.len();
    assert_eq!(paid("2026-03-19T22:59:59Z"), 0);
    assert_eq!(paid("2026-03-19T23:00:00Z"), 1);
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
    let correction = merged(sale("o2", NOON, "80.00"), json!({ "replaces": "o", "known": "2026-03-10T00:00:00Z" }));
    let refund = json!({ "id": "r", "at": "2026-03-04T00:00:00Z", "order": "o", "line": "1", "amount": "40.00" });
    let facts = facts(json!({ "orders": [sale("o", NOON, "100.00"), correction], "refunds": [refund] }));
    let before = as_of(&facts, "2026-03-09T00:00:00Z");
    assert_eq!(ids(&before, "commission"), [("commission:o/1/all/ana", 10_00)]);
    assert_eq!(ids(&before, "reversal"), [("reversal:r/1/all/ana", -4_00)]);
    for after in [as_of(&facts, "2026-03-10T00:00:00Z"), crate::settled(&plain(), &facts)] {
        assert_eq!(ids(&after, "commission"), [("commission:o2/1/all/ana", 8_00)]);
        assert_eq!(ids(&after, "reversal"), [("reversal:r/1/all/ana", -4_00)]);
        assert_eq!(after.targets[1].order.as_deref(), Some("o2"));
    }
}

#[test]
fn corrections_of_corrections() {
    let corrected = |id: &str, amount: &str, of: &str| merged(credit(id, NOON, amount), json!({ "replaces": of }));
    let facts = facts(json!({ "adjustments": [
        credit("a", NOON, "1.00"), corrected("c", "3.00", "b"), corrected("b", "2.00", "a"),
    ] }));
    assert_eq!(ids(&crate::settled(&plain(), &facts), "adjustment"), [("adjustment:c", 3_00)]);

    // A refund of the first order means the last.
    let corrected = |id: &str, amount: &str, of: &str| merged(sale(id, NOON, amount), json!({ "replaces": of }));
    let orders = json!([sale("o", NOON, "1.00"), corrected("p", "2.00", "o"), corrected("q", "30.00", "p")]);
    let refund = json!({ "id": "r", "at": NOON, "order": "o" });
    let facts = crate::facts(json!({ "orders": orders, "refunds": [refund] }));
    assert_eq!(ids(&crate::settled(&plain(), &facts), "reversal"), [("reversal:r/1/all/ana", -3_00)]);
}

#[test]
fn a_touch_stays_bound_to_an_order_that_is_not_there_yet() {
    let mut program = plain();
    program["attribution"]["windows"] = json!({ "coupon": "9y" });
    let late = merged(sale("late", NOON, "10.00"), json!({ "known": "2026-04-01T00:00:00Z" }));
    let corrected =
        merged(sale("later", NOON, "10.00"), json!({ "known": "2026-05-01T00:00:00Z", "replaces": "late" }));
    let facts = json!({
        "affiliates": [{ "id": "ana" }],
        "touches": [{ "id": "t", "at": NOON, "customer": "c", "affiliate": "ana", "kind": "coupon", "order": "late" }],
        "orders": [sale("other", NOON, "10.00"), late, corrected],
    });
    let at = |at: &str| settle_as_of(&program.to_string(), &facts.to_string(), at).unwrap();
    assert_eq!(unpaid(&at("2026-03-03T00:00:00Z")), [("other", None, "other_order")]);
    assert_eq!(ids(&at("2026-04-01T00:00:00Z"), "commission"), [("commission:late/1/all/ana", 1_00)]);
    assert_eq!(ids(&at("2026-05-01T00:00:00Z"), "commission"), [("commission:later/1/all/ana", 1_00)]);
}

#[test]
fn a_review_waits_for_those_of_its_orders_that_are_not_there() {
    let mut program = plain();
    program["lifecycle"] = json!({ "lock": "duration", "after": "9y" });
    let late = merged(sale("late", NOON, "10.00"), json!({ "known": "2026-04-01T00:00:00Z" }));
    let facts = facts(json!({
        "orders": [sale("o", NOON, "10.00"), late],
        "reviews": [{ "id": "v", "at": "2026-03-05T00:00:00Z", "orders": ["o", "late"], "decision": "decline" }],
    }));
    let at = |at: &str| settle_as_of(&program.to_string(), &facts.to_string(), at).unwrap();
    assert!(unpaid(&at("2026-03-04T00:00:00Z")).is_empty());
    assert_eq!(unpaid(&at("2026-03-05T00:00:00Z")), [("o", Some("1"), "declined")]);
    let both = at("2026-04-01T00:00:00Z");
    assert_eq!(unpaid(&both), [("late", Some("1"), "declined"), ("o", Some("1"), "declined")]);
}

#[test]
fn what_cannot_be_replaced() {
    let codes = |rows: &[(&str, Option<&str>)]| {
        let row = |(id, replaces): &(&str, Option<&str>)| {
            let mut row = credit(id, NOON, "1.00");
            if let Some(replaces) = replaces {
                row["replaces"] = json!(replaces);
            }
            row
        };
        let rows: Vec<Value> = rows.iter().map(row).collect();
        refused(&plain(), &facts(json!({ "adjustments": rows })))
    };
    let wrong = ["fact.replaces"];
    assert!(codes(&[("a", None), ("b", Some("a")), ("c", Some("b"))]).is_empty());
    assert_eq!(codes(&[("a", Some("z"))]), wrong);
    assert_eq!(codes(&[("a", None), ("b", Some("a")), ("c", Some("a"))]), wrong);
    assert_eq!(codes(&[("a", Some("a"))]), wrong);
    assert_eq!(codes(&[("a", Some("b")), ("b", Some("c")), ("c", Some("a"))]), wrong);
    // An id of another kind is none of this kind.
    let orders = sold(&["1.00"]);
    let other = merged(credit("j", NOON, "1.00"), json!({ "replaces": "o1" }));
    assert_eq!(refused(&plain(), &facts(json!({ "orders": orders, "adjustments": [other] }))), wrong);
}

#[test]
fn nothing_is_known_before_it_happens() {
    let known = |at: &str| {
        refused(&plain(), &facts(json!({ "adjustments": [merged(credit("j", NOON, "1.00"), json!({ "known": at }))] })))
    };
    assert!(known(NOON).is_empty());
    assert_eq!(known("2026-03-02T11:59:59Z"), ["fact.known_early"]);
    // The same instant written out is the same content.
    let twice = json!([credit("j", NOON, "1.00"), merged(credit("j", NOON, "1.00"), json!({ "known": NOON }))]);
    assert!(refused(&plain(), &facts(json!({ "adjustments": twice }))).is_empty());
    let other = json!([
        credit("j", NOON, "1.00"),
        merged(credit("j", NOON, "1.00"), json!({ "known": "2026-03-03T00:00:00Z" }))
    ]);
    assert_eq!(refused(&plain(), &facts(json!({ "adjustments": other }))), ["fact.conflict"]);
}

#[test]
fn a_confirmation_waits_for_its_payout() {
    let mut program = plain();
    program["payouts"] = json!([{ "id": "all" }]);
    let payout = json!({ "id": "p", "at": "2026-03-03T00:00:00Z", "known": "2026-03-10T00:00:00Z", "affiliate": "ana",
        "earned": "1.00", "transfer": "1.00" });
    let confirmation = json!({ "id": "k", "at": "2026-03-04T00:00:00Z", "payout": "p", "outcome": "paid" });
    let facts = facts(
        json!({ "adjustments": [credit("j", NOON, "1.00")], "payouts": [payout], "confirmations": [confirmation] }),
    );
    let at = |at: &str| settle_as_of(&program.to_string(), &facts.to_string(), at).unwrap();
    assert!(at("2026-03-05T00:00:00Z").payouts.is_empty());
    assert_eq!(at("2026-03-10T00:00:00Z").payouts[0].state, "paid");
    // As nobody knew of it, it would have been paid again.
    let proposals = payouts(&program.to_string(), &facts.to_string(), "2026-03-05T00:00:00Z").unwrap();
    assert_eq!(proposals.total_minor(), 1_00);
}
