//! Which touch an order is credited to.

use crate::{facts, order, program, settled, unpaid};
use serde_json::{Value, json};

fn touch(id: &str, at: &str, affiliate: &str, more: &Value) -> Value {
    crate::merged(json!({ "id": id, "at": at, "customer": "c", "affiliate": affiliate }), more.clone())
}

/// Who is credited with an order on 6 March, or why nobody is.
fn credited(attribution: &Value, touches: &[Value]) -> String {
    let program = program(json!({ "attribution": attribution, "rules": crate::percent("10") }));
    let facts = facts(json!({
        "affiliates": [{ "id": "ana" }, { "id": "ben" }, { "id": "cleo" }, { "id": "gone", "active": false }],
        "touches": touches,
        "orders": [order("o", "2026-03-06T12:00:00Z", json!([{ "amount": "10.00" }]))],
    }));
    let settlement = settled(&program, &facts);
    match settlement.targets.first() {
        Some(target) => target.affiliate.clone(),
        None => unpaid(&settlement)[0].2.to_owned(),
    }
}

#[test]
fn first_and_last_within_the_window() {
    // Ben clicks on day 1, Cleo on day 5, the sale is on day 6.
    let none = json!({});
    let touches =
        [touch("t1", "2026-03-01T12:00:00Z", "ben", &none), touch("t2", "2026-03-05T12:00:00Z", "cleo", &none)];
    let by = |model: &str, window: &str| credited(&json!({ "model": model, "windows": { "click": window } }), &touches);
    assert_eq!(by("first", "30d"), "ben");
    assert_eq!(by("last", "30d"), "cleo");
    assert_eq!(by("first", "3d"), "cleo");
}

#[test]
fn windows_are_half_open() {
    let clicked = |at: &str| {
        let windows = json!({ "windows": { "click": "72h" } });
        credited(&windows, &[touch("t", at, "ben", &json!({}))])
    };
    assert_eq!(clicked("2026-03-06T12:00:00Z"), "ben");
    assert_eq!(clicked("2026-03-06T12:00:00.000001Z"), "no_touch");
    assert_eq!(clicked("2026-03-03T12:00:00.000001Z"), "ben");
    assert_eq!(clicked("2026-03-03T12:00:00Z"), "outside_window");
}

#[test]
fn windows_of_months_are_clamped() {
    let clicked = |at: &str, window: &str| {
        let program = program(json!({
            "attribution": { "windows": { "click": window } },
            "rules": crate::percent("10"),
        }));
        let facts = facts(json!({
            "touches": [touch("t", at, "ana", &json!({}))],
            "orders": [order("o", "2026-02-28T12:00:00+01:00", json!([{ "amount": "10.00" }]))],
        }));
        settled(&program, &facts).unpaid.is_empty()
    };
    // 31 January 12:00 and one month end on 28 February 12:00.
    assert!(!clicked("2026-01-31T12:00:00+01:00", "1mo"));
    assert!(clicked("2026-01-31T12:00:01+01:00", "1mo"));
    assert!(!clicked("2025-02-28T12:00:00+01:00", "1y"));
    assert!(clicked("2025-02-28T12:00:01+01:00", "1y"));
}

#[test]
fn ties_are_decided_by_id_byte_by_byte() {
    let at = "2026-03-05T12:00:00Z";
    let none = json!({});
    let touches = [touch("a", at, "ana", &none), touch("B", at, "ben", &none), touch("é", at, "cleo", &none)];
    let by = |model: &str| credited(&json!({ "model": model, "windows": { "click": "30d" } }), &touches);
    assert_eq!(by("first"), "ben");
    assert_eq!(by("last"), "cleo");
}

#[test]
fn stronger_classes_win_whenever_they_happened() {
    let kind = |kind: &str| json!({ "kind": kind });
    let coupon = touch("t1", "2026-03-02T00:00:00Z", "ana", &kind("coupon"));
    let click = touch("t2", "2026-03-04T00:00:00Z", "ben", &kind("click"));
    let view = touch("t3", "2026-03-06T00:00:00Z", "cleo", &kind("view"));
    let windows = json!({ "coupon": "10d", "click": "10d", "view": "10d" });
    let ranked = json!({ "windows": windows, "precedence": [["coupon"], ["click"], ["view"]] });
    assert_eq!(credited(&ranked, &[coupon.clone(), click.clone(), view.clone()]), "ana");
    assert_eq!(credited(&ranked, &[click.clone(), view.clone()]), "ben");
    assert_eq!(credited(&ranked, std::slice::from_ref(&view)), "cleo");
    let together = json!({ "windows": windows, "precedence": [["coupon", "click"], ["view"]] });
    assert_eq!(credited(&together, &[coupon.clone(), click.clone(), view.clone()]), "ben");
    let unranked = json!({ "windows": windows });
    assert_eq!(credited(&unranked, &[coupon, click, view]), "cleo");
}

#[test]
fn reasons_are_those_of_the_last_touch_in_order() {
    let attribution = json!({
        "windows": { "click": "1d" },
        "exclude": { "channel": "brand_ppc", "affiliate": ["cleo"] },
    });
    let old = "2026-03-01T00:00:00Z";
    let new = "2026-03-06T00:00:00Z";
    let all = json!({ "order": "other", "kind": "view", "channel": "brand_ppc" });
    let reason = |touches: &[Value]| credited(&attribution, touches);
    assert_eq!(reason(&[]), "no_touch");
    assert_eq!(reason(&[touch("t", old, "cleo", &all)]), "other_order");
    assert_eq!(reason(&[touch("t", old, "cleo", &json!({ "order": "o", "kind": "view" }))]), "kind_not_counted");
    assert_eq!(reason(&[touch("t", old, "cleo", &json!({ "channel": "brand_ppc" }))]), "excluded_affiliate");
    assert_eq!(reason(&[touch("t", old, "gone", &json!({ "channel": "brand_ppc" }))]), "excluded_channel");
    assert_eq!(reason(&[touch("t", old, "gone", &json!({}))]), "affiliate_inactive");
    assert_eq!(reason(&[touch("t", old, "ben", &json!({}))]), "outside_window");
    // The last touch speaks, even if an earlier one failed for another reason; one that counts wins over both.
    let last = touch("t2", new, "gone", &json!({}));
    assert_eq!(reason(&[touch("t1", old, "ben", &json!({})), last.clone()]), "affiliate_inactive");
    assert_eq!(reason(&[touch("t1", "2026-03-05T18:00:00Z", "ben", &json!({})), last]), "ben");
}

#[test]
fn unknown_affiliates_may_be_accepted() {
    let program = program(json!({ "unknown_affiliates": "accept", "rules": crate::percent("10") }));
    let facts = json!({
        "touches": [touch("t", "2026-03-06T00:00:00Z", "stranger", &json!({}))],
        "orders": [order("o", "2026-03-06T12:00:00Z", json!([{ "amount": "10.00" }]))],
    });
    assert_eq!(settled(&program, &facts).targets[0].affiliate, "stranger");
}
