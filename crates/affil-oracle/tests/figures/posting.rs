//! The difference between targets and ledger.

use crate::{facts, percent, program, settled, sold};
use affil_oracle::{Entry, post};
use serde_json::json;

fn booked(entries: &[Entry]) -> Vec<(&str, &str, i128)> {
    let rows = entries.iter();
    rows.map(|entry| (entry.id.as_str(), entry.month.as_str(), entry.minor)).collect()
}

#[test]
fn only_differences_are_booked() {
    let old = program(json!({ "rules": percent("10") }));
    let new = program(json!({ "rules": percent("12") }));
    let facts = facts(json!({ "orders": sold(&["10.00", "0.00"]) }));

    let first = post(&settled(&old, &facts).targets, &[]);
    assert_eq!(booked(&first), [("commission:o1/1/all/ana#1", "2026-03", 1_00)]);
    assert!(post(&settled(&old, &facts).targets, &first).is_empty());

    let second = post(&settled(&new, &facts).targets, &first);
    assert_eq!(booked(&second), [("commission:o1/1/all/ana#2", "2026-03", 20)]);

    let all = [first, second].concat();
    let third = post(&[], &all);
    assert_eq!(booked(&third), [("commission:o1/1/all/ana#3", "2026-03", -1_20)]);
}

#[test]
fn a_target_that_moves_to_another_month_is_booked_in_both() {
    let berlin = program(json!({ "rules": percent("10") }));
    let utc = program(json!({ "rules": percent("10"), "zone": "UTC" }));
    let order = crate::order("o", "2026-03-31T22:30:00Z", json!([{ "amount": "10.00" }]));
    let facts = facts(json!({
        "touches": [{ "id": "t", "at": "2026-03-31T00:00:00Z", "customer": "c", "affiliate": "ana" }],
        "orders": [order],
    }));
    let before = post(&settled(&berlin, &facts).targets, &[]);
    let after = post(&settled(&utc, &facts).targets, &before);
    let expected = [("commission:o/1/all/ana#2", "2026-03", 1_00), ("commission:o/1/all/ana#3", "2026-04", -1_00)];
    assert_eq!(booked(&after), expected);
}
