//! Simulations as record batches: what plans may cost, replicate by replicate, month by month, affiliate by affiliate.
//!
//! This module must never compute a statistic.

use affil::Problems;
use affil_simulate::{Mean, Quantile, Simulation};
use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::batch::{Batch, bug};

/// The tables of a simulation; in each, `plan` is the position of a plan, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulationTable {
    /// `plan`, `replicate`, `total`.
    Totals,
    /// `plan`, `percent`, `amount`: of all months together.
    Quantiles,
    /// `plan`, `month`, `mean`, `p5`, `p25`, `p50`, `p75`, `p95`.
    Months,
    /// `plan`, `affiliate`, `mean`.
    Affiliates,
}

/// One of the tables of a simulation. Means have two places more than the currency.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "round": { "at": "statement" },
///   "rules": [{ "id": "all", "pay": { "percent": "5" } }] }"#).unwrap();
/// let process = affil_simulate::Process::from_json(r#"{ "schema": "affil-process/1", "start": "2026-01", "months": 12,
///   "orders": { "poisson": 10 }, "sales": { "fixed": "100.00" }, "affiliates": [{ "id": "ana" }] }"#).unwrap();
/// let options = affil_simulate::Options { replicates: 20, ..Default::default() };
/// let simulation = affil_simulate::simulate(&[&plan], &process, &options, |_| ()).unwrap();
/// let rows = |table| affil_arrow::simulation(&simulation, table).unwrap().num_rows();
/// assert_eq!(rows(affil_arrow::SimulationTable::Totals), 20);
/// assert_eq!(rows(affil_arrow::SimulationTable::Months), 12);
/// ```
pub fn simulation(of: &Simulation, table: SimulationTable) -> Result<RecordBatch, Problems> {
    let build = || match table {
        SimulationTable::Totals => totals(of),
        SimulationTable::Quantiles => quantiles(of),
        SimulationTable::Months => months(of),
        SimulationTable::Affiliates => affiliates(of),
    };
    build().map_err(|error: ArrowError| bug(&error))
}

fn begin<'a, T>(of: &Simulation, rows: impl Iterator<Item = &'a (usize, T)>) -> Batch
where
    T: 'a,
{
    let mut batch = Batch::new(affil::Currency::from_code(&of.currency), None);
    batch.count("plan", rows.map(|(plan, _)| count(*plan)));
    batch
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The rows of all plans, each with the position of its plan.
fn rows<'a, T: 'a>(of: &'a Simulation, list: impl Fn(&'a affil_simulate::PlanCost) -> &'a [T]) -> Vec<(usize, &'a T)> {
    of.plans.iter().enumerate().flat_map(|(index, plan)| list(plan).iter().map(move |row| (index, row))).collect()
}

fn currency(of: &Simulation) -> Result<affil::Currency, ArrowError> {
    affil::Currency::from_code(&of.currency)
        .ok_or_else(|| ArrowError::InvalidArgumentError(format!("no currency is called {}", of.currency)))
}

fn totals(of: &Simulation) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |plan| &plan.totals);
    let mut batch = begin(of, rows.iter());
    let replicates = of.plans.iter().flat_map(|plan| 0..plan.totals.len());
    batch.count("replicate", replicates.map(count));
    batch.money("total", currency(of)?, rows.iter().map(|(_, total)| **total))?;
    batch.finish()
}

fn quantiles(of: &Simulation) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |plan| &plan.quantiles);
    let mut batch = begin(of, rows.iter());
    batch.count("percent", rows.iter().map(|(_, row)| u64::from(row.percent)));
    batch.money("amount", currency(of)?, rows.iter().map(|(_, row)| row.amount))?;
    batch.finish()
}

fn months(of: &Simulation) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |plan| &plan.months);
    let currency = currency(of)?;
    let mut batch = begin(of, rows.iter());
    batch.text("month", rows.iter().map(|(_, row)| &row.month));
    batch.mean("mean", currency, rows.iter().map(|(_, row)| fine(row.mean)))?;
    // Every month has the same percents.
    let percents: Vec<u8> = rows
        .first()
        .map(|(_, row)| row.quantiles.iter().map(|quantile| quantile.percent).collect())
        .unwrap_or_default();
    for (index, percent) in percents.into_iter().enumerate() {
        let amounts = rows.iter().filter_map(|(_, row)| row.quantiles.get(index).map(|at: &Quantile| at.amount));
        batch.money(&format!("p{percent}"), currency, amounts)?;
    }
    batch.finish()
}

fn affiliates(of: &Simulation) -> Result<RecordBatch, ArrowError> {
    let rows = rows(of, |plan| &plan.affiliates);
    let mut batch = begin(of, rows.iter());
    batch.text("affiliate", rows.iter().map(|(_, row)| &row.id));
    batch.mean("mean", currency(of)?, rows.iter().map(|(_, row)| fine(row.mean)))?;
    batch.finish()
}

/// A mean in hundredths of minor units, as its text has it.
fn fine(mean: Mean) -> i128 {
    mean.to_string().replace('.', "").parse().unwrap_or_default()
}
