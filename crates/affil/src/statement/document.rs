//! Statements as documents: what stands in one, its canonical text and its hash.
//!
//! This module must never know how an amount came about, nor whether it is right.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ledger::Entry;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::shape;
use crate::time::{Instant, Month};

/// The version of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatementSchema {
    /// The first.
    #[serde(rename = "affil-statement/1")]
    V1,
}

/// What an affiliate was owed before a month, what was booked in it, and what is owed after it.
///
/// Amounts are decimal text in `currency`, above zero what is owed to the affiliate. Each statement names the hash of the
/// affiliate's previous one, so that nobody can change one without changing all that come after it. The hash is the SHA-256
/// of the canonical JSON without the member `hash`: the bytes of [`to_json`](Self::to_json) up to `,"hash"`, and a brace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementDocument {
    /// The version of this document.
    pub schema: StatementSchema,
    /// Whose it is.
    pub affiliate: String,
    /// The month in the program's zone.
    pub month: Month,
    /// The currency of all amounts.
    pub currency: String,
    /// The fingerprint of the plan with which it was made.
    pub plan: String,
    /// Up to when the facts are told with which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// What was owed before the month.
    pub opening: String,
    /// What was booked in the month, in the order in which it was booked.
    pub entries: Vec<StatementEntry>,
    /// What is owed after the month.
    pub closing: String,
    /// Where that stands.
    pub balances: StatementBalances,
    /// The hash of the statement before it; none for the first.
    pub previous: Option<String>,
    /// The hash of this one, in hexadecimal.
    pub hash: String,
}

/// An entry on a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementEntry {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// Why its target has the amount it has, as the facts are told; none for what is no longer wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What is owed to an affiliate, by where it stands; together what is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementBalances {
    /// Not yet decided.
    pub pending: String,
    /// Decided, but not yet payable.
    pub approved: String,
    /// To be paid out.
    pub payable: String,
    /// Kept back of payouts for a time.
    pub reserve: String,
}

impl StatementDocument {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The hash that it should have.
    pub fn hash_of_content(&self) -> String {
        let text = Self { hash: String::new(), ..self.clone() }.to_json();
        let content = text.strip_suffix(r#","hash":""}"#).unwrap_or_default();
        hex(&Sha256::digest(format!("{content}}}")))
    }

    /// The same statement with the hash that it should have.
    #[must_use]
    pub(super) fn hashed(self) -> Self {
        Self { hash: self.hash_of_content(), ..self }
    }

    /// Reads statements: a list of them, or a single one.
    ///
    /// Errors: what is no JSON, or no statement (`statement.schema`), all at once. Whether they are right is another
    /// question: see [`verify`](crate::verify).
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, Problems> {
        let items = match shape::json(text)? {
            Value::Array(items) => items,
            single => vec![single],
        };
        let mut problems = Problems::default();
        let mut statements = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match Self::from_value(&item) {
                Ok(statement) => statements.push(statement),
                Err(message) => {
                    let hint = "give the statement as affil wrote it, unchanged";
                    let path = Pointer::root().index(index);
                    problems.push(Problem::new(Code::StatementSchema, path, message, hint));
                }
            }
        }
        problems.or(statements)
    }

    fn from_value(value: &Value) -> Result<Self, String> {
        let statement = Self::deserialize(value).map_err(|error| format!("not a statement: {error}"))?;
        // What would be lost by reading is not covered by the hash.
        if shape::value_of(&statement) == *value {
            Ok(statement)
        } else {
            Err("a statement with keys that it should not have".to_owned())
        }
    }
}

/// Bytes as hexadecimal text.
fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digests are those of `printf '%s' TEXT | sha256sum`.
    #[test]
    fn hashes_are_lower_case_hexadecimal() {
        let digest = hex(&Sha256::digest(b"abc"));
        assert_eq!(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
