//! A ladder of rates for each rule under it.

use crate::money::{Currency, Decimal, DecimalError, Minor, Rate};
use crate::plan::Condition;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Tier, TierMode, TierStep};
use crate::shape;

/// A compiled tier.
#[derive(Debug, Clone)]
pub(crate) struct Ladder {
    pub(crate) when: Condition<String>,
    pub(crate) mode: TierMode,
    /// Thresholds, rising.
    pub(crate) steps: Vec<Minor>,
    /// For each rule of the program, if the ladder covers it: its own rate, then one for each step.
    rates: Vec<Option<Vec<Rate>>>,
}

/// A part of a sale and the rate that applies to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) amount: Minor,
    pub(crate) rate: Rate,
    /// 0 is below the first step.
    pub(crate) step: usize,
}

enum Effect {
    Percent(Rate),
    Add(Rate),
    Multiply(Decimal),
}

impl Ladder {
    pub(crate) fn compile(
        tier: &Tier,
        currency: Currency,
        rates: &[Option<Rate>],
        covered: &[usize],
        path: &Pointer,
        problems: &mut Problems,
    ) -> Self {
        let when = Condition::compile_affiliate(&tier.when, currency, &path.key("when"));
        let path = path.key("steps");
        if tier.steps.is_empty() {
            let hint = "add at least one step, such as { from = \"1000.00\", percent = \"12\" }";
            problems.push(Problem::new(Code::DocumentEmpty, path.clone(), "a ladder without steps", hint));
        }
        let mut steps: Vec<Minor> = Vec::new();
        let mut effects = Vec::new();
        for (index, step) in tier.steps.iter().enumerate() {
            let path = path.index(index);
            match shape::amount(step.from.as_str(), currency, &path.key("from")) {
                Ok(from) => {
                    if let Some(problem) = order_problem(steps.last().copied(), from, currency, &path.key("from")) {
                        problems.push(problem);
                    }
                    steps.push(from);
                }
                Err(problem) => problems.push(problem),
            }
            match effect(step, &path) {
                Ok(effect) => effects.push((effect, path)),
                Err(problem) => problems.push(problem),
            }
        }
        let covered: std::collections::HashSet<usize> = covered.iter().copied().collect();
        let rates = (0..rates.len()).map(|rule| {
            let own = rates.get(rule).copied().flatten().filter(|_| covered.contains(&rule))?;
            Some(rates_of(own, &effects, problems))
        });
        Self { when, mode: tier.mode, rates: rates.collect(), steps }
    }

    /// Whether the ladder changes the rate of a rule.
    pub(crate) fn covers(&self, rule: usize) -> bool {
        self.rates.get(rule).is_some_and(Option::is_some)
    }

    /// The rate of a rule on a step, 0 being below the first.
    pub(crate) fn rate(&self, rule: usize, step: usize) -> Rate {
        let rates = self.rates.get(rule).and_then(Option::as_ref);
        rates.and_then(|rates| rates.get(step)).copied().unwrap_or_default()
    }

    /// The step on which a total stands; exactly on a threshold is on its step.
    pub(crate) fn step_at(&self, total: i128) -> usize {
        self.steps.partition_point(|from| i128::from(from.get()) <= total)
    }

    /// The parts of a sale of `amount` under a rule, after `before` was sold of `total` in the period.
    pub(crate) fn slices(&self, rule: usize, before: i128, total: i128, amount: Minor, each: impl FnMut(Slice)) {
        match self.mode {
            TierMode::Whole => super::whole::slices(self, rule, total, amount, each),
            TierMode::Marginal => super::marginal::slices(self, rule, before, amount, each),
        }
    }
}

fn order_problem(last: Option<Minor>, from: Minor, currency: Currency, path: &Pointer) -> Option<Problem> {
    let text = currency.format(from);
    if from < Minor::ZERO {
        return Some(Problem::new(Code::MoneyNegative, path.clone(), "a threshold below zero", "write zero or more"));
    }
    let last = last?;
    (from <= last).then(|| {
        let message = format!("{text} does not lie above the step before it, {}", currency.format(last));
        let hint = "write steps from the lowest to the highest: each runs to the next, without gap or overlap";
        Problem::new(Code::TierStepOrder, path.clone(), message, hint)
    })
}

fn effect(step: &TierStep, path: &Pointer) -> Result<Effect, Problem> {
    match (&step.percent, &step.add, &step.multiply) {
        (Some(text), None, None) => shape::percent(text.as_str(), &path.key("percent")).map(Effect::Percent),
        (None, Some(text), None) => shape::percent(text.as_str(), &path.key("add")).map(Effect::Add),
        (None, None, Some(text)) => shape::factor(text.as_str(), &path.key("multiply")).map(Effect::Multiply),
        _ => {
            let message = "a step says exactly one of percent, add and multiply";
            let hint = "percent replaces the rule's rate, add adds points to it, multiply multiplies it";
            Err(Problem::new(Code::TierStepEffect, path.clone(), message, hint))
        }
    }
}

fn rates_of(own: Rate, effects: &[(Effect, Pointer)], problems: &mut Problems) -> Vec<Rate> {
    let mut rates = vec![own];
    for (effect, path) in effects {
        let rate: Result<Rate, DecimalError> = match effect {
            Effect::Percent(rate) => Ok(*rate),
            Effect::Add(points) => own.plus(*points),
            Effect::Multiply(factor) => own.times(*factor),
        };
        match rate {
            Ok(rate) => rates.push(rate),
            Err(error) => problems.push(shape::rate_problem(error, &format!("the rate on this step of {own} %"), path)),
        }
    }
    rates
}
