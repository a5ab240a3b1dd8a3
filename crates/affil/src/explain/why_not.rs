//! Why something paid nothing, and the smallest change that would have paid.

use serde::Serialize;

use super::select::order_index;
use crate::attribute::{Bar, Credit, Eligibility, Paths};
use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::{AmountField, Condition, CountField, DateField, Field, Plan, Subject};
use crate::problem::{Pointer, Problem};
use crate::rate::{Terms, Unawarded, subject};
use crate::settle::{Reason, Run};
use crate::time::age_words;

/// One reason why an order or a line paid nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line it is about; none for the whole order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The touch it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touch: Option<String>,
    /// The rule it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// For people.
    pub text: String,
    /// The smallest change that would have removed this reason, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The clause of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
}

/// Why an order, or some of its lines, paid nothing.
///
/// Without findings every line has a commission, though a cap or a refund may have left nothing of it: `explain` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyNot {
    /// The order.
    pub order: String,
    /// Who was credited with it, if anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<String>,
    /// One for each touch that did not count (the newest first), or each rule that did not match each unpaid line.
    pub findings: Vec<Finding>,
}

impl WhyNot {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

pub(super) fn why_not(plan: &Plan, run: &Run<'_>, id: &str) -> Result<WhyNot, Problem> {
    let index = order_index(run, id)?;
    let facts = run.batch.facts;
    let (affiliate, findings) = match (run.credits.get(index), run.batch.order(index)) {
        (Some(Credit::Nobody { .. }), Some(order)) => (None, touches(plan, run, order)),
        (Some(Credit::To(shares)), _) => {
            let terms = Terms::new(plan, &run.batch);
            let unpaid = run.unawarded.iter().filter(|unawarded| unawarded.order == index);
            let touch = |line: &Unawarded| shares.list.get(line.credit).map(|share| share.touch).unwrap_or_default();
            let findings = unpaid.flat_map(|line| lines(plan, run, &terms, line, touch(line))).collect();
            let affiliates: Vec<&str> = shares.list.iter().map(|share| facts.text(share.affiliate)).collect();
            (Some(affiliates.join(", ")), findings)
        }
        _ => (None, Vec::new()),
    };
    Ok(WhyNot { order: id.to_owned(), affiliate, findings })
}

fn touches(plan: &Plan, run: &Run<'_>, order: &Order) -> Vec<Finding> {
    let facts = run.batch.facts;
    let eligibility = Eligibility::new(plan, facts);
    let paths = Paths::new(plan, facts);
    let path = paths.until(order);
    if path.is_empty() {
        let text = format!("customer {} had no touch at or before {}", facts.text(order.customer), order.at);
        let later = facts.touches.rows.iter().filter(|touch| touch.customer == order.customer).count();
        let change = (later > 0).then(|| format!("{later} of their touches came later"));
        let reason = Reason::NoTouch;
        return vec![Finding { line: None, touch: None, rule: None, reason, text, change, program: None }];
    }
    let rows = path.iter().rev().filter_map(|index| facts.touches.rows.get(*index));
    rows.filter_map(|touch| touch_finding(run, &eligibility, order, touch)).collect()
}

/// The first thing that keeps a touch from counting, and what would have to change: all of it.
fn touch_finding(run: &Run<'_>, eligibility: &Eligibility<'_>, order: &Order, touch: &Touch) -> Option<Finding> {
    let facts = run.batch.facts;
    let (kind, affiliate) = (facts.text(touch.kind), facts.text(touch.affiliate));
    let name = format!("{kind} {} of {affiliate}", facts.text(touch.id));
    let bars: Vec<Bar> = eligibility.bars(touch, order).collect();
    let first = *bars.first()?;
    let changes: Option<Vec<String>> = bars.iter().map(|bar| change(facts, order, touch, *bar)).collect();
    let attribution = Pointer::root().key("attribution");
    let (text, program) = match first {
        Bar::OtherOrder => (format!("{name} counts for order {} only", facts.text(touch.order)), None),
        Bar::KindNotCounted => (format!("{name} is of a kind without a window"), Some(attribution.key("windows"))),
        Bar::ExcludedAffiliate => {
            (format!("{name}: the affiliate is excluded"), Some(attribution.key("exclude").key("affiliate")))
        }
        Bar::ExcludedChannel => {
            let clause = attribution.key("exclude").key("channel");
            (format!("{name} came by {}, which is excluded", facts.text(touch.channel)), Some(clause))
        }
        Bar::AffiliateInactive => (format!("{name}: the affiliate is not active"), None),
        Bar::SelfReferral => {
            (format!("{name}: the affiliate bought for itself"), Some(attribution.key("self_referral")))
        }
        Bar::TooFast => {
            let least = eligibility.minimum_age_of(touch).map(crate::time::Span::words).unwrap_or_default();
            let age = age_words(order.at.micros_since(touch.at));
            (
                format!("{name} came {age} before, and counts from {least} on"),
                Some(attribution.key("minimum_age").key(kind)),
            )
        }
        Bar::OutsideWindow => {
            let window = eligibility.window_of(touch).map(crate::time::Span::words).unwrap_or_default();
            let age = age_words(order.at.micros_since(touch.at));
            (
                format!("{name} came {age} before, and its window is {window}"),
                Some(attribution.key("windows").key(kind)),
            )
        }
    };
    Some(Finding {
        line: None,
        touch: Some(facts.text(touch.id).to_owned()),
        rule: None,
        reason: first.reason(),
        text,
        change: changes.map(|changes| format!("{} would have counted it", changes.join(" and "))),
        program: program.map(|path| path.to_string()),
    })
}

/// The smallest change that removes one bar; none where nothing in the program could.
fn change(facts: &Facts, order: &Order, touch: &Touch, bar: Bar) -> Option<String> {
    // Windows are half-open, so the day after the last full one is the first that counts.
    let days = order.at.micros_since(touch.at).checked_div(86_400_000_000).unwrap_or_default().saturating_add(1);
    let days = format!("{days} {}", if days == 1 { "day" } else { "days" });
    Some(match bar {
        Bar::OtherOrder => return None,
        Bar::KindNotCounted => format!("a window of {days} or more for `{}`", facts.text(touch.kind)),
        Bar::ExcludedAffiliate => format!("taking {} out of the exclusion", facts.text(touch.affiliate)),
        Bar::ExcludedChannel => format!("taking {} out of the exclusion", facts.text(touch.channel)),
        Bar::AffiliateInactive => format!("{} being active", facts.text(touch.affiliate)),
        Bar::SelfReferral => "`self_referral = \"allow\"`".to_owned(),
        Bar::TooFast => "a shorter minimum age".to_owned(),
        Bar::OutsideWindow => format!("a window of {days} or more"),
    })
}

fn lines(plan: &Plan, run: &Run<'_>, terms: &Terms, unpaid: &Unawarded, touch: usize) -> Vec<Finding> {
    let facts = run.batch.facts;
    let line = facts.lines.get(unpaid.line).map(|line| facts.text(line.id).to_owned());
    let finding = |rule, text, change, program: Pointer| Finding {
        line: line.clone(),
        touch: None,
        rule,
        reason: unpaid.reason,
        text,
        change,
        program: Some(program.to_string()),
    };
    if let Some(index) = unpaid.exclusion {
        let id = plan.program().exclude.get(index).map(|exclusion| exclusion.id.as_str()).unwrap_or_default();
        let text = format!("the exclusion `{id}` applies");
        let change = Some(format!("without the exclusion `{id}` the rules would have been looked at"));
        return vec![finding(None, text, change, Pointer::root().key("exclude").index(index))];
    }
    let subject = subject(plan, &run.batch, (unpaid.order, unpaid.affiliate, touch), unpaid.line);
    let failing = |(index, when): (usize, &Condition<Sym>)| {
        let id = plan.program().rules.get(index).map(|rule| rule.id.as_str()).unwrap_or_default();
        let leaves = when.failing(&subject);
        let told: Vec<(String, Option<String>)> = leaves.iter().map(|leaf| describe(leaf, &subject)).collect();
        let text = told.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" and ");
        let changes: Option<Vec<String>> = told.iter().map(|(_, change)| change.clone()).collect();
        let change = changes.map(|changes| format!("{} would have matched", changes.join(" and ")));
        Some(finding(Some(id.to_owned()), format!("rule `{id}`: {text}"), change, leaves.first()?.path()))
    };
    terms.rules.iter().enumerate().filter_map(failing).collect()
}

fn describe(leaf: &Condition<Sym>, subject: &Subject<'_>) -> (String, Option<String>) {
    match leaf {
        Condition::Text { field: Field::AffiliateGroup, .. } => {
            ("the affiliate's groups do not match".to_owned(), Some("another group".to_owned()))
        }
        Condition::Text { field, is, wanted, .. } => {
            let value = subject.text(field);
            let name = field_name(field);
            let found = if value.is_none() {
                format!("{name} is missing")
            } else {
                format!("{name} is `{}`", subject.facts.text(value))
            };
            let change = match (is, wanted.as_slice()) {
                (true, []) => None,
                (true, [one]) => Some(format!("{name} `{one}`")),
                (true, many) => Some(format!("{name} out of `{}`", many.join("`, `"))),
                (false, _) => Some(format!("another {name}")),
            };
            (found, change)
        }
        Condition::Amount { field, .. } => {
            let name = match field {
                AmountField::Line => "the line's amount",
                AmountField::Order => "the order's amount",
            };
            (format!("{name} is out of bounds"), None)
        }
        Condition::Count { field, .. } => {
            let name = match field {
                CountField::Quantity => "the line's quantity",
                CountField::Charge => "the number of the charge",
            };
            (format!("{name} is out of bounds or missing"), None)
        }
        Condition::Date { field, .. } => {
            let name = match field {
                DateField::Order => "the order's day",
                DateField::Joined => "the day the affiliate joined",
            };
            (format!("{name} is out of bounds or missing"), None)
        }
        Condition::NewCustomer { new, .. } => {
            let found = match subject.new_customer {
                Some(true) => "the customer is new",
                Some(false) => "the customer has ordered before",
                None => "it is not known whether the customer is new",
            };
            let wanted =
                if *new { "a new customer would have matched" } else { "a returning customer would have matched" };
            (found.to_owned(), Some(wanted.to_owned()))
        }
        Condition::All(_) | Condition::Any(..) => ("none of the alternatives holds".to_owned(), None),
        Condition::Not(..) => ("what must not hold does, or cannot be told".to_owned(), None),
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
