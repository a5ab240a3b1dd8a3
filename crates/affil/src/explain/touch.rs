//! Why nobody is credited with an order: what keeps each touch from counting.
//!
//! This module must never know rules or amounts.

use super::why_not::Finding;
use crate::attribute::{Bar, Eligibility, Paths};
use crate::facts::{Facts, Order, Touch};
use crate::plan::Plan;
use crate::problem::Pointer;
use crate::program::SubscriptionCredit;
use crate::settle::{Reason, Run};
use crate::time::{Span, age_words};

/// A finding for each touch that does not count, the newest first.
pub(super) fn findings(plan: &Plan, run: &Run<'_>, index: usize) -> Vec<Finding> {
    let Some(order) = run.batch.order(index) else { return Vec::new() };
    let of_first = plan.program().attribution.subscriptions == SubscriptionCredit::FirstCharge;
    let first = run.batch.charge(index).filter(|(number, _)| of_first && *number > 1);
    match first.and_then(|(_, first)| run.batch.order(first)) {
        None => of_order(plan, run, order),
        // The credits of the first charge hold for the later ones.
        Some(first) => {
            let charge = format!("first charge {}: ", run.batch.facts.text(first.id));
            let told = |finding: Finding| Finding { text: format!("{charge}{}", finding.text), ..finding };
            of_order(plan, run, first).into_iter().map(told).collect()
        }
    }
}

fn of_order(plan: &Plan, run: &Run<'_>, order: &Order) -> Vec<Finding> {
    let facts = run.batch.facts;
    let eligibility = Eligibility::new(plan, facts);
    let paths = Paths::new(facts);
    let path = paths.until(order);
    if path.is_empty() {
        let later = facts.touches.rows.iter().filter(|touch| touch.customer == order.customer && touch.at > order.at);
        let later = later.count();
        return vec![Finding {
            line: None,
            affiliate: None,
            touch: None,
            rule: None,
            reason: Reason::NoTouch,
            text: format!("customer {} had no touch at or before {}", facts.text(order.customer), order.at),
            change: (later > 0).then(|| format!("{later} of their touches came later")),
            program: None,
        }];
    }
    let rows = path.iter().rev().filter_map(|index| facts.touches.rows.get(*index));
    rows.filter_map(|touch| of_touch(facts, &eligibility, order, touch)).collect()
}

/// The first thing that keeps a touch from counting, and what would have to change: all of it.
fn of_touch(facts: &Facts, eligibility: &Eligibility<'_>, order: &Order, touch: &Touch) -> Option<Finding> {
    let affiliate = (!touch.affiliate.is_none()).then(|| facts.text(touch.affiliate).to_owned());
    let whose = affiliate.as_deref().unwrap_or("the house");
    let name = format!("{} {} of {whose}", facts.text(touch.kind), facts.text(touch.id));
    let bars: Vec<Bar> = eligibility.bars(touch, order).collect();
    let first = *bars.first()?;
    let case = Case { facts, eligibility, order, touch };
    let changes: Option<Vec<String>> = bars.iter().map(|bar| case.change(*bar)).collect();
    let (text, program) = case.told(first, &name);
    Some(Finding {
        line: None,
        affiliate,
        touch: Some(facts.text(touch.id).to_owned()),
        rule: None,
        reason: first.reason(),
        text,
        change: changes.map(|changes| format!("{} would have counted it", changes.join(" and "))),
        program: program.map(|path| path.to_string()),
    })
}

/// A touch that may not count for an order.
struct Case<'a> {
    facts: &'a Facts,
    eligibility: &'a Eligibility<'a>,
    order: &'a Order,
    touch: &'a Touch,
}

impl Case<'_> {
    /// What a bar says, and the clause it follows.
    fn told(&self, bar: Bar, name: &str) -> (String, Option<Pointer>) {
        let attribution = Pointer::root().key("attribution");
        let (facts, touch) = (self.facts, self.touch);
        match bar {
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
            Bar::OutsideWindow => {
                let window = self.eligibility.window(touch.kind).map(Span::words).unwrap_or_default();
                let clause = attribution.key("windows").key(facts.text(touch.kind));
                (format!("{name} came {} before, and its window is {window}", self.age()), Some(clause))
            }
        }
    }

    /// The smallest change that removes one bar; none where nothing in the program could.
    fn change(&self, bar: Bar) -> Option<String> {
        let (facts, touch) = (self.facts, self.touch);
        Some(match bar {
            Bar::OtherOrder => return None,
            Bar::KindNotCounted => format!("a window of {} or more for `{}`", self.days(), facts.text(touch.kind)),
            Bar::ExcludedAffiliate => format!("taking {} out of the exclusion", facts.text(touch.affiliate)),
            Bar::ExcludedChannel => format!("taking {} out of the exclusion", facts.text(touch.channel)),
            Bar::AffiliateInactive => format!("{} being active", facts.text(touch.affiliate)),
            Bar::OutsideWindow => format!("a window of {} or more", self.days()),
        })
    }

    fn age(&self) -> String {
        age_words(self.order.at.micros_since(self.touch.at))
    }

    /// Windows are half-open, so the day after the last full one is the first that counts.
    fn days(&self) -> String {
        let full = self.order.at.micros_since(self.touch.at).checked_div(86_400_000_000).unwrap_or_default();
        let days = full.saturating_add(1);
        format!("{days} {}", if days == 1 { "day" } else { "days" })
    }
}
