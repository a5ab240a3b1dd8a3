//! Prices of months against the engine: real facts with the sums of a cell, settled, come to the price of the cell.

use affil::{Facts, Minor, Plan, Program};
use affil_simulate::{Cell, Pricing, Rounding};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The fuzz targets have these laws, too, and another macro.
#[cfg(test)]
macro_rules! laws {
    ($($laws:tt)*) => { proptest::proptest! { $($laws)* } };
}

const GROUPS: [&str; 2] = ["gold", "iron"];

fn percent() -> impl Strategy<Value = String> {
    (0_u32..=400_000).prop_map(|units| format!("{}.{:04}", units / 10_000, units % 10_000))
}

fn amount(most: u32) -> impl Strategy<Value = String> {
    (0..=most).prop_map(text)
}

fn text(minor: u32) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn group() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({ "group": "gold" })),
        1 => Just(json!({ "group": { "is_not": "iron" } })),
        1 => Just(json!({ "id": "b" })),
    ]
}

fn when() -> impl Strategy<Value = Value> {
    (group(), 0..6).prop_map(|(affiliate, kind)| match kind {
        0 => json!({ "not": { "affiliate": affiliate } }),
        1 => json!({ "any": [{ "affiliate": affiliate }, { "affiliate": { "group": "iron" } }] }),
        _ => json!({ "affiliate": affiliate }),
    })
}

/// A percentage, or an amount for each order, maybe only of new customers (or of the others).
fn rule(id: usize) -> impl Strategy<Value = Value> {
    (when(), percent(), amount(2_000), 0..6, any::<bool>()).prop_map(move |(when, percent, flat, kind, on_top)| {
        let mut when = when;
        if kind < 2 {
            when["customer"] = json!({ "new": kind == 0 });
        }
        let pay = if kind < 3 { json!({ "flat": flat, "per": "order" }) } else { json!({ "percent": percent }) };
        json!({ "id": format!("r{id}"), "when": when, "pay": pay, "on_top": on_top })
    })
}

fn tier(id: usize) -> impl Strategy<Value = Value> {
    let step = (1_u32..40_000, percent(), 0..3, any::<bool>());
    (group(), 0..5, proptest::collection::vec(step, 1..4), any::<bool>()).prop_map(
        move |(when, kind, steps, begins)| {
            let (mode, metric) = match kind {
                0 | 1 => ("marginal", "net_sales"),
                2 => ("whole", "net_sales"),
                3 => ("whole", if begins { "orders" } else { "new_customers" }),
                _ => ("interpolated", "net_sales"),
            };
            let mut from = 0;
            let steps: Vec<Value> = steps
                .into_iter()
                .enumerate()
                .map(|(index, (rise, percent, effect, retroactive))| {
                    from += if index == 0 && begins { 0 } else { rise };
                    let threshold = if metric == "net_sales" {
                        text(from)
                    } else {
                        (from / 5_000 + u32::try_from(index).unwrap()).to_string()
                    };
                    let mut step = json!({ "from": threshold });
                    match effect {
                        0 => step["percent"] = json!(percent),
                        1 => step["add"] = json!(percent),
                        _ => step["multiply"] = json!("1.5"),
                    }
                    if mode == "marginal" && retroactive {
                        step["retroactive"] = json!(true);
                    }
                    step
                })
                .collect();
            json!({ "id": format!("t{id}"), "when": when, "mode": mode, "metric": metric, "steps": steps })
        },
    )
}

/// The same, maybe only for some rules, or counting only some.
fn choosy(item: impl Strategy<Value = Value>, counts: bool) -> impl Strategy<Value = Value> {
    let some = || proptest::option::weighted(0.25, proptest::sample::select(vec!["r0", "r1"]));
    (item, some(), some()).prop_map(move |(mut item, rules, counted)| {
        if let Some(rule) = rules {
            item["rules"] = json!([rule]);
        }
        if let Some(rule) = counted.filter(|_| counts) {
            item["counts"] = json!([rule]);
        }
        item
    })
}

fn cap(id: usize) -> impl Strategy<Value = Value> {
    (group(), amount(40_000)).prop_map(move |(when, amount)| {
        json!({ "id": format!("c{id}"), "per": "affiliate", "period": "month", "when": when, "amount": amount })
    })
}

fn bonus(id: usize) -> impl Strategy<Value = Value> {
    (group(), 1_u32..60_000, amount(5_000), any::<bool>(), 0..3).prop_map(move |(when, from, amount, every, metric)| {
        let (metric, from) = match metric {
            0 => ("orders", (from / 10_000 + 1).to_string()),
            1 => ("new_customers", (from / 10_000 + 1).to_string()),
            _ => ("net_sales", text(from)),
        };
        let mut bonus = json!({ "id": format!("b{id}"), "when": when, "period": "month", "metric": metric });
        if every {
            bonus["kind"] = json!("every");
            bonus["every"] = json!(from);
            bonus["amount"] = json!(amount);
            bonus["ceiling"] = json!("100.00");
        } else {
            bonus["kind"] = json!("milestone");
            bonus["steps"] = json!([{ "from": from, "amount": amount }]);
        }
        bonus
    })
}

prop_compose! {
    fn program(at: &'static str)(
        rules in (1_usize..4).prop_flat_map(|count| (0..count).map(rule).collect::<Vec<_>>()),
        tiers in (0_usize..3).prop_flat_map(|count| (0..count).map(|id| choosy(tier(id), true)).collect::<Vec<_>>()),
        caps in (0_usize..3).prop_flat_map(|count| (0..count).map(|id| choosy(cap(id), false)).collect::<Vec<_>>()),
        bonuses in (0_usize..2).prop_flat_map(|count| (0..count).map(bonus).collect::<Vec<_>>()),
        deals in proptest::collection::vec(choosy((group(), percent()).prop_map(|(when, percent)| json!({ "when": when, "percent": percent })), false), 0..3),
        exclude in proptest::option::weighted(0.2, group()),
        conflict in proptest::sample::select(vec!["first", "stack", "most_specific"]),
        mode in proptest::sample::select(vec!["half_even", "half_up", "down", "up"]),
        refunds in proptest::sample::select(vec!["none", "none", "sale_period"]),
        headroom in proptest::sample::select(vec!["none", "sale_period"]),
    ) -> Value {
        let mut deals = deals;
        for (index, deal) in deals.iter_mut().enumerate() {
            deal["id"] = json!(format!("d{index}"));
        }
        let exclude: Vec<Value> = exclude.iter().map(|when| json!({ "id": "x", "when": { "affiliate": when } })).collect();
        json!({
            "schema": "affil/1", "currency": "EUR", "zone": "UTC", "conflict": conflict,
            "round": { "at": at, "mode": mode },
            "attribution": { "windows": { "click": "30d" } },
            "rules": rules, "tiers": tiers, "caps": caps, "bonuses": bonuses, "deals": deals, "exclude": exclude,
            "refunds": { "tiers": refunds, "bonuses": refunds, "caps": headroom },
        })
    }
}

/// An order: its lines, and whether it is of a new customer.
type Order = (Vec<u32>, bool);

/// How a month's sales are refunded.
#[derive(Debug, Clone, Copy)]
enum Back {
    Nothing,
    Everything,
    /// So many percent of the only line.
    Part(u32),
}

/// The months of each affiliate; a part is only refunded where it has one order of one line.
fn month() -> impl Strategy<Value = (Vec<Order>, Back)> {
    let order = (proptest::collection::vec(0_u32..30_000, 1..3), any::<bool>());
    let many = (proptest::collection::vec(order, 0..7), any::<bool>())
        .prop_map(|(orders, back)| (orders, if back { Back::Everything } else { Back::Nothing }));
    let one = (0_u32..90_000, any::<bool>(), 0_u32..=100)
        .prop_map(|(amount, new, percent)| (vec![(vec![amount], new)], Back::Part(percent)));
    prop_oneof![3 => many, 2 => one]
}

type Months = Vec<(Vec<Order>, Back)>;

fn affiliates() -> Vec<(&'static str, Vec<String>)> {
    let groups = |groups: &[&str]| groups.iter().map(|group| (*group).to_owned()).collect();
    vec![("a", groups(&GROUPS[..1])), ("b", groups(&GROUPS)), ("c", groups(&[])), ("d", groups(&GROUPS[1..]))]
}

fn cell(orders: &[Order], back: Back) -> Cell {
    let sales: u32 = orders.iter().flat_map(|(lines, _)| lines).sum();
    let refunded = match back {
        Back::Nothing => 0,
        Back::Everything => sales,
        Back::Part(percent) => sales * percent / 100,
    };
    let minor = |amount: u32| Minor::new(amount.into()).unwrap();
    let count = |count: usize| u32::try_from(count).unwrap();
    let new = count(orders.iter().filter(|(_, new)| *new).count());
    Cell { orders: count(orders.len()), new, sales: minor(sales), refunded: minor(refunded) }
}

/// Orders of a month spread over its days, refunds on its last one.
fn facts(months: &[Months]) -> Facts {
    let (mut touches, mut orders, mut refunds) = (Vec::new(), Vec::new(), Vec::new());
    for ((id, _), months) in affiliates().iter().zip(months) {
        for (month, (of_month, back)) in months.iter().enumerate() {
            for (index, (lines, new)) in of_month.iter().enumerate() {
                let (order, day) = (format!("{id}{month}{index}"), index * 3 + 2);
                let at = format!("2026-{:02}-{day:02}T12:00:00Z", month + 3);
                let click = format!("2026-{:02}-{day:02}T11:00:00Z", month + 3);
                touches.push(json!({ "id": order, "at": click, "customer": order, "affiliate": id }));
                let amounts: Vec<Value> = lines.iter().map(|amount| json!({ "amount": text(*amount) })).collect();
                orders.push(json!({ "id": order, "at": at, "customer": order, "new_customer": new, "lines": amounts }));
                let at = format!("2026-{:02}-28T12:00:00Z", month + 3);
                match back {
                    Back::Nothing => {}
                    Back::Everything => refunds.push(json!({ "id": order, "at": at, "order": order })),
                    Back::Part(percent) => {
                        let amount = text(lines[0] * percent / 100);
                        refunds.push(json!({ "id": order, "at": at, "order": order, "amount": amount }));
                    }
                }
            }
        }
    }
    let people: Vec<Value> = affiliates().iter().map(|(id, groups)| json!({ "id": id, "groups": groups })).collect();
    let facts = json!({ "affiliates": people, "touches": touches, "orders": orders, "refunds": refunds });
    Facts::from_json(&facts.to_string()).unwrap()
}

/// What the engine settles for each affiliate and month.
fn settled(plan: &Plan, facts: &Facts) -> BTreeMap<(String, String), i64> {
    let settlement = plan.settle(facts).unwrap();
    let key = |statement: &affil::Statement<'_>| (statement.affiliate.to_owned(), statement.month.to_string());
    settlement.statements().iter().map(|statement| (key(statement), statement.totals.total.minor().get())).collect()
}

fn compiled(program: &Value) -> Option<(Plan, Pricing)> {
    let plan = Program::from_json(&program.to_string()).ok()?.compile().ok()?;
    let people = affiliates();
    let pricing = Pricing::compile(&plan, people.iter().map(|(id, groups)| (*id, groups.as_slice()))).ok()?;
    Some((plan, pricing))
}

laws! {
    #![proptest_config(ProptestConfig { cases: 800, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn months_are_worth_what_is_settled(
        program in program("statement"),
        months in proptest::collection::vec(proptest::collection::vec(month(), 2), 4),
    ) {
        let Some((plan, pricing)) = compiled(&program) else { return Err(TestCaseError::reject("refused")) };
        prop_assert_eq!(pricing.rounding(false), Rounding::Exact);
        let settled = settled(&plan, &facts(&months));
        for (index, ((id, _), months)) in affiliates().iter().zip(&months).enumerate() {
            for (month, (orders, back)) in months.iter().enumerate() {
                let key = ((*id).to_owned(), format!("2026-{:02}", month + 3));
                let engine = settled.get(&key).copied().unwrap_or_default();
                let price = pricing.price(index, &cell(orders, *back)).unwrap().get();
                prop_assert_eq!(price, engine, "{} in {} of {}", id, key.1, program);
            }
        }
    }
}

/// Orders whose lines are hundreds of minor units above zero, so that a share of whole percents of each is exact.
fn even_orders() -> impl Strategy<Value = Vec<Order>> {
    proptest::collection::vec(
        (proptest::collection::vec((1_u32..300).prop_map(|units| units * 100), 1..3), any::<bool>()),
        0..7,
    )
}

/// Every line refunded by so many percent.
fn refunds_of_lines(orders: &[Order], percent: u32) -> Vec<Value> {
    let mut refunds = Vec::new();
    for (index, (lines, _)) in orders.iter().enumerate() {
        for (line, amount) in lines.iter().enumerate().filter(|(_, amount)| **amount > 0) {
            let (order, line) = (index.to_string(), (line + 1).to_string());
            let id = format!("{order}/{line}");
            let amount = text(amount / 100 * percent);
            refunds.push(
                json!({ "id": id, "at": "2026-03-28T12:00:00Z", "order": order, "line": line, "amount": amount }),
            );
        }
    }
    refunds
}

laws! {
    #![proptest_config(ProptestConfig { cases: 300, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn by_month_is_as_near_as_it_says(program in program("line"), orders in even_orders(), percent in 1_u32..100) {
        let Some((plan, pricing)) = compiled(&program) else { return Err(TestCaseError::reject("refused")) };
        prop_assert_eq!(pricing.rounding(true), Rounding::ByMonth);
        let touches: Vec<Value> = (0..orders.len())
            .map(|index| json!({ "id": index.to_string(), "at": "2026-03-01T12:00:00Z", "customer": index.to_string(), "affiliate": "a" }))
            .collect();
        let of_order = |(index, (lines, new)): (usize, &Order)| {
            let amounts: Vec<Value> = lines.iter().map(|amount| json!({ "amount": text(*amount) })).collect();
            let at = format!("2026-03-{:02}T12:00:00Z", index * 3 + 2);
            json!({ "id": index.to_string(), "at": at, "customer": index.to_string(), "new_customer": new, "lines": amounts })
        };
        let facts = json!({
            "affiliates": [{ "id": "a", "groups": ["gold"] }], "touches": touches,
            "orders": orders.iter().enumerate().map(of_order).collect::<Vec<_>>(),
            "refunds": refunds_of_lines(&orders, percent),
        });
        let engine = settled(&plan, &Facts::from_json(&facts.to_string()).unwrap());
        let engine: i64 = engine.values().sum();
        let price = pricing.price(0, &cell(&orders, Back::Part(percent))).unwrap().get();
        let nearest = program["round"]["mode"].as_str().unwrap().starts_with("half");
        // Each line is rounded once, and once more as it is refunded; so are the sums of the month.
        let roundings = 2 * orders.iter().map(|(lines, _)| lines.len()).sum::<usize>() + 2;
        let most = i64::try_from(roundings).unwrap() / if nearest { 2 } else { 1 };
        prop_assert!((price - engine).abs() <= most, "{} and {}, {} apart at most: {}", price, engine, most, program);
    }
}
