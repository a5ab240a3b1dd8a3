//! Conditions of section 2: three-valued tests of fields.
//!
//! Must never know what depends on the answer.

use crate::exact::Exact;
use crate::facts::{Line, Order, Touch};
use crate::program::{AffiliateWhen, AmountTest, TextTest, When};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown,
}
use Truth::{False, True, Unknown};

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { True } else { False }
    }
}

fn all(parts: &[Truth]) -> Truth {
    if parts.contains(&False) {
        False
    } else if parts.contains(&Unknown) {
        Unknown
    } else {
        True
    }
}

fn any(parts: &[Truth]) -> Truth {
    if parts.contains(&True) {
        True
    } else if parts.contains(&Unknown) {
        Unknown
    } else {
        False
    }
}

fn not(part: Truth) -> Truth {
    match part {
        True => False,
        False => True,
        Unknown => Unknown,
    }
}

/// Everything a condition may look at.
pub(crate) struct Scene<'a> {
    pub(crate) line: &'a Line,
    pub(crate) order: &'a Order,
    pub(crate) new_customer: bool,
    pub(crate) affiliate: &'a str,
    pub(crate) groups: &'a BTreeSet<String>,
    pub(crate) touch: &'a Touch,
}

/// What a condition says of a line.
pub(crate) fn judge(when: &When, scene: &Scene) -> Truth {
    let mut parts = Vec::new();

    let line = scene.line;
    parts.extend(text(when.line.category.as_ref(), line.category.as_deref()));
    parts.extend(text(when.line.sku.as_ref(), line.sku.as_deref()));
    parts.extend(amount(when.line.amount.as_ref(), &line.amount.0));
    parts.extend(attributes(&when.line.attributes, &line.attributes));

    let order = scene.order;
    parts.extend(text(when.order.country.as_ref(), order.country.as_deref()));
    parts.extend(amount(when.order.amount.as_ref(), &order.amount()));
    parts.extend(attributes(&when.order.attributes, &order.attributes));

    parts.extend(when.customer.new.map(|new| Truth::from(new == scene.new_customer)));
    parts.extend(text(when.customer.id.as_ref(), Some(&order.customer)));

    parts.push(judge_affiliate(&when.affiliate, scene.affiliate, scene.groups));

    parts.extend(text(when.touch.kind.as_ref(), Some(&scene.touch.kind)));
    parts.extend(text(when.touch.channel.as_ref(), scene.touch.channel.as_deref()));

    parts.extend(when.all.iter().map(|part| judge(part, scene)));
    if let Some(alternatives) = &when.any {
        let alternatives: Vec<Truth> = alternatives.iter().map(|part| judge(part, scene)).collect();
        parts.push(any(&alternatives));
    }
    parts.extend(when.not.as_ref().map(|part| not(judge(part, scene))));
    all(&parts)
}

/// What a condition on the affiliate alone says.
pub(crate) fn judge_affiliate(when: &AffiliateWhen, id: &str, groups: &BTreeSet<String>) -> Truth {
    let mut parts = Vec::new();
    parts.extend(text(when.id.as_ref(), Some(id)));
    parts.extend(when.group.as_ref().map(|test| {
        if groups.is_empty() {
            return Unknown;
        }
        match test {
            TextTest::Is(texts) => groups.iter().any(|group| texts.contains(group)).into(),
            TextTest::IsNot { is_not } => (!groups.iter().any(|group| is_not.contains(group))).into(),
        }
    }));
    all(&parts)
}

/// None if nothing is tested.
fn text(test: Option<&TextTest>, field: Option<&str>) -> Option<Truth> {
    let test = test?;
    let Some(field) = field else {
        return Some(Unknown);
    };
    Some(match test {
        TextTest::Is(texts) => texts.contains(field).into(),
        TextTest::IsNot { is_not } => (!is_not.contains(field)).into(),
    })
}

/// None if nothing is tested.
fn amount(test: Option<&AmountTest>, field: &Exact) -> Option<Truth> {
    let test = test?;
    let holds = test.at_least.as_ref().is_none_or(|bound| *field >= bound.0)
        && test.above.as_ref().is_none_or(|bound| *field > bound.0)
        && test.at_most.as_ref().is_none_or(|bound| *field <= bound.0)
        && test.below.as_ref().is_none_or(|bound| *field < bound.0);
    Some(holds.into())
}

fn attributes(tests: &BTreeMap<String, TextTest>, fields: &BTreeMap<String, String>) -> Vec<Truth> {
    tests.iter().filter_map(|(name, test)| text(Some(test), fields.get(name).map(String::as_str))).collect()
}

/// How many fields a condition tests, those in `all`, `any` and `not` included.
pub(crate) fn count_tests(when: &When) -> usize {
    let one = usize::from;
    let (line, order) = (&when.line, &when.order);
    one(line.category.is_some())
        + one(line.sku.is_some())
        + one(line.amount.is_some())
        + line.attributes.len()
        + one(order.country.is_some())
        + one(order.amount.is_some())
        + order.attributes.len()
        + one(when.customer.new.is_some())
        + one(when.customer.id.is_some())
        + one(when.affiliate.id.is_some())
        + one(when.affiliate.group.is_some())
        + one(when.touch.kind.is_some())
        + one(when.touch.channel.is_some())
        + when.all.iter().map(count_tests).sum::<usize>()
        + when.any.iter().flatten().map(count_tests).sum::<usize>()
        + when.not.iter().map(|part| count_tests(part)).sum::<usize>()
}
