//! What keeps a touch from competing, and what becomes of its share.

use crate::{clicked, percent, program, sale, settled, unpaid, whom};
use serde_json::{Value, json};

/// Touches of customer *c* by *ana*, *ben* and *gone* (who is not active), and an order of 100.00 at 10 % on 6 March.
fn settled_with(attribution: &Value, touches: &[Value]) -> Vec<(String, i128)> {
    let program = program(json!({ "attribution": attribution, "rules": percent("10") }));
    let facts = json!({
        "affiliates": [
            { "id": "ana", "customers": ["me", "c2"] },
            { "id": "ben", "customers": ["c"] },
            { "id": "gone", "active": false },
        ],
        "touches": touches,
        "orders": [sale("o", "2026-03-06T12:00:00Z", "100.00")],
    });
    let settlement = settled(&program, &facts);
    let mut all: Vec<(String, i128)> =
        whom(&settlement, "commission").into_iter().map(|(who, minor)| (who.to_owned(), minor)).collect();
    all.extend(unpaid(&settlement).into_iter().map(|(_, _, reason)| (reason.to_owned(), 0)));
    all
}

fn touch(id: &str, at: &str, more: Value) -> Value {
    crate::merged(json!({ "id": id, "at": at, "customer": "c" }), more)
}

fn ana(at: &str) -> Value {
    touch("ana", at, json!({ "affiliate": "ana" }))
}

fn only(who: &str, minor: i128) -> Vec<(String, i128)> {
    vec![(who.to_owned(), minor)]
}

#[test]
fn both_ends_of_a_window_may_be_moved() {
    let with = |near: &str, far: &str, at: &str| {
        let attribution = json!({ "windows": { "click": "72h" }, "near_end": near, "far_end": far });
        settled_with(&attribution, &[ana(at)])[0].0.clone()
    };
    let (now, edge) = ("2026-03-06T12:00:00Z", "2026-03-03T12:00:00Z");
    assert_eq!([with("closed", "open", now), with("open", "open", now)], ["ana", "outside_window"]);
    assert_eq!([with("closed", "closed", edge), with("closed", "open", edge)], ["ana", "outside_window"]);
    assert_eq!(with("closed", "closed", "2026-03-03T11:59:59.999999Z"), "outside_window");
}

#[test]
fn clicks_too_fast_to_be_human() {
    let attribution = json!({ "windows": { "click": "1d" }, "minimum_age": { "click": "2s" } });
    assert_eq!(settled_with(&attribution, &[ana("2026-03-06T11:59:59Z")]), only("too_fast", 0));
    assert_eq!(settled_with(&attribution, &[ana("2026-03-06T11:59:58Z")]), only("ana", 10_00));
}

#[test]
fn terms_of_some_touches() {
    let blog = json!({ "affiliate": "ana", "channel": "blog" });
    let at = "2026-03-04T12:00:00Z";
    let with = |terms: Value, touch: Value| {
        settled_with(&json!({ "windows": { "click": "30d" }, "terms": [terms] }), &[touch])[0].0.clone()
    };
    let short = json!({ "touch": { "channel": "blog" }, "window": "1d" });
    assert_eq!(with(short.clone(), touch("t", at, blog.clone())), "outside_window");
    assert_eq!(with(short.clone(), ana(at)), "ana");
    let slow = json!({ "affiliate": { "id": "ana" }, "minimum_age": "3d" });
    assert_eq!(with(slow, ana(at)), "too_fast");
    // A kind without a window does not count, whatever the terms.
    let view = json!({ "affiliate": "ana", "channel": "blog", "kind": "view" });
    assert_eq!(with(short, touch("t", at, view)), "kind_not_counted");
}

#[test]
fn affiliates_who_buy_for_themselves() {
    let ben = touch("t", "2026-03-05T12:00:00Z", json!({ "affiliate": "ben" }));
    let attribution = json!({ "windows": { "click": "30d" } });
    assert_eq!(settled_with(&attribution, std::slice::from_ref(&ben)), only("self_referral", 0));
    let allowed = crate::merged(attribution, json!({ "self_referral": "allow" }));
    assert_eq!(settled_with(&allowed, &[ben]), only("ben", 10_00));
}

#[test]
fn what_a_barred_touch_wins_may_be_lost() {
    let gone = touch("t", "2026-03-05T12:00:00Z", json!({ "affiliate": "gone" }));
    let old = touch("u", "2026-02-05T12:00:00Z", json!({ "affiliate": "gone" }));
    let with = |model: &str, fallback: &str, barred: &Value| {
        let attribution = json!({ "model": model, "windows": { "click": "20d" }, "fallback": fallback });
        settled_with(&attribution, &[ana("2026-03-01T12:00:00Z"), barred.clone()])
    };
    assert_eq!(with("last", "next", &gone), only("ana", 10_00));
    assert_eq!(with("last", "nobody", &gone), only("affiliate_inactive", 0));
    assert_eq!(with("linear", "next", &gone), only("ana", 10_00));
    assert_eq!(with("linear", "nobody", &gone), only("ana", 5_00));
    // Outside its window as well: it does not compete.
    assert_eq!(with("linear", "nobody", &old), only("ana", 10_00));
}

#[test]
fn channels_of_the_house_compete_where_declared() {
    let mail = |at: &str| touch("mail", at, json!({ "channel": "newsletter" }));
    let with = |model: &str, house: Value| {
        let attribution = json!({ "model": model, "windows": { "click": "20d" }, "deduplicate": "newsletter" });
        settled_with(&attribution, &[ana("2026-03-01T12:00:00Z"), house])
    };
    assert_eq!(with("last", mail("2026-03-05T12:00:00Z")), only("deduplicated", 0));
    assert_eq!(with("linear", mail("2026-03-05T12:00:00Z")), only("ana", 5_00));
    assert_eq!(with("last", mail("2026-02-28T12:00:00Z")), only("ana", 10_00));
    let other = touch("tv", "2026-03-05T12:00:00Z", json!({ "channel": "tv" }));
    assert_eq!(with("last", other), only("ana", 10_00));
    // Half of 0.01 falls to nobody, who stands later: Ana has the odd cent.
    let program = program(json!({
        "attribution": { "model": "linear", "windows": { "click": "20d" }, "deduplicate": "newsletter" },
        "rules": percent("100"),
    }));
    let mut facts =
        clicked(&[("a", "2026-03-01T12:00:00Z")], json!({ "orders": [sale("o", "2026-03-06T12:00:00Z", "0.01")] }));
    facts["touches"].as_array_mut().unwrap().push(mail("2026-03-05T12:00:00Z"));
    assert_eq!(whom(&settled(&program, &facts), "commission"), [("a", 1)]);
}

#[test]
fn some_channels_only_count_alone() {
    let direct = touch("t", "2026-03-05T12:00:00Z", json!({ "affiliate": "ben", "channel": "direct" }));
    let attribution = json!({ "windows": { "click": "20d" }, "except": "direct", "self_referral": "allow" });
    assert_eq!(settled_with(&attribution, &[ana("2026-03-01T12:00:00Z"), direct.clone()]), only("ana", 10_00));
    assert_eq!(settled_with(&attribution, &[ana("2026-01-01T12:00:00Z"), direct]), only("ben", 10_00));
}

#[test]
fn a_cart_keeps_a_touch_alive() {
    let cart = |at: &str, more: Value| touch("cart", at, crate::merged(json!({ "kind": "cart" }), more));
    let with = |window: &str, cart: Value| {
        let attribution = json!({ "windows": { "click": "2d" }, "cart_add": { "kind": "cart", "window": window } });
        settled_with(&attribution, &[ana("2026-03-01T12:00:00Z"), cart])[0].0.clone()
    };
    let in_time = "2026-03-02T12:00:00Z";
    assert_eq!(with("7d", cart(in_time, json!({}))), "ana");
    // The order is exactly four days after the cart.
    assert_eq!(with("4d", cart(in_time, json!({}))), "outside_window");
    assert_eq!(with("7d", cart("2026-03-03T12:00:00Z", json!({}))), "outside_window");
    assert_eq!(with("7d", cart(in_time, json!({ "order": "o" }))), "ana");
    assert_eq!(with("7d", cart(in_time, json!({ "order": "p" }))), "outside_window");
}

#[test]
fn the_weaker_touch_stays_the_source() {
    let touches = |clicker: &str| {
        [
            touch("t1", "2026-03-02T00:00:00Z", json!({ "affiliate": "ana", "kind": "coupon" })),
            touch("t2", "2026-03-03T00:00:00Z", json!({ "affiliate": "ana", "kind": "view" })),
            touch("t3", "2026-03-04T00:00:00Z", json!({ "affiliate": clicker, "kind": "click" })),
        ]
    };
    let by = |kind: &str| json!({ "id": kind, "when": { "touch": { "kind": kind } }, "pay": { "flat": "1.00", "per": "line" } });
    let source = |stays: bool, clicker: &str| {
        let program = program(json!({
            "attribution": {
                "windows": { "coupon": "30d", "click": "30d", "view": "30d" },
                "precedence": [["coupon"], ["click"], ["view"]],
                "source_stays": stays,
            },
            "conflict": "first",
            "rules": [by("coupon"), by("click"), by("view")],
        }));
        let facts = json!({
            "affiliates": [{ "id": "ana" }, { "id": "ben" }],
            "touches": touches(clicker),
            "orders": [sale("o", "2026-03-06T12:00:00Z", "100.00")],
        });
        settled(&program, &facts).targets[0].id.clone()
    };
    assert_eq!(source(false, "ana"), "commission:o/1/coupon/ana");
    // She would win by the click too.
    assert_eq!(source(true, "ana"), "commission:o/1/click/ana");
    assert_eq!(source(true, "ben"), "commission:o/1/coupon/ana");
}
