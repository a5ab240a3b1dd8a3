//! Bonuses in English.
//!
//! This module must never compute an amount that no step carries.

use super::figures::{Counted, Occasion};
use super::rungs::counted;
use super::step::Step;
use super::text::{exactly, grouped, money};
use crate::program::{Metric, Period};

/// "1,200.00 with A in the month from 2026-03-01 reach 1,000.00: 50.00".
pub(super) fn bonus(step: &Step) -> Option<String> {
    Some(match step {
        Step::Milestone { counted, from, amount, .. } => {
            format!("{} {} {}: {}", total(counted), reach(counted), grouped(from), money(*amount))
        }
        Step::Every { .. } => every(step)?,
        Step::Streak { counted, reach: least, times, since, amount, .. } => {
            let reaches = format!("{} {} {}", total(counted), reach(counted), grouped(least));
            format!("{reaches}, {times} in a row since {since}: {}", money(*amount))
        }
        Step::Contest { counted, place, shared_by: 1, amount, .. } => {
            format!("place {place} with {}: {}", total(counted), money(*amount))
        }
        Step::Contest { counted, place, shared_by, prizes, amount, .. } => {
            let shared = format!("place {place}, shared by {shared_by}, with {}", total(counted));
            format!("{shared}: {} of {}", money(*amount), money(*prizes))
        }
        Step::Epc { occasion, touches, each, guaranteed, earned, .. } => {
            let touch = if *touches == 1 { "touch" } else { "touches" };
            let sum = format!("{touches} {touch} × {} = {}", exactly(*each), exactly(*guaranteed));
            format!("{sum} {}, and {} earned", within(occasion), money(*earned))
        }
        Step::Placement { on, .. } => format!("placement on {on}"),
        Step::Retainer { occasion, .. } => format!("retainer for {}", whole(occasion)),
        Step::Draw { .. } => draw(step)?,
        _ => return None,
    })
}

/// "20.00 for every 500.00: 1,200.00 with A in the month from 2026-03-01 give 40.00, and 900.00 before it 20.00".
fn every(step: &Step) -> Option<String> {
    let Step::Every { counted: now, before, every, each, ceiling, paid_before, paid, .. } = step else { return None };
    let ceiling = ceiling.map(|ceiling| format!(", at most {}", money(ceiling))).unwrap_or_default();
    let terms = format!("{} for every {}{ceiling}", money(*each), counted(now.metric, every));
    let before = format!("{} before it {}", grouped(before), money(*paid_before));
    Some(format!("{terms}: {} give {}, and {before}", total(now), money(*paid)))
}

/// "draw of 1,000.00 for the month from 2026-03-01: with 800.00 earned 1,000.00 in all".
fn draw(step: &Step) -> Option<String> {
    let Step::Draw { occasion, guarantee, earned, debt, paid, .. } = step else { return None };
    let debt = if debt.minor().is_zero() { String::new() } else { format!(" and {} from earlier draws", money(*debt)) };
    let draw = format!("draw of {} for {}", money(*guarantee), whole(occasion));
    Some(format!("{draw}: with {} earned{debt} {} in all", money(*earned), money(*paid)))
}

/// "1,200.00 with A in the month from 2026-03-01".
fn total(now: &Counted) -> String {
    let order = now.order.as_ref().map(|order| format!(" with {order}")).unwrap_or_default();
    format!("{}{order} {}", counted(now.metric, &now.total), within(&now.occasion))
}

fn reach(now: &Counted) -> &'static str {
    let one = !matches!(now.metric, Metric::NetSales | Metric::Commission) && now.total == "1";
    if one { "reaches" } else { "reach" }
}

/// "in the month from 2026-03-01".
fn within(occasion: &Occasion) -> String {
    match (&occasion.begins, occasion.period) {
        (None, _) => "in all".to_owned(),
        (Some(day), Period::Day) => format!("on {day}"),
        (Some(_), _) => format!("in {}", whole(occasion)),
    }
}

/// "the month from 2026-03-01".
fn whole(occasion: &Occasion) -> String {
    let period = match occasion.period {
        Period::Order => "order",
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year => "year",
        Period::Lifetime => "time",
    };
    match &occasion.begins {
        Some(day) => format!("the {period} from {day}"),
        None => "all time".to_owned(),
    }
}
