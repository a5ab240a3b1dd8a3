//! Conditions of section 2: three-valued tests of fields.
//!
//! Must never know what depends on the answer.

use crate::exact::Exact;
use crate::facts::{Facts, Order, Touch};
use crate::program::{AffiliateWhen, AmountTest, CountTest, Dates, Program, TextTest, TouchWhen, When};
use crate::time::Instant;
use std::collections::BTreeMap;

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
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) order: &'a Order,
    /// Position in the order.
    pub(crate) line: usize,
    pub(crate) new_customer: bool,
    pub(crate) affiliate: &'a str,
    pub(crate) touch: &'a Touch,
}

/// What a condition says of a line.
pub(crate) fn judge(when: &When, scene: &Scene) -> Truth {
    let Scene { program, facts, order, .. } = *scene;
    let mut parts = judge_line_and_order(when, scene);
    parts.extend(when.customer.new.map(|new| Truth::from(new == scene.new_customer)));
    parts.extend(text(when.customer.id.as_ref(), Some(&order.customer)));
    parts.push(judge_affiliate(&when.affiliate, program, facts, Some(scene.affiliate)));
    parts.push(judge_touch(&when.touch, scene.touch));

    parts.extend(when.all.iter().map(|part| judge(part, scene)));
    if let Some(alternatives) = &when.any {
        let alternatives: Vec<Truth> = alternatives.iter().map(|part| judge(part, scene)).collect();
        parts.push(any(&alternatives));
    }
    parts.extend(when.not.as_ref().map(|part| not(judge(part, scene))));
    all(&parts)
}

fn judge_line_and_order(when: &When, scene: &Scene) -> Vec<Truth> {
    let Scene { program, facts, order, .. } = *scene;
    let line = &order.lines[scene.line];
    let mut parts = Vec::new();
    parts.extend(text(when.line.category.as_ref(), line.category.as_deref()));
    parts.extend(text(when.line.sku.as_ref(), line.sku.as_deref()));
    parts.extend(amount(when.line.amount.as_ref(), program, &facts.line_amount(program, order, scene.line)));
    parts.extend(count(when.line.quantity.as_ref(), usize::try_from(line.quantity).ok()));
    parts.extend(attributes(&when.line.attributes, Some(&line.attributes)));

    parts.extend(text(when.order.country.as_ref(), order.country.as_deref()));
    parts.extend(amount(when.order.amount.as_ref(), program, &facts.order_amount(program, order)));
    parts.extend(text(when.order.currency.as_ref(), Some(order.currency())));
    parts.extend(text(when.order.action.as_ref(), order.action.as_deref()));
    parts.extend(count(when.order.charge.as_ref(), facts.charge_number(order)));
    parts.extend(dates(when.order.at.as_ref(), program, Some(order.at)));
    parts.extend(attributes(&when.order.attributes, Some(&order.attributes)));
    parts
}

/// What a condition on the affiliate alone says; the house has no field of one.
pub(crate) fn judge_affiliate(when: &AffiliateWhen, program: &Program, facts: &Facts, id: Option<&str>) -> Truth {
    let affiliate = id.and_then(|id| facts.affiliate(id));
    let mut parts = Vec::new();
    parts.extend(text(when.id.as_ref(), id));
    parts.extend(when.group.as_ref().map(|test| {
        let Some(affiliate) = affiliate.filter(|affiliate| !affiliate.groups.is_empty()) else {
            return Unknown;
        };
        match test {
            TextTest::Is(texts) => affiliate.groups.iter().any(|group| texts.contains(group)).into(),
            TextTest::IsNot { is_not } => (!affiliate.groups.iter().any(|group| is_not.contains(group))).into(),
        }
    }));
    parts.extend(dates(when.joined.as_ref(), program, affiliate.and_then(|affiliate| affiliate.joined)));
    parts.extend(attributes(&when.attributes, affiliate.map(|affiliate| &affiliate.attributes)));
    all(&parts)
}

/// The same as a plain answer.
pub(crate) fn is_true_of(when: &AffiliateWhen, program: &Program, facts: &Facts, affiliate: &str) -> bool {
    judge_affiliate(when, program, facts, Some(affiliate)) == True
}

/// What a condition on the touch alone says.
pub(crate) fn judge_touch(when: &TouchWhen, touch: &Touch) -> Truth {
    let mut parts = Vec::new();
    parts.extend(text(when.kind.as_ref(), Some(&touch.kind)));
    parts.extend(text(when.channel.as_ref(), touch.channel.as_deref()));
    parts.extend(attributes(&when.attributes, Some(&touch.attributes)));
    all(&parts)
}

/// None if nothing is tested; so for all kinds of test.
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

/// The field is in minor units.
fn amount(test: Option<&AmountTest>, program: &Program, field: &Exact) -> Option<Truth> {
    let test = test?;
    let holds = test.at_least.as_ref().is_none_or(|bound| *field >= program.minor(bound))
        && test.above.as_ref().is_none_or(|bound| *field > program.minor(bound))
        && test.at_most.as_ref().is_none_or(|bound| *field <= program.minor(bound))
        && test.below.as_ref().is_none_or(|bound| *field < program.minor(bound));
    Some(holds.into())
}

fn count(test: Option<&CountTest>, field: Option<usize>) -> Option<Truth> {
    let test = test?;
    let Some(field) = field else {
        return Some(Unknown);
    };
    let holds = test.at_least.is_none_or(|bound| field >= bound) && test.at_most.is_none_or(|bound| field <= bound);
    Some(holds.into())
}

fn dates(test: Option<&Dates>, program: &Program, field: Option<Instant>) -> Option<Truth> {
    let test = test?;
    Some(field.map_or(Unknown, |at| test.hold(at, program.zone).into()))
}

fn attributes(tests: &BTreeMap<String, TextTest>, fields: Option<&BTreeMap<String, String>>) -> Vec<Truth> {
    let field = |name: &String| fields.and_then(|fields| fields.get(name)).map(String::as_str);
    tests.iter().filter_map(|(name, test)| text(Some(test), field(name))).collect()
}

/// How many fields a condition tests, those in `all`, `any` and `not` included.
pub(crate) fn count_tests(when: &When) -> usize {
    let one = usize::from;
    let (line, order, affiliate, touch) = (&when.line, &when.order, &when.affiliate, &when.touch);
    one(line.category.is_some())
        + one(line.sku.is_some())
        + one(line.amount.is_some())
        + one(line.quantity.is_some())
        + line.attributes.len()
        + one(order.country.is_some())
        + one(order.amount.is_some())
        + one(order.currency.is_some())
        + one(order.action.is_some())
        + one(order.charge.is_some())
        + one(order.at.is_some())
        + order.attributes.len()
        + one(when.customer.new.is_some())
        + one(when.customer.id.is_some())
        + one(affiliate.id.is_some())
        + one(affiliate.group.is_some())
        + one(affiliate.joined.is_some())
        + affiliate.attributes.len()
        + one(touch.kind.is_some())
        + one(touch.channel.is_some())
        + touch.attributes.len()
        + when.all.iter().map(count_tests).sum::<usize>()
        + when.any.iter().flatten().map(count_tests).sum::<usize>()
        + when.not.iter().map(|part| count_tests(part)).sum::<usize>()
}
