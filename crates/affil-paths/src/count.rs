//! The one pass over all touches: everything that any model wants to know of paths, counted in whole numbers.
//!
//! This module must never use a float, nor know what a count is for.

use crate::model::{Model, Options};
use crate::paths::{Codes, Columns, Paths};
use crate::problem::Problems;
use crate::tally::Tally;

/// What was counted. Sums of whole numbers are the same in whatever order they are made: so threads make no difference.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Weighed by conversions, and, where it was given, by value.
    pub(crate) measures: Vec<Measure>,
    /// The chain of each order that was asked for.
    pub(crate) chains: Vec<Chain>,
}

/// What heuristics and the Shapley value want to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    /// By the number of touches of a path.
    pub(crate) by_length: Vec<Option<Box<Touched>>>,
    /// By the number of different channels of a path: how much went through each channel.
    pub(crate) by_distinct: Vec<Option<Box<[u64]>>>,
}

/// Paths of one length, channel by channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) first: Vec<u64>,
    pub(crate) last: Vec<u64>,
    /// Once for each touch.
    pub(crate) every: Vec<u64>,
}

/// What a Markov chain wants to know. A state is written as the digits of its channels, each one more than its
/// position, to the base of all channels and one more; 0 is the state before the first touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) order: u8,
    pub(crate) channels: usize,
    /// By state: how many begin with it.
    pub(crate) starts: Tally,
    /// By state, and what follows: a channel, a conversion (`channels`), or nothing (`channels + 1`).
    pub(crate) steps: Tally,
    /// By the last state of a path: what its conversions are worth.
    pub(crate) worth: Tally,
}

/// A touch as the code of its channel.
trait Touch: Copy + Into<usize> + PartialEq {}

impl Touch for u8 {}
impl Touch for u16 {}

/// A channel as a digit of a state.
fn digit(channel: impl Touch) -> u64 {
    let channel: usize = channel.into();
    channel as u64 + 1
}

impl Measure {
    fn add<T: Touch>(&mut self, path: &[T], distinct: &[usize], channels: usize, weight: u64) {
        let touched = slot(&mut self.by_length, path.len()).get_or_insert_with(|| {
            let zeros = || vec![0; channels];
            Box::new(Touched { first: zeros(), last: zeros(), every: zeros() })
        });
        if let (Some(first), Some(last)) = (path.first(), path.last()) {
            touched.first[(*first).into()] += weight;
            touched.last[(*last).into()] += weight;
        }
        for channel in path {
            touched.every[(*channel).into()] += weight;
        }
        let shared = slot(&mut self.by_distinct, distinct.len());
        let shared = shared.get_or_insert_with(|| vec![0; channels].into_boxed_slice());
        for channel in distinct {
            shared[*channel] += weight;
        }
    }

    fn merge(&mut self, other: Self) {
        for (length, theirs) in other.by_length.into_iter().enumerate() {
            let Some(theirs) = theirs else { continue };
            match slot(&mut self.by_length, length) {
                Some(own) => {
                    add(&mut own.first, &theirs.first);
                    add(&mut own.last, &theirs.last);
                    add(&mut own.every, &theirs.every);
                }
                none => *none = Some(theirs),
            }
        }
        for (count, theirs) in other.by_distinct.into_iter().enumerate() {
            let Some(theirs) = theirs else { continue };
            match slot(&mut self.by_distinct, count) {
                Some(own) => add(own, &theirs),
                none => *none = Some(theirs),
            }
        }
    }
}

fn slot<T>(slots: &mut Vec<Option<T>>, index: usize) -> &mut Option<T> {
    while slots.len() <= index {
        slots.push(None);
    }
    &mut slots[index]
}

fn add(own: &mut [u64], theirs: &[u64]) {
    own.iter_mut().zip(theirs).for_each(|(own, their)| *own += their);
}

impl Chain {
    fn new(order: u8, channels: usize) -> Self {
        let states = (channels as u64 + 1).pow(order.into());
        let steps = Tally::new(states * (channels as u64 + 2));
        Self { order, channels, starts: Tally::new(states), steps, worth: Tally::new(states) }
    }

    /// Walks a path. A path of fewer touches than the order is one state of all of them.
    fn add<T: Touch>(&mut self, path: &[T], conversions: u64, others: u64, value: u64) {
        let (weight, base) = (conversions + others, self.channels as u64 + 1);
        if weight == 0 {
            return;
        }
        let window = usize::from(self.order).min(path.len());
        let (begin, rest) = path.split_at(window);
        let mut state = begin.iter().fold(0, |state, channel| state * base + digit(*channel));
        let span = base + 1;
        self.starts.add(state, weight);
        if self.order == 1 {
            for channel in rest {
                let next = digit(*channel);
                self.steps.add(state * span + next - 1, weight);
                state = next;
            }
        } else {
            let kept = base.pow(u32::from(self.order) - 1);
            for channel in rest {
                let next = digit(*channel);
                self.steps.add(state * span + next - 1, weight);
                state = (state % kept) * base + next;
            }
        }
        let end = state * span + self.channels as u64;
        if conversions > 0 {
            self.steps.add(end, conversions);
        }
        if others > 0 {
            self.steps.add(end + 1, others);
        }
        if value > 0 {
            self.worth.add(state, value);
        }
    }

    fn merge(&mut self, other: Self) {
        self.starts.merge(other.starts);
        self.steps.merge(other.steps);
        self.worth.merge(other.worth);
    }
}

impl Counts {
    fn merge(mut self, other: Self) -> Self {
        self.measures.iter_mut().zip(other.measures).for_each(|(own, theirs)| own.merge(theirs));
        self.chains.iter_mut().zip(other.chains).for_each(|(own, theirs)| own.merge(theirs));
        self
    }
}

/// Counts paths from `rows.start` to `rows.end`.
fn counted<T: Touch>(columns: &Columns, codes: &[T], rows: std::ops::Range<usize>, options: &Options) -> Counts {
    let channels = columns.channels.len();
    let asked = |order: &u8| options.models.contains(&Model::Markov(*order));
    let mut counts = Counts {
        measures: vec![Measure::default(); 1 + usize::from(columns.value.is_some())],
        chains: (1..=3).filter(asked).map(|order| Chain::new(order, channels)).collect(),
    };
    let (mut collapsed, mut distinct) = (Vec::new(), Vec::new());
    // The row in which a channel was last seen, plus one.
    let mut seen = vec![0; channels];
    for row in rows {
        let mut path = &codes[columns.offsets[row]..columns.offsets[row + 1]];
        if options.collapse {
            collapsed.clear();
            collapsed.extend_from_slice(path);
            collapsed.dedup();
            path = &collapsed;
        }
        let (conversions, others) = (columns.conversions[row], columns.others[row]);
        let value = columns.value.as_ref().map_or(0, |values| values[row].unsigned_abs());
        if conversions > 0 {
            distinct.clear();
            for channel in path.iter().map(|channel| (*channel).into()) {
                if seen[channel] != row + 1 {
                    seen[channel] = row + 1;
                    distinct.push(channel);
                }
            }
            for (measure, weight) in
                counts.measures.iter_mut().zip([conversions, value]).filter(|(_, weight)| *weight > 0)
            {
                measure.add(path, &distinct, channels, weight);
            }
        }
        for chain in &mut counts.chains {
            chain.add(path, conversions, others, value);
        }
    }
    counts
}

/// Fewer touches than these are counted before a second thread has begun.
#[cfg(feature = "threads")]
const WORTH_A_THREAD: usize = 100_000;

/// Counts all paths.
#[cfg(feature = "threads")]
pub(crate) fn count(paths: &Paths, options: &Options) -> Result<Counts, Problems> {
    use rayon::prelude::*;

    let columns = paths.columns();
    in_pool(options, || {
        let parts = rayon::current_num_threads().clamp(1, paths.touches() / WORTH_A_THREAD + 1);
        let cut = |part: usize| paths.len() * part / parts;
        let all = (0..parts).into_par_iter().map(|part| rows(columns, cut(part)..cut(part + 1), options));
        // The first part is never missing; what counts no rows is the same for all.
        all.reduce_with(Counts::merge).unwrap_or_else(|| rows(columns, 0..0, options))
    })
}

/// Counts all paths.
#[cfg(not(feature = "threads"))]
pub(crate) fn count(paths: &Paths, options: &Options) -> Result<Counts, Problems> {
    in_pool(options, || rows(paths.columns(), 0..paths.len(), options))
}

/// Does something with as many threads as were asked for.
#[cfg(feature = "threads")]
pub(crate) fn in_pool<T: Send>(options: &Options, work: impl FnOnce() -> T + Send) -> Result<T, Problems> {
    use crate::problem::{Code, Problem};

    let Some(threads) = options.threads else { return Ok(work()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|error| {
        let path = affil::Pointer::root().key("threads");
        Problem::new(Code::Threads, path, error.to_string(), "ask for fewer threads")
    })?;
    Ok(pool.install(work))
}

/// Does something in this thread, whatever was asked for.
#[cfg(not(feature = "threads"))]
#[allow(clippy::unnecessary_wraps, reason = "with threads it can fail")]
pub(crate) fn in_pool<T: Send>(_: &Options, work: impl FnOnce() -> T + Send) -> Result<T, Problems> {
    Ok(work())
}

fn rows(columns: &Columns, rows: std::ops::Range<usize>, options: &Options) -> Counts {
    match &columns.codes {
        Codes::Narrow(codes) => counted(columns, codes, rows, options),
        Codes::Wide(codes) => counted(columns, codes, rows, options),
    }
}
