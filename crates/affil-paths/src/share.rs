//! The models whose answer is exact: first, last, linear, by position, and the Shapley value.
//!
//! This module must never use a float, nor look at a path.
//!
//! The Shapley value here is that of the game in which a set of channels is worth the conversions of the paths whose
//! channels all lie in the set. That game is a sum of games, one a path, each worth something only to those who have all
//! channels of the path; these are equal in it, and everybody else adds nothing. So each path is shared equally among
//! its different channels, and nothing has to be summed over sets.

use crate::count::{Measure, Touched};
use crate::fraction::{Fractions, Term};
use crate::model::{Model, Position};

/// The shares of an exact model; none for a model that is not.
pub(crate) fn shares(model: Model, measure: &Measure, channels: usize) -> Option<Fractions> {
    let terms = match model {
        Model::First => lengths(measure, |_, touched| vec![whole(touched.first.clone())]),
        Model::Last => lengths(measure, |_, touched| vec![whole(touched.last.clone())]),
        Model::Linear => lengths(measure, |length, touched| vec![part(touched.every.clone(), 1, length)]),
        Model::Position(weights) => lengths(measure, |length, touched| by_position(weights, length, touched)),
        Model::Shapley => {
            let counted = (0_u64..).zip(&measure.by_distinct);
            counted.filter_map(|(count, shared)| Some(part(shared.as_ref()?.to_vec(), 1, count))).collect()
        }
        Model::Markov(_) => return None,
    };
    Some(Fractions::sum(channels, &terms))
}

fn lengths(measure: &Measure, terms: impl Fn(u64, &Touched) -> Vec<Term>) -> Vec<Term> {
    let counted = (0_u64..).zip(&measure.by_length);
    counted.filter_map(|(length, touched)| Some(terms(length, touched.as_ref()?))).flatten().collect()
}

fn whole(counts: Vec<u64>) -> Term {
    part(counts, 1, 1)
}

fn part(counts: Vec<u64>, numerator: u64, denominator: u64) -> Term {
    Term { counts, numerator, denominator }
}

fn by_position(weights: Position, length: u64, touched: &Touched) -> Vec<Term> {
    let (first, between, last) = (u64::from(weights.first), u64::from(weights.between), u64::from(weights.last));
    let ends = |first, last, all| vec![part(touched.first.clone(), first, all), part(touched.last.clone(), last, all)];
    match length {
        0 | 1 => vec![whole(touched.every.clone())],
        2 if first + last == 0 => ends(1, 1, 2),
        2 => ends(first, last, first + last),
        _ => {
            let all = first + between + last;
            let ended = touched.first.iter().zip(&touched.last);
            let middle = touched.every.iter().zip(ended).map(|(every, (first, last))| every - first - last).collect();
            let mut terms = ends(first, last, all);
            terms.push(part(middle, between, all * (length - 2)));
            terms
        }
    }
}
