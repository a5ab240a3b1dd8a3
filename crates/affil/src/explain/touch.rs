//! Why nobody is credited with an order: what keeps each touch from counting.
//!
//! This module must never know rules or amounts.

use super::why_not::Finding;
use crate::attribute::{Bar, Credit, Eligibility, Paths};
use crate::facts::{Facts, Order, Touch};
use crate::plan::Plan;
use crate::problem::Pointer;
use crate::program::{SubscriptionCredit, WindowEnd};
use crate::settle::{Reason, Run};
use crate::time::{Span, age_words};

/// A finding for each touch that does not count, the newest first.
pub(super) fn findings(plan: &Plan, run: &Run<'_>, index: usize) -> Vec<Finding> {
    let of_first = plan.program().attribution.subscriptions == SubscriptionCredit::FirstCharge;
    let first = run.batch.charge(index).filter(|(number, _)| of_first && *number > 1);
    match first.and_then(|(_, first)| Some((first, run.batch.order(first)?))) {
        None => of_order(plan, run, index),
        // The credits of the first charge hold for the later ones.
        Some((first, order)) => {
            let charge = format!("first charge {}: ", run.batch.facts.text(order.id));
            let told = |finding: Finding| Finding { text: format!("{charge}{}", finding.text), ..finding };
            of_order(plan, run, first).into_iter().map(told).collect()
        }
    }
}

fn of_order(plan: &Plan, run: &Run<'_>, index: usize) -> Vec<Finding> {
    let facts = run.batch.facts;
    let Some(order) = run.batch.order(index) else { return Vec::new() };
    let eligibility = Eligibility::new(plan, facts);
    let paths = Paths::new(plan, facts);
    let path = paths.until(order);
    if path.is_empty() {
        let later = facts.touches.rows.iter().filter(|touch| touch.customer == order.customer && touch.at > order.at);
        let later = later.count();
        return vec![Finding {
            line: None,
            affiliate: None,
            touch: None,
            review: None,
            rule: None,
            reason: Reason::NoTouch,
            text: format!("customer {} had no touch at or before {}", facts.text(order.customer), order.at),
            change: (later > 0).then(|| format!("{later} of their touches came later")),
            program: None,
        }];
    }
    let won = match run.credits.get(index) {
        Some(Credit::Nobody { reason, touch: Some(touch) }) => facts.touches.rows.get(*touch).map(|row| (row, *reason)),
        _ => None,
    };
    let rows = path.iter().rev().filter_map(|index| facts.touches.rows.get(*index));
    let cases = rows.map(|touch| Case { plan, facts, eligibility: &eligibility, order, touch });
    cases.filter_map(|case| case.barred().or_else(|| case.lost(won?))).collect()
}

/// The clause that gives a touch its window.
pub(super) fn window_clause(plan: &Plan, eligibility: &Eligibility<'_>, touch: &Touch, kind: &str) -> Pointer {
    let attribution = Pointer::root().key("attribution");
    let own = |index: &usize| plan.attribution.terms.get(*index).is_some_and(|terms| terms.window.is_some());
    match eligibility.terms_of(touch).filter(own) {
        Some(index) => attribution.key("terms").index(index).key("window"),
        None => attribution.key("windows").key(kind),
    }
}

/// The clause that gives a touch its minimum age.
fn age_clause(plan: &Plan, eligibility: &Eligibility<'_>, touch: &Touch, kind: &str) -> Pointer {
    let attribution = Pointer::root().key("attribution");
    let own = |index: &usize| plan.attribution.terms.get(*index).is_some_and(|terms| terms.minimum_age.is_some());
    match eligibility.terms_of(touch).filter(own) {
        Some(index) => attribution.key("terms").index(index).key("minimum_age"),
        None => attribution.key("minimum_age").key(kind),
    }
}

/// A touch that may not count for an order.
struct Case<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    eligibility: &'a Eligibility<'a>,
    order: &'a Order,
    touch: &'a Touch,
}

impl Case<'_> {
    /// The first thing that keeps the touch from counting, and what would have to change: all of it.
    fn barred(&self) -> Option<Finding> {
        let bars: Vec<Bar> = self.eligibility.bars(self.touch, self.order).collect();
        let first = *bars.first()?;
        let changes: Option<Vec<String>> = bars.iter().map(|bar| self.change(*bar)).collect();
        let change = changes.map(|changes| format!("{} would have counted it", changes.join(" and ")));
        let (text, program) = self.told(first, &self.name(self.touch));
        Some(self.finding(first.reason(), text, change, program))
    }

    /// A touch that counts, and yet nobody is paid: what won belongs to nobody who is.
    fn lost(&self, (winner, reason): (&Touch, Reason)) -> Option<Finding> {
        let name = self.name(self.touch);
        if !self.touch.affiliate.is_none() {
            let text = format!("{name} lost to {}", self.name(winner));
            return (winner.id != self.touch.id).then(|| self.finding(reason, text, None, None));
        }
        let channel = self.facts.text(self.touch.channel);
        let text = format!("{name} came by {channel}, whose touches are paid to nobody");
        let change = format!("taking {channel} out of `deduplicate` would have left it out");
        let clause = Pointer::root().key("attribution").key("deduplicate");
        Some(self.finding(Reason::Deduplicated, text, Some(change), Some(clause)))
    }

    fn finding(&self, reason: Reason, text: String, change: Option<String>, program: Option<Pointer>) -> Finding {
        let affiliate = Some(self.touch.affiliate).filter(|affiliate| !affiliate.is_none());
        Finding {
            line: None,
            affiliate: affiliate.map(|affiliate| self.facts.text(affiliate).to_owned()),
            touch: Some(self.facts.text(self.touch.id).to_owned()),
            review: None,
            rule: None,
            reason,
            text,
            change,
            program: program.map(|path| path.to_string()),
        }
    }

    /// "click t1 of ana".
    fn name(&self, touch: &Touch) -> String {
        let whose = if touch.affiliate.is_none() { "the house" } else { self.facts.text(touch.affiliate) };
        format!("{} {} of {whose}", self.facts.text(touch.kind), self.facts.text(touch.id))
    }

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
            Bar::SelfReferral => {
                (format!("{name}: the affiliate bought for itself"), Some(attribution.key("self_referral")))
            }
            Bar::TooFast => {
                let least = self.eligibility.minimum_age_of(touch).map(Span::words).unwrap_or_default();
                let clause = age_clause(self.plan, self.eligibility, touch, facts.text(touch.kind));
                (format!("{name} came {} before, and counts from {least} on", self.age()), Some(clause))
            }
            Bar::OutsideWindow => {
                let window = self.eligibility.window_of(touch).map(Span::words).unwrap_or_default();
                let clause = window_clause(self.plan, self.eligibility, touch, facts.text(touch.kind));
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
            Bar::SelfReferral => "`self_referral = \"allow\"`".to_owned(),
            Bar::TooFast => match self.micros() {
                0..1_000_000 => "having no minimum age".to_owned(),
                _ => format!("a minimum age of {} or less", self.age()),
            },
            Bar::OutsideWindow if self.micros() == 0 => "`near_end = \"closed\"`".to_owned(),
            Bar::OutsideWindow => format!("a window of {} or more", self.days()),
        })
    }

    fn micros(&self) -> i64 {
        self.order.at.micros_since(self.touch.at)
    }

    fn age(&self) -> String {
        age_words(self.micros())
    }

    /// The first whole number of days that counts: unless windows are closed, the one after the last full one.
    fn days(&self) -> String {
        const DAY: i64 = 86_400_000_000;
        let full = self.micros().checked_div(DAY).unwrap_or_default();
        let is_full = self.micros().checked_rem(DAY) == Some(0);
        let closed = self.plan.program().attribution.far_end == WindowEnd::Closed;
        let days = if is_full && closed { full } else { full.saturating_add(1) };
        format!("{days} {}", if days == 1 { "day" } else { "days" })
    }
}
