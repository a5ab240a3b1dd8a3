//! The laws of the books, over any moves and closings.

use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

use super::*;
use crate::books::{Account, MoveKind};

const AFFILIATES: [&str; 3] = ["ana", "bob", "o/o"];
const IDS: [(&str, MoveKind); 5] = [
    ("commission:A/1/r/ana", MoveKind::Commission),
    ("commission:A/1/r/ana#approved", MoveKind::Commission),
    ("commission:B/1/r/bob", MoveKind::Commission),
    ("adjustment:x", MoveKind::Adjustment),
    ("payout:p", MoveKind::Payout),
];

/// A move that owns its texts.
#[derive(Debug, Clone)]
struct Given {
    id: (&'static str, MoveKind),
    affiliate: &'static str,
    month: Month,
    date: Date,
    postings: Vec<(Account, i64)>,
}

impl Given {
    fn as_move(&self) -> Move<'_> {
        let postings = self.postings.iter().map(|(account, units)| (*account, Minor::new(*units).unwrap())).collect();
        let (id, kind) = (self.id.0.to_owned(), self.id.1);
        Move { id, kind, affiliate: self.affiliate, month: self.month, date: self.date, postings }
    }
}

#[derive(Debug, Clone)]
enum Act {
    Post(Vec<Given>),
    Close(Month),
}

fn month(number: u8) -> Month {
    Month::new(2026, number).unwrap()
}

fn eur() -> Currency {
    Currency::from_code("EUR").unwrap()
}

/// Two to four accounts, the last of which takes what makes the sum zero.
fn given() -> impl Strategy<Value = Given> {
    let account = || select(Account::ALL.to_vec());
    let postings = (prop::collection::vec((account(), -300..300_i64), 1..4), account());
    (select(IDS.to_vec()), select(AFFILIATES.to_vec()), 1..3_u8, (1..5_u8, 1..4_u8), postings).prop_map(
        |(id, affiliate, number, (later, day), (mut postings, last))| {
            postings.push((last, -postings.iter().map(|(_, units)| units).sum::<i64>()));
            let date = Date::new(2026, later, day).unwrap();
            Given { id, affiliate, month: month(number), date, postings }
        },
    )
}

fn posts() -> impl Strategy<Value = Vec<Given>> {
    prop::collection::vec(given(), 0..6)
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act =
        prop_oneof![3 => posts().prop_map(Act::Post), 1 => (1..6_u8).prop_map(|number| Act::Close(month(number)))];
    (prop::collection::vec(act, 0..7), posts()).prop_map(|(mut acts, last)| {
        acts.push(Act::Post(last));
        acts
    })
}

fn post(ledger: &mut Ledger, moves: &[Given]) -> Vec<Entry> {
    ledger.post_moves(moves.iter().map(Given::as_move), eur(), "plan", Within::Everything).unwrap()
}

type Books = BTreeMap<(String, String), i64>;

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// What stands in each account by day, as the moves want it.
fn wanted(moves: &[Given]) -> Books {
    let mut books = Books::new();
    for given in moves {
        for (account, units) in &given.postings {
            *books.entry((account.of(given.affiliate), given.date.to_string())).or_default() += units;
        }
    }
    books.retain(|_, units| *units != 0);
    books
}

/// What stands in each account by day, as the entries say, up to a day.
fn booked(entries: &[Entry], until: Option<Date>) -> Books {
    let mut books = Books::new();
    for entry in entries.iter().filter(|entry| until.is_none_or(|until| entry.date < until)) {
        for (account, amount) in &entry.postings {
            *books.entry((account.clone(), entry.date.to_string())).or_default() += cents(amount);
        }
    }
    books.retain(|_, units| *units != 0);
    books
}

fn by_account(books: &Books) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for ((account, _), units) in books {
        *sums.entry(account.clone()).or_default() += units;
    }
    sums.retain(|_, units| *units != 0);
    sums
}

/// Entries are balanced, chained and numbered, and the ledger is what its lines say.
fn whole(ledger: &Ledger) -> Result<(), TestCaseError> {
    let mut owed: BTreeMap<(&str, Month, &str), i64> = BTreeMap::new();
    for entry in ledger.entries() {
        let postings = entry.postings.iter().map(|(_, amount)| cents(amount));
        prop_assert_eq!(postings.sum::<i64>(), 0);
        let own = entry.postings.iter().filter(|(account, _)| Account::read(account).unwrap().1.is_some());
        prop_assert_eq!(-own.map(|(_, amount)| cents(amount)).sum::<i64>(), cents(&entry.amount));
        let held = owed.entry((&entry.target, entry.month, &entry.affiliate)).or_default();
        prop_assert_eq!(*held, cents(&entry.was));
        *held += cents(&entry.amount);
        prop_assert_eq!(*held, cents(&entry.now));
    }
    let lines = ledger.to_json_lines();
    let read = Ledger::from_json_lines(&lines).unwrap();
    prop_assert_eq!(read.entries(), ledger.entries());
    prop_assert_eq!((read.to_json_lines(), read.closed()), (lines, ledger.closed()));
    prop_assert_eq!(read.accounts().unwrap(), ledger.accounts().unwrap());
    Ok(())
}

proptest! {
    /// Without closing, the books by day are those of the last settlement, whatever was posted before.
    #[test]
    fn all_orders_of_posting_lead_to_the_same_books(before in prop::collection::vec(posts(), 0..4), last in posts()) {
        let mut ledger = Ledger::new();
        for moves in &before {
            post(&mut ledger, moves);
        }
        post(&mut ledger, &last);
        prop_assert_eq!(booked(ledger.entries(), None), wanted(&last));
        prop_assert_eq!(post(&mut ledger, &last).len(), 0);
        whole(&ledger)?;
    }

    /// With closing, the balances are those of the last settlement, and what is closed stays as it was.
    #[test]
    fn closed_days_stay_as_they_were(acts in acts()) {
        let (mut ledger, mut last, mut frozen) = (Ledger::new(), Vec::new(), Vec::new());
        for act in acts {
            match act {
                Act::Post(moves) => {
                    let open = ledger.open();
                    let entries = post(&mut ledger, &moves);
                    prop_assert!(entries.iter().all(|entry| open.is_none_or(|open| entry.date >= open)));
                    last = moves;
                }
                Act::Close(month) => {
                    ledger.close(month);
                    let open = ledger.open().unwrap();
                    frozen.push((open, booked(ledger.entries(), Some(open))));
                    prop_assert_eq!(post(&mut ledger, &last).len(), 0, "closing alone books nothing");
                }
            }
        }
        for (open, books) in frozen {
            prop_assert_eq!(booked(ledger.entries(), Some(open)), books);
        }
        let accounts: BTreeMap<String, i64> =
            ledger.accounts().unwrap().into_iter().map(|(account, money)| (account, money.minor().get())).collect();
        prop_assert_eq!(accounts.values().sum::<i64>(), 0);
        let wanted = by_account(&wanted(&last));
        prop_assert_eq!(by_account(&booked(ledger.entries(), None)), wanted.clone());
        prop_assert_eq!(accounts.into_iter().filter(|(_, units)| *units != 0).collect::<BTreeMap<_, _>>(), wanted.clone());
        for affiliate in AFFILIATES {
            let own = [Account::Pending, Account::Approved, Account::Payable, Account::Reserve];
            let owed = own.map(|account| wanted.get(&account.of(affiliate)).copied().unwrap_or_default());
            let balance = ledger.balances().unwrap().get(affiliate).map_or(0, |money| money.minor().get());
            prop_assert_eq!(balance, -owed.iter().sum::<i64>());
        }
        whole(&ledger)?;
    }
}

fn given_on(day: &str, units: i64) -> Given {
    let date = Date::parse(day).unwrap();
    let postings = vec![(Account::ExpenseCommission, units), (Account::Pending, -units)];
    Given { id: IDS[0], affiliate: "ana", month: date.month(), date, postings }
}

fn told(entries: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| format!("{} {} {} {}>{}", entry.id, entry.date, entry.amount, entry.was, entry.now);
    entries.iter().map(line).collect()
}

#[test]
fn another_day_is_booked_back_and_anew() {
    let mut ledger = Ledger::new();
    post(&mut ledger, &[given_on("2026-03-20", 8000)]);
    let entries = post(&mut ledger, &[given_on("2026-03-10", 8000)]);
    assert_eq!(
        told(&entries),
        ["commission:A/1/r/ana#2 2026-03-20 -80.00 80.00>0.00", "commission:A/1/r/ana#3 2026-03-10 80.00 0.00>80.00",]
    );
}

#[test]
fn what_is_owed_stays_where_an_amount_only_changes_accounts() {
    let mut ledger = Ledger::new();
    let pending = given_on("2026-03-20", 8000);
    post(&mut ledger, std::slice::from_ref(&pending));
    let postings = vec![(Account::ExpenseCommission, 8000), (Account::Approved, -8000)];
    let [entry] = post(&mut ledger, &[Given { postings, ..pending }]).try_into().unwrap();
    assert_eq!(told(std::slice::from_ref(&entry)), ["commission:A/1/r/ana#2 2026-03-20 0.00 80.00>80.00"]);
    let postings = [("pending:ana", "80.00"), ("approved:ana", "-80.00")];
    assert_eq!(entry.postings, postings.map(|(account, amount)| (account.to_owned(), amount.to_owned())));
}

#[test]
fn what_is_closed_is_mended_on_the_first_day_after_it() {
    let mut ledger = Ledger::new();
    post(&mut ledger, &[given_on("2026-03-20", 8000)]);
    ledger.close(month(3));
    let id = "commission:A/1/r/ana";
    assert_eq!(
        told(&post(&mut ledger, &[given_on("2026-03-20", 7000)])),
        [format!("{id}#2 2026-04-01 -10.00 80.00>70.00")]
    );
    // The correction stands on an open day, and changes there.
    assert_eq!(
        told(&post(&mut ledger, &[given_on("2026-03-20", 7500)])),
        [format!("{id}#3 2026-04-01 5.00 70.00>75.00")]
    );
    ledger.close(month(4));
    assert_eq!(told(&post(&mut ledger, &[given_on("2026-03-20", 7500)])), Vec::<String>::new());
    assert_eq!(told(&post(&mut ledger, &[])), [format!("{id}#4 2026-05-01 -75.00 75.00>0.00")]);
    // Closing again, or what is closed already, changes nothing.
    let before = ledger.to_json_lines();
    ledger.close(month(2));
    ledger.close(month(4));
    ledger.close(Month::new(9999, 12).unwrap());
    assert_eq!(ledger.to_json_lines(), before);
}

#[test]
fn moves_that_do_not_add_up_are_refused_and_nothing_is_booked() {
    let mut ledger = Ledger::new();
    let odd = Given { postings: vec![(Account::Cash, 1)], ..given_on("2026-03-20", 1) };
    let moves = [given_on("2026-03-20", 8000), odd];
    let problems = ledger.post_moves(moves.iter().map(Given::as_move), eur(), "plan", Within::Everything).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "internal.bug");
    assert_eq!(ledger.to_json_lines(), "");
}
