//! The tier stage: running totals by ladder, affiliate and month, and what each commission climbs.

use std::collections::HashMap;

use super::Ladder;
use crate::facts::Sym;
use crate::money::Exact;
use crate::plan::{PayPlan, Plan, Subject};
use crate::problem::Problem;
use crate::program::RefundEffect;
use crate::settle::{Award, Batch, limit};
use crate::time::{Instant, Month};

/// Where on a ladder a sale stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Climb {
    pub(crate) ladder: usize,
    /// Sold in the period before this line.
    pub(crate) before: i128,
    /// Sold in the whole period.
    pub(crate) total: i128,
}

/// A change of a running total.
struct Event {
    at: Instant,
    /// Sales before refunds of the same instant, then their own order.
    place: (bool, usize),
    amount: i128,
    line: Option<usize>,
}

type Group = (usize, Sym, Month);

/// Finds each commission's place on its ladder and prices it there.
///
/// `so_far` is what every ladder has already counted in the period: nothing, except in a quote.
pub(crate) fn climb(plan: &Plan, batch: &Batch<'_>, awards: &mut [Award], so_far: i128) -> Result<(), Problem> {
    let choice = Choice::new(plan, batch);
    let ladders: Vec<Option<usize>> = awards.iter().map(|award| choice.ladder(award)).collect();
    let mut groups: HashMap<Group, Vec<Event>> = HashMap::new();
    let mut ladder_of_line: HashMap<(usize, usize), Sym> = HashMap::new();
    for (sequence, (award, ladder)) in awards.iter().zip(&ladders).enumerate() {
        let Some(ladder) = *ladder else { continue };
        // A line counts once, however many of its commissions follow the ladder.
        if ladder_of_line.insert((ladder, award.line), award.affiliate).is_some() {
            continue;
        }
        let Some(order) = batch.order(award.order) else { continue };
        let mut amount = i128::from(batch.amount(award.line).get());
        if plan.program.refunds.tiers == RefundEffect::SalePeriod {
            amount = amount.saturating_sub(i128::from(batch.refunded(award.line).get()));
        }
        let group = (ladder, award.affiliate, plan.zone.month(order.at));
        let event = Event { at: order.at, place: (false, sequence), amount, line: Some(award.line) };
        groups.entry(group).or_default().push(event);
    }
    if plan.program.refunds.tiers == RefundEffect::RefundPeriod {
        add_refunds(plan, batch, &ladder_of_line, &mut groups);
    }
    let mut places: HashMap<(usize, usize), (i128, i128)> = HashMap::new();
    for ((ladder, _, _), mut events) in groups {
        events.sort_by_key(|event| (event.at, event.place));
        let total = events.iter().fold(so_far, |sum, event| sum.saturating_add(event.amount));
        let mut running = so_far;
        for event in events {
            if let Some(line) = event.line {
                places.insert((ladder, line), (running, total));
            }
            running = running.saturating_add(event.amount);
        }
    }
    for (award, ladder) in awards.iter_mut().zip(ladders) {
        let Some(ladder) = ladder else { continue };
        let Some((before, total)) = places.get(&(ladder, award.line)).copied() else { continue };
        award.climb = Some(Climb { ladder, before, total });
        award.exact = price(plan, award.rule, Climb { ladder, before, total }, batch, award.line)?;
    }
    Ok(())
}

fn price(plan: &Plan, rule: usize, climb: Climb, batch: &Batch<'_>, line: usize) -> Result<Exact, Problem> {
    let mut sum = Ok(Exact::ZERO);
    if let Some(ladder) = plan.ladders.get(climb.ladder) {
        ladder.slices(rule, climb.before, climb.total, batch.amount(line), |slice| {
            sum = sum.and_then(|sum: Exact| sum.plus(Exact::percent_of(slice.amount, slice.rate)));
        });
    }
    sum.map_err(|_| limit("the commission of a line"))
}

fn add_refunds(
    plan: &Plan,
    batch: &Batch<'_>,
    ladder_of_line: &HashMap<(usize, usize), Sym>,
    groups: &mut HashMap<Group, Vec<Event>>,
) {
    for (sequence, taking) in batch.takings.iter().enumerate() {
        let Some(refund) = batch.facts.refunds.rows.get(taking.refund) else { continue };
        let amount = i128::from(taking.taken.get()).saturating_neg();
        for ladder in 0..plan.ladders.len() {
            if let Some(affiliate) = ladder_of_line.get(&(ladder, taking.line)) {
                let group = (ladder, *affiliate, plan.zone.month(refund.at));
                let event = Event { at: refund.at, place: (true, sequence), amount, line: None };
                groups.entry(group).or_default().push(event);
            }
        }
    }
}

/// Which ladder a commission follows: the first that covers its rule and whose condition its affiliate meets.
struct Choice<'a> {
    plan: &'a Plan,
    batch: &'a Batch<'a>,
    when: Vec<crate::plan::Condition<Sym>>,
}

impl<'a> Choice<'a> {
    fn new(plan: &'a Plan, batch: &'a Batch<'a>) -> Self {
        let when = plan.ladders.iter().map(|ladder| ladder.when.bind(&batch.facts.names)).collect();
        Self { plan, batch, when }
    }

    fn ladder(&self, award: &Award) -> Option<usize> {
        let covers = |ladder: &Ladder| ladder.covers(award.rule);
        if !matches!(self.plan.rules.get(award.rule)?.pay, PayPlan::Percent(_)) {
            return None;
        }
        let subject = Subject::of_affiliate(self.batch.facts, award.affiliate);
        let mut ladders = self.plan.ladders.iter().zip(&self.when);
        ladders.position(|(ladder, when)| covers(ladder) && when.holds(&subject))
    }
}
