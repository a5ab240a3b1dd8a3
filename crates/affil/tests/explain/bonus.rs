//! What bonuses are paid for.

use affil::Plan;
use serde_json::{Value, json};

use super::{order, orders, plan, text, three, two, whole_text, with};

fn bonus(keys: Value) -> Plan {
    plan(json!({ "bonuses": [with(json!({ "id": "b" }), keys)] }))
}

#[test]
fn bonuses_for_totals() {
    let milestone =
        bonus(json!({ "kind": "milestone", "period": "month", "steps": [{ "from": "200.00", "amount": "25.00" }] }));
    assert_eq!(
        whole_text(&milestone, &two(), "bonus:b/ana/2026-03-01/1"),
        "25.00 EUR to ana for bonus b · March 2026 in UTC · 300.00 with B in the month from 2026-03-01 reach 200.00: 25.00"
    );
    // floor(150 / 60) = 2 and floor(300 / 60) = 5 times 3.00, at most 14.00.
    let every =
        bonus(json!({ "kind": "every", "period": "lifetime", "every": "60.00", "amount": "3.00", "ceiling": "14.00" }));
    assert_eq!(
        whole_text(&every, &two(), "bonus:b/ana/lifetime/B"),
        "8.00 EUR to ana for bonus b · March 2026 in UTC · 3.00 for every 60.00, at most 14.00: 300.00 with B in all give \
         14.00, and 150.00 before it 6.00"
    );
    let streak = bonus(
        json!({ "kind": "streak", "metric": "orders", "period": "day", "reach": "1", "times": 2, "amount": "9.00" }),
    );
    assert_eq!(
        text(&streak, &two(), "bonus:b/ana/2026-03-11"),
        "1 order with B on 2026-03-11 reaches 1, 2 in a row since 2026-03-10: 9.00"
    );
    let contest = bonus(json!({ "kind": "contest", "period": "month", "prizes": ["10.00", "5.01"], "tie": "share" }));
    let given = with(
        three(),
        json!({ "until": "2026-04-01T00:00:00Z", "orders": [
        { "id": "A", "at": "2026-03-01T10:00:00Z", "customer": "kim", "lines": [{ "amount": "80.00" }] },
        { "id": "B", "at": "2026-03-02T10:00:00Z", "customer": "kim", "lines": [{ "amount": "80.00" }] },
    ] }),
    );
    assert_eq!(
        text(&contest, &given, "bonus:b/bob/2026-03-01"),
        "place 1, shared by 2, with 80.00 in the month from 2026-03-01: 7.50 of 15.01"
    );
    let contest = bonus(json!({ "kind": "contest", "period": "month", "prizes": ["10.00", "5.01"], "tie": "earlier" }));
    assert_eq!(
        text(&contest, &given, "bonus:b/bob/2026-03-01"),
        "place 2 with 80.00 in the month from 2026-03-01: 5.01"
    );
}

#[test]
fn bonuses_for_touches_and_time() {
    let given = with(order("100.00"), json!({ "affiliates": [{ "id": "ana" }], "until": "2026-05-01T00:00:00Z" }));
    // One touch in March is guaranteed 12.345, rounded 12.34, and 10.00 are earned.
    let epc = bonus(json!({ "kind": "epc", "period": "month", "kinds": "click", "amount": "12.345" }));
    assert_eq!(
        whole_text(&epc, &given, "bonus:b/ana/2026-03-01"),
        "2.34 EUR to ana for bonus b · March 2026 in UTC · 1 touch × 12.345 = 12.345 in the month from 2026-03-01, \
         and 10.00 earned"
    );
    let placement = bonus(json!({ "kind": "placement", "on": "2026-03-15", "amount": "250.00" }));
    assert_eq!(text(&placement, &given, "bonus:b/ana"), "placement on 2026-03-15");
    let retainer = bonus(json!({ "kind": "retainer", "period": "quarter", "from": "2026-04-01", "amount": "500.00" }));
    assert_eq!(text(&retainer, &given, "bonus:b/ana/2026-04-01"), "retainer for the quarter from 2026-04-01");
    // 10.00 earned in March: 5.00 advanced; 30.00 in April: 15.00 would do, but 5.00 are owed back.
    let draw = bonus(json!({ "kind": "draw", "from": "2026-03-01", "amount": "15.00" }));
    let more = orders(&json!([
        { "id": "A", "lines": [{ "amount": "100.00" }] },
        { "id": "B", "at": "2026-04-01T00:00:00Z", "customer": "lee", "lines": [{ "amount": "300.00" }] },
    ]));
    let touches = json!({ "touches": [
        { "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "kim", "affiliate": "ana" },
        { "id": "u", "at": "2026-03-31T00:00:00Z", "customer": "lee", "affiliate": "ana" },
    ] });
    let more = with(with(more, touches), json!({ "affiliates": [{ "id": "ana" }], "until": "2026-05-01T00:00:00Z" }));
    assert_eq!(
        text(&draw, &more, "bonus:b/ana/2026-03-01"),
        "draw of 15.00 for the month from 2026-03-01: with 10.00 earned 15.00 in all"
    );
    assert_eq!(
        whole_text(&draw, &more, "bonus:b/ana/2026-04-01"),
        "-5.00 EUR to ana for bonus b · April 2026 in UTC · draw of 15.00 for the month from 2026-04-01: with 30.00 earned \
         and -5.00 from earlier draws 25.00 in all"
    );
}
