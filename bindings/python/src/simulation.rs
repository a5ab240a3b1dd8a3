//! Simulations: what plans may cost.
//!
//! This module must never draw or price anything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use affil_arrow::SimulationTable;
use affil_simulate::{Options, Process};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use crate::call::{Refusal, bug, call, refused_with};
use crate::plan::Plan;
use crate::table::Table;

/// How many replicates are done, for whoever watches from another thread.
#[pyclass(frozen, module = "affil._affil")]
#[derive(Default)]
pub(crate) struct Progress(AtomicU64);

#[pymethods]
impl Progress {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    fn done(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A simulation, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Simulation(affil_simulate::Simulation);

#[pymethods]
impl Simulation {
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let table = match name {
            "totals" => SimulationTable::Totals,
            "quantiles" => SimulationTable::Quantiles,
            "months" => SimulationTable::Months,
            "affiliates" => SimulationTable::Affiliates,
            _ => return Err(PyKeyError::new_err(name.to_owned())),
        };
        call(py, Refusal::Facts, || affil_arrow::simulation(&self.0, table)).map(Table)
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.to_json()))
    }
}

/// Draws a process, and prices every plan on the same draws; `budget` is in minor units.
#[pyfunction]
#[allow(clippy::too_many_arguments, clippy::needless_pass_by_value, reason = "that is how Python gives them")]
pub(crate) fn simulate(
    py: Python<'_>,
    plans: Vec<PyRef<'_, Plan>>,
    process: &str,
    seed: u64,
    replicates: u32,
    threads: Option<usize>,
    budget: Option<i64>,
    progress: &Bound<'_, Progress>,
) -> PyResult<Simulation> {
    let plans: Vec<_> = plans.iter().map(|plan| std::sync::Arc::clone(&plan.0)).collect();
    let progress = progress.get();
    let work = || {
        let process = Process::from_json(process)?;
        let plans: Vec<&affil::Plan> = plans.iter().map(AsRef::as_ref).collect();
        let budget = budget.and_then(|budget| affil::Minor::new(budget).ok());
        let options = Options { seed, replicates, threads, budget };
        affil_simulate::simulate(&plans, &process, &options, |done| {
            progress.0.fetch_max(done, Ordering::Relaxed);
        })
    };
    match py.detach(|| catch_unwind(AssertUnwindSafe(work))) {
        Ok(Ok(simulation)) => Ok(Simulation(simulation)),
        Ok(Err(problems)) => {
            let listed: Vec<_> = problems.iter().map(problem).collect();
            let listed = serde_json::json!({ "problems": listed }).to_string();
            Err(refused_with(py, "SimulationError", &listed, &problems.to_string()))
        }
        Err(panic) => Err(bug(py, panic.as_ref())),
    }
}

/// The plans of several simulations with the same draws, one after the other.
#[pyfunction]
#[allow(clippy::needless_pass_by_value, reason = "that is how Python gives them")]
pub(crate) fn together(simulations: Vec<PyRef<'_, Simulation>>) -> PyResult<Simulation> {
    let mut all = simulations.iter().map(|simulation| &simulation.0);
    let mut first = all.next().cloned().ok_or_else(|| PyKeyError::new_err("no simulation"))?;
    first.plans.extend(all.flat_map(|simulation| simulation.plans.iter().cloned()));
    Ok(Simulation(first))
}

/// How many decimals a currency has; 2 where there is no such currency.
#[pyfunction]
pub(crate) fn places(currency: &str) -> u8 {
    affil::Currency::from_code(currency).map_or(2, affil::Currency::places)
}

/// A problem in the shape that those of the engine have.
fn problem(of: &affil_simulate::Problem) -> serde_json::Value {
    let message = match of.plan {
        Some(plan) => format!("plan {plan}: {}", of.message),
        None => of.message.clone(),
    };
    serde_json::json!({ "code": of.code.as_str(), "severity": "error", "path": of.path.as_str(), "message": message, "hint": of.hint })
}
