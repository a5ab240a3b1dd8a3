//! The laws of the engine as properties over generated programs and facts.
//!
//! `PROPTEST_CASES` sets how many cases each law is tried on. The fuzz targets have this file, too, and try the same laws on
//! cases that a fuzzer finds: `laws!` is another macro there.

#[cfg(test)]
macro_rules! laws {
    ($($laws:tt)*) => { proptest::proptest! { $($laws)* } };
}

pub(crate) mod book;
pub(crate) mod books;
mod coverage;
pub(crate) mod explanation;
pub(crate) mod generate;
pub(crate) mod history;
pub(crate) mod lifecycle;
pub(crate) mod lived;
pub(crate) mod paid;
pub(crate) mod payouts;
pub(crate) mod reference;
#[cfg(test)]
mod relations;
pub(crate) mod statements;
pub(crate) mod what_if;

use std::collections::{BTreeMap, BTreeSet};

use affil::{Facts, Ledger, Plan, Problems, Settlement, TargetKind};
use generate::{facts, money, program};
use proptest::prelude::*;
use serde_json::{Value, json};

fn plan(program: &Value) -> Plan {
    Plan::from_text(&program.to_string()).unwrap_or_else(|problems| panic!("{problems}\n{program}"))
}

fn settle(plan: &Plan, facts: &Value) -> Result<Settlement, Problems> {
    plan.settle(&Facts::from_json(&facts.to_string())?)
}

/// Amounts by target.
fn amounts(settlement: &Settlement) -> BTreeMap<String, i64> {
    settlement.targets().map(|target| (target.id(), target.amount.minor().get())).collect()
}

fn shuffled(facts: &Value) -> impl Strategy<Value = Value> + use<> {
    let tables = facts.as_object().unwrap().clone();
    let shuffle = |(name, rows): (String, Value)| match rows {
        Value::Array(rows) => {
            (Just(name), Just(rows).prop_shuffle()).prop_map(|(name, rows)| (name, Value::Array(rows))).boxed()
        }
        other => Just((name, other)).boxed(),
    };
    tables.into_iter().map(shuffle).collect::<Vec<_>>().prop_map(|tables| Value::Object(tables.into_iter().collect()))
}

fn rows<'a>(facts: &'a Value, table: &str) -> &'a [Value] {
    facts[table].as_array().unwrap()
}

/// Facts with only those rows of touches, orders, refunds and adjustments that are kept, and reviews of such orders;
/// payouts go with the adjustments that cover them, and confirmations with payouts.
fn kept(facts: &Value, keep: impl Fn(&str, &Value) -> bool) -> Value {
    let mut facts = facts.clone();
    for table in ["touches", "orders", "refunds", "adjustments"] {
        facts[table].as_array_mut().unwrap().retain(|row| keep(table, row));
    }
    facts["payouts"].as_array_mut().unwrap().retain(|row| keep("adjustments", row));
    let left = |table: &str| -> BTreeSet<String> {
        rows(&facts, table).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    let (left, paid) = (left("orders"), left("payouts"));
    facts["confirmations"].as_array_mut().unwrap().retain(|row| paid.contains(row["payout"].as_str().unwrap()));
    facts["reviews"].as_array_mut().unwrap().retain_mut(|review| {
        let orders = review["orders"].as_array_mut().unwrap();
        orders.retain(|order| left.contains(order.as_str().unwrap()));
        !orders.is_empty()
    });
    facts
}

laws! {
    /// Law 1, order: any permutation of the facts settles to the same bytes.
    #[test]
    fn order((facts, other) in facts().prop_flat_map(|facts| (Just(facts.clone()), shuffled(&facts))), program in program()) {
        let plan = plan(&program);
        let json = |facts: &Value| settle(&plan, facts).map(|settlement| settlement.to_json()).map_err(|problems| {
            // Rows have other numbers; what is wrong is the same.
            problems.iter().map(|problem| (problem.code().as_str(), problem.message().to_owned())).collect::<BTreeSet<_>>()
        });
        match (json(&facts), json(&other)) {
            (Err(left), Err(right)) => {
                // Once is enough for an affiliate, so only the codes are sure to be the same.
                let codes = |set: &BTreeSet<(&'static str, String)>| set.iter().map(|(code, _)| *code).collect::<BTreeSet<_>>();
                prop_assert_eq!(codes(&left), codes(&right));
            }
            (left, right) => prop_assert_eq!(left.ok(), right.ok()),
        }
    }

    /// Law 2, partition: customers settle apart, where no ladder, bonus, cap or statement joins them.
    #[test]
    fn partition_of_customers(facts in apart(), mut program in program()) {
        program["tiers"] = json!([]);
        program["bonuses"] = json!([]);
        program["caps"].as_array_mut().unwrap().retain(|cap| cap["per"] == "order" || cap["per"] == "customer");
        if program["round"]["at"] == "statement" {
            program["round"]["at"] = json!("order");
        }
        let plan = plan(&program);
        let Ok(whole) = settle(&plan, &facts) else { return Ok(()) };
        let mut parts = BTreeMap::new();
        for customer in ["c0", "c1", "c2"] {
            let own: BTreeSet<&str> = rows(&facts, "orders").iter().filter(|order| order["customer"] == customer)
                .map(|order| order["id"].as_str().unwrap()).collect();
            let part = kept(&facts, |table, row| match table {
                "refunds" => own.contains(row["order"].as_str().unwrap()),
                "adjustments" => customer == "c0",
                _ => row["customer"] == customer,
            });
            parts.extend(amounts(&settle(&plan, &part).unwrap()));
        }
        prop_assert_eq!(parts, amounts(&whole));
    }

    /// Law 2, partition: affiliates accumulate apart, ladders and bonuses included, once orders are attributed.
    ///
    /// What looks at several affiliates at once is left out: caps of a rule or the program, contests, recruiters.
    #[test]
    fn partition_of_affiliates(mut facts in apart(), mut program in program()) {
        for order in facts["orders"].as_array_mut().unwrap() {
            order["new_customer"] = json!(true);
        }
        program["overrides"] = json!([]);
        program["attribution"].as_object_mut().unwrap().remove("bond");
        program["caps"].as_array_mut().unwrap().retain(|cap| cap["per"] != "rule" && cap["per"] != "program");
        program["bonuses"].as_array_mut().unwrap().retain(|bonus| bonus["kind"] != "contest");
        for rule in program["rules"].as_array_mut().unwrap() {
            rule["pay"].as_object_mut().unwrap().remove("share");
        }
        let plan = plan(&program);
        let Ok(whole) = settle(&plan, &facts) else { return Ok(()) };
        let credited: BTreeSet<(&str, &str)> =
            whole.targets().filter_map(|target| Some((target.order?, target.affiliate))).collect();
        let mut parts = BTreeMap::new();
        for affiliate in generate::AFFILIATES {
            let part = kept(&facts, |table, row| match table {
                "touches" => true,
                "adjustments" => row["affiliate"] == affiliate,
                "orders" => credited.contains(&(row["id"].as_str().unwrap(), affiliate)),
                _ => credited.contains(&(row["order"].as_str().unwrap(), affiliate)),
            });
            let part = settle(&plan, &part).unwrap();
            let own = part.targets().filter(|target| target.affiliate == affiliate);
            parts.extend(own.map(|target| (target.id(), target.amount.minor().get())));
        }
        prop_assert_eq!(parts, amounts(&whole));
    }

    /// Law 4, conservation: the reversals of a fully refunded order add up to exactly what was earned.
    #[test]
    fn conservation(facts in facts(), mut program in program()) {
        program["refunds"]["tiers"] = json!("none");
        program["refunds"].as_object_mut().unwrap().remove("within");
        let mut facts = without_returns(facts);
        let all: Vec<Value> = rows(&facts, "orders").iter().map(|order| json!({
            "id": format!("all-{}", order["id"]), "at": "2026-12-31T00:00:00Z", "order": order["id"],
        })).collect();
        facts["refunds"].as_array_mut().unwrap().extend(all);
        let Ok(settlement) = settle(&plan(&program), &facts) else { return Ok(()) };
        let mut left: BTreeMap<(String, String, String), i64> = BTreeMap::new();
        let by_order = |target: &affil::Target<'_>| !matches!(target.kind, TargetKind::Adjustment | TargetKind::Bonus);
        for target in settlement.targets().filter(by_order) {
            let key = (target.order.unwrap().into(), target.line.unwrap().into(), target.rule.unwrap().into());
            *left.entry(key).or_default() += target.amount.minor().get();
        }
        prop_assert!(left.values().all(|minor| *minor == 0), "{:?}", left);
    }

    /// Law 5, idempotence: the same facts twice change nothing; another content under an id names the field.
    #[test]
    fn idempotence(facts in facts(), program in program()) {
        let text = facts.to_string();
        let mut twice = Facts::from_json(&text).unwrap();
        twice.add_json(&text).unwrap();
        let plan = plan(&program);
        let once = settle(&plan, &facts).map(|settlement| settlement.to_json());
        prop_assert_eq!(plan.settle(&twice).map(|settlement| settlement.to_json()), once);
        for table in ["touches", "orders", "refunds", "adjustments", "payouts", "confirmations"] {
            let Some(row) = rows(&facts, table).first() else { continue };
            let mut other = row.clone();
            other["at"] = json!("2199-01-01T00:00:00Z");
            // Nothing is known before it happened.
            other.as_object_mut().unwrap().remove("known");
            let problems = twice.add_json(&json!({ table: [other] }).to_string()).unwrap_err();
            let first = problems.iter().next().unwrap();
            prop_assert_eq!(first.code().as_str(), "fact.conflict");
            prop_assert!(first.path().as_str().ends_with("/at"));
        }
    }

    /// Law 6, oracle: the engine equals the slow reference, target for target, reason for reason, sum for sum.
    #[test]
    fn oracle(facts in facts(), program in program()) {
        let found = settle(&plan(&program), &facts);
        let wanted = affil_oracle::settle(&program.to_string(), &facts.to_string());
        match (found, wanted) {
            (Ok(found), Ok(wanted)) => same(&found, &wanted)?,
            (Err(problems), Err(refusal)) => {
                let codes: BTreeSet<String> = problems.iter().map(|problem| problem.code().to_string()).collect();
                prop_assert_eq!(codes, refusal.codes);
            }
            (found, wanted) => prop_assert!(false, "engine {:?}\noracle {:?}", found.map(|s| s.to_json()), wanted),
        }
    }

    /// Law 7, explanation: every explanation computes to its target's amount, step by step.
    #[test]
    fn explanation(facts in facts(), program in program()) {
        let plan = plan(&program);
        let facts = Facts::from_json(&facts.to_string()).unwrap();
        let Ok(settlement) = plan.settle(&facts) else { return Ok(()) };
        let all = plan.explain_all(&facts).unwrap();
        prop_assert_eq!(all.len(), settlement.targets().len());
        for (target, told) in settlement.targets().zip(all) {
            let explanation = plan.explain(&facts, &target.id()).unwrap();
            prop_assert_eq!(&explanation, &told);
            prop_assert_eq!(&explanation.id, &target.id());
            prop_assert_eq!(explanation.amount, target.amount);
            let value = serde_json::from_str(&explanation.to_json()).unwrap();
            if let Err(message) = explanation::verify(&value) {
                prop_assert!(false, "{}\n{:#}", message, value);
            }
        }
        for unpaid in settlement.unpaid() {
            prop_assert!(!plan.why_not(&facts, unpaid.order).unwrap().findings.is_empty(), "{}", unpaid.order);
        }
    }

    /// Law 9, never sold: with everything refunded and refunds counted in the month of the sale, nobody is owed anything.
    #[test]
    fn never_sold(facts in facts(), mut program in program()) {
        program["refunds"] = json!({ "tiers": "sale_period", "bonuses": "sale_period", "excess": "cap" });
        program["bonuses"].as_array_mut().unwrap().retain(is_earned_by_selling);
        let mut facts = without_returns(facts);
        for table in ["adjustments", "payouts", "confirmations"] {
            facts[table] = json!([]);
        }
        let all: Vec<Value> = rows(&facts, "orders").iter().map(|order| json!({
            "id": format!("all-{}", order["id"]), "at": "2026-12-31T00:00:00Z", "order": order["id"],
        })).collect();
        facts["refunds"].as_array_mut().unwrap().extend(all);
        let Ok(settlement) = settle(&plan(&program), &facts) else { return Ok(()) };
        prop_assert_eq!(settlement.totals().total.minor().get(), 0);
        let mut ledger = Ledger::new();
        ledger.post(&settlement).unwrap();
        prop_assert!(ledger.balances().unwrap().values().all(|balance| balance.minor().is_zero()));
    }

    /// Law 10, monotone money: under one rule and rate, selling more never pays less; a rising marginal ladder keeps it so.
    #[test]
    fn monotone(less in 0..1_000_000_i64, more in 0..1_000_000_i64, rate in 0..3000_u32, mode in prop::sample::select(vec!["half_even", "half_up", "down", "up"]), ladder in any::<bool>()) {
        let (less, more) = (less.min(more), less.max(more));
        let percent = |tenths: u32| format!("{}.{}", tenths / 10, tenths % 10);
        let program = json!({
            "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": { "windows": { "click": "30d" } },
            "round": { "mode": mode },
            "rules": [{ "id": "all", "pay": { "percent": percent(rate) } }],
            "tiers": if ladder { json!([{ "id": "l", "mode": "marginal", "steps": [
                { "from": "100.00", "percent": percent(rate + 5) }, { "from": "5000.00", "percent": percent(rate + 50) }] }]) } else { json!([]) },
        });
        let plan = plan(&program);
        let pays = |cents: i64| {
            let cart = json!({ "affiliate": "ana", "lines": [{ "amount": money(cents) }] });
            plan.quote(&affil::Cart::from_json(&cart.to_string()).unwrap()).unwrap().total.minor().get()
        };
        prop_assert!(pays(less) <= pays(more));
    }

    /// A quote is what the order would settle to, when the cart says what the facts would.
    #[test]
    fn quote_equals_settlement(facts in apart(), mut program in program()) {
        // Nobody reviews a cart.
        program.as_object_mut().unwrap().remove("lifecycle");
        let plan = plan(&program);
        let Some(order) = rows(&facts, "orders").iter().find(|order| order["action"].is_null()).cloned() else { return Ok(()) };
        let mut one = kept(&facts, |table, row| table == "touches" || (table == "orders" && row["id"] == order["id"]));
        one["orders"][0]["new_customer"] = json!(true);
        one["reviews"] = json!([]);
        for affiliate in one["affiliates"].as_array_mut().unwrap() {
            affiliate.as_object_mut().unwrap().remove("joined");
        }
        let Ok(settlement) = settle(&plan, &one) else { return Ok(()) };
        let Some(target) = settlement.targets().find(|target| target.kind == TargetKind::Commission) else { return Ok(()) };
        let facts = Facts::from_json(&one.to_string()).unwrap();
        let credit = plan.explain(&facts, &target.id()).unwrap();
        let credit: Value = serde_json::from_str(&credit.to_json()).unwrap();
        let steps = credit["because"].as_array().unwrap();
        // A cart is one affiliate's; an order credited to several is not quoted.
        let shared = ["share", "assist"].map(Value::from);
        let mut others = settlement.targets().filter(|other| other.kind == TargetKind::Commission);
        if others.any(|other| other.affiliate != target.affiliate) || steps.iter().any(|step| shared.contains(&step["kind"])) {
            return Ok(());
        }
        let touch_id = &steps.iter().find(|step| step["kind"] == "credit").unwrap()["touch"];
        let touch = rows(&one, "touches").iter().find(|touch| touch["id"] == *touch_id).unwrap();
        let affiliate = rows(&one, "affiliates").iter().find(|row| row["id"] == target.affiliate).unwrap();
        let mut cart = json!({ "affiliate": target.affiliate, "groups": affiliate["groups"], "new_customer": true,
            "customer": order["customer"], "kind": touch["kind"], "lines": order["lines"], "at": order["at"] });
        for (key, name, from) in [
            ("channel", "channel", touch), ("touch_attributes", "attributes", touch), ("country", "country", &order),
            ("attributes", "attributes", &order), ("affiliate_attributes", "attributes", affiliate),
        ] {
            if !from[name].is_null() {
                cart[key] = from[name].clone();
            }
        }
        let quote = plan.quote(&affil::Cart::from_json(&cart.to_string()).unwrap()).unwrap();
        prop_assert_eq!(quote.total, settlement.totals().commission);
    }

    /// A program, a plan and their texts are the same thing.
    #[test]
    fn documents_round_trip(program in program()) {
        let plan = plan(&program);
        let again = affil::Program::from_json(&plan.program().to_json()).unwrap();
        prop_assert_eq!(&again, plan.program());
        let loaded = Plan::from_text(&plan.to_json()).unwrap();
        prop_assert_eq!(loaded.fingerprint(), plan.fingerprint());
        prop_assert_eq!(loaded.to_json(), plan.to_json());
        let toml = toml::to_string(&serde_json::from_str::<toml::Value>(&program.to_string()).unwrap()).unwrap();
        let from_toml = Plan::from_text(&toml).unwrap();
        prop_assert_eq!(from_toml.fingerprint(), plan.fingerprint());
    }
}

/// Facts in which nothing joins customers but their affiliates: no subscriptions, no other currency, one end.
fn apart() -> impl Strategy<Value = Value> {
    facts().prop_map(|mut facts| {
        for order in facts["orders"].as_array_mut().unwrap() {
            order.as_object_mut().unwrap().retain(|key, _| key != "subscription" && key != "currency");
        }
        facts["until"] = json!("2026-06-15T12:00:00Z");
        facts
    })
}

/// The facts without returns, of which nothing can be given back, and so without orders of nothing else.
fn without_returns(mut facts: Value) -> Value {
    for order in facts["orders"].as_array_mut().unwrap() {
        for line in order["lines"].as_array_mut().unwrap() {
            for key in ["amount", "discount", "tax", "shipping", "cost"] {
                if let Some(text) = line[key].as_str().map(str::to_owned) {
                    line[key] = json!(text.trim_start_matches('-'));
                }
            }
        }
    }
    facts
}

/// Whether a bonus is paid for sales alone, and for more than none.
fn is_earned_by_selling(bonus: &Value) -> bool {
    let above_zero =
        |text: &Value| text.as_str().is_some_and(|text| text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
    match bonus["kind"].as_str() {
        Some("every" | "contest") => true,
        Some("streak") => above_zero(&bonus["reach"]),
        Some("milestone") => bonus["steps"].as_array().unwrap().iter().all(|step| above_zero(&step["from"])),
        _ => false,
    }
}

fn same(found: &Settlement, wanted: &affil_oracle::Settlement) -> Result<(), TestCaseError> {
    let word = |value: Value| value.as_str().unwrap().to_owned();
    let targets: Vec<_> = found
        .targets()
        .map(|target| {
            let amount = i128::from(target.amount.minor().get());
            let state = word(serde_json::to_value(target.state).unwrap());
            let from = target.payable_from.map(|from| from.to_string());
            (target.id(), target.month.to_string(), amount, state, from)
        })
        .collect();
    let row = |target: &affil_oracle::Target| {
        let (id, month, state) = (target.id.clone(), target.month.clone(), target.state.clone());
        (id, month, target.minor, state, target.payable_from.clone())
    };
    let reference: Vec<_> = wanted.targets.iter().map(row).collect();
    prop_assert_eq!(targets, reference);
    let reason = |reason: affil::Reason| serde_json::to_value(reason).unwrap().as_str().unwrap().to_owned();
    let unpaid: Vec<(String, Option<String>, String)> =
        found.unpaid().map(|row| (row.order.to_owned(), row.line.map(str::to_owned), reason(row.reason))).collect();
    let reference: Vec<_> =
        wanted.unpaid.iter().map(|row| (row.order.clone(), row.line.clone(), row.reason.clone())).collect();
    prop_assert_eq!(unpaid, reference);
    let minor = |money: affil::Money| i128::from(money.minor().get());
    let statements: Vec<_> = found
        .statements()
        .iter()
        .map(|statement| {
            let sums = statement.totals;
            let amounts = [
                sums.sales,
                sums.refunded,
                sums.commission,
                sums.overrides,
                sums.reversals,
                sums.bonuses,
                sums.adjustments,
                sums.total,
            ];
            (statement.affiliate.to_owned(), statement.month.to_string(), sums.orders, amounts.map(minor))
        })
        .collect();
    let reference: Vec<_> = wanted
        .statements
        .iter()
        .map(|row| {
            let amounts = [
                row.sales_minor,
                row.refunded_minor,
                row.commission_minor,
                row.overrides_minor,
                row.reversals_minor,
                row.bonuses_minor,
                row.adjustments_minor,
                row.total_minor,
            ];
            (row.affiliate.clone(), row.month.clone(), row.orders, amounts)
        })
        .collect();
    prop_assert_eq!(statements, reference);
    let payouts: Vec<_> = found
        .payouts()
        .map(|payout| {
            let release = payout.release.map(|release| release.to_string());
            let sums = [payout.amount, payout.transfer, payout.reserve].map(minor);
            (payout.id.to_owned(), word(serde_json::to_value(payout.state).unwrap()), sums, release)
        })
        .collect();
    let row = |payout: &affil_oracle::PaidOut| {
        let sums = [payout.minor, payout.transfer_minor, payout.reserve_minor];
        (payout.id.clone(), payout.state.clone(), sums, payout.release.clone())
    };
    prop_assert_eq!(payouts, wanted.payouts.iter().map(row).collect::<Vec<_>>());
    let balances: Vec<_> = found
        .balances()
        .map(|row| (row.affiliate.to_owned(), [row.pending, row.approved, row.payable, row.reserve].map(minor)))
        .collect();
    let row = |row: &affil_oracle::Balance| {
        let sums = [row.pending_minor, row.approved_minor, row.payable_minor, row.reserve_minor];
        (row.affiliate.clone(), sums)
    };
    prop_assert_eq!(balances, wanted.balances.iter().map(row).collect::<Vec<_>>());
    Ok(())
}
