//! Pricing the months of all cells, and adding up.
//!
//! This module must never let the number of threads, or the order in which they finish, change a figure: all that
//! is added up are integers, and every cell has random words of its own.

use affil::Pointer;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cell::{CellLaw, Desk, Months};
use crate::philox::BLOCK;
use crate::price::Pricing;
use crate::problem::{Code, Problem};
use crate::process::Laws;
use crate::result::Drawn;
use crate::run::Options;

/// After how many affiliates it is told how much is done.
const TOLD: usize = 256;
/// How many replicates are drawn side by side.
#[allow(clippy::cast_possible_truncation, reason = "256")]
const SIDE: u32 = BLOCK as u32;

/// What is drawn by one thread in one go: some replicates of some affiliates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) replicates: Range<u32>,
    pub(crate) affiliates: Range<usize>,
}

/// Where the months of a task come from: block by block of the replicates, affiliate by affiliate, month by month.
pub(crate) trait Source {
    /// The months of the next cell, which is that of `affiliate` in `month` for these replicates.
    fn next(&mut self, affiliate: usize, month: usize, replicates: Range<u32>) -> Result<Months<'_>, TooMuch>;
}

/// Months that are drawn as they are needed.
pub(crate) struct Fresh<'a> {
    laws: &'a Laws,
    seed: u64,
    desk: Desk,
}

impl<'a> Fresh<'a> {
    pub(crate) fn new(laws: &'a Laws, seed: u64, _: &Task) -> Self {
        Self { laws, seed, desk: Desk::default() }
    }
}

impl Source for Fresh<'_> {
    #[allow(clippy::cast_possible_truncation, reason = "at most 10^5 affiliates and 120 months")]
    fn next(&mut self, affiliate: usize, month: usize, replicates: Range<u32>) -> Result<Months<'_>, TooMuch> {
        let law = self.laws.affiliates.get(affiliate).ok_or(TooMuch)?;
        let law = CellLaw::new(law, self.seed, affiliate as u32, month as u32);
        law.draw(replicates.start, replicates.len(), &mut self.desk).map_err(|_| TooMuch)?;
        Ok(self.desk.cells.months())
    }
}

/// All that is to be priced, and how it is told that it is.
pub(crate) struct Job<'a, F> {
    laws: &'a Laws,
    pricings: &'a [Pricing],
    options: &'a Options,
    done: AtomicU64,
    progress: &'a F,
}

/// What a task adds up to.
pub(crate) struct Part {
    task: Task,
    /// By plan, month and replicate.
    months: Vec<i64>,
    /// By plan and affiliate.
    affiliates: Vec<i128>,
}

/// An amount went beyond the limit. Where, depends on which thread meets it first, so it is not said.
#[derive(Debug)]
pub(crate) struct TooMuch;

impl From<TooMuch> for Problem {
    fn from(TooMuch: TooMuch) -> Self {
        let message = "a drawn or owed amount goes beyond 2^53-1 minor units";
        Self::new(Code::Limit, Pointer::root(), message, "look for means, factors or spreads that are too large")
    }
}

impl<'a, F: Fn(u64) + Sync> Job<'a, F> {
    pub(crate) fn new(laws: &'a Laws, pricings: &'a [Pricing], options: &'a Options, progress: &'a F) -> Self {
        Self { laws, pricings, options, done: AtomicU64::new(0), progress }
    }

    /// Prices the months of all cells, and adds up.
    pub(crate) fn run<S: Source>(&self, source: impl Fn(&Task) -> S + Sync) -> Result<Drawn, Problem> {
        let tasks = divided(self.options, self.laws.affiliates.len());
        self.finish(each(tasks, self.options.threads, |task| {
            let source = source(&task);
            self.part(task, source)
        })?)
    }

    /// Adds up what the tasks came to.
    pub(crate) fn finish(&self, parts: Vec<Result<Part, TooMuch>>) -> Result<Drawn, Problem> {
        let options = self.options;
        let mut drawn = Drawn {
            by_month: vec![0; self.pricings.len() * self.laws.months as usize * options.replicates as usize],
            by_affiliate: vec![0; self.pricings.len() * self.laws.affiliates.len()],
        };
        for part in parts {
            part.and_then(|part| self.add(&part, options.replicates, &mut drawn))?;
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

    /// Prices the months of one task.
    pub(crate) fn part(&self, task: Task, mut source: impl Source) -> Result<Part, TooMuch> {
        let (length, months) = (task.replicates.len(), self.laws.months as usize);
        let mut part = Part {
            months: vec![0; self.pricings.len() * months * length],
            affiliates: vec![0; self.pricings.len() * task.affiliates.len()],
            task,
        };
        let mut costs = [0; BLOCK];
        for block in part.task.blocks() {
            for affiliate in part.task.affiliates.clone() {
                for month in 0..months {
                    let cells = source.next(affiliate, month, block.clone())?;
                    self.cells(&mut part, &cells, &mut costs, (affiliate, month, block.start))?;
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

    /// Prices the months of one cell by every plan.
    fn cells(
        &self,
        part: &mut Part,
        cells: &Months<'_>,
        costs: &mut [i64; BLOCK],
        (affiliate, month, start): (usize, usize, u32),
    ) -> Result<(), TooMuch> {
        let (length, begin) = (part.task.replicates.len(), (start - part.task.replicates.start) as usize);
        for (plan, pricing) in self.pricings.iter().enumerate() {
            pricing.prices(affiliate, cells, costs).map_err(|_| TooMuch)?;
            let row = (plan * self.laws.months as usize + month) * length + begin;
            let row = &mut part.months[row..];
            // At most 256 amounts below 2^53.
            let mut sum: i64 = 0;
            for (place, cost) in cells.place.iter().zip(costs.iter()) {
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

impl Task {
    /// Its replicates, as many at a time as are drawn side by side.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let Range { start, end } = self.replicates;
        (start..end).step_by(BLOCK).map(move |start| start..end.min(start.saturating_add(SIDE)))
    }
}

/// Does every task, on as many threads as are asked for, and keeps their order.
#[cfg(feature = "threads")]
pub(crate) fn each<T, R>(
    tasks: Vec<T>,
    threads: Option<usize>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Result<Vec<R>, Problem>
where
    T: Send,
    R: Send,
{
    use rayon::prelude::*;
    let all = || tasks.into_par_iter().map(work).collect();
    let Some(threads) = threads else { return Ok(all()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        Problem::new(Code::Threads, Pointer::root(), error.to_string(), "ask for fewer threads, or say nothing")
    })?;
    Ok(pool.install(all))
}

/// Does every task.
#[cfg(not(feature = "threads"))]
#[allow(clippy::unnecessary_wraps, reason = "threads may not start")]
pub(crate) fn each<T, R>(tasks: Vec<T>, _: Option<usize>, work: impl Fn(T) -> R) -> Result<Vec<R>, Problem> {
    Ok(tasks.into_iter().map(work).collect())
}

/// How many tasks there should be.
fn tasks(threads: Option<usize>) -> usize {
    #[cfg(feature = "threads")]
    let threads = threads.unwrap_or_else(rayon::current_num_threads);
    #[cfg(not(feature = "threads"))]
    let threads = threads.map_or(1, |_| 1);
    threads.clamp(1, 1024) * 8
}

/// All replicates of all affiliates in tasks for the threads that there are.
pub(crate) fn divided(options: &Options, affiliates: usize) -> Vec<Task> {
    divide(options.replicates, affiliates, tasks(options.threads))
}

/// All replicates of all affiliates in about so many tasks, none of them empty. Replicates are divided by blocks, and
/// affiliates where there are too few of these.
fn divide(replicates: u32, affiliates: usize, tasks: usize) -> Vec<Task> {
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
            let found = divide(replicates, affiliates, tasks);
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
