//! Payouts as the files that banks take.
//! This module must never decide what is paid.

use std::collections::BTreeSet;
use std::path::Path;

use affil::time::{Date, Instant, Month};
use affil::{ConfirmationFact, Facts, FactsDocument, PayoutFact, Plan, Pointer, Problem, Problems, value};
use affil_books::{Letters, Message, Payees, Payouts, Totals, WiseTemplate};

use crate::arguments::{self, Bank, BankDetails};
use crate::failure::Failure;
use crate::output;
use crate::place::{Place, Report};
use crate::program;

/// Payouts that may go into a file.
pub(crate) struct Payments {
    payouts: Payouts,
}

/// A file, and what is in it, for people.
pub(crate) struct File {
    pub(crate) text: String,
    pub(crate) about: String,
}

impl Payments {
    /// The payouts of the facts, and what is known to have become of them.
    pub(crate) fn of_facts(plan: &Plan, facts: &Facts) -> Result<Self, Failure> {
        let document = facts.to_document();
        Self::of(plan, &document.payouts, &document.confirmations)
    }

    /// Payouts, and what is known to have become of them.
    pub(crate) fn of(plan: &Plan, payouts: &[PayoutFact], confirmations: &[ConfirmationFact]) -> Result<Self, Failure> {
        let (payouts, confirmations) = (payouts.to_vec(), confirmations.to_vec());
        let text = serde_json::to_string(&FactsDocument { payouts, confirmations, ..FactsDocument::default() });
        let text = text.map_err(|error| Failure::File(format!("cannot write payouts down: {error}")))?;
        let payouts = Payouts::from_json(&text, plan.currency(), plan.zone());
        payouts.map(|payouts| Self { payouts }).map_err(|problems| refused(&problems, None))
    }

    /// Those of a day and a month.
    pub(crate) fn at(self, day: Option<Date>, month: Option<Month>) -> Self {
        let payouts = self.payouts.only(|payout| {
            day.is_none_or(|day| payout.date == day) && month.is_none_or(|month| payout.date.month() == month)
        });
        Self { payouts }
    }

    /// Those in the currency and under the terms that were asked for, and how many others there are, for people.
    pub(crate) fn only(self, plan: &Plan, details: &BankDetails) -> Result<(Self, Option<String>), Failure> {
        let usage = |option: &str, problem: &Problem| {
            Failure::Usage(format!("--{option}: {}; {}", problem.message(), problem.hint()))
        };
        let currency = details.currency.as_deref().map(|code| value::currency(code, &Pointer::root())).transpose();
        let currency = currency.map_err(|problem| usage("currency", &problem))?;
        let known: BTreeSet<&str> = plan.program().payouts.iter().map(|terms| terms.id.as_str()).collect();
        if let Some(unknown) = details.terms.iter().find(|id| !known.contains(id.as_str())) {
            let near = value::nearest(unknown, known).map(|near| format!("; did you mean `{near}`?"));
            return Err(Failure::Usage(format!(
                "--terms: no payout terms are called `{unknown}`{}",
                near.unwrap_or_default()
            )));
        }
        let before = self.payouts.iter().count();
        let payouts = self.payouts.only(|payout| {
            let under = payout.terms.as_ref().is_some_and(|terms| details.terms.contains(terms));
            currency.is_none_or(|currency| payout.paid.currency() == currency) && (details.terms.is_empty() || under)
        });
        let left_out = before - payouts.iter().count();
        let left_out = (left_out > 0).then(|| {
            let payouts = if left_out == 1 { "payout is" } else { "payouts are" };
            format!("note: {left_out} {payouts} in another currency or under other terms")
        });
        Ok((Self { payouts }, left_out))
    }

    /// The last instant at which one of them was made.
    pub(crate) fn last(&self) -> Option<Instant> {
        self.payouts.iter().map(|payout| payout.at).max()
    }

    /// The payouts.
    pub(crate) fn payouts(&self) -> &Payouts {
        &self.payouts
    }

    /// The file for a bank, as made at an instant.
    pub(crate) fn file(&self, bank: Bank, details: &BankDetails, created: Instant) -> Result<File, Failure> {
        let parties = Parties::read(details)?;
        let (payouts, payees) = (&self.payouts, &parties.payees);
        let export = match bank {
            Bank::Pain001 => affil_books::pain001(payouts, payees, &self.message(details, created)),
            Bank::Paypal => affil_books::paypal(payouts, payees, &details.text),
            Bank::Wise => affil_books::wise(payouts, payees, WiseTemplate::Recipients),
            Bank::WiseAccounts => affil_books::wise(payouts, payees, WiseTemplate::BankAccounts),
            Bank::WiseEmail => affil_books::wise(payouts, payees, WiseTemplate::Email),
        };
        let export = export.map_err(|problems| refused(&problems, Some(&parties)))?;
        Ok(File { about: about(&export.totals, ("payment", "payments")), text: export.text })
    }

    fn message(&self, details: &BankDetails, created: Instant) -> Message {
        let ids: Vec<&str> = self.payouts.iter().map(|payout| payout.id.as_str()).collect();
        // With a line break it is no reference by itself, so it is always hashed.
        let made = || affil_books::reference(&format!("payouts\n{}", ids.join("\n")));
        let mut message = Message::new(&details.message_id.clone().unwrap_or_else(made), created);
        message.execute = details.execute;
        message.text.clone_from(&details.text);
        message.letters = match details.letters {
            arguments::Letters::Epc => Letters::Epc,
            arguments::Letters::German => Letters::German,
        };
        message
    }
}

/// Who pays and who is paid, and where that was read.
pub(crate) struct Parties {
    pub(crate) payees: Payees,
    payees_file: Source,
    payer_file: Option<Source>,
}

struct Source {
    name: String,
    text: String,
}

impl Parties {
    /// Reads the documents that the options name.
    pub(crate) fn read(details: &BankDetails) -> Result<Self, Failure> {
        let Some(path) = &details.payees else {
            return Err(Failure::Usage("say who is paid with --payees".to_owned()));
        };
        let (mut payees, payees_file) = read(path)?;
        let mut payer_file = None;
        if let Some(path) = &details.payer {
            let (document, source) = read(path)?;
            payees.payer = document.payer.or(payees.payer);
            payer_file = Some(source);
        }
        Ok(Self { payees, payees_file, payer_file })
    }

    /// The file in which a part of the payees stands.
    fn source(&self, problem: &Problem) -> Option<&Source> {
        match problem.path().as_str().split('/').nth(1) {
            Some("payees") => Some(&self.payees_file),
            Some("payer") => Some(self.payer_file.as_ref().unwrap_or(&self.payees_file)),
            _ => None,
        }
    }
}

fn read(path: &Path) -> Result<(Payees, Source), Failure> {
    let text = program::text(path)?;
    let payees = Payees::from_text(&text).map_err(|problems| program::refused(path, &problems))?;
    Ok((payees, Source { name: program::name(path), text }))
}

/// Problems of payouts, which nobody wrote down by hand, or of the payees, at their places.
pub(crate) fn refused(problems: &Problems, parties: Option<&Parties>) -> Failure {
    let report = |problem: &Problem| {
        let Some(source) = parties.and_then(|parties| parties.source(problem)) else {
            return Report::new(problem.clone(), Place::default());
        };
        let placed = Problems::from(problem.clone()).with_places(&source.text);
        Report::of_document(&source.name, placed.iter().next().unwrap_or(problem))
    };
    Failure::Refused(problems.iter().map(report).collect())
}

/// "12 payments, 1,234.50 EUR".
pub(crate) fn about(totals: &Totals, (one, many): (&str, &str)) -> String {
    let count = output::grouped(&totals.count.to_string());
    let mut parts = vec![format!("{count} {}", if totals.count == 1 { one } else { many })];
    parts.extend(totals.sums.values().map(|sum| output::money(*sum)));
    parts.join(", ")
}
