//! Customers and subscriptions that stay with an affiliate.

use crate::{clicked, percent, program, sale, settled, unpaid};
use serde_json::{Value, json};

/// Who is credited with each order of 100.00, or why nobody is.
fn credited(attribution: Value, clicks: &[(&str, &str)], orders: Vec<Value>) -> Vec<String> {
    let attribution = crate::merged(json!({ "windows": { "click": "1d" } }), attribution);
    let program = program(json!({ "attribution": attribution, "rules": percent("10") }));
    let ids: Vec<String> = orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect();
    let settlement = settled(&program, &clicked(clicks, json!({ "orders": orders })));
    let whom = |id: &String| {
        let target = settlement.targets.iter().find(|target| target.order.as_ref() == Some(id));
        let reason = || unpaid(&settlement).into_iter().find(|(order, _, _)| order == id).unwrap().2.to_owned();
        target.map_or_else(reason, |target| target.affiliate.clone())
    };
    ids.iter().map(whom).collect()
}

fn on(days: &[&str]) -> Vec<Value> {
    let order = |(index, day): (usize, &&str)| sale(&format!("o{index}"), &format!("2026-{day}T12:00:00Z"), "100.00");
    days.iter().enumerate().map(order).collect()
}

#[test]
fn a_bond_lasts_from_the_order_that_made_it() {
    let clicks = [("a", "2026-01-01T11:00:00Z")];
    let days = ["01-01", "01-10", "01-31"];
    let bond = |lasts: &str| credited(json!({ "bond": { "lasts": lasts } }), &clicks, on(&days));
    // 30 days after 1 January 12:00 is 31 January 12:00; an order by bond makes no new one.
    assert_eq!(bond("30d"), ["a", "a", "outside_window"]);
    assert_eq!(bond("31d"), ["a", "a", "a"]);
    assert_eq!(bond("life"), ["a", "a", "a"]);
    assert_eq!(credited(json!({}), &clicks, on(&days)), ["a", "outside_window", "outside_window"]);
}

#[test]
fn a_bond_wins_always_or_without_touch() {
    let clicks = [("a", "2026-01-01T11:00:00Z"), ("b", "2026-01-10T11:00:00Z")];
    let days = ["01-01", "01-10", "01-20", "02-05"];
    let bond = |wins: &str| credited(json!({ "bond": { "lasts": "30d", "wins": wins } }), &clicks, on(&days));
    assert_eq!(bond("always"), ["a", "a", "a", "outside_window"]);
    // The second order makes a bond with Ben, to 9 February.
    assert_eq!(bond("without_touch"), ["a", "b", "b", "b"]);
}

#[test]
fn a_subscription_stays_with_the_first_charge() {
    let clicks = [("a", "2026-01-01T11:00:00Z"), ("b", "2026-02-01T11:00:00Z")];
    let charges = || -> Vec<Value> {
        let charges = on(&["01-01", "02-01", "03-01"]).into_iter();
        charges.map(|order| crate::merged(order, json!({ "subscription": "s" }))).collect()
    };
    assert_eq!(credited(json!({}), &clicks, charges()), ["a", "a", "a"]);
    let each = json!({ "subscriptions": "each_charge" });
    assert_eq!(credited(each, &clicks, charges()), ["a", "b", "outside_window"]);
    // Nobody had the first: nobody has the others, for the same reason.
    assert_eq!(credited(json!({}), &clicks[1..], charges()), ["no_touch", "no_touch", "no_touch"]);
}

#[test]
fn later_charges_make_no_bond() {
    let mut orders = on(&["01-01", "02-01", "02-10"]);
    for charge in &mut orders[..2] {
        charge["subscription"] = json!("s");
    }
    let clicks = [("a", "2026-01-01T11:00:00Z")];
    // The bond of 1 January ends on 31 January.
    let bond = json!({ "bond": { "lasts": "30d" } });
    assert_eq!(credited(bond, &clicks, orders), ["a", "a", "outside_window"]);
}
