//! Commission rules: which rules pay a line, and how much before tiers.
//!
//! This module must never know why an affiliate is credited, nor what was sold before.

mod conflict;
mod flat;
mod matching;
mod percent;

use crate::attribute::{Credit, Shares};
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::{Condition, Own, PayPlan, Plan, RulePlan, Subject};
use crate::problem::Problem;
use crate::program::{FlatPer, LinePart};
use crate::settle::{Award, Batch, Reason, limit};

pub(crate) use matching::{Miss, misses};

/// A line of a credited order that no rule pays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unawarded {
    pub(crate) order: usize,
    pub(crate) line: usize,
    /// The position of the affiliate's credit.
    pub(crate) credit: usize,
    pub(crate) affiliate: Sym,
    pub(crate) reason: Reason,
    /// The exclusion that applied.
    pub(crate) exclusion: Option<usize>,
}

/// The program's conditions bound to the texts of a set of facts.
pub(crate) struct Terms {
    pub(crate) exclusions: Vec<Condition<Sym>>,
    pub(crate) rules: Vec<Condition<Sym>>,
    deals: Vec<Condition<Sym>>,
}

impl Terms {
    pub(crate) fn new(plan: &Plan, batch: &Batch<'_>) -> Self {
        let names = &batch.facts.names;
        Self {
            exclusions: plan.exclusions.iter().map(|when| when.bind(names)).collect(),
            rules: plan.rules.iter().map(|rule| rule.when.bind(names)).collect(),
            deals: plan.deals.iter().map(|deal| deal.when.bind(names)).collect(),
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
        let Some(Credit::To(shares)) = credits.get(*order) else { continue };
        let desk = Desk { plan, batch, terms: &terms, order: *order, shares };
        desk.award(&mut awards, &mut unawarded)?;
    }
    Ok((awards, unawarded))
}

/// One credited order.
#[derive(Clone, Copy)]
struct Desk<'a> {
    plan: &'a Plan,
    batch: &'a Batch<'a>,
    terms: &'a Terms,
    order: usize,
    shares: &'a Shares,
}

impl Desk<'_> {
    fn award(self, awards: &mut Vec<Award>, unawarded: &mut Vec<Unawarded>) -> Result<(), Problem> {
        let Some(fact) = self.batch.order(self.order) else { return Ok(()) };
        let rules = self.plan.rules.len();
        // Which per-order amounts this order has paid to whom already.
        let mut paid = vec![false; rules.saturating_mul(self.shares.list.len())];
        for line in fact.lines.indices() {
            if self.batch.declined(self.plan, self.order, line) {
                unawarded.extend(self.declined(line));
                continue;
            }
            let start = awards.len();
            for credit in 0..self.shares.list.len() {
                let own = credit.saturating_mul(rules);
                let paid = paid.get_mut(own..own.saturating_add(rules)).unwrap_or_default();
                unawarded.extend(self.award_line(line, credit, paid, awards)?);
            }
            // By rule, then by credit: those who share a commission stand together.
            let found = awards.get_mut(start..).unwrap_or_default();
            if self.shares.list.len() > 1 {
                found.sort_by_key(|award| (award.rule, award.credit));
            }
        }
        Ok(())
    }

    /// A declined line pays nothing to anybody, whatever the rules say.
    fn declined(self, line: usize) -> impl Iterator<Item = Unawarded> {
        let order = self.order;
        self.shares.list.iter().enumerate().map(move |(credit, share)| Unawarded {
            order,
            line,
            credit,
            affiliate: share.affiliate,
            reason: Reason::Declined,
            exclusion: None,
        })
    }

    /// What a line pays to one of the affiliates credited.
    fn award_line(
        self,
        line: usize,
        credit: usize,
        paid: &mut [bool],
        awards: &mut Vec<Award>,
    ) -> Result<Option<Unawarded>, Problem> {
        let Some(share) = self.shares.list.get(credit) else { return Ok(None) };
        let (order, affiliate) = (self.order, share.affiliate);
        let subject = subject(self.plan, self.batch, (order, affiliate, share.touch), line);
        let unpaid = |reason, exclusion| Some(Unawarded { order, line, credit, affiliate, reason, exclusion });
        if let Some(exclusion) = self.terms.exclusions.iter().position(|when| when.holds(&subject)) {
            return Ok(unpaid(Reason::Excluded, Some(exclusion)));
        }
        let rules = self.plan.rules.iter().zip(&self.terms.rules).enumerate();
        let matching =
            rules.filter(|(_, (rule, when))| matching::matches(self.plan, self.batch, rule, when, &subject, order));
        let matching: Vec<usize> = matching.map(|(index, _)| index).collect();
        if matching.is_empty() {
            return Ok(unpaid(Reason::NoRule, None));
        }
        for rule in
            matching.iter().filter_map(|rule| self.plan.rules.get(*rule)).filter(|rule| rule.less.has(LinePart::Cost))
        {
            // A margin that cannot be told is an error, whichever rule wins.
            self.batch.base(self.plan, order, line, rule.less)?;
        }
        let priced = |rule: usize| {
            if self.per_order(rule) && paid.get(rule) == Some(&true) {
                Ok(Exact::ZERO)
            } else {
                self.draft(rule, line, credit, &subject).map(|award| award.priced)
            }
        };
        for rule in conflict::resolve(self.plan, &matching, priced)? {
            if let (true, Some(paid)) = (self.per_order(rule), paid.get_mut(rule))
                && std::mem::replace(paid, true)
            {
                continue;
            }
            awards.push(self.draft(rule, line, credit, &subject)?);
        }
        Ok(None)
    }

    fn per_order(self, rule: usize) -> bool {
        let pay = self.plan.rules.get(rule).map(|rule| &rule.pay);
        matches!(pay, Some(PayPlan::Flat { per: FlatPer::Order, .. }))
    }

    /// What a rule pays a line before tiers.
    fn draft(self, rule: usize, line: usize, credit: usize, subject: &Subject<'_>) -> Result<Award, Problem> {
        let Some(plan) = self.plan.rules.get(rule) else { return Err(Problem::internal("a rule lost its place")) };
        let part = |amount| self.shares.part(credit, amount, self.plan.program.round.split);
        let whole_base = self.batch.base(self.plan, self.order, line, plan.less)?;
        let base = part(whole_base);
        let deal = self.deal(rule, plan, subject);
        let own = self.own(plan, deal, line, subject)?;
        let own = match own {
            Own::Flat(amount) => Own::Flat(part(amount)),
            percent @ Own::Percent(_) => percent,
        };
        let priced = match own {
            Own::Percent(rate) => percent::price(rate, base),
            Own::Flat(amount) => amount.exact(),
        };
        let sale = whole_base > Minor::ZERO || plan.is_for_actions();
        let mut award = Award {
            order: self.order,
            line,
            credit,
            affiliate: subject.affiliate_id,
            rule,
            base,
            deal,
            own,
            floor: plan.floor.filter(|_| sale).map(part),
            cap: plan.cap.map(part),
            climb: None,
            priced,
            exact: priced,
            before: Exact::ZERO,
            rounded: Minor::ZERO,
            amount: Minor::ZERO,
        };
        award.bound()?;
        Ok(award)
    }

    /// The first deal that replaces what the rule pays.
    fn deal(self, index: usize, rule: &RulePlan, subject: &Subject<'_>) -> Option<usize> {
        self.plan.deals.iter().zip(&self.terms.deals).position(|(deal, when)| {
            let at = matching::dated(self.batch, self.order, subject, deal.dated_by);
            deal.fits(index, rule) && deal.dates.hold_for(at) && when.holds(subject)
        })
    }

    /// What the rule pays by its own terms, taper and deals: a rate, or the whole flat amount.
    fn own(self, rule: &RulePlan, deal: Option<usize>, line: usize, subject: &Subject<'_>) -> Result<Own, Problem> {
        let deal = deal.and_then(|deal| self.plan.deals.get(deal)).map(|deal| deal.own);
        let (rule_amount, others, per) = match &rule.pay {
            PayPlan::Percent(rate) => {
                let number = subject.charge.map_or(0, |(number, _)| number);
                let taper = rule.taper.iter().rev().find(|(from, _)| *from <= number).map(|(_, rate)| *rate);
                return Ok(deal.unwrap_or(Own::Percent(taper.unwrap_or(*rate))));
            }
            PayPlan::Flat { amount, others, per } => (*amount, others, *per),
        };
        if self.batch.is_return(line) {
            return Ok(Own::Flat(Minor::ZERO));
        }
        let other = others.iter().find(|(currency, _)| Some(*currency) == subject.currency).map(|(_, amount)| *amount);
        let amount = match (deal, other) {
            (Some(Own::Flat(amount)), _) => amount,
            (_, Some(amount)) => {
                let converted = self.batch.rate(self.order).convert(amount, self.plan.program.round.mode);
                converted.ok_or_else(|| limit("a converted amount"))?
            }
            _ => rule_amount,
        };
        let quantity = self.batch.facts.lines.get(line).map_or(1, |line| line.quantity);
        flat::price(amount, per, quantity).map(Own::Flat).map_err(|_| limit("a flat amount times a quantity"))
    }
}

/// What conditions look at for a line of an order credited to an affiliate by a touch.
pub(crate) fn subject<'a>(
    plan: &Plan,
    batch: &Batch<'a>,
    (order, affiliate, touch): (usize, Sym, usize),
    line: usize,
) -> Subject<'a> {
    let fact = batch.order(order);
    let charge = batch.charge(order);
    Subject {
        touch: batch.facts.touches.rows.get(touch),
        order: fact.map(|fact| (fact, batch.order_amount(order))),
        currency: fact.map(|fact| fact.currency.unwrap_or(plan.currency)),
        new_customer: batch.new_customer(order),
        charge: charge.zip(batch.first_charge(order)).map(|((number, _), first)| (number, first)),
        line: batch.facts.lines.get(line).map(|fact| (fact, batch.amount(line))),
        ..Subject::of_affiliate(batch.facts, affiliate)
    }
}
