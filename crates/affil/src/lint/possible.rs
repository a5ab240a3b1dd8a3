//! Whether anything can make a condition true, by what the program itself says of the lines it is asked about.
//!
//! This module must never say "impossible" where it is not certain: it knows nothing of the facts.

use std::collections::HashSet;

use super::part::{Number, Part, Range, parts};
use crate::plan::{AmountField, Condition, CountField, DateField, Field, Plan};
use crate::problem::{Pointer, nearest};
use crate::shape::short;

/// What is known of every line a condition is asked about.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    plan: &'a Plan,
    /// Whether it belongs to an action, if that is known.
    action: Option<bool>,
    /// The last charge that counts.
    last_charge: Option<u32>,
    /// Whether it is about somebody who may be credited with nothing, and be owed something all the same.
    uncredited: bool,
}

/// Why a condition can never be true.
#[derive(Debug)]
pub(super) struct Impossible {
    pub(super) path: Pointer,
    pub(super) why: String,
    pub(super) hint: String,
}

impl Impossible {
    fn new(path: &Pointer, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { path: path.clone(), why: why.into(), hint: hint.into() }
    }
}

impl<'a> Known<'a> {
    /// What is known of any line of an order that somebody is credited with.
    pub(super) fn any(plan: &'a Plan) -> Self {
        Self { plan, action: None, last_charge: None, uncredited: false }
    }

    /// What is known of any affiliate, credited or not.
    pub(super) fn any_affiliate(plan: &'a Plan) -> Self {
        Self { uncredited: true, ..Self::any(plan) }
    }

    /// What is known where a rule is asked.
    pub(super) fn of_rule(plan: &'a Plan, rule: usize) -> Self {
        let rule = plan.rules.get(rule);
        let last_charge = rule.and_then(|rule| rule.recurring.as_ref()).and_then(|recurring| recurring.charges);
        Self { action: rule.map(crate::plan::RulePlan::is_for_actions), last_charge, ..Self::any(plan) }
    }

    /// Why parts that must all hold never do, if that is so.
    pub(super) fn impossible(self, parts: &[Part<'_>]) -> Option<Impossible> {
        let known = self.with_tests_of_actions(parts);
        let trees = parts.iter().filter_map(|part| match part {
            Part::Tree(tree) => Some(*tree),
            _ => None,
        });
        let single = parts.iter().find_map(|part| known.alone(part));
        let together = single.or_else(|| known.together(parts));
        let mut trees = trees;
        together.or_else(|| trees.find_map(|tree| known.tree(tree, parts)))
    }

    /// Only an order with an action passes a test of it.
    fn with_tests_of_actions(self, parts: &[Part<'_>]) -> Self {
        let tested = |part: &Part<'_>| matches!(part, Part::Text { field: Field::OrderAction, .. });
        let action = self.action.or_else(|| parts.iter().any(tested).then_some(true));
        Self { action, ..self }
    }

    /// Whether a field is missing from every line.
    fn lacks(self, field: &Field) -> bool {
        match field {
            Field::LineCategory | Field::LineSku | Field::LineAttribute(_) => self.action == Some(true),
            Field::OrderAction => self.action == Some(false),
            _ => false,
        }
    }

    /// What a part rules out by itself.
    fn alone(self, part: &Part<'_>) -> Option<Impossible> {
        let Part::Text { field, is, texts, path } = part else { return None };
        if self.lacks(field) {
            let (why, hint) = match field {
                Field::OrderAction => (
                    "a sale has no action, and this rule pays for sales only",
                    "use `flat` with `per = \"action\"` to pay for actions",
                ),
                _ => ("an action has no category, article or attributes of a line", "test fields of the order instead"),
            };
            return Some(Impossible::new(path, why, hint));
        }
        if *is && texts.is_empty() {
            let hint = "name at least one text, or remove the test";
            return Some(Impossible::new(path, "an empty list of texts is never matched", hint));
        }
        None
    }

    /// What several parts rule out together.
    fn together(self, parts: &[Part<'_>]) -> Option<Impossible> {
        parts.iter().enumerate().find_map(|(index, part)| {
            let before = parts.get(..index).unwrap_or_default();
            match part {
                Part::Text { field, path, .. } => self.text(field, before, part, path),
                Part::Range { of, path, .. } => self.range(*of, before, part, path),
                Part::New { new, path } => {
                    let contrary = |other: &Part<'_>| matches!(other, Part::New { new: known, .. } if known != new);
                    before
                        .iter()
                        .any(contrary)
                        .then(|| Impossible::new(path, "no customer is new and not new", "remove one of the two tests"))
                }
                Part::Tree(_) => None,
            }
        })
    }

    fn range(self, of: Number, before: &[Part<'_>], part: &Part<'_>, path: &Pointer) -> Option<Impossible> {
        let tests = before.iter().chain([part]).filter_map(|part| match part {
            Part::Range { of: tested, range, .. } if *tested == of => Some(*range),
            _ => None,
        });
        let range = tests.fold(self.all(of), Range::and);
        let (why, hint) = match of {
            Number::Amount(AmountField::Line | AmountField::Order) if self.action == Some(true) => {
                ("the amount of an action is zero", "remove the test: this rule pays for actions only")
            }
            Number::Amount(_) => ("no amount lies within these bounds", "the lower bound must be below the upper one"),
            Number::Count(CountField::Charge) => (
                "no charge has such a number: they are counted from 1, up to `recurring.charges`",
                "the first charge is `at_most = 1`, later ones are `at_least = 2`",
            ),
            Number::Count(CountField::Quantity) => {
                ("no number lies within these bounds", "`at_least` must not exceed `at_most`")
            }
            Number::Date(_) | Number::FirstCharge => {
                ("no day lies within all these dates", "look at the rule's own `from` and `until` as well")
            }
        };
        range.is_empty().then(|| Impossible::new(path, why, hint))
    }

    /// All that a number can be.
    fn all(self, of: Number) -> Range {
        let last = self.last_charge.map(i64::from);
        match of {
            Number::Amount(_) if self.action == Some(true) => Range::new(Some(0), Some(0)),
            Number::Count(CountField::Quantity) if self.action == Some(true) => Range::new(Some(1), Some(1)),
            Number::Count(CountField::Charge) => Range::new(Some(1), last),
            Number::Count(CountField::Quantity) => Range::new(Some(0), None),
            Number::Amount(_) | Number::Date(DateField::Order | DateField::Joined) | Number::FirstCharge => {
                Range::default()
            }
        }
    }

    fn text(self, field: &Field, before: &[Part<'_>], part: &Part<'_>, path: &Pointer) -> Option<Impossible> {
        let tests: Vec<(bool, &[String])> = before
            .iter()
            .chain([part])
            .filter_map(|part| match part {
                Part::Text { field: tested, is, texts, .. } if *tested == field => Some((*is, *texts)),
                _ => None,
            })
            .collect();
        let barred: HashSet<&str> =
            tests.iter().filter(|(is, _)| !is).flat_map(|(_, texts)| texts.iter().map(String::as_str)).collect();
        let mut wanted = tests.iter().filter(|(is, _)| *is).map(|(_, texts)| *texts);
        if *field == Field::AffiliateGroup {
            // An affiliate may be in several groups, so that only what is barred counts against each test.
            let none_left = |texts: &[String]| texts.iter().all(|text| barred.contains(text.as_str()));
            return wanted.find(|texts| none_left(texts)).map(|_| nothing_passes(path));
        }
        let first: Option<HashSet<&str>> = wanted.next().map(|texts| texts.iter().map(String::as_str).collect());
        let first = first.or_else(|| self.every(field))?;
        let left = wanted.fold(first, |mut left, more| {
            let more: HashSet<&str> = more.iter().map(String::as_str).collect();
            left.retain(|text| more.contains(text));
            left
        });
        let left: Vec<&str> = left.into_iter().filter(|text| !barred.contains(text)).collect();
        if left.is_empty() {
            return Some(nothing_passes(path));
        }
        let bar = |text: &&str| self.barred(field, text);
        let all = left.iter().all(|text| bar(text).is_some());
        let smallest = left.iter().min().filter(|_| all)?;
        bar(smallest).map(|(why, hint)| Impossible::new(path, why, hint))
    }

    /// All that a field can be, where the program says so.
    fn every(self, field: &Field) -> Option<HashSet<&'a str>> {
        let kinds = || self.plan.attribution.kinds.iter().map(|plan| plan.kind.as_str()).collect();
        (*field == Field::TouchKind).then(kinds)
    }

    /// Why nobody is ever credited where a field has this text.
    fn barred(self, field: &Field, text: &str) -> Option<(String, String)> {
        let plan = self.plan;
        let excluded = |texts: &[String], key: &str| {
            let why = format!("`{}` is excluded from attribution, so nobody is credited", short(text));
            let hint = format!("remove it here, or from `attribution.exclude.{key}`");
            texts.iter().any(|excluded| excluded == text).then_some((why, hint))
        };
        match field {
            Field::TouchChannel => excluded(&plan.attribution.excluded_channels, "channel"),
            Field::AffiliateId if !self.uncredited => excluded(&plan.attribution.excluded_affiliates, "affiliate"),
            Field::TouchKind if !plan.attribution.kinds.iter().any(|plan| plan.kind == text) => {
                let hint = match nearest(text, plan.attribution.kinds.iter().map(|plan| plan.kind.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `attribution.windows.{}`, or remove it here", short(text)),
                };
                Some((format!("`{}` has no window, so no such touch is ever credited", short(text)), hint))
            }
            _ => None,
        }
    }

    /// Alternatives none of which can hold beside the other parts, or the contrary of what always holds.
    fn tree(self, tree: &Condition<String>, beside: &[Part<'_>]) -> Option<Impossible> {
        match tree {
            Condition::Any(alternatives, path) => {
                let beside: Vec<Part<'_>> =
                    beside.iter().filter(|part| !matches!(part, Part::Tree(_))).cloned().collect();
                let dead = |alternative: &Condition<String>| {
                    let mut together = beside.clone();
                    together.extend(parts(alternative));
                    self.impossible(&together).is_some()
                };
                let (why, hint) = if alternatives.is_empty() {
                    ("an empty `any` is never true", "give alternatives, or remove it")
                } else {
                    ("none of these alternatives can be true", "mend at least one of them, or remove `any`")
                };
                alternatives.iter().all(dead).then(|| Impossible::new(path, why, hint))
            }
            Condition::Not(inner, path) => {
                let hint = "say in `not` what must not be so; an empty condition is true of everything";
                self.never_false(inner).then(|| Impossible::new(path, "what `not` holds is never false", hint))
            }
            _ => None,
        }
    }

    /// Whether a condition can only be true or unknown.
    fn never_false(self, condition: &Condition<String>) -> bool {
        match condition {
            Condition::All(inner) => inner.iter().all(|part| self.never_false(part)),
            Condition::Any(inner, _) => inner.iter().any(|part| self.never_false(part)),
            Condition::Not(inner, _) => self.impossible(&parts(inner)).is_some(),
            Condition::Text { field, is, texts, .. } => (!is && texts.is_empty()) || self.lacks(field),
            Condition::NewCustomer { .. } => false,
            Condition::Amount { .. } | Condition::Count { .. } | Condition::Date { .. } => {
                let range = |part: &Part<'_>| match part {
                    Part::Range { of, range, .. } => range.holds(self.all(*of)),
                    _ => false,
                };
                parts(condition).iter().all(range)
            }
        }
    }
}

fn nothing_passes(path: &Pointer) -> Impossible {
    Impossible::new(path, "no text passes all tests of this field", "let the tests leave at least one text")
}
