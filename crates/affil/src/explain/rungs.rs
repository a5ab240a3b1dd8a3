//! Places on a ladder, totals and periods in English.
//!
//! This module must never compute a rate or a total.

use super::figures::{Lifted, LiftedBy, Standing};
use super::step::Step;
use super::text::{exactly, grouped, money};
use crate::program::{CapPer, Metric, Period};

/// "200.00 of 300.05 fill the step to 1,000.00 at 10 % = 20.00", "100.05 above it at 12 % = 12.006".
pub(super) fn slice(step: &Step, earlier: Option<&Step>, later: Option<&Step>) -> Option<String> {
    let Step::Slice { part, of, from, to, percent, exact, lifted, .. } = step else { return None };
    let follows = matches!(earlier, Some(Step::Slice { .. }));
    let goes_on = matches!(later, Some(Step::Slice { .. }));
    let part = if follows { money(*part) } else { format!("{} of {}", money(*part), money(*of)) };
    let place = match (follows, goes_on, from, to) {
        (true, true, _, Some(to)) => format!("fill the next step to {}", grouped(to)),
        (true, _, _, _) => "above it".to_owned(),
        (false, true, _, Some(to)) => format!("fill the step to {}", grouped(to)),
        (false, _, None, Some(to)) => format!("below the step from {}", grouped(to)),
        (false, _, Some(from), Some(to)) => format!("in the step from {} to {}", grouped(from), grouped(to)),
        (false, _, Some(from), None) => format!("above {}", grouped(from)),
        (false, _, None, None) => "on the ladder".to_owned(),
    };
    let lifted = lifted.as_ref().map(|lifted| format!(" ({})", lift(lifted, Metric::NetSales)));
    Some(format!("{part} {place} at {percent} % = {}{}", exactly(*exact), lifted.unwrap_or_default()))
}

/// "1,200.00 in the month reach the step from 1,000.00: 12 % of 100.00 = 12.00".
pub(super) fn climbed(step: &Step) -> Option<String> {
    Some(match step {
        Step::Whole { standing, percent, base, exact, .. } => {
            format!("{}: {percent} % of {} = {}", place(standing, false), money(*base), exactly(*exact))
        }
        Step::Forward { standing, percent, base, exact, .. } => {
            format!("{}: {percent} % of {} = {}", place(standing, true), money(*base), exactly(*exact))
        }
        Step::Multiplied { standing, forward, factor, flat, exact, .. } => {
            format!("{}: {} × {factor} = {}", place(standing, *forward), money(*flat), exactly(*exact))
        }
        Step::Interpolated { standing, to, low, high, percent, base, exact, .. } => {
            let from = standing.from.as_deref().unwrap_or_default();
            let steps = format!("from {} ({low} %) and {} ({high} %)", grouped(from), grouped(to));
            let counted = counted(standing.metric, &standing.total);
            let lie = if is_one(standing) { "lies" } else { "lie" };
            let period = period(&standing.period);
            let rate = format!("{percent} % of {} = {}", money(*base), exactly(*exact));
            format!("{counted} {period} {lie} between the steps {steps}: {rate}")
        }
        _ => return None,
    })
}

/// "3 orders in the month reach no step", and what lifts the line beyond that.
fn place(standing: &Standing, forward: bool) -> String {
    let before = if forward { " before it" } else { "" };
    let reach = if is_one(standing) { "reaches" } else { "reach" };
    let step = match &standing.from {
        Some(from) => format!("the step from {}", grouped(from)),
        None => "no step".to_owned(),
    };
    let lifted = standing.lifted.as_ref().map(|lifted| format!(", but {}", lift(lifted, standing.metric)));
    let counted = counted(standing.metric, &standing.total);
    format!("{counted}{before} {} {reach} {step}{}", period(&standing.period), lifted.unwrap_or_default())
}

fn lift(lifted: &Lifted, metric: Metric) -> String {
    let from = grouped(&lifted.from);
    match lifted.by {
        LiftedBy::Held => format!("the step from {from} is held"),
        LiftedBy::Retroactive => {
            let total = counted(metric, lifted.total.as_deref().unwrap_or_default());
            format!("the retroactive step from {from} is reached by {total} in the end")
        }
    }
}

fn is_one(standing: &Standing) -> bool {
    !matches!(standing.metric, Metric::NetSales | Metric::Commission) && standing.total == "1"
}

/// "12 orders".
pub(super) fn counted(metric: Metric, total: &str) -> String {
    let s = if total == "1" { "" } else { "s" };
    let total = grouped(total);
    match metric {
        Metric::NetSales => total,
        Metric::Commission => format!("{total} of commission"),
        Metric::Orders => format!("{total} order{s}"),
        Metric::Units => format!("{total} unit{s}"),
        Metric::NewCustomers => format!("{total} new customer{s}"),
        Metric::ActiveCustomers => format!("{total} active customer{s}"),
    }
}

/// "in the month", "in the last 30 days".
pub(super) fn period(period: &str) -> String {
    match period {
        "lifetime" => "in all".to_owned(),
        "day" => "on the day".to_owned(),
        "order" | "week" | "month" | "quarter" | "year" => format!("in the {period}"),
        length => format!("in the last {length}"),
    }
}

/// " for a customer a month".
pub(super) fn cap_words(per: CapPer, period: Option<Period>) -> String {
    let whose = match per {
        CapPer::Order => " for an order",
        CapPer::Customer => " for a customer",
        CapPer::Affiliate => "",
        CapPer::Rule => " for the rule",
        CapPer::Program => " for everybody",
    };
    let period = match (period, per) {
        (None, CapPer::Order) | (Some(Period::Order), _) => "",
        (None | Some(Period::Lifetime), _) => " in all",
        (Some(Period::Day), _) => " a day",
        (Some(Period::Week), _) => " a week",
        (Some(Period::Month), _) => " a month",
        (Some(Period::Quarter), _) => " a quarter",
        (Some(Period::Year), _) => " a year",
    };
    format!("{whose}{period}")
}
