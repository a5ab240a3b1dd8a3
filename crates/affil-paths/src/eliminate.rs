//! Chains whose states are single channels, solved at once by eliminating state after state.
//!
//! This module must never know of longer states. It never subtracts: what leaves a state is summed up anew after each
//! elimination (Grassmann, Taksar and Heyman, 1985), so that every result is right to nearly all of its digits, however
//! seldom a channel is touched and however long the walks are.

use crate::graph::{Graph, Solved, each};

/// The steps between states after elimination: below the diagonal what leaves a state for those still there, above it
/// what came to a state when it was eliminated.
struct Eliminated {
    states: usize,
    steps: Vec<f64>,
    /// What leaves each state for those before it, or for good.
    left: Vec<f64>,
}

impl Eliminated {
    fn of(graph: &Graph) -> Self {
        let states = graph.len();
        let mut steps = vec![0.0; states * states];
        for from in 0..states {
            graph.steps(from).iter().for_each(|(to, count)| steps[from * states + to] = *count);
        }
        let mut ends: Vec<f64> = graph.converted.iter().zip(&graph.lost).map(|(one, other)| one + other).collect();
        let mut left = vec![0.0; states];
        for gone in (0..states).rev() {
            let (above, rest) = steps.split_at_mut(gone * states);
            let row = &rest[..gone];
            left[gone] = ends[gone] + row.iter().sum::<f64>();
            for from in 0..gone {
                let own = &mut above[from * states..(from + 1) * states];
                let factor = own[gone] / left[gone];
                if factor > 0.0 {
                    own.iter_mut().zip(row).for_each(|(own, theirs)| *own += factor * theirs);
                    // A step back to itself is none.
                    own[from] = 0.0;
                    ends[from] += factor * ends[gone];
                }
            }
        }
        Self { states, steps, left }
    }

    /// What is gathered on the way from each state, if so much is gathered (times how often it is left) at each.
    fn gather(&self, mut at: Vec<f64>) -> Vec<f64> {
        for gone in (0..self.states).rev() {
            let gathered = at[gone] / self.left[gone];
            for (from, at) in at[..gone].iter_mut().enumerate() {
                *at += self.steps[from * self.states + gone] * gathered;
            }
        }
        for state in 0..self.states {
            let row = &self.steps[state * self.states..][..state];
            let onward: f64 = row.iter().zip(&at).map(|(count, found)| count * found).sum();
            at[state] = (at[state] + onward) / self.left[state];
        }
        at
    }
}

/// The removal effects of a chain of order 1.
///
/// A walk that converts without a channel is one that never comes to it: so the effect of a channel is the probability
/// to come to it, times that to convert from there, over that to convert at all.
pub(crate) fn solve(graph: &Graph) -> Solved {
    let states = graph.len();
    let eliminated = Eliminated::of(graph);
    let converts = eliminated.gather(graph.converted.clone());
    let worth = eliminated.gather(graph.worth.clone());
    let begun =
        |found: &[f64]| found.iter().zip(&graph.starts).map(|(one, count)| one * count).sum::<f64>() / graph.walks;
    let (probability, value) = (begun(&converts), begun(&worth));
    let effects = each(states, |state| {
        let mut once = vec![0.0; states];
        once[state] = 1.0;
        let visits = eliminated.gather(once);
        let comes = begun(&visits) / visits[state];
        let worth = if value > 0.0 { comes * worth[state] / value } else { 0.0 };
        (comes * converts[state] / probability, worth)
    });
    let mut solved = Solved::nothing(graph.channels);
    for channel in 0..graph.channels {
        if let Some(state) = (0..states).find(|state| graph.holds(*state, channel)) {
            (solved.effects[channel], solved.value_effects[channel]) = effects[state];
        }
    }
    solved.probability = probability;
    solved.residual = (0..states).map(|state| missed(graph, &converts, state)).fold(0.0, f64::max) / probability;
    solved
}

/// By how much the probability of a state is not what its steps make of those of the others.
fn missed(graph: &Graph, converts: &[f64], state: usize) -> f64 {
    let onward: f64 = graph.steps(state).iter().map(|(to, count)| count * converts[*to]).sum();
    (converts[state] - (onward + graph.converted[state]) / graph.left[state]).abs()
}
