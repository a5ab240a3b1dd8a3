//! A condition as a list of parts that must all hold, in a form in which parts can be compared.
//!
//! This module must never judge a condition; it only writes it down another way.

use crate::plan::{AmountField, Condition, CountField, DateField, Dates, Field, RulePlan};
use crate::problem::Pointer;
use crate::program::DatedBy;

/// A part of a condition, or of what else a rule asks for.
#[derive(Debug, Clone)]
pub(super) enum Part<'a> {
    /// A text field is, or is not, one of these.
    Text { field: &'a Field, is: bool, texts: &'a [String], path: Pointer },
    /// A number lies between these, both included.
    Range { of: Number, range: Range, path: Pointer },
    /// Whether the customer is new.
    New { new: bool, path: Pointer },
    /// Alternatives, or the contrary of something.
    Tree(&'a Condition<String>),
}

/// Whatever can be compared as a whole number: minor units, counts and microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Amount(AmountField),
    Count(CountField),
    Date(DateField),
    /// The first charge of the order's subscription.
    FirstCharge,
}

/// From the least to the greatest number; none is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Range {
    pub(super) least: Option<i64>,
    pub(super) most: Option<i64>,
}

impl Range {
    pub(super) fn new(least: Option<i64>, most: Option<i64>) -> Self {
        Self { least, most }
    }

    fn of_dates(dates: Dates) -> Self {
        let last = dates.until.map(|until| until.micros().saturating_sub(1));
        Self::new(dates.from.map(crate::time::Instant::micros), last)
    }

    /// What lies in both.
    pub(super) fn and(self, other: Self) -> Self {
        let least = [self.least, other.least].into_iter().flatten().max();
        Self { least, most: [self.most, other.most].into_iter().flatten().min() }
    }

    pub(super) fn is_empty(self) -> bool {
        matches!((self.least, self.most), (Some(least), Some(most)) if least > most)
    }

    /// Whether all of `other` lies in it.
    pub(super) fn holds(self, other: Self) -> bool {
        self.and(other) == other
    }
}

/// The parts of a condition that must all hold.
pub(super) fn parts(condition: &Condition<String>) -> Vec<Part<'_>> {
    let mut list = Vec::new();
    collect(condition, &mut list);
    list
}

/// Those of a rule, its dates included.
pub(super) fn rule_parts(rule: &RulePlan, path: &Pointer) -> Vec<Part<'static>> {
    if !rule.dates.is_bounded() {
        return Vec::new();
    }
    let of = match rule.dated_by {
        DatedBy::Order => Number::Date(DateField::Order),
        DatedBy::Joined => Number::Date(DateField::Joined),
        DatedBy::FirstCharge => Number::FirstCharge,
    };
    let key = if rule.dates.from.is_some() { "from" } else { "until" };
    vec![Part::Range { of, range: Range::of_dates(rule.dates), path: path.key(key) }]
}

fn collect<'a>(condition: &'a Condition<String>, list: &mut Vec<Part<'a>>) {
    let range = |of, (least, most): (Option<i64>, Option<i64>), path: &Pointer| Part::Range {
        of,
        range: Range::new(least, most),
        path: path.clone(),
    };
    match condition {
        Condition::All(inner) => inner.iter().for_each(|part| collect(part, list)),
        Condition::Not(inner, _) => match text_alone(inner) {
            // `not = { x = "a" }` says the same as `x = { is_not = "a" }`.
            Some(Part::Text { field, is, texts, path }) => list.push(Part::Text { field, is: !is, texts, path }),
            _ => list.push(Part::Tree(condition)),
        },
        Condition::Any(..) => list.push(Part::Tree(condition)),
        Condition::Text { field, is, texts, path, .. } => {
            list.push(Part::Text { field, is: *is, texts, path: path.clone() });
        }
        Condition::Amount { field, bounds, path } => list.push(range(Number::Amount(*field), bounds.range(), path)),
        Condition::Count { field, test, path } => {
            let bounds = (test.at_least.map(i64::from), test.at_most.map(i64::from));
            list.push(range(Number::Count(*field), bounds, path));
        }
        Condition::Date { field, dates, path } => {
            let Range { least, most } = Range::of_dates(*dates);
            list.push(range(Number::Date(*field), (least, most), path));
        }
        Condition::NewCustomer { new, path } => list.push(Part::New { new: *new, path: path.clone() }),
    }
}

/// The one text test that a condition consists of.
fn text_alone(condition: &Condition<String>) -> Option<Part<'_>> {
    let mut list = parts(condition);
    let only = list.pop()?;
    (list.is_empty() && matches!(only, Part::Text { .. })).then_some(only)
}

/// Whether something holds whenever all of `given` do; true only where that is certain.
pub(super) fn follows(part: &Part<'_>, given: &[Part<'_>]) -> bool {
    match part {
        Part::Text { field, is, texts, .. } => given.iter().any(|other| match other {
            Part::Text { field: tested, is: wanted, texts: theirs, .. } if tested == field => match (is, wanted) {
                (true, true) => theirs.iter().all(|text| texts.contains(text)),
                (false, false) => texts.iter().all(|text| theirs.contains(text)),
                // One of several groups says nothing about the others.
                (false, true) => **field != Field::AffiliateGroup && !theirs.iter().any(|text| texts.contains(text)),
                (true, false) => false,
            },
            _ => false,
        }),
        Part::Range { of, range, .. } => {
            let tests = given.iter().filter_map(|other| match other {
                Part::Range { of: tested, range, .. } if tested == of => Some(*range),
                _ => None,
            });
            tests.reduce(Range::and).is_some_and(|given| range.holds(given))
        }
        Part::New { new, .. } => {
            given.iter().any(|other| matches!(other, Part::New { new: known, .. } if known == new))
        }
        Part::Tree(tree) => given.iter().any(|other| matches!(other, Part::Tree(known) if same(tree, known))),
    }
}

/// Whether two conditions say the same, wherever they stand.
fn same(one: &Condition<String>, two: &Condition<String>) -> bool {
    use Condition::{All, Amount, Any, Count, Date, NewCustomer, Not, Text};
    let all = |one: &[Condition<String>], two: &[Condition<String>]| {
        one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
    };
    match (one, two) {
        (All(one), All(two)) | (Any(one, _), Any(two, _)) => all(one, two),
        (Not(one, _), Not(two, _)) => same(one, two),
        (Text { field: one, is: first, wanted: texts, .. }, Text { field: two, is: second, wanted, .. }) => {
            (one, first, texts) == (two, second, wanted)
        }
        (Amount { field: one, bounds: first, .. }, Amount { field: two, bounds: second, .. }) => {
            (one, first) == (two, second)
        }
        (Count { field: one, test: first, .. }, Count { field: two, test: second, .. }) => {
            (one, first) == (two, second)
        }
        (Date { field: one, dates: first, .. }, Date { field: two, dates: second, .. }) => {
            (one, first) == (two, second)
        }
        (NewCustomer { new: one, .. }, NewCustomer { new: two, .. }) => one == two,
        _ => false,
    }
}
