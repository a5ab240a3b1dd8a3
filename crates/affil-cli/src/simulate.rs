//! `affil simulate`: what programs may cost, priced on the same draws.
//! This module must never draw or price anything.

use std::path::Path;

use affil::{Minor, Plan, Pointer, value};
use affil_simulate::{Options, PlanCost, Problems, Process, Rounding, Simulation};

use crate::arguments;
use crate::failure::Failure;
use crate::output::{grid, grouped};
use crate::place::{Place, Report};
use crate::progress::Progress;
use crate::{program, terminal};

/// The quantiles that the table shows.
const SHOWN: [u8; 3] = [5, 50, 95];

pub(crate) fn run(arguments: &arguments::Simulate) -> Result<(), Failure> {
    let plans = arguments.programs.iter().map(|path| program::plan(path)).collect::<Result<Vec<Plan>, _>>()?;
    let text = program::text(&arguments.process)?;
    let refused = |problems: Problems| refused(arguments, &problems);
    let process = Process::from_json(&text).map_err(refused)?;
    let options = Options {
        seed: arguments.seed,
        replicates: arguments.replicates,
        threads: arguments.threads,
        budget: plans.first().map(|plan| budget(arguments, plan)).transpose()?.flatten(),
    };
    let progress = Progress::begin("drawing");
    let plans: Vec<&Plan> = plans.iter().collect();
    let done = |replicates| progress.done(replicates, u64::from(options.replicates));
    let simulation = affil_simulate::simulate(&plans, &process, &options, done).map_err(refused)?;
    drop(progress);
    if arguments.format.is_json() {
        return terminal::print(&simulation.to_json());
    }
    terminal::print(&told(arguments, &simulation))
}

fn budget(arguments: &arguments::Simulate, plan: &Plan) -> Result<Option<Minor>, Failure> {
    let Some(text) = &arguments.budget else { return Ok(None) };
    let read = value::amount(text, plan.currency(), &Pointer::root());
    read.map(Some).map_err(|problem| Failure::Usage(format!("--budget: {} ({})", problem.message(), problem.hint())))
}

/// Each problem with the file that it stands in.
fn refused(arguments: &arguments::Simulate, problems: &Problems) -> Failure {
    let report = |problem: &affil_simulate::Problem| {
        let file: Option<&Path> = match problem.plan {
            Some(plan) => arguments.programs.get(plan).map(AsRef::as_ref),
            None => problem.code.as_str().starts_with("process.").then_some(arguments.process.as_path()),
        };
        Report::new(problem.clone(), Place { file: file.map(program::name), ..Place::default() })
    };
    Failure::Refused(problems.iter().map(report).collect())
}

fn name(arguments: &arguments::Simulate, index: usize, plan: &PlanCost) -> String {
    let file = arguments.programs.get(index).map(|path| path.display().to_string());
    plan.name.clone().or(file).unwrap_or_default()
}

fn told(arguments: &arguments::Simulate, simulation: &Simulation) -> String {
    let months = simulation.plans.first().map_or(0, |plan| plan.months.len());
    let head = format!(
        "{} months in {}, drawn {} times with seed {}",
        months,
        simulation.currency,
        grouped(&simulation.replicates.to_string()),
        simulation.seed
    );
    let mut parts = vec![head, totals(arguments, simulation)];
    if simulation.plans.iter().any(|plan| plan.rounding == Rounding::ByMonth) {
        parts
            .push("Months are rounded as a whole: at most half a cent for each line away from settling it.".to_owned());
    }
    if arguments.months {
        for (index, plan) in simulation.plans.iter().enumerate() {
            let header = ["Month", "Mean", "5 %", "50 %", "95 %"].map(str::to_owned).to_vec();
            let rows = plan.months.iter().map(|month| {
                let mut cells = vec![month.month.clone(), mean(&month.mean)];
                let quantiles = month.quantiles.iter().filter(|quantile| SHOWN.contains(&quantile.percent));
                cells.extend(quantiles.map(|quantile| grouped(&quantile.amount.amount())));
                cells
            });
            parts.push(format!("{}\n{}", name(arguments, index, plan), grid(1, Some(header), rows)));
        }
    }
    parts.join("\n\n")
}

fn totals(arguments: &arguments::Simulate, simulation: &Simulation) -> String {
    let mut header = ["Program", "Mean", "±", "5 %", "50 %", "95 %"].map(str::to_owned).to_vec();
    header.extend(arguments.budget.as_ref().map(|budget| format!("Over {}", grouped(budget))));
    let rows = simulation.plans.iter().enumerate().map(|(index, plan)| {
        let error = plan.standard_error.map_or_else(String::new, |error| grouped(&format!("{error:.2}")));
        let mut cells = vec![name(arguments, index, plan), mean(&plan.mean), error];
        let quantiles = plan.quantiles.iter().filter(|quantile| SHOWN.contains(&quantile.percent));
        cells.extend(quantiles.map(|quantile| grouped(&quantile.amount.amount())));
        cells.extend(plan.over_budget.map(|over| format!("{:.1} %", over.share * 100.0)));
        cells
    });
    grid(1, Some(header), rows)
}

/// A mean has two places more than its currency, which nobody needs to see here.
fn mean(mean: &affil_simulate::Mean) -> String {
    let text = mean.to_string();
    grouped(text.get(..text.len() - 2).unwrap_or(&text).trim_end_matches('.'))
}
