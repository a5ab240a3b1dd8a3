//! Law 3, increment: whatever is posted before, posting everything leaves the same books.

use std::collections::{BTreeMap, BTreeSet};

use affil::time::{Date, Month};
use affil::{Entry, Ledger, Settlement};
use proptest::prelude::*;
use serde_json::Value;

use super::generate::{facts, program};
use super::lived::{after, lived, months};
use super::{kept, plan, rows, settle};

/// Some of the facts: those that are early by chance, refunds only of such orders.
fn some(facts: &Value, early: &[bool]) -> Value {
    let chosen = |row: &Value| {
        let hash: usize = row["id"].as_str().unwrap_or_default().bytes().map(usize::from).sum();
        early[hash % early.len()]
    };
    let orders: BTreeSet<&str> =
        rows(facts, "orders").iter().filter(|row| chosen(row)).filter_map(|row| row["id"].as_str()).collect();
    kept(facts, |table, row| chosen(row) && (table != "refunds" || orders.contains(row["order"].as_str().unwrap())))
}

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// What entries leave in each account under each move, month and affiliate on each day, without zeros.
fn by_day(entries: &[Entry]) -> BTreeMap<(String, Month, String, Date, String), i64> {
    let mut books: BTreeMap<_, i64> = BTreeMap::new();
    for entry in entries {
        for (account, amount) in &entry.postings {
            let (target, affiliate) = (entry.target.clone(), entry.affiliate.clone());
            *books.entry((target, entry.month, affiliate, entry.date, account.clone())).or_default() += cents(amount);
        }
    }
    books.retain(|_, cents| *cents != 0);
    books
}

/// What stands in each account, without zeros.
fn accounts(ledger: &Ledger) -> BTreeMap<String, i64> {
    let accounts = ledger.accounts().unwrap().into_iter().map(|(account, money)| (account, money.minor().get()));
    accounts.filter(|(_, cents)| *cents != 0).collect()
}

/// What stands in the affiliates' accounts by the settlement, without zeros, and the same of a ledger.
fn owed(accounts: BTreeMap<String, i64>) -> BTreeMap<String, i64> {
    let of_affiliate = |account: &str| affil::Account::read(account).unwrap().1.is_some();
    accounts.into_iter().filter(|(account, cents)| of_affiliate(account) && *cents != 0).collect()
}

fn balances(settlement: &Settlement) -> BTreeMap<String, i64> {
    let mut accounts = BTreeMap::new();
    for balance in settlement.balances() {
        let of = |account: affil::Account| account.of(balance.affiliate);
        accounts.insert(of(affil::Account::Pending), -balance.pending.minor().get());
        accounts.insert(of(affil::Account::Approved), -balance.approved.minor().get());
        accounts.insert(of(affil::Account::Payable), -balance.payable.minor().get());
        accounts.insert(of(affil::Account::Reserve), -balance.reserve.minor().get());
    }
    owed(accounts)
}

fn at_once(settlement: &Settlement) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.post(settlement).unwrap();
    ledger
}

laws! {
    /// Where nothing is closed, all orders of posting lead to the same books by day.
    #[test]
    fn increment(facts in facts(), program in program(), early in prop::collection::vec(any::<bool>(), 40)) {
        let plan = plan(&program);
        let Ok(all) = settle(&plan, &facts) else { return Ok(()) };
        let mut stepwise = Ledger::new();
        if let Ok(first) = settle(&plan, &some(&facts, &early)) {
            stepwise.post(&first).unwrap();
        }
        stepwise.post(&all).unwrap();
        prop_assert_eq!(by_day(stepwise.entries()), by_day(at_once(&all).entries()));
        prop_assert_eq!(stepwise.post(&all).unwrap().len(), 0);
        let read = Ledger::from_json_lines(&stepwise.to_json_lines()).unwrap();
        prop_assert_eq!(read.entries(), stepwise.entries());
    }

    /// Where something was closed, to the same balances; and what was closed stays as it was.
    #[test]
    fn increment_with_closing(facts in facts(), program in program(), early in prop::collection::vec(any::<bool>(), 40), closed in 2..6_u8) {
        let plan = plan(&program);
        let Ok(all) = settle(&plan, &facts) else { return Ok(()) };
        let closed = Month::new(2026, closed).unwrap();
        let mut stepwise = Ledger::new();
        if let Ok(first) = settle(&plan, &some(&facts, &early)) {
            stepwise.post(&first).unwrap();
        }
        let before = stepwise.entries().len();
        stepwise.close(closed);
        stepwise.post(&all).unwrap();
        prop_assert!(stepwise.entries()[before..].iter().all(|entry| entry.date.month() > closed));
        prop_assert_eq!(accounts(&stepwise), accounts(&at_once(&all)));
        prop_assert_eq!(stepwise.post(&all).unwrap().len(), 0);
    }

    /// Every entry adds up to zero, and so do all accounts; what is owed is what the settlement says.
    #[test]
    fn balanced(facts in facts(), program in program()) {
        let Ok(settlement) = settle(&plan(&program), &facts) else { return Ok(()) };
        let ledger = at_once(&settlement);
        for entry in ledger.entries() {
            prop_assert_eq!(entry.postings.iter().map(|(_, amount)| cents(amount)).sum::<i64>(), 0);
        }
        prop_assert_eq!(accounts(&ledger).values().sum::<i64>(), 0);
        let mut owed: BTreeMap<&str, i64> = BTreeMap::new();
        for target in settlement.targets().filter(|target| !target.amount.minor().is_zero()) {
            *owed.entry(target.affiliate).or_default() += target.amount.minor().get();
        }
        for payout in settlement.payouts().filter(|payout| payout.state != affil::PayoutState::Failed) {
            // What is kept is still owed.
            *owed.entry(payout.affiliate).or_default() -= payout.amount.minor().get() - payout.reserve.minor().get();
        }
        let balances = ledger.balances().unwrap();
        let balances: BTreeMap<&str, i64> =
            balances.iter().map(|(affiliate, money)| (affiliate.as_str(), money.minor().get())).collect();
        prop_assert_eq!(balances, owed);
    }

    /// Month by month, by what was known then: without closing the books by day are those of posting at once, with closing the
    /// balances are; and they are those of the settlement.
    #[test]
    fn month_by_month((plan, facts) in lived(), closes in any::<bool>()) {
        let Ok(all) = plan.settle(&facts) else { return Ok(()) };
        let mut ledger = Ledger::new();
        for month in months() {
            let Ok(then) = plan.settle(&facts.as_of(after(month))) else { continue };
            ledger.post(&then).unwrap();
            prop_assert_eq!(owed(accounts(&ledger)), balances(&then));
            if closes {
                ledger.close(month);
            }
        }
        ledger.post(&all).unwrap();
        prop_assert_eq!(accounts(&ledger), accounts(&at_once(&all)));
        if !closes {
            prop_assert_eq!(by_day(ledger.entries()), by_day(at_once(&all).entries()));
        }
        prop_assert_eq!(ledger.post(&all).unwrap().len(), 0);
        let read = Ledger::from_json_lines(&ledger.to_json_lines()).unwrap();
        prop_assert_eq!(read.to_json_lines(), ledger.to_json_lines());
    }
}
