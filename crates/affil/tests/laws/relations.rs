//! Metamorphic relations: a change of program or facts of which one knows what it does to the result, mostly nothing.

use std::collections::{BTreeMap, BTreeSet};

use affil::{Facts, Ledger, Plan};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{AFFILIATES, facts, program};
use super::{plan, rows, settle};

/// What one target is: kind, affiliate, order, line, rule, instant, amount, state.
type Told = (String, String, String, String, String, String, i64, String);

/// All targets of a settlement, or the codes of what was refused.
fn told(plan: &Plan, facts: &Value) -> Result<BTreeMap<Told, usize>, BTreeSet<String>> {
    let settlement = settle(plan, facts)
        .map_err(|problems| problems.iter().map(|problem| problem.code().to_string()).collect::<BTreeSet<_>>())?;
    let mut all = BTreeMap::new();
    for target in settlement.targets() {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let (at, state) = (target.at.to_string(), target.state.as_str().to_owned());
        let (order, line, rule) = (text(target.order), text(target.line), text(target.rule));
        let kind = target.kind.as_str().to_owned();
        let amount = target.amount.minor().get();
        *all.entry((kind, target.affiliate.to_owned(), order, line, rule, at, amount, state)).or_default() += 1;
    }
    Ok(all)
}

/// The same document with some of its texts changed, wherever they stand as values.
fn renamed(document: &Value, names: &BTreeSet<String>, prefix: &str) -> Value {
    match document {
        Value::String(text) if names.contains(text) => json!(format!("{prefix}{text}")),
        Value::Array(items) => items.iter().map(|item| renamed(item, names, prefix)).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), renamed(value, names, prefix))).collect())
        }
        other => other.clone(),
    }
}

/// What was told before, under the new names.
fn under(all: BTreeMap<Told, usize>, change: impl Fn(&mut Told)) -> BTreeMap<Told, usize> {
    all.into_iter()
        .map(|(mut told, count)| {
            change(&mut told);
            (told, count)
        })
        .collect()
}

fn ids(facts: &Value, table: &str, key: &str) -> BTreeSet<String> {
    rows(facts, table).iter().filter_map(|row| row[key].as_str()).map(str::to_owned).collect()
}

/// Whether a change leaves everything as it was.
fn nothing(plan: &Plan, facts: &Value, other: &Plan, changed: &Value) -> Result<(), TestCaseError> {
    prop_assert_eq!(told(plan, facts), told(other, changed));
    Ok(())
}

laws! {
    /// Affiliates are known by their ids, and by nothing that is in an id.
    #[test]
    fn affiliates_renamed(facts in facts(), program in program()) {
        // A prefix, so that they stand in the same order.
        let names: BTreeSet<String> = AFFILIATES.map(str::to_owned).into();
        let (new_program, new_facts) = (renamed(&program, &names, "x-"), renamed(&facts, &names, "x-"));
        let expected = told(&plan(&program), &facts).map(|all| under(all, |told| told.1.insert_str(0, "x-")));
        prop_assert_eq!(told(&plan(&new_program), &new_facts), expected);
    }

    /// So are customers.
    #[test]
    fn customers_renamed(facts in facts(), program in program()) {
        let mut names = ids(&facts, "orders", "customer");
        names.extend(ids(&facts, "touches", "customer"));
        let (new_program, new_facts) = (renamed(&program, &names, "x-"), renamed(&facts, &names, "x-"));
        nothing(&plan(&program), &facts, &plan(&new_program), &new_facts)?;
    }

    /// And orders.
    #[test]
    fn orders_renamed(facts in facts(), program in program()) {
        let names = ids(&facts, "orders", "id");
        let changed = renamed(&facts, &names, "x-");
        let plan = plan(&program);
        let change = |told: &mut Told| if !told.2.is_empty() { told.2.insert_str(0, "x-") };
        let expected = told(&plan, &facts).map(|all| under(all, change));
        prop_assert_eq!(told(&plan, &changed), expected);
    }

    /// What stands in two documents is what stands in one.
    #[test]
    fn facts_in_two_documents(facts in facts(), program in program(), first in prop::collection::vec(any::<bool>(), 60)) {
        let mut number = 0;
        let (mut one, mut two) = (serde_json::Map::new(), serde_json::Map::new());
        for (table, rows) in facts.as_object().unwrap() {
            let Value::Array(rows) = rows else {
                one.insert(table.clone(), rows.clone());
                continue;
            };
            let (mut left, mut right) = (Vec::new(), Vec::new());
            for row in rows {
                number += 1;
                if first[number % first.len()] { left.push(row.clone()) } else { right.push(row.clone()) }
            }
            one.insert(table.clone(), left.into());
            two.insert(table.clone(), right.into());
        }
        let (one, two) = (Value::from(one).to_string(), Value::from(two).to_string());
        let mut both = Facts::from_json(&one).unwrap();
        both.add_json(&two).unwrap();
        let plan = plan(&program);
        let json = |facts: &Facts| plan.settle(facts).map(|settlement| settlement.to_json()).ok();
        prop_assert_eq!(json(&both), json(&Facts::from_json(&facts.to_string()).unwrap()));
    }

    /// How a document is laid out says nothing.
    #[test]
    fn layout_of_programs(program in program()) {
        let (compact, pretty) = (program.to_string(), serde_json::to_string_pretty(&program).unwrap());
        let (one, other) = (Plan::from_text(&compact).unwrap(), Plan::from_text(&pretty).unwrap());
        prop_assert_eq!(one.fingerprint(), other.fingerprint());
    }

    /// An order of somebody who met nobody earns nobody anything, and takes nothing from anybody.
    #[test]
    fn an_order_of_a_stranger(facts in facts(), program in program()) {
        let Some(mut order) = rows(&facts, "orders").iter().find(|order| order["action"].is_null()).cloned() else {
            return Ok(());
        };
        for key in ["subscription", "replaces", "known"] {
            order.as_object_mut().unwrap().remove(key);
        }
        (order["id"], order["customer"]) = (json!("zz-stranger"), json!("zz-nobody"));
        let mut changed = facts.clone();
        changed["orders"].as_array_mut().unwrap().push(order);
        let plan = plan(&program);
        nothing(&plan, &facts, &plan, &changed)?;
    }

    /// Whoever does nothing changes nothing, unless being there is what is paid.
    #[test]
    fn an_affiliate_who_does_nothing(facts in facts(), mut program in program()) {
        program["bonuses"].as_array_mut().unwrap().retain(super::is_earned_by_selling);
        let mut changed = facts.clone();
        changed["affiliates"].as_array_mut().unwrap().push(json!({ "id": "zz-idle" }));
        let plan = plan(&program);
        nothing(&plan, &facts, &plan, &changed)?;
    }

    /// A rate of a currency that nobody pays in changes nothing.
    #[test]
    fn a_quote_that_nobody_needs(facts in facts(), program in program()) {
        let mut changed = facts.clone();
        let quote = json!({ "from": "ISK", "to": "EUR", "date": "2026-03-01", "rate": "0.0067" });
        match changed["quotes"].as_array_mut() {
            Some(quotes) => quotes.push(quote),
            None => changed["quotes"] = json!([quote]),
        }
        let plan = plan(&program);
        nothing(&plan, &facts, &plan, &changed)?;
    }

    /// What no condition looks at changes nothing.
    #[test]
    fn an_attribute_that_nobody_asks_for(facts in facts(), program in program()) {
        let mut changed = facts.clone();
        for table in ["orders", "affiliates"] {
            for row in changed[table].as_array_mut().unwrap() {
                row["attributes"]["zz_unused"] = json!("1");
            }
        }
        let plan = plan(&program);
        nothing(&plan, &facts, &plan, &changed)?;
    }

    /// A rule for what is never sold changes nothing.
    #[test]
    fn a_rule_that_never_matches(facts in facts(), program in program()) {
        let mut other = program.clone();
        let rule = json!({ "id": "zz-never", "when": { "line": { "category": "zz-nothing" } }, "pay": { "percent": "50" } });
        other["rules"].as_array_mut().unwrap().push(rule);
        // Two rules that could compete need a policy.
        let Ok(with) = Plan::from_text(&other.to_string()) else { return Ok(()) };
        nothing(&plan(&program), &facts, &with, &facts)?;
    }

    /// A cap that nobody reaches changes nothing.
    #[test]
    fn a_cap_that_nobody_reaches(facts in facts(), program in program(), per in prop::sample::select(vec!["order", "affiliate", "program"])) {
        let mut other = program.clone();
        let cap = json!({ "id": "zz-sky", "per": per, "amount": "80000000.00" });
        other["caps"].as_array_mut().unwrap().push(cap);
        nothing(&plan(&program), &facts, &plan(&other), &facts)?;
    }

    /// A touch of somebody who never orders changes nothing but what counts touches.
    #[test]
    fn a_touch_of_somebody_who_never_orders(facts in facts(), mut program in program()) {
        program["bonuses"] = json!([]);
        let Some(mut touch) = rows(&facts, "touches").iter().find(|touch| touch["order"].is_null()).cloned() else {
            return Ok(());
        };
        (touch["id"], touch["customer"]) = (json!("zz-touch"), json!("zz-nobody"));
        let mut changed = facts.clone();
        changed["touches"].as_array_mut().unwrap().push(touch);
        let plan = plan(&program);
        nothing(&plan, &facts, &plan, &changed)?;
    }

    /// Booked by one program, then by another, then by the first again: every account is where it was.
    #[test]
    fn there_and_back(facts in facts(), one in program(), other in program()) {
        let (Ok(first), Ok(second)) = (settle(&plan(&one), &facts), settle(&plan(&other), &facts)) else { return Ok(()) };
        let mut once = Ledger::new();
        once.post(&first).unwrap();
        let mut ledger = Ledger::new();
        for settlement in [&first, &second, &first] {
            if ledger.post(settlement).is_err() {
                // Books are kept in one currency.
                return Ok(());
            }
        }
        let some = |ledger: &Ledger| {
            let all = ledger.balances().unwrap().into_iter().filter(|(_, balance)| !balance.minor().is_zero());
            all.map(|(account, balance)| (account.clone(), balance.minor().get())).collect::<BTreeMap<_, _>>()
        };
        prop_assert_eq!(some(&ledger), some(&once));
    }

    /// A refund in two parts at one instant takes back what one refund does.
    #[test]
    fn a_refund_in_two_parts(facts in facts(), program in program()) {
        let halves = |amount: &str| {
            let (whole, cents) = amount.split_once('.')?;
            let all: i64 = format!("{whole}{cents}").parse().ok()?;
            (cents.len() == 2 && all > 1).then(|| (super::money(all / 2), super::money(all - all / 2)))
        };
        let mut changed = facts.clone();
        let refunds = changed["refunds"].as_array_mut().unwrap();
        let found = refunds.iter().position(|row| {
            let plain = row["replaces"].is_null() && row["known"].is_null() && !row["line"].is_null();
            plain && row["amount"].as_str().and_then(halves).is_some()
        });
        let Some(index) = found else { return Ok(()) };
        let (left, right) = halves(refunds[index]["amount"].as_str().unwrap()).unwrap();
        let mut second = refunds[index].clone();
        second["id"] = json!(format!("{}~", second["id"].as_str().unwrap()));
        (refunds[index]["amount"], second["amount"]) = (json!(left), json!(right));
        refunds.insert(index + 1, second);
        let plan = plan(&program);
        let (Ok(whole), Ok(parts)) = (settle(&plan, &facts), settle(&plan, &changed)) else { return Ok(()) };
        let sums = |settlement: &affil::Settlement| -> Vec<_> {
            let all = settlement.statements();
            all.iter().map(|one| (one.affiliate.to_owned(), one.month, one.totals.total.minor().get())).collect()
        };
        prop_assert_eq!(sums(&whole), sums(&parts));
    }
}
