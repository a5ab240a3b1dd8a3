//! Two affiliates with a customer each: nothing of the one touches the other.

use crate::{commissions, program, settled, unpaid};
use affil_oracle::Statement;
use serde_json::{Value, json};

/// Ana's customer *c* and Ben's customer *d* order in turn, an hour apart.
fn in_turn(amounts: &[&str]) -> Value {
    let orders: Vec<Value> = amounts
        .iter()
        .enumerate()
        .map(|(index, amount)| {
            json!({
                "id": format!("o{}", index + 1),
                "at": format!("2026-03-02T{index:02}:00:00Z"),
                "customer": if index % 2 == 0 { "c" } else { "d" },
                "lines": [{ "amount": amount }],
            })
        })
        .collect();
    json!({
        "affiliates": [{ "id": "ana" }, { "id": "ben" }],
        "touches": [
            { "id": "t1", "at": "2026-03-01T00:00:00Z", "customer": "c", "affiliate": "ana" },
            { "id": "t2", "at": "2026-03-01T01:00:00Z", "customer": "d", "affiliate": "ben" },
        ],
        "orders": orders,
    })
}

#[test]
fn each_has_a_ladder_of_their_own() {
    let program = program(json!({
        "rules": crate::percent("5"),
        "tiers": [{ "id": "t", "mode": "marginal", "steps": [{ "from": "100", "percent": "10" }] }],
    }));
    // Ana sells 80 and 40, Ben 80 and 10.
    let settlement = settled(&program, &in_turn(&["80.00", "80.00", "40.00", "10.00"]));
    assert_eq!(commissions(&settlement), [4_00, 4_00, 3_00, 50]);
}

#[test]
fn each_has_a_sum_of_their_own_to_round() {
    let program = program(json!({ "rules": crate::percent("10"), "round": { "at": "statement" } }));
    // 0.4 and 0.8 for each.
    let settlement = settled(&program, &in_turn(&["0.04", "0.04", "0.04", "0.04"]));
    assert_eq!(commissions(&settlement), [0, 0, 1, 1]);
}

#[test]
fn each_has_statements_of_their_own() {
    let program = program(json!({ "rules": crate::percent("10") }));
    let mut facts = in_turn(&["10.00", "20.00", "30.00"]);
    facts["refunds"] = json!([{ "id": "r", "at": "2026-03-05T00:00:00Z", "order": "o2", "amount": "5.00" }]);
    let ana = Statement {
        affiliate: "ana".to_owned(),
        month: "2026-03".to_owned(),
        orders: 2,
        sales_minor: 40_00,
        refunded_minor: 0,
        commission_minor: 4_00,
        overrides_minor: 0,
        reversals_minor: 0,
        bonuses_minor: 0,
        adjustments_minor: 0,
        total_minor: 4_00,
    };
    let ben = Statement {
        affiliate: "ben".to_owned(),
        orders: 1,
        sales_minor: 20_00,
        refunded_minor: 5_00,
        commission_minor: 2_00,
        reversals_minor: -50,
        total_minor: 1_50,
        ..ana.clone()
    };
    assert_eq!(settled(&program, &facts).statements, [ana, ben]);
}

#[test]
fn customers_have_touches_and_first_orders_of_their_own() {
    let program = program(json!({
        "rules": [{ "id": "new", "when": { "customer": { "new": true } }, "pay": { "percent": "10" } }],
    }));
    let mut facts = in_turn(&["10.00", "20.00", "30.00"]);
    let settlement = settled(&program, &facts);
    assert_eq!(commissions(&settlement), [1_00, 2_00]);
    assert_eq!(unpaid(&settlement), [("o3", Some("1"), "no_rule")]);
    facts["orders"][1]["customer"] = json!("stranger");
    let settlement = settled(&program, &facts);
    assert_eq!(unpaid(&settlement), [("o2", None, "no_touch"), ("o3", Some("1"), "no_rule")]);
}
