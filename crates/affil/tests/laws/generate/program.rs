//! Whole programs.

use affil::{Plan, Problems};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::attribution::attribution;
use super::incentive::{bonus, cap, tier};
use super::lifecycle::lifecycle;
use super::payout::terms;
use super::when::{affiliate_when, when};
use super::{ZONES, amount, cents, dates, maybe, named, object, percent, rule_ids, share, word};

fn pay() -> impl Strategy<Value = Value> {
    let flat = prop_oneof![
        3 => amount(),
        1 => (amount(), amount()).prop_map(|(own, other)| json!({ "EUR": own, "USD": other })),
    ];
    let kind = prop_oneof![
        4 => percent().prop_map(|percent| json!({ "percent": percent })),
        2 => (flat, select(vec!["line", "order", "unit", "action"])).prop_map(|(flat, per)| json!({ "flat": flat, "per": per })),
    ];
    let parties = maybe(
        (share(), share(), any::<bool>()).prop_map(|(own, other, named)| {
            let own = if named { json!({ "affiliate": "ana", "part": own }) } else { json!({ "part": own }) };
            json!([own, { "affiliate": "eve", "part": other }])
        }),
        0.12,
    );
    (kind, maybe(amount(), 0.12), maybe(amount(), 0.12), parties).prop_map(|(mut pay, floor, cap, share)| {
        for (key, value) in [("floor", floor), ("cap", cap), ("share", share)] {
            pay[key] = value;
        }
        object(pay)
    })
}

fn recurring() -> impl Strategy<Value = Value> {
    let taper = maybe(
        (1..3_u32, percent(), percent()).prop_map(
            |(from, one, two)| json!([{ "from": from, "percent": one }, { "from": from + 1, "percent": two }]),
        ),
        0.5,
    );
    (maybe((1..4_u32).prop_map(Value::from), 0.5), maybe((1..3_u32).prop_map(Value::from), 0.4), taper)
        .prop_map(|(charges, months, taper)| object(json!({ "charges": charges, "months": months, "taper": taper })))
}

fn rule() -> impl Strategy<Value = Value> {
    let dated = (dates(0.12), maybe(word(&["order", "first_charge", "joined"]), 0.3));
    (maybe(when(), 0.6), pay(), prop::bool::weighted(0.25), maybe(recurring(), 0.1), dated).prop_map(
        |(when, pay, on_top, recurring, ((from, until), dated_by))| {
            object(json!({ "when": when, "pay": pay, "on_top": on_top, "recurring": recurring, "from": from,
                "until": until, "dated_by": dated_by }))
        },
    )
}

fn deal() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        2 => percent().prop_map(|percent| json!({ "percent": percent })),
        1 => amount().prop_map(|flat| json!({ "flat": flat })),
    ];
    (value, affiliate_when(), rule_ids(0.4), dates(0.2), maybe(word(&["joined", "first_charge"]), 0.2)).prop_map(
        |(mut deal, when, rules, (from, until), dated_by)| {
            for (key, value) in
                [("when", when), ("rules", rules), ("from", from), ("until", until), ("dated_by", dated_by)]
            {
                deal[key] = value;
            }
            object(deal)
        },
    )
}

fn override_() -> impl Strategy<Value = Value> {
    (word(&["sale", "commission"]), vec(percent(), 1..4), rule_ids(0.2), maybe(affiliate_when(), 0.2), dates(0.1))
        .prop_map(|(of, levels, rules, when, (from, until))| {
            object(json!({ "of": of, "levels": levels, "rules": rules, "when": when, "from": from, "until": until }))
        })
}

fn refunds() -> impl Strategy<Value = Value> {
    let effect = || maybe(word(&["none", "sale_period", "refund_period"]), 0.7);
    (
        effect(),
        effect(),
        effect(),
        maybe(word(&["refuse", "cap"]), 0.6),
        maybe(word(&["50", "0", "33.3", "99"]), 0.2),
        maybe(word(&["10d", "1mo", "36h"]), 0.2),
    )
        .prop_map(|(tiers, bonuses, caps, excess, void_above, within)| {
            object(
                json!({ "tiers": tiers, "bonuses": bonuses, "caps": caps, "excess": excess, "void_above": void_above,
                "within": within }),
            )
        })
}

fn head() -> impl Strategy<Value = Value> {
    let calendar = (word(&["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]), 1..13_u32)
        .prop_map(|(week, year)| json!({ "week_starts": week, "year_starts": year }));
    let round = (
        word(&["line", "order", "statement"]),
        word(&["half_even", "half_up", "down", "up"]),
        maybe(word(&["largest", "first", "cumulative"]), 0.5),
    )
        .prop_map(|(at, mode, split)| object(json!({ "at": at, "mode": mode, "split": split })));
    (
        select(ZONES.to_vec()),
        word(&["first", "best", "most_specific", "stack"]),
        round,
        maybe(calendar, 0.4),
        maybe(word(&["order_day", "month_average"]), 0.4),
        maybe(word(&["accept", "refuse"]), 0.2),
    )
        .prop_map(|(zone, conflict, round, calendar, exchange, unknown)| {
            object(json!({ "schema": "affil/1", "currency": "EUR", "zone": zone, "conflict": conflict, "round": round,
                "calendar": calendar, "exchange": exchange, "unknown_affiliates": unknown,
                "name": "generated", "assume": { "margin": "30", "discount": "10" } }))
        })
}

/// A program that compiles; boxed like facts.
pub(crate) fn program() -> BoxedStrategy<Value> {
    let exclude = prop_oneof![
        2 => Just(Vec::new()),
        1 => vec(when().prop_map(|when| json!({ "when": when })), 1..2),
    ];
    let less = maybe(subsequence(vec!["discount", "tax", "shipping", "cost"], 1..4).prop_map(|less| json!(less)), 0.25);
    let lists = (
        exclude,
        vec(rule(), 1..4),
        vec(deal(), 0..2),
        vec(override_(), 0..2),
        vec(tier(), 0..3),
        vec(cap(), 0..3),
        vec(bonus(), 0..3),
    )
        .boxed();
    let policies = (refunds(), maybe(lifecycle(), 0.5), vec(terms(), 0..3)).boxed();
    let whole = (head(), attribution().boxed(), policies, lists, less, cents()).prop_map(
        |(
            mut program,
            attribution,
            (refunds, lifecycle, payouts),
            (exclude, mut rules, deals, overrides, tiers, caps, bonuses),
            less,
            odd,
        )| {
            for (index, rule) in rules.iter_mut().enumerate() {
                // Mostly one base for all, so that ladders can count them together.
                let differs = odd % 4 == 0 && index == 1;
                if rule["pay"].get("percent").is_some() && !less.is_null() && !differs {
                    rule["pay"]["less"] = less.clone();
                }
            }
            let parts = [
                ("exclude", named(exclude, "x")),
                ("rules", named(rules, "r")),
                ("deals", named(deals, "d")),
                ("overrides", named(overrides, "v")),
                ("tiers", named(tiers, "t")),
                ("caps", named(caps, "c")),
                ("bonuses", named(bonuses, "b")),
                ("payouts", named(payouts, "p")),
            ];
            program["attribution"] = attribution;
            program["refunds"] = refunds;
            if !lifecycle.is_null() {
                program["lifecycle"] = lifecycle;
            }
            for (key, value) in parts {
                program[key] = value;
            }
            mended(program)
        },
    );
    whole.boxed()
}

/// The program without what keeps it from compiling: a ladder over rules with different bases, a bond under a model
/// that credits several, a rule that is not there.
fn mended(mut program: Value) -> Value {
    for _ in 0..40 {
        let Err(problems) = Plan::from_text(&program.to_string()) else { return program };
        remove(&mut program, &problems);
    }
    panic!("cannot be mended: {program}");
}

fn remove(program: &mut Value, problems: &Problems) {
    let Some(problem) = problems.iter().next() else { return };
    let parts: Vec<&str> = problem.path().as_str().split('/').skip(1).collect();
    match parts.as_slice() {
        [list, index, ..] if program[*list].is_array() => {
            program[*list].as_array_mut().unwrap().remove(index.parse().unwrap());
        }
        [table, key, ..] => {
            let gone = program[*table].as_object_mut().unwrap().remove(*key);
            assert!(gone.is_some(), "{problem}\n{program}");
        }
        _ => panic!("{problem}\n{program}"),
    }
}
