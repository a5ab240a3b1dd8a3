//! Chains whose states are several last touches, solved by following all walks at once.
//!
//! This module must never draw a walk: what is followed is how much of all walks is where. What has not ended yet when it
//! stops is known, and bounds how far off the result is.

use crate::graph::{Graph, Solved, each};

/// So little of all walks that convert may be still on their way when they are not followed further.
const LEFT: f64 = 1e-13;

/// The most of all walks from a state for which it may be unknown whether they convert.
const UNKNOWN: f64 = 1e-9;

/// So often all states are gone through, at most.
const SWEEPS: usize = 20_000;

/// The removal effects of a chain; none if its walks hardly ever end.
///
/// The effect of a channel is the share of conversions (and of their value) on walks that come to one of its states. A
/// walk is followed up to the first of these; from there on, what converts is the same for all channels.
pub(crate) fn solve(graph: &Graph) -> Option<Solved> {
    let ahead = Ahead::of(graph)?;
    let begun =
        |found: &[f64]| found.iter().zip(&graph.starts).map(|(one, count)| one * count).sum::<f64>() / graph.walks;
    let (probability, value) = (begun(&ahead.converts), begun(&ahead.worth));
    let effects: Option<Vec<(f64, f64, f64)>> = each(graph.channels, |channel| {
        let arrived = arrive(graph, channel, LEFT * probability)?;
        let share = |of: &[f64]| arrived.at.iter().zip(of).map(|(part, found)| part * found).sum::<f64>();
        let worth = if value > 0.0 { share(&ahead.worth) / value } else { 0.0 };
        Some((share(&ahead.converts) / probability, worth, arrived.left / probability))
    })
    .into_iter()
    .collect();
    let effects = effects?;
    let left = effects.iter().map(|(_, _, left)| *left).fold(0.0, f64::max);
    Some(Solved {
        effects: effects.iter().map(|(effect, _, _)| *effect).collect(),
        value_effects: effects.iter().map(|(_, effect, _)| *effect).collect(),
        probability,
        residual: left + ahead.gap / probability,
    })
}

/// What becomes of a walk from each state on.
struct Ahead {
    /// The probability that it converts, from below.
    converts: Vec<f64>,
    /// What it is worth on average, from below.
    worth: Vec<f64>,
    /// The highest probability of a state for which it is not known yet whether it converts.
    gap: f64,
}

impl Ahead {
    fn of(graph: &Graph) -> Option<Self> {
        let states = graph.len();
        let zeros = || vec![0.0; states];
        let (mut converts, mut worth, mut loses) = (zeros(), zeros(), zeros());
        let mut gap = 1.0;
        for _ in 0..SWEEPS {
            gap = 0.0;
            let mut moved = false;
            for state in (0..states).rev() {
                let (mut one, mut two, mut three) = (graph.converted[state], graph.worth[state], graph.lost[state]);
                for (to, count) in graph.steps(state) {
                    one += count * converts[*to];
                    two += count * worth[*to];
                    three += count * loses[*to];
                }
                let left = graph.left[state];
                let next = (one / left, two / left, three / left);
                moved |= next != (converts[state], worth[state], loses[state]);
                (converts[state], worth[state], loses[state]) = next;
                gap = f64::max(gap, (1.0 - converts[state] - loses[state]).abs());
            }
            // Long walks round at every step: they stand still before the gap is closed.
            if gap <= LEFT / 100.0 || !moved {
                break;
            }
        }
        (gap < UNKNOWN).then_some(Self { converts, worth, gap })
    }
}

/// Where walks first come to a state of a channel.
struct Arrived {
    /// How much of all walks comes there first.
    at: Vec<f64>,
    /// How much of all walks is still on its way.
    left: f64,
}

fn arrive(graph: &Graph, channel: usize, enough: f64) -> Option<Arrived> {
    let states = graph.len();
    let stops: Vec<bool> = (0..states).map(|state| graph.holds(state, channel)).collect();
    let mut at: Vec<f64> = graph.starts.iter().map(|count| count / graph.walks).collect();
    for _ in 0..SWEEPS {
        for state in (0..states).filter(|state| !stops[*state]) {
            let here = std::mem::take(&mut at[state]) / graph.left[state];
            if here > 0.0 {
                graph.steps(state).iter().for_each(|(to, count)| at[*to] += here * count);
            }
        }
        let left = at.iter().zip(&stops).filter(|(_, stops)| !**stops).map(|(part, _)| part).sum();
        if left <= enough {
            at.iter_mut().zip(&stops).filter(|(_, stops)| !**stops).for_each(|(part, _)| *part = 0.0);
            return Some(Arrived { at, left });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{Model, Options, Rows};

    proptest! {
        #[test]
        fn following_and_eliminating_agree(paths in proptest::collection::vec(
            (proptest::collection::vec(0_u16..5, 1..9), 0_u64..4, 0_u64..4, 0_i64..900), 1..20)) {
            let rows = paths.iter().fold(Rows::new(&["a", "b", "c", "d", "e"]), |rows, (path, yes, no, value)| {
                rows.worth(path, yes + 1, *no, *value)
            });
            let options = Options { models: vec![Model::Markov(1)], ..Options::default() };
            let counts = crate::count::count(&rows.finish().unwrap(), &options).unwrap();
            let graph = crate::graph::Graph::of(&counts.chains[0]);
            let (one, other) = (crate::eliminate::solve(&graph), super::solve(&graph).unwrap());
            for (one, other) in one.effects.iter().zip(&other.effects) {
                prop_assert!((one - other).abs() < 1e-11, "{one} {other}");
            }
            for (one, other) in one.value_effects.iter().zip(&other.value_effects) {
                prop_assert!((one - other).abs() < 1e-11, "{one} {other}");
            }
            prop_assert!((one.probability - other.probability).abs() < 1e-11);
        }
    }
}
