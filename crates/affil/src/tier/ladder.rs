//! A ladder of rates: thresholds, and what each step does to a rule's own rate.

use crate::money::{Decimal, DecimalError, Exact, LimitExceeded, Minor, Rate, RoundMode};
use crate::plan::{Condition, Dates, Own};
use crate::program::{Demotion, Metric, Period, TierMode};
use crate::time::Span;

/// A compiled tier.
#[derive(Debug, Clone)]
pub(crate) struct Ladder {
    pub(crate) when: Condition<String>,
    pub(crate) dates: Dates,
    pub(crate) mode: TierMode,
    pub(crate) metric: Metric,
    pub(crate) period: Period,
    pub(crate) rolling: Option<Span>,
    pub(crate) demotion: Demotion,
    /// Which rules it changes.
    pub(crate) covers: Vec<bool>,
    /// The rules whose lines it counts, if not those that follow it.
    pub(crate) counts: Option<Vec<bool>>,
    /// Thresholds, rising, in units of the metric.
    pub(crate) steps: Vec<i128>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) retroactive: Vec<bool>,
}

/// What a step does to the own rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Percent(Rate),
    Add(Rate),
    Multiply(Decimal),
}

/// Where on a ladder a sale stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Climb {
    pub(crate) ladder: usize,
    /// Counted in the period before this line.
    pub(crate) before: i128,
    /// Counted in the whole period.
    pub(crate) total: i128,
    /// No part of the line is paid below this step.
    pub(crate) lift: usize,
}

/// A part of a sale and the rate that applies to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) amount: Minor,
    pub(crate) rate: Rate,
    /// 0 is below the first step.
    pub(crate) step: usize,
}

impl Effect {
    /// The rate on the step.
    pub(crate) fn rate(self, own: Rate) -> Result<Rate, DecimalError> {
        match self {
            Self::Percent(rate) => Ok(rate),
            Self::Add(points) => own.plus(points),
            Self::Multiply(factor) => own.times(factor),
        }
    }
}

impl Ladder {
    /// Whether the ladder changes a rule.
    pub(crate) fn covers(&self, rule: usize) -> bool {
        self.covers.get(rule) == Some(&true)
    }

    /// The rate on a step, 0 being below the first. Every rate a rule can have was tried when the plan was compiled.
    pub(crate) fn rate(&self, own: Rate, step: usize) -> Rate {
        let effect = step.checked_sub(1).and_then(|step| self.effects.get(step));
        effect.and_then(|effect| effect.rate(own).ok()).unwrap_or(own)
    }

    /// The factor of a flat amount on a step, in units of 10^-12.
    pub(crate) fn factor(&self, step: usize) -> i128 {
        let effect = step.checked_sub(1).and_then(|step| self.effects.get(step));
        match effect {
            Some(Effect::Multiply(factor)) => factor.scaled(12).unwrap_or_default(),
            _ => i128::from(Rate::WHOLE.units()),
        }
    }

    /// The step on which a total stands; exactly on a threshold is on its step.
    pub(crate) fn step_at(&self, total: i128) -> usize {
        self.steps.partition_point(|from| *from <= total)
    }

    /// The highest retroactive step that a total reaches.
    pub(super) fn retroactive_at(&self, total: i128) -> usize {
        let reached = self.steps.iter().zip(&self.retroactive).rposition(|(from, lifts)| *lifts && *from <= total);
        reached.map_or(0, |step| step.saturating_add(1))
    }

    /// The step whose rate a whole line has.
    pub(crate) fn step(&self, climb: Climb) -> usize {
        match self.mode {
            TierMode::Whole => super::whole::step(self, climb),
            TierMode::Forward => super::forward::step(self, climb),
            TierMode::Marginal | TierMode::Interpolated => self.step_at(climb.total),
        }
    }

    /// The parts of a sale of `base` and their rates.
    pub(crate) fn slices(&self, own: Rate, climb: Climb, base: Minor, mut each: impl FnMut(Slice)) {
        match self.mode {
            TierMode::Marginal => super::marginal::slices(self, own, climb, base, each),
            TierMode::Interpolated => {
                let rate = super::interpolated::rate(self, own, climb.total);
                each(Slice { amount: base, rate, step: self.step(climb) });
            }
            TierMode::Whole | TierMode::Forward => {
                let step = self.step(climb);
                each(Slice { amount: base, rate: self.rate(own, step), step });
            }
        }
    }

    /// What a commission is worth on the ladder.
    pub(crate) fn price(&self, own: Own, climb: Climb, base: Minor) -> Result<Exact, LimitExceeded> {
        match own {
            Own::Flat(amount) => Exact::times(amount, self.factor(self.step(climb))),
            Own::Percent(rate) => {
                let mut sum = Ok(Exact::ZERO);
                self.slices(rate, climb, base, |slice| {
                    sum = sum.and_then(|sum: Exact| sum.plus(Exact::percent_of(slice.amount, slice.rate)));
                });
                sum
            }
        }
    }
}

/// `value × part / whole`, rounded.
pub(crate) fn share(value: i128, part: Minor, whole: Minor, mode: RoundMode) -> i128 {
    if part >= whole {
        return value;
    }
    let (part, whole) = (i128::from(part.get()), i128::from(whole.get()));
    // Divided first, so that the product fits; what is left of the division is rounded with the parity of the whole.
    let steps = value.checked_div(whole).unwrap_or_default().saturating_mul(part);
    let odd = steps.checked_rem(2).unwrap_or_default();
    let rest = value.checked_rem(whole).unwrap_or_default().saturating_mul(part);
    let rest = mode.divide(rest.saturating_add(odd.saturating_mul(whole)), whole);
    steps.saturating_sub(odd).saturating_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_like_one_division() {
        let minor = |units| Minor::new(units).unwrap();
        for value in [-1001_i128, -7, 0, 5, 999, 1000, 123_456_789] {
            for (part, whole) in [(1, 2), (3, 4), (5, 10), (7, 9), (2, 2)] {
                for mode in [RoundMode::HalfEven, RoundMode::HalfUp, RoundMode::Down, RoundMode::Up] {
                    let plain = mode.divide(value * i128::from(part), i128::from(whole));
                    assert_eq!(share(value, minor(part), minor(whole), mode), plain, "{value} {part}/{whole} {mode:?}");
                }
            }
        }
    }
}
