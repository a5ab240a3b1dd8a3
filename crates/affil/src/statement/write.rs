//! From the ledger to statements: each affiliate's entries cut into months and linked by hashes.
//!
//! This module must never compute what is owed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{StatementBalances, StatementDocument, StatementEntry, StatementSchema};
use crate::books::Account;
use crate::facts::Facts;
use crate::ledger::{Entry, Ledger};
use crate::money::{Currency, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::settle::limit;
use crate::time::{Instant, Month};

impl Plan {
    /// The statements of a month: one for each affiliate with entries in it, or something owed before it.
    ///
    /// Give the facts with which the ledger was posted before the month was closed: their end stands in the statement, and
    /// what is told of each entry is told by them. Each statement is linked to those of the months before, which are made
    /// again from the ledger as well; to link them to those that were handed out, use
    /// [`statements_after`](Self::statements_after).
    ///
    /// Errors: facts that do not settle, or a ledger in another currency (`ledger.currency`).
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": {} }, "rules": [] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "adjustments": [
    ///   { "id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "welcome" },
    ///   { "id": "y", "at": "2026-04-02T10:00:00Z", "affiliate": "ana", "amount": "-1.00", "reason": "fee" }
    /// ] }"#).unwrap();
    /// let mut ledger = affil::Ledger::new();
    /// ledger.post(&plan.settle(&facts).unwrap()).unwrap();
    /// let april = affil::time::Month::parse("2026-04").unwrap();
    /// let statements = plan.statements(&facts, &ledger, april).unwrap();
    /// assert_eq!((statements[0].opening.as_str(), statements[0].closing.as_str()), ("5.00", "4.00"));
    /// assert!(affil::verify(&statements, &plan.proof(&facts, "ana").unwrap()).is_empty());
    /// ```
    pub fn statements(&self, facts: &Facts, ledger: &Ledger, month: Month) -> Result<Vec<StatementDocument>, Problems> {
        let cutter = Cutter::of(self, facts, ledger)?;
        let mut statements = Vec::new();
        for (affiliate, entries) in &cutter.entries {
            let mut account = AccountOf::of(affiliate);
            let mut last: Option<StatementDocument> = None;
            for month in months(entries, month) {
                let previous = last.as_ref().map(|statement| statement.hash.clone());
                if let Some(statement) = cutter.statement(&mut account, month, previous)? {
                    last = Some(statement);
                }
            }
            statements.extend(last.filter(|statement| statement.month == month));
        }
        Ok(statements)
    }

    /// The statements of a month, each linked to the last of the affiliate's `earlier` ones, as they were handed out.
    ///
    /// Where the ledger says otherwise about the past by now, the new statement does not go on from the old one, and
    /// [`verify`](crate::verify) shows it. Errors: as for [`statements`](Self::statements), and an earlier statement whose
    /// content does not match its hash (`statement.hash`).
    pub fn statements_after(
        &self,
        facts: &Facts,
        ledger: &Ledger,
        month: Month,
        earlier: &[StatementDocument],
    ) -> Result<Vec<StatementDocument>, Problems> {
        let broken = earlier.iter().enumerate().filter_map(|(index, statement)| super::verify::hash(index, statement));
        broken.collect::<Problems>().or(())?;
        let mut last: HashMap<&str, &StatementDocument> = HashMap::new();
        for statement in earlier.iter().filter(|statement| statement.month < month) {
            let known = last.entry(&statement.affiliate).or_insert(statement);
            if known.month <= statement.month {
                *known = statement;
            }
        }
        let cutter = Cutter::of(self, facts, ledger)?;
        let mut statements = Vec::new();
        for affiliate in cutter.entries.keys() {
            let mut account = AccountOf::of(affiliate);
            let previous = last.get(affiliate).map(|statement| statement.hash.clone());
            statements.extend(cutter.statement(&mut account, month, previous)?);
        }
        Ok(statements)
    }
}

/// From the month of the first entry to `last`.
fn months(entries: &[&Entry], last: Month) -> impl Iterator<Item = Month> {
    let first = entries.first().map(|entry| entry.date.month()).filter(|first| *first <= last);
    std::iter::successors(first, move |month| (*month < last).then(|| month.next()))
}

/// A ledger by affiliate and month, and what is told of its entries.
struct Cutter<'a> {
    plan: &'a Plan,
    currency: Currency,
    until: Option<Instant>,
    /// By affiliate; by month, within one in the order in which they were booked.
    entries: BTreeMap<&'a str, Vec<&'a Entry>>,
    texts: HashMap<String, String>,
}

/// What was booked for an affiliate so far.
struct AccountOf<'a> {
    affiliate: &'a str,
    /// How many entries are taken in.
    taken: usize,
    /// Pending, approved, payable and reserve: what is owed, so with the sign turned.
    owed: [i128; 4],
}

impl<'a> AccountOf<'a> {
    fn of(affiliate: &'a str) -> Self {
        Self { affiliate, taken: 0, owed: [0; 4] }
    }

    fn total(&self) -> i128 {
        self.owed.iter().fold(0, |sum, owed| sum.saturating_add(*owed))
    }

    fn add(&mut self, postings: impl Iterator<Item = (Account, Minor)>) {
        let [pending, approved, payable, reserve] = &mut self.owed;
        for (account, amount) in postings {
            let owed = match account {
                Account::Pending => &mut *pending,
                Account::Approved => &mut *approved,
                Account::Payable => &mut *payable,
                Account::Reserve => &mut *reserve,
                _ => continue,
            };
            *owed = owed.saturating_sub(i128::from(amount.get()));
        }
    }
}

impl<'a> Cutter<'a> {
    fn of(plan: &'a Plan, facts: &Facts, ledger: &'a Ledger) -> Result<Self, Problems> {
        let currency = plan.currency();
        if let Some(other) = ledger.currency().filter(|other| *other != currency) {
            let message = format!("the ledger is in {other}, the plan in {currency}");
            return Err(
                Problem::new(Code::LedgerCurrency, Pointer::root(), message, "give the plan's own ledger").into()
            );
        }
        let mut entries: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in ledger.entries() {
            entries.entry(&entry.affiliate).or_default().push(entry);
        }
        for list in entries.values_mut() {
            list.sort_by_key(|entry| entry.date.month());
        }
        let targets: HashSet<&str> = ledger.entries().iter().map(|entry| entry.target.as_str()).collect();
        let told = plan.explain_all(facts)?.into_iter().filter(|told| targets.contains(told.id.as_str()));
        let texts = told.map(|told| (told.id, told.text)).collect();
        Ok(Self { plan, currency, until: facts.current()?.end(), entries, texts })
    }

    /// The statement of a month, taking in all entries up to its end; none if there is nothing to say.
    fn statement(
        &self,
        account: &mut AccountOf<'_>,
        month: Month,
        previous: Option<String>,
    ) -> Result<Option<StatementDocument>, Problem> {
        let all = self.entries.get(account.affiliate).map(Vec::as_slice).unwrap_or_default();
        let mut opening = account.total();
        let mut listed = Vec::new();
        for entry in all.iter().skip(account.taken).take_while(|entry| entry.date.month() <= month) {
            let figures = entry.figures(self.currency).map_err(Problem::internal)?;
            account.add(figures.postings());
            account.taken = account.taken.saturating_add(1);
            if entry.date.month() < month {
                opening = account.total();
            } else if !figures.amount.is_zero() {
                let text = self.texts.get(&entry.target).cloned();
                listed.push(StatementEntry { entry: (*entry).clone(), text });
            }
        }
        if listed.is_empty() && opening == 0 {
            return Ok(None);
        }
        let text = |sum: i128| {
            let minor = Minor::from_i128(sum).map_err(|_| limit("a balance"))?;
            Ok::<String, Problem>(self.currency.format(minor))
        };
        let [pending, approved, payable, reserve] = account.owed;
        let statement = StatementDocument {
            schema: StatementSchema::V1,
            affiliate: account.affiliate.to_owned(),
            month,
            currency: self.currency.code().to_owned(),
            plan: self.plan.fingerprint().to_owned(),
            until: self.until,
            opening: text(opening)?,
            entries: listed,
            closing: text(account.total())?,
            balances: StatementBalances {
                pending: text(pending)?,
                approved: text(approved)?,
                payable: text(payable)?,
                reserve: text(reserve)?,
            },
            previous,
            hash: String::new(),
        };
        Ok(Some(statement.hashed()))
    }
}
