//! Each step of a commission, an override or a reversal.

use super::{ALL, facts, order, orders, plan, price, text, three, two, whole_text, with};
use serde_json::{Value, json};

#[test]
fn what_commission_is_paid_on() {
    let net = json!({ "rules": [{ "id": "all", "pay": { "percent": "10", "less": ["tax", "shipping"] } }] });
    let line = json!([{ "amount": "123.00", "tax": "19.00", "shipping": "4.00", "discount": "5.00" }]);
    let given = orders(&json!([{ "id": "A", "lines": line }]));
    assert_eq!(
        price(net, &given, ALL),
        "123.00 less 19.00 tax and 4.00 shipping leaves 100.00 · 10 % of 100.00 = 10.00"
    );
    let margin = json!({ "rules": [{ "id": "all", "pay": { "percent": "10", "less": ["cost"] } }] });
    let given = orders(&json!([{ "id": "A", "lines": [{ "amount": "10.00", "cost": "19.00" }] }]));
    assert_eq!(price(margin, &given, ALL), "10.00 less 19.00 cost leaves 0.00 · 10 % of 0.00 = 0.00");
}

#[test]
fn amounts_of_other_currencies() {
    let quote = |day: &str, rate: &str| json!({ "from": "USD", "to": "EUR", "date": day, "rate": rate });
    let quotes = json!({ "quotes": [quote("2026-03-10", "0.92"), quote("2026-03-11", "0.93")] });
    let line = json!([{ "amount": "100.00", "tax": "20.00", "quantity": 2 }]);
    let given = with(orders(&json!([{ "id": "A", "currency": "USD", "lines": line }])), quotes);
    assert_eq!(price(json!({}), &given, ALL), "100.00 USD at 0.92 (2026-03-10) is 92.00 · 10 % of 92.00 = 9.20");
    let mean =
        json!({ "exchange": "month_average", "rules": [{ "id": "all", "pay": { "percent": "10", "less": ["tax"] } }] });
    assert_eq!(
        price(mean, &given, ALL),
        "100.00 less 20.00 tax leaves 80.00 · 80.00 USD at the mean of 2 quotes of 2026-03 (1.85 / 2) is 74.00 \
         · 10 % of 74.00 = 7.40"
    );
    // 6.00 × 0.92 = 5.52, twice.
    let flat =
        json!({ "rules": [{ "id": "all", "pay": { "flat": { "EUR": "5.00", "USD": "6.00" }, "per": "unit" } }] });
    assert_eq!(price(flat, &given, ALL), "6.00 USD at 0.92 (2026-03-10) is 5.52 · 5.52 per unit × 2 = 11.04");
    let given = with(
        given,
        json!({ "refunds": [{ "id": "r", "at": "2026-03-12T00:00:00Z", "order": "A", "amount": "25.00" }] }),
    );
    assert_eq!(
        text(&plan(json!({})), &given, "reversal:r/1/all/ana"),
        "25.00 of 100.00 USD refunded takes back 2.30 of the commission of 9.20"
    );
}

#[test]
fn shared_credit() {
    let linear = plan(json!({ "attribution": { "model": "linear", "windows": { "click": "30d" } } }));
    // 3.334 + 3.333 + 3.333 = 10.00; the cent left over goes to the largest remainder.
    assert_eq!(
        text(&linear, &three(), ALL),
        "linear click 9 days 10 hours before (window 30 days) · 33.34 of 100.00 by linear credit · 10 % of 33.34 = 3.334 \
         · 3.334 of 10.00 together, half-even to 10.00, of which 3.34"
    );
    assert!(
        text(&linear, &three(), "commission:A/1/all/cyd")
            .ends_with("3.333 of 10.00 together, half-even to 10.00, of which 3.33")
    );
    // Half-lives of a day: 4 : 2 : 1 sevenths, so ana has 14.29 of 100.00.
    let decay = json!({ "attribution": { "model": "time_decay", "half_life": "1d", "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "flat": "100.00", "per": "order" } }] });
    assert_eq!(
        text(&plan(decay), &three(), ALL),
        "time-decay click 9 days 10 hours before (window 30 days) · 100.00 per order · 14.29 of 100.00 by time-decay credit"
    );
}

#[test]
fn a_floor_is_shared_like_what_it_raises() {
    let keys = json!({ "attribution": { "model": "linear", "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10", "floor": "30.00" } }] });
    assert_eq!(
        price(keys, &three(), "commission:A/1/all/bob"),
        "33.33 of 100.00 by linear credit · 10 % of 33.33 = 3.333 · 10.00 of 30.00 by linear credit · at least 10.00"
    );
    let keys = json!({ "rules": [{ "id": "all", "pay": { "percent": "10", "cap": "5.00" } }] });
    assert_eq!(price(keys, &order("100.00"), ALL), "10 % of 100.00 = 10.00 · at most 5.00");
}

#[test]
fn assists_on_top() {
    let assists = |to: &str| json!({ "attribution": { "windows": { "click": "30d" }, "assists": { "percent": "20", "to": to } } });
    assert_eq!(
        text(&plan(assists("each")), &three(), ALL),
        "assisting click 9 days 10 hours before (window 30 days) · 20.00 of 100.00 by an assist of 20 % · 10 % of 20.00 = 2.00 \
         · after 10.00 in the line 12.00, the running sum rounded half-even rises by 2.00"
    );
    assert_eq!(
        price(assists("shared"), &three(), ALL),
        "10.00 of 100.00 by one of 2 assists sharing 20 % · 10 % of 10.00 = 1.00 \
         · 1.00 of 2.00 together, after 10.00 in the line 12.00, the running sum rounded half-even rises by 2.00, of which 1.00"
    );
    assert_eq!(price(assists("each"), &three(), "commission:A/1/all/cyd"), "10 % of 100.00 = 10.00");
}

#[test]
fn credit_of_an_earlier_order() {
    let bond = json!({ "attribution": { "windows": { "click": "30d" }, "bond": { "lasts": "life" } } });
    let given = orders(&json!([
        { "id": "first", "lines": [{ "amount": "1.00" }] },
        { "id": "A", "at": "2026-05-01T00:00:00Z", "lines": [{ "amount": "100.00" }] },
    ]));
    assert_eq!(
        text(&plan(bond), &given, ALL),
        "bond by click 61 days before (window 30 days) · 10 % of 100.00 = 10.00"
    );
    let taper = json!({ "rules": [{ "id": "all", "pay": { "percent": "20" },
        "recurring": { "taper": [{ "from": 2, "percent": "5" }] } }] });
    let given = orders(&json!([
        { "id": "first", "subscription": "s", "lines": [{ "amount": "100.00" }] },
        { "id": "A", "at": "2026-05-10T00:00:00Z", "subscription": "s", "lines": [{ "amount": "100.00" }] },
    ]));
    assert_eq!(
        text(&plan(taper), &given, ALL),
        "as the first charge, by click 9 days 10 hours before it (window 30 days) · charge 2: 5 % in place of 20 % \
         · 5 % of 100.00 = 5.00"
    );
}

#[test]
fn deals_in_place_of_the_rule() {
    let keys = json!({ "deals": [{ "id": "vip", "when": { "id": "ana" }, "percent": "12" }] });
    assert_eq!(price(keys, &order("100.00"), ALL), "deal vip: 12 % in place of 10 % · 12 % of 100.00 = 12.00");
    let keys = json!({ "rules": [{ "id": "all", "pay": { "flat": "5.00", "per": "order" } }],
        "deals": [{ "id": "vip", "when": { "id": "ana" }, "flat": "1007.00" }] });
    assert_eq!(price(keys, &order("100.00"), ALL), "deal vip: 1,007.00 in place of 5.00 · 1,007.00 per order");
}

fn ladder(keys: &Value) -> Value {
    let mut tier = json!({ "id": "l", "mode": "whole", "steps": [{ "from": "100.00", "percent": "20" }, { "from": "200.00", "percent": "30" }] });
    tier.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    json!({ "tiers": [tier] })
}

#[test]
fn ladders_of_every_mode() {
    let (a, b) = (ALL, "commission:B/1/all/ana");
    let told = |keys: Value, id: &str| price(ladder(&keys), &two(), id);
    assert_eq!(told(json!({}), a), "300.00 in the month reach the step from 200.00: 30 % of 150.00 = 45.00");
    let forward = || json!({ "mode": "forward" });
    assert_eq!(told(forward(), a), "0.00 before it in the month reach no step: 10 % of 150.00 = 15.00");
    assert_eq!(told(forward(), b), "150.00 before it in the month reach the step from 100.00: 20 % of 150.00 = 30.00");
    // 20 + 10 × (300 − 100) / (500 − 100) = 25 %.
    let between = json!({ "mode": "interpolated", "steps": [{ "from": "100.00", "percent": "20" }, { "from": "500.00", "percent": "30" }] });
    assert_eq!(
        told(between.clone(), a),
        "300.00 in the month lie between the steps from 100.00 (20 %) and 500.00 (30 %): 25 % of 150.00 = 37.50"
    );
    assert_eq!(price(ladder(&between), &order("50.00"), a), "50.00 in the month reach no step: 10 % of 50.00 = 5.00");
    assert_eq!(
        told(json!({ "mode": "marginal", "rolling": "30d" }), b),
        "50.00 of 150.00 fill the step to 200.00 at 20 % = 10.00 · 100.00 above it at 30 % = 30.00"
    );
}

#[test]
fn ladders_of_other_metrics_and_periods() {
    let told = |keys: Value| price(ladder(&keys), &two(), ALL);
    let steps = json!([{ "from": "2", "percent": "20" }]);
    assert_eq!(
        told(json!({ "metric": "orders", "period": "quarter", "steps": steps })),
        "2 orders in the quarter reach the step from 2: 20 % of 150.00 = 30.00"
    );
    assert_eq!(
        told(json!({ "metric": "new_customers", "period": "lifetime", "steps": steps })),
        "1 new customer in all reaches no step: 10 % of 150.00 = 15.00"
    );
    assert_eq!(
        told(json!({ "metric": "units", "period": "day", "steps": steps })),
        "1 unit on the day reaches no step: 10 % of 150.00 = 15.00"
    );
    assert_eq!(
        told(json!({ "metric": "orders", "mode": "forward", "rolling": "30d", "steps": steps })),
        "0 orders before it in the last 30 days reach no step: 10 % of 150.00 = 15.00"
    );
    let commission = json!({
        "rules": [{ "id": "all", "pay": { "percent": "10" } }, { "id": "top", "on_top": true, "pay": { "percent": "1" } }],
        "tiers": [{ "id": "l", "rules": ["top"], "counts": ["all"], "metric": "commission", "mode": "whole",
            "steps": [{ "from": "30.00", "percent": "2" }] }],
    });
    assert_eq!(
        price(commission, &two(), "commission:A/1/top/ana"),
        "30.00 of commission in the month reach the step from 30.00: 2 % of 150.00 = 3.00 \
         · after 15.00 in the line 18.00, the running sum rounded half-even rises by 3.00"
    );
}

#[test]
fn ladders_that_lift() {
    let steps =
        json!([{ "from": "100.00", "percent": "20", "retroactive": true }, { "from": "400.00", "percent": "30" }]);
    assert_eq!(
        price(ladder(&json!({ "mode": "forward", "steps": steps })), &two(), ALL),
        "0.00 before it in the month reach no step, but the retroactive step from 100.00 is reached by 300.00 in the end: \
         20 % of 150.00 = 30.00"
    );
    assert_eq!(
        price(ladder(&json!({ "mode": "marginal", "steps": steps })), &two(), ALL),
        "100.00 of 150.00 fill the step to 100.00 at 20 % = 20.00 (the retroactive step from 100.00 is reached by 300.00 \
         in the end) · 50.00 above it at 20 % = 10.00"
    );
    let held = ladder(&json!({ "period": "day", "demotion": "never" }));
    let given = orders(&json!([
        { "id": "B", "lines": [{ "amount": "150.00" }] },
        { "id": "A", "at": "2026-03-12T10:00:00Z", "lines": [{ "amount": "10.00" }] },
    ]));
    assert_eq!(
        price(held, &given, ALL),
        "10.00 on the day reach no step, but the step from 100.00 is held: 20 % of 10.00 = 2.00"
    );
}

#[test]
fn flat_amounts_on_ladders() {
    let keys = |mode: &str| {
        json!({ "rules": [{ "id": "all", "pay": { "flat": "4.00", "per": "order" } }],
            "tiers": [{ "id": "l", "rules": ["all"], "metric": "orders", "mode": mode, "steps": [{ "from": "2", "multiply": "1.5" }] }] })
    };
    assert_eq!(
        price(keys("whole"), &two(), ALL),
        "4.00 per order · 2 orders in the month reach the step from 2: 4.00 × 1.5 = 6.00"
    );
    assert_eq!(
        price(keys("forward"), &two(), "commission:B/1/all/ana"),
        "4.00 per order · 1 order before it in the month reaches no step: 4.00 × 1 = 4.00"
    );
    let given = order("-20.00");
    assert_eq!(
        price(json!({ "rules": [{ "id": "all", "pay": { "flat": "4.00", "per": "order" } }] }), &given, ALL),
        "4.00 per order, but not on a return"
    );
}

#[test]
fn caps_over_more_than_an_order() {
    let cap =
        |keys: Value| json!({ "caps": [with(json!({ "id": "c", "per": "affiliate", "amount": "20.00" }), keys)] });
    let told = |keys: Value| price(cap(keys), &two(), "commission:B/1/all/ana");
    assert_eq!(told(json!({ "period": "month" })), "10 % of 150.00 = 15.00 · cap of 20.00 a month, 15.00 used: 5.00");
    assert_eq!(
        told(json!({ "per": "customer" })),
        "10 % of 150.00 = 15.00 · cap of 20.00 for a customer in all, 15.00 used: 5.00"
    );
    assert_eq!(
        told(json!({ "per": "program", "period": "year" })),
        "10 % of 150.00 = 15.00 · cap of 20.00 for everybody a year, 15.00 used: 5.00"
    );
}

#[test]
fn parties() {
    let share = |parts: Value| json!({ "rules": [{ "id": "all", "pay": { "percent": "10", "share": parts } }] });
    let parts = json!([{ "part": "80" }, { "affiliate": "agency", "part": "20" }]);
    assert_eq!(
        price(share(parts), &order("100.00"), "commission:A/1/all/agency"),
        "10 % of 100.00 = 10.00 · 20 % of it to agency = 2.00"
    );
    // 10.00 in three parts: 3.33 and 6.67.
    let parts = json!([{ "part": "1" }, { "affiliate": "agency", "part": "2" }]);
    assert_eq!(
        price(share(parts), &order("100.00"), "commission:A/1/all/agency"),
        "10 % of 100.00 = 10.00 · 2 of 3 parts of it to agency = 6.67"
    );
}

#[test]
fn overrides() {
    let keys = |of: &str| json!({ "overrides": [{ "id": "team", "of": of, "levels": ["2", "1.5"] }] });
    let affiliates = json!({ "affiliates": [
        { "id": "ana", "recruiter": "rita" }, { "id": "rita", "recruiter": "sue" }, { "id": "sue" },
    ] });
    let given = with(order("100.00"), affiliates);
    let id = "override:A/1/team/ana/rita";
    assert_eq!(
        whole_text(&plan(keys("sale")), &given, id),
        "2.00 EUR to rita for override team of A · March 2026 in UTC · last click 9 days 10 hours before (window 30 days) \
         · level 1 over ana: 2 % of the sale of 100.00 = 2.00"
    );
    // 1.5 % of 10.00 is 0.15.
    let given = with(
        given,
        json!({ "refunds": [{ "id": "r", "at": "2026-03-12T00:00:00Z", "order": "A", "amount": "30.00" }] }),
    );
    let commission = plan(keys("commission"));
    assert_eq!(
        price(keys("commission"), &given, "override:A/1/team/ana/sue"),
        "level 2 over ana: 1.5 % of the commission of 10.00 = 0.15"
    );
    // 0.15 × 30 / 100 = 0.045, half-even to 0.04.
    assert_eq!(
        whole_text(&commission, &given, "reversal:r/1/team/ana/sue"),
        "-0.04 EUR to sue for refund r of override team of A · March 2026 in UTC · 30.00 of 100.00 refunded takes back \
         0.04 of the override of 0.15"
    );
    let told = commission.explain_order(&facts(&given), "A").unwrap();
    let ids: Vec<&str> = told.iter().map(|told| told.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            ALL,
            "override:A/1/team/ana/rita",
            "override:A/1/team/ana/sue",
            "reversal:r/1/all/ana",
            "reversal:r/1/team/ana/rita",
            "reversal:r/1/team/ana/sue"
        ]
    );
}

#[test]
fn refunds_that_take_back_more_or_less() {
    let refund = |id: &str, day: &str, amount: &str| json!({ "id": id, "at": format!("2026-03-{day}T00:00:00Z"), "order": "A", "amount": amount });
    let given = |refunds: Value| with(order("100.00"), json!({ "refunds": refunds }));
    let two = given(json!([refund("r", "12", "30.00"), refund("s", "13", "40.00")]));
    let void = plan(json!({ "refunds": { "void_above": "50" } }));
    assert_eq!(
        text(&void, &two, "reversal:s/1/all/ana"),
        "70.00 of 100.00 refunded, and so much of the order that all of it counts, takes back 7.00 of the commission of 10.00"
    );
    let within = plan(json!({ "refunds": { "within": "2d" } }));
    assert_eq!(text(&within, &two, "reversal:s/1/all/ana"), "70.00 of 100.00 refunded, too late to take anything back");
    let stacked = plan(json!({ "conflict": "stack", "rules": [
        { "id": "all", "pay": { "percent": "10" } }, { "id": "more", "pay": { "percent": "5" } } ] }));
    assert_eq!(
        text(&stacked, &two, "reversal:r/1/more/ana"),
        "30.00 of 100.00 refunded takes back 1.50 of the commission between 10.00 and 15.00 of the line"
    );
}
