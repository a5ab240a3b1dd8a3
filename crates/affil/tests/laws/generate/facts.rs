//! Facts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::lifecycle::reviews;
use super::payout::payouts;
use super::{
    AFFILIATES, CART, CATEGORIES, CHANNELS, COUNTRIES, DAY, GROUPS, KINDS, START, cents, instant, maybe, money, named,
    object, word,
};

/// Instants within seventy days; many on whole days, some a microsecond beside.
fn at() -> impl Strategy<Value = i64> {
    prop_oneof![
        2 => (0..70_i64, -1..=1_i64).prop_map(|(day, beside)| START + day * DAY + beside),
        1 => (0..70_i64 * 24, 0..60_i64).prop_map(|(hour, minute)| START + (hour * 60 + minute) * 60_000_000),
    ]
}

fn affiliates() -> impl Strategy<Value = Vec<Value>> {
    let joined = maybe((-100..60_i64).prop_map(|day| instant(START + day * DAY)), 0.4);
    let attributes = maybe(
        (maybe(word(&["gold", "silver"]), 0.6), maybe((0..40_000_i64).prop_map(money), 0.6))
            .prop_map(|(level, limit)| object(json!({ "level": level, "limit": limit }))),
        0.4,
    );
    let customers = subsequence(vec!["c0", "c1"], 0..2);
    let state = (
        subsequence(GROUPS.to_vec(), 0..=2),
        prop::bool::weighted(0.85),
        joined,
        attributes,
        prop_oneof![5 => Just(Vec::new()), 1 => customers],
        prop::option::weighted(0.5, any::<prop::sample::Index>()),
    );
    vec(state, AFFILIATES.len()).prop_map(|states| {
        let affiliate = |(place, (groups, active, joined, attributes, customers, recruiter)): (usize, _)| {
            // Recruiters stand later in the list, so that no circle arises.
            let recruiter: Option<prop::sample::Index> = recruiter;
            let above = &AFFILIATES[place + 1..];
            let recruiter = recruiter.filter(|_| !above.is_empty()).map(|index| *index.get(above));
            object(json!({ "id": AFFILIATES[place], "groups": groups, "active": active, "joined": joined,
                "attributes": attributes, "customers": customers, "recruiter": recruiter }))
        };
        states.into_iter().enumerate().map(affiliate).collect()
    })
}

fn customer() -> impl Strategy<Value = String> {
    select(vec!["c0", "c0", "c1", "c1", "c2"]).prop_map(str::to_owned)
}

fn touches() -> impl Strategy<Value = Vec<Value>> {
    let kind = prop_oneof![2 => Just(KINDS[0]), 1 => select(KINDS.to_vec())];
    let own = (select(AFFILIATES[..4].to_vec()), kind).prop_map(|(affiliate, kind)| (Some(affiliate), kind));
    let house = prop_oneof![1 => Just((None, CART)), 2 => select(KINDS.to_vec()).prop_map(|kind| (None, kind))];
    let whose = prop_oneof![4 => own, 1 => house];
    let attributes = maybe(word(&["a", "b"]).prop_map(|sub| json!({ "sub": sub })), 0.3);
    let order = maybe((0..6_u8).prop_map(|n| json!(format!("o{n}"))), 0.12);
    let touch = (at(), customer(), whose, maybe(word(&CHANNELS), 0.5), order, attributes).prop_map(
        |(at, customer, (affiliate, kind), channel, order, attributes)| {
            object(json!({ "at": instant(at), "customer": customer, "affiliate": affiliate, "kind": kind,
                "channel": channel, "order": order, "attributes": attributes }))
        },
    );
    vec(touch, 4..22).prop_map(|touches| named(touches, "t").as_array().unwrap().clone())
}

fn line() -> impl Strategy<Value = Value> {
    let parts = (
        prop::option::weighted(0.25, 0..30_i64),
        prop::option::weighted(0.3, 0..30_i64),
        prop::option::weighted(0.2, 0..20_i64),
        prop::option::weighted(0.94, 0..110_i64),
    );
    let texts = (
        maybe(word(&CATEGORIES), 0.8),
        maybe(word(&["s1", "s2"]), 0.4),
        maybe(select(vec!["red", "blue"]).prop_map(|colour| json!({ "colour": colour })), 0.4),
    );
    (cents(), prop::bool::weighted(0.07), 0..4_u32, texts, parts).prop_map(
        |(cents, back, quantity, (category, sku, attributes), (discount, tax, shipping, cost))| {
            let cents = if back { -cents } else { cents };
            let part = |percent: Option<i64>| percent.map_or(Value::Null, |percent| money(cents * percent / 100));
            object(json!({ "amount": money(cents), "quantity": quantity, "category": category, "sku": sku,
                "attributes": attributes, "discount": part(discount), "tax": part(tax), "shipping": part(shipping),
                "cost": part(cost) }))
        },
    )
}

fn orders(foreign: bool) -> impl Strategy<Value = Vec<Value>> {
    let kind = prop_oneof![
        8 => vec(line(), 1..4).prop_map(|lines| (Value::Null, lines)),
        1 => word(&["lead", "signup"]).prop_map(|action| (action, Vec::new())),
    ];
    let currency = maybe(word(&["USD", "EUR"]), if foreign { 0.5 } else { 0.001 });
    let order = (
        at(),
        customer(),
        maybe(word(&COUNTRIES), 0.7),
        maybe(any::<bool>().prop_map(Value::from), 0.2),
        maybe(Just(json!({ "season": "xmas" })), 0.2),
        kind,
        currency,
        maybe(word(&["s0", "s1"]), 0.3),
    )
        .prop_map(|(at, customer, country, new_customer, attributes, (action, lines), currency, subscription)| {
            object(json!({ "at": instant(at), "customer": customer, "country": country, "new_customer": new_customer,
                "attributes": attributes, "action": action, "currency": currency, "subscription": subscription,
                "lines": lines }))
        });
    vec(order, 1..7).prop_map(|orders| named(orders, "o").as_array().unwrap().clone())
}

/// Refunds of real orders: full, of a whole line, or of a part that may be too much.
fn refunds(orders: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    let refund = (any::<prop::sample::Index>(), 0..40_i64, any::<prop::sample::Index>(), 0..5_u8, 0..100_i64).prop_map(
        move |(order, days, line, kind, share)| {
            let order = order.get(&orders);
            let lines = order["lines"].as_array().unwrap();
            let at = affil::time::Instant::parse(order["at"].as_str().unwrap()).unwrap().micros() + days * DAY;
            let place = if lines.is_empty() { 0 } else { line.index(lines.len()) };
            let text = lines.get(place).map_or("0.00", |line| line["amount"].as_str().unwrap());
            let cents: i64 = text.replace('.', "").parse().unwrap();
            let (line, amount) = match kind {
                0 => (Value::Null, Value::Null),
                1 => (json!((place + 1).to_string()), Value::Null),
                // Of a return nothing can be given back.
                _ => (json!((place + 1).to_string()), money(cents.max(0) * share / 90)),
            };
            object(json!({ "at": instant(at), "order": order["id"], "line": line, "amount": amount }))
        },
    );
    vec(refund, 0..5).prop_map(|refunds| named(refunds, "f").as_array().unwrap().clone()).boxed()
}

/// A quote for most days, or for none where no order needs one.
fn quotes(foreign: bool) -> BoxedStrategy<Vec<Value>> {
    if !foreign {
        return Just(Vec::new()).boxed();
    }
    let first = affil::time::Date::new(2026, 2, 18).unwrap();
    vec((800_000..1_200_000_i64, prop::bool::weighted(0.995)), 74)
        .prop_map(move |rates| {
            let quote = |(day, (rate, there)): (usize, (i64, bool))| {
                let date = first.plus_days(i64::try_from(day).unwrap()).unwrap().to_string();
                let rate = format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000);
                there.then(|| json!({ "from": "USD", "to": "EUR", "date": date, "rate": rate }))
            };
            rates.into_iter().enumerate().filter_map(quote).collect()
        })
        .boxed()
}

fn adjustment() -> impl Strategy<Value = Value> {
    (at(), select(AFFILIATES.to_vec()), -5_000..5_000_i64).prop_map(
        |(at, affiliate, amount)| json!({ "at": instant(at), "affiliate": affiliate, "amount": money(amount), "reason": "by hand" }),
    )
}

/// Facts that mostly settle; boxed, as whole trees of strategies do not fit on the stack of a test.
pub(crate) fn facts() -> BoxedStrategy<Value> {
    prop::bool::weighted(0.2)
        .prop_flat_map(move |foreign| {
            let until = maybe((60..130_i64).prop_map(|day| instant(START + day * DAY)), 0.4);
            let rest = (affiliates(), touches(), vec(adjustment(), 0..3), quotes(foreign), until, payouts()).boxed();
            (rest, orders(foreign)).prop_flat_map(|(rest, orders)| {
                (Just(rest), Just(orders.clone()), refunds(orders.clone()), reviews(orders)).prop_map(
                    |((affiliates, touches, adjustments, quotes, until, paid), orders, refunds, reviews)| {
                        let [agreed, payouts, confirmations] = paid;
                        let mut adjustments = named(adjustments, "a");
                        adjustments.as_array_mut().unwrap().extend(agreed);
                        object(
                            json!({ "affiliates": affiliates, "touches": touches, "orders": orders, "refunds": refunds,
                        "adjustments": adjustments, "reviews": reviews, "payouts": payouts,
                        "confirmations": confirmations, "quotes": quotes, "until": until }),
                        )
                    },
                )
            })
        })
        .boxed()
}
