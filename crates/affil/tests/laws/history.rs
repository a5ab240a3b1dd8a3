//! Laws of time: what was known when, and corrections, against documents rewritten by hand.

use std::collections::{BTreeMap, BTreeSet};

use affil::time::Instant;
use affil::{Facts, Plan};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::generate::{facts, program};
use super::{plan, rows, shuffled};

const DAY: i64 = 86_400_000_000;
const TABLES: [&str; 5] = ["touches", "orders", "refunds", "adjustments", "reviews"];

/// Facts that learn late, and some of which correct others. All is known within the year.
pub(crate) fn history() -> impl Strategy<Value = Value> {
    let late = vec((select(&TABLES[..4]), any::<Index>(), 0..30_i64), 0..12);
    let corrections = vec((select(&TABLES[..]), any::<Index>(), -2..4_i64, 0..30_i64, any::<Index>()), 0..6);
    let reviews = vec((vec(any::<Index>(), 1..4), any::<bool>(), 0..20_i64), 0..3);
    (facts(), late, corrections, reviews).prop_map(|(mut facts, late, corrections, reviews)| {
        // Whether they were covered depends on what was known, and so on what the document below leaves out.
        for table in ["payouts", "confirmations"] {
            facts[table] = json!([]);
        }
        let orders = rows(&facts, "orders").to_vec();
        let reviews = reviews.into_iter().enumerate().map(|(number, (of, hold, days))| {
            let of: Vec<&Value> = of.iter().map(|index| index.get(&orders)).collect();
            // After all of its orders, even when they turn out to be a few days younger.
            let last = of.iter().map(|order| micros(&order["at"])).max().unwrap();
            let ids: Vec<&Value> = of.iter().map(|order| &order["id"]).collect();
            let decision = if hold { "hold" } else { "release" };
            json!({ "id": format!("v{number}"), "at": text(last + (days + 6) * DAY), "orders": ids, "decision": decision })
        });
        facts["reviews"] = reviews.collect();
        for (table, index, days) in late {
            let table = facts[table].as_array_mut().unwrap();
            if !table.is_empty() {
                let count = table.len();
                let row = &mut table[index.index(count)];
                row["known"] = later(&row["at"], days);
            }
        }
        for (number, (table, index, moved, days, other)) in corrections.into_iter().enumerate() {
            let rows = rows(&facts, table);
            let replaced: BTreeSet<&str> = rows.iter().filter_map(|row| row["replaces"].as_str()).collect();
            let free: Vec<&Value> = rows.iter().filter(|row| !replaced.contains(row["id"].as_str().unwrap())).collect();
            if free.is_empty() {
                continue;
            }
            let wrong = index.get(&free);
            // What was meant is what another row says, at another time.
            let mut right = if other.index(3) == 0 { other.get(rows).clone() } else { (*wrong).clone() };
            right["at"] = later(&wrong["at"], moved);
            right["known"] = later(&right["at"], days);
            right["replaces"] = wrong["id"].clone();
            right["id"] = json!(format!("x{number}"));
            facts[table].as_array_mut().unwrap().push(right);
        }
        facts
    })
}

fn micros(at: &Value) -> i64 {
    Instant::parse(at.as_str().unwrap()).unwrap().micros()
}

fn text(micros: i64) -> Value {
    json!(Instant::from_micros(micros).unwrap().to_string())
}

fn later(at: &Value, days: i64) -> Value {
    text(micros(at) + days * DAY)
}

fn known(row: &Value) -> i64 {
    micros(if row["known"].is_null() { &row["at"] } else { &row["known"] })
}

fn ids(facts: &Value, table: &str) -> BTreeSet<String> {
    rows(facts, table).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// The orders that others name, by `meant`; what names one that is not meant is left out, and touches stay.
fn renamed(facts: &mut Value, meant: impl Fn(&str) -> Option<String>) {
    let order = |row: &Value| row["order"].as_str().and_then(&meant);
    for touch in facts["touches"].as_array_mut().unwrap() {
        if let Some(order) = order(touch) {
            touch["order"] = json!(order);
        }
    }
    facts["refunds"].as_array_mut().unwrap().retain_mut(|refund| {
        let order = order(refund);
        refund["order"] = json!(order);
        order.is_some()
    });
    facts["reviews"].as_array_mut().unwrap().retain_mut(|review| {
        let orders: Vec<String> =
            review["orders"].as_array().unwrap().iter().filter_map(|order| meant(order.as_str().unwrap())).collect();
        review["orders"] = json!(orders);
        !orders.is_empty()
    });
}

/// Lets what corrects something that is not there yet stand alone, and gives what stands for what.
fn alone(facts: &Value, then: &mut Value, table: &str) -> BTreeMap<String, String> {
    let (all, there) = (ids(facts, table), ids(then, table));
    let mut heirs = BTreeMap::new();
    for row in then[table].as_array_mut().unwrap() {
        let Some(replaced) = row["replaces"].as_str().map(str::to_owned) else { continue };
        if all.contains(&replaced) && !there.contains(&replaced) {
            row.as_object_mut().unwrap().remove("replaces");
            heirs.insert(replaced, row["id"].as_str().unwrap().to_owned());
        }
    }
    heirs
}

/// The document of what was known by an instant.
fn as_of(facts: &Value, at: i64) -> Value {
    let mut then = facts.clone();
    for table in TABLES {
        then[table].as_array_mut().unwrap().retain(|row| known(row) <= at);
    }
    let heirs = TABLES.map(|table| alone(facts, &mut then, table));
    // What is known to be wrong is gone, even if what replaces it waits for its order.
    for table in ["refunds", "reviews"] {
        let rows = then[table].as_array_mut().unwrap();
        let replaced: BTreeSet<String> = rows
            .iter_mut()
            .filter_map(|row| row.as_object_mut().unwrap().remove("replaces"))
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        rows.retain(|row| !replaced.contains(row["id"].as_str().unwrap()));
    }
    let (all, there) = (ids(facts, "orders"), ids(&then, "orders"));
    renamed(&mut then, |id| {
        if there.contains(id) || !all.contains(id) { Some(id.to_owned()) } else { heirs[1].get(id).cloned() }
    });
    then["until"] = text(at);
    then
}

/// The document in which nothing is corrected any more.
fn corrected(facts: &Value) -> Value {
    let mut flat = facts.clone();
    for table in TABLES {
        let next: BTreeMap<String, String> = rows(facts, table)
            .iter()
            .filter_map(|row| Some((row["replaces"].as_str()?.to_owned(), row["id"].as_str()?.to_owned())))
            .collect();
        flat[table].as_array_mut().unwrap().retain_mut(|row| {
            row.as_object_mut().unwrap().remove("replaces");
            !next.contains_key(row["id"].as_str().unwrap())
        });
        if table == "orders" {
            renamed(&mut flat, |id| {
                let mut id = id;
                while let Some(heir) = next.get(id) {
                    id = heir;
                }
                Some(id.to_owned())
            });
        }
    }
    flat
}

/// What facts settle to, or the codes of what is wrong with them.
fn outcome(plan: &Plan, facts: &Facts) -> Result<String, BTreeSet<&'static str>> {
    let codes = |problem: &affil::Problem| problem.code().as_str();
    plan.settle(facts).map(|found| found.to_json()).map_err(|problems| problems.iter().map(codes).collect())
}

fn read(facts: &Value) -> Facts {
    Facts::from_json(&facts.to_string()).unwrap()
}

laws! {
    /// Corrected facts settle as if only the corrections had ever been there, in whatever order they come.
    #[test]
    fn corrections((facts, other) in history().prop_flat_map(|facts| (Just(facts.clone()), shuffled(&facts))), program in program()) {
        let plan = plan(&program);
        let found = outcome(&plan, &read(&facts));
        prop_assert_eq!(&found, &outcome(&plan, &read(&corrected(&facts))));
        prop_assert_eq!(&found, &outcome(&plan, &read(&other)));
    }

    /// As of any instant, facts settle as if what was not known yet were not there.
    #[test]
    fn known_by_then(facts in history(), program in program(), days in 0..110_i64) {
        let plan = plan(&program);
        let at = micros(&json!("2026-02-20T00:00:00Z")) + days * DAY;
        let then = read(&facts).as_of(Instant::from_micros(at).unwrap());
        let expected = as_of(&facts, at);
        // Refunds and reviews that are replaced are still there, and not in the document.
        for (count, table) in [(then.touches(), "touches"), (then.orders(), "orders"), (then.adjustments(), "adjustments")] {
            prop_assert_eq!(count, rows(&expected, table).len(), "{}", table);
        }
        // Two corrections of what was not known yet are refused as such; without it, for whatever they contradict.
        prop_assert_eq!(outcome(&plan, &then).ok(), outcome(&plan, &read(&corrected(&expected))).ok());
    }

    /// As of their end, when all is known, facts are themselves; and as of two instants, of the earlier.
    #[test]
    fn as_of_the_end(mut facts in history(), program in program(), days in 0..110_i64) {
        let plan = plan(&program);
        let end = "2026-12-31T00:00:00Z";
        facts["until"] = json!(end);
        let (facts, end) = (read(&facts), Instant::parse(end).unwrap());
        prop_assert_eq!(outcome(&plan, &facts.as_of(end)), outcome(&plan, &facts));
        let earlier = Instant::from_micros(micros(&json!("2026-02-20T00:00:00Z")) + days * DAY).unwrap();
        prop_assert_eq!(outcome(&plan, &facts.as_of(end).as_of(earlier)), outcome(&plan, &facts.as_of(earlier)));
    }
}
