//! Section 9: the difference between what the ledger should hold and what it does hold.
//!
//! Must never know how a target came about.

use crate::Target;
use std::collections::BTreeMap;

/// A row of the ledger, never edited. The amount is in minor units.
///
/// ```
/// let entry = affil_oracle::Entry {
///     id: "adjustment:j1#1".into(), target: "adjustment:j1".into(), affiliate: "ana".into(),
///     month: "2026-03".into(), minor: -250,
/// };
/// assert!(entry.id.starts_with(&entry.target));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The target's id, `#` and the number of the entry for that id, from 1.
    pub id: String,
    /// The target's id.
    pub target: String,
    /// Who is owed, or owes.
    pub affiliate: String,
    /// The month in which it is booked, such as `2026-03`.
    pub month: String,
    /// The amount in minor units, never zero.
    pub minor: i128,
}

/// The entries to book so that the ledger holds what the targets say.
///
/// First those of the targets, in their order; then those that take back what has no target, by (id, month,
/// affiliate).
///
/// ```
/// let target = affil_oracle::Target {
///     id: "adjustment:j1".into(), kind: "adjustment".into(), affiliate: "ana".into(),
///     order: None, line: None, rule: None, month: "2026-03".into(), minor: -250,
/// };
/// let booked = affil_oracle::post(&[target.clone()], &[]);
/// assert_eq!(booked[0].id, "adjustment:j1#1");
/// assert!(affil_oracle::post(&[target], &booked).is_empty());
/// ```
pub fn post(targets: &[Target], booked: &[Entry]) -> Vec<Entry> {
    let mut holds: BTreeMap<(&str, &str, &str), i128> = BTreeMap::new();
    let mut numbers: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in booked {
        *holds.entry((&entry.target, &entry.month, &entry.affiliate)).or_default() += entry.minor;
        *numbers.entry(&entry.target).or_default() += 1;
    }
    let mut differences: Vec<((&str, &str, &str), i128)> = Vec::new();
    for target in targets {
        let key = (target.id.as_str(), target.month.as_str(), target.affiliate.as_str());
        differences.push((key, target.minor - holds.remove(&key).unwrap_or(0)));
    }
    for (key, held) in holds {
        differences.push((key, -held));
    }

    let mut entries = Vec::new();
    for ((id, month, affiliate), minor) in differences {
        if minor == 0 {
            continue;
        }
        let number = numbers.entry(id).or_default();
        *number += 1;
        entries.push(Entry {
            id: format!("{id}#{number}"),
            target: id.to_owned(),
            affiliate: affiliate.to_owned(),
            month: month.to_owned(),
            minor,
        });
    }
    entries
}
