//! When a line locks, who decided, and from when on a target may be paid.

use crate::{facts, merged, order, patient, percent, program, sale, settled, states, unpaid};
use affil_oracle::Settlement;
use serde_json::{Value, json};

/// 10 percent, with a life cycle.
fn living(lifecycle: Value) -> Value {
    patient(json!({ "rules": percent("10"), "lifecycle": lifecycle }))
}

/// One order of 100.00 at an instant, with whatever else.
fn sold_at(at: &str, more: Value) -> Value {
    let mut facts = facts(json!({ "orders": [sale("o", at, "100.00")] }));
    facts["touches"][0]["at"] = json!("2025-11-30T00:00:00Z");
    merged(facts, more)
}

fn review(id: &str, at: &str, decision: &str) -> Value {
    json!({ "id": id, "at": at, "orders": ["o"], "decision": decision })
}

const NOON: &str = "2026-03-02T12:00:00Z";

#[test]
fn an_event_of_december_locks_on_10_january() {
    let program = living(json!({ "lock": "fixed_day", "day": 10, "extension": "1mo" }));
    let at = |until: &str, reviews: Value| {
        let facts = sold_at("2025-12-03T12:00:00Z", json!({ "until": until, "reviews": reviews }));
        settled(&program, &facts)
    };
    // Midnight in Berlin is an hour earlier in UTC.
    let before = at("2026-01-09T22:59:59Z", json!([]));
    assert_eq!(states(&before, "commission"), [("pending", None)]);
    let after = at("2026-01-09T23:00:00Z", json!([]));
    assert_eq!(states(&after, "commission"), [("payable", Some("2026-01-09T23:00:00Z"))]);

    // Extended by a month: 10 February.
    let extended = json!([review("x", "2026-01-05T12:00:00Z", "extend")]);
    let before = at("2026-02-09T22:59:59Z", extended.clone());
    assert_eq!(states(&before, "commission"), [("pending", None)]);
    let after = at("2026-02-09T23:00:00Z", extended);
    assert_eq!(states(&after, "commission"), [("payable", Some("2026-02-09T23:00:00Z"))]);
}

/// From when on a commission approved at once is payable.
fn payable_from(lifecycle: Value, at: &str) -> String {
    let facts = sold_at(at, json!({ "reviews": [review("y", at, "approve")] }));
    let settlement = settled(&living(lifecycle), &facts);
    settlement.targets[0].payable_from.clone().unwrap()
}

#[test]
fn locks_by_their_kind() {
    // The last of February, and of a month's lock that would lie before the order, the order itself.
    let fixed = |day: u32, months: u32| json!({ "lock": "fixed_day", "day": day, "months": months });
    assert_eq!(payable_from(fixed(31, 1), "2026-01-15T12:00:00Z"), "2026-02-27T23:00:00Z");
    assert_eq!(payable_from(fixed(31, 2), "2026-01-15T12:00:00Z"), "2026-03-30T22:00:00Z");
    assert_eq!(payable_from(fixed(10, 0), "2026-03-20T12:00:00Z"), "2026-03-20T12:00:00Z");
    // Not before the order either: on 15 March nobody had decided on it.
    let early = sold_at("2026-03-20T12:00:00Z", json!({ "until": "2026-03-15T12:00:00Z" }));
    assert_eq!(states(&settled(&living(fixed(10, 0)), &early), "commission"), [("pending", None)]);
    // On the evening of 31 January in UTC it is February in Berlin.
    assert_eq!(payable_from(fixed(10, 1), "2026-01-31T23:30:00Z"), "2026-03-09T23:00:00Z");

    assert_eq!(payable_from(json!({ "lock": "duration", "after": "30d" }), NOON), "2026-04-01T12:00:00Z");
    assert_eq!(payable_from(json!({ "lock": "duration", "after": "1mo" }), NOON), "2026-04-02T11:00:00Z");
    assert_eq!(payable_from(json!({ "lock": "at_once" }), NOON), NOON);
    assert_eq!(payable_from(json!({ "lock": "open" }), NOON), NOON);
}

#[test]
fn open_lines_lock_when_they_are_approved() {
    let program = living(json!({ "lock": "open" }));
    let with = |reviews: Value| {
        let settlement =
            settled(&program, &sold_at(NOON, json!({ "until": "2027-01-01T00:00:00Z", "reviews": reviews })));
        let states: Vec<(String, Option<String>)> =
            settlement.targets.iter().map(|target| (target.state.clone(), target.payable_from.clone())).collect();
        states
    };
    assert_eq!(with(json!([])), [("pending".to_owned(), None)]);
    let approved = json!([review("y", "2026-05-01T12:00:00Z", "approve")]);
    assert_eq!(with(approved), [("payable".to_owned(), Some("2026-05-01T12:00:00Z".to_owned()))]);
    assert!(with(json!([review("n", "2026-05-01T12:00:00Z", "decline")])).is_empty());
}

/// Two lines of 60.00 under a rule for orders from 100.00 that pays once per order, and one more percent.
fn two_lines(reviews: Value) -> Settlement {
    let program = program(json!({
        "conflict": "stack",
        "rules": [
            { "id": "flat", "pay": { "flat": "5.00", "per": "order" } },
            { "id": "big", "when": { "order": { "amount": { "at_least": "100.00" } } }, "pay": { "percent": "1" } },
        ],
        "lifecycle": { "lock": "duration", "after": "30d" },
    }));
    let lines = json!([{ "amount": "60.00" }, { "amount": "60.00" }]);
    settled(&program, &facts(json!({ "orders": [order("o", NOON, lines)], "reviews": reviews })))
}

#[test]
fn a_declined_line_earns_nothing_and_the_others_go_on() {
    let all = two_lines(json!([]));
    assert_eq!(
        crate::ids(&all, "commission"),
        [("commission:o/1/flat/ana", 5_00), ("commission:o/1/big/ana", 60), ("commission:o/2/big/ana", 60)]
    );
    let mut declined = review("n", "2026-03-05T12:00:00Z", "decline");
    declined["line"] = json!("1");
    let one = two_lines(json!([declined]));
    // The flat amount is paid on the first line that has the rule; the order is still one of 120.00.
    assert_eq!(crate::ids(&one, "commission"), [("commission:o/2/flat/ana", 5_00), ("commission:o/2/big/ana", 60)]);
    assert_eq!(unpaid(&one), [("o", Some("1"), "declined")]);
    let none = two_lines(json!([review("n", "2026-03-05T12:00:00Z", "decline")]));
    assert_eq!(unpaid(&none), [("o", Some("1"), "declined"), ("o", Some("2"), "declined")]);
}

#[test]
fn declined_goes_before_excluded_and_counts_for_nothing() {
    let mut program = living(json!({ "lock": "duration", "after": "30d" }));
    program["tiers"] = json!([{ "id": "t", "mode": "whole", "steps": [{ "from": "150.00", "percent": "20" }] }]);
    let mut facts = sold_at(NOON, json!({ "reviews": [review("n", "2026-03-05T12:00:00Z", "decline")] }));
    facts["orders"].as_array_mut().unwrap().push(sale("p", "2026-03-03T12:00:00Z", "100.00"));
    // Without the review both orders would be paid 20 percent of 200.00.
    assert_eq!(crate::commissions(&settled(&program, &facts)), [10_00]);
    program["exclude"] = json!([{ "id": "none", "when": {} }]);
    assert_eq!(unpaid(&settled(&program, &facts)), [("o", Some("1"), "declined"), ("p", Some("1"), "excluded")]);
}

#[test]
fn the_last_decision_stands() {
    let program = living(json!({ "lock": "duration", "after": "30d" }));
    let with = |first: &str, second: &str| {
        let reviews = [review("a", "2026-03-05T12:00:00Z", first), review("b", "2026-03-06T12:00:00Z", second)];
        settled(&program, &sold_at(NOON, json!({ "reviews": reviews, "until": "2026-04-01T11:59:59Z" })))
    };
    assert_eq!(unpaid(&with("approve", "decline")), [("o", Some("1"), "declined")]);
    // Approved, but not payable before it locks.
    assert_eq!(states(&with("decline", "approve"), "commission"), [("approved", Some("2026-04-01T12:00:00Z"))]);
}

#[test]
fn a_decision_that_changes_nothing_is_passed_over() {
    // Declined in March, approved in a dispute in May, approved once more in June.
    let program = living(json!({ "lock": "duration", "after": "30d" }));
    let with = |reviews: &[(&str, &str, Option<&str>)]| {
        let row = |(at, decision, dispute): &(&str, &str, Option<&str>)| {
            merged(review(at, at, decision), dispute.map_or(json!({}), |id| json!({ "dispute": id })))
        };
        let reviews: Vec<Value> = reviews.iter().map(row).collect();
        let facts = sold_at(NOON, json!({ "reviews": reviews, "until": "2026-12-01T00:00:00Z" }));
        settled(&program, &facts).targets.remove(0).payable_from.unwrap()
    };
    let (march, may, june) = ("2026-03-05T12:00:00Z", "2026-05-01T12:00:00Z", "2026-06-01T12:00:00Z");
    let dispute = Some("d");
    assert_eq!(with(&[(march, "decline", None), (may, "approve", dispute), (june, "approve", dispute)]), may);
    // Nobody had decided when it locked: then it was approved.
    assert_eq!(with(&[(may, "approve", None)]), "2026-04-01T12:00:00Z");
    assert_eq!(with(&[(may, "approve", dispute)]), "2026-04-01T12:00:00Z");
    // Before it locks an approval does change something: in the books it is dated then.
    let facts = sold_at(
        NOON,
        json!({ "until": march, "reviews": [
        review("a", "2026-03-03T12:00:00Z", "approve"), review("b", "2026-03-04T12:00:00Z", "approve"),
    ] }),
    );
    let moves = crate::moved(&program, &facts);
    assert_eq!((moves[1].id.as_str(), moves[1].date.as_str()), ("commission:o/1/all/ana#approved", "2026-03-03"));
}

#[test]
fn what_nobody_looks_at_may_be_declined() {
    let program = living(json!({ "lock": "duration", "after": "30d", "unreviewed": "decline" }));
    let until = |until: &str| settled(&program, &sold_at(NOON, json!({ "until": until })));
    assert_eq!(states(&until("2026-04-01T11:59:59Z"), "commission"), [("pending", None)]);
    let locked = until("2026-04-01T12:00:00Z");
    assert_eq!(unpaid(&locked), [("o", Some("1"), "declined")]);
    assert!(locked.targets.is_empty());
}

#[test]
fn held_lines_are_payable_from_no_instant() {
    let program = living(json!({}));
    let with = |reviews: &[(&str, &str)]| {
        let reviews: Vec<Value> = reviews.iter().map(|(at, decision)| review(at, at, decision)).collect();
        let facts = sold_at(NOON, json!({ "reviews": reviews, "until": "2026-12-01T00:00:00Z" }));
        let target = settled(&program, &facts).targets.remove(0);
        (target.state, target.payable_from)
    };
    let (may, june) = ("2026-05-01T12:00:00Z", "2026-06-01T12:00:00Z");
    assert_eq!(with(&[(may, "hold")]), ("on_hold".to_owned(), None));
    assert_eq!(with(&[(may, "hold"), (june, "release")]), ("payable".to_owned(), Some(june.to_owned())));
    assert_eq!(with(&[(may, "release"), (june, "hold")]), ("on_hold".to_owned(), None));
    // To release what is not held changes nothing.
    assert_eq!(with(&[(may, "release")]), ("payable".to_owned(), Some(NOON.to_owned())));
    let twice = with(&[(may, "hold"), (june, "release"), ("2026-07-01T12:00:00Z", "release")]);
    assert_eq!(twice, ("payable".to_owned(), Some(june.to_owned())));
}

#[test]
fn new_affiliates_wait_14_days() {
    let holds = json!([
        { "when": { "group": "new" }, "lasts": "14d" },
        { "when": { "id": "ana" }, "lasts": "1d" },
    ]);
    let program = living(json!({ "holds": holds }));
    let with = |groups: Value| {
        let facts = sold_at(NOON, json!({ "affiliates": [{ "id": "ana", "groups": groups }] }));
        settled(&program, &facts).targets.remove(0).payable_from.unwrap()
    };
    assert_eq!(with(json!(["new"])), "2026-03-16T12:00:00Z");
    assert_eq!(with(json!([])), "2026-03-03T12:00:00Z");
}

#[test]
fn net_30_counts_from_the_end_of_the_month() {
    let mut program = living(json!({}));
    program["payouts"] = json!([{ "id": "all", "net": "30d" }]);
    program["bonuses"] = json!([{ "id": "p", "kind": "placement", "amount": "7.00", "on": "2026-02-10" }]);
    let mut facts = sold_at(NOON, json!({ "adjustments": [crate::credit("j", "2026-04-30T22:00:00Z", "1.00")] }));
    facts["refunds"] = json!([{ "id": "r", "at": "2026-05-31T12:00:00Z", "order": "o", "amount": "50.00" }]);
    let settlement = settled(&program, &facts);
    // March ends with 31 March at 22:00 in UTC, summer time; 30 days later is 30 April.
    assert_eq!(states(&settlement, "commission"), [("payable", Some("2026-04-30T22:00:00Z"))]);
    assert_eq!(states(&settlement, "bonus"), [("payable", Some("2026-03-30T23:00:00Z"))]);
    // An adjustment on 1 May in Berlin: May ends on 31 May at 22:00.
    assert_eq!(states(&settlement, "adjustment"), [("approved", Some("2026-06-30T22:00:00Z"))]);
    // A reversal waits for its commission only.
    assert_eq!(states(&settlement, "reversal"), [("payable", Some("2026-05-31T12:00:00Z"))]);
}

#[test]
fn reversals_are_payable_no_earlier_than_what_they_take_back() {
    let program = living(json!({ "lock": "duration", "after": "30d" }));
    let refund = |at: &str| json!([{ "id": "r", "at": at, "order": "o", "line": "1", "amount": "50.00" }]);
    let until = |refunds: Value, until: &str| {
        let facts = sold_at(NOON, json!({ "refunds": refunds, "until": until }));
        let settlement = settled(&program, &facts);
        let reversal = settlement.targets.iter().find(|target| target.kind == "reversal").unwrap().clone();
        (reversal.state, reversal.payable_from)
    };
    let early = refund("2026-03-10T12:00:00Z");
    assert_eq!(until(early.clone(), "2026-03-20T12:00:00Z"), ("pending".to_owned(), None));
    let locks = Some("2026-04-01T12:00:00Z".to_owned());
    assert_eq!(until(early, "2026-04-01T12:00:00Z"), ("payable".to_owned(), locks));
    let late = Some("2026-05-10T12:00:00Z".to_owned());
    assert_eq!(until(refund("2026-05-10T12:00:00Z"), "2026-05-10T12:00:00Z"), ("payable".to_owned(), late));
}

#[test]
fn reversed_is_what_is_taken_back_in_full() {
    let program = living(json!({}));
    let state = |amounts: &[&str]| {
        let refund = |(index, amount): (usize, &&str)| json!({ "id": format!("r{index}"), "at": "2026-03-10T12:00:00Z", "order": "o", "amount": amount });
        let refunds: Vec<Value> = amounts.iter().enumerate().map(refund).collect();
        settled(&program, &sold_at(NOON, json!({ "refunds": refunds }))).targets[0].state.clone()
    };
    assert_eq!(state(&["40.00"]), "payable");
    assert_eq!(state(&["40.00", "60.00"]), "reversed");
    // A commission of zero was not taken back.
    let nothing = patient(json!({ "rules": percent("0") }));
    let facts = sold_at(NOON, json!({ "refunds": [{ "id": "r", "at": "2026-03-10T12:00:00Z", "order": "o" }] }));
    assert_eq!(states(&settled(&nothing, &facts), "commission"), [("payable", Some(NOON))]);
}

#[test]
fn what_we_learned_later_is_payable_later() {
    let program = living(json!({}));
    let mut facts = sold_at(
        NOON,
        json!({
            "refunds": [{ "id": "r", "at": "2026-03-10T12:00:00Z", "known": "2026-03-12T12:00:00Z", "order": "o", "line": "1", "amount": "1.00" }],
            "adjustments": [merged(crate::credit("j", NOON, "1.00"), json!({ "known": "2026-03-04T12:00:00Z" }))],
        }),
    );
    facts["orders"][0]["known"] = json!("2026-03-03T12:00:00Z");
    let settlement = settled(&program, &facts);
    assert_eq!(states(&settlement, "commission"), [("payable", Some("2026-03-03T12:00:00Z"))]);
    assert_eq!(states(&settlement, "adjustment"), [("payable", Some("2026-03-04T12:00:00Z"))]);
    // The end of the facts is the refund's day, on which nobody knew it.
    assert_eq!(states(&settlement, "reversal"), [("approved", Some("2026-03-12T12:00:00Z"))]);
}
