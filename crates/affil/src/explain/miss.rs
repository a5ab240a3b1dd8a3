//! What keeps a rule from matching a line, and what would have matched.
//!
//! This module must never decide whether a condition holds.

use super::text::money;
use crate::facts::Sym;
use crate::money::{Minor, Money};
use crate::plan::{AmountField, Bounds, Condition, CountField, DateField, Dates, Field, Plan, RulePlan, Subject};
use crate::problem::Pointer;
use crate::program::{CountTest, DatedBy};
use crate::rate::Miss;
use crate::time::{Instant, Span, SpanUnit};

/// One thing that keeps a rule from matching.
pub(super) struct Missed {
    pub(super) text: String,
    /// What would have matched, if it can be said.
    pub(super) change: Option<String>,
    pub(super) program: Pointer,
}

/// Months after which nobody looks for the one that would have been enough.
const MOST_MONTHS: u32 = 1_200;

pub(super) fn missed(plan: &Plan, rule: &RulePlan, index: usize, miss: Miss<'_>, subject: &Subject<'_>) -> Missed {
    let path = Pointer::root().key("rules").index(index);
    let recurring = rule.recurring.as_ref();
    match miss {
        Miss::Condition(leaf) => {
            let (text, change) = describe(plan, leaf, subject);
            Missed { text, change, program: leaf.path() }
        }
        Miss::Action => {
            let (pays, is) = if rule.is_for_actions() { ("actions", "a sale") } else { ("sales", "an action") };
            let wanted = if rule.is_for_actions() { "an action" } else { "a sale" };
            let text = format!("it pays for {pays}, and this is {is}");
            Missed { text, change: Some(wanted.to_owned()), program: path.key("pay") }
        }
        Miss::Dates(at) => {
            let (is, wanted) = dated(plan, rule.dated_by, at);
            let key = if at.zip(rule.dates.from).is_some_and(|(at, from)| at < from) || rule.dates.until.is_none() {
                "from"
            } else {
                "until"
            };
            let text = format!("it pays {}, and {is}", span_of(plan, rule.dates));
            let change = change_of_date(plan, rule.dates, at).map(|when| format!("{wanted} {when}"));
            Missed { text, change, program: path.key(key) }
        }
        Miss::NoSubscription => Missed {
            text: "the order belongs to no subscription".to_owned(),
            change: Some("a charge of a subscription".to_owned()),
            program: path.key("recurring"),
        },
        Miss::Charges(number) => {
            let charges = recurring.and_then(|recurring| recurring.charges).unwrap_or_default();
            Missed {
                text: format!("it pays for {}, and this is charge {number}", several(charges, "charge")),
                change: Some(format!("`charges = {number}` or more")),
                program: path.key("recurring").key("charges"),
            }
        }
        Miss::Months(first) => {
            let months = recurring.and_then(|recurring| recurring.months).unwrap_or_default();
            let since = plan.zone.date(first);
            Missed {
                text: format!("it pays for {} from {since} on", several(months, "month")),
                change: enough_months(plan, months, first, subject)
                    .map(|months| format!("`months = {months}` or more")),
                program: path.key("recurring").key("months"),
            }
        }
    }
}

fn several(count: u32, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How many months would have included the order.
fn enough_months(plan: &Plan, months: u32, first: Instant, subject: &Subject<'_>) -> Option<u32> {
    let (order, _) = subject.order?;
    (months..MOST_MONTHS).find(|months| {
        let span = Span::new(*months, SpanUnit::Month);
        span.is_ok_and(|span| span.end_from(first, &plan.zone).map_or(true, |end| order.at < end))
    })
}

/// What an instant is of which kind, and the beginning of what would have matched.
fn dated(plan: &Plan, by: DatedBy, at: Option<Instant>) -> (String, &'static str) {
    let day = at.map(|at| plan.zone.date(at));
    match (by, day) {
        (DatedBy::Order, Some(day)) => (format!("the order's day is {day}"), "an order"),
        (DatedBy::Order, None) => ("the order's day is not known".to_owned(), "an order"),
        (DatedBy::FirstCharge, Some(day)) => (format!("the first charge was on {day}"), "a first charge"),
        (DatedBy::FirstCharge, None) => ("the order belongs to no subscription".to_owned(), "a first charge"),
        (DatedBy::Joined, Some(day)) => (format!("the affiliate joined on {day}"), "joining"),
        (DatedBy::Joined, None) => ("it is not known when the affiliate joined".to_owned(), "joining"),
    }
}

/// "from 2026-04-01 on and before 2026-05-01".
fn span_of(plan: &Plan, dates: Dates) -> String {
    let from = dates.from.map(|from| format!("from {} on", plan.zone.date(from)));
    let until = dates.until.map(|until| format!("before {}", plan.zone.date(until)));
    from.into_iter().chain(until).collect::<Vec<_>>().join(" and ")
}

/// What would lie within: the nearer bound, or both where the instant is missing.
fn change_of_date(plan: &Plan, dates: Dates, at: Option<Instant>) -> Option<String> {
    let empty = dates.from.zip(dates.until).is_some_and(|(from, until)| until <= from);
    let bound = match (at, dates.from, dates.until) {
        (Some(at), Some(from), _) if at < from => Dates { from: Some(from), until: None },
        (Some(_), _, until) => Dates { from: None, until },
        (None, from, until) => Dates { from, until },
    };
    (!empty).then(|| span_of(plan, bound))
}

/// What a part of a condition found, and what it wanted.
fn describe(plan: &Plan, leaf: &Condition<Sym>, subject: &Subject<'_>) -> (String, Option<String>) {
    match leaf {
        Condition::Text { field: Field::AffiliateGroup, is, wanted, .. } => group(subject, *is, wanted),
        Condition::Text { field, is, wanted, .. } => text(subject, field, *is, wanted),
        Condition::Amount { field, bounds, .. } => {
            let (name, wanted, amount) = match field {
                AmountField::Line => ("the line's amount", "an amount", subject.line.map(|(_, amount)| amount)),
                AmountField::Order => ("the order's amount", "an order", subject.order.map(|(_, amount)| amount)),
            };
            let money = |minor| money(Money::new(minor, plan.currency()));
            let amount = amount.unwrap_or_default();
            let change = within_bounds(*bounds, amount, money).map(|bound| format!("{wanted} {bound}"));
            (format!("{name} is {}", money(amount)), change)
        }
        Condition::Count { field, test, .. } => {
            let (name, missing, wanted, count) = match field {
                CountField::Quantity => {
                    let quantity = subject.line.map(|(line, _)| line.quantity);
                    ("the line's quantity is", "the line has no quantity", "a quantity of", quantity)
                }
                CountField::Charge => {
                    let number = subject.charge.map(|(number, _)| number);
                    ("this is charge", "the order belongs to no subscription", "charge", number)
                }
            };
            let change = within_test(*test, count).map(|bound| format!("{wanted} {bound}"));
            (count.map_or_else(|| missing.to_owned(), |count| format!("{name} {count}")), change)
        }
        Condition::Date { field, dates, .. } => {
            let by = match field {
                DateField::Order => DatedBy::Order,
                DateField::Joined => DatedBy::Joined,
            };
            let at = subject.date(*field);
            let (is, wanted) = dated(plan, by, at);
            (is, change_of_date(plan, *dates, at).map(|when| format!("{wanted} {when}")))
        }
        Condition::NewCustomer { new, .. } => {
            let found = match subject.new_customer {
                Some(true) => "the customer is new",
                Some(false) => "the customer has ordered before",
                None => "it is not known whether the customer is new",
            };
            (found.to_owned(), Some(if *new { "a new customer" } else { "a returning customer" }.to_owned()))
        }
        Condition::Any(parts, _) => ("none of the alternatives holds".to_owned(), easiest(plan, parts, subject)),
        Condition::All(_) => ("not all of it holds".to_owned(), None),
        Condition::Not(part, _) => {
            let change = part.holds(subject).then(|| opposite(part)).flatten();
            ("what must not hold does, or cannot be told".to_owned(), change)
        }
    }
}

/// The changes of the alternative that needs the fewest.
fn easiest(plan: &Plan, parts: &[Condition<Sym>], subject: &Subject<'_>) -> Option<String> {
    let changes = |part: &Condition<Sym>| {
        let failing = part.failing(subject);
        failing.into_iter().map(|leaf| describe(plan, leaf, subject).1).collect::<Option<Vec<String>>>()
    };
    let all = parts.iter().filter_map(changes);
    all.min_by_key(Vec::len).map(|changes| changes.join(" and "))
}

/// What would keep a condition of one part from holding.
fn opposite(part: &Condition<Sym>) -> Option<String> {
    match part {
        Condition::All(parts) => match parts.as_slice() {
            [only] => opposite(only),
            _ => None,
        },
        Condition::Text { field, is: true, .. } => Some(format!("another {}", field_name(field))),
        Condition::NewCustomer { new, .. } => {
            Some(if *new { "a returning customer" } else { "a new customer" }.to_owned())
        }
        _ => None,
    }
}

fn group(subject: &Subject<'_>, is: bool, wanted: &[String]) -> (String, Option<String>) {
    let groups = subject.affiliate.map(|affiliate| affiliate.groups.of(&subject.facts.groups)).unwrap_or_default();
    let names: Vec<&str> = groups.iter().map(|group| subject.facts.text(*group)).collect();
    let found = match names.as_slice() {
        [] => "the affiliate is in no group".to_owned(),
        [one] => format!("the affiliate is in group `{one}`"),
        many => format!("the affiliate is in the groups `{}`", many.join("`, `")),
    };
    (found, wish("group", is, wanted))
}

fn text(subject: &Subject<'_>, field: &Field, is: bool, wanted: &[String]) -> (String, Option<String>) {
    let value = match field {
        Field::OrderCurrency => subject.currency.map(|currency| currency.code().to_owned()),
        _ => Some(subject.text(field)).filter(|sym| !sym.is_none()).map(|sym| subject.facts.text(sym).to_owned()),
    };
    let name = field_name(field);
    let found = match value {
        None => format!("{name} is missing"),
        Some(value) => format!("{name} is `{value}`"),
    };
    (found, wish(&name, is, wanted))
}

/// The text that was wanted, or another one; nothing matches an empty list.
fn wish(name: &str, is: bool, wanted: &[String]) -> Option<String> {
    match (is, wanted) {
        (true, []) => None,
        (true, [one]) => Some(format!("{name} `{one}`")),
        (true, many) => Some(format!("{name} out of `{}`", many.join("`, `"))),
        (false, []) => Some(format!("any {name}")),
        (false, _) => Some(format!("another {name}")),
    }
}

/// The bound that an amount misses, if there is an amount within all of them.
fn within_bounds(bounds: Bounds, amount: Minor, money: impl Fn(Minor) -> String) -> Option<String> {
    let next = |bound: Minor| bound.plus(Minor::ONE).ok();
    let previous = |bound: Minor| bound.minus(Minor::ONE).ok();
    let low = bounds.at_least.max(bounds.above.and_then(next)).filter(|low| amount < *low);
    let high = [bounds.at_most, bounds.below.and_then(previous)].into_iter().flatten().min();
    let high = high.filter(|high| amount > *high);
    let nearest = low.or(high).filter(|nearest| bounds.hold(*nearest))?;
    Some(match low {
        Some(_) if bounds.at_least == Some(nearest) => format!("of {} or more", money(nearest)),
        Some(_) => format!("above {}", money(bounds.above?)),
        None if bounds.at_most == Some(nearest) => format!("of {} or less", money(nearest)),
        None => format!("below {}", money(bounds.below?)),
    })
}

/// The bound that a count misses, if there is a count within both.
fn within_test(test: CountTest, count: Option<u32>) -> Option<String> {
    if test.at_least.zip(test.at_most).is_some_and(|(least, most)| least > most) {
        return None;
    }
    match (count, test.at_least, test.at_most) {
        (Some(count), Some(least), _) if count < least => Some(format!("{least} or more")),
        (None, Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (None, Some(least), None) => Some(format!("{least} or more")),
        (_, _, most) => most.map(|most| format!("{most} or less")),
    }
}

fn field_name(field: &Field) -> String {
    match field {
        Field::LineCategory => "category".to_owned(),
        Field::LineSku => "sku".to_owned(),
        Field::LineAttribute(name)
        | Field::OrderAttribute(name)
        | Field::AffiliateAttribute(name)
        | Field::TouchAttribute(name) => name.clone(),
        Field::OrderCurrency => "currency".to_owned(),
        Field::OrderAction => "kind of action".to_owned(),
        Field::OrderCountry => "country".to_owned(),
        Field::CustomerId => "customer".to_owned(),
        Field::AffiliateId => "affiliate".to_owned(),
        Field::AffiliateGroup => "group".to_owned(),
        Field::TouchKind => "kind of touch".to_owned(),
        Field::TouchChannel => "channel".to_owned(),
    }
}
