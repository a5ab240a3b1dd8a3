//! Ladders, caps and bonuses.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::when::affiliate_when;
use super::{amount, cents, dates, maybe, money, object, percent, rule_ids, word};

const PERIODS: [&str; 5] = ["day", "week", "month", "quarter", "year"];

/// A threshold above zero.
fn above_zero(metric: &Value, index: i64, cents: i64) -> Value {
    let text = threshold(metric, index, cents);
    let zero = text.as_str().is_some_and(|text| text.bytes().all(|byte| byte == b'0' || byte == b'.'));
    if zero { json!("1") } else { text }
}

/// Thresholds in the unit of the metric.
fn threshold(metric: &Value, index: i64, cents: i64) -> Value {
    match metric.as_str() {
        Some("orders" | "units" | "new_customers" | "active_customers") => json!((index * 2 + cents % 2).to_string()),
        Some("commission") => money(cents / 20),
        _ => money(cents),
    }
}

fn metric() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => Just(Value::Null),
        4 => word(&["net_sales", "orders", "units", "new_customers", "active_customers", "commission"]),
    ]
}

fn effect() -> impl Strategy<Value = Value> {
    prop_oneof![
        percent().prop_map(|percent| json!({ "percent": percent })),
        percent().prop_map(|add| json!({ "add": add })),
        select(vec!["0", "1", "2", "10", "1.1"]).prop_map(|multiply| json!({ "multiply": multiply })),
    ]
}

pub(super) fn tier() -> impl Strategy<Value = Value> {
    let factors = || select(vec!["0", "1.1", "2"]).prop_map(|multiply| json!({ "multiply": multiply }));
    let step =
        |effect: BoxedStrategy<Value>| prop::collection::btree_map(cents(), (effect, prop::bool::weighted(0.2)), 1..4);
    // Flat amounts can only be multiplied.
    let steps = prop_oneof![1 => step(effect().boxed()), 1 => step(factors().boxed())];
    let scope = (
        maybe(prop_oneof![word(&PERIODS), word(&["order", "lifetime"])], 0.4),
        maybe(word(&["10d", "1mo", "30d"]), 0.15),
        maybe(word(&["one_step", "never", "to_bottom"]), 0.3),
    );
    let whom = (maybe(affiliate_when(), 0.3), rule_ids(0.3), rule_ids(0.2), dates(0.15));
    let mode = select(vec!["marginal", "marginal", "whole", "forward", "interpolated", "interpolated"]);
    (steps, mode, metric(), scope, whom).prop_map(|(steps, mode, metric, (period, rolling, demotion), whom)| {
        let (when, rules, counts, (from, until)) = whom;
        let metric = if mode == "marginal" { Value::Null } else { metric };
        let lifts = matches!(mode, "marginal" | "forward");
        let mut rising: Vec<Value> = Vec::new();
        for (cents, (mut effect, retroactive)) in steps {
            effect["from"] = threshold(&metric, rising.len().try_into().unwrap(), cents);
            if retroactive && lifts {
                effect["retroactive"] = json!(true);
            }
            if let Some(last) = rising.last_mut().filter(|_| cents % 3 == 0) {
                last["to"] = effect["from"].clone();
            }
            rising.push(effect);
        }
        object(json!({ "mode": mode, "steps": rising, "metric": metric, "period": period, "rolling": rolling,
            "demotion": demotion, "when": when, "rules": rules, "counts": counts, "from": from, "until": until }))
    })
}

pub(super) fn cap() -> impl Strategy<Value = Value> {
    let share = maybe(word(&["in_order", "largest", "first", "cumulative"]), 0.5);
    let per = select(vec!["order", "order", "customer", "affiliate", "rule", "program"]);
    let period = maybe(prop_oneof![word(&PERIODS), word(&["lifetime"])], 0.5);
    let attribute = maybe(Just(json!("limit")), 0.3);
    (0_i64..60_000, per, period, share, attribute, rule_ids(0.2), maybe(affiliate_when(), 0.2), dates(0.1)).prop_map(
        |(cap, per, period, share, attribute, rules, when, (from, until))| {
            let share = if per == "order" && period.is_null() { share } else { Value::Null };
            let attribute = if matches!(per, "rule" | "program") { Value::Null } else { attribute };
            object(json!({ "per": per, "amount": money(cap), "period": period, "share": share, "attribute": attribute,
                "rules": rules, "when": when, "from": from, "until": until }))
        },
    )
}

/// A bonus with the keys that its kind needs, and no others.
pub(super) fn bonus() -> impl Strategy<Value = Value> {
    let period = prop_oneof![3 => word(&PERIODS), 1 => Just(json!("lifetime"))];
    let counted = (metric(), period, cents(), rule_ids(0.2), dates(0.2));
    let counting = prop_oneof![
        prop::collection::btree_map(cents(), amount(), 1..4)
            .prop_map(|steps| json!({ "kind": "milestone", "steps": steps })),
        (amount(), maybe(amount(), 0.4))
            .prop_map(|(pays, ceiling)| { object(json!({ "kind": "every", "amount": pays, "ceiling": ceiling })) }),
        (amount(), 1..4_u32).prop_map(|(pays, times)| json!({ "kind": "streak", "amount": pays, "times": times })),
        (prop::collection::vec(amount(), 1..4), word(&["earlier", "share"]))
            .prop_map(|(prizes, tie)| json!({ "kind": "contest", "prizes": prizes, "tie": tie })),
    ];
    let counting = (counting, counted).prop_map(|(mut bonus, (metric, period, cents, counts, (from, until)))| {
        match bonus["kind"].as_str() {
            Some("milestone") => {
                let steps = bonus["steps"].as_object().cloned().unwrap_or_default();
                let mut cents: Vec<(i64, Value)> =
                    steps.into_iter().map(|(cents, amount)| (cents.parse().unwrap_or_default(), amount)).collect();
                cents.sort_by_key(|(cents, _)| *cents);
                let step = |(index, (cents, amount)): (usize, &(i64, Value))| {
                    json!({ "from": above_zero(&metric, index.try_into().unwrap(), *cents), "amount": amount })
                };
                bonus["steps"] = cents.iter().enumerate().map(step).collect();
            }
            Some("every") => bonus["every"] = above_zero(&metric, 0, cents.max(1_000) / 5 * 5 + 2),
            Some("streak") => bonus["reach"] = above_zero(&metric, 1, cents / 10),
            _ => {}
        }
        for (key, value) in
            [("metric", metric), ("period", period), ("counts", counts), ("from", from), ("until", until)]
        {
            bonus[key] = value;
        }
        object(bonus)
    });
    let day = || word(&["2026-02-01", "2026-03-01", "2026-03-10", "2026-04-01"]);
    let epc_amount = word(&["0.035", "1.00", "0.5", "25.125"]);
    let kinds = prop_oneof![word(&["click"]), Just(json!(["click", "view"]))];
    let other = prop_oneof![
        (epc_amount, kinds, word(&PERIODS)).prop_map(|(amount, kinds, period)| {
            json!({ "kind": "epc", "amount": amount, "kinds": kinds, "period": period })
        }),
        (amount(), day()).prop_map(|(amount, on)| json!({ "kind": "placement", "amount": amount, "on": on })),
        (amount(), day(), word(&["month", "month", "week", "quarter", "year"])).prop_map(|(amount, from, period)| {
            json!({ "kind": "retainer", "amount": amount, "from": from, "period": period })
        }),
        (
            amount(),
            day(),
            maybe(word(&["non_recoverable", "recoverable"]), 0.6),
            maybe(word(&["quarter", "month"]), 0.2)
        )
            .prop_map(|(amount, from, draw, forgive)| {
                object(json!({ "kind": "draw", "amount": amount, "from": from, "draw": draw, "forgive": forgive }))
            }),
    ];
    (prop_oneof![3 => counting, 2 => other], maybe(affiliate_when(), 0.3)).prop_map(|(mut bonus, when)| {
        bonus["when"] = when;
        object(bonus)
    })
}
