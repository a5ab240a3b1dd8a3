//! The journal in the language of beancount, version 3.
//!
//! This module must never know what an amount is for.

use affil::Account;
use affil::time::Date;
use std::collections::BTreeMap;
use std::fmt::Write;

use crate::chart;
use crate::export::Export;
use crate::journal::{Journal, JournalEntry};

/// The journal as a beancount file: an `open` for each account, and one transaction for each entry.
///
/// Totals: by account of the books. An affiliate's id stands as it is in the `affiliate` metadata of its accounts and as
/// the payee of its transactions; the accounts' names carry it escaped.
///
/// ```
/// let export = affil_books::beancount(&affil_books::Journal::from_json_lines("").unwrap());
/// assert_eq!(export.text, "option \"title\" \"Affiliate program\"\n");
/// ```
pub fn beancount(journal: &Journal) -> Export {
    let mut text = String::from("option \"title\" \"Affiliate program\"\n");
    let code = journal.currency().map(|currency| currency.code().to_owned()).unwrap_or_default();
    // Writing to a text cannot fail.
    if !code.is_empty() {
        let _ = writeln!(text, "option \"operating_currency\" \"{code}\"\n");
    }
    for ((account, affiliate), first) in opened(journal) {
        let _ = writeln!(text, "{first} open {} {code}", chart::name(account, affiliate));
        if account.is_affiliates() {
            let _ = writeln!(text, "  affiliate: {}", quoted(affiliate));
        }
    }
    for entry in journal.entries() {
        transaction(&mut text, entry);
    }
    Export { text, totals: journal.totals().clone() }
}

/// Each account with the day of its first posting.
pub(crate) fn opened(journal: &Journal) -> BTreeMap<(Account, &str), Date> {
    let mut opened = BTreeMap::new();
    for entry in journal.entries() {
        for posting in &entry.postings {
            let whose = if posting.account.is_affiliates() { entry.affiliate.as_str() } else { "" };
            opened.entry((posting.account, whose)).or_insert(entry.date);
        }
    }
    opened
}

fn transaction(text: &mut String, entry: &JournalEntry) {
    let _ = writeln!(text, "\n{} * {} {}", entry.date, quoted(&entry.affiliate), quoted(&entry.id));
    let _ = writeln!(text, "  kind: {}", quoted(entry.kind.as_str()));
    let _ = writeln!(text, "  month: {}", quoted(&entry.month.to_string()));
    let _ = writeln!(text, "  plan: {}", quoted(&entry.plan));
    for posting in &entry.postings {
        let _ = writeln!(text, "  {}  {}", chart::name(posting.account, &entry.affiliate), posting.amount);
    }
}

/// A text in quotes. Control characters, which the language has no escape for, are shown as `\u{7}`.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(std::iter::once('\\').chain(c.escape_unicode())),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(quoted(r#"a "b" \c"#), r#""a \"b\" \\c""#);
        assert_eq!(quoted("a\nb\u{7}"), r#""a\\u{a}b\\u{7}""#);
    }
}
