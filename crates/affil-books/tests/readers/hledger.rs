//! The journal as hledger reads it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::beancount::named;
use crate::common::{cents, journal, ledger, trial_balance};
use crate::programs::{content, run, written};

/// What each account holds, as hledger says.
pub(crate) fn balances(path: &Path) -> BTreeMap<String, i64> {
    let table = content("hledger", &["balance", "--flat", "--empty", "--no-total", "-O", "csv", "-f"], path);
    let rows = csv::Reader::from_reader(table.as_bytes()).into_records().map(Result::unwrap);
    // hledger writes a bare 0 for nothing.
    rows.map(|row| (row[0].to_owned(), cents(row[1].trim_end_matches(" EUR")))).collect()
}

#[test]
#[ignore = "needs hledger; cargo xtask test --only books"]
fn hledger_finds_the_same_balances() {
    let path = written("story.journal", &affil_books::hledger(&journal()).text);
    for check in [&["check", "--strict", "-f"][..], &["check", "ordereddates", "-f"]] {
        assert_eq!(content("hledger", check, &path), "");
    }
    let balances = balances(&path);
    let odd = balances.keys().find(|name| name.contains("A-Zo")).unwrap();
    let odd = odd.rsplit(':').next().unwrap();
    assert_eq!(balances, named(&trial_balance(&ledger()), odd));
    let sheet = content("hledger", &["incomestatement", "--flat", "-O", "csv", "-f"], &path);
    // 80.00 − 8.00 + 100.00 + 4.00 − 3.33: types tell expenses from what is owed.
    assert!(sheet.contains("172.67 EUR"), "{sheet}");
}

#[test]
#[ignore = "needs hledger; cargo xtask test --only books"]
fn hledger_would_find_a_wrong_cent() {
    let text = affil_books::hledger(&journal()).text.replacen("-76.76 EUR", "-76.75 EUR", 1);
    assert!(!run("hledger", &["check", "-f"], &written("wrong.journal", &text)).status.success());
}
