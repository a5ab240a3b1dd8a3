//! The kernels against the other way to settle: on generated programs and tables, for one thread and for several.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::facts::Facts;

mod cards;
mod parts;
mod twice;

const CATEGORIES: [&str; 4] = ["shoes", "books", "toys", "other"];
const CHANNELS: [&str; 4] = ["blog", "ppc", "mail", "tv"];
const KINDS: [&str; 3] = ["click", "coupon", "view"];
const GROUPS: [&str; 2] = ["gold", "slices"];

fn percent() -> impl Strategy<Value = String> {
    prop_oneof![Just("10".to_owned()), Just("4.25".to_owned()), Just("0.000001".to_owned()), Just("33.3333".to_owned())]
}

fn amount() -> impl Strategy<Value = String> {
    (0_i64..30_000).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100))
}

fn when() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => Just(json!({})),
        2 => prop::sample::select(&CATEGORIES[..]).prop_map(|word| json!({ "line": { "category": word } })),
        1 => prop::sample::select(&CATEGORIES[..]).prop_map(|word| json!({ "line": { "category": { "is_not": word } } })),
        1 => prop::sample::select(&CHANNELS[..]).prop_map(|word| json!({ "touch": { "channel": word } })),
        1 => prop::sample::select(&KINDS[..]).prop_map(|word| json!({ "touch": { "kind": word } })),
        1 => prop::sample::select(&GROUPS[..]).prop_map(|word| json!({ "affiliate": { "group": word } })),
        1 => any::<bool>().prop_map(|new| json!({ "customer": { "new": new } })),
        1 => Just(json!({ "order": { "currency": "USD" } })),
        1 => Just(json!({ "not": { "line": { "sku": "s1" } } })),
        1 => Just(json!({ "any": [{ "order": { "country": "DE" } }, { "affiliate": { "attributes": { "tier": "a" } } }] })),
    ]
}

fn rule(index: usize) -> impl Strategy<Value = Value> {
    let pay = prop_oneof![
        3 => percent().prop_map(|percent| json!({ "percent": percent })),
        1 => (amount(), prop::sample::select(vec!["line", "order"]))
            .prop_map(|(flat, per)| json!({ "flat": flat, "per": per })),
    ];
    let bounds =
        prop_oneof![4 => Just(json!({})), 1 => Just(json!({ "floor": "0.50" })), 1 => Just(json!({ "cap": "9.99" }))];
    (when(), pay, bounds, any::<bool>()).prop_map(move |(when, pay, bounds, on_top)| {
        let mut rule = json!({ "id": format!("r{index}"), "when": when, "pay": pay, "on_top": on_top });
        for (key, value) in bounds.as_object().unwrap() {
            rule["pay"][key] = value.clone();
        }
        rule
    })
}

fn ladder(index: usize) -> impl Strategy<Value = Value> {
    let mode = prop::sample::select(vec!["whole", "marginal", "forward"]);
    let period = prop::sample::select(vec!["day", "week", "month", "quarter", "lifetime"]);
    let group = prop_oneof![Just(json!({})), prop::sample::select(&GROUPS[..]).prop_map(|g| json!({ "group": g }))];
    let effect = prop_oneof![
        percent().prop_map(|percent| ("percent", percent)),
        percent().prop_map(|add| ("add", add)),
        Just(("multiply", "1.5".to_owned())),
    ];
    (mode, period, group, effect.clone(), effect, 1_i64..200, 1_i64..500, any::<bool>()).prop_map(
        move |(mode, period, when, (one, by), (two, and), from, more, lifts)| {
            let mut second = json!({ "from": format!("{}.00", from + more), two: and });
            if lifts && mode != "whole" {
                second["retroactive"] = true.into();
            }
            let steps = json!([{ "from": format!("{from}.00"), one: by }, second]);
            json!({ "id": format!("l{index}"), "mode": mode, "period": period, "when": when, "steps": steps })
        },
    )
}

fn cap() -> impl Strategy<Value = Value> {
    let share = prop::sample::select(vec!["in_order", "largest", "first", "cumulative"]);
    let order = (amount(), share)
        .prop_map(|(amount, share)| json!({ "id": "order", "per": "order", "amount": amount, "share": share }));
    let running = (amount(), prop::option::of(prop::sample::select(vec!["day", "month", "lifetime"])), any::<bool>())
        .prop_map(|(amount, period, own)| {
            let mut cap = json!({ "id": "running", "per": "affiliate", "amount": amount });
            if let Some(period) = period {
                cap["period"] = period.into();
            }
            if own {
                cap["attribute"] = "limit".into();
                cap["when"] = json!({ "group": "gold" });
            }
            cap
        });
    prop_oneof![order, running]
}

fn program() -> impl Strategy<Value = Value> {
    let windows = prop::sample::select(vec!["1d", "36h", "1mo"]);
    let attribution = (windows.clone(), windows, any::<[bool; 6]>()).prop_map(
        |(click, coupon, [ranked, near, far, house, ties, first])| {
            let mut attribution = json!({ "windows": { "click": click, "coupon": coupon } });
            attribution["exclude"] = json!({ "channel": "ppc", "affiliate": "a4" });
            if ranked {
                attribution["precedence"] = json!([["coupon"], ["click"]]);
            }
            if near {
                attribution["near_end"] = "open".into();
            }
            if far {
                attribution["far_end"] = "closed".into();
            }
            if first {
                attribution["model"] = "first".into();
            }
            if ties {
                attribution["ties"] = "smaller_id".into();
            }
            if house {
                attribution["deduplicate"] = json!(["tv", "mail"]);
                attribution["except"] = json!(["blog"]);
            }
            attribution
        },
    );
    let rules = (rule(0), rule(1), rule(2));
    let ladders = prop::collection::vec(0_usize..1, 0..3)
        .prop_flat_map(|list| list.iter().enumerate().map(|(index, _)| ladder(index)).collect::<Vec<_>>());
    let caps = prop::collection::vec(cap(), 0..2);
    let conflict = prop::sample::select(vec!["first", "stack", "most_specific", "best"]);
    let mode = prop::sample::select(vec!["half_even", "half_up", "down", "up"]);
    let excess = prop::sample::select(vec!["cap", "cap", "cap", "refuse"]);
    let ways = (conflict, mode, excess, prop::sample::select(vec!["order_day", "month_average"]));
    (
        attribution,
        rules,
        ladders,
        caps,
        ways,
        prop::option::of(when()),
        prop::option::weighted(0.3, percent()),
        prop::bool::weighted(0.85),
    )
        .prop_map(
            |(attribution, (a, b, c), tiers, caps, (conflict, mode, excess, exchange), exclude, deal, accepts)| {
                let deal = deal.map(|percent| json!({ "id": "gold", "when": { "group": "gold" }, "percent": percent }));
                let deals: Vec<Value> = deal.into_iter().collect();
                let unknown = if accepts { "accept" } else { "refuse" };
                let exclude: Vec<Value> =
                    exclude.into_iter().map(|when| json!({ "id": "out", "when": when })).collect();
                json!({
                    "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin", "attribution": attribution,
                    "rules": [a, b, c], "conflict": conflict, "tiers": tiers, "caps": caps, "exclude": exclude,
                    "round": { "mode": mode }, "refunds": { "excess": excess, "caps": "none" }, "deals": deals,
                    "exchange": exchange, "unknown_affiliates": unknown,
                })
            },
        )
}

/// Two days around a change of the clock and of the month; often the same instant twice.
fn instant() -> impl Strategy<Value = i64> {
    // 2026-03-31T12:00:00Z.
    let start = 1_774_958_400_000_000_i64;
    prop_oneof![
        (0_i64..48).prop_map(move |hours| start + hours * 3_600_000_000),
        (1_i64..5).prop_map(move |quarters| start + quarters * 43_200_000_000 - 1),
    ]
}

fn coded(words: &'static [&'static str], rows: usize) -> impl Strategy<Value = Option<Coded>> {
    let codes =
        prop::collection::vec(prop_oneof![6 => 0..u32::try_from(words.len()).unwrap(), 1 => Just(u32::MAX)], rows);
    let names: Vec<Box<str>> = words.iter().map(|word| (*word).into()).collect();
    prop_oneof![
        1 => Just(None),
        5 => codes.prop_map(move |codes| Some(Coded { codes, names: names.clone() })),
    ]
}

fn base() -> Facts {
    Facts::from_json(
        r#"{ "affiliates": [
            { "id": "a1", "groups": ["gold"], "attributes": { "limit": "12.00", "tier": "a" } },
            { "id": "a2", "groups": ["gold", "slices"], "attributes": { "limit": "3.01" } },
            { "id": "a10", "groups": ["slices"] }, { "id": "a3", "active": false }, { "id": "a4" }, { "id": "a|5" } ],
          "quotes": [
            { "from": "USD", "to": "EUR", "date": "2026-03-31", "rate": "0.917431" },

            { "from": "USD", "to": "EUR", "date": "2026-04-01", "rate": "0.92" },
            { "from": "USD", "to": "EUR", "date": "2026-04-02", "rate": "1.000001" } ] }"#,
    )
    .unwrap()
}

fn touches() -> impl Strategy<Value = TouchColumns> {
    (0_usize..40).prop_flat_map(|rows| {
        // The last of them is no affiliate that the facts know.
        let last = prop_oneof![9 => Just(6_u32), 1 => Just(7)];
        let affiliate = last.prop_flat_map(|end| prop_oneof![6 => 0..end, 1 => Just(u32::MAX)]);
        (
            prop::collection::vec(instant(), rows),
            prop::collection::vec(0_u32..4, rows),
            prop::collection::vec(affiliate, rows),
            coded(&KINDS, rows),
            coded(&CHANNELS, rows),
        )
            .prop_map(|(at, customer, affiliate, kind, channel)| TouchColumns {
                at,
                customer,
                affiliate,
                kind,
                channel,
            })
    })
}

fn orders() -> impl Strategy<Value = (OrderColumns, LineColumns, RefundColumns)> {
    (1_usize..25, 0_usize..30, 0_usize..20).prop_flat_map(|(orders, more, refunds)| {
        let lines = orders + more;
        let ids = Just((0..orders).map(|order| i64::try_from(order).unwrap() * 7 + 95).collect::<Vec<_>>());
        let of_orders = (
            ids.prop_shuffle(),
            prop::collection::vec(instant(), orders),
            prop::collection::vec(0_u32..4, orders),
            coded(&["EUR", "USD", "GBP"][..2], orders),
            coded(&["DE", "FR"], orders),
            prop::option::of(prop::collection::vec(prop::bool::weighted(0.8), orders)),
            prop::option::weighted(0.2, prop::collection::vec(prop::option::of(any::<bool>()), orders)),
        );
        let owner = prop::collection::vec(0..u32::try_from(orders).unwrap(), more);
        let sale = 1_i64..60_000;
        let unit = prop_oneof![8 => sale.clone(), 1 => -20_000_i64..0, 1 => Just(0)];
        // What is refunded of returns and of what cost nothing is not for the kernels.
        let units = prop_oneof![
            2 => prop::collection::vec(sale, lines),
            1 => prop::collection::vec(unit, lines),
        ];
        let of_lines = (
            owner.prop_map(move |others| (0..u32::try_from(orders).unwrap()).chain(others).collect::<Vec<_>>()),
            units,
            coded(&CATEGORIES, lines),
            coded(&["s1", "s2"], lines),
        );
        let end = u32::try_from(lines).unwrap();
        let of_refunds = (
            prop::collection::vec(instant(), refunds),
            prop::collection::vec(0..end, refunds),
            prop::collection::vec(0_i64..40_000, refunds),
        );
        // Cents, or sums whose products need 128 bits; in two places or in three.
        let factor = prop::sample::select(vec![1_i64, 1, 1_000_000, 100_000_000]);
        (of_orders, of_lines, of_refunds, factor, 2_u8..4).prop_map(
            |(of_orders, of_lines, of_refunds, factor, places)| {
                let (at, line, mut amount) = of_refunds;
                let units = if places == 3 { factor * 10 } else { factor };
                let (id, placed, customer, currency, country, counts, new_customer) = of_orders;
                let id = Ids::Numbers(id);
                let orders = OrderColumns { id, at: placed, customer, currency, country, counts, new_customer };
                let (order, mut given, category, sku) = of_lines;
                given.iter_mut().chain(&mut amount).for_each(|amount| *amount *= units);
                let lines = LineColumns { order, id: None, amount: given, places, category, sku };
                // Later than most orders, so that few are refused.
                let at = at.iter().map(|at| at + 86_400_000_000 * 3).collect();
                (orders, lines, RefundColumns { at, line, amount })
            },
        )
    })
}

fn tables() -> impl Strategy<Value = Tables> {
    (touches(), orders()).prop_map(|(touches, (orders, lines, refunds))| {
        let affiliates = ["a1", "a2", "a10", "a3", "a4", "a|5", "stranger"].map(Into::into).to_vec();
        let customers = Ids::Texts(["kim", "lee", "max", "noa"].map(Into::into).to_vec());
        Tables { base: base(), affiliates, customers, touches, orders, lines, refunds }
    })
}

fn columns() -> impl Strategy<Value = Option<Columns>> {
    // A line refunded twice at one instant in two amounts is refused.
    tables().prop_map(|tables| Columns::new(tables).ok())
}

fn plan(program: &Value) -> Option<Plan> {
    Plan::from_text(&program.to_string()).ok()
}

proptest! {
    #[test]
    fn kernels_settle_like_the_stages(program in program(), columns in columns()) {
        let (Some(plan), Some(columns)) = (plan(&program), columns) else { return Ok(()) };
        let slow = sheet::settled(&plan, &columns);
        if !obstacle::obstacles(&plan, &columns).is_empty() {
            return Ok(());
        }
        for threads in [1, 2, 3, 7] {
            match (run::run(&plan, &columns, threads), &slow) {
                (Some(fast), Ok(slow)) => prop_assert_eq!(&fast, slow, "{} threads", threads),
                (Some(_), Err(problems)) => prop_assert!(false, "not refused: {problems}"),
                (None, _) => {}
            }
        }
    }
}

/// The generators must reach what they are for: most pairs settle, and most of those by the kernels.
#[test]
fn most_generated_pairs_settle_by_the_kernels() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut compiled, mut settled, mut by_kernels, mut paid) = (0, 0, 0, 0);
    for _ in 0..600 {
        let program = program().new_tree(&mut runner).unwrap().current();
        let Some(columns) = columns().new_tree(&mut runner).unwrap().current() else { continue };
        let Some(plan) = plan(&program) else { continue };
        compiled += 1;
        let Ok(sheet) = sheet::settled(&plan, &columns) else { continue };
        settled += 1;
        let known = obstacle::obstacles(&plan, &columns).is_empty();
        by_kernels += usize::from(known && run::run(&plan, &columns, 2).is_some());
        paid += usize::from(sheet.lines().any(|line| line.commission.get() > 0));
    }
    assert!(compiled > 200, "{compiled} compiled");
    assert!(settled * 2 > compiled, "{settled} of {compiled} settled");
    assert!(by_kernels * 2 > settled, "{by_kernels} of {settled} by the kernels");
    assert!(paid * 3 > settled, "{paid} of {settled} paid anything");
}
