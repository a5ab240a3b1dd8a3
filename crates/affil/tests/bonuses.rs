//! Bonuses by hand figures, through the settlement.

use affil::{Facts, Ledger, Plan, Settlement, TargetKind};
use serde_json::{Value, json};

/// A program with one rule of 10 % and what is given beside it.
fn plan(more: &Value) -> Plan {
    let mut program = json!({
        "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
        "attribution": { "windows": { "click": "10y" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }],
    });
    for (key, value) in more.as_object().unwrap() {
        program[key] = value.clone();
    }
    Plan::from_text(&program.to_string()).unwrap_or_else(|problems| panic!("{problems}\n{program}"))
}

fn settle(plan: &Plan, facts: &Value) -> Settlement {
    let facts = Facts::from_json(&facts.to_string()).unwrap_or_else(|problems| panic!("{problems}\n{facts}"));
    plan.settle(&facts).unwrap_or_else(|problems| panic!("{problems}"))
}

/// One bonus; what it pays as `AFFILIATE/REST AMOUNT`.
fn paid(bonus: &Value, facts: &Value) -> Vec<String> {
    paid_by(&json!({ "bonuses": [bonus] }), facts)
}

fn paid_by(more: &Value, facts: &Value) -> Vec<String> {
    let settlement = settle(&plan(more), facts);
    let show = |target: affil::Target<'_>| {
        let id = target.id();
        let (_, rest) = id.split_once('/').unwrap();
        format!("{rest} {}", target.amount.amount())
    };
    settlement.targets().filter(|target| target.kind == TargetKind::Bonus).map(show).collect()
}

/// When each bonus is earned.
fn instants(bonus: &Value, facts: &Value) -> Vec<String> {
    let settlement = settle(&plan(&json!({ "bonuses": [bonus] })), facts);
    let bonuses = settlement.targets().filter(|target| target.kind == TargetKind::Bonus);
    bonuses.map(|target| target.at.to_string()).collect()
}

/// Facts of affiliates who each have a customer of their own: orders as `(id, affiliate, at, amount)`.
fn sales(orders: &[(&str, &str, &str, &str)]) -> Value {
    let mut names: Vec<&str> = orders.iter().map(|(_, who, _, _)| *who).collect();
    names.sort_unstable();
    names.dedup();
    let touch = |who: &&str| json!({ "id": who, "at": "2025-01-01T00:00Z", "customer": who, "affiliate": who });
    let order = |(id, who, at, amount): &(&str, &str, &str, &str)| json!({ "id": id, "at": at, "customer": who, "lines": [{ "amount": amount }] });
    json!({
        "affiliates": names.iter().map(|who| json!({ "id": who })).collect::<Vec<_>>(),
        "touches": names.iter().map(touch).collect::<Vec<_>>(),
        "orders": orders.iter().map(order).collect::<Vec<_>>(),
    })
}

fn with(mut facts: Value, key: &str, value: Value) -> Value {
    facts[key] = value;
    facts
}

/// 900, 1,300 (two steps by one order), 2,800 in the last minute of March in Berlin, 1,000 in the first of April.
#[test]
fn milestones_are_reached_once_in_each_period() {
    let step = |from: &str, amount: &str| json!({ "from": from, "amount": amount });
    let steps = [step("1000.00", "50.00"), step("2000.00", "100.00"), step("5000.00", "300.00")];
    let bonus = json!({ "id": "m", "kind": "milestone", "period": "month", "steps": steps });
    let facts = sales(&[
        ("A", "ana", "2026-03-02T10:00Z", "900.00"),
        ("B", "ana", "2026-03-03T10:00Z", "1300.00"),
        ("C", "ana", "2026-03-31T21:59Z", "2800.00"),
        ("D", "ana", "2026-03-31T22:00Z", "1000.00"),
    ]);
    let expected =
        ["ana/2026-03-01/1 50.00", "ana/2026-03-01/2 100.00", "ana/2026-03-01/3 300.00", "ana/2026-04-01/1 50.00"];
    assert_eq!(paid(&bonus, &facts), expected);
    let expected = ["2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z", "2026-03-31T21:59:00Z", "2026-03-31T22:00:00Z"];
    assert_eq!(instants(&bonus, &facts), expected);
    // The statement of April has the bonus of April.
    let settlement = settle(&plan(&json!({ "bonuses": [bonus] })), &facts);
    let sums: Vec<(String, String)> =
        settlement.statements().iter().map(|of| (of.month.to_string(), of.totals.bonuses.amount())).collect();
    assert_eq!(sums, [("2026-03".into(), "450.00".into()), ("2026-04".into(), "50.00".into())]);
}

/// A first sale pays once in a life, also one given away; a tenth of a cent below a threshold of commissions is below it.
#[test]
fn milestones_count_by_metric() {
    let first = json!({ "id": "m", "kind": "milestone", "period": "lifetime", "metric": "orders",
        "steps": [{ "from": "1", "amount": "25.00" }] });
    let facts = sales(&[("A", "ana", "2026-03-02T10:00Z", "0.00"), ("B", "ana", "2027-03-02T10:00Z", "50.00")]);
    assert_eq!(paid(&first, &facts), ["ana/lifetime/1 25.00"]);
    assert_eq!(instants(&first, &facts), ["2026-03-02T10:00:00Z"]);
    // 33.333 + 33.333 + 33.333 = 99.999; with 33.334 it is 100.
    let commission = json!({ "id": "m", "kind": "milestone", "period": "year", "metric": "commission",
        "steps": [{ "from": "100.00", "amount": "7.00" }] });
    let thrice = |last: &str| {
        sales(&[
            ("A", "ana", "2026-03-02T10:00Z", "333.33"),
            ("B", "ana", "2026-03-03T10:00Z", "333.33"),
            ("C", "ana", "2026-03-04T10:00Z", last),
        ])
    };
    assert_eq!(paid(&commission, &thrice("333.33")), Vec::<String>::new());
    assert_eq!(paid(&commission, &thrice("333.34")), ["ana/2026-01-01/1 7.00"]);
}

/// 25 units are two tens, 35 three (but the ceiling is 12.00), and then nothing more in the month.
#[test]
fn every_increment_pays_up_to_the_ceiling() {
    let bonus = json!({ "id": "e", "kind": "every", "period": "month", "metric": "units",
        "every": "10", "amount": "5.00", "ceiling": "12.00" });
    let mut facts = sales(&[
        ("A", "ana", "2026-03-02T10:00Z", "1.00"),
        ("B", "ana", "2026-03-03T10:00Z", "1.00"),
        ("C", "ana", "2026-03-04T10:00Z", "1.00"),
        ("a/b#c", "ana", "2026-04-04T10:00Z", "1.00"),
    ]);
    for (order, quantity) in [25, 10, 10, 10].into_iter().enumerate() {
        facts["orders"][order]["lines"][0]["quantity"] = json!(quantity);
    }
    let expected = ["ana/2026-03-01/A 10.00", "ana/2026-03-01/B 2.00", "ana/2026-04-01/a~1b~2c 5.00"];
    assert_eq!(paid(&bonus, &facts), expected);
}

/// Lines are looked at one after the other: of +1,000 and −400 in one order the highest total is 1,000.
#[test]
fn the_running_total_moves_by_lines() {
    let bonus = json!({ "id": "e", "kind": "every", "period": "month", "every": "500.00", "amount": "5.00" });
    let mut facts = sales(&[("A", "ana", "2026-03-02T10:00Z", "1000.00"), ("B", "ana", "2026-03-03T10:00Z", "900.00")]);
    facts["orders"][0]["lines"].as_array_mut().unwrap().push(json!({ "amount": "-400.00" }));
    // 1,000 pays two; 600 + 900 = 1,500 one more.
    assert_eq!(paid(&bonus, &facts), ["ana/2026-03-01/A 10.00", "ana/2026-03-01/B 5.00"]);
}

/// 600 and 600 in March, the first given back in April; 1,500 in April.
#[test]
fn refunds_count_where_the_program_says() {
    let facts = sales(&[
        ("A", "ana", "2026-03-05T10:00Z", "600.00"),
        ("B", "ana", "2026-03-10T10:00Z", "600.00"),
        ("D", "ana", "2026-04-03T10:00Z", "1500.00"),
    ]);
    let facts = with(facts, "refunds", json!([{ "id": "r", "at": "2026-04-02T10:00Z", "order": "A" }]));
    let reached = |effect: &str, metric: &str, from: &str| {
        let bonus = json!({ "id": "m", "kind": "milestone", "period": "month", "metric": metric,
            "steps": [{ "from": from, "amount": "1.00" }] });
        paid_by(&json!({ "bonuses": [bonus], "refunds": { "bonuses": effect } }), &facts)
    };
    let (march, april) = ("ana/2026-03-01/1 1.00", "ana/2026-04-01/1 1.00");
    assert_eq!(reached("none", "net_sales", "1000.00"), [march, april]);
    assert_eq!(reached("sale_period", "net_sales", "1000.00"), [april]);
    assert_eq!(reached("refund_period", "net_sales", "1000.00"), [march]);
    // Orders and commissions count as if less had been sold in both.
    assert_eq!(reached("none", "orders", "2"), [march]);
    assert_eq!(reached("sale_period", "orders", "2"), Vec::<String>::new());
    assert_eq!(reached("refund_period", "orders", "2"), Vec::<String>::new());
    assert_eq!(reached("refund_period", "commission", "120.00"), [april]);
}

/// 1,000, all of it given back, 1,200: the second time only what lies above the first.
#[test]
fn what_was_paid_for_a_total_is_not_paid_again() {
    let bonus = json!({ "id": "e", "kind": "every", "period": "month", "every": "100.00", "amount": "1.00" });
    let facts = sales(&[("A", "ana", "2026-03-05T10:00Z", "1000.00"), ("B", "ana", "2026-03-10T10:00Z", "1200.00")]);
    let facts = with(facts, "refunds", json!([{ "id": "r", "at": "2026-03-07T10:00Z", "order": "A" }]));
    let paid = |effect: &str| paid_by(&json!({ "bonuses": [bonus], "refunds": { "bonuses": effect } }), &facts);
    assert_eq!(paid("none"), ["ana/2026-03-01/A 10.00", "ana/2026-03-01/B 12.00"]);
    assert_eq!(paid("refund_period"), ["ana/2026-03-01/A 10.00", "ana/2026-03-01/B 2.00"]);
    assert_eq!(paid("sale_period"), ["ana/2026-03-01/B 12.00"]);
}

/// Weeks of 29 December to 12 January; 19 January, then a week without; 2 to 16 February, and 23 February as the first
/// of the next three.
#[test]
fn streaks_break_and_begin_anew() {
    let bonus = json!({ "id": "s", "kind": "streak", "period": "week", "metric": "orders", "reach": "1", "times": 3,
        "amount": "9.00" });
    let days = [
        "2025-12-30",
        "2026-01-05",
        "2026-01-18",
        "2026-01-19",
        "2026-02-02",
        "2026-02-09",
        "2026-02-16",
        "2026-02-23",
        "2026-03-09",
        "2026-03-16",
    ];
    let orders: Vec<(String, String)> = days.iter().map(|day| ((*day).to_owned(), format!("{day}T10:00Z"))).collect();
    let orders: Vec<(&str, &str, &str, &str)> =
        orders.iter().map(|(id, at)| (id.as_str(), "ana", at.as_str(), "1.00")).collect();
    assert_eq!(paid(&bonus, &sales(&orders)), ["ana/2026-01-12 9.00", "ana/2026-02-16 9.00"]);
    assert_eq!(instants(&bonus, &sales(&orders)), ["2026-01-18T10:00:00Z", "2026-02-16T10:00:00Z"]);
}

/// One affiliate's periods are no part of another's streak.
#[test]
fn streaks_are_each_affiliates_own() {
    let bonus =
        json!({ "id": "s", "kind": "streak", "period": "month", "reach": "1.00", "times": 2, "amount": "9.00" });
    let facts = sales(&[("A", "ana", "2026-01-05T10:00Z", "1.00"), ("B", "bob", "2026-02-05T10:00Z", "1.00")]);
    assert_eq!(paid(&bonus, &facts), Vec::<String>::new());
}

fn contest(tie: &str) -> Value {
    json!({ "id": "c", "kind": "contest", "period": "month", "prizes": ["100.00", "50.01"], "tie": tie })
}

/// ana, bob and cy sold 300 each; cy was the first to get there, then ana and bob at one instant. dan sold 100.
fn tied() -> Value {
    sales(&[
        ("A", "bob", "2026-03-05T10:00Z", "300.00"),
        ("B", "ana", "2026-03-02T10:00Z", "200.00"),
        ("C", "ana", "2026-03-05T10:00Z", "100.00"),
        ("D", "cy", "2026-03-04T10:00Z", "300.00"),
        ("E", "dan", "2026-03-01T10:00Z", "100.00"),
    ])
}

#[test]
fn ties_go_to_the_earlier_then_to_the_smaller_id() {
    let facts = with(tied(), "until", json!("2026-04-01T00:00:00+02:00"));
    assert_eq!(paid(&contest("earlier"), &facts), ["ana/2026-03-01 50.01", "cy/2026-03-01 100.00"]);
    assert_eq!(instants(&contest("earlier"), &facts), ["2026-03-31T21:59:59.999999Z"; 2]);
}

/// 150.01 by three is 50.00 each and a cent for the first by name.
#[test]
fn ties_share_the_prizes_of_their_places() {
    let facts = with(tied(), "until", json!("2026-04-01T00:00:00+02:00"));
    let expected = ["ana/2026-03-01 50.01", "bob/2026-03-01 50.00", "cy/2026-03-01 50.00"];
    assert_eq!(paid(&contest("share"), &facts), expected);
}

#[test]
fn a_contest_is_decided_when_its_period_is_over() {
    let facts = with(tied(), "until", json!("2026-03-31T23:59:59.999999+02:00"));
    assert_eq!(paid(&contest("share"), &facts), Vec::<String>::new());
    // Where the facts do not say how far they go, the last of them does.
    assert_eq!(paid(&contest("share"), &tied()), Vec::<String>::new());
    let mut later = tied();
    later["touches"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "z", "at": "2026-03-31T22:00Z", "customer": "zoe", "affiliate": "dan" }));
    assert_eq!(paid(&contest("share"), &later).len(), 3);
}

/// From 10 to 20 March: what was sold before, on the 20th, or given back then, is no part of it.
#[test]
fn a_contest_may_have_dates_of_its_own() {
    let contest = json!({ "id": "c", "kind": "contest", "period": "lifetime", "from": "2026-03-10", "until": "2026-03-20",
        "prizes": ["100.00", "50.00", "10.00"], "tie": "share" });
    let facts = sales(&[
        ("A", "ana", "2026-03-09T22:59:59Z", "900.00"),
        ("B", "ana", "2026-03-09T23:00Z", "200.00"),
        ("C", "bob", "2026-03-19T22:59:59Z", "300.00"),
        ("D", "cy", "2026-03-19T23:00Z", "900.00"),
    ]);
    let refunds = json!([{ "id": "r", "at": "2026-03-20T12:00Z", "order": "C", "amount": "200.00" }]);
    let facts = with(facts, "refunds", refunds);
    let program = |effect: &str| json!({ "bonuses": [contest], "refunds": { "bonuses": effect } });
    assert_eq!(paid_by(&program("refund_period"), &facts), ["ana/lifetime 50.00", "bob/lifetime 100.00"]);
    assert_eq!(paid_by(&program("sale_period"), &facts), ["ana/lifetime 100.00", "bob/lifetime 50.00"]);
    let settlement = settle(&plan(&program("none")), &facts);
    let bonus = settlement.targets().find(|target| target.kind == TargetKind::Bonus).unwrap();
    assert_eq!(bonus.at.to_string(), "2026-03-19T22:59:59.999999Z");
}

/// ana's first order came on the 2nd, bob's on the 3rd; on the 10th ana sold to the same customer again.
///
/// That order counts, for nothing, so that bob was there earlier; given back it does not count, where refunds do.
#[test]
fn the_last_counted_order_decides_who_was_earlier() {
    let contest = json!({ "id": "c", "kind": "contest", "period": "month", "metric": "new_customers", "prizes": ["10.00"],
        "tie": "earlier" });
    let facts = sales(&[
        ("A", "ana", "2026-03-02T10:00Z", "100.00"),
        ("B", "bob", "2026-03-03T10:00Z", "100.00"),
        ("C", "ana", "2026-03-10T10:00Z", "100.00"),
    ]);
    let facts = with(facts, "refunds", json!([{ "id": "r", "at": "2026-03-20T10:00Z", "order": "C" }]));
    let facts = with(facts, "until", json!("2026-04-02T00:00Z"));
    let program = |effect: &str| json!({ "bonuses": [contest], "refunds": { "bonuses": effect } });
    assert_eq!(paid_by(&program("none"), &facts), ["bob/2026-03-01 10.00"]);
    assert_eq!(paid_by(&program("sale_period"), &facts), ["ana/2026-03-01 10.00"]);
    assert_eq!(paid_by(&program("refund_period"), &facts), ["ana/2026-03-01 10.00"]);
}

/// 0.355 for each of three clicks is 1.065, half-even 1.06; ana earned 0.50, of which 0.10 went to cy, and an override
/// of 5 % of 2.00; a refund took 0.01 of her share back.
#[test]
fn a_guarantee_pays_what_is_missing() {
    let bonus = json!({ "id": "g", "kind": "epc", "period": "month", "kinds": ["click", "call"], "amount": "0.355",
        "from": "2026-03-01", "until": "2026-03-10" });
    let rules = json!([{ "id": "all", "pay": { "percent": "10", "share": [{ "part": "80" }, { "affiliate": "cy", "part": "20" }] } }]);
    let overrides = json!([{ "id": "up", "of": "sale", "levels": ["5"] }]);
    let touch = |id: &str, at: &str, who: &str, kind: &str| json!({ "id": id, "at": at, "customer": who, "affiliate": if who == "kim" { "ana" } else { who }, "kind": kind });
    let facts = json!({
        "affiliates": [{ "id": "ana" }, { "id": "bob", "recruiter": "ana" }, { "id": "cy" }],
        "touches": [
            touch("1", "2026-03-01T10:00Z", "kim", "click"),
            touch("2", "2026-03-02T10:00Z", "kim", "call"),
            touch("3", "2026-03-09T22:59:59Z", "kim", "click"),
            touch("4", "2026-03-09T23:00Z", "kim", "click"),
            touch("5", "2026-03-05T10:00Z", "kim", "view"),
            touch("6", "2026-02-28T22:59:59Z", "bob", "click"),
            { "id": "7", "at": "2026-03-05T10:00Z", "customer": "kim", "kind": "click" },
        ],
        "orders": [
            { "id": "A", "at": "2026-03-03T10:00Z", "customer": "kim", "lines": [{ "amount": "5.00" }] },
            { "id": "B", "at": "2026-03-30T10:00Z", "customer": "bob", "lines": [{ "amount": "2.00" }] },
        ],
        "refunds": [{ "id": "r", "at": "2026-03-31T10:00Z", "order": "A", "amount": "0.10" }],
        "until": "2026-04-01T00:00Z",
    });
    // ana: 1.06 − (0.40 + 0.10 − 0.01); cy and bob have no click within the dates.
    let program = json!({ "rules": rules, "overrides": overrides, "bonuses": [bonus] });
    assert_eq!(paid_by(&program, &facts), ["ana/2026-03-01 0.57"]);
    assert_eq!(paid_by(&program, &with(facts.clone(), "until", json!("2026-03-31T21:59:59Z"))), Vec::<String>::new());
    let mut others = program;
    others["bonuses"][0]["when"] = json!({ "id": { "is_not": "ana" } });
    assert_eq!(paid_by(&others, &facts), Vec::<String>::new());
}

#[test]
fn a_placement_is_paid_on_its_day() {
    let bonus =
        json!({ "id": "p", "kind": "placement", "on": "2026-03-15", "amount": "300.00", "when": { "group": "press" } });
    let facts = json!({ "affiliates": [
        { "id": "ana", "groups": ["press"] }, { "id": "bob" }, { "id": "cy", "groups": ["press"], "active": false },
    ] });
    let until = |until: &str| with(facts.clone(), "until", json!(until));
    assert_eq!(paid(&bonus, &until("2026-03-14T22:59:59.999999Z")), Vec::<String>::new());
    assert_eq!(paid(&bonus, &facts), Vec::<String>::new());
    let settlement = settle(&plan(&json!({ "bonuses": [bonus] })), &until("2026-03-14T23:00Z"));
    let found: Vec<(String, String, String)> =
        settlement.targets().map(|target| (target.id(), target.at.to_string(), target.amount.amount())).collect();
    assert_eq!(found, [("bonus:p/ana".into(), "2026-03-14T23:00:00Z".into(), "300.00".into())]);
}

/// bob joined a second into February, cy at the beginning of March; dan is not active; eve only has touches.
#[test]
fn a_retainer_is_paid_from_the_first_whole_period() {
    let bonus = json!({ "id": "r", "kind": "retainer", "period": "month", "from": "2026-01-01", "until": "2026-04-01",
        "amount": "500.00" });
    let facts = json!({
        "affiliates": [
            { "id": "ana" },
            { "id": "bob", "joined": "2026-01-31T23:00:01Z" },
            { "id": "cy", "joined": "2026-02-28T23:00:00Z" },
            { "id": "dan", "active": false },
        ],
        "touches": [{ "id": "t", "at": "2026-01-05T00:00Z", "customer": "kim", "affiliate": "eve" }],
        "until": "2026-12-31T00:00Z",
    });
    let program = json!({ "bonuses": [bonus], "unknown_affiliates": "accept" });
    let expected = [
        "ana/2026-01-01 500.00",
        "ana/2026-02-01 500.00",
        "ana/2026-03-01 500.00",
        "bob/2026-03-01 500.00",
        "cy/2026-03-01 500.00",
    ];
    assert_eq!(paid_by(&program, &facts), expected);
    let early = with(facts, "until", json!("2026-02-28T22:59:59Z"));
    assert_eq!(paid_by(&program, &early), ["ana/2026-01-01 500.00", "ana/2026-02-01 500.00"]);
}

/// An order in each month from January on that earns this much.
fn months(earned: &[u32]) -> Value {
    let at = |month: usize| format!("2026-{:02}-15T10:00Z", month + 1);
    let orders: Vec<(String, String, String)> = earned
        .iter()
        .enumerate()
        .map(|(month, amount)| (format!("O{month}"), at(month), format!("{amount}0.00")))
        .collect();
    let orders: Vec<(&str, &str, &str, &str)> =
        orders.iter().map(|(id, at, amount)| (id.as_str(), "ana", at.as_str(), amount.as_str())).collect();
    with(sales(&orders), "until", json!(format!("2026-{:02}-01T00:00Z", earned.len() + 1)))
}

fn draw(more: &Value) -> Value {
    let mut bonus = json!({ "id": "d", "kind": "draw", "amount": "2000.00", "from": "2026-01-01" });
    for (key, value) in more.as_object().unwrap() {
        bonus[key] = value.clone();
    }
    bonus
}

/// Earned 2,750, 3,000, 1,500, 2,375, 3,000, 2,750; paid in all 2,750, 3,000, 2,000, 2,000, 2,875, 2,750.
#[test]
fn a_recoverable_draw() {
    let facts = months(&[2750, 3000, 1500, 2375, 3000, 2750]);
    let bonus = draw(&json!({}));
    assert_eq!(paid(&bonus, &facts), ["ana/2026-03-01 500.00", "ana/2026-04-01 -375.00", "ana/2026-05-01 -125.00"]);
    let settlement = settle(&plan(&json!({ "bonuses": [bonus] })), &facts);
    let totals: Vec<String> = settlement.statements().iter().map(|of| of.totals.total.amount()).collect();
    assert_eq!(totals, ["2750.00", "3000.00", "2000.00", "2000.00", "2875.00", "2750.00"]);
    let mut ledger = Ledger::new();
    ledger.post(&settlement).unwrap();
    assert_eq!(ledger.balances().unwrap()["ana"].amount(), "15375.00");
}

/// A month without anything earned is paid in full, once it is over.
#[test]
fn a_draw_is_due_at_the_end_of_the_month() {
    let until = |until: &str| json!({ "affiliates": [{ "id": "ana" }], "until": until });
    let bonus = draw(&json!({}));
    assert_eq!(paid(&bonus, &until("2026-01-31T22:59:59.999999Z")), Vec::<String>::new());
    assert_eq!(paid(&bonus, &until("2026-01-31T23:00Z")), ["ana/2026-01-01 2000.00"]);
    assert_eq!(instants(&bonus, &until("2026-01-31T23:00Z")), ["2026-01-31T22:59:59.999999Z"]);
}

#[test]
fn a_draw_that_is_not_recovered() {
    let facts = months(&[2750, 1500, 1999, 3000]);
    let bonus = draw(&json!({ "draw": "non_recoverable" }));
    assert_eq!(paid(&bonus, &facts), ["ana/2026-02-01 500.00", "ana/2026-03-01 1.00"]);
}

/// 500 and 400 advanced in the first quarter, 200 of it taken back in March; in April a new one begins.
#[test]
fn a_debt_is_forgiven_at_the_beginning_of_a_quarter() {
    let facts = months(&[1500, 1600, 2200, 3000, 1900, 2500]);
    let to_june = ["ana/2026-05-01 100.00", "ana/2026-06-01 -100.00"];
    let forgiven = ["ana/2026-01-01 500.00", "ana/2026-02-01 400.00", "ana/2026-03-01 -200.00"];
    let expected: Vec<&str> = forgiven.into_iter().chain(to_june).collect();
    assert_eq!(paid(&draw(&json!({ "forgive": "quarter" })), &facts), expected);
    // Of the 700 left, all is taken back in April where nothing is forgiven.
    let kept = [&forgiven[..], &["ana/2026-04-01 -700.00"], &to_june[..]].concat();
    assert_eq!(paid(&draw(&json!({})), &facts), kept);
    assert_eq!(paid(&draw(&json!({ "forgive": "year" })), &facts), kept);
    // A week begins in every month, so that nothing is ever carried.
    let weekly = ["ana/2026-01-01 500.00", "ana/2026-02-01 400.00", "ana/2026-05-01 100.00"];
    assert_eq!(paid(&draw(&json!({ "forgive": "week" })), &facts), weekly);
    assert_eq!(paid(&draw(&json!({ "forgive": "month" })), &facts), weekly);
}

/// 500 advanced in January; in April only a refund came, which took 1,000 back. With a year that begins in April the debt
/// is gone by then.
#[test]
fn a_draw_counts_refunds_in_their_month_and_years_from_the_calendar() {
    let facts = with(months(&[1500, 2000, 2000]), "until", json!("2026-05-01T00:00Z"));
    let facts =
        with(facts, "refunds", json!([{ "id": "r", "at": "2026-04-10T10:00Z", "order": "O2", "amount": "10000.00" }]));
    let bonus = draw(&json!({ "forgive": "year", "until": "2026-06-01" }));
    let calendar = |month: u32| json!({ "bonuses": [bonus], "calendar": { "year_starts": month } });
    // April pays 2,000 in both, which is 3,000 more than the −1,000 earned.
    let expected = ["ana/2026-01-01 500.00", "ana/2026-04-01 3000.00"];
    assert_eq!(paid_by(&calendar(4), &facts), expected);
    assert_eq!(paid_by(&calendar(1), &facts), expected);
    // May earns 6,000; 3,000 of it are owed by April, and 500 by January unless they are forgiven.
    let mut may = with(facts, "until", json!("2026-06-01T00:00Z"));
    let order = json!({ "id": "M", "at": "2026-05-10T10:00Z", "customer": "ana", "lines": [{ "amount": "60000.00" }] });
    may["orders"].as_array_mut().unwrap().push(order);
    assert_eq!(paid_by(&calendar(4), &may), [expected[0], expected[1], "ana/2026-05-01 -3000.00"]);
    assert_eq!(paid_by(&calendar(1), &may), [expected[0], expected[1], "ana/2026-05-01 -3500.00"]);
}

/// Only lines paid by the named rules, of affiliates of the group, between the dates.
#[test]
fn a_bonus_counts_what_it_says() {
    let bonus = json!({ "id": "m", "kind": "milestone", "period": "year", "metric": "orders", "counts": ["shoes"],
        "when": { "group": "vip" }, "from": "2026-03-01", "until": "2026-04-01", "steps": [{ "from": "2", "amount": "1.00" }] });
    let rules = json!([
        { "id": "shoes", "when": { "line": { "category": "shoes" } }, "pay": { "percent": "0" } },
        { "id": "rest", "pay": { "percent": "10" } },
    ]);
    let mut facts = sales(&[
        ("A", "ana", "2026-02-28T22:00Z", "10.00"),
        ("B", "ana", "2026-03-01T10:00Z", "10.00"),
        ("C", "ana", "2026-03-02T10:00Z", "10.00"),
        ("D", "ana", "2026-03-31T21:59Z", "10.00"),
        ("E", "bob", "2026-03-02T10:00Z", "10.00"),
        ("F", "bob", "2026-03-03T10:00Z", "10.00"),
    ]);
    for order in [0, 1, 3, 4, 5] {
        facts["orders"][order]["lines"][0]["category"] = json!("shoes");
    }
    facts["affiliates"][0]["groups"] = json!(["vip"]);
    let program = json!({ "rules": rules, "conflict": "first", "bonuses": [bonus] });
    assert_eq!(paid_by(&program, &facts), ["ana/2026-01-01/1 1.00"]);
    let settlement = settle(&plan(&program), &facts);
    let bonus = settlement.targets().find(|target| target.kind == TargetKind::Bonus).unwrap();
    assert_eq!(bonus.at.to_string(), "2026-03-31T21:59:00Z");
}

/// By instant, bonus, affiliate and the rest of the id; however the facts are given.
#[test]
fn bonuses_stand_in_one_order() {
    let steps = json!([{ "from": "1", "amount": "1.00" }, { "from": "2", "amount": "1.00" }]);
    let milestone =
        |id: &str| json!({ "id": id, "kind": "milestone", "period": "day", "metric": "units", "steps": steps });
    let program = json!({ "bonuses": [milestone("z"), milestone("a")] });
    let mut facts = sales(&[
        ("A", "bob", "2026-03-02T10:00Z", "10.00"),
        ("B", "ana", "2026-03-02T10:00Z", "10.00"),
        ("C", "ana", "2026-03-01T10:00Z", "10.00"),
    ]);
    facts["orders"][1]["lines"][0]["quantity"] = json!(2);
    let settlement = settle(&plan(&program), &facts);
    let ids = |settlement: &Settlement| -> Vec<String> {
        settlement.targets().filter(|target| target.kind == TargetKind::Bonus).map(|target| target.id()).collect()
    };
    let expected = [
        "bonus:z/ana/2026-03-01/1",
        "bonus:a/ana/2026-03-01/1",
        "bonus:z/ana/2026-03-02/1",
        "bonus:z/ana/2026-03-02/2",
        "bonus:z/bob/2026-03-02/1",
        "bonus:a/ana/2026-03-02/1",
        "bonus:a/ana/2026-03-02/2",
        "bonus:a/bob/2026-03-02/1",
    ];
    assert_eq!(ids(&settlement), expected);
    for table in ["affiliates", "touches", "orders"] {
        facts[table].as_array_mut().unwrap().reverse();
    }
    assert_eq!(settle(&plan(&program), &facts).to_json(), settlement.to_json());
}

/// Beyond the limit is an error, never a smaller bonus.
#[test]
fn limits_are_checked() {
    let most = "90071992547409.91";
    let facts = sales(&[("A", "ana", "2026-03-02T10:00Z", "3.00"), ("B", "ana", "2026-05-02T10:00Z", "3.00")]);
    let refused = |bonus: Value| {
        let facts = Facts::from_json(&facts.to_string()).unwrap();
        let problems = plan(&json!({ "bonuses": [bonus] })).settle(&facts).unwrap_err();
        problems.iter().next().unwrap().code().as_str().to_owned()
    };
    let every = |ceiling: Option<&str>| {
        let mut bonus = json!({ "id": "b", "kind": "every", "period": "month", "every": "1.00", "amount": most });
        if let Some(ceiling) = ceiling {
            bonus["ceiling"] = json!(ceiling);
        }
        bonus
    };
    assert_eq!(refused(every(None)), "money.limit");
    assert_eq!(paid(&every(Some("1.00")), &facts), ["ana/2026-03-01/A 1.00", "ana/2026-05-01/B 1.00"]);
    // Two clicks of the largest amount, in the period before the last order.
    let mut two = facts.clone();
    two["touches"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "x", "at": "2025-01-02T00:00Z", "customer": "kim", "affiliate": "ana" }));
    let epc = json!({ "id": "b", "kind": "epc", "period": "month", "kinds": "click", "amount": "90071992547.40991" });
    assert_eq!(paid(&epc, &two), ["ana/2025-01-01 180143985094.82"]);
    let facts = Facts::from_json(&two.to_string()).unwrap();
    let epc = json!({ "id": "b", "kind": "epc", "period": "month", "kinds": "click", "amount": most });
    let problems = plan(&json!({ "bonuses": [epc] })).settle(&facts).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "money.limit");
}
