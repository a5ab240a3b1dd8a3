//! Payouts as facts: what they must add up to, what they take, and what becomes of them.

use crate::{credit, facts, merged, patient, percent, refused, settled, states};
use affil_oracle::{Balance, Settlement};
use serde_json::{Value, json};

const MARCH: &str = "2026-03-02T12:00:00Z";
const APRIL: &str = "2026-04-02T12:00:00Z";
const MAY: &str = "2026-05-02T12:00:00Z";

fn plain() -> Value {
    patient(json!({ "rules": percent("10") }))
}

/// Credits of 100.00 in March and 30.00 in May, with payouts and confirmations.
fn paid(payouts: Value, confirmations: Value) -> Value {
    facts(json!({
        "adjustments": [credit("a", MARCH, "100.00"), credit("b", MAY, "30.00")],
        "payouts": payouts,
        "confirmations": confirmations,
        "until": "2026-12-01T00:00:00Z",
    }))
}

/// A payout of 100.00 in April, with changes.
fn payout(more: Value) -> Value {
    merged(json!({ "id": "p", "at": APRIL, "affiliate": "ana", "earned": "100.00", "transfer": "100.00" }), more)
}

fn confirmation(id: &str, at: &str, outcome: &str) -> Value {
    json!({ "id": id, "at": at, "payout": "p", "outcome": outcome })
}

/// Pending, approved, payable, reserve.
fn balances(settlement: &Settlement) -> Vec<(&str, [i128; 4])> {
    let row = |balance: &'_ Balance| {
        [balance.pending_minor, balance.approved_minor, balance.payable_minor, balance.reserve_minor]
    };
    settlement.balances.iter().map(|balance| (balance.affiliate.as_str(), row(balance))).collect()
}

#[test]
fn amounts_that_do_not_add_up() {
    let codes = |more: Value| refused(&plain(), &paid(json!([payout(more)]), json!([])));
    let sum = ["payout.sum"];
    assert!(codes(json!({})).is_empty());
    assert_eq!(codes(json!({ "transfer": "99.99" })), sum);
    // Reserve and withholding are kept.
    let kept = json!({ "reserve": "10.00", "release": MAY, "withholding": "9.00", "transfer": "81.00" });
    assert!(codes(kept.clone()).is_empty());
    assert_eq!(codes(merged(kept, json!({ "withholding": "9.01" }))), sum);
    // Only a tax that comes on top is sent as well.
    let taxed = |treatment: &str, transfer: &str| {
        codes(json!({ "treatment": treatment, "vat": "19.00", "transfer": transfer }))
    };
    assert!(taxed("outside", "119.00").is_empty());
    assert_eq!(taxed("outside", "100.00"), sum);
    assert!(taxed("inside", "100.00").is_empty());
    assert_eq!(taxed("inside", "119.00"), sum);
    assert!(taxed("reverse_charge", "100.00").is_empty());
    // Only a fee that the affiliate pays is taken off.
    let fee = |payer: &str, transfer: &str| codes(json!({ "fee": "0.35", "fee_payer": payer, "transfer": transfer }));
    assert!(fee("affiliate", "99.65").is_empty());
    assert_eq!(fee("affiliate", "100.00"), sum);
    assert!(fee("merchant", "100.00").is_empty());
    // Nothing but `earned` may be below zero, and something must be sent.
    assert_eq!(codes(json!({ "fee": "-1.00", "transfer": "101.00" })), sum);
    assert_eq!(codes(json!({ "released": "-1.00", "transfer": "99.00" })), sum);
    assert_eq!(codes(json!({ "earned": "0.00", "transfer": "0.00" })), sum);
    assert!(codes(json!({ "earned": "-5.00", "released": "15.00", "transfer": "10.00" })).is_empty());
    // In the program's own currency what is paid is what is sent.
    assert!(codes(json!({ "currency": "EUR", "paid": "100.00" })).is_empty());
    assert_eq!(codes(json!({ "paid": "99.00" })), sum);
    assert!(codes(json!({ "currency": "USD", "rate": "1.0875", "paid": "108.75" })).is_empty());
}

#[test]
fn reserves_need_an_end() {
    let codes = |more: Value| {
        let base = json!({ "reserve": "10.00", "transfer": "90.00" });
        refused(&plain(), &paid(json!([payout(merged(base, more))]), json!([])))
    };
    assert_eq!(codes(json!({})), ["payout.release"]);
    assert_eq!(codes(json!({ "release": "2026-04-02T11:59:59Z" })), ["payout.release"]);
    assert!(codes(json!({ "release": APRIL })).is_empty());
}

#[test]
fn confirmations_that_cannot_be() {
    let codes = |rows: &[(&str, &str)]| {
        let rows: Vec<Value> = rows.iter().map(|(at, outcome)| confirmation(at, at, outcome)).collect();
        refused(&plain(), &paid(json!([payout(json!({}))]), json!(rows)))
    };
    let (day_3, day_4) = ("2026-04-03T00:00:00Z", "2026-04-04T00:00:00Z");
    assert!(codes(&[(day_3, "paid"), (day_4, "paid")]).is_empty());
    assert!(codes(&[(day_3, "failed"), (day_4, "failed")]).is_empty());
    assert!(codes(&[(day_3, "paid"), (day_4, "failed")]).is_empty());
    assert_eq!(codes(&[(day_3, "failed"), (day_4, "paid")]), ["payout.failed_before"]);
    assert_eq!(codes(&[("2026-04-02T11:59:59Z", "paid")]), ["payout.confirmed_early"]);
    assert!(codes(&[(APRIL, "paid")]).is_empty());
    assert_eq!(refused(&plain(), &paid(json!([]), json!([confirmation("k", MAY, "paid")]))), ["payout.unknown"]);
    let stranger = payout(json!({ "affiliate": "ben" }));
    assert_eq!(refused(&plain(), &paid(json!([stranger]), json!([]))), ["affiliate.unknown"]);
}

#[test]
fn no_more_is_paid_than_there_was() {
    let codes = |payouts: Value| refused(&plain(), &paid(payouts, json!([])));
    let too_much = ["payout.exceeds_balance"];
    assert_eq!(codes(json!([payout(json!({ "earned": "100.01", "transfer": "100.01" }))])), too_much);
    // The 30.00 of May are there in May.
    let all = |at: &str| codes(json!([payout(json!({ "at": at, "earned": "130.00", "transfer": "130.00" }))]));
    assert_eq!(all(APRIL), too_much);
    assert!(all(MAY).is_empty());
    // Of two at one instant the second has what the first leaves.
    let two = |first: &str, second: &str| {
        let part = |id: &str, amount: &str| payout(json!({ "id": id, "earned": amount, "transfer": amount }));
        codes(json!([part("q", second), part("p", first)]))
    };
    assert!(two("60.00", "40.00").is_empty());
    assert_eq!(two("60.00", "40.01"), too_much);
    // What is learned later was not there to be paid.
    let mut late = paid(json!([payout(json!({}))]), json!([]));
    late["adjustments"][0]["known"] = json!("2026-04-03T00:00:00Z");
    assert_eq!(refused(&plain(), &late), too_much);
    // A correction that takes it away afterwards leaves a debt.
    let correction = merged(credit("c", MARCH, "80.00"), json!({ "replaces": "a", "known": "2026-04-03T00:00:00Z" }));
    let mut corrected = paid(json!([payout(json!({}))]), json!([]));
    corrected["adjustments"].as_array_mut().unwrap().push(correction);
    assert_eq!(balances(&settled(&plain(), &corrected)), [("ana", [0, 0, 10_00, 0])]);
}

#[test]
fn the_state_of_what_was_paid() {
    let settlement = settled(&plain(), &paid(json!([payout(json!({}))]), json!([])));
    let expected = [("paid", Some(MARCH)), ("payable", Some(MAY))];
    assert_eq!(states(&settlement, "adjustment"), expected);
    assert_eq!(balances(&settlement), [("ana", [0, 0, 30_00, 0])]);
    let sent = &settlement.payouts[0];
    assert_eq!((sent.id.as_str(), sent.state.as_str(), sent.minor), ("p", "sent", 100_00));
}

#[test]
fn a_payment_that_comes_back_is_owed_again() {
    let rows =
        json!([confirmation("k", "2026-04-03T00:00:00Z", "paid"), confirmation("l", "2026-04-20T00:00:00Z", "failed")]);
    let facts = paid(json!([payout(json!({}))]), rows);
    let settlement = settled(&plain(), &facts);
    assert_eq!(settlement.payouts[0].state, "failed");
    assert_eq!(states(&settlement, "adjustment"), [("payable", Some(MARCH)), ("payable", Some(MAY))]);
    assert_eq!(balances(&settlement), [("ana", [0, 0, 130_00, 0])]);

    // Before it came back there was nothing to pay; from then on there is, but not twice.
    let again = |at: &str, earned: &str| {
        let mut facts = facts.clone();
        let second = payout(json!({ "id": "q", "at": at, "earned": earned, "transfer": earned }));
        facts["payouts"].as_array_mut().unwrap().push(second);
        refused(&plain(), &facts)
    };
    assert_eq!(again("2026-04-19T23:59:59Z", "0.01"), ["payout.exceeds_balance"]);
    assert!(again("2026-04-20T00:00:00Z", "100.00").is_empty());
    assert_eq!(again("2026-04-20T00:00:00Z", "100.01"), ["payout.exceeds_balance"]);
}

#[test]
fn a_reserve_comes_back_when_it_is_released() {
    let kept = payout(json!({ "reserve": "10.00", "release": "2026-10-02T12:00:00Z", "transfer": "90.00" }));
    let until = |until: &str, confirmations: Value| {
        let mut facts = paid(json!([kept]), confirmations);
        facts["until"] = json!(until);
        let settlement = settled(&plain(), &facts);
        let (_, row) = balances(&settlement)[0];
        row
    };
    assert_eq!(until("2026-10-02T11:59:59Z", json!([])), [0, 0, 30_00, 10_00]);
    assert_eq!(until("2026-10-02T12:00:00Z", json!([])), [0, 0, 40_00, 0]);
    // Nothing of a payout that failed is kept.
    let failed = json!([confirmation("k", "2026-04-03T00:00:00Z", "failed")]);
    assert_eq!(until("2026-10-02T11:59:59Z", failed.clone()), [0, 0, 130_00, 0]);
    assert_eq!(until("2026-10-02T12:00:00Z", failed), [0, 0, 130_00, 0]);
}

#[test]
fn balances_by_how_far_a_target_is() {
    let program = patient(json!({ "rules": percent("10"), "lifecycle": { "lock": "duration", "after": "30d" } }));
    let mut facts = crate::sold_on(&[("2026-01-10", "100.00"), ("2026-03-10", "200.00"), ("2026-03-11", "400.00")]);
    facts["reviews"] = json!([{ "id": "v", "at": "2026-03-12T00:00:00Z", "orders": ["o2"], "decision": "approve" }]);
    facts["until"] = json!("2026-03-20T00:00:00Z");
    facts["affiliates"].as_array_mut().unwrap().push(json!({ "id": "ben" }));
    let settlement = settled(&program, &facts);
    assert_eq!(
        states(&settlement, "commission").iter().map(|(state, _)| *state).collect::<Vec<_>>(),
        ["payable", "approved", "pending"]
    );
    // Nothing of *ben*, who has neither a target nor a payout.
    assert_eq!(balances(&settlement), [("ana", [40_00, 20_00, 10_00, 0])]);
}
