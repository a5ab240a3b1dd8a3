//! What one commission is paid on and at which rate: from the line's amount to the exact price.
//!
//! This module must never know rounding, caps or refunds.

use super::figures::{Lifted, LiftedBy, Standing, TakenOff};
use super::narrate::Narrator;
use super::step::Step;
use crate::attribute::Pot;
use crate::money::{Exact, Minor, Money, Rate};
use crate::plan::{Own, PayPlan, RulePlan};
use crate::program::{Exchange, FlatPer, LinePart, Metric, Period, TierMode};
use crate::settle::Award;
use crate::tier::{Climb, Ladder, Slice};

/// How many units make one minor unit, of an exact amount or a rate.
const UNITS: i128 = 1_000_000_000_000;

impl Narrator<'_> {
    /// From the line to the exact amount, between floor and cap.
    pub(super) fn price(&self, award: &Award, because: &mut Vec<Step>) -> Option<()> {
        let rule = self.plan.rules.get(award.rule)?;
        because.extend(self.terms(award, rule));
        match award.own {
            Own::Percent(own) => {
                self.base(award, because)?;
                match award.climb {
                    None => because.push(Step::Percent {
                        percent: own.to_string(),
                        base: self.money(award.base),
                        exact: self.exact(award.priced),
                        program: self.own_clause(award, rule),
                    }),
                    Some(climb) => self.climbed(award, rule, (climb, own), because)?,
                }
            }
            Own::Flat(part) => self.flat(award, rule, part, because)?,
        }
        self.bounds(award, rule, because);
        Some(())
    }

    /// The terms that replace the rule's own: a deal, or else a taper.
    fn terms(&self, award: &Award, rule: &RulePlan) -> Option<Step> {
        if let Some(index) = award.deal {
            let deal = self.plan.program().deals.get(index)?.id.as_str().to_owned();
            let (pays, instead_of) = match (self.plan.deals.get(index)?.own, &rule.pay) {
                (Own::Percent(rate), PayPlan::Percent(own)) => (rate.to_string(), own.to_string()),
                (Own::Flat(amount), PayPlan::Flat { amount: own, .. }) => {
                    (self.money(amount).amount(), self.money(*own).amount())
                }
                _ => return None,
            };
            let percent = rule.is_percent();
            let program = self.own_clause(award, rule);
            return Some(Step::Deal { deal, pays, instead_of, percent, program });
        }
        let (charge, _) = self.run.batch.charge(award.order)?;
        let (_, rate) = rule.taper.iter().rev().find(|(from, _)| *from <= charge)?;
        let PayPlan::Percent(own) = rule.pay else { return None };
        let (percent, instead_of) = (rate.to_string(), own.to_string());
        Some(Step::Taper { charge, percent, instead_of, program: self.own_clause(award, rule) })
    }

    /// The clause that says what is paid without a ladder.
    fn own_clause(&self, award: &Award, rule: &RulePlan) -> String {
        let key = if rule.is_percent() { "percent" } else { "flat" };
        if let Some(deal) = award.deal {
            return format!("/deals/{deal}/{key}");
        }
        let charge = self.run.batch.charge(award.order).map_or(0, |(number, _)| number);
        match rule.taper.iter().rposition(|(from, _)| *from <= charge) {
            Some(step) => format!("/rules/{}/recurring/taper/{step}/percent", award.rule),
            None => format!("/rules/{}/pay/{key}", award.rule),
        }
    }

    /// From the line's amount to the affiliate's base, where they differ.
    pub(super) fn base(&self, award: &Award, because: &mut Vec<Step>) -> Option<()> {
        let batch = &self.run.batch;
        let less = self.plan.rules.get(award.rule)?.less;
        let order = batch.order(award.order)?;
        let currency = order.currency.unwrap_or(self.plan.currency());
        let money = |minor| Money::new(minor, currency);
        let given = batch.given.get(award.line).copied()?;
        let parts = batch.parts.get(&award.line).copied().unwrap_or_default();
        let all = [LinePart::Discount, LinePart::Tax, LinePart::Shipping, LinePart::Cost];
        let taken = parts.into_iter().zip(all).filter(|(_, part)| less.has(*part));
        let taken: Vec<TakenOff> =
            taken.filter_map(|(amount, part)| Some(TakenOff { part, amount: money(amount?) })).collect();
        let net = batch.net(award.order, award.line, less).ok()?;
        if !taken.is_empty() {
            because.push(Step::Base {
                amount: money(given),
                less: taken,
                base: money(net),
                currency: currency.code().to_owned(),
                program: format!("/rules/{}/pay/less", award.rule),
            });
        }
        let whole = batch.base(self.plan, award.order, award.line, less).ok()?;
        because.extend(self.converted(award.order, net, whole));
        because.extend(self.part(award, whole, award.base));
        Some(())
    }

    /// The exchange of an amount of an order in another currency.
    fn converted(&self, order: usize, amount: Minor, converted: Minor) -> Option<Step> {
        let order = self.run.batch.order(order)?;
        let from = order.currency?;
        let (rate, quotes) = self.quotes.found(order)?;
        let day = self.plan.zone.date(order.at);
        Some(Step::Converted {
            amount: Money::new(amount, from),
            from: from.code().to_owned(),
            rate: trillionths(rate),
            quotes: u32::try_from(quotes).unwrap_or(u32::MAX),
            of: match self.plan.program().exchange {
                Exchange::OrderDay => day.to_string(),
                Exchange::MonthAverage => day.month().to_string(),
            },
            mode: self.plan.program().round.mode,
            converted: self.money(converted),
            program: "/exchange".to_owned(),
        })
    }

    /// The affiliate's part of an amount, where it is not all of it.
    fn part(&self, award: &Award, of: Minor, part: Minor) -> Option<Step> {
        let (shares, share) = self.shares(award)?;
        let (part, of, split) = (self.money(part), self.money(of), self.plan.program().round.split);
        let assist = |percent: Rate, place: usize, among| Step::Assist {
            part,
            of,
            percent: percent.to_string(),
            among,
            place,
            split,
            program: "/attribution/assists/percent".to_owned(),
        };
        match share.from {
            Pot::Model { place } => {
                let several = shares.weights.iter().filter(|weight| **weight > 0).count() > 1;
                several.then(|| Step::Share {
                    part,
                    of,
                    model: self.model().to_owned(),
                    weights: shares.weights.iter().map(u128::to_string).collect(),
                    place: place.saturating_add(1),
                    split,
                    program: "/attribution/model".to_owned(),
                })
            }
            Pot::Assist { percent } => Some(assist(percent, 1, 1)),
            Pot::SharedAssist { percent, place, of: among } => Some(assist(percent, place.saturating_add(1), among)),
        }
    }

    fn flat(&self, award: &Award, rule: &RulePlan, part: Minor, because: &mut Vec<Step>) -> Option<()> {
        let batch = &self.run.batch;
        let PayPlan::Flat { amount, others, per } = &rule.pay else { return None };
        let is_return = batch.is_return(award.line);
        let currency = batch.order(award.order)?.currency;
        let other = others.iter().find(|(code, _)| Some(*code) == currency).filter(|_| award.deal.is_none());
        let flat = match (award.deal, other) {
            (Some(deal), _) => {
                let Own::Flat(amount) = self.plan.deals.get(deal)?.own else { return None };
                amount
            }
            (None, Some((_, amount))) => {
                let converted = batch.rate(award.order).convert(*amount, self.plan.program().round.mode)?;
                because.extend(self.converted(award.order, *amount, converted).filter(|_| !is_return));
                converted
            }
            (None, None) => *amount,
        };
        let quantity = batch.facts.lines.get(award.line)?.quantity;
        let (word, times) = match per {
            FlatPer::Line => ("line", 1),
            FlatPer::Order => ("order", 1),
            FlatPer::Action => ("action", 1),
            FlatPer::Unit => ("unit", quantity),
        };
        let times = if is_return { 0 } else { times };
        let whole = flat.times(times).ok()?;
        because.push(Step::Flat {
            flat: self.money(flat),
            per: word.to_owned(),
            times,
            exact: self.exact(whole.exact()),
            program: self.own_clause(award, rule),
        });
        because.extend(self.part(award, whole, part));
        let Some(climb) = award.climb else { return Some(()) };
        let ladder = self.plan.ladders.get(climb.ladder)?;
        let step = ladder.step(climb);
        because.push(Step::Multiplied {
            standing: self.standing(ladder, climb),
            forward: ladder.mode == TierMode::Forward,
            factor: trillionths(ladder.factor(step)),
            flat: self.money(part),
            exact: self.exact(award.priced),
            program: step_clause(climb, step, || self.own_clause(award, rule)),
        });
        Some(())
    }

    /// The percentage by a ladder.
    fn climbed(&self, award: &Award, rule: &RulePlan, at: (Climb, Rate), because: &mut Vec<Step>) -> Option<()> {
        let (climb, own) = at;
        let ladder = self.plan.ladders.get(climb.ladder)?;
        // Where the next part begins: a return is gone through from its lower end as well.
        let reached = climb.before.saturating_add(i128::from(award.base.get()));
        let mut position = climb.before.min(reached);
        ladder.slices(own, climb, award.base, |slice| {
            let program = step_clause(climb, slice.step, || self.own_clause(award, rule));
            because.push(self.on_ladder(award, ladder, (climb, own), (slice, position), program));
            position = position.saturating_add(i128::from(slice.amount.get()).saturating_abs());
        });
        Some(())
    }

    fn on_ladder(
        &self,
        award: &Award,
        ladder: &Ladder,
        (climb, own): (Climb, Rate),
        (slice, position): (Slice, i128),
        program: String,
    ) -> Step {
        let (base, exact) = (self.money(award.base), self.exact(Exact::percent_of(slice.amount, slice.rate)));
        let (percent, standing) = (slice.rate.to_string(), self.standing(ladder, climb));
        match ladder.mode {
            TierMode::Marginal => {
                let step = ladder.step_at(position);
                Step::Slice {
                    part: self.money(slice.amount),
                    of: base,
                    before: standing.total,
                    from: self.threshold(ladder, step),
                    to: self.threshold(ladder, step.saturating_add(1)),
                    lifted: self.lifted(ladder, climb, step),
                    percent,
                    exact,
                    program,
                }
            }
            TierMode::Forward => Step::Forward { standing, percent, base, exact, program },
            TierMode::Whole => Step::Whole { standing, percent, base, exact, program },
            TierMode::Interpolated => {
                let next = slice.step.saturating_add(1);
                match self.threshold(ladder, next).filter(|_| slice.step > 0) {
                    None => Step::Whole { standing, percent, base, exact, program },
                    Some(to) => {
                        let low = ladder.rate(own, slice.step).to_string();
                        let high = ladder.rate(own, next).to_string();
                        Step::Interpolated { standing, to, low, high, percent, base, exact, program }
                    }
                }
            }
        }
    }

    fn standing(&self, ladder: &Ladder, climb: Climb) -> Standing {
        let counted = match ladder.mode {
            TierMode::Forward | TierMode::Marginal => climb.before,
            TierMode::Whole | TierMode::Interpolated => climb.total,
        };
        let step = ladder.step_at(counted);
        let period = match ladder.rolling {
            Some(span) => span.words(),
            None => period_word(ladder.period).to_owned(),
        };
        Standing {
            metric: ladder.metric,
            period,
            total: self.counted(ladder.metric, counted),
            from: self.threshold(ladder, step),
            lifted: self.lifted(ladder, climb, step).filter(|_| ladder.mode != TierMode::Interpolated),
        }
    }

    /// The step whose rate is paid in place of `step`, if it is higher.
    fn lifted(&self, ladder: &Ladder, climb: Climb, step: usize) -> Option<Lifted> {
        let index = climb.lift.checked_sub(1).filter(|_| climb.lift > step)?;
        let retroactive = ladder.retroactive.get(index) == Some(&true)
            && ladder.steps.get(index).is_some_and(|from| *from <= climb.total);
        Some(Lifted {
            from: self.threshold(ladder, climb.lift)?,
            by: if retroactive { LiftedBy::Retroactive } else { LiftedBy::Held },
            total: retroactive.then(|| self.counted(ladder.metric, climb.total)),
        })
    }

    /// Where a step begins; 0 is below the first.
    fn threshold(&self, ladder: &Ladder, step: usize) -> Option<String> {
        let from = step.checked_sub(1).and_then(|step| ladder.steps.get(step))?;
        Some(self.counted(ladder.metric, *from))
    }

    /// A total or threshold in units of its metric.
    pub(super) fn counted(&self, metric: Metric, total: i128) -> String {
        let amount = |units| Exact::from_units(units).format(self.plan.currency());
        match metric {
            Metric::NetSales => amount(total.saturating_mul(UNITS)),
            Metric::Commission => amount(total),
            Metric::Orders | Metric::Units | Metric::NewCustomers | Metric::ActiveCustomers => total.to_string(),
        }
    }

    /// The least and the most that the rule pays, where they decide.
    fn bounds(&self, award: &Award, rule: &RulePlan, because: &mut Vec<Step>) {
        let mut exact = award.priced;
        if let (Some(floor), Some(whole)) = (award.floor, rule.floor)
            && floor.exact() > exact
        {
            because.extend(self.part(award, whole, floor));
            let program = format!("/rules/{}/pay/floor", award.rule);
            because.push(Step::Floored { from: self.exact(exact), to: self.money(floor), program });
            exact = floor.exact();
        }
        if let (Some(cap), Some(whole)) = (award.cap, rule.cap)
            && cap.exact() < exact
        {
            because.extend(self.part(award, whole, cap));
            let program = format!("/rules/{}/pay/cap", award.rule);
            because.push(Step::Limited { from: self.exact(exact), to: self.money(cap), program });
        }
    }
}

/// The clause of a step, or that of what is paid below the first.
fn step_clause(climb: Climb, step: usize, own: impl Fn() -> String) -> String {
    match step.checked_sub(1) {
        None => own(),
        Some(step) => format!("/tiers/{}/steps/{step}", climb.ladder),
    }
}

/// The period's name in documents.
fn period_word(period: Period) -> &'static str {
    match period {
        Period::Order => "order",
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year => "year",
        Period::Lifetime => "lifetime",
    }
}

/// Units of 10^-12 as decimal text, with as many places as it needs.
fn trillionths(units: i128) -> String {
    let digits = format!("{:0>13}", units.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len().saturating_sub(12));
    let fraction = fraction.trim_end_matches('0');
    let sign = if units < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}
