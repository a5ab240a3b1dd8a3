//! Commission rules: which rules pay a line, and how much before tiers.
//!
//! This module must never know why an affiliate is credited, nor what was sold before.

mod conflict;
mod flat;
mod percent;

use crate::attribute::Credit;
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::{Condition, PayPlan, Plan, Subject};
use crate::problem::Problem;
use crate::program::FlatPer;
use crate::settle::{Award, Batch, Reason, limit};

/// A line of a credited order that no rule pays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unawarded {
    pub(crate) order: usize,
    pub(crate) line: usize,
    pub(crate) affiliate: Sym,
    pub(crate) reason: Reason,
    /// The exclusion that applied.
    pub(crate) exclusion: Option<usize>,
}

/// The program's conditions bound to the texts of a set of facts.
pub(crate) struct Terms {
    pub(crate) exclusions: Vec<Condition<Sym>>,
    pub(crate) rules: Vec<Condition<Sym>>,
}

impl Terms {
    pub(crate) fn new(plan: &Plan, batch: &Batch<'_>) -> Self {
        let names = &batch.facts.names;
        Self {
            exclusions: plan.exclusions.iter().map(|when| when.bind(names)).collect(),
            rules: plan.rules.iter().map(|rule| rule.when.bind(names)).collect(),
        }
    }
}

/// Finds what every line of every credited order pays, in the canonical order.
pub(crate) fn award(
    plan: &Plan,
    batch: &Batch<'_>,
    credits: &[Credit],
) -> Result<(Vec<Award>, Vec<Unawarded>), Problem> {
    let terms = Terms::new(plan, batch);
    let mut awards = Vec::new();
    let mut unawarded = Vec::new();
    for order in &batch.sequence {
        let Some(Credit::To { touch, affiliate }) = credits.get(*order) else { continue };
        award_order(plan, batch, &terms, (*order, *affiliate, *touch), &mut awards, &mut unawarded)?;
    }
    Ok((awards, unawarded))
}

fn award_order(
    plan: &Plan,
    batch: &Batch<'_>,
    terms: &Terms,
    (order, affiliate, touch): (usize, Sym, usize),
    awards: &mut Vec<Award>,
    unawarded: &mut Vec<Unawarded>,
) -> Result<(), Problem> {
    let Some(fact) = batch.order(order) else { return Ok(()) };
    // Which per-order amounts this order has paid already.
    let mut paid = vec![false; plan.rules.len()];
    for line in fact.lines.indices() {
        let subject = subject(batch, (order, affiliate, touch), line);
        let unpaid = |reason, exclusion| Unawarded { order, line, affiliate, reason, exclusion };
        if let Some(exclusion) = terms.exclusions.iter().position(|when| when.holds(&subject)) {
            unawarded.push(unpaid(Reason::Excluded, Some(exclusion)));
            continue;
        }
        let matching: Vec<usize> = (0..plan.rules.len())
            .filter(|rule| terms.rules.get(*rule).is_some_and(|when| when.holds(&subject)))
            .collect();
        if matching.is_empty() {
            unawarded.push(unpaid(Reason::NoRule, None));
            continue;
        }
        let priced = |rule: usize| price(plan, batch, rule, line, paid.get(rule) == Some(&true));
        for rule in conflict::resolve(plan, &matching, priced)? {
            let exact = price(plan, batch, rule, line, false)?;
            if let (Some(PayPlan::Flat(_, FlatPer::Order)), Some(paid)) = (pay(plan, rule), paid.get_mut(rule))
                && std::mem::replace(paid, true)
            {
                continue;
            }
            let (before, rounded, amount) = (Exact::ZERO, Minor::ZERO, Minor::ZERO);
            awards.push(Award { order, line, affiliate, rule, climb: None, exact, before, rounded, amount });
        }
    }
    Ok(())
}

/// What conditions look at for a line of an order credited to an affiliate by a touch.
pub(crate) fn subject<'a>(
    batch: &Batch<'a>,
    (order, affiliate, touch): (usize, Sym, usize),
    line: usize,
) -> Subject<'a> {
    Subject {
        touch: batch.facts.touches.rows.get(touch),
        order: batch.order(order).map(|fact| (fact, batch.order_amount(order))),
        new_customer: batch.new_customer(order),
        line: batch.facts.lines.get(line).map(|fact| (fact, batch.amount(line))),
        ..Subject::of_affiliate(batch.facts, affiliate)
    }
}

fn pay(plan: &Plan, rule: usize) -> Option<PayPlan> {
    plan.rules.get(rule).map(|rule| rule.pay)
}

/// What a rule pays a line before tiers.
fn price(plan: &Plan, batch: &Batch<'_>, rule: usize, line: usize, paid: bool) -> Result<Exact, Problem> {
    let quantity = batch.facts.lines.get(line).map_or(1, |line| line.quantity);
    match pay(plan, rule) {
        Some(PayPlan::Percent(rate)) => Ok(percent::price(rate, batch.amount(line))),
        Some(PayPlan::Flat(amount, per)) => {
            flat::price(amount, per, quantity, paid).map_err(|_| limit("a flat amount times a quantity"))
        }
        None => Ok(Exact::ZERO),
    }
}
