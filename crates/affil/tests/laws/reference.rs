//! Law 6 for the books: the ledger equals that of the slow reference, entry for entry, and so do statements.

use affil::Ledger;
use proptest::prelude::*;

use super::lived::{after, lived, months};

fn cents(text: &str) -> i128 {
    text.replace('.', "").parse().unwrap()
}

fn found(entry: &affil::Entry) -> affil_oracle::Entry {
    affil_oracle::Entry {
        id: entry.id.clone(),
        target: entry.target.clone(),
        kind: entry.kind.as_str().to_owned(),
        affiliate: entry.affiliate.clone(),
        month: entry.month.to_string(),
        date: entry.date.to_string(),
        minor: cents(&entry.amount),
        postings: entry.postings.iter().map(|(account, amount)| (account.clone(), cents(amount))).collect(),
    }
}

laws! {
    /// Month by month, by what was known then, with and without closing.
    #[test]
    fn ledgers((plan, facts) in lived(), closes in prop::collection::vec(any::<bool>(), 7)) {
        let (program, text) = (plan.program().to_json(), serde_json::to_string(&facts.to_document()).unwrap());
        let (mut ledger, mut wanted) = (Ledger::new(), affil_oracle::Ledger::default());
        for (month, closes) in months().zip(closes) {
            let then = plan.settle(&facts.as_of(after(month)));
            let moves = affil_oracle::moves_as_of(&program, &text, &after(month).to_string());
            prop_assert_eq!(then.is_ok(), moves.is_ok(), "{:?}", moves);
            let (Ok(then), Ok(moves)) = (then, moves) else { continue };
            let booked: Vec<affil_oracle::Entry> = ledger.post(&then).unwrap().iter().map(found).collect();
            prop_assert_eq!(booked, wanted.post(&moves));
            if closes {
                ledger.close(month);
                wanted.close(&month.to_string());
            }
        }
        let Ok(statements) = months().map(|month| plan.statements(&facts, &ledger, month)).collect::<Result<Vec<_>, _>>()
        else { return Ok(()) };
        for statement in statements.iter().flatten() {
            let wanted = wanted.statement(&statement.affiliate, &statement.month.to_string());
            prop_assert_eq!(cents(&statement.opening), wanted.opening_minor);
            prop_assert_eq!(cents(&statement.closing), wanted.closing_minor);
            let entries: Vec<affil_oracle::Entry> = statement.entries.iter().map(|entry| found(&entry.entry)).collect();
            prop_assert_eq!(entries, wanted.entries);
        }
    }
}
