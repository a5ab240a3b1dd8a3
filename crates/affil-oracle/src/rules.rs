//! Section 2: which rules pay a line, and how much before tiers.
//!
//! Must never know tiers, caps or refunds.

use crate::attribution::{Attributed, Credit, Credits, is_of_new_customer};
use crate::conditions::{Scene, Truth, count_tests, judge};
use crate::exact::{Exact, whole};
use crate::facts::{Facts, Order};
use crate::lifecycle::standing;
use crate::pay::{base, own_flat, own_percent};
use crate::program::{Conflict, DatedBy, Dates, FlatPer, LinePart, Program, Rule};
use crate::time::{Instant, Window, window_end};
use crate::{Refusal, Unpaid};
use std::collections::BTreeSet;

/// What one order line owes one affiliate under one rule. All amounts are in minor units.
#[derive(Clone)]
pub(crate) struct Commission {
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    /// Position in `program.rules`.
    pub(crate) rule: usize,
    /// Position among those who are credited with the order.
    pub(crate) credit: usize,
    pub(crate) affiliate: String,
    /// The number of the assist by which the affiliate is credited, if it is one.
    pub(crate) assist: Option<usize>,
    /// The line's base under the rule.
    pub(crate) line_base: Exact,
    /// The affiliate's part of it.
    pub(crate) base: Exact,
    pub(crate) own: Own,
    /// After section 3: exact, before rounding.
    pub(crate) exact: Exact,
    /// After each section from 4 on: whole minor units.
    pub(crate) amount: Exact,
}

/// What the rule pays by itself, after taper and deals.
#[derive(Clone)]
pub(crate) enum Own {
    /// A percentage of the base.
    Percent(Exact),
    /// The affiliate's part of the flat amount, in minor units.
    Flat(Exact),
}

impl Own {
    /// What it comes to on a base.
    pub(crate) fn pays(&self, base: &Exact) -> Exact {
        match self {
            Self::Percent(rate) => base * rate / whole(100),
            Self::Flat(part) => part.clone(),
        }
    }
}

/// The commissions in sequence (order, line, rule, credit), and what is not paid.
pub(crate) fn pay(
    program: &Program,
    facts: &Facts,
    attributed: &[Attributed],
) -> Result<(Vec<Commission>, Vec<Unpaid>), Refusal> {
    let mut commissions = Vec::new();
    let mut unpaid = Vec::new();
    for (position, order) in facts.orders.iter().enumerate() {
        match &attributed[position] {
            Ok(credits) => pay_order(program, facts, position, credits, &mut commissions, &mut unpaid)?,
            Err(reason) => unpaid.push(Unpaid {
                order: order.id.clone(),
                line: None,
                affiliate: None,
                reason: (*reason).to_owned(),
            }),
        }
    }
    commissions.sort_by_key(|one: &Commission| (one.order, one.line, one.rule, one.credit));
    Ok((commissions, unpaid))
}

fn pay_order(
    program: &Program,
    facts: &Facts,
    position: usize,
    credits: &Credits,
    commissions: &mut Vec<Commission>,
    unpaid: &mut Vec<Unpaid>,
) -> Result<(), Refusal> {
    let order = &facts.orders[position];
    // Rules with a flat amount per order, with those who were paid it on an earlier line.
    let mut paid_once: BTreeSet<(usize, String)> = BTreeSet::new();
    for (line_position, line) in order.lines.iter().enumerate() {
        let declined = standing(program, facts, position, line_position).is_declined();
        for (number, credit) in credits.all().iter().enumerate() {
            let case = Case { program, facts, order, line: line_position, credits, credit };
            let chosen = if declined { Err("declined") } else { choose(&case, &paid_once)? };
            match chosen {
                Err(reason) => unpaid.push(Unpaid {
                    order: order.id.clone(),
                    line: Some(line.id().to_owned()),
                    affiliate: Some(credit.affiliate.clone()),
                    reason: reason.to_owned(),
                }),
                Ok(chosen) => {
                    for rule in chosen {
                        let per_order = program.rules[rule].pay.per == Some(FlatPer::Order);
                        if per_order && !paid_once.insert((rule, credit.affiliate.clone())) {
                            continue;
                        }
                        commissions.push(commission(&case, position, rule, number));
                    }
                }
            }
        }
    }
    Ok(())
}

/// A line of an order, and somebody credited with it.
struct Case<'a> {
    program: &'a Program,
    facts: &'a Facts,
    order: &'a Order,
    line: usize,
    credits: &'a Credits,
    credit: &'a Credit,
}

fn commission(case: &Case, order: usize, rule: usize, credit: usize) -> Commission {
    let line_base = base(case.program, case.facts, case.order, case.line, &case.program.rules[rule]);
    Commission {
        order,
        line: case.line,
        rule,
        credit,
        affiliate: case.credit.affiliate.clone(),
        assist: case.credit.assist,
        base: case.credits.part(case.program, &line_base, case.credit),
        line_base,
        own: own(case, rule),
        exact: whole(0),
        amount: whole(0),
    }
}

/// What a rule pays the affiliate by itself.
fn own(case: &Case, rule: usize) -> Own {
    let Case { program, facts, order, line, credits, credit } = *case;
    let rule = &program.rules[rule];
    if let Some(percent) = own_percent(program, facts, order, rule, &credit.affiliate) {
        return Own::Percent(percent);
    }
    let flat = own_flat(program, facts, order, line, rule, &credit.affiliate);
    Own::Flat(credits.part(program, &flat, credit))
}

/// What a rule would pay the affiliate for the line before tiers, floors and caps.
fn would_pay(case: &Case, rule: usize, paid_once: &BTreeSet<(usize, String)>) -> Exact {
    if paid_once.contains(&(rule, case.credit.affiliate.clone())) {
        return whole(0);
    }
    let line_base = base(case.program, case.facts, case.order, case.line, &case.program.rules[rule]);
    own(case, rule).pays(&case.credits.part(case.program, &line_base, case.credit))
}

/// The positions of the rules chosen for a line, rising; or why the line is unpaid.
fn choose(case: &Case, paid_once: &BTreeSet<(usize, String)>) -> Result<Result<Vec<usize>, &'static str>, Refusal> {
    let Case { program, facts, order, line, credit, .. } = *case;
    let scene = Scene {
        program,
        facts,
        order,
        line,
        new_customer: is_of_new_customer(facts, order),
        affiliate: &credit.affiliate,
        touch: &facts.touches[credit.touch],
    };
    if program.exclude.iter().any(|exclusion| judge(&exclusion.when, &scene) == Truth::True) {
        return Ok(Err("excluded"));
    }
    let matching: Vec<usize> = (0..program.rules.len()).filter(|rule| matches(&program.rules[*rule], &scene)).collect();
    if matching.is_empty() {
        return Ok(Err("no_rule"));
    }
    let takes_cost = |rule: &usize| program.rules[*rule].pay.less.contains(&LinePart::Cost);
    if order.lines[line].cost.is_none() && matching.iter().any(takes_cost) {
        return Err(Refusal::of(["line.cost_missing".to_owned()].into()));
    }
    let (on_top, competing): (Vec<usize>, Vec<usize>) =
        matching.into_iter().partition(|rule| program.rules[*rule].on_top);

    let mut chosen = match program.conflict.unwrap_or(Conflict::First) {
        Conflict::Stack => competing,
        Conflict::First => competing.first().copied().into_iter().collect(),
        Conflict::Best => earliest_greatest(&competing, |rule| would_pay(case, rule, paid_once)),
        Conflict::MostSpecific => earliest_greatest(&competing, |rule| conditions(&program.rules[rule])),
    };
    chosen.extend(on_top);
    chosen.sort_unstable();
    Ok(Ok(chosen))
}

/// The rule with the greatest measure, the earlier one on a tie; none of none.
fn earliest_greatest<M: PartialOrd>(rules: &[usize], measure: impl Fn(usize) -> M) -> Vec<usize> {
    let mut winner: Option<usize> = None;
    for rule in rules {
        if winner.is_none_or(|best| measure(*rule) > measure(best)) {
            winner = Some(*rule);
        }
    }
    winner.into_iter().collect()
}

/// How many conditions a rule has.
fn conditions(rule: &Rule) -> usize {
    let dates = rule.dates.from.is_some() || rule.dates.until.is_some();
    count_tests(&rule.when) + usize::from(dates) + usize::from(rule.recurring.is_some())
}

fn matches(rule: &Rule, scene: &Scene) -> bool {
    let for_actions = rule.pay.per == Some(FlatPer::Action);
    judge(&rule.when, scene) == Truth::True
        && for_actions == scene.order.action.is_some()
        && in_time(scene.program, scene.facts, scene.order, scene.affiliate, &rule.dates, rule.dated_by)
        && recurs(rule, scene)
}

/// Whether the instant that `dated_by` names lies within the dates; a missing one never does where there are any.
pub(crate) fn in_time(
    program: &Program,
    facts: &Facts,
    order: &Order,
    affiliate: &str,
    dates: &Dates,
    dated_by: DatedBy,
) -> bool {
    let at: Option<Instant> = match dated_by {
        DatedBy::Order => Some(order.at),
        DatedBy::FirstCharge => facts.first_charge(order).map(|first| first.at),
        DatedBy::Joined => facts.affiliate(affiliate).and_then(|affiliate| affiliate.joined),
    };
    let undated = dates.from.is_none() && dates.until.is_none();
    undated || at.is_some_and(|at| dates.hold(at, program.zone))
}

/// Whether the order is a charge for which a recurring rule pays.
fn recurs(rule: &Rule, scene: &Scene) -> bool {
    let Some(recurring) = &rule.recurring else {
        return true;
    };
    let order = scene.order;
    let (Some(number), Some(first)) = (scene.facts.charge_number(order), scene.facts.first_charge(order)) else {
        return false;
    };
    recurring.charges.is_none_or(|charges| number <= charges)
        && recurring
            .months
            .is_none_or(|months| order.at < window_end(first.at, &Window::Months(months), scene.program.zone))
}
