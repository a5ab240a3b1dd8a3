//! Reviews that are refused.

use crate::{facts, merged, order, patient, percent, refused, sale};
use serde_json::{Value, json};

const NOON: &str = "2026-03-02T12:00:00Z";
/// 30 days after it.
const LOCK: &str = "2026-04-01T12:00:00Z";

fn duration() -> Value {
    json!({ "lock": "duration", "after": "30d", "extension": "1mo" })
}

/// Codes of an order of two lines with reviews: instant, decision, whatever else.
fn codes(lifecycle: Value, reviews: &[(&str, &str, Value)]) -> Vec<String> {
    let program = patient(json!({ "rules": percent("10"), "lifecycle": lifecycle }));
    let review = |(index, (at, decision, more)): (usize, &(&str, &str, Value))| {
        let base = json!({ "id": format!("v{index}"), "at": at, "orders": ["o"], "decision": decision });
        merged(base, more.clone())
    };
    let reviews: Vec<Value> = reviews.iter().enumerate().map(review).collect();
    let lines = json!([{ "amount": "10.00" }, { "amount": "20.00" }]);
    let orders = json!([order("o", NOON, lines), sale("p", "2026-03-03T12:00:00Z", "1.00")]);
    refused(&program, &facts(json!({ "orders": orders, "reviews": reviews, "until": "2027-01-01T00:00:00Z" })))
}

#[test]
fn nothing_changes_after_the_lock() {
    let no = || json!({});
    assert!(codes(duration(), &[("2026-04-01T11:59:59Z", "decline", no())]).is_empty());
    assert_eq!(codes(duration(), &[(LOCK, "decline", no())]), ["review.locked"]);
    // What changes nothing is not refused: it would have been approved anyhow.
    assert!(codes(duration(), &[(LOCK, "approve", no())]).is_empty());
    let declines = merged(duration(), json!({ "unreviewed": "decline" }));
    assert!(codes(declines.clone(), &[(LOCK, "decline", no())]).is_empty());
    assert_eq!(codes(declines, &[(LOCK, "approve", no())]), ["review.locked"]);
    let march = "2026-03-20T12:00:00Z";
    assert_eq!(codes(duration(), &[(march, "decline", no()), (LOCK, "approve", no())]), ["review.locked"]);
    assert!(codes(duration(), &[(march, "decline", no()), (LOCK, "decline", no())]).is_empty());
    // With a dispute it may be.
    assert!(codes(duration(), &[(LOCK, "decline", json!({ "dispute": "d" }))]).is_empty());
    // Without any life cycle everything is locked at once.
    assert_eq!(codes(json!({}), &[(march, "decline", no())]), ["review.locked"]);
    // Holding and releasing is no decision.
    assert!(codes(json!({}), &[(march, "hold", no()), (LOCK, "release", no())]).is_empty());
}

#[test]
fn open_lines_lock_with_their_first_approval() {
    let open = |unreviewed: &str| json!({ "lock": "open", "unreviewed": unreviewed });
    let (first, second) = ("2026-03-20T12:00:00Z", "2026-03-21T12:00:00Z");
    for unreviewed in ["approve", "decline"] {
        let no = || json!({});
        assert!(codes(open(unreviewed), &[(first, "approve", no())]).is_empty(), "{unreviewed}");
        assert!(codes(open(unreviewed), &[(first, "decline", no()), (second, "approve", no())]).is_empty());
        let late = codes(open(unreviewed), &[(first, "approve", no()), (second, "decline", no())]);
        assert_eq!(late, ["review.locked"], "{unreviewed}");
    }
}

#[test]
fn extensions() {
    let (early, later) = ("2026-03-20T12:00:00Z", "2026-03-21T12:00:00Z");
    let no = || json!({});
    assert!(codes(duration(), &[(early, "extend", no())]).is_empty());
    assert_eq!(codes(duration(), &[(early, "extend", no()), (later, "extend", no())]), ["review.extended_twice"]);
    assert_eq!(codes(duration(), &[(LOCK, "extend", no())]), ["review.locked"]);
    assert_eq!(codes(duration(), &[(early, "extend", json!({ "line": "1" }))]), ["review.line"]);
    assert_eq!(
        codes(json!({ "lock": "duration", "after": "30d" }), &[(early, "extend", no())]),
        ["review.no_extension"]
    );
    assert_eq!(codes(json!({ "lock": "open" }), &[(early, "extend", no())]), ["review.no_extension"]);
    assert_eq!(codes(json!({}), &[(early, "extend", no())]), ["review.no_extension"]);
    // Extended, there is time for a decision until 1 May, 14:00 in Berlin.
    assert!(codes(duration(), &[(early, "extend", no()), ("2026-05-01T11:59:59Z", "decline", no())]).is_empty());
    assert_eq!(
        codes(duration(), &[(early, "extend", no()), ("2026-05-01T12:00:00Z", "decline", no())]),
        ["review.locked"]
    );
}

#[test]
fn what_a_review_names() {
    let at = "2026-03-20T12:00:00Z";
    let with = |at: &str, more: Value| codes(duration(), &[(at, "approve", more)]);
    assert!(with(at, json!({ "orders": ["o", "p"] })).is_empty());
    assert!(with(at, json!({ "line": "2" })).is_empty());
    assert_eq!(with(at, json!({ "line": "3" })), ["line.unknown"]);
    assert_eq!(with(at, json!({ "orders": ["o", "q"] })), ["order.unknown"]);
    assert_eq!(with(at, json!({ "orders": ["o", "p"], "line": "1" })), ["review.line"]);
    // After the one order, before the other.
    assert_eq!(with("2026-03-03T11:59:59Z", json!({ "orders": ["o", "p"] })), ["review.before_order"]);
    assert!(with(NOON, json!({})).is_empty());
}
