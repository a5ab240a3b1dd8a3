//! A thousand affiliates with ids of any letters: no two of them are one account, and no id means anything to a reader.

use std::collections::{BTreeMap, BTreeSet};

use affil_books::Journal;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::common::cents;
use crate::hledger::balances;
use crate::programs::{asked, content, written};

/// Ids with what they earned, in cents; the same in every run.
fn ids() -> BTreeMap<String, i64> {
    let mut runner = TestRunner::deterministic();
    let id = prop_oneof!["\\PC{1,12}", "[-A-Za-z0-9 ]{1,6}", "[%;|(),:\"'\\\\#~/{} \t\n]{1,5}", ".{1,8}"];
    let mut ids = BTreeMap::new();
    while ids.len() < 1000 {
        let amount = 1 + i64::try_from(ids.len()).unwrap() * 7;
        ids.insert(id.new_tree(&mut runner).unwrap().current(), amount);
    }
    ids
}

fn journal() -> Journal {
    let amount = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let line = |(id, cents): (String, i64)| {
        let escaped = id.replace('~', "~0").replace('/', "~1").replace('#', "~2");
        let (plus, minus) = (amount(cents), format!("-{}", amount(cents)));
        let postings = json!([["expense:adjustment", plus], [format!("payable:{escaped}"), minus]]);
        json!({ "id": format!("adjustment:{escaped}#1"), "target": format!("adjustment:{escaped}"), "kind": "adjustment",
                "affiliate": id, "month": "2026-03", "date": "2026-03-10", "currency": "EUR", "was": "0.00",
                "now": plus, "amount": plus, "postings": postings, "plan": "f00d" })
        .to_string()
    };
    Journal::from_json_lines(&ids().into_iter().map(line).collect::<Vec<_>>().join("\n")).unwrap()
}

#[test]
#[ignore = "needs beancount; cargo xtask test --only books"]
fn beancount_tells_them_apart() {
    let path = written("many.beancount", &affil_books::beancount(&journal()).text);
    content("bean-check", &[], &path);
    let found = asked("read_beancount.py", &path);
    let sums = found["sums"].as_object().unwrap();
    let opened: BTreeMap<&str, &String> = found["opened"]
        .as_object()
        .unwrap()
        .iter()
        .filter_map(|(account, affiliate)| Some((affiliate.as_str()?, account)))
        .collect();
    assert_eq!(opened.len(), 1000);
    for (id, amount) in ids() {
        // Control characters are shown and not kept.
        if id.chars().any(char::is_control) {
            continue;
        }
        assert_eq!(cents(sums[opened[id.as_str()]].as_str().unwrap()), -amount, "{id:?}");
    }
}

#[test]
#[ignore = "needs hledger; cargo xtask test --only books"]
fn hledger_tells_them_apart() {
    let text = affil_books::hledger(&journal()).text;
    let path = written("many.journal", &text);
    content("hledger", &["check", "--strict", "-f"], &path);
    let balances = balances(&path);
    let total: i64 = ids().values().sum();
    assert_eq!((balances.len(), balances["Expenses:Affiliates:Adjustment"]), (1001, total));
    let amounts: BTreeSet<i64> =
        balances.values().copied().filter(|amount| *amount < 0).map(i64::wrapping_neg).collect();
    assert_eq!(amounts, ids().into_values().collect());
    // What hledger takes for the description is all that was written as one.
    let read = content("hledger", &["print", "-O", "json", "-f"], &path);
    let read: serde_json::Value = serde_json::from_str(&read).unwrap();
    let read: Vec<&str> =
        read.as_array().unwrap().iter().map(|entry| entry["tdescription"].as_str().unwrap()).collect();
    let written: Vec<&str> = text.lines().filter_map(|line| line.split_once(" * ")).map(|(_, rest)| rest).collect();
    assert_eq!(read, written);
}
