//! The journal in the language of hledger.
//!
//! This module must never know what an amount is for.

use affil::{Account, Currency};
use std::fmt::Write;

use crate::beancount::opened;
use crate::chart;
use crate::export::Export;
use crate::journal::{Journal, JournalEntry};

/// The journal as an hledger file: a `commodity` and an `account` directive for each that is used, and one transaction for
/// each entry, so that `hledger check --strict` has nothing to complain about.
///
/// Totals: by account of the books. Accounts have the names that they have for beancount.
///
/// ```
/// let export = affil_books::hledger(&affil_books::Journal::from_json_lines("").unwrap());
/// assert_eq!(export.text, "; Affiliate program\n");
/// ```
pub fn hledger(journal: &Journal) -> Export {
    let mut text = String::from("; Affiliate program\n");
    if let Some(currency) = journal.currency() {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "commodity {}\n", sample(currency));
    }
    for (account, affiliate) in opened(journal).into_keys() {
        let _ = writeln!(text, "account {}  ; type: {}", chart::name(account, affiliate), kind(account));
    }
    for entry in journal.entries() {
        transaction(&mut text, entry);
    }
    Export { text, totals: journal.totals().clone() }
}

fn transaction(text: &mut String, entry: &JournalEntry) {
    let _ = writeln!(text, "\n{} * {} | {}", entry.date, plain(&entry.affiliate), plain(&entry.id));
    let _ = writeln!(text, "    ; kind: {}", entry.kind.as_str());
    let _ = writeln!(text, "    ; month: {}", entry.month);
    let _ = writeln!(text, "    ; plan: {}", plain(&entry.plan));
    for posting in &entry.postings {
        let _ = writeln!(text, "    {}  {}", chart::name(posting.account, &entry.affiliate), posting.amount);
    }
}

/// An amount that shows how the currency is written; without decimals the point must still be there.
fn sample(currency: Currency) -> String {
    let zeros = "0".repeat(usize::from(currency.places()));
    format!("1000.{zeros} {currency}")
}

/// The type of the account, by which hledger tells balance sheets from income statements.
fn kind(account: Account) -> &'static str {
    match chart::name(account, "").split(':').next() {
        Some("Assets") => "A",
        Some("Expenses") => "X",
        _ => "L",
    }
}

/// A text that means nothing to hledger: what could begin a comment, a code, a tag or a note is written `%` and two
/// hexadecimal digits for each byte. No two texts give the same.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let inner = !plain.is_empty() && chars.peek().is_some_and(|next| *next != ' ');
        if c.is_alphanumeric() || "-_.:/#~@+'".contains(c) || (c == ' ' && inner) {
            plain.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(plain, "%{byte:02X}");
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(text: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            let digits = (byte == b'%').then(|| [rest.next().unwrap(), rest.next().unwrap()]);
            let escaped = |digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
            bytes.push(digits.as_ref().map_or(byte, |digits| escaped(digits.as_slice())));
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn every_text_can_be_had_back(text in ".*") {
            prop_assert_eq!(decoded(&plain(&text)), text);
        }
    }

    #[test]
    fn nothing_is_left_that_means_something() {
        assert_eq!(plain("Ana & Ben"), "Ana %26 Ben");
        assert_eq!(plain("(x) a|b; c, d  e "), "%28x%29 a%7Cb%3B c%2C d%20 e%20");
        assert_eq!(plain("50%"), "50%25");
    }

    #[test]
    fn currencies_show_their_places() {
        let of = |code| sample(Currency::from_code(code).unwrap());
        assert_eq!([of("EUR"), of("JPY"), of("KWD")], ["1000.00 EUR", "1000. JPY", "1000.000 KWD"]);
    }
}
