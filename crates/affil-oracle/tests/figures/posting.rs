//! The difference between what the ledger should hold and what it holds.

use crate::{facts, moved, percent, program, sold};
use affil_oracle::{Entry, Ledger};
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
    let mut ledger = Ledger::default();

    let first = ledger.post(&moved(&old, &facts));
    assert_eq!(booked(&first), [("commission:o1/1/all/ana#1", "2026-03", 1_00)]);
    assert!(ledger.post(&moved(&old, &facts)).is_empty());

    let second = ledger.post(&moved(&new, &facts));
    assert_eq!(booked(&second), [("commission:o1/1/all/ana#2", "2026-03", 20)]);

    let third = ledger.post(&[]);
    assert_eq!(booked(&third), [("commission:o1/1/all/ana#3", "2026-03", -1_20)]);
    assert!(ledger.accounts().is_empty());
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
    let mut ledger = Ledger::default();
    ledger.post(&moved(&berlin, &facts));
    let after = ledger.post(&moved(&utc, &facts));
    let expected = [("commission:o/1/all/ana#2", "2026-03", 1_00), ("commission:o/1/all/ana#3", "2026-04", -1_00)];
    assert_eq!(booked(&after), expected);
    assert_eq!(after.iter().map(|entry| entry.date.as_str()).collect::<Vec<_>>(), ["2026-03-31", "2026-04-01"]);
}
