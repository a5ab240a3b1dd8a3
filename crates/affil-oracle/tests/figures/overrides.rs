//! What those earn who recruited an affiliate.

use crate::{ids, percent, program, sale, settled, whom};
use affil_oracle::Settlement;
use serde_json::{Value, json};

/// Johnny recruited Betty, Betty Angela, Angela Jim. Angela sells 100.00, then Jim.
fn tree(program: &Value, change: impl Fn(&mut Value)) -> Settlement {
    let order =
        |id: &str, customer: &str, at: &str| crate::merged(sale(id, at, "100.00"), json!({ "customer": customer }));
    let touch = |customer: &str, affiliate: &str| json!({ "id": affiliate, "at": "2026-03-01T00:00:00Z", "customer": customer, "affiliate": affiliate });
    let mut facts = json!({
        "affiliates": [
            { "id": "angela", "recruiter": "betty" },
            { "id": "betty", "recruiter": "johnny" },
            { "id": "jim", "recruiter": "angela" },
            { "id": "johnny" },
        ],
        "touches": [touch("x", "angela"), touch("y", "jim")],
        "orders": [order("o1", "x", "2026-03-02T00:00:00Z"), order("o2", "y", "2026-03-03T00:00:00Z")],
    });
    change(&mut facts);
    settled(program, &facts)
}

fn levels(of: &str, levels: &[&str]) -> Value {
    let over = json!([{ "id": "up", "of": of, "levels": levels }]);
    program(json!({ "rules": percent("10"), "overrides": over }))
}

#[test]
fn ten_two_and_one_percent() {
    let settlement = tree(&levels("sale", &["2", "1"]), |_| {});
    assert_eq!(whom(&settlement, "commission"), [("angela", 10_00), ("jim", 10_00)]);
    // Johnny is three levels above Jim.
    let expected = [
        ("override:o1/1/up/angela/betty", 2_00),
        ("override:o1/1/up/angela/johnny", 1_00),
        ("override:o2/1/up/jim/angela", 2_00),
        ("override:o2/1/up/jim/betty", 1_00),
    ];
    assert_eq!(ids(&settlement, "override"), expected);
    let angela = &settlement.statements[0];
    assert_eq!((angela.commission_minor, angela.overrides_minor, angela.total_minor), (10_00, 2_00, 12_00));
}

#[test]
fn of_the_sale_or_of_the_commission() {
    // 20 % of 100 and a tenth of the sale or of the commission.
    let with = |of: &str| {
        let over = json!([{ "id": "up", "of": of, "levels": ["10"] }]);
        let program = program(json!({ "rules": percent("20"), "overrides": over }));
        whom(&tree(&program, |_| {}), "override")[0].1
    };
    assert_eq!([with("sale"), with("commission")], [10_00, 2_00]);
}

#[test]
fn a_level_that_may_not_receive_passes_nothing_on() {
    let program = levels("sale", &["2", "1"]);
    let inactive = tree(&program, |facts| facts["affiliates"][1]["active"] = json!(false));
    assert_eq!(whom(&inactive, "override"), [("johnny", 1_00), ("angela", 2_00)]);
    let mut picky = program.clone();
    picky["overrides"][0]["when"] = json!({ "id": { "is_not": "angela" } });
    assert_eq!(whom(&tree(&picky, |_| {}), "override"), [("betty", 2_00), ("johnny", 1_00), ("betty", 1_00)]);
}

#[test]
fn a_recruiter_without_a_fact_may_be_accepted() {
    let mut program = levels("sale", &["2", "1"]);
    program["unknown_affiliates"] = json!("accept");
    let without_johnny = |facts: &mut Value| facts["affiliates"].as_array_mut().unwrap().truncate(3);
    let expected = [("betty", 2_00), ("johnny", 1_00), ("angela", 2_00), ("betty", 1_00)];
    assert_eq!(whom(&tree(&program, without_johnny), "override"), expected);
}

#[test]
fn under_some_rules_after_caps_and_within_dates() {
    let rules = json!([{ "id": "a", "pay": { "percent": "10" } }, { "id": "b", "pay": { "percent": "20" } }]);
    let with = |over: Value, caps: Value| {
        let base = json!({ "id": "up", "of": "commission", "levels": ["10"] });
        let overrides = [crate::merged(base, over)];
        let program = program(json!({ "conflict": "stack", "rules": rules, "overrides": overrides, "caps": caps }));
        let settlement = tree(&program, |_| {});
        whom(&settlement, "override").into_iter().map(|(_, minor)| minor).collect::<Vec<_>>()
    };
    assert_eq!(with(json!({}), json!([])), [3_00, 3_00]);
    assert_eq!(with(json!({ "rules": ["b"] }), json!([])), [2_00, 2_00]);
    let cap = json!([{ "id": "cap", "per": "order", "amount": "15.00" }]);
    assert_eq!(with(json!({}), cap), [1_50, 1_50]);
    assert_eq!(with(json!({ "from": "2026-03-03" }), json!([])), [3_00]);
}

#[test]
fn overrides_are_reversed_by_themselves() {
    let refund = |facts: &mut Value| {
        facts["refunds"] = json!([{ "id": "r", "at": "2026-04-05T00:00:00Z", "order": "o1", "amount": "33.00" }]);
    };
    let settlement = tree(&levels("sale", &["2", "0.5"]), refund);
    // A third less a hundredth of 10.00, 2.00 and 0.50; 16.5 cents go to the even neighbour.
    let expected = [
        ("reversal:r/1/all/angela", -3_30),
        ("reversal:r/1/up/angela/betty", -66),
        ("reversal:r/1/up/angela/johnny", -16),
    ];
    assert_eq!(ids(&settlement, "reversal"), expected);
}

#[test]
fn overrides_stand_between_commissions_and_reversals() {
    let refund = |facts: &mut Value| {
        facts["refunds"] = json!([{ "id": "a", "at": "2026-03-02T00:00:00Z", "order": "o1" }]);
        facts["orders"].as_array_mut().unwrap().truncate(1);
    };
    let settlement = tree(&levels("sale", &["2"]), refund);
    let kinds: Vec<&str> = settlement.targets.iter().map(|target| target.kind.as_str()).collect();
    assert_eq!(kinds, ["commission", "override", "reversal", "reversal"]);
}
