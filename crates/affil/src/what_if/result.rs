//! What a comparison holds.
//!
//! This module must never compute anything.

use serde::{Serialize, Serializer};

use crate::money::{Currency, Money};
use crate::problem::Pointer;
use crate::settle::TargetKind;
use crate::time::Month;

/// What several plans would have paid for the same facts, compared with one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// The currency of all amounts.
    #[serde(serialize_with = "code")]
    pub currency: Currency,
    /// The fingerprint of the plan that the others are compared with.
    pub plan: String,
    /// The others, as they were given.
    pub variants: Vec<Comparison>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn code<S: Serializer>(currency: &Currency, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(currency.code())
}

impl WhatIf {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An amount under the one plan and under the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AmountChange {
    /// Under the plan that is compared with.
    pub before: Money,
    /// Under the variant.
    pub after: Money,
    /// `after` less `before`.
    pub difference: Money,
}

/// What one variant changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// What the variant is called.
    pub name: String,
    /// Its fingerprint.
    pub plan: String,
    /// All of it, for people.
    pub text: String,
    /// Everything that is owed, adjustments included.
    #[serde(flatten)]
    pub total: AmountChange,
    /// The difference in percent of what was owed before, with one decimal, half to even; none of nothing.
    pub percent: Option<String>,
    /// How many affiliates are owed more.
    pub gain: usize,
    /// How many are owed less.
    pub lose: usize,
    /// How many are owed the same.
    pub same: usize,
    /// How many lose more than some parts of what they were owed.
    pub losing: Vec<Losing>,
    /// By affiliate.
    pub affiliates: Vec<AffiliateChange>,
    /// By rule, override or bonus.
    pub rules: Vec<RuleChange>,
    /// By month of the statement.
    pub months: Vec<MonthChange>,
    /// By affiliate, month and rule.
    pub targets: Vec<TargetChange>,
    /// Who reaches another step of a ladder.
    pub steps: Vec<StepChange>,
    /// What the variant asks for and no fact has, so that it cannot pay by it.
    pub missing: Vec<Missing>,
}

/// A part of a variant that looks at a field which no fact of the history has: its condition never holds, nothing is
/// taken off, or nobody is above. The difference is right, and says nothing about what it would be with that field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Where in the variant's program, as a JSON pointer.
    #[serde(serialize_with = "pointer")]
    pub path: Pointer,
    /// The rule, ladder, bonus or other part of the program; none in the attribution.
    pub id: Option<String>,
    /// The field, such as `line.category`, `touch.attributes.campaign` or `affiliate.groups`.
    pub field: String,
    /// All of it, for people.
    pub text: String,
    /// What to do about it.
    pub hint: String,
}

fn pointer<S: Serializer>(path: &Pointer, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

/// How many affiliates lose more than a part of what they were owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Losing {
    /// More than so many percent.
    pub more_than: &'static str,
    /// How many affiliates.
    pub affiliates: usize,
}

/// What changes for an affiliate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AffiliateChange {
    /// Who.
    pub affiliate: String,
    /// What it is owed.
    #[serde(flatten)]
    pub amount: AmountChange,
    /// The difference in percent of what it was owed before, with one decimal, half to even; none of nothing.
    pub percent: Option<String>,
}

/// What changes for a rule, an override or a bonus; for adjustments together, which have no rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// What for.
    pub kind: TargetKind,
    /// Its id; none for adjustments.
    pub rule: Option<String>,
    /// What it pays, or what is taken back of it.
    #[serde(flatten)]
    pub amount: AmountChange,
}

/// What changes in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthChange {
    /// The month of the statement.
    pub month: Month,
    /// What is owed for it.
    #[serde(flatten)]
    pub amount: AmountChange,
}

/// What changes for an affiliate in a month under a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetChange {
    /// Who.
    pub affiliate: String,
    /// The month of the statement.
    pub month: Month,
    /// What for.
    pub kind: TargetKind,
    /// The rule, override or bonus; none for adjustments.
    pub rule: Option<String>,
    /// What is owed.
    #[serde(flatten)]
    pub amount: AmountChange,
}

/// An affiliate who reaches another step of a ladder in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepChange {
    /// Who.
    pub affiliate: String,
    /// The ladder, by its id in both programs.
    pub tier: String,
    /// The first day of the period, or `lifetime`.
    pub period: String,
    /// The step before, counted from 1; 0 is below the first; none where the ladder is not followed.
    pub before: Option<usize>,
    /// The step under the variant.
    pub after: Option<usize>,
}
