//! Checking statements: their hashes, that each goes on from the one before, their sums, and by settling again.
//!
//! This module must never mend anything; it only says what it found.

use std::collections::BTreeMap;

use super::{Proof, StatementDocument, StatementEntry};
use crate::books::Account;
use crate::facts::Facts;
use crate::ledger::read;
use crate::money::{Currency, Minor};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::time::Month;

/// Everything that is wrong with statements, by their place in the list; nothing, if all is right.
///
/// For each statement: that its content matches its hash, and that it adds up. For each affiliate: that every statement
/// goes on from the one before it. For the last one: that the plan is the one given, and that settling the facts of the proof
/// as of the statement's `until` gives the amount that each target is said to have by now; and, as far as the statements
/// reach, that no amount is left out.
///
/// Statements may begin anywhere: of those before the first nothing can be said. Give the proof as of the last
/// statement's `until`.
pub fn verify(statements: &[StatementDocument], proof: &Proof) -> Problems {
    let mut findings = Problems::default();
    let mut chains: BTreeMap<&str, Vec<(usize, &StatementDocument)>> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        if let Some(finding) = hash(index, statement) {
            findings.push(finding);
        }
        sums(index, statement, &mut findings);
        chains.entry(&statement.affiliate).or_default().push((index, statement));
    }
    for chain in chains.values_mut() {
        chain.sort_by_key(|(_, statement)| statement.month);
        linked(chain, &mut findings);
        again(chain, proof, &mut findings);
    }
    findings.sorted()
}

fn finding(code: Code, path: Pointer, message: String) -> Problem {
    let hint = match code {
        Code::StatementHash => "something in it was changed after it was made; ask for it again",
        Code::StatementChain => "ask for all statements in between, as they were handed out",
        Code::StatementPlan => "give the proof that belongs to the last of the statements",
        _ => "ask whoever made it to explain the difference",
    };
    Problem::new(code, path, message, hint)
}

fn at(index: usize) -> Pointer {
    Pointer::root().index(index)
}

/// A statement whose content does not match its hash.
pub(super) fn hash(index: usize, statement: &StatementDocument) -> Option<Problem> {
    let wanted = statement.hash_of_content();
    (wanted != statement.hash).then(|| {
        let message = format!("the content of this statement has the hash {wanted}");
        finding(Code::StatementHash, at(index).key("hash"), message)
    })
}

/// Whether a statement adds up, and all its entries are its own.
fn sums(index: usize, statement: &StatementDocument, findings: &mut Problems) {
    let path = at(index);
    let mut wrong = |path: Pointer, message: String| findings.push(finding(Code::StatementSum, path, message));
    let Some(currency) = Currency::from_code(&statement.currency) else {
        return wrong(
            path.key("currency"),
            format!("`{}` is not a currency", crate::shape::short(&statement.currency)),
        );
    };
    let mut amount = |text: &str, path: Pointer| {
        read(text, currency).map_err(|message| wrong(path, message)).map(|minor| i128::from(minor.get()))
    };
    let opening = amount(&statement.opening, path.key("opening"));
    let closing = amount(&statement.closing, path.key("closing"));
    let balances = &statement.balances;
    let standing = [
        ("pending", &balances.pending),
        ("approved", &balances.approved),
        ("payable", &balances.payable),
        ("reserve", &balances.reserve),
    ];
    let standing = standing.map(|(key, text)| amount(text, path.key("balances").key(key)));
    let mut sum = opening;
    for (place, entry) in statement.entries.iter().enumerate() {
        let figures = own(statement, entry, currency);
        let path = path.key("entries").index(place);
        match figures {
            Ok(amount) => sum = sum.map(|sum| sum.saturating_add(i128::from(amount.get()))),
            Err(message) => {
                sum = Err(());
                wrong(path, message);
            }
        }
    }
    let is = |sum: i128| currency.format(Minor::from_i128(sum).unwrap_or(Minor::MAX));
    if let (Ok(sum), Ok(closing)) = (sum, closing)
        && sum != closing
    {
        wrong(path.key("closing"), format!("what was owed before and the entries add up to {}", is(sum)));
    }
    let standing: Result<Vec<i128>, ()> = standing.into_iter().collect();
    if let (Ok(standing), Ok(closing)) = (standing, closing) {
        let sum = standing.into_iter().fold(0, i128::saturating_add);
        if sum != closing {
            wrong(
                path.key("balances"),
                format!("what is owed is {}, but the balances add up to {}", is(closing), is(sum)),
            );
        }
    }
}

/// What an entry adds to what is owed, if it may stand on this statement.
fn own(statement: &StatementDocument, entry: &StatementEntry, currency: Currency) -> Result<Minor, String> {
    let entry = &entry.entry;
    let figures = entry.figures(currency)?;
    if entry.affiliate != statement.affiliate || entry.date.month() != statement.month {
        return Err(format!("entry `{}` belongs to another statement", entry.id));
    }
    if entry.currency != statement.currency || number(entry).is_none() || figures.amount.is_zero() {
        return Err(format!("entry `{}` is of another currency, of zero, or not numbered", entry.id));
    }
    Ok(figures.amount)
}

/// The number of an entry among those of its move.
fn number(entry: &crate::ledger::Entry) -> Option<u64> {
    let number = entry.id.strip_prefix(entry.target.as_str())?.strip_prefix('#')?;
    number.parse().ok().filter(|parsed: &u64| *parsed > 0 && parsed.to_string() == number)
}

/// Whether each statement goes on from the one before it.
fn linked(chain: &[(usize, &StatementDocument)], findings: &mut Problems) {
    let mut wrong =
        |index, key: &str, message: String| findings.push(finding(Code::StatementChain, at(index).key(key), message));
    if let Some((index, first)) = chain.first() {
        let is_zero = |text: &str| text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
        if first.previous.is_none() && !is_zero(&first.opening) {
            let message = "the first statement there is begins with something owed".to_owned();
            wrong(*index, "opening", message);
        }
    }
    for pair in chain.windows(2) {
        let [(_, before), (index, after)] = pair else { continue };
        if before.month == after.month {
            wrong(*index, "month", format!("there are two statements of {}", after.month));
        }
        if after.previous.as_ref() != Some(&before.hash) {
            wrong(*index, "previous", format!("this is not the hash of the statement of {}", before.month));
        }
        if (&after.opening, &after.currency) != (&before.closing, &before.currency) {
            let message =
                format!("the statement of {} ended with {} {}", before.month, before.closing, before.currency);
            wrong(*index, "opening", message);
        }
    }
}

/// What is owed under a move and a month, and where that is said.
type Said<'a> = BTreeMap<(&'a str, Month), (u64, &'a str, Pointer)>;

/// Whether settling again gives what the statements say.
fn again(chain: &[(usize, &StatementDocument)], proof: &Proof, findings: &mut Problems) {
    let (Some((_, first)), Some((index, last))) = (chain.first(), chain.last()) else { return };
    if last.plan != proof.plan.fingerprint() {
        let message = format!("the plan that was given has the fingerprint {}", proof.plan.fingerprint());
        return findings.push(finding(Code::StatementPlan, at(*index).key("plan"), message));
    }
    let facts = proof.facts().and_then(|facts| as_of(facts, last));
    let settlement = facts.and_then(|facts| proof.plan.settle(&facts));
    let settlement = match settlement {
        Ok(settlement) => settlement,
        Err(problems) => return findings.extend(problems),
    };
    let mut said: Said<'_> = Said::new();
    for (index, statement) in chain {
        for (place, entry) in statement.entries.iter().enumerate() {
            let (entry, path) = (&entry.entry, at(*index).key("entries").index(place).key("now"));
            let number = number(entry).unwrap_or_default();
            let slot = said.entry((&entry.target, entry.month)).or_insert((number, &entry.now, path.clone()));
            if slot.0 <= number {
                *slot = (number, &entry.now, path);
            }
        }
    }
    let currency = settlement.currency();
    let mut wanted: BTreeMap<(String, Month), (i128, bool)> = BTreeMap::new();
    for item in settlement.moves().filter(|item| item.affiliate == last.affiliate && item.date.month() <= last.month) {
        let own = item.postings.iter().filter(|(account, _)| Account::is_affiliates(*account));
        let owed = own.fold(0_i128, |owed, (_, amount)| owed.saturating_sub(i128::from(amount.get())));
        // What was booked before the first statement that is given is not to be seen.
        let is_within = first.previous.is_none() || item.date.month() >= first.month;
        let slot = wanted.entry((item.id, item.month)).or_default();
        *slot = (slot.0.saturating_add(owed), is_within);
    }
    let is = |sum: i128| {
        Minor::from_i128(sum).map_or_else(|_| "more than the limit".to_owned(), |minor| currency.format(minor))
    };
    for ((target, month), (_, now, path)) in &said {
        let key = ((*target).to_owned(), *month);
        let owed = is(wanted.remove(&key).map(|(owed, _)| owed).unwrap_or_default());
        if owed != **now {
            let message = format!("`{}` is {now} here, but settling again gives {owed}", crate::shape::short(target));
            findings.push(finding(Code::StatementAmount, path.clone(), message));
        }
    }
    for ((target, _), (owed, is_within)) in wanted {
        if owed != 0 && is_within {
            let message = format!("`{}` of {} stands on no statement", crate::shape::short(&target), is(owed));
            findings.push(finding(Code::StatementAmount, at(*index).key("entries"), message));
        }
    }
}

/// The facts as they were when the statement was made.
fn as_of(facts: Facts, last: &StatementDocument) -> Result<Facts, Problems> {
    // Facts that end there are those with which it was made, also where some of them happened or were known later.
    let end = facts.current()?.end();
    Ok(match last.until.filter(|until| end != Some(*until)) {
        Some(until) => facts.as_of(until),
        None => facts,
    })
}
