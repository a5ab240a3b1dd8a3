//! A ledger's entries as a journal: read, checked to balance, in the order of their days.
//!
//! This module must never know how a file looks, nor which entry should be there.

use affil::time::{Date, Month};
use affil::{Account, Code, Currency, Entry, Ledger, Money, MoveKind, Pointer, Problem, Problems};
use std::collections::BTreeSet;

use crate::export::Totals;
use crate::payment::checked;

/// Entries that balance, all in one currency, by day; entries of one day in the order in which they were booked.
///
/// ```
/// let line = r#"{"id":"payout:p#1","target":"payout:p","kind":"payout","affiliate":"ana","month":"2026-04",
///   "date":"2026-04-10","currency":"EUR","was":"0.00","now":"-80.00","amount":"-80.00",
///   "postings":[["payable:ana","80.00"],["clearing","-80.00"]],"plan":"f00d"}"#.replace('\n', "");
/// let journal = affil_books::Journal::from_json_lines(&line).unwrap();
/// assert_eq!(journal.entries()[0].postings[1].amount.to_string(), "-80.00 EUR");
/// let wrong = line.replace("-80.00\"]", "-80.01\"]");
/// let problems = affil_books::Journal::from_json_lines(&wrong).unwrap_err();
/// assert_eq!(problems.iter().next().unwrap().code().as_str(), "ledger.broken");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    entries: Vec<JournalEntry>,
    totals: Totals,
}

/// One entry of a ledger, with its amounts read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The entry's id: the target's, `#`, and a number.
    pub id: String,
    /// The id of the move that was booked.
    pub target: String,
    /// What the move is for.
    pub kind: MoveKind,
    /// Whose accounts are concerned.
    pub affiliate: String,
    /// The month it is for.
    pub month: Month,
    /// The day it is booked on.
    pub date: Date,
    /// What is owed to the affiliate more than before.
    pub amount: Money,
    /// How much each account grows; together nothing.
    pub postings: Vec<Posting>,
    /// The fingerprint of the plan that wanted it.
    pub plan: String,
}

/// What an entry adds to one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// The account; the affiliate of an affiliate's account is that of the entry.
    pub account: Account,
    /// How much it grows.
    pub amount: Money,
}

impl Journal {
    /// The journal of a whole ledger.
    ///
    /// Errors: as for [`Journal::new`]; a ledger that the engine has read or written has none of them but the limit.
    pub fn of(ledger: &Ledger) -> Result<Self, Problems> {
        Self::new(ledger.entries())
    }

    /// The journal of a ledger's file, as the engine writes it.
    ///
    /// Errors: a file that contradicts itself (`ledger.broken`).
    pub fn from_json_lines(text: &str) -> Result<Self, Problems> {
        Self::of(&Ledger::from_json_lines(text)?)
    }

    /// The journal of these entries: all of a ledger, or some.
    ///
    /// Errors, all at once: entries that do not balance, or stand there twice, and several currencies (`ledger.broken`);
    /// an account that holds more than amounts may be (`money.limit`).
    pub fn new(entries: &[Entry]) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut journal = Self::default();
        let mut ids = BTreeSet::new();
        for (index, line) in entries.iter().enumerate() {
            if entries.first().map(|first| &first.currency) != Some(&line.currency) {
                problems.push(broken(index, "two currencies in one ledger".to_owned()));
            } else if !ids.insert(&line.id) {
                problems.push(broken(index, format!("entry `{}` stands twice", line.id)));
            } else {
                match entry(index, line).and_then(|entry| journal.add(entry)) {
                    Ok(()) => {}
                    Err(problem) => problems.push(problem),
                }
            }
        }
        checked(problems)?;
        journal.entries.sort_by_key(|entry| entry.date);
        Ok(journal)
    }

    fn add(&mut self, entry: JournalEntry) -> Result<(), Problem> {
        self.totals.count = self.totals.count.saturating_add(1);
        for posting in &entry.postings {
            self.totals.add(&posting.account.of(&entry.affiliate), posting.amount)?;
        }
        self.entries.push(entry);
        Ok(())
    }

    /// The entries, by day.
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// The currency of all amounts; none if there is no entry.
    pub fn currency(&self) -> Option<Currency> {
        self.entries.first().map(|entry| entry.amount.currency())
    }

    /// How many entries there are, and what each account holds; all accounts together hold nothing.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }
}

fn entry(index: usize, line: &Entry) -> Result<JournalEntry, Problem> {
    let at = Pointer::root().index(index);
    let currency = affil::value::currency(&line.currency, &at.key("currency"))?;
    let read = |text: &str| {
        let problem = || broken(index, format!("`{text}` of entry `{}` is no amount in {currency}", line.id));
        Money::parse(text, currency).map_err(|_| problem())
    };
    let amount = read(&line.amount)?;
    let mut postings = Vec::new();
    let (mut all, mut owed) = (0_i128, 0_i128);
    for (account, text) in &line.postings {
        let whose = Account::read(account);
        let Some((account, affiliate)) = whose else {
            return Err(broken(index, format!("entry `{}` names an account `{account}`, which there is not", line.id)));
        };
        if affiliate.is_some_and(|affiliate| affiliate != line.affiliate) {
            return Err(broken(index, format!("entry `{}` is of two affiliates", line.id)));
        }
        let amount = read(text)?;
        let minor = i128::from(amount.minor().get());
        all = all.saturating_add(minor);
        owed = owed.saturating_sub(if account.is_affiliates() { minor } else { 0 });
        postings.push(Posting { account, amount });
    }
    if all != 0 {
        return Err(broken(index, format!("the postings of entry `{}` do not add up to zero", line.id)));
    }
    if owed != i128::from(amount.minor().get()) {
        return Err(broken(index, format!("entry `{}` owes another amount than its postings", line.id)));
    }
    let Entry { id, target, kind, affiliate, month, date, plan, .. } = line.clone();
    Ok(JournalEntry { id, target, kind, affiliate, month, date, amount, postings, plan })
}

fn broken(index: usize, message: String) -> Problem {
    let hint = "a ledger is only ever appended to; restore the file that affil wrote";
    Problem::new(Code::LedgerBroken, Pointer::root().index(index), message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"id":"adjustment:x#1","target":"adjustment:x","kind":"adjustment","affiliate":"ana/b","month":"2026-03","date":"2026-03-10","currency":"EUR","was":"0.00","now":"5.00","amount":"5.00","postings":[["expense:adjustment","5.00"],["payable:ana~1b","-5.00"]],"plan":"f00d"}"#;

    fn refused(lines: &[&str]) -> Vec<String> {
        let entries: Vec<Entry> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let problems = Journal::new(&entries).unwrap_err();
        assert!(problems.iter().all(|problem| problem.code() == Code::LedgerBroken), "{problems}");
        problems.iter().map(|problem| format!("{} {}", problem.path().as_str(), problem.message())).collect()
    }

    #[test]
    fn a_ledger_without_entries_is_an_empty_journal() {
        let journal = Journal::from_json_lines("{\"closed\":\"2026-03\"}\n\n").unwrap();
        assert_eq!((journal.entries().len(), journal.currency()), (0, None));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let second = LINE.replace("x#1", "y#1").replace("\"-5.00\"", "\"-5.01\"");
        let third = LINE.replace("x#1", "z#1").replace("EUR", "USD");
        let fourth = LINE.replace("x#1", "u#1").replace("expense:adjustment", "expense:adjustments");
        let fifth = LINE.replace("x#1", "v#1").replace("payable:ana~1b", "payable:ben");
        let sixth = LINE.replace("x#1", "w#1").replace("\"amount\":\"5.00\"", "\"amount\":\"4.00\"");
        let found = refused(&[LINE, &second, &third, &fourth, &fifth, &sixth, LINE]);
        let wanted = [
            "/1 the postings",
            "/2 two currencies",
            "/3 entry `adjustment:u#1` names an account",
            "/4 entry `adjustment:v#1` is of two affiliates",
            "/5 entry `adjustment:w#1` owes",
            "/6 entry `adjustment:x#1` stands twice",
        ];
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        assert!(found.iter().zip(wanted).all(|(found, wanted)| found.starts_with(wanted)), "{found:?}");
    }

    #[test]
    fn entries_stand_by_day_and_then_as_they_were_booked() {
        let late = LINE.replace("adjustment:x", "adjustment:b").replace("2026-03-10", "2026-04-01");
        let same = LINE.replace("adjustment:x", "adjustment:a");
        let journal = Journal::from_json_lines(&[late.as_str(), LINE, &same].join("\n")).unwrap();
        let ids: Vec<&str> = journal.entries().iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["adjustment:x#1", "adjustment:a#1", "adjustment:b#1"]);
        assert_eq!(journal.totals().sums["payable:ana~1b"].to_string(), "-15.00 EUR");
        assert_eq!(journal.totals().sums["expense:adjustment"].to_string(), "15.00 EUR");
    }
}
