//! Draws that are kept, to be looked at and priced again and again.
//!
//! This module must never draw otherwise than `simulate` does, nor price: what kept draws cost is what `simulate` says.

use affil::{Currency, Plan, Pointer};
use std::ops::Range;

use crate::cell::{Cell, Months};
use crate::job::{Fresh, Job, Source, Task, TooMuch, divided, each};
use crate::problem::{Code, Problem, Problems};
use crate::process::{Laws, Process};
use crate::result::Simulation;
use crate::run::{Options, limits, pricings};

/// At most so many cells are kept: about 7 gigabytes if all of them have sales.
const CELLS: u64 = 250_000_000;

/// What a process drew, kept in memory: 26 bytes for each cell with orders or sales. Pricing plans on it takes a
/// fraction of the time that drawing took, so that plans can be tried one after the other.
///
/// ```
/// use affil_simulate::{Draws, Options, Process, simulate};
/// let process = Process::from_json(r#"{ "schema": "affil-process/1", "start": "2026-01", "months": 12,
///   "orders": { "poisson": 10 }, "sales": { "fixed": "100.00" }, "affiliates": [{ "id": "ana" }] }"#).unwrap();
/// let plan = |percent: &str| affil::Plan::from_text(&format!(r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": {{ "windows": {{ "click": "30d" }} }},
///   "rules": [{{ "id": "all", "pay": {{ "percent": "{percent}" }} }}] }}"#)).unwrap();
///
/// let options = Options { seed: 1, replicates: 200, ..Options::default() };
/// let draws = Draws::of(&process, affil::Currency::from_code("EUR").unwrap(), &options).unwrap();
/// let five = draws.price(&[&plan("5")], |_| ()).unwrap();
/// assert_eq!(five, simulate(&[&plan("5")], &process, &options, |_| ()).unwrap());
/// let six = draws.price(&[&plan("6")], |_| ()).unwrap();
/// assert!(six.plans[0].mean.sum > five.plans[0].mean.sum);
/// let orders: u64 = draws.cells().map(|drawn| u64::from(drawn.cell.orders)).sum();
/// assert!((23_000..25_000).contains(&orders), "about 10 in each of 2,400 months: {orders}");
/// ```
#[derive(Debug, Clone)]
pub struct Draws {
    currency: Currency,
    options: Options,
    laws: Laws,
    kept: Vec<Kept>,
}

/// One cell that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawnCell {
    /// The replicate, counted from 0.
    pub replicate: u32,
    /// The affiliate, counted from 0 in the process.
    pub affiliate: usize,
    /// The month, counted from 0.
    pub month: usize,
    /// What was sold.
    pub cell: Cell,
}

/// What one task drew, in the order in which it did.
#[derive(Debug, Clone)]
struct Kept {
    task: Task,
    /// For each block, affiliate and month: where its months end, and the largest of their orders and sales.
    ends: Vec<(usize, (u32, i64))>,
    place: Vec<u16>,
    orders: Vec<u32>,
    new: Vec<u32>,
    sales: Vec<i64>,
    refunded: Vec<i64>,
}

impl Draws {
    /// Draws a process, and keeps it. Of the options the budget is used by [`price`](Self::price).
    ///
    /// Errors: what is wrong with the process in this currency; more than 250,000,000 cells (`process.too_large`).
    pub fn of(process: &Process, currency: Currency, options: &Options) -> Result<Self, Problems> {
        let laws = process.laws(currency)?;
        let mut problems = Problems::default();
        limits(1, &laws, options, &mut problems);
        let cells = u64::from(options.replicates) * u64::from(laws.months) * laws.affiliates.len() as u64;
        if cells > CELLS {
            let message = format!("{cells} cells: affiliates, months and replicates multiplied");
            let hint = "keep at most 250,000,000 cells; `simulate` does not keep any";
            problems.push(Problem::new(Code::ProcessTooLarge, Pointer::root(), message, hint));
        }
        problems.or(())?;
        let tasks = divided(options, laws.affiliates.len());
        let kept = each(tasks, options.threads, |task| Kept::of(&laws, options.seed, task))?;
        let kept = kept.into_iter().collect::<Result<_, _>>().map_err(Problem::from)?;
        Ok(Self { currency, options: *options, laws, kept })
    }

    /// What plans cost on these draws: the same as [`simulate`](crate::simulate) says.
    ///
    /// Errors: as of [`simulate`](crate::simulate).
    pub fn price(&self, plans: &[&Plan], progress: impl Fn(u64) + Sync) -> Result<Simulation, Problems> {
        if plans.is_empty() {
            return Err(Problem::new(Code::NoPlans, Pointer::root(), "no plan", "give at least one plan").into());
        }
        let pricings = pricings(plans, self.currency, &self.laws, &self.options)?;
        let job = Job::new(&self.laws, &pricings, &self.options, &progress);
        let kept: Vec<&Kept> = self.kept.iter().collect();
        let parts = each(kept, self.options.threads, |kept| job.part(kept.task.clone(), kept.again()))?;
        let drawn = job.finish(parts)?;
        Simulation::of(plans, &pricings, &self.laws, &self.options, &drawn)
    }

    /// Every cell in which anything was sold, in no order that should be relied on.
    pub fn cells(&self) -> impl Iterator<Item = DrawnCell> + '_ {
        self.kept.iter().flat_map(|kept| kept.cells(self.laws.months as usize))
    }
}

impl Kept {
    fn of(laws: &Laws, seed: u64, task: Task) -> Result<Self, TooMuch> {
        let mut source = Fresh::new(laws, seed, &task);
        let (ends, place) = (Vec::new(), Vec::new());
        let (orders, new, sales, refunded) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut kept = Self { task, ends, place, orders, new, sales, refunded };
        for block in kept.task.blocks() {
            for affiliate in kept.task.affiliates.clone() {
                for month in 0..laws.months as usize {
                    let months = source.next(affiliate, month, block.clone())?;
                    kept.place.extend_from_slice(months.place);
                    kept.orders.extend_from_slice(months.orders);
                    kept.new.extend_from_slice(months.new);
                    kept.sales.extend_from_slice(months.sales);
                    kept.refunded.extend_from_slice(months.refunded);
                    kept.ends.push((kept.place.len(), months.most));
                }
            }
        }
        Ok(kept)
    }

    fn again(&self) -> Again<'_> {
        Again { kept: self, cell: 0, start: 0 }
    }

    fn cells(&self, months: usize) -> impl Iterator<Item = DrawnCell> + '_ {
        let mut again = self.again();
        let blocks = self.task.blocks();
        let of = blocks.flat_map(move |block| {
            self.task
                .affiliates
                .clone()
                .flat_map(move |affiliate| (0..months).map(move |month| (block.start, affiliate, month)))
        });
        of.flat_map(move |(start, affiliate, month)| {
            let months = again.step();
            (0..months.count()).filter_map(move |lane| {
                let replicate = start + u32::from(*months.place.get(lane)?);
                Some(DrawnCell { replicate, affiliate, month, cell: months.cell(lane).ok()? })
            })
        })
    }
}

/// Kept months, once more in the order in which they were drawn.
struct Again<'a> {
    kept: &'a Kept,
    cell: usize,
    start: usize,
}

impl<'a> Again<'a> {
    fn step(&mut self) -> Months<'a> {
        let Kept { ends, place, orders, new, sales, refunded, .. } = self.kept;
        let (end, most) = ends.get(self.cell).copied().unwrap_or((self.start, (0, 0)));
        let of = self.start..end;
        (self.cell, self.start) = (self.cell + 1, end);
        Months {
            place: &place[of.clone()],
            orders: &orders[of.clone()],
            new: &new[of.clone()],
            sales: &sales[of.clone()],
            refunded: &refunded[of],
            most,
        }
    }
}

impl Source for Again<'_> {
    fn next(&mut self, _: usize, _: usize, _: Range<u32>) -> Result<Months<'_>, TooMuch> {
        Ok(self.step())
    }
}
