//! Law 6 over time: payouts proposed, sent and failed, months closed; engine and reference keep the
//! same books.

use std::collections::{BTreeMap, BTreeSet};

use affil::time::{Instant, Month};
use affil::{Facts, Ledger, Plan, Problems};
use affil_oracle::{Proposals, Refusal};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{START, facts, instant, program};
use super::history::history;
use super::{plan, same};

const DAY: i64 = 86_400_000_000;

/// A payout run: how many days after the one before, which proposals are sent, which of them fail, after how many days.
type Run = (i64, Vec<bool>, Vec<u8>);

fn run() -> impl Strategy<Value = Run> {
    (1..50_i64, vec(prop::bool::weighted(0.9), 5), vec(0..10_u8, 5))
}

fn codes(problems: &Problems) -> BTreeSet<String> {
    problems.iter().map(|problem| problem.code().to_string()).collect()
}

/// What the engine proposes, if it is what the reference proposes.
fn proposed(plan: &Plan, program: &Value, facts: &Value, at: i64) -> Result<Vec<Value>, TestCaseError> {
    let at = Instant::from_micros(at).unwrap();
    let found = Facts::from_json(&facts.to_string()).and_then(|facts| plan.payouts(&facts, at));
    match (found, affil_oracle::payouts(&program.to_string(), &facts.to_string(), &at.to_string())) {
        (Ok(found), Ok(wanted)) => {
            let found: Value = serde_json::from_str(&found.to_json()).unwrap();
            prop_assert_eq!(told(&found), listed(&wanted));
            Ok(found["payouts"].as_array().unwrap().iter().map(|item| item["payout"].clone()).collect())
        }
        (Err(problems), Err(Refusal { codes: wanted, .. })) => {
            prop_assert_eq!(codes(&problems), wanted);
            Ok(Vec::new())
        }
        (found, wanted) => {
            prop_assert!(false, "engine {:?}\nreference {:?}", found.map(|run| run.to_json()), wanted);
            Ok(Vec::new())
        }
    }
}

type Lines = BTreeSet<String>;

fn cents(text: &Value) -> i128 {
    text.as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
}

fn told(run: &Value) -> Lines {
    let payout = |item: &Value| {
        let payout = &item["payout"];
        let sums =
            ["earned", "released", "reserve", "vat", "withholding", "fee", "transfer"].map(|key| cents(&payout[key]));
        let paid = if payout["paid"].is_null() { cents(&payout["transfer"]) } else { cents(&payout["paid"]) };
        format!("{} {} {sums:?} {paid} {}", payout["id"], item["terms"], payout["release"])
    };
    let carried = |row: &Value| format!("{} {} {}", row["affiliate"], cents(&row["balance"]), row["reason"]);
    let (payouts, carry) = (run["payouts"].as_array().unwrap(), run["carried"].as_array().unwrap());
    payouts.iter().map(payout).chain(carry.iter().map(carried)).collect()
}

fn listed(run: &Proposals) -> Lines {
    let payouts = run.payouts.iter().map(|payout| {
        let sums = [
            payout.earned_minor,
            payout.released_minor,
            payout.reserve_minor,
            payout.vat_minor,
            payout.withholding_minor,
            payout.fee_minor,
            payout.transfer_minor,
        ];
        let release = json!(payout.release);
        format!("{} {} {sums:?} {} {release}", json!(payout.id), json!(payout.terms), payout.paid_minor)
    });
    let carried = run.carried.iter().map(|row| format!("{} {} {}", json!(row.affiliate), row.minor, json!(row.reason)));
    payouts.chain(carried).collect()
}

/// The facts after all runs: with what was sent, and what the bank said of it.
fn paid(plan: &Plan, program: &Value, mut facts: Value, runs: &[Run]) -> Result<(Value, Vec<i64>), TestCaseError> {
    facts["payouts"] = json!([]);
    facts["confirmations"] = json!([]);
    let mut at = START + 20 * DAY;
    let mut instants = Vec::new();
    for (days, sent, outcomes) in runs {
        at += days * DAY;
        instants.push(at);
        let proposals = proposed(plan, program, &facts, at)?;
        for ((payout, _), outcome) in proposals.into_iter().zip(sent).filter(|(_, sent)| **sent).zip(outcomes) {
            let id = payout["id"].as_str().unwrap().to_owned();
            let said = match outcome {
                0 | 1 => vec![("failed", 3)],
                2 => vec![("paid", 2), ("failed", 9)],
                3 => vec![("paid", 1), ("paid", 4)],
                4..=7 => vec![("paid", 3)],
                _ => Vec::new(),
            };
            for (outcome, days) in said {
                let fact = json!({ "id": format!("{id}-{outcome}-{days}"), "at": instant(at + days * DAY), "payout": id, "outcome": outcome });
                facts["confirmations"].as_array_mut().unwrap().push(fact);
            }
            facts["payouts"].as_array_mut().unwrap().push(payout);
        }
    }
    Ok((facts, instants))
}

laws! {
    // Each case settles many times.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, ..ProptestConfig::default() })]

    /// What is proposed, what became of every amount, and the books by day, months closed or not.
    #[test]
    fn oracle_of_the_books(facts in prop_oneof![facts(), history()], program in program(), runs in vec(run(), 1..4), closing in any::<bool>()) {
        let plan = plan(&program);
        let mut facts = facts;
        facts.as_object_mut().unwrap().remove("until");
        let days = (0..200).map(|day| json!({ "from": "EUR", "to": "USD", "rate": "1.0825",
            "date": affil::time::Date::new(2026, 2, 18).unwrap().plus_days(day).unwrap().to_string() }));
        facts["quotes"] = facts["quotes"].as_array().cloned().unwrap_or_default().into_iter().chain(days).collect();
        let (facts, instants) = paid(&plan, &program, facts, &runs)?;
        let (program, text) = (program.to_string(), facts.to_string());
        let read = Facts::from_json(&text);
        let (mut ledger, mut reference) = (Ledger::new(), affil_oracle::Ledger::default());
        for at in instants.iter().map(|at| at + DAY).chain([START + 200 * DAY]) {
            let at = Instant::from_micros(at).unwrap();
            let found = read.clone().and_then(|facts| plan.settle(&facts.as_of(at)));
            match (found, affil_oracle::settle_as_of(&program, &text, &at.to_string())) {
                (Ok(found), Ok(wanted)) => {
                    same(&found, &wanted)?;
                    ledger.post(&found).unwrap();
                    reference.post(&affil_oracle::moves_as_of(&program, &text, &at.to_string()).unwrap());
                    if closing {
                        let month = plan_month(&plan, at);
                        ledger.close(month);
                        reference.close(&month.to_string());
                    }
                    prop_assert_eq!(by_day(&ledger), reference.days());
                }
                (Err(problems), Err(refusal)) => prop_assert_eq!(codes(&problems), refusal.codes),
                (found, wanted) => prop_assert!(false, "engine {:?}\nreference {:?}", found.map(|s| s.to_json()), wanted),
            }
        }
    }
}

/// The month before the one of an instant, which is closed once it is posted.
fn plan_month(plan: &Plan, at: Instant) -> Month {
    let zone = affil::time::Zone::named(plan.program().zone.as_str()).unwrap();
    zone.month(at).plus_months(-1).unwrap()
}

fn by_day(ledger: &Ledger) -> BTreeMap<(String, String), i128> {
    let mut days: BTreeMap<(String, String), i128> = BTreeMap::new();
    for entry in ledger.entries() {
        for (account, amount) in &entry.postings {
            *days.entry((entry.date.to_string(), account.clone())).or_default() += cents(&json!(amount));
        }
    }
    days.retain(|_, minor| *minor != 0);
    days
}
