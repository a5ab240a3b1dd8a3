//! Whether a rule matches a line: its condition, its dates, and the charge of a subscription.

use crate::facts::Sym;
use crate::plan::{Condition, Plan, RulePlan, Subject};
use crate::program::DatedBy;
use crate::settle::Batch;
use crate::time::{Instant, Span, SpanUnit};

/// What keeps a rule from matching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Miss<'a> {
    /// A part of its condition.
    Condition(&'a Condition<Sym>),
    /// It pays for actions, and this is a sale, or the other way round.
    Action,
    /// The instant lies outside `from` and `until`, or is not known.
    Dates(Option<Instant>),
    /// The order belongs to no subscription.
    NoSubscription,
    /// Too many charges went before.
    Charges(u32),
    /// Too many months have passed since the first charge.
    Months(Instant),
}

pub(super) fn matches(
    plan: &Plan,
    batch: &Batch<'_>,
    rule: &RulePlan,
    when: &Condition<Sym>,
    subject: &Subject<'_>,
    order: usize,
) -> bool {
    when.holds(subject) && beyond_condition(plan, batch, rule, subject, order).is_none()
}

/// Everything that keeps a rule from matching.
pub(crate) fn misses<'a>(
    plan: &Plan,
    batch: &Batch<'_>,
    rule: &RulePlan,
    when: &'a Condition<Sym>,
    subject: &Subject<'_>,
    order: usize,
) -> Vec<Miss<'a>> {
    let failing = when.failing(subject).into_iter().map(Miss::Condition);
    failing.chain(beyond_condition(plan, batch, rule, subject, order)).collect()
}

fn beyond_condition<'a>(
    plan: &Plan,
    batch: &Batch<'_>,
    rule: &RulePlan,
    subject: &Subject<'_>,
    order: usize,
) -> Option<Miss<'a>> {
    let fact = batch.order(order)?;
    if rule.is_for_actions() == fact.action.is_none() {
        return Some(Miss::Action);
    }
    let at = dated(batch, order, subject, rule.dated_by);
    if !rule.dates.hold_for(at) {
        return Some(Miss::Dates(at));
    }
    let recurring = rule.recurring.as_ref()?;
    let Some((number, first)) = subject.charge else { return Some(Miss::NoSubscription) };
    if recurring.charges.is_some_and(|charges| number > charges) {
        return Some(Miss::Charges(number));
    }
    let months = recurring.months.and_then(|months| Span::new(months, SpanUnit::Month).ok())?;
    // A time that ends beyond the years affil knows has not ended.
    months.end_from(first, &plan.zone).is_ok_and(|end| fact.at >= end).then_some(Miss::Months(first))
}

/// The instant that the dates of a rule or deal look at.
pub(super) fn dated(batch: &Batch<'_>, order: usize, subject: &Subject<'_>, by: DatedBy) -> Option<Instant> {
    match by {
        DatedBy::Order => batch.order(order).map(|order| order.at),
        DatedBy::FirstCharge => subject.charge.map(|(_, first)| first),
        DatedBy::Joined => subject.affiliate.and_then(|affiliate| affiliate.joined),
    }
}
