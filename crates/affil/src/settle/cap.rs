//! The cap stage: what goes beyond a limit is clamped, and what is left of an order's is shared as the cap says.
//!
//! This module must never know why a commission is as high as it is.

use std::collections::HashMap;

use super::refund::backs;
use super::{Award, Batch, limit};
use crate::facts::Sym;
use crate::money::{Minor, SplitRule, split};
use crate::plan::{CapPlan, Condition, Plan, Subject, Term, covers};
use crate::problem::Problem;
use crate::program::{CapPer, CapShare, RefundEffect};
use crate::time::Instant;

/// What a cap took from a commission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trim {
    pub(crate) award: usize,
    pub(crate) cap: usize,
    pub(crate) from: Minor,
    pub(crate) to: Minor,
    /// The limit, and how much of it was used before.
    pub(crate) limit: Minor,
    pub(crate) used: Minor,
}

/// Applies all caps; returns what they took, in the order in which they took it.
pub(super) fn cap(plan: &Plan, batch: &Batch<'_>, awards: &mut [Award]) -> Result<Vec<Trim>, Problem> {
    let mut trims = Vec::new();
    if plan.caps.is_empty() {
        return Ok(trims);
    }
    let caps = Caps { plan, batch, when: plan.caps.iter().map(|cap| cap.when.bind(&batch.facts.names)).collect() };
    caps.orders(awards, &mut trims)?;
    if plan.caps.iter().any(|cap| !cap.is_per_order()) {
        Running { caps: &caps, used: HashMap::new(), next: 0, of_line: HashMap::new() }.all(awards, &mut trims);
    }
    Ok(trims)
}

struct Caps<'a> {
    plan: &'a Plan,
    batch: &'a Batch<'a>,
    when: Vec<Condition<Sym>>,
}

impl Caps<'_> {
    fn covers(&self, index: usize, cap: &CapPlan, award: &Award, at: Instant) -> bool {
        let subject = Subject::of_affiliate(self.batch.facts, award.affiliate);
        covers(cap.rules.as_ref(), award.rule)
            && cap.dates.hold(at)
            && self.when.get(index).is_some_and(|when| when.holds(&subject))
    }

    fn limit(&self, index: usize, cap: &CapPlan, affiliate: Sym) -> Minor {
        self.batch.limit(index, affiliate).unwrap_or(cap.amount)
    }

    /// The caps of single orders, one after the other.
    fn orders(&self, awards: &mut [Award], trims: &mut Vec<Trim>) -> Result<(), Problem> {
        let mut start: usize = 0;
        for chunk in awards.chunk_by_mut(|a, b| a.order == b.order) {
            let Some(order) = chunk.first().and_then(|award| self.batch.order(award.order)) else { continue };
            let mut affiliates: Vec<Sym> = Vec::new();
            for award in chunk.iter() {
                if !affiliates.contains(&award.affiliate) {
                    affiliates.push(award.affiliate);
                }
            }
            for (index, cap) in self.plan.caps.iter().enumerate().filter(|(_, cap)| cap.is_per_order()) {
                for affiliate in &affiliates {
                    let own = |award: &Award| award.affiliate == *affiliate && self.covers(index, cap, award, order.at);
                    let places: Vec<usize> =
                        chunk.iter().enumerate().filter(|(_, award)| own(award)).map(|(place, _)| place).collect();
                    let before: Vec<Minor> =
                        places.iter().filter_map(|place| chunk.get(*place)).map(|award| award.amount).collect();
                    let limit = self.limit(index, cap, *affiliate);
                    let Some(after) = capped(limit, cap.share, &before)? else { continue };
                    for ((place, from), to) in places.iter().zip(before).zip(after) {
                        if from != to {
                            let award = start.saturating_add(*place);
                            trims.push(Trim { award, cap: index, from, to, limit, used: Minor::ZERO });
                        }
                        if let Some(award) = chunk.get_mut(*place) {
                            award.amount = to;
                        }
                    }
                }
            }
            start = start.saturating_add(chunk.len());
        }
        Ok(())
    }
}

/// What a cap leaves of each amount, if they go beyond it together.
pub(crate) fn capped(cap: Minor, share: CapShare, amounts: &[Minor]) -> Result<Option<Vec<Minor>>, Problem> {
    let mut sum = Minor::ZERO;
    for amount in amounts {
        sum = sum.plus(*amount).map_err(|_| limit("the commission of an order"))?;
    }
    if sum <= cap {
        return Ok(None);
    }
    let weights: Vec<u64> = amounts.iter().map(|amount| amount.get().unsigned_abs()).collect();
    let in_order = amounts.iter().any(|amount| *amount < Minor::ZERO);
    Ok(Some(match share {
        _ if in_order => fill(cap, amounts),
        CapShare::InOrder => fill(cap, amounts),
        CapShare::Largest => split(cap, &weights, SplitRule::Largest),
        CapShare::First => split(cap, &weights, SplitRule::First),
        CapShare::Cumulative => split(cap, &weights, SplitRule::Cumulative),
    }))
}

/// First come, first served: differences of the running sum, held below the cap.
fn fill(cap: Minor, amounts: &[Minor]) -> Vec<Minor> {
    let mut filling = Filling::new(cap);
    amounts.iter().map(|amount| filling.part(*amount)).collect()
}

/// What a cap leaves of amounts as they come.
pub(crate) struct Filling {
    cap: Minor,
    sum: Minor,
}

impl Filling {
    pub(crate) fn new(cap: Minor) -> Self {
        Self { cap, sum: Minor::ZERO }
    }

    pub(crate) fn part(&mut self, amount: Minor) -> Minor {
        let before = self.sum.min(self.cap);
        self.sum = self.sum.plus(amount).unwrap_or(self.sum);
        self.sum.min(self.cap).minus(before).unwrap_or_default()
    }
}

/// Of what a running cap keeps its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Order(usize, Sym),
    Customer(Sym, Sym),
    Affiliate(Sym),
    Rule(usize),
    Program,
}

type Used = HashMap<(usize, Scope, Option<Term>), i128>;

/// The caps over more than one order, all together, as orders and refunds come.
struct Running<'a> {
    caps: &'a Caps<'a>,
    used: Used,
    /// The first taking that is not yet given back.
    next: usize,
    /// Awards by line, as far as they have come.
    of_line: HashMap<usize, Vec<usize>>,
}

impl Running<'_> {
    fn all(mut self, awards: &mut [Award], trims: &mut Vec<Trim>) {
        for index in 0..awards.len() {
            let Some(order) = awards.get(index).and_then(|award| self.caps.batch.order(award.order)) else { continue };
            self.give_back(order.at, awards);
            let Some(award) = awards.get_mut(index) else { continue };
            self.clamp(index, award, order.at, trims);
            self.of_line.entry(award.line).or_default().push(index);
        }
    }

    fn scope(&self, cap: &CapPlan, award: &Award) -> Scope {
        let customer = self.caps.batch.order(award.order).map(|order| order.customer).unwrap_or_default();
        match cap.per {
            CapPer::Order => Scope::Order(award.order, award.affiliate),
            CapPer::Customer => Scope::Customer(customer, award.affiliate),
            CapPer::Affiliate => Scope::Affiliate(award.affiliate),
            CapPer::Rule => Scope::Rule(award.rule),
            CapPer::Program => Scope::Program,
        }
    }

    fn term(&self, cap: &CapPlan, at: Instant, order: usize) -> Option<Term> {
        cap.period.map(|period| self.caps.plan.almanac().term(period, at, order))
    }

    fn clamp(&mut self, index: usize, award: &mut Award, at: Instant, trims: &mut Vec<Trim>) {
        let mut keys = Vec::new();
        let mut least: Option<Trim> = None;
        for (number, cap) in self.caps.plan.caps.iter().enumerate().filter(|(_, cap)| !cap.is_per_order()) {
            if !self.caps.covers(number, cap, award, at) {
                continue;
            }
            let key = (number, self.scope(cap, award), self.term(cap, at, award.order));
            let used = self.used.get(&key).copied().unwrap_or_default();
            let limit = self.caps.limit(number, cap, award.affiliate);
            // What is used may stand above the limit or, by returns, below zero; nothing of it is lost in the sum.
            let left = i128::from(limit.get()).saturating_sub(used).max(0);
            let to = Minor::from_i128(left).unwrap_or(Minor::MAX);
            if to < award.amount && award.amount > Minor::ZERO && least.is_none_or(|least| to < least.to) {
                let used = Minor::from_i128(used).unwrap_or(Minor::MAX);
                least = Some(Trim { award: index, cap: number, from: award.amount, to, limit, used });
            }
            keys.push(key);
        }
        if let Some(trim) = least {
            award.amount = trim.to;
            trims.push(trim);
        }
        for key in keys {
            let used = self.used.entry(key).or_default();
            *used = used.saturating_add(i128::from(award.amount.get()));
        }
    }

    /// Refunds before an instant give headroom back.
    fn give_back(&mut self, until: Instant, awards: &[Award]) {
        let effect = self.caps.plan.program.refunds.caps;
        let batch = self.caps.batch;
        while let Some(taking) = batch.takings.get(self.next) {
            let Some(refund) = batch.facts.refunds.rows.get(taking.refund).filter(|refund| refund.at < until) else {
                return;
            };
            self.next = self.next.saturating_add(1);
            let Some(order) = batch.order(taking.order).filter(|_| effect != RefundEffect::None) else { continue };
            let indices = self.of_line.get(&taking.line).cloned().unwrap_or_default();
            let of_line: Vec<&Award> = indices.iter().filter_map(|index| awards.get(*index)).collect();
            let amounts: Vec<Minor> = of_line.iter().map(|award| award.amount).collect();
            let backs = backs(&amounts, taking, self.caps.plan.program.round.mode);
            for (award, back) in of_line.iter().zip(backs) {
                for (number, cap) in self.caps.plan.caps.iter().enumerate().filter(|(_, cap)| !cap.is_per_order()) {
                    if !self.caps.covers(number, cap, award, order.at) {
                        continue;
                    }
                    let at = if effect == RefundEffect::SalePeriod { order.at } else { refund.at };
                    let key = (number, self.scope(cap, award), self.term(cap, at, award.order));
                    let used = self.used.entry(key).or_default();
                    *used = used.saturating_sub(i128::from(back.get()));
                }
            }
        }
    }
}
