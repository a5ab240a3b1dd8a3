//! Running a simulation: every cell drawn once, priced by every plan, and added up.
//!
//! This module must never let the number of threads, or the order in which they finish, change a figure: all that
//! is added up are integers, and every cell has random words of its own.

use affil::{Minor, Plan, Pointer};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cell::{CellLaw, Desk};
use crate::philox::BLOCK;
use crate::price::Pricing;
use crate::problem::{Code, Problem, Problems};
use crate::process::{AffiliateLaw, Laws, Process};
use crate::result::{Drawn, Simulation};

/// At most so many replicates.
const REPLICATES: u32 = 1_000_000;
/// At most so many cells in all replicates.
const CELLS: u64 = 100_000_000_000;
/// At most so many costs are kept: one for each plan, month and replicate, eight bytes each.
const KEPT: u64 = 120_000_000;

/// How to simulate.
///
/// ```
/// let options = affil_simulate::Options { seed: 7, replicates: 10_000, ..Default::default() };
/// assert_eq!((options.threads, options.budget), (None, None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whatever makes this simulation another one; the same seed draws the same.
    pub seed: u64,
    /// How many times the whole process is drawn, 1 to 1,000,000.
    pub replicates: u32,
    /// How many threads work on it; without it as many as there are. Changes nothing but the time it takes, and
    /// without the feature `threads` not even that.
    pub threads: Option<usize>,
    /// The amount whose excess is counted, in minor units of the plans' currency, for all months together.
    pub budget: Option<Minor>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, replicates: 1_000, threads: None, budget: None }
    }
}

/// What plans may cost: the process drawn `replicates` times, and every plan priced on the same draws.
///
/// `progress` is told how many replicates are done, from whichever thread did them.
///
/// Errors, all at once: what is wrong with the process in the currency of the plans, what of a program the sums of
/// a month do not decide (`simulate.not_by_month`), and limits. See [`Code`].
///
/// ```
/// use affil_simulate::{Options, Process, simulate};
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "round": { "at": "statement" },
///   "rules": [{ "id": "all", "pay": { "percent": "5" } }] }"#).unwrap();
/// let process = Process::from_json(r#"{ "schema": "affil-process/1", "start": "2026-01", "months": 12,
///   "orders": { "poisson": 10 }, "sales": { "fixed": "100.00" }, "affiliates": [{ "id": "ana" }] }"#).unwrap();
/// let options = Options { seed: 1, replicates: 2_000, ..Options::default() };
/// let simulation = simulate(&[&plan], &process, &options, |_| ()).unwrap();
/// let cost = &simulation.plans[0];
/// // 120 orders of 100.00 are expected, and 5 % of them.
/// let (mean, error) = (cost.mean.to_f64(), cost.standard_error.unwrap());
/// assert!((mean - 600.0).abs() < 4.0 * error, "{mean} +- {error}");
/// ```
pub fn simulate(
    plans: &[&Plan],
    process: &Process,
    options: &Options,
    progress: impl Fn(u64) + Sync,
) -> Result<Simulation, Problems> {
    let Some(first) = plans.first() else {
        return Err(Problem::new(Code::NoPlans, Pointer::root(), "no plan", "give at least one plan").into());
    };
    let mut problems = Problems::default();
    let currency = first.currency();
    for (index, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.currency() != currency) {
        let message = format!("{} where the first plan pays in {currency}", plan.currency());
        let hint = "simulate plans of one currency at a time";
        let problem = Problem::new(Code::Currencies, Pointer::root().key("currency"), message, hint);
        problems.extend(Problems::from(problem).of_plan(index));
    }
    let laws = process.laws(currency)?;
    limits(plans.len(), &laws, options, &mut problems);
    let mut pricings = Vec::with_capacity(plans.len());
    for (index, plan) in plans.iter().enumerate() {
        let affiliates = laws.affiliates.iter().map(|law| (law.id.as_str(), law.groups.as_slice()));
        match Pricing::compile(plan, affiliates) {
            Ok(pricing) => pricings.push(pricing),
            Err(found) => problems.extend(found.of_plan(index)),
        }
    }
    for (plan, pricing) in pricings.iter().enumerate() {
        let blind = |(index, law): &(usize, &AffiliateLaw)| law.orders.is_none() && pricing.looks_at_orders(*index);
        for (index, _) in laws.affiliates.iter().enumerate().filter(blind) {
            let path = Pointer::root().key("affiliates").index(index);
            let message = format!("no orders are drawn, and plan {plan} looks at their number");
            problems.push(Problem::new(Code::NoOrders, path, message, "say `orders` here, or at the top for all"));
        }
    }
    problems.or(())?;
    let job =
        Job { laws: &laws, pricings: &pricings, seed: options.seed, done: AtomicU64::new(0), progress: &progress };
    let drawn = job.run(options)?;
    Simulation::of(plans, &pricings, &laws, options, &drawn)
}

fn limits(plans: usize, laws: &Laws, options: &Options, problems: &mut Problems) {
    let mut wrong =
        |code, message: String, hint: &str| problems.push(Problem::new(code, Pointer::root(), message, hint));
    if !(1..=REPLICATES).contains(&options.replicates) {
        let message = format!("{} replicates", options.replicates);
        wrong(Code::Replicates, message, "ask for 1 to 1,000,000 replicates");
    }
    if options.threads == Some(0) {
        wrong(Code::Threads, "no thread".to_owned(), "ask for one or more, or say nothing");
    }
    let per_month = u64::from(options.replicates) * u64::from(laws.months);
    let cells = per_month.saturating_mul(laws.affiliates.len() as u64);
    let kept = per_month.saturating_mul(plans as u64);
    if cells > CELLS {
        let message = format!("{cells} cells: affiliates, months and replicates multiplied");
        wrong(Code::ProcessTooLarge, message, "draw at most 10^11 cells");
    } else if kept > KEPT {
        let message = format!("{kept} costs to keep: plans, months and replicates multiplied");
        wrong(Code::ProcessTooLarge, message, "keep at most 120,000,000: draw fewer replicates, or price fewer plans");
    }
}

struct Job<'a, F> {
    laws: &'a Laws,
    pricings: &'a [Pricing],
    seed: u64,
    done: AtomicU64,
    progress: &'a F,
}

/// What some replicates add up to.
struct Part {
    replicates: Range<u32>,
    /// By plan, month and replicate.
    months: Vec<i64>,
    /// By plan and affiliate.
    affiliates: Vec<i128>,
}

/// An amount went beyond the limit. Where, depends on which thread meets it first, so it is not said.
struct TooMuch;

impl<F: Fn(u64) + Sync> Job<'_, F> {
    fn run(&self, options: &Options) -> Result<Drawn, Problem> {
        let replicates = options.replicates;
        let parts = self.parts(replicates, options.threads)?;
        let months = self.laws.months as usize;
        let length = replicates as usize;
        let mut by_month = vec![0; self.pricings.len() * months * length];
        let mut by_affiliate = vec![0; self.pricings.len() * self.laws.affiliates.len()];
        for part in parts {
            let part = part.map_err(|TooMuch| {
                let message = "a drawn or owed amount goes beyond 2^53-1 minor units";
                let hint = "look for means, factors or spreads that are too large";
                Problem::new(Code::Limit, Pointer::root(), message, hint)
            })?;
            let start = part.replicates.start as usize;
            let rows = by_month.chunks_exact_mut(length).zip(part.months.chunks_exact(part.replicates.len()));
            for (whole, own) in rows {
                whole[start..start + own.len()].copy_from_slice(own);
            }
            for (sum, own) in by_affiliate.iter_mut().zip(part.affiliates) {
                *sum += own;
            }
        }
        Ok(Drawn { by_month, by_affiliate })
    }

    #[cfg(feature = "threads")]
    fn parts(&self, replicates: u32, threads: Option<usize>) -> Result<Vec<Result<Part, TooMuch>>, Problem> {
        use rayon::prelude::*;
        let work = || {
            let count = rayon::current_num_threads().saturating_mul(4);
            let parts = divided(replicates, u32::try_from(count).unwrap_or(u32::MAX));
            parts.into_par_iter().map(|part| self.part(part)).collect()
        };
        let Some(threads) = threads else { return Ok(work()) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
            Problem::new(Code::Threads, Pointer::root(), error.to_string(), "ask for fewer threads, or say nothing")
        })?;
        Ok(pool.install(work))
    }

    #[cfg(not(feature = "threads"))]
    #[allow(clippy::unnecessary_wraps, reason = "threads may not start")]
    fn parts(&self, replicates: u32, _: Option<usize>) -> Result<Vec<Result<Part, TooMuch>>, Problem> {
        Ok(divided(replicates, 1).into_iter().map(|part| self.part(part)).collect())
    }

    fn part(&self, replicates: Range<u32>) -> Result<Part, TooMuch> {
        let months = self.laws.months as usize;
        let length = replicates.len();
        let mut part = Part {
            months: vec![0; self.pricings.len() * months * length],
            affiliates: vec![0; self.pricings.len() * self.laws.affiliates.len()],
            replicates: replicates.clone(),
        };
        let mut desk = Desk::default();
        for begin in (0..length).step_by(BLOCK) {
            let end = length.min(begin + BLOCK);
            for (affiliate, law) in self.laws.affiliates.iter().enumerate() {
                for month in 0..months {
                    self.cells((&mut part, &mut desk), (affiliate, law), month, begin..end)?;
                }
            }
            let fresh = (end - begin) as u64;
            (self.progress)(self.done.fetch_add(fresh, Ordering::Relaxed) + fresh);
        }
        Ok(part)
    }

    /// Draws the replicates of one cell in a block, and prices them by every plan.
    #[allow(clippy::cast_possible_truncation, reason = "at most 10^5 affiliates, 120 months and 10^6 replicates")]
    fn cells(
        &self,
        (part, desk): (&mut Part, &mut Desk),
        (affiliate, law): (usize, &AffiliateLaw),
        month: usize,
        block: Range<usize>,
    ) -> Result<(), TooMuch> {
        let law = CellLaw::new(law, self.seed, affiliate as u32, month as u32);
        law.draw(part.replicates.start + block.start as u32, block.len(), desk).map_err(|_| TooMuch)?;
        let length = part.replicates.len();
        for (plan, pricing) in self.pricings.iter().enumerate() {
            let row = (plan * self.laws.months as usize + month) * length;
            let row = &mut part.months[row + block.start..row + block.end];
            let mut sum: i128 = 0;
            let price = pricing.of(affiliate);
            for (slot, cell) in row.iter_mut().zip(&desk.cells) {
                let cost = price(cell).map_err(|_| TooMuch)?.get();
                *slot = slot.checked_add(cost).ok_or(TooMuch)?;
                sum += i128::from(cost);
            }
            part.affiliates[plan * self.laws.affiliates.len() + affiliate] += sum;
        }
        Ok(())
    }
}

/// The replicates in so many parts, or fewer, none of them empty.
fn divided(replicates: u32, parts: u32) -> Vec<Range<u32>> {
    let length = replicates.div_ceil(parts.max(1)).max(1);
    (0..replicates).step_by(length as usize).map(|start| start..replicates.min(start.saturating_add(length))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_whole() {
        for (replicates, parts) in [(1, 8), (7, 8), (8, 8), (9, 8), (1000, 32), (5, 1)] {
            let found = divided(replicates, parts);
            let all: Vec<u32> = found.iter().cloned().flatten().collect();
            assert_eq!(all, (0..replicates).collect::<Vec<_>>());
            assert!(found.len() <= parts as usize && found.iter().all(|part| !part.is_empty()));
        }
    }
}
