//! Journals as text, added up again.
//! These tests must never know a format beyond its amounts; real readers look at the rest.

use std::collections::BTreeMap;

use crate::common::{ODD, cents, journal, ledger, trial_balance};

fn of_totals(totals: &affil_books::Totals) -> BTreeMap<String, i64> {
    totals.sums.iter().map(|(account, sum)| (account.clone(), cents(&sum.amount()))).collect()
}

/// By hand: see the story.
#[test]
fn totals_are_those_of_the_ledger() {
    let totals = of_totals(journal().totals());
    assert_eq!(totals, trial_balance(&ledger()));
    let by_hand = [
        ("expense:commission", 8000),
        ("expense:reversal", -800),
        ("pending:ana", 0),
        ("payable:ana", -720),
        ("reserve:ana", 0),
        ("payable:ben", -67),
        ("vat:input", 1231),
        ("vat:due", 0),
        ("withholding", 0),
        ("fees", -35),
        ("expense:fees", 0),
        ("clearing", 0),
        ("cash", -7676),
    ];
    assert!(by_hand.iter().all(|(account, sum)| totals[*account] == *sum), "{totals:?}");
    assert_eq!(totals.values().sum::<i64>(), 0);
    assert_eq!(journal().totals().count, 12);
    let engine = affil::Ledger::from_json_lines(&ledger()).unwrap().accounts().unwrap();
    assert_eq!(journal().totals().sums, engine);
}

#[test]
fn a_csv_file_adds_up_to_its_totals() {
    let export = affil_books::csv(&journal()).unwrap();
    let mut sums = BTreeMap::new();
    let mut entries = std::collections::BTreeSet::new();
    for row in csv::Reader::from_reader(export.text.as_bytes()).records() {
        let row = row.unwrap();
        let affiliates = ["pending", "approved", "payable", "reserve"].contains(&&row[2]);
        let escaped = row[3].replace('~', "~0").replace('/', "~1").replace('#', "~2");
        let account = if affiliates { format!("{}:{escaped}", &row[2]) } else { row[2].to_owned() };
        *sums.entry(account).or_insert(0) += cents(&row[4]);
        assert_eq!(&row[5], "EUR");
        entries.insert(row[0].to_owned());
    }
    assert_eq!(sums, of_totals(&export.totals));
    assert_eq!(entries.len(), export.totals.count);
    assert!(export.text.contains(&format!("\"{}\"", ODD.replace('"', "\"\""))), "the odd one's id is quoted");
}

#[test]
fn entries_stand_in_the_order_of_their_days() {
    for text in [affil_books::beancount(&journal()).text, affil_books::hledger(&journal()).text] {
        let days: Vec<&str> = text.lines().filter(|line| line.contains(" * ")).map(|line| &line[..10]).collect();
        assert_eq!(days.len(), 12);
        assert!(days.is_sorted(), "{days:?}");
    }
}
