//! The journal as beancount reads it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::{ODD, cents, journal, ledger, trial_balance};
use crate::programs::{asked, content, run, written};

/// The accounts under their names for beancount and hledger, written out by hand.
pub(crate) fn named(balance: &BTreeMap<String, i64>, odd: &str) -> BTreeMap<String, i64> {
    let name = |account: &str| match account.split_once(':') {
        Some((own @ ("pending" | "approved" | "payable" | "reserve"), whose)) => {
            let own = own[..1].to_uppercase() + &own[1..];
            let whose = if ["ana", "ben"].contains(&whose) { format!("A-{whose}") } else { odd.to_owned() };
            format!("Liabilities:Affiliates:{own}:{whose}")
        }
        Some(("expense", kind)) => format!("Expenses:Affiliates:{}{}", kind[..1].to_uppercase(), &kind[1..]),
        _ => match account {
            "vat:input" => "Assets:VAT:Input",
            "vat:due" => "Liabilities:VAT:Due",
            "withholding" => "Liabilities:Withholding",
            "fees" => "Liabilities:Fees",
            "clearing" => "Liabilities:Clearing",
            "cash" => "Assets:Cash",
            other => panic!("what is {other}?"),
        }
        .to_owned(),
    };
    balance.iter().map(|(account, sum)| (name(account), *sum)).collect()
}

#[test]
#[ignore = "needs beancount; cargo xtask test --only books"]
fn beancount_finds_the_same_balances() {
    let path = written("story.beancount", &affil_books::beancount(&journal()).text);
    assert_eq!(content("bean-check", &[], &path), "");
    let found = asked("read_beancount.py", &path);
    assert_eq!(
        (&found["errors"], &found["currency"]),
        (&Value::from(Vec::<Value>::new()), &serde_json::json!(["EUR"]))
    );
    let opened = found["opened"].as_object().unwrap();
    let odd = opened.iter().find(|(_, affiliate)| affiliate.as_str() == Some(ODD)).unwrap().0;
    let odd = odd.rsplit(':').next().unwrap();
    let sums: BTreeMap<String, i64> = found["sums"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, sum)| (name.clone(), cents(sum.as_str().unwrap())))
        .collect();
    assert_eq!(sums, named(&trial_balance(&ledger()), odd));
    assert_eq!(opened.len(), sums.len());
    let transactions = found["transactions"].as_array().unwrap();
    assert_eq!(transactions.len(), 12);
    assert_eq!(
        transactions[0],
        serde_json::json!(["2026-03-10", "ana", "commission:A/1/all/ana#1", "commission", "2026-03"])
    );
    assert!(transactions.iter().any(|transaction| transaction[1] == ODD));
}

#[test]
#[ignore = "needs beancount; cargo xtask test --only books"]
fn beancount_would_find_a_wrong_cent() {
    let text = affil_books::beancount(&journal()).text.replacen("-76.76 EUR", "-76.75 EUR", 1);
    let output = run("bean-check", &[], &written("wrong.beancount", &text));
    assert!(!output.status.success());
}
