//! Attribution.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use super::when::{affiliate_when, touch_when};
use super::{AFFILIATES, CART, CHANNELS, KINDS, maybe, object, share, word};

const WINDOWS: [&str; 10] = ["30d", "30d", "30d", "60d", "10d", "1h", "36h", "1mo", "2w", "90m"];

/// A model with the keys that it needs, and no others.
fn model() -> impl Strategy<Value = Value> {
    let shares =
        (maybe(share(), 0.7), maybe(share(), 0.4), share(), maybe(share(), 0.7), maybe(word(&["all", "others"]), 0.5))
            .prop_map(|(first, middle, last, rest, rest_to)| {
                object(json!({ "first": first, "middle": middle, "last": last, "rest": rest, "rest_to": rest_to }))
            });
    let position = prop_oneof![word(&["u", "j", "inverse_j", "w"]), shares];
    prop_oneof![
        4 => Just(json!({ "model": "last" })),
        3 => Just(json!({ "model": "first" })),
        1 => maybe(word(&["touch", "affiliate"]), 0.7).prop_map(|per| object(json!({ "model": "linear", "per": per }))),
        1 => position.prop_map(|position| json!({ "model": "position", "position": position })),
        1 => word(&["7d", "36h", "5m", "1d"]).prop_map(|half| json!({ "model": "time_decay", "half_life": half })),
        1 => (vec(share(), 0..3), share()).prop_map(|(mut credits, last)| {
            credits.push(last);
            json!({ "model": "custom", "credits": credits })
        }),
    ]
}

fn channels() -> impl Strategy<Value = Value> {
    prop_oneof![word(&CHANNELS), subsequence(CHANNELS.to_vec(), 1..3).prop_map(|channels| json!(channels))]
}

fn touch_exclusion() -> impl Strategy<Value = Value> {
    (maybe(word(&CHANNELS), 0.7), maybe(select(AFFILIATES.to_vec()).prop_map(|id| json!([id])), 0.3))
        .prop_map(|(channel, affiliate)| object(json!({ "channel": channel, "affiliate": affiliate })))
}

fn terms() -> impl Strategy<Value = Value> {
    let window = maybe(word(&WINDOWS), 0.6);
    (
        maybe(touch_when(), 0.6),
        maybe(affiliate_when(), 0.4),
        window,
        maybe(word(&["1h", "2s", "1d"]), 0.2),
        maybe(share(), 0.4),
    )
        .prop_map(|(touch, affiliate, window, minimum_age, last_takes)| {
            object(json!({ "touch": touch, "affiliate": affiliate, "window": window, "minimum_age": minimum_age,
                "last_takes": last_takes }))
        })
}

fn bond() -> impl Strategy<Value = Value> {
    (word(&["life", "10d", "1mo"]), maybe(word(&["always", "without_touch"]), 0.7))
        .prop_map(|(lasts, wins)| object(json!({ "lasts": lasts, "wins": wins })))
}

fn assists() -> impl Strategy<Value = Value> {
    (share(), maybe(word(&["each", "shared"]), 0.7))
        .prop_map(|(percent, to)| object(json!({ "percent": percent, "to": to })))
}

/// The windows of some kinds, and a precedence that ranks all of them or none.
fn kinds() -> impl Strategy<Value = Value> {
    // Clicks always count, or too few orders would be earned to say much about the later stages.
    let kinds = subsequence(KINDS[1..].to_vec(), 0..KINDS.len()).prop_map(|mut kinds| {
        kinds.insert(0, KINDS[0]);
        kinds
    });
    let minimum = maybe(word(&["1h", "2s", "3d"]).prop_map(|age| json!({ "click": age })), 0.15);
    (kinds, vec(select(WINDOWS.to_vec()), KINDS.len()), 0..3_u8, minimum).prop_map(
        |(kinds, windows, ranked, minimum)| {
            let windows: Map<String, Value> =
                kinds.iter().zip(windows).map(|(kind, window)| ((*kind).to_owned(), json!(window))).collect();
            let precedence = match ranked {
                0 => Value::Null,
                1 => kinds.iter().map(|kind| json!([kind])).collect(),
                _ => json!([&kinds[..kinds.len() / 2], &kinds[kinds.len() / 2..]]),
            };
            object(json!({ "windows": windows, "precedence": precedence, "minimum_age": minimum }))
        },
    )
}

fn merged(parts: impl IntoIterator<Item = Value>) -> Value {
    let parts = parts.into_iter().flat_map(|part| part.as_object().cloned().unwrap_or_default());
    Value::Object(parts.collect())
}

/// Attribution; what does not go together is mended with the rest of the program.
pub(super) fn attribution() -> impl Strategy<Value = Value> {
    let ends = (maybe(word(&["open", "closed"]), 0.2), maybe(word(&["open", "closed"]), 0.2));
    let left_out = (maybe(channels(), 0.15), maybe(touch_exclusion(), 0.3), maybe(channels(), 0.5));
    let ways = (
        maybe(word(&["allow", "refuse"]), 0.2),
        maybe(word(&["nobody", "next"]), 0.3),
        maybe(word(&["10d", "1h"]).prop_map(|window| json!({ "kind": CART, "window": window })), 0.2),
        maybe(bond(), 0.2),
        maybe(word(&["each_charge", "first_charge"]), 0.3),
        maybe(assists(), 0.15),
        maybe(Just(json!(true)), 0.3),
        maybe(word(&["smaller_id", "greater_id"]), 0.3),
    );
    (model(), kinds(), ends, left_out, ways, vec(terms(), 0..2)).prop_map(
        |(model, kinds, (near, far), (except, exclude, deduplicate), ways, terms)| {
            let (self_referral, fallback, cart_add, bond, subscriptions, assists, source_stays, ties) = ways;
            let terms = if terms.is_empty() { Value::Null } else { json!(terms) };
            let rest = object(json!({
                "near_end": near, "far_end": far, "except": except, "exclude": exclude, "deduplicate": deduplicate,
                "self_referral": self_referral, "fallback": fallback, "cart_add": cart_add, "bond": bond,
                "subscriptions": subscriptions, "ties": ties, "assists": assists, "source_stays": source_stays, "terms": terms,
            }));
            merged([model, kinds, rest])
        },
    )
}
