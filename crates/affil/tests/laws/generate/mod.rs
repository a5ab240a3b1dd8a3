//! Programs and facts that reach every feature, and like to sit on edges.

mod attribution;
mod facts;
mod incentive;
mod lifecycle;
mod payout;
mod program;
mod when;

use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(crate) use facts::facts;
pub(crate) use program::program;

/// 2026-02-20T00:00:00Z, so that month ends, a leap-free February and a DST change lie inside.
pub(crate) const START: i64 = 1_771_545_600_000_000;
const DAY: i64 = 86_400_000_000;

const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"];
const CATEGORIES: [&str; 3] = ["shoes", "books", "gift"];
const CHANNELS: [&str; 4] = ["blog", "brand_ppc", "email", "seo"];
const KINDS: [&str; 4] = ["click", "view", "coupon", "call"];
/// The event that keeps a touch alive, where a program declares one.
const CART: &str = "cart";
pub(crate) const AFFILIATES: [&str; 5] = ["ana", "bob", "cy", "dee", "eve"];
const GROUPS: [&str; 2] = ["vip", "new"];
const COUNTRIES: [&str; 3] = ["DE", "FR", "US"];
/// Days from a month before the first fact to after the last.
const DATES: [&str; 7] =
    ["2026-02-01", "2026-03-01", "2026-03-10", "2026-03-29", "2026-04-01", "2026-04-20", "2026-06-01"];

/// An object without the members that are null.
fn object(members: Value) -> Value {
    let Value::Object(members) = members else { return members };
    Value::Object(members.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

fn maybe(strategy: impl Strategy<Value = Value>, weight: f64) -> impl Strategy<Value = Value> {
    weighted(weight, strategy).prop_map(|value| value.unwrap_or(Value::Null))
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Value> {
    select(words).prop_map(Value::from)
}

/// Amounts in cents: small ones for ties of rounding, round ones for thresholds, any others.
fn cents() -> impl Strategy<Value = i64> {
    prop_oneof![0_i64..60, select(vec![5_000, 10_000, 20_000, 100_000]), 0_i64..250_000]
}

pub(crate) fn money(cents: i64) -> Value {
    let sign = if cents < 0 { "-" } else { "" };
    json!(format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100))
}

fn amount() -> impl Strategy<Value = Value> {
    cents().prop_map(money)
}

/// Percentages with remainders in all places.
fn percent() -> impl Strategy<Value = Value> {
    prop_oneof![
        select(vec!["0", "5", "7.5", "10", "12.5", "33.3333333333", "0.0000000001", "100", "250"])
            .prop_map(Value::from),
        (0_u32..4000).prop_map(|n| json!(format!("{}.{:02}", n / 100, n % 100))),
    ]
}

fn share() -> impl Strategy<Value = Value> {
    word(&["10", "20", "30", "33.3", "40", "60", "100", "0.5"])
}

/// `from` and `until`, the first before the second.
fn dates(weight: f64) -> impl Strategy<Value = (Value, Value)> {
    (weighted(weight, (0..DATES.len(), any::<bool>())), weighted(weight, (0..DATES.len(), any::<bool>()))).prop_map(
        |(from, until)| {
            let from = from.map(|(from, _)| from);
            let until = until.map(|(until, _)| until).filter(|until| from.is_none_or(|from| from < *until));
            let date = |index: Option<usize>| index.map_or(Value::Null, |index| json!(DATES[index]));
            (date(from), date(until))
        },
    )
}

/// Some of the ids `r0`, `r1`, `r2`; programs without one of them are mended.
fn rule_ids(weight: f64) -> impl Strategy<Value = Value> {
    maybe(prop::sample::subsequence(vec!["r0", "r1", "r2"], 1..=3).prop_map(|ids| json!(ids)), weight)
}

fn named(items: Vec<Value>, prefix: &str) -> Value {
    let name = |(index, mut item): (usize, Value)| {
        item["id"] = json!(format!("{prefix}{index}"));
        item
    };
    Value::Array(items.into_iter().enumerate().map(name).collect())
}

pub(crate) fn instant(micros: i64) -> Value {
    json!(affil::time::Instant::from_micros(micros).unwrap().to_string())
}
