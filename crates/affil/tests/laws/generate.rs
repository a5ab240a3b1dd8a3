//! Programs and facts that reach every feature, and like to sit on edges.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// 2026-02-20T00:00:00Z, so that month ends, a leap-free February and a DST change lie inside.
const START: i64 = 1_771_545_600_000_000;
const DAY: i64 = 86_400_000_000;

const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"];
const CATEGORIES: [&str; 3] = ["shoes", "books", "gift"];
const CHANNELS: [&str; 3] = ["blog", "brand_ppc", "email"];
const KINDS: [&str; 4] = ["click", "view", "coupon", "call"];
const AFFILIATES: [&str; 4] = ["ana", "bob", "cy", "dee"];
const GROUPS: [&str; 2] = ["vip", "new"];
const COUNTRIES: [&str; 3] = ["DE", "FR", "US"];

/// An object without the members that are null.
fn object(members: Value) -> Value {
    let Value::Object(members) = members else { return members };
    Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

fn maybe(strategy: impl Strategy<Value = Value>, weight: f64) -> impl Strategy<Value = Value> {
    weighted(weight, strategy).prop_map(|value| value.unwrap_or(Value::Null))
}

/// Amounts in cents: small ones for ties of rounding, round ones for thresholds, any others.
fn cents() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..60, select(vec![5_000, 10_000, 20_000, 100_000]), 0_i64..250_000]
}

pub(crate) fn money(cents: i64) -> Value {
    let sign = if cents < 0 { "-" } else { "" };
    json!(format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100))
}

/// Percentages with remainders in all places.
fn percent() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec!["0", "5", "7.5", "10", "12.5", "33.3333333333", "0.0000000001", "100", "250"])
            .prop_map(Value::from),
        (0_u32..4000).prop_map(|n| json!(format!("{}.{:02}", n / 100, n % 100))),
    ]
}

fn text_test(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let list = subsequence(values.to_vec(), 0..=values.len());
    prop_oneof![
        3 => select(values.to_vec()).prop_map(Value::from),
        2 => list.clone().prop_map(|list| json!(list)),
        2 => list.prop_map(|list| json!({ "is_not": list })),
        1 => select(values.to_vec()).prop_map(|value| json!({ "is_not": value })),
        1 => Just(json!("a text no fact mentions")),
    ]
}

fn amount_test() -> impl Strategy<Value = Value> {
    (maybe(cents().prop_map(money), 0.4), maybe(cents().prop_map(money), 0.2), maybe(cents().prop_map(money), 0.3))
        .prop_map(|(at_least, above, below)| object(json!({ "at_least": at_least, "above": above, "below": below })))
}

fn affiliate_when() -> impl Strategy<Value = Value> {
    (maybe(text_test(&AFFILIATES), 0.3), maybe(text_test(&GROUPS), 0.5))
        .prop_map(|(id, group)| object(json!({ "id": id, "group": group })))
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text_test(&CATEGORIES).prop_map(|test| json!({ "line": { "category": test } })),
        1 => text_test(&["s1", "s2"]).prop_map(|test| json!({ "line": { "sku": test } })),
        1 => amount_test().prop_map(|test| json!({ "line": { "amount": test } })),
        1 => text_test(&["red", "blue"]).prop_map(|test| json!({ "line": { "attributes": { "colour": test } } })),
        1 => text_test(&["xmas"]).prop_map(|test| json!({ "order": { "attributes": { "season": test } } })),
        2 => text_test(&COUNTRIES).prop_map(|test| json!({ "order": { "country": test } })),
        1 => amount_test().prop_map(|test| json!({ "order": { "amount": test } })),
        2 => any::<bool>().prop_map(|new| json!({ "customer": { "new": new } })),
        1 => text_test(&["c0", "c1"]).prop_map(|test| json!({ "customer": { "id": test } })),
        2 => affiliate_when().prop_map(|when| json!({ "affiliate": when })),
        1 => text_test(&CHANNELS).prop_map(|test| json!({ "touch": { "channel": test } })),
        1 => text_test(&KINDS).prop_map(|test| json!({ "touch": { "kind": test } })),
        1 => Just(json!({})),
    ]
}

fn when() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|all| json!({ "all": all })),
            vec(inner.clone(), 0..3).prop_map(|any| json!({ "any": any })),
            inner.prop_map(|not| json!({ "not": not })),
        ]
    })
}

fn pay() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => percent().prop_map(|percent| json!({ "percent": percent })),
        2 => (cents(), select(vec!["line", "order", "unit"])).prop_map(|(flat, per)| json!({ "flat": money(flat), "per": per })),
    ]
}

fn tier() -> impl Strategy<Value = Value> {
    let effect = prop_oneof![
        percent().prop_map(|percent| json!({ "percent": percent })),
        percent().prop_map(|add| json!({ "add": add })),
        select(vec!["0", "1", "2", "10"]).prop_map(|multiply| json!({ "multiply": multiply })),
    ];
    let steps = prop::collection::btree_map(cents(), effect, 1..4).prop_map(|steps| {
        let step = |(from, mut effect): (i64, Value)| {
            effect["from"] = money(from);
            effect
        };
        Value::Array(steps.into_iter().map(step).collect())
    });
    (steps, select(vec!["marginal", "whole"]), maybe(affiliate_when(), 0.4))
        .prop_map(|(steps, mode, when)| object(json!({ "mode": mode, "steps": steps, "when": when })))
}

/// Windows, and a precedence that ranks all of them or none.
fn attribution() -> impl Strategy<Value = Value> {
    let window = select(vec!["30d", "30d", "10d", "1h", "36h", "1mo", "2w", "90m"]);
    // Clicks always count, or too few orders would be earned to say much about the later stages.
    let kinds = subsequence(KINDS[1..].to_vec(), 0..KINDS.len()).prop_map(|mut kinds| {
        kinds.insert(0, KINDS[0]);
        kinds
    });
    (kinds, vec(window, KINDS.len()), 0..3_u8, select(vec!["first", "last"]), maybe(touch_exclusion(), 0.3)).prop_map(
        |(kinds, windows, ranked, model, exclude)| {
            let windows: Map<String, Value> =
                kinds.iter().zip(windows).map(|(kind, window)| ((*kind).to_owned(), json!(window))).collect();
            let precedence = match ranked {
                0 => Value::Null,
                1 => kinds.iter().map(|kind| json!([kind])).collect(),
                _ => json!([&kinds[..kinds.len() / 2], &kinds[kinds.len() / 2..]]),
            };
            object(json!({ "model": model, "windows": windows, "precedence": precedence, "exclude": exclude }))
        },
    )
}

fn touch_exclusion() -> impl Strategy<Value = Value> {
    (
        maybe(select(CHANNELS.to_vec()).prop_map(Value::from), 0.7),
        maybe(select(AFFILIATES.to_vec()).prop_map(|id| json!([id])), 0.3),
    )
        .prop_map(|(channel, affiliate)| object(json!({ "channel": channel, "affiliate": affiliate })))
}

fn named(items: Vec<Value>, prefix: &str) -> Value {
    let name = |(index, mut item): (usize, Value)| {
        item["id"] = json!(format!("{prefix}{index}"));
        item
    };
    Value::Array(items.into_iter().enumerate().map(name).collect())
}

/// A program that compiles.
pub(crate) fn program() -> impl Strategy<Value = Value> {
    let rule = (maybe(when(), 0.7), pay(), prop::bool::weighted(0.25))
        .prop_map(|(when, pay, on_top)| object(json!({ "when": when, "pay": pay, "on_top": on_top })));
    let cap = (0_i64..60_000, select(vec!["in_order", "largest", "first", "cumulative"]))
        .prop_map(|(cap, share)| json!({ "per": "order", "amount": money(cap), "share": share }));
    let head = (select(ZONES.to_vec()), attribution(), select(vec!["first", "best", "most_specific", "stack"]));
    let round = (select(vec!["line", "order", "statement"]), select(vec!["half_even", "half_up", "down", "up"]));
    let refunds = (select(vec!["none", "sale_period", "refund_period"]), select(vec!["refuse", "cap"]));
    let exclude = vec(when().prop_map(|when| json!({ "when": when })), 0..2);
    (head, round, refunds, exclude, vec(rule, 1..4), vec(tier(), 0..3), vec(cap, 0..3)).prop_map(
        |((zone, attribution, conflict), (at, mode), (tiers, excess), exclude, rules, ladders, caps)| {
            json!({
                "schema": "affil/1", "currency": "EUR", "zone": zone, "attribution": attribution,
                "conflict": conflict, "round": { "at": at, "mode": mode },
                "refunds": { "tiers": tiers, "excess": excess },
                "exclude": named(exclude, "x"), "rules": named(rules, "r"), "tiers": named(ladders, "t"), "caps": named(caps, "c"),
            })
        },
    )
}

pub(crate) fn instant(micros: i64) -> Value {
    json!(affil::time::Instant::from_micros(micros).unwrap().to_string())
}

/// Instants within seventy days; many on whole days, some a microsecond beside.
fn at() -> impl Strategy<Value = i64> {
    prop_oneof![
        2 => (0..70_i64, -1..=1_i64).prop_map(|(day, beside)| START + day * DAY + beside),
        1 => (0..70_i64 * 24, 0..60_i64).prop_map(|(hour, minute)| START + (hour * 60 + minute) * 60_000_000),
    ]
}

fn affiliates() -> impl Strategy<Value = Vec<Value>> {
    vec((subsequence(GROUPS.to_vec(), 0..=2), prop::bool::weighted(0.85)), AFFILIATES.len()).prop_map(|states| {
        let affiliate = |(id, (groups, active)): (&&str, _)| json!({ "id": id, "groups": groups, "active": active });
        AFFILIATES.iter().zip(states).map(affiliate).collect()
    })
}

fn customer() -> impl Strategy<Value = String> {
    select(vec!["c0", "c0", "c1", "c1", "c2"]).prop_map(str::to_owned)
}

fn touches() -> impl Strategy<Value = Vec<Value>> {
    let kind = prop_oneof![1 => Just(KINDS[0]), 1 => select(KINDS.to_vec())];
    let touch = (at(), customer(), select(AFFILIATES.to_vec()), kind,
        maybe(select(CHANNELS.to_vec()).prop_map(Value::from), 0.5), maybe((0..6_u8).prop_map(|n| json!(format!("o{n}"))), 0.15))
        .prop_map(|(at, customer, affiliate, kind, channel, order)| {
            object(json!({ "at": instant(at), "customer": customer, "affiliate": affiliate, "kind": kind, "channel": channel, "order": order }))
        });
    vec(touch, 2..16).prop_map(|touches| named(touches, "t").as_array().unwrap().clone())
}

fn line() -> impl Strategy<Value = Value> {
    (cents(), 0..4_u32, maybe(select(CATEGORIES.to_vec()).prop_map(Value::from), 0.8),
        maybe(select(vec!["s1", "s2"]).prop_map(Value::from), 0.4),
        maybe(select(vec!["red", "blue"]).prop_map(|colour| json!({ "colour": colour })), 0.4))
        .prop_map(|(amount, quantity, category, sku, attributes)| {
            object(json!({ "amount": money(amount), "quantity": quantity, "category": category, "sku": sku, "attributes": attributes }))
        })
}

fn orders() -> impl Strategy<Value = Vec<Value>> {
    let order = (
        at(),
        customer(),
        maybe(select(COUNTRIES.to_vec()).prop_map(Value::from), 0.7),
        maybe(any::<bool>().prop_map(Value::from), 0.2),
        maybe(Just(json!({ "season": "xmas" })), 0.2),
        vec(line(), 1..4),
    )
        .prop_map(|(at, customer, country, new_customer, attributes, lines)| {
            object(json!({ "at": instant(at), "customer": customer, "country": country, "new_customer": new_customer,
                "attributes": attributes, "lines": lines }))
        });
    vec(order, 1..7).prop_map(|orders| named(orders, "o").as_array().unwrap().clone())
}

/// Refunds of real orders: full, of a whole line, or of a part that may be too much.
fn refunds(orders: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    if orders.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let refund = (any::<prop::sample::Index>(), 0..40_i64, any::<prop::sample::Index>(), 0..5_u8, 0..100_i64).prop_map(
        move |(order, days, line, kind, share)| {
            let order = order.get(&orders);
            let lines = order["lines"].as_array().unwrap();
            let line = line.index(lines.len());
            let cents: i64 = lines[line]["amount"].as_str().unwrap().replace('.', "").parse().unwrap();
            let at = affil::time::Instant::parse(order["at"].as_str().unwrap()).unwrap().micros() + days * DAY;
            let (line, amount) = match kind {
                0 => (Value::Null, Value::Null),
                1 => (json!((line + 1).to_string()), Value::Null),
                _ => (json!((line + 1).to_string()), money(cents * share / 90)),
            };
            object(json!({ "at": instant(at), "order": order["id"], "line": line, "amount": amount }))
        },
    );
    vec(refund, 0..5).prop_map(|refunds| named(refunds, "f").as_array().unwrap().clone()).boxed()
}

/// Facts that mostly settle.
pub(crate) fn facts() -> impl Strategy<Value = Value> {
    let adjustment = (at(), select(AFFILIATES.to_vec()), -5_000..5_000_i64).prop_map(
        |(at, affiliate, amount)| json!({ "at": instant(at), "affiliate": affiliate, "amount": money(amount), "reason": "by hand" }),
    );
    (affiliates(), touches(), orders(), vec(adjustment, 0..3)).prop_flat_map(
        |(affiliates, touches, orders, adjustments)| {
            (Just((affiliates, touches, orders.clone(), adjustments)), refunds(orders)).prop_map(
                |((affiliates, touches, orders, adjustments), refunds)| {
                    json!({ "affiliates": affiliates, "touches": touches, "orders": orders, "refunds": refunds,
                    "adjustments": named(adjustments, "a") })
                },
            )
        },
    )
}
