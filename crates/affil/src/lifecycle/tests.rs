//! Settling with a lifecycle, against figures worked out by hand.

use serde_json::{Value, json};

use crate::{Facts, Plan, Settlement};

/// A plan in New York that pays ten percent, with these keys on top.
fn plan(keys: &Value) -> Plan {
    let mut program = json!({
        "schema": "affil/1", "currency": "EUR", "zone": "America/New_York",
        "attribution": { "windows": { "click": "90d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }],
    });
    for (key, value) in keys.as_object().unwrap() {
        program[key] = value.clone();
    }
    Plan::from_text(&program.to_string()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Ana's order A of two lines (80.00 and 20.00) on 3 December 2025, with these facts on top.
fn facts(keys: &Value) -> Facts {
    let mut document = json!({
        "affiliates": [{ "id": "ana", "groups": ["new"], "recruiter": "bob" }, { "id": "bob" }],
        "touches": [{ "id": "t", "at": "2025-12-01T12:00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": [{ "id": "A", "at": "2025-12-03T12:00:00Z", "customer": "kim",
            "lines": [{ "amount": "800.00" }, { "amount": "200.00" }] }],
    });
    for (key, value) in keys.as_object().unwrap() {
        document[key] = value.clone();
    }
    Facts::from_json(&document.to_string()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Each target's amount, state and the instant from which it is payable.
fn told(settlement: &Settlement) -> Vec<String> {
    let payable = |from: Option<crate::time::Instant>| from.map_or("-".to_owned(), |from| from.to_string());
    let state = |state: crate::State| serde_json::to_value(state).unwrap().as_str().unwrap().to_owned();
    settlement
        .targets()
        .map(|target| {
            let (amount, from) = (target.amount.amount(), payable(target.payable_from));
            format!("{} {amount} {} {from}", target.id(), state(target.state))
        })
        .collect()
}

fn settle(program: &Value, given: &Value) -> Vec<String> {
    told(&plan(program).settle(&facts(given)).unwrap_or_else(|problems| panic!("{problems}")))
}

/// The codes and places of all problems.
fn refused(program: &Value, given: &Value) -> Vec<String> {
    let problems = plan(program).settle(&facts(given)).expect_err("these facts settle");
    problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path())).collect()
}

fn review(id: &str, at: &str, decision: &str, more: &Value) -> Value {
    let mut review = json!({ "id": id, "at": at, "orders": ["A"], "decision": decision });
    for (key, value) in more.as_object().unwrap() {
        review[key] = value.clone();
    }
    review
}

fn cj() -> Value {
    json!({ "lifecycle": { "lock": "fixed_day", "day": 10, "extension": "1mo" } })
}

/// Commission Junction: an event of 3 December locks on 10 January (05:00 UTC in New York), or a month later.
#[test]
fn what_is_not_reviewed_is_approved_at_its_lock() {
    let until = |until: &str, reviews: Value| settle(&cj(), &json!({ "until": until, "reviews": reviews }));
    let both = |rest: &str| {
        vec![format!("commission:A/1/all/ana 80.00 {rest}"), format!("commission:A/2/all/ana 20.00 {rest}")]
    };
    assert_eq!(until("2026-01-10T04:59:59.999999Z", json!([])), both("pending -"));
    assert_eq!(until("2026-01-10T05:00:00Z", json!([])), both("payable 2026-01-10T05:00:00Z"));
    let put_off = || json!([review("x", "2026-01-10T04:59:59Z", "extend", &json!({}))]);
    assert_eq!(until("2026-02-10T04:59:59Z", put_off()), both("pending -"));
    assert_eq!(until("2026-02-10T05:00:00Z", put_off()), both("payable 2026-02-10T05:00:00Z"));
    // What is approved before waits for the lock all the same.
    let early = || json!([review("a", "2025-12-20T12:00:00Z", "approve", &json!({}))]);
    assert_eq!(until("2026-01-01T00:00:00Z", early()), both("approved 2026-01-10T05:00:00Z"));
    assert_eq!(until("2026-01-10T05:00:00Z", early()), both("payable 2026-01-10T05:00:00Z"));
}

#[test]
fn a_declined_line_earns_nothing() {
    let at = "2026-01-31T00:00:00Z";
    let line = review("d", "2026-01-05T12:00:00Z", "decline", &json!({ "line": "2", "reason": "returned" }));
    let given = json!({ "until": at, "reviews": [line] });
    assert_eq!(settle(&cj(), &given), ["commission:A/1/all/ana 80.00 payable 2026-01-10T05:00:00Z"]);
    let plan = plan(&cj());
    let settlement = plan.settle(&facts(&given)).unwrap();
    let unpaid = serde_json::to_value(settlement.unpaid().collect::<Vec<_>>()).unwrap();
    assert_eq!(unpaid, json!([{ "order": "A", "line": "2", "affiliate": "ana", "reason": "declined" }]));
    let why = plan.why_not(&facts(&given), "A").unwrap();
    let finding = &why.findings[0];
    assert_eq!((why.findings.len(), finding.review.as_deref(), finding.line.as_deref()), (1, Some("d"), Some("2")));
    assert_eq!(finding.text, "review d declined it on 2026-01-05: the goods came back");
    let change = "an `approve` after it and before the lock at 2026-01-10T05:00:00Z would undo it";
    assert_eq!(finding.change.as_deref(), Some(change));
    // What says the same again changes nothing: it was approved on 4 January.
    let open = json!({ "lifecycle": { "lock": "open" } });
    let approve = |id: &str, day: &str| review(id, &format!("2026-01-{day}T00:00:00Z"), "approve", &json!({}));
    let twice = settle(&open, &json!({ "until": at, "reviews": [approve("a", "04"), approve("b", "09")] }));
    assert_eq!(twice[0], "commission:A/1/all/ana 80.00 payable 2026-01-04T00:00:00Z");
    // The last one stands.
    let again = review("e", "2026-01-06T12:00:00Z", "approve", &json!({}));
    let undone = settle(&cj(), &json!({ "until": at, "reviews": [given["reviews"][0], again] }));
    assert_eq!(undone.len(), 2);
}

#[test]
fn what_nobody_reviewed_may_be_declined() {
    let strict = json!({ "lifecycle": { "lock": "duration", "after": "30d", "unreviewed": "decline" } });
    // 30 days after 3 December, 12:00, it is 2 January, 12:00.
    assert_eq!(settle(&strict, &json!({ "until": "2026-01-02T11:59:59Z" })).len(), 2);
    let late = json!({ "until": "2026-01-02T12:00:00Z" });
    assert_eq!(settle(&strict, &late), [""; 0]);
    let why = plan(&strict).why_not(&facts(&late), "A").unwrap();
    let text = "nobody reviewed it before it locked at 2026-01-02T12:00:00Z, and such a line is declined";
    assert_eq!((why.findings.len(), why.findings[1].text.as_str()), (2, text));
    let approved = json!({ "until": "2026-01-02T12:00:00Z",
        "reviews": [review("a", "2025-12-04T00:00:00Z", "approve", &json!({ "line": "1" }))] });
    assert_eq!(settle(&strict, &approved), ["commission:A/1/all/ana 80.00 payable 2026-01-02T12:00:00Z"]);
}

/// The line that a flat amount would have been paid on is declined: the next one pays it.
#[test]
fn a_declined_line_leaves_flat_amounts_ladders_and_exclusions_alone() {
    let program = json!({
        "exclude": [{ "id": "small", "when": { "line": { "amount": { "below": "900.00" } }, "order": { "attributes": { "x": "y" } } } }],
        "conflict": "stack",
        "rules": [{ "id": "all", "pay": { "percent": "10" } }, { "id": "once", "pay": { "flat": "5.00", "per": "order" } }],
        "tiers": [{ "id": "up", "mode": "whole", "rules": ["all"], "steps": [{ "from": "900.00", "percent": "20" }] }],
        "lifecycle": { "lock": "open" },
    });
    let given = json!({ "reviews": [review("d", "2025-12-04T00:00:00Z", "decline", &json!({ "line": "1" }))] });
    // 200.00 alone does not reach 900.00.
    let wanted = ["commission:A/2/all/ana 20.00 pending -", "commission:A/2/once/ana 5.00 pending -"];
    assert_eq!(settle(&program, &given), wanted);
}

#[test]
fn an_open_line_locks_when_it_is_approved() {
    let open = json!({ "lifecycle": { "lock": "open", "unreviewed": "decline" } });
    let of = |reviews: Value| json!({ "until": "2026-12-31T00:00:00Z", "reviews": reviews });
    assert_eq!(settle(&open, &of(json!([])))[0], "commission:A/1/all/ana 80.00 pending -");
    let decline = review("a", "2026-02-01T00:00:00Z", "decline", &json!({}));
    let approve = review("b", "2026-03-01T00:00:00Z", "approve", &json!({ "line": "1" }));
    let wanted = ["commission:A/1/all/ana 80.00 payable 2026-03-01T00:00:00Z"];
    assert_eq!(settle(&open, &of(json!([decline, approve]))), wanted);
    let late = review("c", "2026-03-01T00:00:00Z", "decline", &json!({}));
    assert_eq!(refused(&open, &of(json!([approve, late]))), ["review.locked /reviews/1/at"]);
    let disputed = review("c", "2026-04-01T00:00:00Z", "decline", &json!({ "dispute": "x" }));
    assert_eq!(
        settle(&open, &of(json!([approve, disputed]))),
        ["commission:A/2/all/ana 20.00 pending -"][..0].to_vec()
    );
}

#[test]
fn reviews_that_may_not_be() {
    let of = |reviews: Value| json!({ "until": "2026-12-31T00:00:00Z", "reviews": reviews });
    let one = |at: &str, decision: &str, more: Value| of(json!([review("r", at, decision, &more)]));
    let (before, lock) = ("2026-01-10T04:59:59Z", "2026-01-10T05:00:00Z");
    let said = |code: &str| vec![code.to_owned()];
    assert_eq!(refused(&cj(), &one(lock, "decline", json!({}))), said("review.locked /reviews/0/at"));
    assert_eq!(refused(&cj(), &one(lock, "extend", json!({ "dispute": "x" }))), said("review.locked /reviews/0/at"));
    let disputed = settle(&cj(), &one(lock, "decline", json!({ "dispute": "x" })));
    assert!(disputed.is_empty(), "{disputed:?}");
    // It changes nothing, not even when it was approved.
    let late = settle(&cj(), &one("2026-02-01T00:00:00Z", "approve", json!({})));
    assert_eq!(late[0], "commission:A/1/all/ana 80.00 payable 2026-01-10T05:00:00Z");
    assert_eq!(refused(&cj(), &one(before, "extend", json!({ "line": "1" }))), said("review.line /reviews/0/line"));
    let two = json!({ "orders": ["A", "B"], "line": "1" });
    assert_eq!(refused(&cj(), &one(before, "approve", two)), said("review.line /reviews/0/line"));
    assert_eq!(refused(&cj(), &one(before, "hold", json!({ "line": "9" }))), said("line.unknown /reviews/0/line"));
    let unknown = json!({ "orders": ["A", "B"] });
    assert_eq!(refused(&cj(), &one(before, "approve", unknown)), said("order.unknown /reviews/0/orders"));
    let early = "2025-12-03T11:59:59Z";
    assert_eq!(refused(&cj(), &one(early, "release", json!({}))), said("review.before_order /reviews/0/at"));
    let twice = json!([review("x", before, "extend", &json!({})), review("y", lock, "extend", &json!({}))]);
    assert_eq!(refused(&cj(), &of(twice)), said("review.extended_twice /reviews/1/decision"));
    for lifecycle in [json!({}), json!({ "lock": "open" }), json!({ "lock": "duration", "after": "30d" })] {
        let program = json!({ "lifecycle": lifecycle });
        let wanted = said("review.no_extension /reviews/0/decision");
        assert_eq!(refused(&program, &one(before, "extend", json!({}))), wanted);
    }
    // Without a lifecycle everything is locked from the beginning.
    assert_eq!(refused(&json!({}), &one(before, "decline", json!({}))), said("review.locked /reviews/0/at"));
}

/// A hold defers everything of its line, and the release says from when on it is payable.
#[test]
fn holds_and_releases() {
    let program = json!({
        "overrides": [{ "id": "up", "of": "sale", "levels": ["1"] }],
        "lifecycle": { "holds": [{ "when": { "group": "new" }, "lasts": "14d" }] },
    });
    let of = |reviews: Value| {
        let refund = json!([{ "id": "R", "at": "2025-12-05T00:00:00Z", "order": "A", "line": "1", "amount": "80.00" }]);
        settle(&program, &json!({ "until": "2026-01-31T00:00:00Z", "reviews": reviews, "refunds": refund }))
    };
    let wanted = [
        // Ana is new: 14 days from 3 December; Bob is not.
        "commission:A/1/all/ana 80.00 payable 2025-12-17T12:00:00Z",
        "commission:A/2/all/ana 20.00 payable 2025-12-17T12:00:00Z",
        "override:A/1/up/ana/bob 8.00 payable 2025-12-03T12:00:00Z",
        "override:A/2/up/ana/bob 2.00 payable 2025-12-03T12:00:00Z",
        "reversal:R/1/all/ana -8.00 payable 2025-12-17T12:00:00Z",
        "reversal:R/1/up/ana/bob -0.80 payable 2025-12-05T00:00:00Z",
    ];
    assert_eq!(of(json!([])), wanted);
    let hold = review("h", "2025-12-10T00:00:00Z", "hold", &json!({ "line": "1" }));
    let kept = of(json!([hold]));
    for (now, was) in kept.iter().zip(&wanted) {
        let first = was.contains(":A/1") || was.contains(":R/1");
        let wanted =
            if first { format!("{} on_hold -", was.split(" payable").next().unwrap()) } else { (*was).to_owned() };
        assert_eq!(*now, wanted);
    }
    // The second line was not on hold.
    let release = review("i", "2026-01-20T00:00:00Z", "release", &json!({}));
    let released: Vec<String> =
        kept.iter().map(|now| now.replace("on_hold -", "payable 2026-01-20T00:00:00Z")).collect();
    assert_eq!(of(json!([hold, release])), released);
    assert_eq!(of(json!([release])), wanted);
}

/// Payable 30 days after the end of the month in New York, or when it became known.
#[test]
fn terms_and_knowledge_defer_what_is_payable() {
    let program = json!({
        "payouts": [{ "id": "ana", "when": { "id": "ana" }, "net": "30d" }],
        "bonuses": [{ "id": "gift", "kind": "placement", "on": "2025-12-24", "amount": "5.00" }],
    });
    let given = json!({
        "until": "2026-01-31T04:59:59Z",
        "orders": [{ "id": "A", "at": "2025-12-03T12:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] },
            { "id": "B", "at": "2025-12-04T12:00:00Z", "known": "2026-02-20T00:00:00Z", "customer": "kim", "lines": [{ "amount": "10.00" }] }],
        "refunds": [{ "id": "R", "at": "2025-12-06T00:00:00Z", "known": "2026-03-01T00:00:00Z", "order": "A", "amount": "80.00" },
            { "id": "S", "at": "2026-01-06T00:00:00Z", "order": "A", "amount": "80.00" }],
        "adjustments": [{ "id": "g", "at": "2026-01-02T00:00:00Z", "known": "2026-01-03T00:00:00Z", "affiliate": "bob", "amount": "1.00", "reason": "thanks" },
            { "id": "h", "at": "2026-01-02T00:00:00Z", "affiliate": "ana", "amount": "1.00", "reason": "thanks" }],
    });
    // 1 January in New York begins at 05:00; 30 days later it is 31 January.
    let wanted = [
        "commission:A/1/all/ana 80.00 approved 2026-01-31T05:00:00Z",
        "commission:B/1/all/ana 1.00 approved 2026-02-20T00:00:00Z",
        "reversal:R/1/all/ana -8.00 approved 2026-03-01T00:00:00Z",
        "bonus:gift/ana 5.00 approved 2026-01-31T05:00:00Z",
        "bonus:gift/bob 5.00 payable 2025-12-24T05:00:00Z",
        "adjustment:g 1.00 payable 2026-01-03T00:00:00Z",
        // 1 February and 30 days.
        "adjustment:h 1.00 approved 2026-03-03T05:00:00Z",
        "reversal:S/1/all/ana -8.00 approved 2026-01-31T05:00:00Z",
    ];
    assert_eq!(settle(&program, &given), wanted);
}

#[test]
fn refunds_and_payouts_make_states() {
    let given = json!({
        "until": "2026-01-31T00:00:00Z",
        "refunds": [{ "id": "R", "at": "2025-12-20T00:00:00Z", "order": "A", "line": "2" }],
        "payouts": [{ "id": "p", "at": "2025-12-10T00:00:00Z", "affiliate": "ana", "earned": "80.00", "transfer": "80.00" },
            { "id": "q", "at": "2025-12-19T00:00:00Z", "affiliate": "ana", "earned": "1.00", "transfer": "1.00" }],
        "confirmations": [{ "id": "c", "at": "2025-12-11T00:00:00Z", "payout": "p", "outcome": "paid" },
            { "id": "d", "at": "2025-12-26T00:00:00Z", "payout": "q", "outcome": "failed" }],
    });
    let wanted = [
        "commission:A/1/all/ana 80.00 paid 2025-12-03T12:00:00Z",
        "commission:A/2/all/ana 20.00 reversed 2025-12-03T12:00:00Z",
        "reversal:R/2/all/ana -20.00 payable 2025-12-20T00:00:00Z",
    ];
    assert_eq!(settle(&json!({}), &given), wanted);
}
