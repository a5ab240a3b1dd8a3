//! Facts of a whole document of cases, and a case's own over them.
//!
//! This module must never look into a fact beyond what it is known by.

use std::collections::HashSet;
use std::hash::Hash;

use crate::facts::FactsDocument;

/// The facts of both; of two that are known by the same, the case's.
pub(super) fn merged(common: &FactsDocument, own: &FactsDocument) -> FactsDocument {
    FactsDocument {
        affiliates: rows(&common.affiliates, &own.affiliates, |row| row.id.clone()),
        touches: rows(&common.touches, &own.touches, |row| row.id.clone()),
        orders: rows(&common.orders, &own.orders, |row| row.id.clone()),
        refunds: rows(&common.refunds, &own.refunds, |row| row.id.clone()),
        adjustments: rows(&common.adjustments, &own.adjustments, |row| row.id.clone()),
        reviews: rows(&common.reviews, &own.reviews, |row| row.id.clone()),
        payouts: rows(&common.payouts, &own.payouts, |row| row.id.clone()),
        confirmations: rows(&common.confirmations, &own.confirmations, |row| row.id.clone()),
        quotes: rows(&common.quotes, &own.quotes, |row| (row.from.clone(), row.to.clone(), row.date.clone())),
        until: own.until.clone().or_else(|| common.until.clone()),
    }
}

fn rows<T: Clone, K: Eq + Hash>(common: &[T], own: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let replaced: HashSet<K> = own.iter().map(&key).collect();
    common.iter().filter(|row| !replaced.contains(&key(row))).chain(own).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_replaces_what_it_names_again() {
        let read = |text: &str| serde_json::from_str::<FactsDocument>(text).unwrap();
        let common = read(
            r#"{ "affiliates": [{ "id": "ana" }, { "id": "bob" }], "until": "2026-01-01T00:00:00Z",
                 "quotes": [{ "from": "USD", "to": "EUR", "date": "2026-01-01", "rate": "0.9" }] }"#,
        );
        let own = read(
            r#"{ "affiliates": [{ "id": "bob", "active": false }, { "id": "cy" }],
                 "quotes": [{ "from": "USD", "to": "EUR", "date": "2026-01-02", "rate": "0.8" },
                            { "from": "USD", "to": "EUR", "date": "2026-01-01", "rate": "0.7" }] }"#,
        );
        let both = merged(&common, &own);
        let affiliates: Vec<(&str, bool)> = both.affiliates.iter().map(|row| (row.id.as_str(), row.active)).collect();
        assert_eq!(affiliates, [("ana", true), ("bob", false), ("cy", true)]);
        let rates: Vec<&str> = both.quotes.iter().map(|row| row.rate.as_str()).collect();
        assert_eq!(rates, ["0.8", "0.7"]);
        assert_eq!(both.until, common.until);
    }
}
