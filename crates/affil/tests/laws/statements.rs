//! Statements and proofs: what an affiliate can check by itself.

use affil::{Facts, Ledger, Plan, Proof, StatementDocument, verify};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::generate::{AFFILIATES, facts, program};
use super::lived::{after, lived, months};
use super::{plan, settle};

/// An affiliate's targets, as JSON.
fn targets(settlement: &affil::Settlement, affiliate: &str) -> Vec<String> {
    let own = settlement.targets().filter(|target| target.affiliate == affiliate);
    own.map(|target| serde_json::to_string(&target).unwrap()).collect()
}

/// The statements of an affiliate for all months, each after those before it.
fn chain(plan: &Plan, facts: &Facts, ledger: &Ledger) -> Vec<StatementDocument> {
    let mut all: Vec<StatementDocument> = Vec::new();
    for month in months() {
        let statements = plan.statements_after(facts, ledger, month, &all).unwrap();
        all.extend(statements);
    }
    all
}

fn of(statements: &[StatementDocument], affiliate: &str) -> Vec<StatementDocument> {
    statements.iter().filter(|statement| statement.affiliate == affiliate).cloned().collect()
}

/// The codes that are found.
fn codes(statements: &[StatementDocument], proof: &Proof) -> Vec<&'static str> {
    let mut codes: Vec<&str> = verify(statements, proof).iter().map(|finding| finding.code().as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn posted(plan: &Plan, facts: &Value) -> Option<(Facts, Ledger)> {
    let settlement = settle(plan, facts).ok()?;
    let mut ledger = Ledger::new();
    ledger.post(&settlement).unwrap();
    Some((Facts::from_json(&facts.to_string()).unwrap(), ledger))
}

/// Facts of twice as many customers, so that more can be left out.
pub(crate) fn of_six_customers() -> impl Strategy<Value = Value> {
    (facts(), facts()).prop_map(|(mut all, more)| {
        for table in ["touches", "orders", "refunds", "adjustments"] {
            for row in more[table].as_array().unwrap() {
                let mut row = row.clone();
                for key in ["id", "order", "customer"] {
                    if let Some(text) = row[key].as_str() {
                        row[key] = Value::from(format!("x{text}"));
                    }
                }
                all[table].as_array_mut().unwrap().push(row);
            }
        }
        let known: Vec<Value> = all["quotes"].as_array().unwrap().clone();
        let day = |quote: &Value| quote["date"].clone();
        let new = more["quotes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|quote| !known.iter().any(|known| day(known) == day(quote)));
        all["quotes"].as_array_mut().unwrap().extend(new.cloned());
        all
    })
}

laws! {
    /// Facts are written down whole: what is read again is the same facts.
    #[test]
    fn facts_round_trip(facts in facts()) {
        let mut facts = Facts::from_json(&facts.to_string()).unwrap();
        let document = facts.to_document();
        let text = serde_json::to_string(&document).unwrap();
        let again = Facts::from_json(&text).unwrap();
        prop_assert_eq!(again.to_document(), document);
        let counts = |facts: &Facts| [facts.affiliates(), facts.touches(), facts.orders(), facts.lines(), facts.refunds(),
            facts.adjustments(), facts.reviews(), facts.payouts(), facts.confirmations(), facts.quotes()];
        prop_assert_eq!(counts(&again), counts(&facts));
        // A fact with other content would be refused.
        let before = counts(&facts);
        facts.add_json(&text).unwrap();
        prop_assert_eq!(counts(&facts), before);
    }

    /// The facts of a proof settle to the same targets for its affiliate, byte for byte.
    #[test]
    fn proofs_settle_alike(facts in of_six_customers(), program in program()) {
        let plan = plan(&program);
        let Ok(whole) = settle(&plan, &facts) else { return Ok(()) };
        let facts = Facts::from_json(&facts.to_string()).unwrap();
        for affiliate in AFFILIATES {
            let proof = plan.proof(&facts, affiliate).unwrap();
            let part = proof.settle().unwrap();
            prop_assert_eq!(targets(&part, affiliate), targets(&whole, affiliate));
            let read = Proof::from_json(&proof.to_json()).unwrap();
            prop_assert_eq!(read.to_json(), proof.to_json());
        }
    }

    /// So do those of a proof of facts with a history, targets, payouts and balances; and they say how it was before.
    #[test]
    fn proofs_know_the_past((plan, facts) in lived(), affiliates in prop::sample::subsequence(AFFILIATES.to_vec(), 2)) {
        let Ok(whole) = plan.settle(&facts) else { return Ok(()) };
        for affiliate in affiliates {
            let part = plan.proof(&facts, affiliate).unwrap().settle().unwrap();
            prop_assert_eq!(targets(&part, affiliate), targets(&whole, affiliate));
            let payouts = |settlement: &affil::Settlement| -> Vec<String> {
                let own = settlement.payouts().filter(|payout| payout.affiliate == affiliate);
                own.map(|payout| serde_json::to_string(&payout).unwrap()).collect()
            };
            prop_assert_eq!(payouts(&part), payouts(&whole));
            let balance = |settlement: &affil::Settlement| -> Option<String> {
                let own = settlement.balances().find(|balance| balance.affiliate == affiliate);
                own.map(|balance| serde_json::to_string(&balance).unwrap())
            };
            prop_assert_eq!(balance(&part), balance(&whole));
        }
    }

    /// Month by month, posted, told and closed by what was known then, statements are right, and go on from each other.
    #[test]
    fn statements_of_every_month_are_right((plan, facts) in lived(), affiliate in select(AFFILIATES.to_vec())) {
        let mut ledger = Ledger::new();
        let mut all: Vec<StatementDocument> = Vec::new();
        for month in months() {
            let then = facts.as_of(after(month));
            let Ok(settlement) = plan.settle(&then) else { return Ok(()) };
            ledger.post(&settlement).unwrap();
            let statements = plan.statements_after(&then, &ledger, month, &all).unwrap();
            all.extend(statements);
            ledger.close(month);
            let proof = plan.proof(&then, affiliate).unwrap();
            prop_assert_eq!(verify(&of(&all, affiliate), &proof).to_json(), r#"{"problems":[]}"#);
        }
    }

    /// True statements are found to be right; the chain made again is the one that was handed out.
    #[test]
    fn true_statements_are_right(facts in facts(), program in program()) {
        let plan = plan(&program);
        let Some((facts, ledger)) = posted(&plan, &facts) else { return Ok(()) };
        let all = chain(&plan, &facts, &ledger);
        for affiliate in AFFILIATES {
            let own = of(&all, affiliate);
            let proof = plan.proof(&facts, affiliate).unwrap();
            for last in 0..=own.len() {
                prop_assert_eq!(verify(&own[..last], &proof).to_json(), r#"{"problems":[]}"#);
                prop_assert_eq!(verify(&own[last..], &proof).to_json(), r#"{"problems":[]}"#);
            }
        }
        for month in months() {
            let made: Vec<StatementDocument> = all.iter().filter(|statement| statement.month == month).cloned().collect();
            prop_assert_eq!(plan.statements(&facts, &ledger, month).unwrap(), made);
        }
    }

    /// Whatever digit of whatever statement is changed, it is found.
    #[test]
    fn a_changed_digit_is_found(facts in facts(), program in program(), place in any::<prop::sample::Index>(), by in 1..10_u8) {
        let plan = plan(&program);
        let Some((facts, ledger)) = posted(&plan, &facts) else { return Ok(()) };
        let all = chain(&plan, &facts, &ledger);
        for affiliate in AFFILIATES {
            let texts: Vec<String> = of(&all, affiliate).iter().map(StatementDocument::to_json).collect();
            let mut text = format!("[{}]", texts.join(",")).into_bytes();
            let digits: Vec<usize> = (0..text.len()).filter(|at| text[*at].is_ascii_digit()).collect();
            if digits.is_empty() {
                continue;
            }
            let at = *place.get(&digits);
            text[at] = b'0' + (text[at] - b'0' + by) % 10;
            let proof = plan.proof(&facts, affiliate).unwrap();
            let found = affil::call::verify(&String::from_utf8(text).unwrap(), &proof.to_json()).unwrap();
            prop_assert_ne!(found, r#"{"problems":[]}"#);
        }
    }

    /// Who changes an amount, mends the sums and makes all hashes anew is found by settling again.
    #[test]
    fn a_forged_amount_is_found(facts in facts(), program in program(), which in any::<prop::sample::Index>(), by in 1..900_i64, drop in any::<bool>()) {
        let plan = plan(&program);
        let Some((facts, ledger)) = posted(&plan, &facts) else { return Ok(()) };
        let all = chain(&plan, &facts, &ledger);
        for affiliate in AFFILIATES {
            let mut own = of(&all, affiliate);
            let places: Vec<(usize, usize)> =
                own.iter().enumerate().flat_map(|(at, statement)| (0..statement.entries.len()).map(move |entry| (at, entry))).collect();
            if places.is_empty() {
                continue;
            }
            let (at, entry) = *which.get(&places);
            let before = cents(&own[at].entries[entry].entry.amount);
            let by = if drop || before + by == 0 { -before } else { by };
            if by == -before {
                own[at].entries.remove(entry);
            } else {
                forge(&mut own[at].entries[entry].entry, by);
            }
            mend(&mut own, at, by);
            // A forged payout does not add up either.
            let found = codes(&own, &plan.proof(&facts, affiliate).unwrap());
            prop_assert!(found.contains(&"statement.amount"), "{:?}", found);
        }
    }
}

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

fn raise(text: &mut String, by: i64) {
    let cents = cents(text) + by;
    let sign = if cents < 0 { "-" } else { "" };
    *text = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
}

/// Raises what an entry pays, so that it still adds up.
fn forge(entry: &mut affil::Entry, by: i64) {
    raise(&mut entry.amount, by);
    raise(&mut entry.now, by);
    for (account, amount) in &mut entry.postings {
        raise(amount, if account.starts_with("expense") { by } else { -by });
    }
}

/// Makes all statements from `at` on add up again, and links them anew.
fn mend(statements: &mut [StatementDocument], at: usize, by: i64) {
    let mut previous = None;
    for (index, statement) in statements.iter_mut().enumerate() {
        if index > at {
            raise(&mut statement.opening, by);
        }
        if index >= at {
            raise(&mut statement.closing, by);
            raise(&mut statement.balances.payable, by);
        }
        statement.previous = previous;
        statement.hash = statement.hash_of_content();
        previous = Some(statement.hash.clone());
    }
}
