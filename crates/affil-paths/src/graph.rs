//! A counted chain as states and the steps between them.
//!
//! This module must never solve anything. Counts are below 2^53, so that their floats are exact.

use crate::count::Chain;

/// States in the order of their numbers, with what leaves them; steps back to the same state are left out, since
/// they change when a walk goes on, not where to.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) channels: usize,
    /// The channels of each state.
    members: Vec<Vec<usize>>,
    /// How many walks begin in each state.
    pub(crate) starts: Vec<f64>,
    /// How many walks begin.
    pub(crate) walks: f64,
    edges: Vec<std::ops::Range<usize>>,
    steps: Vec<(usize, f64)>,
    /// How many walks convert from each state.
    pub(crate) converted: Vec<f64>,
    /// How many end in nothing from each state.
    pub(crate) lost: Vec<f64>,
    /// What the conversions from each state are worth.
    pub(crate) worth: Vec<f64>,
    /// How often each state is left for another, or for good.
    pub(crate) left: Vec<f64>,
}

impl Graph {
    pub(crate) fn of(chain: &Chain) -> Self {
        let base = chain.channels as u64 + 1;
        let span = base + 1;
        let counted = chain.steps.entries();
        let mut states: Vec<u64> = counted.iter().map(|(step, _)| step / span).collect();
        states.dedup();
        let kept = base.pow(u32::from(chain.order) - 1);
        let mut graph = Self::empty(chain.channels, &states, base);
        // Every state that is reached is left again: so it is among the states.
        let place = |state: u64| states.binary_search(&state).unwrap_or(0);
        let mut at = 0;
        for (from, state) in states.iter().enumerate() {
            let begun = graph.steps.len();
            while let Some((step, count)) = counted.get(at).filter(|(step, _)| step / span == *state) {
                let (to, count) = (step % span, *count as f64);
                at += 1;
                if to == base - 1 {
                    graph.converted[from] = count;
                } else if to == base {
                    graph.lost[from] = count;
                } else {
                    let next = place((state % kept) * base + to + 1);
                    if next == from {
                        continue;
                    }
                    graph.steps.push((next, count));
                }
                graph.left[from] += count;
            }
            graph.edges.push(begun..graph.steps.len());
        }
        for (state, count) in chain.starts.entries() {
            graph.starts[place(state)] = count as f64;
            graph.walks += count as f64;
        }
        chain.worth.entries().into_iter().for_each(|(state, value)| graph.worth[place(state)] = value as f64);
        graph
    }

    fn empty(channels: usize, states: &[u64], base: u64) -> Self {
        let zeros = || vec![0.0; states.len()];
        let members = states.iter().map(|state| {
            let digits = std::iter::successors(Some(*state), |rest| Some(rest / base)).take_while(|rest| *rest > 0);
            digits.filter_map(|rest| usize::try_from(rest % base).ok()?.checked_sub(1)).collect()
        });
        Self {
            channels,
            members: members.collect(),
            starts: zeros(),
            walks: 0.0,
            edges: Vec::with_capacity(states.len()),
            steps: Vec::new(),
            converted: zeros(),
            lost: zeros(),
            worth: zeros(),
            left: zeros(),
        }
    }

    /// How many states there are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether a state holds a channel.
    pub(crate) fn holds(&self, state: usize, channel: usize) -> bool {
        self.members[state].contains(&channel)
    }

    /// The steps from a state to others, with how often they were taken.
    pub(crate) fn steps(&self, from: usize) -> &[(usize, f64)] {
        &self.steps[self.edges[from].clone()]
    }
}

/// What a chain says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Solved {
    /// The share of conversions that are lost without each channel.
    pub(crate) effects: Vec<f64>,
    /// The share of value that is lost without each channel.
    pub(crate) value_effects: Vec<f64>,
    /// The probability of a conversion.
    pub(crate) probability: f64,
    /// How far off the solution may be, or is: see `Removal::residual`.
    pub(crate) residual: f64,
}

impl Solved {
    /// What nothing converts to.
    pub(crate) fn nothing(channels: usize) -> Self {
        Self { effects: vec![0.0; channels], value_effects: vec![0.0; channels], probability: 0.0, residual: 0.0 }
    }
}

/// Works for each channel, on all threads there are.
#[cfg(feature = "threads")]
pub(crate) fn each<T: Send>(channels: usize, work: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    (0..channels).into_par_iter().map(work).collect()
}

/// Works for each channel, one after the other.
#[cfg(not(feature = "threads"))]
pub(crate) fn each<T>(channels: usize, work: impl Fn(usize) -> T) -> Vec<T> {
    (0..channels).map(work).collect()
}
