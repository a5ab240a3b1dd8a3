//! Charges of a subscription.

use crate::{commissions, facts, program, sale, settled};
use serde_json::{Value, json};

/// Charges of 100.00 of one subscription on the given days at noon in Berlin's winter.
fn charged(recurring: Value, rate: &str, days: &[String]) -> Vec<i128> {
    let program = program(json!({
        "attribution": { "windows": { "click": "9y" } },
        "rules": [{ "id": "r", "recurring": recurring, "pay": { "percent": rate } }],
    }));
    let charges = days.iter().enumerate().map(|(index, day)| {
        let charge = sale(&format!("o{index:02}"), &format!("{day}T12:00:00+01:00"), "100.00");
        crate::merged(charge, json!({ "subscription": "s" }))
    });
    let orders: Vec<Value> = charges.collect();
    let mut facts = facts(json!({ "orders": orders }));
    facts["touches"][0]["at"] = json!("2025-12-31T00:00:00Z");
    commissions(&settled(&program, &facts))
}

fn months(number: u32) -> Vec<String> {
    (0..number).map(|index| format!("{}-{:02}-10", 2026 + index / 12, 1 + index % 12)).collect()
}

#[test]
fn for_life_for_a_year_and_with_a_taper() {
    let total = |recurring: Value, number: u32| charged(recurring, "30", &months(number)).iter().sum::<i128>();
    assert_eq!(total(json!({}), 20), 600_00);
    assert_eq!(total(json!({ "charges": 12 }), 20), 360_00);
    assert_eq!(total(json!({ "months": 12 }), 20), 360_00);
    assert_eq!(total(json!({ "charges": 12, "taper": [{ "from": 7, "percent": "15" }] }), 20), 270_00);
    let steps = json!({ "taper": [{ "from": 2, "percent": "20" }, { "from": 4, "percent": "0" }] });
    assert_eq!(charged(steps, "30", &months(5)), [30_00, 20_00, 20_00, 0, 0]);
}

#[test]
fn months_are_counted_from_the_first_charge() {
    let days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"].map(str::to_owned);
    // Three months from 31 January end on 30 April at the same wall time, an hour earlier in summer.
    assert_eq!(charged(json!({ "months": 3 }), "30", &days), [30_00, 30_00, 30_00]);
}

#[test]
fn orders_without_a_subscription_never_recur() {
    let program = program(json!({ "rules": [{ "id": "r", "recurring": {}, "pay": { "percent": "30" } }] }));
    let facts = facts(json!({ "orders": [sale("o", "2026-03-02T12:00:00Z", "100.00")] }));
    assert!(commissions(&settled(&program, &facts)).is_empty());
}
