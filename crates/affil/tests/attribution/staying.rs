//! Credit that does not come from the order's own touches alone: bonds, subscriptions and assists.

use serde_json::{Value, json};

use super::{click, five, order, paid, settle, touch};

fn sale(id: &str, day: &str) -> Value {
    order(id, day, "1.00", json!({}))
}

#[test]
fn a_bond_decides_while_it_lasts() {
    let attribution = "attribution = { windows.click = \"2d\", bond.lasts = \"10d\" }";
    let touches = [click("t1", "1", "ana"), click("t5", "5", "ben"), click("t12", "12", "ben")];
    // A makes the bond on the 2nd; it holds up to, but not on, the 12th.
    let orders =
        [sale("A", "2"), sale("B", "6"), sale("C", "11"), sale("D", "12T11:59:59"), sale("E", "12"), sale("F", "15")];
    let expected =
        ["A t1 ana 1.00", "B t1 ana 1.00", "C t1 ana 1.00", "D t1 ana 1.00", "E t12 ben 1.00", "F t12 ben 1.00"];
    assert_eq!(paid(attribution, &touches, &orders), expected);
    // For life, the last ones as well; and the order in which facts arrive makes no difference.
    let life = "attribution = { windows.click = \"2d\", bond.lasts = \"life\" }";
    let backwards: Vec<Value> = orders.iter().rev().cloned().collect();
    let expected =
        ["A t1 ana 1.00", "B t1 ana 1.00", "C t1 ana 1.00", "D t1 ana 1.00", "E t1 ana 1.00", "F t1 ana 1.00"];
    assert_eq!(paid(life, &touches, &backwards), expected);
}

#[test]
fn orders_that_nobody_earned_make_no_bond() {
    let attribution = "attribution = { windows.click = \"2d\", bond.lasts = \"life\" }";
    let touches = [click("t4", "4", "ana")];
    let orders = [sale("A", "2"), sale("B", "5"), sale("C", "20")];
    assert_eq!(paid(attribution, &touches, &orders), ["B t4 ana 1.00", "C t4 ana 1.00", "A no_touch"]);
    // Another customer has no bond.
    let mut other = sale("D", "21");
    other["customer"] = json!("lee");
    assert_eq!(paid(attribution, &touches, &[sale("B", "5"), other]), ["B t4 ana 1.00", "D no_touch"]);
}

#[test]
fn a_bond_for_orders_without_a_touch() {
    let attribution = "attribution = { windows.click = \"2d\", bond = { lasts = \"10d\", wins = \"without_touch\" } }";
    let touches = [click("t1", "1", "ana"), click("t8", "8", "ben")];
    let orders = [sale("A", "2"), sale("B", "7"), sale("C", "9"), sale("D", "15"), sale("E", "19")];
    // C has a touch of ben's, which makes a bond in place of ana's.
    let expected = ["A t1 ana 1.00", "B t1 ana 1.00", "C t8 ben 1.00", "D t8 ben 1.00", "E outside_window"];
    assert_eq!(paid(attribution, &touches, &orders), expected);
}

#[test]
fn a_bond_gives_way_to_what_bars_its_affiliate() {
    // Ben's touch wins the first order of lee; ben is lee as well, but not kim.
    let attribution = |more: &str| format!("attribution = {{ windows.click = \"2d\", bond.lasts = \"life\"{more} }}");
    let touches = [click("t1", "1", "ben"), click("t5", "5", "ana")];
    let orders = [sale("A", "2"), sale("B", "6")];
    let under = |more: &str, ben: Value| settle(&attribution(more), &json!([{ "id": "ana" }, ben]), &touches, &orders);
    assert_eq!(under("", json!({ "id": "ben" })), ["A t1 ben 1.00", "B t1 ben 1.00"]);
    assert_eq!(under("", json!({ "id": "ben", "active": false })), ["B t5 ana 1.00", "A affiliate_inactive"]);
    assert_eq!(under("", json!({ "id": "ben", "customers": ["kim"] })), ["B t5 ana 1.00", "A self_referral"]);
    assert_eq!(
        under(", exclude.affiliate = \"ben\"", json!({ "id": "ben" })),
        ["B t5 ana 1.00", "A excluded_affiliate"]
    );
}

fn charge(id: &str, day: &str) -> Value {
    order(id, day, "1.00", json!({ "subscription": "s" }))
}

#[test]
fn later_charges_have_the_credits_of_the_first() {
    let touches = [click("t1", "1", "ana"), click("t5", "5", "ben")];
    let charges = [charge("C", "20"), charge("B", "6"), charge("A", "2")];
    let each = "attribution = { windows.click = \"2d\", subscriptions = \"each_charge\" }";
    assert_eq!(paid(each, &touches, &charges), ["A t1 ana 1.00", "B t5 ben 1.00", "C outside_window"]);
    let first = "attribution.windows.click = \"2d\"";
    assert_eq!(paid(first, &touches, &charges), ["A t1 ana 1.00", "B t1 ana 1.00", "C t1 ana 1.00"]);
    // Also if the first had none, with the same reason.
    assert_eq!(paid(first, &touches, &[charge("B", "6"), charge("A", "4")]), ["A outside_window", "B outside_window"]);
}

#[test]
fn later_charges_make_no_bond() {
    let attribution = "attribution = { windows.click = \"2d\", bond.lasts = \"4d\" }";
    let touches = [click("t1", "1", "ana")];
    // The bond of A ends on the 6th; B, a later charge, does not make one of its own.
    let orders = [charge("A", "2"), charge("B", "5"), sale("C", "7")];
    assert_eq!(paid(attribution, &touches, &orders), ["A t1 ana 1.00", "B t1 ana 1.00", "C outside_window"]);
}

#[test]
fn assists_are_paid_on_top() {
    let attribution =
        |more: &str| format!("attribution = {{ windows.click = \"9d\", assists = {{ percent = \"10\"{more} }} }}");
    let touches = [click("t1", "1", "ben"), click("t2", "2", "cat"), click("t3", "3", "ben"), click("t4", "4", "ana")];
    let sale = [order("A", "5", "10.10", json!({}))];
    // Each in the order of the last of its touches, by which it is credited.
    let each = ["A t4 ana 10.10", "A t2 cat 1.01", "A t3 ben 1.01"];
    assert_eq!(sorted(paid(&attribution(""), &touches, &sale)), sorted(each.map(str::to_owned).to_vec()));
    let shared = ["A t4 ana 10.10", "A t2 cat 0.51", "A t3 ben 0.50"];
    assert_eq!(
        sorted(paid(&attribution(", to = \"shared\""), &touches, &sale)),
        sorted(shared.map(str::to_owned).to_vec())
    );
}

/// Rules are named after touches here, and stand before credits in the order of targets.
fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[test]
fn assists_are_of_every_class_but_eligible() {
    let attribution = "attribution = { windows = { click = \"9d\", coupon = \"9d\" }, precedence = [[\"coupon\"], [\"click\"]], \
                       except = \"direct\", exclude.channel = \"ppc\", fallback = \"nobody\", deduplicate = \"email\", \
                       assists.percent = \"50\" }";
    let touches = [
        click("t1", "1", "ben"),
        touch("t2", "2", "cat", json!({ "channel": "direct" })),
        touch("t3", "3", "dan", json!({ "channel": "ppc" })),
        touch("t4", "4", "", json!({ "channel": "email" })),
        touch("t5", "5", "ana", json!({ "kind": "coupon" })),
    ];
    assert_eq!(sorted(paid(attribution, &touches, &[sale("A", "6")])), ["A t1 ben 0.50", "A t5 ana 1.00"]);
    // Nobody else is credited, so nobody assists: the house wins.
    assert_eq!(paid(attribution, &touches[..4], &[sale("A", "6")]), ["A deduplicated"]);
}

#[test]
fn bonded_orders_have_no_assists_and_later_charges_those_of_the_first() {
    let attribution = "attribution = { windows.click = \"9d\", bond.lasts = \"life\", assists.percent = \"50\" }";
    let touches = [click("t1", "1", "ben"), click("t2", "2", "ana"), click("t3", "4", "cat")];
    let orders = [charge("A", "3"), sale("B", "5"), charge("C", "6")];
    let expected = ["A t1 ben 0.50", "A t2 ana 1.00", "B t2 ana 1.00", "C t1 ben 0.50", "C t2 ana 1.00"];
    assert_eq!(sorted(settle(attribution, &five(), &touches, &orders)), expected);
}
