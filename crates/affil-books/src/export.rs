//! What every export answers: its text, and what that text adds up to.
//!
//! This module must never know a format.

use affil::{Code, Currency, Minor, Money, Pointer, Problem};
use serde::Serialize;
use std::collections::BTreeMap;

/// A file, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// The file, in UTF-8.
    pub text: String,
    /// What it adds up to.
    pub totals: Totals,
}

/// What a file adds up to, counted where the input is read: who reads the file again must find the same.
///
/// ```
/// let euro = affil::Currency::from_code("EUR").unwrap();
/// let mut totals = affil_books::Totals::default();
/// totals.add("cash", affil::Money::parse("-1.50", euro).unwrap()).unwrap();
/// totals.add("cash", affil::Money::parse("2.00", euro).unwrap()).unwrap();
/// assert_eq!(totals.to_json(), r#"{"count":0,"sums":{"cash":"0.50"}}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// How many entries, payments or invoices there are.
    pub count: usize,
    /// The sums. Of a journal by account, such as `payable:ana`; of payments by currency; of invoices by what they state:
    /// `net`, `vat`, `gross`, `withholding`, `fee` and `transfer`.
    pub sums: BTreeMap<String, Money>,
}

impl Totals {
    /// Adds an amount to the sum of this name.
    ///
    /// Errors: a sum beyond the limit of amounts (`money.limit`).
    pub fn add(&mut self, name: &str, amount: Money) -> Result<(), Problem> {
        let sum = self.sums.get(name).map_or(Minor::ZERO, |sum| sum.minor());
        let sum = sum.plus(amount.minor()).map_err(|_| limit(name))?;
        self.sums.insert(name.to_owned(), Money::new(sum, amount.currency()));
        Ok(())
    }

    /// The sum of this name; zero if nothing was added to it.
    pub fn sum(&self, name: &str, currency: Currency) -> Money {
        self.sums.get(name).copied().unwrap_or_else(|| Money::new(Minor::ZERO, currency))
    }

    /// The canonical JSON, `{"count":…,"sums":{…}}`, with amounts as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn limit(name: &str) -> Problem {
    let message = format!("the sum of `{name}` is beyond the limit");
    Problem::new(Code::MoneyLimit, Pointer::root(), message, "export fewer entries or payments at a time")
}
