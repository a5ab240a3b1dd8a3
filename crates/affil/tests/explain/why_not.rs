//! Why something paid nothing, and what would have paid.

use serde_json::{Value, json};

use super::{facts, order, orders, plan, three, with};

/// What `why_not` says: each finding and its change.
fn why(keys: Value, given: &Value) -> Vec<(String, String)> {
    let told = plan(keys).why_not(&facts(given), "A").unwrap_or_else(|problems| panic!("{problems}"));
    told.findings.into_iter().map(|finding| (finding.text, finding.change.unwrap_or_default())).collect()
}

/// Why a rule with these keys, and no other, does not pay.
fn why_rule(keys: Value, given: &Value) -> (String, String) {
    let rule = with(json!({ "id": "r", "pay": { "percent": "10" } }), keys);
    let mut found = why(json!({ "rules": [rule] }), given);
    assert_eq!(found.len(), 1);
    found.swap_remove(0)
}

fn says(text: &str, change: &str) -> (String, String) {
    (
        format!("rule `r`: {text}"),
        if change.is_empty() { String::new() } else { format!("{change} would have matched") },
    )
}

#[test]
fn conditions_that_fail() {
    let told = |when: Value| why_rule(json!({ "when": when }), &order("40.00"));
    let line = |test: Value| told(json!({ "line": { "amount": test } }));
    assert_eq!(line(json!({ "at_least": "50.00" })), says("the line's amount is 40.00", "an amount of 50.00 or more"));
    assert_eq!(line(json!({ "above": "40.00" })), says("the line's amount is 40.00", "an amount above 40.00"));
    assert_eq!(
        line(json!({ "below": "30.00", "at_least": "5.00" })),
        says("the line's amount is 40.00", "an amount below 30.00")
    );
    assert_eq!(line(json!({ "at_least": "50.00", "below": "50.00" })), says("the line's amount is 40.00", ""));
    assert_eq!(
        told(json!({ "order": { "amount": { "at_most": "39.99" } } })),
        says("the order's amount is 40.00", "an order of 39.99 or less")
    );
    assert_eq!(
        told(json!({ "line": { "quantity": { "at_least": 3 } } })),
        says("the line's quantity is 1", "a quantity of 3 or more")
    );
    assert_eq!(
        told(json!({ "order": { "charge": { "at_most": 3 } } })),
        says("the order belongs to no subscription", "charge 3 or less")
    );
    assert_eq!(
        told(json!({ "order": { "at": { "from": "2026-04-01" } } })),
        says("the order's day is 2026-03-10", "an order from 2026-04-01 on")
    );
    assert_eq!(
        told(json!({ "affiliate": { "joined": { "until": "2026-01-01" } } })),
        says("it is not known when the affiliate joined", "joining before 2026-01-01")
    );
    assert_eq!(told(json!({ "affiliate": { "group": "vip" } })), says("the affiliate is in no group", "group `vip`"));
    assert_eq!(told(json!({ "order": { "currency": "USD" } })), says("currency is `EUR`", "currency `USD`"));
    assert_eq!(told(json!({ "customer": { "new": false } })), says("the customer is new", "a returning customer"));
    assert_eq!(
        told(json!({ "any": [{ "line": { "sku": "a", "category": "b" } }, { "line": { "sku": "c" } }] })),
        says("none of the alternatives holds", "sku `c`")
    );
    assert_eq!(
        told(json!({ "not": { "customer": { "new": true } }, "line": { "sku": "a" } })),
        says("sku is missing and what must not hold does, or cannot be told", "sku `a` and a returning customer")
    );
}

#[test]
fn rules_that_fail_beyond_their_conditions() {
    let flat = json!({ "pay": { "flat": "5.00", "per": "action" } });
    assert_eq!(why_rule(flat, &order("40.00")), says("it pays for actions, and this is a sale", "an action"));
    assert_eq!(
        why_rule(json!({ "from": "2026-04-01", "until": "2026-05-01" }), &order("40.00")),
        says(
            "it pays from 2026-04-01 on and before 2026-05-01, and the order's day is 2026-03-10",
            "an order from 2026-04-01 on"
        )
    );
    assert_eq!(
        why_rule(json!({ "until": "2026-03-10" }), &order("40.00")),
        says("it pays before 2026-03-10, and the order's day is 2026-03-10", "an order before 2026-03-10")
    );
    assert_eq!(
        why_rule(json!({ "from": "2026-04-01", "dated_by": "joined" }), &order("40.00")),
        says("it pays from 2026-04-01 on, and it is not known when the affiliate joined", "joining from 2026-04-01 on")
    );
    assert_eq!(
        why_rule(json!({ "recurring": { "charges": 1 } }), &order("40.00")),
        says("the order belongs to no subscription", "a charge of a subscription")
    );
    let charge =
        |id: &str, at: &str| json!({ "id": id, "at": at, "subscription": "s", "lines": [{ "amount": "40.00" }] });
    let given = orders(&json!([charge("first", "2026-03-10T00:00:00Z"), charge("A", "2026-07-10T00:00:00Z")]));
    assert_eq!(
        why_rule(json!({ "recurring": { "charges": 1 } }), &given),
        says("it pays for 1 charge, and this is charge 2", "`charges = 2` or more")
    );
    // Four months are just not enough: they end when the order came.
    assert_eq!(
        why_rule(json!({ "recurring": { "months": 3 } }), &given),
        says("it pays for 3 months from 2026-03-10 on", "`months = 5` or more")
    );
}

fn change(text: &str, change: &str) -> (String, String) {
    (text.to_owned(), change.to_owned())
}

#[test]
fn commissions_that_caps_took() {
    let monthly = json!({ "caps": [{ "id": "c", "per": "affiliate", "period": "month", "amount": "15.00" }] });
    let given = orders(&json!([
        { "id": "earlier", "at": "2026-03-09T10:00:00Z", "lines": [{ "amount": "150.00" }] },
        { "id": "A", "lines": [{ "amount": "40.00" }] },
    ]));
    assert_eq!(
        why(monthly, &given),
        [change(
            "rule `all`: the cap `c` of 15.00 a month, 15.00 of it used before, leaves 0.00 of 4.00",
            "a cap of 19.00 or more would have left all of it"
        )]
    );
    let order = json!({ "caps": [{ "id": "c", "per": "order", "amount": "5.00" }] });
    let given = orders(&json!([{ "id": "A", "lines": [{ "amount": "50.00" }, { "amount": "20.00" }] }]));
    assert_eq!(
        why(order, &given),
        [change(
            "rule `all`: the cap `c` of 5.00 for an order leaves 0.00 of 2.00",
            "a cap of 7.00 or more would have left all of it"
        )]
    );
}

#[test]
fn touches_that_do_not_count() {
    let attribution = |keys: Value| json!({ "attribution": with(json!({ "windows": { "click": "30d" } }), keys) });
    let given = with(order("40.00"), json!({ "affiliates": [{ "id": "ana", "customers": ["kim"] }] }));
    assert_eq!(
        why(json!({}), &given),
        [change(
            "click t of ana: the affiliate bought for itself",
            "`self_referral = \"allow\"` would have counted it"
        )]
    );
    assert_eq!(
        why(attribution(json!({ "minimum_age": { "click": "10d" } })), &order("40.00")),
        [change(
            "click t of ana came 9 days 10 hours before, and counts from 10 days on",
            "a minimum age of 9 days 10 hours or less would have counted it"
        )]
    );
    let house = json!({ "id": "h", "at": "2026-03-02T00:00:00Z", "customer": "kim", "channel": "seo" });
    let mut given = order("40.00");
    given["touches"].as_array_mut().unwrap().push(house);
    assert_eq!(
        why(attribution(json!({ "deduplicate": "seo" })), &given),
        [
            change(
                "click h of the house came by seo, whose touches are paid to nobody",
                "taking seo out of `deduplicate` would have left it out"
            ),
            change("click t of ana lost to click h of the house", ""),
        ]
    );
    // Until when a touch counts is decided by the first terms that fit it.
    let terms = json!({ "terms": [{ "affiliate": { "id": "ana" }, "window": "1d" }] });
    let told = plan(attribution(terms)).why_not(&facts(&order("40.00")), "A").unwrap();
    assert_eq!(told.findings[0].text, "click t of ana came 9 days 10 hours before, and its window is 1 day");
    assert_eq!(told.findings[0].program.as_deref(), Some("/attribution/terms/0/window"));
}

#[test]
fn findings_name_whom_they_are_about() {
    let keys = json!({ "attribution": { "model": "linear", "windows": { "click": "30d" } },
        "rules": [{ "id": "r", "when": { "affiliate": { "id": ["ana", "cyd"] } }, "pay": { "percent": "10" } }] });
    let told = plan(keys).why_not(&facts(&three()), "A").unwrap();
    assert_eq!(told.affiliate.as_deref(), Some("ana, bob, cyd"));
    let found: Vec<(Option<&str>, &str)> =
        told.findings.iter().map(|finding| (finding.affiliate.as_deref(), finding.text.as_str())).collect();
    assert_eq!(found, [(Some("bob"), "rule `r`: affiliate is `bob`")]);
}

#[test]
fn later_charges_have_the_credits_of_the_first() {
    let charge =
        |id: &str, at: &str| json!({ "id": id, "at": at, "subscription": "s", "lines": [{ "amount": "40.00" }] });
    let given = orders(&json!([charge("first", "2026-02-10T00:00:00Z"), charge("A", "2026-03-10T00:00:00Z")]));
    assert_eq!(
        why(json!({}), &given),
        [change(
            "first charge first: customer kim had no touch at or before 2026-02-10T00:00:00Z",
            "1 of their touches came later"
        )]
    );
}
