//! Which touches count, and which of them compete.

use serde_json::{Value, json};

use super::{click, order, paid, settle, touch};

/// What happens to an order on 10 March by a click at `at` under `attribution`.
fn one(attribution: &str, at: &str) -> String {
    paid(attribution, &[click("t", at, "ana")], &[order("A", "10", "1.00", json!({}))]).join(", ")
}

#[test]
fn windows_are_half_open() {
    let three_days = "attribution.windows.click = \"3d\"";
    assert_eq!(one(three_days, "10"), "A t ana 1.00");
    assert_eq!(one(three_days, "7T12:00:00.000001"), "A t ana 1.00");
    assert_eq!(one(three_days, "7"), "A outside_window");
    assert_eq!(one(three_days, "10T12:00:00.000001"), "A no_touch");
}

#[test]
fn both_ends_are_options() {
    let open = "attribution = { windows.click = \"3d\", near_end = \"open\" }";
    assert_eq!(one(open, "10"), "A outside_window");
    assert_eq!(one(open, "10T11:59:59.999999"), "A t ana 1.00");
    let closed = "attribution = { windows.click = \"3d\", far_end = \"closed\" }";
    assert_eq!(one(closed, "7"), "A t ana 1.00");
    assert_eq!(one(closed, "7T11:59:59.999999"), "A outside_window");
}

#[test]
fn too_fast_is_too_fast() {
    let attribution = "attribution = { windows.click = \"3d\", minimum_age.click = \"2s\" }";
    assert_eq!(one(attribution, "10T11:59:58"), "A t ana 1.00");
    assert_eq!(one(attribution, "10T11:59:58.000001"), "A too_fast");
    // Of several bars the first of the table is the reason.
    assert_eq!(
        one("attribution = { windows.click = \"1s\", minimum_age.click = \"2s\" }", "10T11:59:59"),
        "A outside_window"
    );
}

#[test]
fn bars_stand_in_the_order_of_the_table() {
    let attribution = "attribution = { windows.click = \"3d\", exclude = { affiliate = \"ana\", channel = \"ppc\" } }";
    let reason = |affiliate: &str, active: bool, customers: Value, more: Value| {
        let affiliates = json!([{ "id": affiliate, "active": active, "customers": customers }]);
        let touches = [touch("t", "1", affiliate, more)];
        settle(attribution, &affiliates, &touches, &[order("A", "10", "1.00", json!({}))]).join(", ")
    };
    let (own, ppc) = (json!(["kim"]), json!({ "channel": "ppc" }));
    let foreign = json!({ "channel": "ppc", "kind": "view", "order": "B" });
    assert_eq!(reason("ana", false, own.clone(), foreign), "A other_order");
    let unknown = json!({ "channel": "ppc", "kind": "view", "order": "A" });
    assert_eq!(reason("ana", false, own.clone(), unknown), "A kind_not_counted");
    assert_eq!(reason("ana", false, own.clone(), ppc.clone()), "A excluded_affiliate");
    assert_eq!(reason("ben", false, own.clone(), ppc), "A excluded_channel");
    assert_eq!(reason("ben", false, own.clone(), json!({})), "A affiliate_inactive");
    assert_eq!(reason("ben", true, own, json!({})), "A self_referral");
    assert_eq!(reason("ben", true, json!(["lee"]), json!({})), "A outside_window");
}

#[test]
fn self_referral_is_refused_or_allowed() {
    let affiliates = json!([{ "id": "ana", "customers": ["lee", "kim"] }, { "id": "ben" }]);
    let touches = [click("t1", "1", "ben"), click("t2", "2", "ana")];
    let sale = [order("A", "3", "1.00", json!({}))];
    let under =
        |more: &str| settle(&format!("attribution = {{ windows.click = \"9d\"{more} }}"), &affiliates, &touches, &sale);
    assert_eq!(under(""), ["A t1 ben 1.00"]);
    assert_eq!(under(", self_referral = \"allow\""), ["A t2 ana 1.00"]);
    assert_eq!(under(", fallback = \"nobody\""), ["A self_referral"]);
}

#[test]
fn the_first_terms_that_match_apply() {
    let attribution = r#"
        [attribution]
        windows = { click = "3d", view = "1d" }
        minimum_age.click = "1h"
        [[attribution.terms]]
        touch.channel = "news"
        affiliate.group = "gold"
        window = "9d"
        [[attribution.terms]]
        touch = { channel = "news", kind = "click" }
        window = "6d"
        minimum_age = "1d"
        [[attribution.terms]]
        touch.kind = "call"
        window = "9d"
    "#;
    let outcome = |group: &str, at: &str, more: Value| {
        let affiliates = json!([{ "id": "ana", "groups": [group] }]);
        settle(attribution, &affiliates, &[touch("t", at, "ana", more)], &[order("A", "10", "1.00", json!({}))])
            .join(", ")
    };
    let news = json!({ "channel": "news" });
    assert_eq!(outcome("gold", "2", news.clone()), "A t ana 1.00");
    assert_eq!(outcome("gold", "1", news.clone()), "A outside_window");
    // Without a minimum age of its own the kind's holds.
    assert_eq!(outcome("gold", "10T11:30:00", news.clone()), "A too_fast");
    assert_eq!(outcome("gold", "10T11:00:00", news.clone()), "A t ana 1.00");
    assert_eq!(outcome("tin", "5", news.clone()), "A t ana 1.00");
    assert_eq!(outcome("tin", "4", news.clone()), "A outside_window");
    assert_eq!(outcome("tin", "9T13:00:00", news), "A too_fast");
    assert_eq!(outcome("gold", "5", json!({})), "A outside_window");
    assert_eq!(outcome("gold", "9", json!({ "kind": "call" })), "A kind_not_counted");
}

#[test]
fn calendar_windows_keep_the_wall_clock() {
    // From 31 January a month ends on 28 February.
    let attribution = "attribution.windows.click = \"1mo\"";
    let touches = [with_at(click("t", "1", "ana"), "2026-01-31T12:00:00Z")];
    let at =
        |instant: &str| paid(attribution, &touches, &[with_at(order("A", "1", "1.00", json!({})), instant)]).join(", ");
    assert_eq!(at("2026-02-28T11:59:59Z"), "A t ana 1.00");
    assert_eq!(at("2026-02-28T12:00:00Z"), "A outside_window");
}

fn with_at(mut fact: Value, at: &str) -> Value {
    fact["at"] = json!(at);
    fact
}

#[test]
fn a_cart_keeps_a_touch_alive() {
    let attribution = "attribution = { windows.click = \"2d\", cart_add = { kind = \"cart\", window = \"3d\" } }";
    let cart = |at: &str, more: Value| {
        let mut more = more;
        more["kind"] = json!("cart");
        touch("c", at, "", more)
    };
    let outcome = |cart: Value, at: &str| {
        paid(attribution, &[click("t", "1", "ana"), cart], &[order("A", at, "1.00", json!({}))]).join(", ")
    };
    assert_eq!(outcome(cart("2", json!({})), "4"), "A t ana 1.00");
    assert_eq!(outcome(cart("2", json!({})), "5"), "A outside_window");
    // The cart must come within the touch's window, and not belong to another order.
    assert_eq!(outcome(cart("3", json!({})), "4"), "A outside_window");
    assert_eq!(outcome(cart("2", json!({ "order": "B" })), "4"), "A outside_window");
    assert_eq!(outcome(cart("2", json!({ "order": "A" })), "4"), "A t ana 1.00");
    // As late as both windows allow together.
    assert_eq!(outcome(cart("3T11:59:59", json!({})), "6T11:59:58"), "A t ana 1.00");
    // The order's own window is as good as ever, and a cart before the touch does nothing.
    assert_eq!(outcome(cart("1T11:00:00", json!({})), "2"), "A t ana 1.00");
    assert_eq!(outcome(cart("1T11:00:00", json!({})), "3"), "A outside_window");
}

#[test]
fn an_affiliates_cart_event_is_no_cart_event() {
    let attribution = "attribution = { windows.click = \"2d\", cart_add = { kind = \"cart\", window = \"3d\" } }";
    let touches = [click("t", "1", "ana"), touch("c", "2", "ben", json!({ "kind": "cart" }))];
    assert_eq!(paid(attribution, &touches, &[order("A", "4", "1.00", json!({}))]), ["A kind_not_counted"]);
}

#[test]
fn excepted_channels_count_only_alone() {
    let attribution = "attribution = { windows = { click = \"9d\", coupon = \"9d\" }, except = [\"direct\", \"mail\"], \
                       precedence = [[\"coupon\"], [\"click\"]] }";
    let direct = touch("t2", "2", "ben", json!({ "channel": "direct", "kind": "coupon" }));
    let sale = [order("A", "3", "1.00", json!({}))];
    // Left out before classes are compared.
    assert_eq!(paid(attribution, &[click("t1", "1", "ana"), direct.clone()], &sale), ["A t1 ana 1.00"]);
    assert_eq!(paid(attribution, std::slice::from_ref(&direct), &sale), ["A t2 ben 1.00"]);
    let mail = touch("t3", "2T13:00:00", "cat", json!({ "channel": "mail" }));
    assert_eq!(paid(attribution, &[direct, mail], &sale), ["A t2 ben 1.00"]);
}

#[test]
fn house_touches_take_part_for_nobody() {
    let attribution = |more: &str| format!("attribution = {{ windows.click = \"3d\", deduplicate = \"email\"{more} }}");
    let house = |at: &str, channel: &str, kind: &str| touch("h", at, "", json!({ "channel": channel, "kind": kind }));
    let outcome = |more: &str, house: Value| {
        paid(&attribution(more), &[click("t", "1", "ana"), house], &[order("A", "3", "1.00", json!({}))]).join(", ")
    };
    assert_eq!(outcome("", house("2", "email", "click")), "A deduplicated");
    assert_eq!(outcome(", model = \"first\"", house("2", "email", "click")), "A t ana 1.00");
    // Of another channel, of a kind without a window, excluded or too fast it does not compete.
    assert_eq!(outcome("", house("2", "direct", "click")), "A t ana 1.00");
    assert_eq!(outcome("", house("2", "email", "open")), "A t ana 1.00");
    assert_eq!(outcome(", exclude.channel = \"email\"", house("2", "email", "click")), "A t ana 1.00");
    let excluded = ", exclude.channel = \"email\", fallback = \"nobody\"";
    assert_eq!(outcome(excluded, house("2", "email", "click")), "A t ana 1.00");
    assert_eq!(outcome(", minimum_age.click = \"36h\"", house("2", "email", "click")), "A t ana 1.00");
}

#[test]
fn a_barred_house_touch_can_be_the_reason() {
    let attribution = "attribution = { windows.click = \"1d\", deduplicate = \"email\" }";
    let at = |channel: &str| {
        let touches = [touch("h", "1", "", json!({ "channel": channel }))];
        paid(attribution, &touches, &[order("A", "3", "1.00", json!({}))])
    };
    assert_eq!(at("email"), ["A outside_window"]);
    assert_eq!(at("direct"), ["A no_touch"]);
}

#[test]
fn without_fallback_the_barred_keep_their_place() {
    let attribution = |fallback: &str, model: &str| {
        format!(
            "attribution = {{ model = \"{model}\", windows.click = \"3d\", exclude.channel = \"ppc\", fallback = \"{fallback}\" }}"
        )
    };
    let ppc = |at: &str| touch("p", at, "ben", json!({ "channel": "ppc" }));
    let outcome = |fallback: &str, model: &str, barred: Value| {
        paid(&attribution(fallback, model), &[click("t", "2", "ana"), barred], &[order("A", "4", "90.00", json!({}))])
            .join(", ")
    };
    assert_eq!(outcome("next", "last", ppc("3")), "A t ana 90.00");
    assert_eq!(outcome("nobody", "last", ppc("3")), "A excluded_channel");
    assert_eq!(outcome("nobody", "first", ppc("3")), "A t ana 90.00");
    // What it would have had of a shared order is paid to nobody.
    assert_eq!(outcome("nobody", "linear", ppc("3")), "A t ana 45.00");
    assert_eq!(outcome("next", "linear", ppc("3")), "A t ana 90.00");
    // Barred by its age as well, it has no place to keep.
    assert_eq!(outcome("nobody", "first", ppc("1")), "A t ana 90.00");
}

#[test]
fn an_affiliate_may_be_paid_for_one_touch_and_not_for_another() {
    let attribution = "attribution = { model = \"linear\", windows.click = \"9d\", exclude.channel = \"ppc\", fallback = \"nobody\" }";
    let touches = [
        click("t1", "1", "ana"),
        touch("p2", "2", "ana", json!({ "channel": "ppc" })),
        click("t3", "3", "ana"),
        touch("p4", "4", "ana", json!({ "channel": "ppc" })),
    ];
    assert_eq!(paid(attribution, &touches, &[order("A", "5", "100.00", json!({}))]), ["A t3 ana 50.00"]);
}

#[test]
fn the_strongest_class_competes_alone() {
    let attribution =
        "attribution = { windows = { click = \"9d\", coupon = \"2d\" }, precedence = [[\"coupon\"], [\"click\"]]";
    let touches = [
        touch("c1", "1", "ana", json!({ "kind": "coupon" })),
        touch("c2", "2", "ben", json!({ "kind": "coupon" })),
        click("t3", "3", "cat"),
    ];
    let on = |day: &str, more: &str| {
        paid(&format!("{attribution}{more} }}"), &touches, &[order("A", day, "1.00", json!({}))])
    };
    assert_eq!(on("3", ""), ["A c2 ben 1.00"]);
    assert_eq!(on("5", ""), ["A t3 cat 1.00"]);
    assert_eq!(on("2", ", model = \"linear\""), ["A c1 ana 0.50", "A c2 ben 0.50"]);
}

#[test]
fn the_source_stays() {
    // Exclusive coupon over click over soft click over view; the coupon's owner would win anyway.
    let attribution = "attribution = { windows = { coupon = \"9d\", click = \"9d\", soft = \"9d\", view = \"9d\" }, \
                       precedence = [[\"coupon\"], [\"click\"], [\"soft\"], [\"view\"]]";
    let of = |kind: &str, day: &str, affiliate: &str| touch(kind, day, affiliate, json!({ "kind": kind }));
    let sale = [order("A", "9", "1.00", json!({}))];
    let outcome = |stays: &str, touches: &[Value]| paid(&format!("{attribution}{stays} }}"), touches, &sale).join(", ");
    let anyway = [of("coupon", "3", "ana"), of("click", "2", "ana"), of("soft", "5", "ben")];
    assert_eq!(outcome("", &anyway), "A coupon ana 1.00");
    assert_eq!(outcome(", source_stays = true", &anyway), "A click ana 1.00");
    // Somebody else would win the class below: the coupon is the source.
    let other = [of("coupon", "3", "ana"), of("click", "2", "ben"), of("soft", "5", "ana")];
    assert_eq!(outcome(", source_stays = true", &other), "A coupon ana 1.00");
    // One class down, and no further: the view is not what brought the customer.
    let down = [of("coupon", "3", "ana"), of("click", "2", "ana"), of("soft", "5", "ana"), of("view", "6", "ben")];
    assert_eq!(outcome(", source_stays = true", &down), "A click ana 1.00");
}
