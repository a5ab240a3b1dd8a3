//! The highest percentages that a program can come to, on every ladder and under every deal.
//!
//! This module must never look at amounts: what a floor or a flat amount adds depends on the sale.

use super::never_matches::asks;
use super::part::Part;
use super::possible::Known;
use crate::money::Rate;
use crate::plan::{Own, PayPlan, Plan, RulePlan, covers};
use crate::program::{Conflict, OverrideOf};

/// Rates in units of 10^-12, wide enough for sums of any number of them.
pub(super) type Units = i128;

/// A hundred percent.
pub(super) const WHOLE: Units = 1_000_000_000_000;

/// Rules that can pay one line together.
pub(super) struct Together {
    pub(super) rules: Vec<usize>,
    pub(super) units: Units,
}

/// Every rate that a rule can have before ladders: its own, its taper's, its deals'.
pub(super) fn owns(plan: &Plan, index: usize, rule: &RulePlan) -> Vec<Rate> {
    let PayPlan::Percent(rate) = rule.pay else { return Vec::new() };
    let mut rates = vec![rate];
    rates.extend(rule.taper.iter().map(|(_, rate)| *rate));
    for deal in plan.deals.iter().filter(|deal| deal.fits(index, rule)) {
        if let Own::Percent(rate) = deal.own {
            rates.push(rate);
        }
    }
    rates.sort_unstable();
    rates.dedup();
    rates
}

/// The highest rate that a rule can have; none if it pays no percentage.
pub(super) fn highest(plan: &Plan, index: usize) -> Option<Rate> {
    let rule = plan.rules.get(index)?;
    let owns = owns(plan, index, rule);
    let ladders = plan.ladders.iter().filter(|ladder| ladder.covers(index));
    let climbed = ladders.flat_map(|ladder| {
        let steps = 0..=ladder.steps.len();
        owns.iter().flat_map(move |own| steps.clone().map(move |step| ladder.rate(*own, step)))
    });
    climbed.chain(owns.iter().copied()).max()
}

/// How many rules are tried as the first of those that pay together; more would only take long.
const TRIED: usize = 64;

/// The rules that pay the most together, as `worth` says, as far as can be seen. Rules that exclude each other do not.
pub(super) fn most(plan: &Plan, worth: impl Fn(usize) -> Units) -> Option<Together> {
    let mut paying: Vec<(usize, Units, Vec<Part<'_>>)> = Vec::new();
    for (index, _) in plan.rules.iter().enumerate() {
        let (units, asks) = (worth(index), asks(plan, index));
        if units > 0 && Known::of_rule(plan, index).impossible(&asks).is_none() {
            paying.push((index, units, asks));
        }
    }
    paying.sort_by_key(|(index, units, _)| (std::cmp::Reverse(*units), *index));
    let stacked = plan.conflict() == Conflict::Stack;
    let on_top = |index: usize| plan.rules.get(index).is_some_and(|rule| rule.on_top);
    let mut best: Option<Together> = None;
    for first in paying.iter().take(TRIED) {
        let mut asked = Vec::new();
        let mut chosen = Together { rules: Vec::new(), units: 0 };
        let mut competing = false;
        for (index, units, asks) in std::iter::once(first).chain(&paying) {
            let joins = stacked || on_top(*index) || !competing;
            if !joins || chosen.rules.contains(index) {
                continue;
            }
            let mut together = asked.clone();
            together.extend(asks.iter().cloned());
            if Known::of_rule(plan, *index).impossible(&together).is_none() {
                asked = together;
                competing |= !on_top(*index);
                chosen.rules.push(*index);
                chosen.units = chosen.units.saturating_add(*units);
            }
        }
        if best.as_ref().is_none_or(|best| chosen.units > best.units) {
            best = Some(chosen);
        }
    }
    best.map(|mut best| {
        best.rules.sort_unstable();
        best
    })
}

/// What overrides add where these rules pay a line at these rates.
pub(super) fn overrides(plan: &Plan, rules: &[(usize, Units)]) -> Units {
    let mut sum: Units = 0;
    for item in &plan.overrides {
        let mut followed = rules.iter().filter(|(rule, _)| covers(item.rules.as_ref(), *rule)).peekable();
        let levels = item.levels.iter().fold(0, |sum: Units, level| sum.saturating_add(Units::from(level.units())));
        let added = match item.of {
            // Once a line, however many rules pay it.
            OverrideOf::Sale => followed.peek().map_or(0, |_| levels),
            OverrideOf::Commission => {
                let paid = followed.fold(0, |sum: Units, (_, units)| sum.saturating_add(*units));
                levels.saturating_mul(paid).checked_div(WHOLE).unwrap_or_default()
            }
        };
        sum = sum.saturating_add(added);
    }
    sum
}

/// A sum of rates as a percentage.
pub(super) fn percent(units: Units) -> String {
    let digits = format!("{units:0>11}");
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(10));
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
}
