//! Bonuses that count something.

use crate::{ids, patient, percent, settled, sold_by, sold_on};
use affil_oracle::Settlement;
use serde_json::{Value, json};

fn with(bonus: Value) -> Value {
    let bonus = crate::merged(json!({ "id": "b" }), bonus);
    patient(json!({ "rules": percent("10"), "bonuses": [bonus] }))
}

fn bonuses(settlement: &Settlement) -> Vec<(&str, i128)> {
    ids(settlement, "bonus")
}

const MARCH: [(&str, &str); 4] =
    [("2026-03-02", "60.00"), ("2026-03-03", "60.00"), ("2026-03-04", "90.00"), ("2026-04-01", "100.00")];

#[test]
fn milestones_are_paid_once_in_each_period() {
    let steps = json!([{ "from": "100", "amount": "10.00" }, { "from": "200", "amount": "30.00" }]);
    let program = with(json!({ "kind": "milestone", "period": "month", "steps": steps }));
    let settlement = settled(&program, &sold_on(&MARCH));
    let expected =
        [("bonus:b/ana/2026-03-01/1", 10_00), ("bonus:b/ana/2026-03-01/2", 30_00), ("bonus:b/ana/2026-04-01/1", 10_00)];
    assert_eq!(bonuses(&settlement), expected);
    let march = &settlement.statements[0];
    assert_eq!((march.commission_minor, march.bonuses_minor, march.total_minor), (21_00, 40_00, 61_00));
    // Between the targets: the second order's bonus stands after its commission.
    let all: Vec<&str> = settlement.targets.iter().map(|target| target.id.as_str()).collect();
    assert_eq!(all[1..4], ["commission:o2/1/all/ana", "bonus:b/ana/2026-03-01/1", "commission:o3/1/all/ana"]);
}

#[test]
fn a_first_sale_bonus() {
    let steps = json!([{ "from": "1", "amount": "25.00" }]);
    let program = with(json!({ "kind": "milestone", "metric": "orders", "period": "lifetime", "steps": steps }));
    let settlement = settled(&program, &sold_on(&MARCH));
    assert_eq!(bonuses(&settlement), [("bonus:b/ana/lifetime/1", 25_00)]);
    assert_eq!(settlement.targets[1].kind, "bonus");
}

#[test]
fn a_return_leaves_the_first_sale_to_the_next_line() {
    let steps = json!([{ "from": "1", "amount": "25.00" }]);
    let program = with(json!({ "kind": "milestone", "metric": "orders", "period": "lifetime", "steps": steps }));
    let mut facts = sold_on(&[("2026-03-02", "-10.00"), ("2026-03-03", "-10.00"), ("2026-03-04", "60.00")]);
    facts["orders"][1]["lines"] = json!([{ "amount": "-10.00" }, { "amount": "20.00" }]);
    let settlement = settled(&program, &facts);
    assert_eq!(bonuses(&settlement), [("bonus:b/ana/lifetime/1", 25_00)]);
    // Paid with the second order, between its commissions and that of the third.
    let all: Vec<&str> = settlement.targets.iter().map(|target| target.id.as_str()).collect();
    let expected = ["commission:o2/2/all/ana", "bonus:b/ana/lifetime/1", "commission:o3/1/all/ana"];
    assert_eq!(all[2..], expected);
}

#[test]
fn refunds_count_against_milestones_where_declared() {
    let steps = json!([{ "from": "100", "amount": "10.00" }]);
    let order_of = |effect: &str| {
        let mut program = with(json!({ "kind": "milestone", "period": "month", "steps": steps }));
        program["refunds"] = json!({ "bonuses": effect });
        let mut facts = sold_on(&MARCH[..3]);
        facts["refunds"] = json!([{ "id": "r", "at": "2026-03-02T13:00:00Z", "order": "o1" }]);
        let settlement = settled(&program, &facts);
        let position = settlement.targets.iter().position(|target| target.kind == "bonus").unwrap();
        settlement.targets[position - 1].id.clone()
    };
    assert_eq!(order_of("none"), "commission:o2/1/all/ana");
    assert_eq!(order_of("sale_period"), "commission:o3/1/all/ana");
    assert_eq!(order_of("refund_period"), "commission:o3/1/all/ana");
}

#[test]
fn a_milestone_once_reached_stays() {
    let steps = json!([{ "from": "100", "amount": "10.00" }]);
    let mut program = with(json!({ "kind": "milestone", "period": "month", "steps": steps }));
    program["refunds"] = json!({ "bonuses": "refund_period" });
    let mut facts = sold_on(&MARCH[..3]);
    facts["refunds"] = json!([{ "id": "r", "at": "2026-03-03T13:00:00Z", "order": "o1" }]);
    assert_eq!(bonuses(&settled(&program, &facts)).len(), 1);
}

#[test]
fn for_every_50_sold() {
    let every = |more: Value, days: &[(&str, &str)]| {
        let bonus = json!({ "kind": "every", "period": "month", "every": "50", "amount": "2.00" });
        let settlement = settled(&with(crate::merged(bonus, more)), &sold_on(days));
        bonuses(&settlement).into_iter().map(|(id, minor)| (id.to_owned(), minor)).collect::<Vec<_>>()
    };
    let rows = |rows: &[(&str, i128)]| -> Vec<(String, i128)> {
        rows.iter().map(|(order, minor)| (format!("bonus:b/ana/2026-03-01/{order}"), *minor)).collect()
    };
    // 60, 120, 125, 215: one, two, two, four.
    let days = [("2026-03-02", "60.00"), ("2026-03-03", "60.00"), ("2026-03-04", "5.00"), ("2026-03-05", "90.00")];
    assert_eq!(every(json!({}), &days), rows(&[("o1", 2_00), ("o2", 2_00), ("o4", 4_00)]));
    assert_eq!(every(json!({ "ceiling": "5.00" }), &days), rows(&[("o1", 2_00), ("o2", 2_00), ("o4", 1_00)]));
    // 120, back to 70, 110, 150: only what goes beyond 120 counts again.
    let back = [("2026-03-02", "120.00"), ("2026-03-03", "-50.00"), ("2026-03-04", "40.00"), ("2026-03-05", "40.00")];
    assert_eq!(every(json!({}), &back), rows(&[("o1", 4_00), ("o4", 2_00)]));
}

#[test]
fn every_second_month_in_a_row() {
    let bonus = json!({ "kind": "streak", "period": "month", "reach": "100", "times": 2, "amount": "20.00" });
    let paid = |days: &[(&str, &str)]| {
        let settlement = settled(&with(bonus.clone()), &sold_on(days));
        bonuses(&settlement).into_iter().map(|(id, _)| id.to_owned()).collect::<Vec<_>>()
    };
    let months = ["2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05"].map(|day| (day, "100.00"));
    assert_eq!(paid(&months), ["bonus:b/ana/2026-02-01", "bonus:b/ana/2026-04-01"]);
    assert_eq!(paid(&months[..3]), ["bonus:b/ana/2026-02-01"]);
    assert!(paid(&[months[0], months[2]]).is_empty());
    // A month that falls short breaks the row.
    assert_eq!(paid(&[months[0], ("2026-02-05", "99.99"), months[2], months[3]]), ["bonus:b/ana/2026-04-01"]);
}

fn contest(tie: &str, until: &str) -> Vec<(String, i128)> {
    // The fifth place would be of somebody with a total below zero.
    let prizes = json!(["50.00", "30.00", "20.01", "0.00", "5.00"]);
    let program = with(json!({ "kind": "contest", "period": "month", "prizes": prizes, "tie": tie }));
    let mut facts = sold_by(&[
        ("cleo", "2026-03-02T00:00:00Z", "80.00"),
        ("ana", "2026-03-03T00:00:00Z", "100.00"),
        ("ben", "2026-03-04T00:00:00Z", "80.00"),
        ("dora", "2026-03-05T00:00:00Z", "10.00"),
        ("emil", "2026-03-05T00:00:00Z", "-10.00"),
    ]);
    facts["until"] = json!(until);
    let settlement = settled(&program, &facts);
    let rows = settlement.targets.iter().filter(|target| target.kind == "bonus");
    rows.map(|target| (format!("{} {}", target.affiliate, target.month), target.minor)).collect()
}

#[test]
fn the_best_of_a_month() {
    let over = "2026-04-01T00:00:00+02:00";
    let rows = |rows: [(&str, i128); 3]| -> Vec<(String, i128)> {
        rows.map(|(who, minor)| (format!("{who} 2026-03"), minor)).into()
    };
    assert_eq!(contest("earlier", over), rows([("ana", 50_00), ("ben", 20_01), ("cleo", 30_00)]));
    // 50.01 for two.
    assert_eq!(contest("share", over), rows([("ana", 50_00), ("ben", 25_01), ("cleo", 25_00)]));
    assert!(contest("share", "2026-03-31T23:59:59+02:00").is_empty());
}

#[test]
fn what_counts_for_a_bonus() {
    let steps = json!([{ "from": "100", "amount": "10.00" }]);
    let paid = |more: Value| {
        let bonus = json!({ "kind": "milestone", "period": "lifetime", "steps": steps });
        let settlement = settled(&with(crate::merged(bonus, more)), &sold_on(&MARCH[..2]));
        bonuses(&settlement).len()
    };
    assert_eq!(paid(json!({})), 1);
    assert_eq!(paid(json!({ "counts": ["none"] })), 0);
    assert_eq!(paid(json!({ "when": { "id": "ben" } })), 0);
    assert_eq!(paid(json!({ "from": "2026-03-03" })), 0);
    assert_eq!(paid(json!({ "metric": "commission" })), 0);
    assert_eq!(paid(json!({ "metric": "commission", "steps": [{ "from": "12", "amount": "1.00" }] })), 1);
}
