//! Documents of cases, as people write them beside a program.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::facts::FactsDocument;
use crate::problem::Problems;
use crate::program::{AmountText, Id};
use crate::settle::Reason;
use crate::shape;

/// The version of the format of documents of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CasesVersion {
    /// The first version.
    #[default]
    #[serde(rename = "affil/cases/1")]
    V1,
}

/// Cases for a program: facts, and what it must pay for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cases {
    /// The version of the document format, `affil/cases/1`.
    pub schema: CasesVersion,
    /// Facts of every case; a case's own fact of the same kind and id takes the place of one of these.
    #[serde(default, skip_serializing_if = "is_default")]
    pub facts: FactsDocument,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Case {
    /// What it shows, in words; no two cases have the same.
    pub name: Id,
    /// What happened.
    #[serde(default, skip_serializing_if = "is_default")]
    pub facts: FactsDocument,
    /// What the program must pay.
    pub expect: Expect,
}

/// What a case expects: at least one of these keys, or `refused` alone. Amounts are in the program's currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Expect {
    /// The sum of all targets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<AmountText>,
    /// The sum of the targets of each of these affiliates: `{ ana = "80.00" }`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub totals: BTreeMap<String, AmountText>,
    /// Targets by their ids: `{ "commission:A/1/all/ana" = "80.00" }`. There may be others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub targets: BTreeMap<String, AmountText>,
    /// There are no targets but those in `targets`.
    #[serde(skip_serializing_if = "is_default")]
    pub only: bool,
    /// Orders and lines that paid nothing, and why. There may be others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unpaid: Vec<ExpectUnpaid>,
    /// The explanations of targets, word for word.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub explain: BTreeMap<String, String>,
    /// The facts are refused, with exactly these problem codes; then nothing else is expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
}

/// An order or a line that paid nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExpectUnpaid {
    /// The order.
    pub order: Id,
    /// The line; without it, the order or any of its lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Id>,
    /// Why.
    pub reason: Reason,
}

impl Cases {
    /// Reads cases written in JSON; all problems at once, with line and column.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        shape::cases_from(text, shape::Format::Json)
    }

    /// Reads cases written in TOML; all problems at once, with line and column.
    #[cfg(feature = "toml")]
    pub fn from_toml(text: &str) -> Result<Self, Problems> {
        shape::cases_from(text, shape::Format::Toml)
    }

    /// Reads TOML or JSON: a document that starts with `{` is JSON.
    ///
    /// ```
    /// let problems = affil::cases::Cases::from_text(r#"{ "schema": "affil/cases/1", "cases": [{
    ///   "name": "nothing happens", "expect": { "only": true, "unpaid": [{ "order": "A", "reason": "no_tuch" }] } }] }"#);
    /// let problems = problems.unwrap_err();
    /// let first = problems.iter().next().unwrap();
    /// assert_eq!((first.path().as_str(), first.hint()), ("/cases/0/expect/unpaid/0/reason", "did you mean `no_touch`?"));
    /// ```
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        shape::cases_from(text, shape::Format::of(text))
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
