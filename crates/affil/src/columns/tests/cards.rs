//! Rate cards against quotes: on generated programs and carts.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CATEGORIES, CHANNELS, GROUPS, KINDS, plan, program};
use crate::columns::{CardQuote, RateCard};
use crate::money::Currency;
use crate::plan::Plan;
use crate::quote::Cart;

/// A sample of kinds, for somebody who may be limited, excluded or under terms of its own.
fn sample() -> impl Strategy<Value = Value> {
    let line = (prop::option::of(prop::sample::select(&CATEGORIES[..])), any::<bool>()).prop_map(|(category, sku)| {
        let mut line = json!({ "amount": "0" });
        if let Some(category) = category {
            line["category"] = category.into();
        }
        if sku {
            line["sku"] = "s1".into();
        }
        line
    });
    (
        prop::sample::select(vec!["a1", "a2", "a4"]),
        prop::sample::subsequence(GROUPS.to_vec(), 0..=2),
        prop::option::of(prop::sample::select(vec!["3.01", "12.00"])),
        prop::option::of(any::<bool>()),
        prop::option::of(prop::sample::select(&KINDS[..])),
        prop::option::of(prop::sample::select(&CHANNELS[..])),
        prop::option::of(prop::sample::select(vec!["DE", "FR"])),
        prop::collection::vec(line, 1..6),
    )
        .prop_map(|(affiliate, groups, limit, new, kind, channel, country, lines)| {
            let attributes = limit.map_or(json!({ "tier": "a" }), |limit| json!({ "limit": limit }));
            let mut cart = json!({ "affiliate": affiliate, "groups": groups, "affiliate_attributes": attributes,
                "at": "2026-03-31T12:00:00Z", "customer": "kim", "lines": lines });
            if let Some(new) = new {
                cart["new_customer"] = new.into();
            }
            if let Some(kind) = kind {
                cart["kind"] = kind.into();
            }
            if let Some(channel) = channel {
                cart["channel"] = channel.into();
            }
            if let Some(country) = country {
                cart["country"] = country.into();
            }
            cart
        })
}

/// What a cart may do and columns may not: dates, and conditions on the day and the customer.
fn dated() -> impl Strategy<Value = Value> {
    (program(), any::<[bool; 4]>()).prop_map(|(mut program, [dates, day, customer, ladder])| {
        if dates {
            program["rules"][1]["until"] = "2026-03-31".into();
            program["caps"].as_array_mut().unwrap().iter_mut().for_each(|cap| cap["from"] = "2026-04-01".into());
        }
        if ladder && let Some(ladder) = program["tiers"].as_array_mut().unwrap().first_mut() {
            ladder["until"] = "2026-03-31".into();
        }
        if day {
            program["rules"][0]["when"] = json!({ "order": { "date": { "at_least": "2026-03-31" } } });
        }
        if customer {
            program["rules"][2]["when"] = json!({ "customer": { "id": "kim" } });
        }
        program
    })
}

fn cart() -> impl Strategy<Value = (i64, Vec<(u32, i64)>)> {
    let amount = prop_oneof![8 => 1_i64..60_000, 1 => -20_000_i64..0, 1 => Just(0)];
    let scale = prop::sample::select(vec![1_i64, 1, 1_000_000, 100_000_000]);
    // Some carts name a kind too many, and some amounts go beyond the limit.
    let kind = prop_oneof![40 => 0_u32..5, 1 => Just(6)];
    (0_i64..100_000, prop::collection::vec((kind, amount), 0..12), scale).prop_map(|(so_far, lines, scale)| {
        (so_far, lines.into_iter().map(|(kind, amount)| (kind, amount * scale)).collect())
    })
}

fn text(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The same cart with words.
fn with_words(sample: &Value, so_far: i64, lines: &[(u32, i64)]) -> Option<Cart> {
    let mut cart = sample.clone();
    cart["so_far"] = text(so_far).into();
    let line = |(kind, amount): &(u32, i64)| {
        let mut line = sample["lines"].get(usize::try_from(*kind).unwrap())?.clone();
        line["amount"] = text(*amount).into();
        Some(line)
    };
    cart["lines"] = lines.iter().map(line).collect::<Option<Vec<_>>>()?.into();
    Some(Cart::from_json(&cart.to_string()).unwrap())
}

fn card<'a>(plan: &'a Plan, sample: &Value) -> Option<RateCard<&'a Plan>> {
    plan.rate_card(Cart::from_json(&sample.to_string()).unwrap()).ok()
}

proptest! {
    #[test]
    fn cards_answer_like_quotes(program in dated(), sample in sample(), carts in prop::collection::vec(cart(), 1..4)) {
        let Some(plan) = plan(&program) else { return Ok(()) };
        let Some(card) = card(&plan, &sample) else { return Ok(()) };
        prop_assert_eq!(card.pays.is_some(), card.obstacles().is_empty());
        let mut answer = CardQuote::default();
        for (so_far, lines) in carts {
            let (kinds, amounts): (Vec<u32>, Vec<i64>) = lines.iter().copied().unzip();
            let found = card.quote(so_far, &kinds, &amounts, &mut answer);
            let Some(quote) = with_words(&sample, so_far, &lines).map(|cart| plan.quote(&cart)) else {
                prop_assert!(found.is_err(), "a kind too many");
                continue;
            };
            prop_assert_eq!(found.is_ok(), quote.is_ok());
            let (Ok(()), Ok(quote)) = (found, quote) else { continue };
            let wanted: Vec<i64> = quote.lines.iter().map(|line| line.amount.minor().get()).collect();
            prop_assert_eq!(answer.lines(), &wanted[..], "{} {:?}", so_far, lines);
            prop_assert_eq!(answer.total(), quote.total.minor().get());
        }
    }
}

/// The generators must reach what they are for.
#[test]
fn most_generated_cards_are_tables_and_pay() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut made, mut tables, mut paid) = (0, 0, 0);
    for _ in 0..600 {
        let program = dated().new_tree(&mut runner).unwrap().current();
        let sample = sample().new_tree(&mut runner).unwrap().current();
        let Some(plan) = plan(&program) else { continue };
        let Some(card) = card(&plan, &sample) else { continue };
        let mut answer = CardQuote::default();
        made += 1;
        let Some(pays) = &card.pays else { continue };
        tables += usize::from(card.priced(pays, 5_000, (&[0, 0], &[12_345, 100]), &mut answer).is_some());
        paid += usize::from(answer.total() > 0);
    }
    assert!(made > 150, "{made} made");
    assert!(tables * 3 > made, "{tables} tables of {made}");
    // Most of the others are carts that could never earn: an excluded affiliate or channel.
    assert!(paid * 5 > tables, "{paid} of {tables} paid anything");
}

#[test]
fn what_a_card_cannot_price_it_says() {
    let program = json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }] });
    let plan = plan(&program).unwrap();
    let card = card(&plan, &json!({ "affiliate": "ana", "lines": [{ "amount": "0" }] })).unwrap();
    let mut answer = CardQuote::default();
    let mut refused = |so_far, kinds: &[u32], amounts: &[i64]| {
        let problems = card.quote(so_far, kinds, amounts, &mut answer).unwrap_err();
        problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path())).collect::<Vec<_>>()
    };
    assert_eq!(refused(0, &[0, 1], &[1, 2]), ["columns.malformed /kinds/1"]);
    assert_eq!(refused(0, &[0], &[1, 2]), ["columns.malformed /amounts"]);
    assert_eq!(refused(0, &[0], &[1 << 60]), ["money.limit "]);
    assert_eq!(refused(1 << 60, &[0], &[1]), ["money.limit "]);
    // An empty cart pays nothing.
    card.quote(0, &[], &[], &mut answer).unwrap();
    assert_eq!((answer.total(), answer.lines()), (0, &[][..]));
    assert_eq!(card.plan().currency(), Currency::from_code("EUR").unwrap());
}
