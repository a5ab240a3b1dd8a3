//! A book that is added to holds what a ledger holds to which everything is posted each time.

use std::collections::BTreeMap;

use affil::time::{Instant, Month};
use affil::{Again, Book, Entry, Facts, Ledger, Plan, Problems};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Map, Value, json};

use super::generate::program;
use super::history::history;
use super::lived::lived;
use super::statements::of_six_customers;
use super::{plan, shuffled};

const DAY: i64 = 86_400_000_000;

/// How a row comes: how many days too late or too early, whether with the row before it, whether once more, whether a month
/// is closed before it, and whether all is said to be known up to its time.
#[derive(Debug, Clone)]
struct Coming {
    days: i64,
    alone: bool,
    again: bool,
    closes: Option<u8>,
    complete: bool,
}

fn comings() -> impl Strategy<Value = Vec<Coming>> {
    let days = prop_oneof![6 => Just(0_i64), 2 => 0..40_i64, 1 => -60..0_i64];
    let closes = prop::option::weighted(0.02, 1..7_u8);
    let complete = prop_oneof![1 => Just(0.0), 1 => Just(0.15)].prop_flat_map(prop::bool::weighted);
    let coming = (days, prop::bool::weighted(0.7), prop::bool::weighted(0.05), closes, complete);
    vec(
        coming.prop_map(|(days, alone, again, closes, complete)| Coming { days, alone, again, closes, complete }),
        40..90,
    )
}

/// What happens to the books, one after the other.
#[derive(Debug, Clone)]
enum Step {
    Add(Value),
    Close(u8),
}

/// The facts in parts, most rows when they were known, and some beside their time.
fn steps(facts: &Value, comings: &[Coming]) -> Vec<Step> {
    let mut comings = comings.iter().cycle();
    let mut rows: Vec<(i64, &Coming, &str, &Value)> = Vec::new();
    for (table, list) in facts.as_object().unwrap() {
        let list = list.as_array().map_or(std::slice::from_ref(list), Vec::as_slice);
        for row in list {
            let coming = comings.next().unwrap();
            let time = ["known", "at"].into_iter().find_map(|key| row[key].as_str()).or(row.as_str());
            let time = time.map_or(0, |at| Instant::parse(at).unwrap().micros());
            // What has no time is mostly there at the beginning.
            let late = if time == 0 && coming.days > 25 { super::generate::START } else { time };
            rows.push((late + coming.days * DAY, coming, table, row));
        }
    }
    rows.sort_by_key(|(at, ..)| *at);
    let mut steps: Vec<Step> = Vec::new();
    for (at, coming, table, row) in rows {
        steps.extend(coming.closes.map(Step::Close));
        if coming.complete && at > 0 {
            steps.push(Step::Add(json!({ "until": Instant::from_micros(at).unwrap().to_string() })));
        }
        let mut part = Map::new();
        let put = |part: &mut Map<String, Value>| {
            if table == "until" {
                part.insert(table.to_owned(), row.clone());
            } else {
                part.entry(table).or_insert_with(|| json!([])).as_array_mut().unwrap().push(row.clone());
            }
        };
        match steps.last_mut() {
            // Few touches and quotes book anything by themselves.
            Some(Step::Add(last)) if !coming.alone || table == "quotes" || table == "touches" && at % 3 != 0 => {
                put(last.as_object_mut().unwrap());
            }
            _ => {
                put(&mut part);
                steps.push(Step::Add(Value::Object(part)));
            }
        }
        if coming.again {
            steps.extend(steps.last().cloned());
        }
    }
    steps
}

/// The slow way: everything is settled and posted each time.
struct Slow {
    facts: Facts,
    ledger: Ledger,
}

impl Slow {
    fn add(&mut self, plan: &Plan, text: &str) -> Result<Vec<Entry>, Problems> {
        let mut facts = self.facts.clone();
        facts.add_json(text)?;
        let entries = self.ledger.post(&plan.settle(&facts)?)?;
        self.facts = facts;
        Ok(entries)
    }
}

/// How often what happened.
type Counts = BTreeMap<String, u32>;

/// Puts the book away and opens it again from its facts and its ledger.
fn reopen(book: &mut Book) -> Result<(), TestCaseError> {
    let lines = book.ledger().to_json_lines();
    let facts = Facts::from_json(&serde_json::to_string(&book.facts().to_document()).unwrap()).unwrap();
    // Rows count on from what was given before, so that only a copy names the same rows in problems.
    let copy = Book::with_ledger(book.plan().clone(), facts, Ledger::from_json_lines(&lines).unwrap()).unwrap();
    prop_assert_eq!(copy.ledger().to_json_lines(), lines.as_str());
    let ledger = Ledger::from_json_lines(&lines).unwrap();
    *book = Book::with_ledger(book.plan().clone(), book.facts().clone(), ledger).unwrap();
    prop_assert_eq!(book.ledger().to_json_lines(), lines);
    Ok(())
}

fn lockstep(plan: &Plan, steps: &[Step], counts: &mut Counts) -> Result<(), TestCaseError> {
    let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    let mut slow = Slow { facts: Facts::new(), ledger: Ledger::new() };
    let mut book: Option<Book> = None;
    // What was refused is given once more at the end, when others have come.
    let mut refused: Vec<String> = Vec::new();
    let mut steps: Vec<Step> = steps.to_vec();
    steps.reverse();
    let mut last_round = false;
    loop {
        let Some(step) = steps.pop() else {
            if last_round || refused.is_empty() {
                break;
            }
            last_round = true;
            steps.extend(refused.drain(..).rev().map(|text| Step::Add(serde_json::from_str(&text).unwrap())));
            continue;
        };
        let text = match step {
            Step::Add(value) => value.to_string(),
            Step::Close(number) => {
                let month = Month::new(2026, number).unwrap();
                slow.ledger.close(month);
                if let Some(book) = &mut book {
                    book.close(month);
                    reopen(book)?;
                }
                continue;
            }
        };
        let Some(book) = &mut book else {
            // The first facts that settle open the book.
            let start = Facts::from_json(&text).unwrap();
            let opened = Book::with_ledger(plan.clone(), start.clone(), slow.ledger.clone());
            let settled = plan.settle(&start);
            prop_assert_eq!(opened.as_ref().err(), settled.as_ref().err());
            if let (Ok(opened), Ok(settled)) = (opened, settled) {
                slow.facts = start;
                slow.ledger.post(&settled).unwrap();
                book = Some(opened);
            } else {
                refused.push(text);
            }
            continue;
        };
        let (expected, found) = (slow.add(plan, &text), book.add_json(&text));
        prop_assert_eq!(&found, &expected, "{}", text);
        match (found, book.settled().everything) {
            (Err(_), _) => {
                count("refused");
                if !last_round {
                    refused.push(text);
                }
            }
            (Ok(entries), None) => {
                count("part");
                count(if entries.is_empty() { "part, nothing booked" } else { "part, booked" });
                if book.settled().orders < book.facts().orders() {
                    count("part, smaller");
                }
                count(&format!("part, reach {:?}", book.reach().again));
            }
            (Ok(_), Some(why)) => count(&format!("everything: {why}")),
        }
        prop_assert_eq!(book.facts().to_document(), slow.facts.to_document());
    }
    if let Some(book) = book {
        prop_assert_eq!(book.ledger().to_json_lines(), slow.ledger.to_json_lines());
        prop_assert_eq!(book.ledger().accounts().unwrap(), slow.ledger.accounts().unwrap());
    }
    Ok(())
}

/// A program without what joins affiliates: only customers matter to themselves.
fn of_customers(mut program: Value) -> Value {
    program["tiers"] = json!([]);
    program["bonuses"] = json!([]);
    program["caps"].as_array_mut().unwrap().retain(|cap| cap["per"] == "order" || cap["per"] == "customer");
    if program["round"]["at"] == "statement" {
        program["round"]["at"] = json!("order");
    }
    program
}

/// A program in which nobody matters to all.
fn of_affiliates(mut program: Value) -> Value {
    program["caps"].as_array_mut().unwrap().retain(|cap| cap["per"] != "rule" && cap["per"] != "program");
    program["bonuses"].as_array_mut().unwrap().retain(|bonus| bonus["kind"] != "contest");
    program
}

/// A program under which most orders earn something, where that can be had by leaving conditions out.
fn generous(program: Value) -> Value {
    let mut kind = program.clone();
    kind["unknown_affiliates"] = json!("accept");
    kind["exclude"] = json!([]);
    for rule in kind["rules"].as_array_mut().unwrap() {
        for key in ["when", "from", "until"] {
            rule.as_object_mut().unwrap().remove(key);
        }
    }
    if kind["conflict"].is_null() {
        kind["conflict"] = json!("first");
    }
    for window in kind["attribution"]["windows"].as_object_mut().unwrap().values_mut() {
        *window = json!("60d");
    }
    if Plan::from_text(&kind.to_string()).is_ok() { kind } else { program }
}

fn programs() -> impl Strategy<Value = Value> {
    let programs = prop_oneof![
        3 => program().prop_map(of_customers),
        5 => program().prop_map(of_affiliates),
        1 => program(),
    ];
    (programs, prop::bool::weighted(0.7)).prop_map(|(program, kind)| if kind { generous(program) } else { program })
}

fn written(facts: &Facts) -> Value {
    serde_json::to_value(facts.to_document()).unwrap()
}

laws! {
    /// Facts of any kind, in parts.
    #[test]
    fn parts_post_as_the_whole(
        facts in of_six_customers().prop_flat_map(|facts| shuffled(&facts)), program in programs(), comings in comings(),
    ) {
        lockstep(&plan(&program), &steps(&facts, &comings), &mut Counts::new())?;
    }

    /// What is learned late, and corrections.
    #[test]
    fn so_do_those_of_a_history(facts in history(), program in programs(), comings in comings()) {
        lockstep(&plan(&program), &steps(&facts, &comings), &mut Counts::new())?;
    }

    /// What was paid out, and came back.
    #[test]
    fn so_do_those_of_the_paid((plan, facts) in lived(), comings in comings()) {
        lockstep(&plan, &steps(&written(&facts), &comings), &mut Counts::new())?;
    }
}

/// The laws above would hold for a book that always settles everything: most adds must not.
///
/// `AFFIL_COVERAGE=1` prints the figures.
#[test]
fn most_parts_are_settled_alone() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts = Counts::new();
    for _ in 0..60 {
        let program = programs().new_tree(&mut runner).unwrap().current();
        for facts in [
            of_six_customers().new_tree(&mut runner).unwrap().current(),
            history().new_tree(&mut runner).unwrap().current(),
        ] {
            let comings = comings().new_tree(&mut runner).unwrap().current();
            lockstep(&plan(&program), &steps(&facts, &comings), &mut counts).unwrap();
        }
    }
    if std::env::var_os("AFFIL_COVERAGE").is_some() {
        println!("{counts:#?}");
    }
    let count = |what: &str| counts.get(what).copied().unwrap_or_default();
    for what in ["part, booked", "part, smaller", "part, reach Customer", "part, reach Affiliate", "refused"] {
        assert!(count(what) > 100, "{what}: {counts:#?}");
    }
    let all: u32 = counts.iter().filter(|(what, _)| what.starts_with("everything")).map(|(_, count)| count).sum();
    assert!(count("part") > all, "{counts:#?}");
    assert_eq!(Again::Customer.max(Again::Everything), Again::Everything);
}
