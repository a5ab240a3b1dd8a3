//! Commissions shared among parties.

use crate::{clicked, facts, ids, program, sale, settled, sold};
use serde_json::{Value, json};

fn agency() -> Value {
    json!([{ "id": "ana" }, { "id": "agency", "active": false }])
}

#[test]
fn eighty_and_twenty_of_100_and_of_what_is_refunded() {
    let share = json!([{ "part": "80" }, { "affiliate": "agency", "part": "20" }]);
    let program = program(json!({ "rules": [{ "id": "r", "pay": { "percent": "100", "share": share } }] }));
    let facts = facts(json!({
        "affiliates": agency(),
        "orders": sold(&["100.00"]),
        "refunds": [{ "id": "x", "at": "2026-03-05T00:00:00Z", "order": "o1", "amount": "50.00" }],
    }));
    let settlement = settled(&program, &facts);
    let commissions = [("commission:o1/1/r/ana", 80_00), ("commission:o1/1/r/agency", 20_00)];
    assert_eq!(ids(&settlement, "commission"), commissions);
    assert_eq!(ids(&settlement, "reversal"), [("reversal:x/1/r/ana", -40_00), ("reversal:x/1/r/agency", -10_00)]);
    let rows = settlement.statements.iter();
    let rows: Vec<_> =
        rows.map(|row| (row.affiliate.as_str(), row.orders, row.sales_minor, row.refunded_minor)).collect();
    // A party that is not credited has no sales.
    assert_eq!(rows, [("agency", 0, 0, 0), ("ana", 1, 100_00, 50_00)]);
}

#[test]
fn sixty_and_forty_and_odd_cents() {
    let share = json!([{ "affiliate": "agency", "part": "60" }, { "part": "40" }]);
    let program = program(json!({ "rules": [{ "id": "r", "pay": { "percent": "100", "share": share } }] }));
    let facts = facts(json!({ "affiliates": agency(), "orders": sold(&["15000.00", "0.01", "-0.03"]) }));
    let expected = [
        ("commission:o1/1/r/agency", 9_000_00),
        ("commission:o1/1/r/ana", 6_000_00),
        ("commission:o2/1/r/agency", 1),
        ("commission:o2/1/r/ana", 0),
        // 1.8 and 1.2.
        ("commission:o3/1/r/agency", -2),
        ("commission:o3/1/r/ana", -1),
    ];
    assert_eq!(ids(&settled(&program, &facts), "commission"), expected);
}

#[test]
fn one_party_to_several_commissions_has_one_of_its_own() {
    let share = json!([{ "part": "50" }, { "affiliate": "d", "part": "30" }, { "affiliate": "d", "part": "20" }]);
    let program = program(json!({
        "attribution": { "model": "linear", "windows": { "click": "30d" } },
        "rules": [{ "id": "r", "pay": { "percent": "10", "share": share } }],
    }));
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z")];
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-03T12:00:00Z", "200.00")] }));
    let expected = [("commission:o/1/r/a", 5_00), ("commission:o/1/r/d", 10_00), ("commission:o/1/r/b", 5_00)];
    assert_eq!(ids(&settled(&program, &facts), "commission"), expected);
}

#[test]
fn caps_and_overrides_see_the_credited_affiliate() {
    let share = json!([{ "part": "50" }, { "affiliate": "agency", "part": "50" }]);
    let program = program(json!({
        "rules": [{ "id": "r", "pay": { "percent": "100", "share": share } }],
        "caps": [{ "id": "cap", "per": "affiliate", "amount": "60.00", "when": { "id": "ana" } }],
        "overrides": [{ "id": "up", "of": "commission", "levels": ["10"] }],
    }));
    let affiliates =
        json!([{ "id": "ana", "recruiter": "rita" }, { "id": "agency", "recruiter": "rita" }, { "id": "rita" }]);
    let facts = facts(json!({ "affiliates": affiliates, "orders": sold(&["100.00"]) }));
    let settlement = settled(&program, &facts);
    let commissions = [("commission:o1/1/r/ana", 30_00), ("commission:o1/1/r/agency", 30_00)];
    assert_eq!(ids(&settlement, "commission"), commissions);
    assert_eq!(ids(&settlement, "override"), [("override:o1/1/up/ana/rita", 6_00)]);
}
