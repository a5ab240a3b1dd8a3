//! Tiers of a program as ladders; everything wrong with them is found here.

use std::collections::HashSet;

use super::Ladder;
use super::ladder::Effect;
use crate::money::{Currency, Decimal, Exact, Rate};
use crate::plan::{Condition, Dates, DealPlan, Find, Own, PayPlan, Reading, RulePlan, keep};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Demotion, Metric, Period, Program, Tier, TierMode, TierStep};
use crate::shape;

type Paying<'a> = (&'a [Option<RulePlan>], &'a [Option<DealPlan>]);

/// Every tier of the program.
pub(crate) fn ladders(
    program: &Program,
    reading: Reading<'_>,
    paying: (&Vec<Option<RulePlan>>, &Vec<Option<DealPlan>>),
    find: &Find<'_>,
    problems: &mut Problems,
) -> Vec<Option<Ladder>> {
    let paying = (paying.0.as_slice(), paying.1.as_slice());
    let compile = |(index, tier): (usize, &Tier)| {
        let path = Pointer::root().key("tiers").index(index);
        Some(ladder(tier, reading, paying, find, &path, problems))
    };
    program.tiers.iter().enumerate().map(compile).collect()
}

fn ladder(
    tier: &Tier,
    reading: Reading<'_>,
    paying: Paying<'_>,
    find: &Find<'_>,
    path: &Pointer,
    problems: &mut Problems,
) -> Ladder {
    let when = Condition::compile_affiliate(&tier.when, reading, &path.key("when"), problems);
    let dates = Dates::compile((tier.from.as_ref(), tier.until.as_ref()), reading.zone, path, problems);
    let named = find.named(tier.rules.as_deref(), &path.key("rules"), problems);
    let counts = find.named(tier.counts.as_deref(), &path.key("counts"), problems);
    let rolling = tier.rolling.as_ref();
    let rolling = rolling.and_then(|text| keep(shape::window(text.as_str(), &path.key("rolling")), problems));
    let percent = |rule: &Option<RulePlan>| rule.as_ref().is_some_and(RulePlan::is_percent);
    let covers = named.unwrap_or_else(|| paying.0.iter().map(percent).collect());
    let (steps, effects) = steps(tier, reading.currency, &path.key("steps"), problems);
    let retroactive = tier.steps.iter().map(|step| step.retroactive).collect();
    let (mode, metric, period, demotion) = (tier.mode, tier.metric, tier.period, tier.demotion);
    check_mode(tier, path, problems);
    check_flat(tier, &find.positions(tier.rules.as_deref().unwrap_or_default()), paying.0, path, problems);
    check_rates(&effects, &covers, paying, problems);
    let ladder = Ladder {
        when,
        dates,
        mode,
        metric,
        period,
        rolling,
        demotion,
        covers,
        counts,
        steps,
        effects: effects.into_iter().map(|(effect, _)| effect).collect(),
        retroactive,
    };
    check_bases(&ladder, paying.0, path, problems);
    ladder
}

type Steps = (Vec<i128>, Vec<(Effect, Pointer)>);

fn steps(tier: &Tier, currency: Currency, path: &Pointer, problems: &mut Problems) -> Steps {
    if tier.steps.is_empty() {
        let hint = "add at least one step, such as { from = \"1000.00\", percent = \"12\" }";
        problems.push(Problem::new(Code::DocumentEmpty, path.clone(), "a ladder without steps", hint));
    }
    let mut steps: Vec<i128> = Vec::new();
    let mut effects = Vec::new();
    let mut ended: Option<(i128, Pointer)> = None;
    for (index, step) in tier.steps.iter().enumerate() {
        let path = path.index(index);
        if let Some(from) = keep(threshold(step.from.as_str(), tier.metric, currency, &path.key("from")), problems) {
            let last = steps.last().copied();
            problems.extend(order_problem(last, from, step.from.as_str(), &path.key("from")).into_iter().collect());
            problems.extend(ended.take().and_then(|end| end_problem(&end, Some(from))).into_iter().collect());
            steps.push(from);
        }
        let to =
            step.to.as_ref().map(|to| (threshold(to.as_str(), tier.metric, currency, &path.key("to")), path.key("to")));
        ended = to.and_then(|(to, path)| keep(to, problems).map(|to| (to, path)));
        match effect(step, &path) {
            Ok(effect) => effects.push((effect, path)),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(ended.and_then(|end| end_problem(&end, None)).into_iter().collect());
    (steps, effects)
}

/// A threshold in units of the metric: minor units, 10^-12 of them for commissions, or a plain count.
pub(crate) fn threshold(text: &str, metric: Metric, currency: Currency, path: &Pointer) -> Result<i128, Problem> {
    match metric {
        Metric::NetSales => shape::amount(text, currency, path).map(|amount| i128::from(amount.get())),
        Metric::Commission => shape::amount(text, currency, path).map(|amount| Exact::from_minor(amount).units()),
        Metric::Orders | Metric::Units | Metric::NewCustomers | Metric::ActiveCustomers => {
            let count = shape::decimal(text, path)?;
            count.scaled(0).map_err(|_| {
                let message = format!("`{count}` is not a whole number");
                Problem::new(Code::MoneyTooPrecise, path.clone(), message, "this metric counts: write a whole number")
            })
        }
    }
}

fn order_problem(last: Option<i128>, from: i128, text: &str, path: &Pointer) -> Option<Problem> {
    if from < 0 {
        return Some(Problem::new(Code::MoneyNegative, path.clone(), "a threshold below zero", "write zero or more"));
    }
    last.filter(|last| from <= *last).map(|_| {
        let message = format!("{} does not lie above the step before it", shape::short(text));
        let hint = "write steps from the lowest to the highest: each runs to the next, without gap or overlap";
        Problem::new(Code::TierStepOrder, path.clone(), message, hint)
    })
}

/// A step ends where the next one begins, and the last one never.
fn end_problem((end, path): &(i128, Pointer), next: Option<i128>) -> Option<Problem> {
    let hint = "leave `to` out: each step runs to the next, exactly on the threshold being the higher step";
    match next {
        Some(next) if *end == next => None,
        Some(next) if *end > next => {
            let message = "this step ends above the beginning of the next one: what lies between would be on both";
            Some(Problem::new(Code::TierStepOverlap, path.clone(), message, hint))
        }
        _ => {
            let message = "what lies between the end of this step and the next one would be on none";
            Some(Problem::new(Code::TierStepGap, path.clone(), message, hint))
        }
    }
}

fn effect(step: &TierStep, path: &Pointer) -> Result<Effect, Problem> {
    match (&step.percent, &step.add, &step.multiply) {
        (Some(text), None, None) => shape::percent(text.as_str(), &path.key("percent")).map(Effect::Percent),
        (None, Some(text), None) => shape::percent(text.as_str(), &path.key("add")).map(Effect::Add),
        (None, None, Some(text)) => multiply(text.as_str(), &path.key("multiply")).map(Effect::Multiply),
        _ => {
            let message = "a step says exactly one of percent, add and multiply";
            let hint = "percent replaces the rule's rate, add adds points to it, multiply multiplies it";
            Err(Problem::new(Code::TierStepEffect, path.clone(), message, hint))
        }
    }
}

fn multiply(text: &str, path: &Pointer) -> Result<Decimal, Problem> {
    let factor = shape::factor(text, path)?;
    factor.scaled(12).map_err(|error| shape::rate_problem(error, text, path))?;
    Ok(factor)
}

/// Every rate that a rule under the ladder can have must exist on every step.
fn check_rates(effects: &[(Effect, Pointer)], covers: &[bool], paying: Paying<'_>, problems: &mut Problems) {
    let mut owns: HashSet<Rate> = HashSet::new();
    for (index, rule) in paying.0.iter().enumerate().filter(|(index, _)| covers.get(*index) == Some(&true)) {
        let Some(rule) = rule else { continue };
        if let PayPlan::Percent(rate) = rule.pay {
            owns.insert(rate);
        }
        owns.extend(rule.taper.iter().map(|(_, rate)| *rate));
        for deal in paying.1.iter().flatten().filter(|deal| deal.fits(index, rule)) {
            if let Own::Percent(rate) = deal.own {
                owns.insert(rate);
            }
        }
    }
    let mut owns: Vec<Rate> = owns.into_iter().collect();
    owns.sort_unstable();
    for (effect, path) in effects {
        // One is enough for each step.
        if let Some((own, error)) = owns.iter().find_map(|own| effect.rate(*own).err().map(|error| (own, error))) {
            problems.push(shape::rate_problem(error, &format!("the rate on this step of {own} %"), path));
        }
    }
}

fn check_flat(
    tier: &Tier,
    named: &[Option<usize>],
    rules: &[Option<RulePlan>],
    path: &Pointer,
    problems: &mut Problems,
) {
    if tier.rules.is_none() {
        return;
    }
    let flat = |index: usize| rules.get(index).and_then(Option::as_ref).is_some_and(|rule| !rule.is_percent());
    let Some(at) = named.iter().position(|rule| rule.is_some_and(flat)) else { return };
    let multiplies = tier.steps.iter().all(|step| step.multiply.is_some());
    if !multiplies {
        let message = "a rule here pays a flat amount, which a ladder of rates cannot change";
        let hint = "name rules with `percent`, or let every step `multiply`";
        problems.push(Problem::new(Code::TierNotPercent, path.key("rules").index(at), message, hint));
    } else if !matches!(tier.mode, TierMode::Whole | TierMode::Forward) {
        let message = "a flat amount cannot be divided over steps";
        problems.push(Problem::new(Code::TierMode, path.key("mode"), message, "use the mode `whole` or `forward`"));
    }
}

/// Modes, metrics, periods and steps that do not go together.
fn check_mode(tier: &Tier, path: &Pointer, problems: &mut Problems) {
    let mut wrong = |key: Pointer, message: &str, hint: &str| {
        problems.push(Problem::new(Code::TierMode, key, message, hint));
    };
    if tier.mode == TierMode::Marginal && tier.metric != Metric::NetSales {
        let hint = "use `whole` or `forward`, or count `net_sales`";
        wrong(path.key("mode"), "only sales can be divided over steps", hint);
    }
    if matches!(tier.mode, TierMode::Whole | TierMode::Interpolated) {
        let steps = tier.steps.iter().enumerate().filter(|(_, step)| step.retroactive);
        for (index, _) in steps {
            let path = path.key("steps").index(index).key("retroactive");
            wrong(path, "this mode lifts all sales of the period anyway", "leave `retroactive` out");
        }
    }
    if tier.rolling.is_some() && tier.metric == Metric::ActiveCustomers {
        wrong(path.key("metric"), "active customers belong to a period", "count `new_customers` or `orders`");
    }
    let endless = tier.rolling.is_some() || matches!(tier.period, Period::Order | Period::Lifetime);
    if tier.demotion != Demotion::ToBottom && (endless || tier.mode == TierMode::Interpolated) {
        let message = "nothing is held from one period to the next here";
        wrong(path.key("demotion"), message, "use a period from `day` to `year`, and steps, or leave it out");
    }
}

fn check_bases(ladder: &Ladder, rules: &[Option<RulePlan>], path: &Pointer, problems: &mut Problems) {
    if ladder.metric != Metric::NetSales {
        return;
    }
    let counted = ladder.counts.as_ref().unwrap_or(&ladder.covers);
    let rules = rules.iter().zip(counted).filter(|(_, counted)| **counted).filter_map(|(rule, _)| rule.as_ref());
    let mut less = rules.map(|rule| rule.less);
    let Some(first) = less.next() else { return };
    if less.any(|other| other != first) {
        let path = path.key(if ladder.counts.is_some() { "counts" } else { "rules" });
        let message = "the rules counted here take different parts off the price, so their sales cannot be added up";
        let hint = "make a tier for each base, or let the rules have the same `less`";
        problems.push(Problem::new(Code::TierBasesDiffer, path, message, hint));
    }
}

/// The order in which ladders can be climbed: what counts commissions comes after what changes them.
pub(crate) fn climbing(ladders: &[Option<Ladder>], problems: &mut Problems) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    let mut left: Vec<(usize, &Ladder)> = ladders
        .iter()
        .enumerate()
        .filter_map(|(index, ladder)| ladder.as_ref().map(|ladder| (index, ladder)))
        .collect();
    while !left.is_empty() {
        // A ladder waits while one that changes what it counts is not climbed.
        let waits = |(_, ladder): &(usize, &Ladder)| {
            ladder.metric == Metric::Commission && left.iter().any(|(_, other)| feeds(other, ladder))
        };
        let ready: Vec<usize> = left.iter().filter(|item| !waits(item)).map(|(index, _)| *index).collect();
        if ready.is_empty() {
            for (index, _) in &left {
                let path = Pointer::root().key("tiers").index(*index);
                let message = "this ladder counts commissions that depend on the ladder itself";
                let hint = "name in `counts` rules whose rates no such ladder changes";
                problems.push(Problem::new(Code::TierFeedback, path, message, hint));
            }
            return order;
        }
        left.retain(|(index, _)| !ready.contains(index));
        order.extend(ready);
    }
    order
}

/// Whether a ladder changes commissions that another one counts.
fn feeds(ladder: &Ladder, into: &Ladder) -> bool {
    let counted = into.counts.as_ref().unwrap_or(&into.covers);
    ladder.covers.iter().zip(counted).any(|(changes, counts)| *changes && *counts)
}
