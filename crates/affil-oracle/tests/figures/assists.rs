//! Credit on top for those who took part.

use crate::{clicked, percent, program, sale, settled, whom};
use serde_json::{Value, json};

fn with(assists: Value, amount: &str) -> Vec<(String, i128)> {
    let attribution = json!({ "windows": { "click": "30d" }, "assists": assists });
    let program = program(json!({ "attribution": attribution, "rules": percent("10") }));
    let clicks = [
        ("a", "2026-03-01T00:00:00Z"),
        ("b", "2026-03-02T00:00:00Z"),
        ("a", "2026-03-03T00:00:00Z"),
        ("c", "2026-03-04T00:00:00Z"),
    ];
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-05T00:00:00Z", amount)] }));
    let settlement = settled(&program, &facts);
    whom(&settlement, "commission").into_iter().map(|(who, minor)| (who.to_owned(), minor)).collect()
}

fn owned(shares: [(&str, i128); 3]) -> Vec<(String, i128)> {
    shares.map(|(who, minor)| (who.to_owned(), minor)).into()
}

#[test]
fn to_each_or_shared() {
    // Cleo wins; Ana assists later than Ben. A tenth of 100.00 for each, or 5.00 each, at 10 %.
    assert_eq!(with(json!({ "percent": "10" }), "100.00"), owned([("c", 10_00), ("b", 1_00), ("a", 1_00)]));
    let shared = json!({ "percent": "10", "to": "shared" });
    assert_eq!(with(shared, "100.00"), owned([("c", 10_00), ("b", 50), ("a", 50)]));
}

#[test]
fn each_assist_is_a_pot_of_its_own() {
    // Half of 0.10 for each: the running sums of the line are 1, 1.5 and 2 cents, rounded half-even 1, 2, 2.
    assert_eq!(with(json!({ "percent": "50" }), "0.10"), owned([("c", 1), ("b", 1), ("a", 0)]));
    // 0.4 for each: 1, 1.4 and 1.8, rounded 1, 1, 2. Together they would give the cent to the first.
    assert_eq!(with(json!({ "percent": "40" }), "0.10"), owned([("c", 1), ("b", 0), ("a", 1)]));
    // Shared: 5 cents are 3 and 2; 0.3 and 0.2 of round(1.5) − 1 = 1.
    let shared = json!({ "percent": "50", "to": "shared" });
    assert_eq!(with(shared, "0.10"), owned([("c", 1), ("b", 1), ("a", 0)]));
}
