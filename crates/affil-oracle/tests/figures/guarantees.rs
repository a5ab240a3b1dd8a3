//! Bonuses by time: guarantees per click, placements, retainers and draws.

use crate::{ids, patient, percent, sale, settled, sold_on};
use serde_json::{Value, json};

fn with(rate: &str, bonus: Value) -> Value {
    let bonus = crate::merged(json!({ "id": "b" }), bonus);
    patient(json!({ "rules": percent(rate), "bonuses": [bonus] }))
}

fn paid(program: &Value, facts: &Value) -> Vec<(String, i128)> {
    let settlement = settled(program, facts);
    ids(&settlement, "bonus").into_iter().map(|(id, minor)| (id.to_owned(), minor)).collect()
}

fn owned(rows: &[(&str, i128)]) -> Vec<(String, i128)> {
    rows.iter().map(|(id, minor)| ((*id).to_owned(), *minor)).collect()
}

/// Clicks of *ana* in March, one of them for another order, and one view.
fn clicks(number: usize) -> Value {
    let click = |index: usize| {
        let at = format!("2026-03-02T{index:02}:00:00Z");
        json!({ "id": format!("t{index}"), "at": at, "customer": "x", "affiliate": "ana", "order": "another" })
    };
    let mut touches: Vec<Value> = (0..number).map(click).collect();
    touches
        .push(json!({ "id": "v", "at": "2026-03-02T12:00:00Z", "customer": "c", "affiliate": "ana", "kind": "view" }));
    json!({ "affiliates": [{ "id": "ana" }], "touches": touches, "until": "2026-04-01T00:00:00+02:00" })
}

#[test]
fn a_guarantee_for_each_click() {
    let program = {
        let mut program =
            with("10", json!({ "kind": "epc", "period": "month", "kinds": ["click"], "amount": "0.125" }));
        program["attribution"]["windows"]["view"] = json!("30d");
        program
    };
    // 1.25, and 0.375 to the even neighbour.
    assert_eq!(paid(&program, &clicks(10)), owned(&[("bonus:b/ana/2026-03-01", 1_25)]));
    assert_eq!(paid(&program, &clicks(3)), owned(&[("bonus:b/ana/2026-03-01", 38)]));
    // 0.50 earned, and 0.20 of them taken back.
    let mut earning = clicks(10);
    earning["orders"] = json!([sale("o", "2026-03-03T12:00:00Z", "5.00")]);
    assert_eq!(paid(&program, &earning), owned(&[("bonus:b/ana/2026-03-01", 75)]));
    earning["refunds"] = json!([{ "id": "r", "at": "2026-03-05T00:00:00Z", "order": "o", "amount": "2.00" }]);
    assert_eq!(paid(&program, &earning), owned(&[("bonus:b/ana/2026-03-01", 95)]));
    earning["orders"][0]["lines"][0]["amount"] = json!("50.00");
    assert!(paid(&program, &earning).is_empty());
    let mut not_over = clicks(10);
    not_over["until"] = json!("2026-03-31T00:00:00Z");
    assert!(paid(&program, &not_over).is_empty());
}

fn three() -> Value {
    json!([{ "id": "ana" }, { "id": "gone", "active": false }, { "id": "late", "joined": "2026-02-10T00:00:00Z" }])
}

#[test]
fn a_placement_is_paid_once() {
    let program = with("10", json!({ "kind": "placement", "on": "2026-03-15", "amount": "100.00" }));
    let until = |until: &str| paid(&program, &json!({ "affiliates": three(), "until": until }));
    // The day begins at 23:00 in UTC.
    assert_eq!(until("2026-03-14T23:00:00Z"), owned(&[("bonus:b/ana", 100_00), ("bonus:b/late", 100_00)]));
    assert!(until("2026-03-14T22:59:59Z").is_empty());
    assert!(paid(&program, &json!({ "affiliates": three() })).is_empty());
}

#[test]
fn a_retainer_at_the_beginning_of_each_month() {
    let bonus = |more: Value| {
        let base = json!({ "kind": "retainer", "period": "month", "from": "2026-01-15", "amount": "500.00" });
        with("10", crate::merged(base, more))
    };
    let facts = json!({ "affiliates": three(), "until": "2026-03-31T22:00:00Z" });
    let expected = [
        ("bonus:b/ana/2026-02-01", 500_00),
        ("bonus:b/ana/2026-03-01", 500_00),
        ("bonus:b/late/2026-03-01", 500_00),
        ("bonus:b/ana/2026-04-01", 500_00),
        ("bonus:b/late/2026-04-01", 500_00),
    ];
    assert_eq!(paid(&bonus(json!({})), &facts), owned(&expected));
    assert_eq!(paid(&bonus(json!({ "until": "2026-04-01" })), &facts), owned(&expected[..3]));
    let only_gone = bonus(json!({ "when": { "id": "gone" } }));
    assert!(paid(&only_gone, &facts).is_empty());
}

/// What is earned in six months under a draw of 2,000, and the totals of the statements.
fn drawn(more: Value) -> Vec<i128> {
    let bonus = json!({ "kind": "draw", "from": "2026-01-01", "amount": "2000.00" });
    let program = with("100", crate::merged(bonus, more));
    let earned = ["2750.00", "3000.00", "1500.00", "2375.00", "3000.00", "2750.00"];
    let days = ["2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10", "2026-05-10", "2026-06-10"];
    let sales: Vec<(&str, &str)> = days.into_iter().zip(earned).collect();
    let mut facts = sold_on(&sales);
    facts["until"] = json!("2026-07-01T00:00:00+02:00");
    let settlement = settled(&program, &facts);
    settlement.statements.iter().map(|statement| statement.total_minor).collect()
}

#[test]
fn a_draw_of_2_000_a_month() {
    let recoverable = [2_750_00, 3_000_00, 2_000_00, 2_000_00, 2_875_00, 2_750_00];
    assert_eq!(drawn(json!({})), recoverable);
    let guarantee = [2_750_00, 3_000_00, 2_000_00, 2_375_00, 3_000_00, 2_750_00];
    assert_eq!(drawn(json!({ "draw": "non_recoverable" })), guarantee);
    // The 500 of March are forgiven with the new quarter, not with the new year.
    assert_eq!(drawn(json!({ "forgive": "quarter" })), guarantee);
    assert_eq!(drawn(json!({ "forgive": "year" })), recoverable);
    // Not before April.
    let later = [2_750_00, 3_000_00, 1_500_00, 2_375_00, 3_000_00, 2_750_00];
    assert_eq!(drawn(json!({ "from": "2026-03-02" })), later);
}

#[test]
fn a_draw_pays_for_months_without_any_sale() {
    let program = with("100", json!({ "kind": "draw", "from": "2026-01-01", "amount": "2000.00" }));
    let facts = json!({ "affiliates": [{ "id": "ana" }], "until": "2026-02-28T23:00:00Z" });
    let expected = [("bonus:b/ana/2026-01-01", 2_000_00), ("bonus:b/ana/2026-02-01", 2_000_00)];
    assert_eq!(paid(&program, &facts), owned(&expected));
}
