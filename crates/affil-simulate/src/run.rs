//! What to simulate, and whether that may be done.
//!
//! This module must never draw or price anything; `job` does.

use affil::{Currency, Minor, Plan, Pointer};

use crate::job::{Fresh, Job};
use crate::price::Pricing;
use crate::problem::{Code, Problem, Problems};
use crate::process::{AffiliateLaw, Laws, Process};
use crate::result::Simulation;

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
    let laws = process.laws(first.currency())?;
    let pricings = pricings(plans, first.currency(), &laws, options)?;
    let job = Job::new(&laws, &pricings, options, &progress);
    let drawn = job.run(|task| Fresh::new(&laws, options.seed, task))?;
    Simulation::of(plans, &pricings, &laws, options, &drawn)
}

/// The plans ready to price what such laws draw.
pub(crate) fn pricings(
    plans: &[&Plan],
    currency: Currency,
    laws: &Laws,
    options: &Options,
) -> Result<Vec<Pricing>, Problems> {
    let mut problems = Problems::default();
    for (index, plan) in plans.iter().enumerate().filter(|(_, plan)| plan.currency() != currency) {
        let message = format!("{} where all is counted in {currency}", plan.currency());
        let hint = "simulate plans of one currency at a time";
        let problem = Problem::new(Code::Currencies, Pointer::root().key("currency"), message, hint);
        problems.extend(Problems::from(problem).of_plan(index));
    }
    limits(plans.len(), laws, options, &mut problems);
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
    problems.or(pricings)
}

/// What is wrong with the size of a simulation.
pub(crate) fn limits(plans: usize, laws: &Laws, options: &Options, problems: &mut Problems) {
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
