//! Exports, read again by other people's readers or line by line: every one adds up to what went into it.
//! This module must never ask an export for what it should hold.

use std::collections::BTreeMap;

use affil::time::{Instant, Zone};
use affil::{Currency, Ledger};
use affil_books::{Journal, Message, Payees, Payouts, WiseTemplate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::draw::one_holds;
use crate::laws::generate::money;
use crate::laws::lived::lived;

/// Books and payments of anybody, whatever the ids and names.
pub fn export(data: &[u8]) {
    one_holds(&[journals_balance, payments_add_up, histories_export], data);
}

fn cents(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<2}").parse().unwrap()
}

/// Ids of few and of odd letters.
fn id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{1,2}", "\\PC{1,12}", "[-A-Za-z0-9 ]{1,6}", "[%;|(),:\"'\\\\#~/{}&<> \t\n]{1,5}", ".{1,8}"]
}

/// A ledger of adjustments of these ids.
fn adjustments(earned: &BTreeMap<String, i64>) -> String {
    let line = |(id, cents): (&String, &i64)| {
        let escaped = id.replace('~', "~0").replace('/', "~1").replace('#', "~2");
        let (plus, minus) = (money(*cents), money(-*cents));
        let postings = json!([["expense:adjustment", plus], [format!("payable:{escaped}"), minus]]);
        json!({ "id": format!("adjustment:{escaped}#1"), "target": format!("adjustment:{escaped}"), "kind": "adjustment",
                "affiliate": id, "month": "2026-03", "date": "2026-03-10", "currency": "EUR", "was": "0.00",
                "now": plus, "amount": plus, "postings": postings, "plan": "f00d" })
        .to_string()
    };
    earned.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The sums of a plain-text journal by account; every transaction of it adds up to zero.
fn balanced(text: &str) -> Result<BTreeMap<String, i64>, TestCaseError> {
    let (mut sums, mut open) = (BTreeMap::new(), 0);
    for line in text.lines() {
        let posting = line
            .strip_prefix("  ")
            .map(str::trim_start)
            .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        match posting.and_then(|posting| posting.strip_suffix(" EUR")).and_then(|posting| posting.split_once("  ")) {
            Some((account, amount)) => {
                open += cents(amount);
                *sums.entry(account.to_owned()).or_insert(0) += cents(amount);
            }
            None if line.is_empty() => prop_assert_eq!(open, 0),
            None => {}
        }
    }
    prop_assert_eq!(open, 0);
    Ok(sums)
}

/// Beancount, hledger and CSV hold what the journal holds.
fn exported(journal: &Journal) -> Result<(), TestCaseError> {
    let mut wanted: Vec<i64> = journal.totals().sums.values().map(|sum| sum.minor().get()).collect();
    wanted.sort_unstable();
    for text in [affil_books::beancount(journal).text, affil_books::hledger(journal).text] {
        let mut found: Vec<i64> = balanced(&text)?.into_values().collect();
        found.sort_unstable();
        prop_assert_eq!(&found, &wanted, "{}", text);
    }
    let table = affil_books::csv(journal).unwrap().text;
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in csv::Reader::from_reader(table.as_bytes()).records() {
        let row = row.unwrap();
        let whose = if row[2].starts_with("payable") || ["pending", "approved", "reserve"].contains(&&row[2]) {
            &row[3]
        } else {
            ""
        };
        *sums.entry((row[2].to_owned(), whose.to_owned())).or_default() += cents(&row[4]);
    }
    let mut found: Vec<i64> = sums.into_values().collect();
    found.sort_unstable();
    prop_assert_eq!(found, wanted);
    Ok(())
}

/// Payees for these ids, with examples of the SWIFT registry.
fn payees(names: &BTreeMap<String, String>) -> Option<Payees> {
    let ibans = ["NL91ABNA0417164300", "SI56263300012039086", "FR1420041010050500013M02606", "DE89370400440532013000"];
    let payees: Vec<Value> = names
        .iter()
        .zip(ibans.into_iter().cycle())
        .map(|((id, name), iban)| {
            json!({
        "affiliate": id, "name": name, "iban": iban, "email": "a@example.com", "wise": "1001",
        "address": { "town": "Bonn", "country": "DE" } })
        })
        .collect();
    let text = json!({ "schema": "affil/payees/1",
        "payer": { "name": "Schuh & Söhne GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX" }, "payees": payees });
    Payees::from_text(&text.to_string()).ok()
}

laws! {
    /// No id means anything to a reader.
    #[test]
    fn journals_balance(earned in prop::collection::btree_map(id(), 1..1_000_000_i64, 1..6)) {
        let Ok(ledger) = Ledger::from_json_lines(&adjustments(&earned)) else { return Ok(()) };
        prop_assert_eq!(ledger.entries().len(), earned.len());
        exported(&Journal::of(&ledger).unwrap())?;
    }

    /// The books of a whole history.
    #[test]
    fn histories_export((plan, facts) in lived()) {
        let Ok(settled) = plan.settle(&facts) else { return Ok(()) };
        let mut ledger = Ledger::new();
        ledger.post(&settled).unwrap();
        let journal = Journal::of(&ledger).unwrap();
        if journal.currency().is_some_and(|currency| currency.code() == "EUR") {
            exported(&journal)?;
        }
    }

    /// Files for banks are well-formed, and pay what is to be paid.
    #[test]
    fn payments_add_up(names in prop::collection::btree_map(id(), id(), 1..5), amounts in prop::collection::vec(1..5_000_000_i64, 5)) {
        let Some(payees) = payees(&names) else { return Ok(()) };
        let payouts: Vec<Value> = names.keys().zip(&amounts).map(|(id, cents)| json!({ "id": format!("2026-05-10/{id}"),
            "at": "2026-05-10T08:00:00Z", "affiliate": id, "earned": money(*cents), "transfer": money(*cents) })).collect();
        let wanted: i64 = amounts.iter().take(names.len()).sum();
        let document = json!({ "currency": "EUR", "payouts": payouts }).to_string();
        let (euro, zone) = (Currency::from_code("EUR").unwrap(), Zone::named("Europe/Berlin").unwrap());
        let Ok(payouts) = Payouts::from_json(&document, euro, &zone) else { return Ok(()) };
        let message = Message::new("1", Instant::parse("2026-05-10T08:00:00Z").unwrap());
        if let Ok(export) = affil_books::pain001(&payouts, &payees, &message) {
            let file = roxmltree::Document::parse(&export.text).unwrap();
            let all = |name: &'static str| file.descendants().filter(move |node| node.has_tag_name(("urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", name)));
            let sum: i64 = all("InstdAmt").map(|node| cents(node.text().unwrap())).sum();
            prop_assert_eq!(sum, wanted);
            prop_assert_eq!(all("InstdAmt").count(), names.len());
            prop_assert!(all("CtrlSum").next().is_some_and(|node| cents(node.text().unwrap()) == wanted));
        }
        if let Ok(export) = affil_books::paypal(&payouts, &payees, "Commissions") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(export.text.as_bytes());
            prop_assert_eq!(reader.records().map(|row| cents(&row.unwrap()[1])).sum::<i64>(), wanted);
        }
        if let Ok(export) = affil_books::wise(&payouts, &payees, WiseTemplate::Recipients) {
            let mut reader = csv::Reader::from_reader(export.text.as_bytes());
            let column = reader.headers().unwrap().iter().position(|name| name == "amount").unwrap();
            prop_assert_eq!(reader.records().map(|row| cents(&row.unwrap()[column])).sum::<i64>(), wanted);
        }
    }
}
