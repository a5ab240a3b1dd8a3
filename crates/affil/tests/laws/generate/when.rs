//! Conditions.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::{AFFILIATES, CATEGORIES, CHANNELS, COUNTRIES, GROUPS, KINDS, amount, dates, maybe, object};

pub(super) fn text_test(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
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
    (maybe(amount(), 0.4), maybe(amount(), 0.2), maybe(amount(), 0.2), maybe(amount(), 0.2)).prop_map(
        |(at_least, above, below, at_most)| {
            object(json!({ "at_least": at_least, "above": above, "below": below, "at_most": at_most }))
        },
    )
}

fn count_test() -> impl Strategy<Value = Value> {
    (maybe((0..4_u32).prop_map(Value::from), 0.6), maybe((0..6_u32).prop_map(Value::from), 0.4))
        .prop_map(|(at_least, at_most)| object(json!({ "at_least": at_least, "at_most": at_most })))
}

fn date_test() -> impl Strategy<Value = Value> {
    dates(0.6).prop_map(|(from, until)| object(json!({ "from": from, "until": until })))
}

pub(super) fn affiliate_when() -> impl Strategy<Value = Value> {
    let attributes = text_test(&["gold", "silver"]).prop_map(|level| json!({ "level": level }));
    (
        maybe(text_test(&AFFILIATES), 0.3),
        maybe(text_test(&GROUPS), 0.4),
        maybe(date_test(), 0.15),
        maybe(attributes, 0.15),
    )
        .prop_map(|(id, group, joined, attributes)| {
            object(json!({ "id": id, "group": group, "joined": joined, "attributes": attributes }))
        })
}

pub(super) fn touch_when() -> impl Strategy<Value = Value> {
    let attributes = text_test(&["a", "b"]).prop_map(|sub| json!({ "sub": sub }));
    (maybe(text_test(&KINDS), 0.3), maybe(text_test(&CHANNELS), 0.4), maybe(attributes, 0.2)).prop_map(
        |(kind, channel, attributes)| object(json!({ "kind": kind, "channel": channel, "attributes": attributes })),
    )
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => text_test(&CATEGORIES).prop_map(|test| json!({ "line": { "category": test } })),
        1 => text_test(&["s1", "s2"]).prop_map(|test| json!({ "line": { "sku": test } })),
        1 => amount_test().prop_map(|test| json!({ "line": { "amount": test } })),
        1 => count_test().prop_map(|test| json!({ "line": { "quantity": test } })),
        1 => text_test(&["red", "blue"]).prop_map(|test| json!({ "line": { "attributes": { "colour": test } } })),
        1 => text_test(&["xmas"]).prop_map(|test| json!({ "order": { "attributes": { "season": test } } })),
        2 => text_test(&COUNTRIES).prop_map(|test| json!({ "order": { "country": test } })),
        1 => amount_test().prop_map(|test| json!({ "order": { "amount": test } })),
        1 => text_test(&["EUR", "USD"]).prop_map(|test| json!({ "order": { "currency": test } })),
        1 => text_test(&["lead"]).prop_map(|test| json!({ "order": { "action": test } })),
        1 => count_test().prop_map(|test| json!({ "order": { "charge": test } })),
        1 => date_test().prop_map(|test| json!({ "order": { "at": test } })),
        2 => any::<bool>().prop_map(|new| json!({ "customer": { "new": new } })),
        1 => text_test(&["c0", "c1"]).prop_map(|test| json!({ "customer": { "id": test } })),
        2 => affiliate_when().prop_map(|when| json!({ "affiliate": when })),
        2 => touch_when().prop_map(|when| json!({ "touch": when })),
        1 => Just(json!({})),
    ]
}

pub(super) fn when() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|all| json!({ "all": all })),
            vec(inner.clone(), 0..3).prop_map(|any| json!({ "any": any })),
            inner.prop_map(|not| json!({ "not": not })),
        ]
    })
}
