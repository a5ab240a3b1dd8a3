//! The page of the book on exports: its examples are what comes out of its inputs.
//! These tests must never correct the page.

use affil::time::{Instant, Zone};
use affil::{Facts, FactsDocument, Ledger, Plan};
use affil_books::{Journal, Message, Payees, Payouts, Series, WiseTemplate};

const PAGE: &str = include_str!("../../../../docs/exports.md");

/// The first block of this kind that contains some words.
fn block(kind: &str, words: &str) -> String {
    let mut blocks = PAGE.split("\n```").skip(1).step_by(2);
    let found = blocks.find(|block| block.starts_with(&format!("{kind}\n")) && block.contains(words));
    let found = found.unwrap_or_else(|| panic!("no block `{kind}` with `{words}`"));
    found[kind.len() + 1..].to_owned() + "\n"
}

fn plan() -> Plan {
    Plan::from_text(&block("toml", "affil/1\"")).unwrap()
}

fn payouts() -> (Payouts, Payees) {
    let facts = FactsDocument::from_json(&block("json", "payouts")).unwrap();
    let zone = Zone::named("Europe/Berlin").unwrap();
    let payouts = Payouts::new(&facts.payouts, &facts.confirmations, plan().currency(), &zone).unwrap();
    (payouts, Payees::from_text(&block("toml", "affil/payees/1")).unwrap())
}

#[test]
fn journals_are_as_shown() {
    let (plan, facts) = (plan(), Facts::from_json(&block("json", "payouts")).unwrap());
    let mut ledger = Ledger::new();
    ledger.post(&plan.settle(&facts).unwrap()).unwrap();
    let journal = Journal::of(&ledger).unwrap();
    let shown = |text: &str| text.replace(plan.fingerprint(), "…");
    assert_eq!(shown(&affil_books::beancount(&journal).text), block("text beancount", ""));
    assert_eq!(shown(&affil_books::hledger(&journal).text), block("text hledger", ""));
    let csv = affil_books::csv(&journal).unwrap().text.replace("\r\n", "\n");
    assert_eq!(shown(&csv), block("text csv", ""));
    // What the files add up to is what the engine says that its accounts hold.
    let accounts = ledger.accounts().unwrap();
    assert_eq!(journal.totals().sums, accounts);
}

#[test]
fn payments_are_as_shown() {
    let (payouts, payees) = payouts();
    let made = Instant::parse("2026-04-10T09:00:00Z").unwrap();
    let message = Message { text: "Commissions".to_owned(), ..Message::new("AFF-2026-04", made) };
    assert_eq!(
        affil_books::pain001(&payouts, &payees, &message).unwrap().text.trim_end(),
        block("text pain001", "").trim_end()
    );
    let rows = |text: String| text.replace("\r\n", "\n");
    assert_eq!(rows(affil_books::paypal(&payouts, &payees, "Commissions").unwrap().text), block("text paypal", ""));
    let wise = affil_books::wise(&payouts, &payees, WiseTemplate::Recipients).unwrap();
    assert_eq!(rows(wise.text), block("text wise", ""));
}

#[test]
fn invoices_are_as_shown() {
    let (payouts, payees) = payouts();
    let series = Series { prefix: "AFF-2026-".to_owned(), first: 17 };
    let invoices = affil_books::invoices(&payouts, &payees, &plan().program().payouts, &series).unwrap();
    assert_eq!(invoices.to_json().text + "\n", block("text invoices", ""));
}
