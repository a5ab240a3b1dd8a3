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

/// After how many affiliates it is told how much is done.
const TOLD: usize = 256;

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

/// What is drawn by one thread in one go: some replicates of some affiliates.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Task {
    replicates: Range<u32>,
    affiliates: Range<usize>,
}

/// What a task adds up to.
struct Part {
    task: Task,
    /// By plan, month and replicate.
    months: Vec<i64>,
    /// By plan and affiliate.
    affiliates: Vec<i128>,
}

/// An amount went beyond the limit. Where, depends on which thread meets it first, so it is not said.
struct TooMuch;

impl<F: Fn(u64) + Sync> Job<'_, F> {
    fn run(&self, options: &Options) -> Result<Drawn, Problem> {
        let mut drawn = Drawn {
            by_month: vec![0; self.pricings.len() * self.laws.months as usize * options.replicates as usize],
            by_affiliate: vec![0; self.pricings.len() * self.laws.affiliates.len()],
        };
        for part in self.parts(options.replicates, options.threads)? {
            part.and_then(|part| self.add(&part, options.replicates, &mut drawn)).map_err(|TooMuch| {
                let message = "a drawn or owed amount goes beyond 2^53-1 minor units";
                let hint = "look for means, factors or spreads that are too large";
                Problem::new(Code::Limit, Pointer::root(), message, hint)
            })?;
        }
        Ok(drawn)
    }

    /// Adds a part to the whole. No cost is below zero, so that the order does not decide whether a sum is too large.
    fn add(&self, part: &Part, replicates: u32, drawn: &mut Drawn) -> Result<(), TooMuch> {
        let start = part.task.replicates.start as usize;
        let rows = drawn.by_month.chunks_exact_mut(replicates as usize);
        for (whole, own) in rows.zip(part.months.chunks_exact(part.task.replicates.len())) {
            for (sum, own) in whole[start..].iter_mut().zip(own) {
                *sum = sum.checked_add(*own).ok_or(TooMuch)?;
            }
        }
        let rows = drawn.by_affiliate.chunks_exact_mut(self.laws.affiliates.len());
        for (whole, own) in rows.zip(part.affiliates.chunks_exact(part.task.affiliates.len())) {
            for (sum, own) in whole[part.task.affiliates.clone()].iter_mut().zip(own) {
                *sum += own;
            }
        }
        Ok(())
    }

    #[cfg(feature = "threads")]
    fn parts(&self, replicates: u32, threads: Option<usize>) -> Result<Vec<Result<Part, TooMuch>>, Problem> {
        use rayon::prelude::*;
        let work = || {
            let tasks = divided(replicates, self.laws.affiliates.len(), rayon::current_num_threads().saturating_mul(8));
            tasks.into_par_iter().map(|task| self.part(task)).collect()
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
        let tasks = divided(replicates, self.laws.affiliates.len(), 1);
        Ok(tasks.into_iter().map(|task| self.part(task)).collect())
    }

    fn part(&self, task: Task) -> Result<Part, TooMuch> {
        let (length, months) = (task.replicates.len(), self.laws.months as usize);
        let mut part = Part {
            months: vec![0; self.pricings.len() * months * length],
            affiliates: vec![0; self.pricings.len() * task.affiliates.len()],
            task,
        };
        let (mut desk, mut costs) = (Desk::default(), [0; BLOCK]);
        for begin in (0..length).step_by(BLOCK) {
            let block = begin..length.min(begin + BLOCK);
            for affiliate in part.task.affiliates.clone() {
                for month in 0..months {
                    self.cells((&mut part, &mut desk, &mut costs), affiliate, month, block.clone())?;
                }
                if affiliate % TOLD == 0 || affiliate + 1 == part.task.affiliates.end {
                    self.tell(affiliate, &part.task.affiliates, block.len());
                }
            }
        }
        Ok(part)
    }

    /// Tells how many replicates are done, as if affiliates were drawn one after the other.
    fn tell(&self, affiliate: usize, of: &Range<usize>, replicates: usize) {
        let last = affiliate.checked_sub(1).map_or(of.start, |before| (before / TOLD * TOLD + 1).max(of.start));
        let fresh = ((affiliate + 1 - last) * replicates) as u64;
        let done = self.done.fetch_add(fresh, Ordering::Relaxed) + fresh;
        (self.progress)(done / self.laws.affiliates.len() as u64);
    }

    /// Draws the replicates of one cell in a block, and prices them by every plan.
    #[allow(clippy::cast_possible_truncation, reason = "at most 10^5 affiliates, 120 months and 10^6 replicates")]
    fn cells(
        &self,
        (part, desk, costs): (&mut Part, &mut Desk, &mut [i64; BLOCK]),
        affiliate: usize,
        month: usize,
        block: Range<usize>,
    ) -> Result<(), TooMuch> {
        let law = CellLaw::new(&self.laws.affiliates[affiliate], self.seed, affiliate as u32, month as u32);
        law.draw(part.task.replicates.start + block.start as u32, block.len(), desk).map_err(|_| TooMuch)?;
        let length = part.task.replicates.len();
        for (plan, pricing) in self.pricings.iter().enumerate() {
            pricing.prices(affiliate, &desk.cells, costs).map_err(|_| TooMuch)?;
            let row = (plan * self.laws.months as usize + month) * length;
            let row = &mut part.months[row + block.start..row + block.end];
            // At most 256 amounts below 2^53.
            let mut sum: i64 = 0;
            for (place, cost) in desk.cells.place.iter().zip(costs.iter()).take(desk.cells.count) {
                let slot = &mut row[usize::from(*place)];
                *slot = slot.checked_add(*cost).ok_or(TooMuch)?;
                sum = sum.wrapping_add(*cost);
            }
            let Range { start, end } = part.task.affiliates;
            part.affiliates[plan * (end - start) + affiliate - start] += i128::from(sum);
        }
        Ok(())
    }
}

/// All replicates of all affiliates in about so many tasks, none of them empty. Replicates are divided by blocks, and
/// affiliates where there are too few of these.
fn divided(replicates: u32, affiliates: usize, tasks: usize) -> Vec<Task> {
    let blocks = (replicates as usize).div_ceil(BLOCK);
    let length = BLOCK.saturating_mul(blocks.div_ceil(tasks));
    let ranges = (replicates as usize).div_ceil(length).max(1);
    let some = affiliates.div_ceil(tasks.div_ceil(ranges)).max(1);
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    let mut all = Vec::new();
    for start in (0..replicates).step_by(length as usize) {
        let replicates = start..replicates.min(start.saturating_add(length));
        let ranges = (0..affiliates).step_by(some).map(|start| start..affiliates.min(start + some));
        all.extend(ranges.map(|affiliates| Task { replicates: replicates.clone(), affiliates }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_the_whole() {
        for (replicates, affiliates, tasks) in
            [(1, 1, 8), (7, 100, 8), (256, 3, 8), (257, 9, 8), (1000, 32, 16), (5, 1, 1), (100_000, 2, 16)]
        {
            let found = divided(replicates, affiliates, tasks);
            let mut times = vec![0_u8; replicates as usize * affiliates];
            for Task { replicates, affiliates: some } in &found {
                assert!(!replicates.is_empty() && !some.is_empty());
                for replicate in replicates.clone() {
                    for affiliate in some.clone() {
                        times[replicate as usize * affiliates + affiliate] += 1;
                    }
                }
            }
            assert!(times.iter().all(|times| *times == 1), "{replicates} of {affiliates} in {tasks}");
            assert!(found.len() <= 2 * tasks + 1, "{} instead of {tasks}", found.len());
        }
    }
}
