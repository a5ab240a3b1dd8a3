//! Section 2, from "Base" to "Deals": what a rule pays on a line by itself.
//!
//! Must never know which rule is chosen.

use crate::conditions::is_true_of;
use crate::currency::convert;
use crate::exact::{Exact, Number, whole};
use crate::facts::{Facts, Order};
use crate::program::{Deal, Flat, FlatPer, LinePart, Program, Rule};
use crate::rules::in_time;

/// The base of a line under a rule, in minor units of the program's currency.
pub(crate) fn base(program: &Program, facts: &Facts, order: &Order, line: usize, rule: &Rule) -> Exact {
    let line = &order.lines[line];
    let mut base = line.amount.0.clone();
    for part in &rule.pay.less {
        let part = match part {
            LinePart::Discount => &line.discount,
            LinePart::Tax => &line.tax,
            LinePart::Shipping => &line.shipping,
            LinePart::Cost => &line.cost,
        };
        // Lines without a cost that is taken off are refused before.
        base -= part.as_ref().map_or_else(|| whole(0), |part| part.0.clone());
    }
    let is_return = line.amount.0 < whole(0);
    let bounded = if is_return { base.min(whole(0)) } else { base.max(whole(0)) };
    convert(program, facts, order, &bounded)
}

/// The value that the first deal gives a rule.
fn deal<'p>(program: &'p Program, facts: &Facts, order: &Order, rule: &Rule, affiliate: &str) -> Option<&'p Number> {
    let is_percent = rule.pay.percent.is_some();
    let value = |deal: &'p Deal| if is_percent { deal.percent.as_ref() } else { deal.flat.as_ref() };
    let deal = program.deals.iter().find(|deal| {
        is_true_of(&deal.when, program, facts, affiliate)
            && deal.rules.as_ref().is_none_or(|rules| rules.contains(&rule.id))
            && value(deal).is_some()
            && in_time(program, facts, order, affiliate, &deal.dates, deal.dated_by)
    });
    deal.and_then(value)
}

/// The percentage of a percent rule, after taper and deals.
pub(crate) fn own_percent(
    program: &Program,
    facts: &Facts,
    order: &Order,
    rule: &Rule,
    affiliate: &str,
) -> Option<Exact> {
    let declared = rule.pay.percent.as_ref()?;
    if let Some(agreed) = deal(program, facts, order, rule, affiliate) {
        return Some(agreed.0.clone());
    }
    let charge = facts.charge_number(order);
    let mut taper = rule.recurring.iter().flat_map(|recurring| &recurring.taper);
    let tapered = taper.rfind(|entry| charge.is_some_and(|charge| entry.from <= charge));
    Some(tapered.map_or(declared, |entry| &entry.percent).0.clone())
}

/// What a flat rule pays for a line as a whole, in minor units, after deals.
pub(crate) fn own_flat(
    program: &Program,
    facts: &Facts,
    order: &Order,
    line: usize,
    rule: &Rule,
    affiliate: &str,
) -> Exact {
    let line = &order.lines[line];
    if line.amount.0 < whole(0) {
        return whole(0);
    }
    let amount = match (deal(program, facts, order, rule, affiliate), &rule.pay.flat) {
        (Some(agreed), _) => program.minor(agreed),
        (None, Some(Flat::One(amount))) => program.minor(amount),
        (None, Some(Flat::Many(amounts))) => match amounts.get(order.currency()) {
            Some(amount) => convert(program, facts, order, &amount.0),
            None => program.minor(&amounts[&program.currency]),
        },
        (None, None) => whole(0),
    };
    match rule.pay.per {
        Some(FlatPer::Unit) => amount * whole(i64::from(line.quantity)),
        _ => amount,
    }
}
