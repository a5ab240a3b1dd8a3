//! What a simulation found: costs per replicate, and what they say about the mean, the spread and the budget.
//!
//! This module must never draw or price anything.

use affil::{Currency, Minor, Money, Plan, Pointer, RoundMode};
use serde::{Serialize, Serializer};
use std::fmt;

use crate::price::{Pricing, Rounding};
use crate::problem::{Code, Problem, Problems};
use crate::process::Laws;
use crate::run::Options;

/// Of the costs of a plan over all months.
const TOTAL: &[u8] = &[1, 5, 10, 25, 50, 75, 90, 95, 99];
/// Of the costs of a month, for a fan chart.
const MONTH: &[u8] = &[5, 25, 50, 75, 95];

/// Sums by plan, month and replicate, and by plan and affiliate.
pub(crate) struct Drawn {
    pub(crate) by_month: Vec<i64>,
    pub(crate) by_affiliate: Vec<i128>,
}

/// What plans may cost.
///
/// Serialized, amounts of money are text; shares and standard errors, which nobody is owed, are numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// The currency of all amounts.
    pub currency: String,
    /// The seed; the same process, plans, seed and number of replicates give the same bytes on every machine.
    #[serde(serialize_with = "text")]
    pub seed: u64,
    /// How many times the process was drawn.
    pub replicates: u32,
    /// The plans, in the order in which they were given.
    pub plans: Vec<PlanCost>,
}

/// What one plan may cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanCost {
    /// The name of the program, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The fingerprint of the plan.
    pub plan: String,
    /// How near each month comes to what the engine would settle.
    pub rounding: Rounding,
    /// The mean cost of all months together.
    pub mean: Mean,
    /// The Monte Carlo standard error of the mean, in the main unit of the currency; none for a single replicate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Quantiles of the cost of all months together.
    pub quantiles: Vec<Quantile>,
    /// How often a budget is exceeded, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_budget: Option<OverBudget>,
    /// Month by month.
    pub months: Vec<MonthCost>,
    /// Affiliate by affiliate, in the order of the process.
    pub affiliates: Vec<AffiliateCost>,
    /// The cost of all months together in each replicate; the replicates of another plan at the same place have the
    /// same draws.
    pub totals: Vec<Money>,
}

/// What one month may cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MonthCost {
    /// Which, such as `2026-01`.
    pub month: String,
    /// The mean.
    pub mean: Mean,
    /// Quantiles.
    pub quantiles: Vec<Quantile>,
}

/// What one affiliate may cost in all months together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AffiliateCost {
    /// Who.
    pub id: String,
    /// The mean.
    pub mean: Mean,
}

/// A cost that so many percent of the replicates do not exceed: the nearest rank, which is the cost of one of them
/// (the smallest at which the empirical distribution reaches the percentage), never a value between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Quantile {
    /// How many percent.
    pub percent: u8,
    /// The cost.
    pub amount: Money,
}

/// How often a budget is exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OverBudget {
    /// The budget.
    pub budget: Money,
    /// In how many replicates the cost is above it; exactly the budget is not.
    pub replicates: u32,
    /// The share of the replicates.
    pub share: f64,
    /// Its standard error, that of a binomial share.
    pub standard_error: f64,
}

/// A mean of costs, exactly: a sum of minor units and how many were added up.
///
/// As text it has two places more than its currency, the last one rounded half-even.
///
/// ```
/// let eur = affil::Currency::from_code("EUR").unwrap();
/// let mean = affil_simulate::Mean { sum: 1_000, count: 3, currency: eur };
/// assert_eq!(mean.to_string(), "3.3333");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mean {
    /// The sum, in minor units.
    pub sum: i128,
    /// How many were added up; never zero.
    pub count: u32,
    /// The currency.
    pub currency: Currency,
}

impl Mean {
    /// The nearest number, in the main unit of the currency: for statistics, not for paying.
    #[allow(clippy::cast_precision_loss, reason = "that is what is asked for")]
    pub fn to_f64(&self) -> f64 {
        self.sum as f64 / f64::from(self.count) / units(self.currency)
    }
}

impl fmt::Display for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Sums of 10^6 replicates of 2^53 are far from the end of the type.
        let fine = RoundMode::HalfEven.divide(self.sum * 100, i128::from(self.count));
        let places = usize::from(self.currency.places()) + 2;
        let digits = format!("{:0>width$}", fine.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        write!(f, "{}{whole}.{fraction}", if fine < 0 { "-" } else { "" })
    }
}

impl Serialize for Mean {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn text<S: Serializer>(seed: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(seed)
}

/// How many minor units make a main one.
fn units(currency: Currency) -> f64 {
    (0..currency.places()).fold(1.0, |units, _| units * 10.0)
}

impl Simulation {
    pub(crate) fn of(
        plans: &[&Plan],
        pricings: &[Pricing],
        laws: &Laws,
        options: &Options,
        drawn: &Drawn,
    ) -> Result<Self, Problems> {
        let Some(currency) = plans.first().map(|plan| plan.currency()) else {
            return Err(Problem::internal("a simulation without plans").into());
        };
        let partial = laws.affiliates.iter().any(|law| law.refunded.is_partial());
        let count = options.replicates;
        let by_month = drawn.by_month.chunks_exact(laws.months as usize * count as usize);
        let by_affiliate = drawn.by_affiliate.chunks_exact(laws.affiliates.len());
        let mut costs = Vec::with_capacity(plans.len());
        for ((plan, pricing), (months, affiliates)) in plans.iter().zip(pricings).zip(by_month.zip(by_affiliate)) {
            let summary = Summary { currency, count };
            let totals = summary.totals(months)?;
            let sum = totals.iter().map(|total| i128::from(*total)).sum();
            let ids = laws.affiliates.iter().map(|law| law.id.clone());
            let affiliates = ids.zip(affiliates).map(|(id, sum)| AffiliateCost { id, mean: summary.mean(*sum) });
            costs.push(PlanCost {
                name: plan.program().name.clone(),
                plan: plan.fingerprint().to_owned(),
                rounding: pricing.rounding(partial),
                mean: summary.mean(sum),
                standard_error: summary.standard_error(&totals, sum),
                quantiles: summary.quantiles(&totals, TOTAL)?,
                over_budget: options.budget.map(|budget| summary.over_budget(&totals, budget)),
                months: summary.months(months, laws.start)?,
                affiliates: affiliates.collect(),
                totals: totals.into_iter().map(|total| summary.money(total)).collect::<Result<_, _>>()?,
            });
        }
        Ok(Self { currency: currency.code().to_owned(), seed: options.seed, replicates: count, plans: costs })
    }

    /// The canonical JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[derive(Clone, Copy)]
struct Summary {
    currency: Currency,
    count: u32,
}

impl Summary {
    fn mean(self, sum: i128) -> Mean {
        Mean { sum, count: self.count, currency: self.currency }
    }

    fn money(self, minor: i64) -> Result<Money, Problem> {
        Minor::new(minor).map(|minor| Money::new(minor, self.currency)).map_err(|_| limit())
    }

    /// All months of each replicate together.
    fn totals(self, months: &[i64]) -> Result<Vec<i64>, Problem> {
        let mut totals = vec![0_i64; self.count as usize];
        for month in months.chunks_exact(self.count as usize) {
            for (total, cost) in totals.iter_mut().zip(month) {
                *total = total.checked_add(*cost).ok_or_else(limit)?;
            }
        }
        totals.iter().try_for_each(|total| self.money(*total).map(|_| ()))?;
        Ok(totals)
    }

    fn quantiles(self, costs: &[i64], percents: &[u8]) -> Result<Vec<Quantile>, Problem> {
        let mut sorted = costs.to_vec();
        sorted.sort_unstable();
        let mut quantiles = Vec::with_capacity(percents.len());
        for percent in percents {
            let rank = (usize::from(*percent) * sorted.len()).div_ceil(100).max(1);
            let cost = sorted.get(rank - 1).copied().unwrap_or_default();
            quantiles.push(Quantile { percent: *percent, amount: self.money(cost)? });
        }
        Ok(quantiles)
    }

    /// Added up replicate by replicate, in their order, so that the last digit is always the same.
    #[allow(clippy::cast_precision_loss, reason = "a statistic")]
    fn standard_error(self, costs: &[i64], sum: i128) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let count = f64::from(self.count);
        let mean = sum as f64 / count;
        let squares: f64 = costs.iter().map(|cost| (*cost as f64 - mean) * (*cost as f64 - mean)).sum();
        Some((squares / (count - 1.0) / count).sqrt() / units(self.currency))
    }

    fn over_budget(self, totals: &[i64], budget: Minor) -> OverBudget {
        let above = totals.iter().filter(|total| **total > budget.get()).count();
        let replicates = u32::try_from(above).unwrap_or(self.count);
        let count = f64::from(self.count);
        let share = f64::from(replicates) / count;
        let standard_error = (share * (1.0 - share) / count).sqrt();
        OverBudget { budget: Money::new(budget, self.currency), replicates, share, standard_error }
    }

    fn months(self, costs: &[i64], (year, month): (u32, u32)) -> Result<Vec<MonthCost>, Problem> {
        let mut months = Vec::new();
        for (index, costs) in (month.saturating_sub(1)..).zip(costs.chunks_exact(self.count as usize)) {
            let month = format!("{:04}-{:02}", year + index / 12, index % 12 + 1);
            let mean = self.mean(costs.iter().map(|cost| i128::from(*cost)).sum());
            months.push(MonthCost { month, mean, quantiles: self.quantiles(costs, MONTH)? });
        }
        Ok(months)
    }
}

fn limit() -> Problem {
    let message = "the cost of a month or of a replicate goes beyond 2^53-1 minor units";
    Problem::new(Code::Limit, Pointer::root(), message, "simulate fewer months or affiliates at once")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(count: u32) -> Summary {
        Summary { currency: Currency::from_code("EUR").unwrap(), count }
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        // Of ten costs: 5 % is the first, 10 % too; 50 % the fifth, 75 % the eighth, 95 % and 99 % the last.
        let costs = [70, 10, 100, 20, 90, 30, 80, 40, 60, 50];
        let found = summary(10).quantiles(&costs, &[5, 10, 50, 75, 95, 99]).unwrap();
        let found: Vec<i64> = found.iter().map(|quantile| quantile.amount.minor().get()).collect();
        assert_eq!(found, [10, 10, 50, 80, 100, 100]);
        assert_eq!(summary(1).quantiles(&[7], &[1, 99]).unwrap()[0].amount.minor().get(), 7);
    }

    #[test]
    fn errors_of_means_and_shares() {
        // 1, 2, 3 and 4 euros: variance 5/3, so that the error of the mean is √(5/12).
        let costs = [100, 200, 300, 400];
        let found = summary(4).standard_error(&costs, 1_000).unwrap();
        assert!((found - (5.0_f64 / 12.0).sqrt()).abs() < 1e-12);
        assert_eq!(summary(1).standard_error(&[100], 100), None);
        let over = summary(4).over_budget(&costs, Minor::new(300).unwrap());
        assert_eq!(over.replicates, 1, "exactly the budget is not above it");
        assert!((over.share - 0.25).abs() < 1e-12 && (over.standard_error - (0.1875_f64 / 4.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn means_as_text() {
        let yen = Currency::from_code("JPY").unwrap();
        let mean = |sum, count, currency| Mean { sum, count, currency }.to_string();
        assert_eq!(mean(-1, 3, yen), "-0.33");
        assert_eq!(mean(5, 1_000, summary(1).currency), "0.0000");
        assert_eq!(mean(15, 1_000, summary(1).currency), "0.0002");
        assert_eq!(mean(123_456, 1, summary(1).currency), "1234.5600");
    }
}
