//! Section 1, "What each earns": the weights of the touches that compete.
//!
//! Must never know an amount of money.

use crate::decay;
use crate::exact::{Exact, percent, sum, whole};
use crate::facts::Facts;
use crate::program::{LinearPer, Model, Places, Position, Program, RestTo};
use crate::time::Window;
use crate::touches::{Competitor, terms};

/// The weight of each competing touch; there is at least one, and not all are zero.
pub(crate) fn weights(program: &Program, facts: &Facts, competing: &[Competitor]) -> Vec<Exact> {
    let mut weights = by_model(program, facts, competing);
    if weights.iter().all(|weight| *weight == whole(0)) {
        weights = only(competing.len(), competing.len() - 1);
    }
    last_takes(program, facts, competing, &mut weights);
    weights
}

/// 1 for one of n touches, 0 for the others.
fn only(n: usize, one: usize) -> Vec<Exact> {
    (0..n).map(|index| whole(i64::from(index == one))).collect()
}

fn by_model(program: &Program, facts: &Facts, competing: &[Competitor]) -> Vec<Exact> {
    let attribution = &program.attribution;
    let n = competing.len();
    match attribution.model {
        Model::First => only(n, 0),
        Model::Last => only(n, n - 1),
        Model::Linear => match attribution.per {
            LinearPer::Touch => vec![whole(1); n],
            LinearPer::Affiliate => last_of_each(facts, competing),
        },
        Model::Position => by_position(&attribution.position.as_ref().map(Position::places).unwrap_or_default(), n),
        Model::TimeDecay => by_age(program, facts, competing),
        Model::Custom => {
            let credits = &attribution.credits;
            // The last credit belongs to the last touch.
            let credit = |index: usize| (credits.len() + index).checked_sub(n).map(|credit| credits[credit].0.clone());
            (0..n).map(|index| credit(index).unwrap_or_else(|| whole(0))).collect()
        }
    }
}

/// 1 for the last touch of each affiliate and of the house.
fn last_of_each(facts: &Facts, competing: &[Competitor]) -> Vec<Exact> {
    let owner = |index: usize| &facts.touches[competing[index].touch].affiliate;
    (0..competing.len())
        .map(|index| {
            let is_last = (index + 1..competing.len()).all(|later| owner(later) != owner(index));
            whole(i64::from(is_last))
        })
        .collect()
}

/// Touches are numbered from 1 here, as on the page.
fn by_position(places: &Places, n: usize) -> Vec<Exact> {
    if n == 1 {
        return vec![whole(1)];
    }
    let middle = n.div_ceil(2);
    // Of several places that a touch holds the first in this list counts.
    let places_held = [(places.last.as_ref(), n), (places.first.as_ref(), 1), (places.middle.as_ref(), middle)];
    let share_of = |touch: usize| places_held.into_iter().find_map(|(share, place)| share.filter(|_| place == touch));
    let own = |touch: usize| share_of(touch).map_or_else(|| whole(0), |share| share.0.clone());
    let shares_the_rest = |touch: usize| places.rest_to == RestTo::All || share_of(touch).is_none();
    let sharing = (1..=n).filter(|touch| shares_the_rest(*touch)).count();
    let rest = places.rest.as_ref().map_or_else(|| whole(0), |rest| rest.0.clone());
    let of_rest = |touch: usize| {
        let sharing = i64::try_from(sharing).expect("fewer touches than that");
        if shares_the_rest(touch) { &rest / whole(sharing) } else { whole(0) }
    };
    (1..=n).map(|touch| own(touch) + of_rest(touch)).collect()
}

fn by_age(program: &Program, facts: &Facts, competing: &[Competitor]) -> Vec<Exact> {
    let half_life = program.attribution.half_life.as_ref().and_then(Window::microseconds);
    let half_life = half_life.expect("time_decay has a half-life of fixed length");
    let at = |one: &Competitor| facts.touches[one.touch].at;
    let last = competing.last().map(at).expect("at least one touch competes");
    competing
        .iter()
        .map(|one| decay::weight((last - at(one)).num_microseconds().unwrap_or(i64::MAX), half_life))
        .collect()
}

/// Raises the share of the last touch to what its terms give it at least.
fn last_takes(program: &Program, facts: &Facts, competing: &[Competitor], weights: &mut [Exact]) {
    let last = competing.len() - 1;
    let takes =
        terms(program, facts, &facts.touches[competing[last].touch]).and_then(|terms| terms.last_takes.as_ref());
    let Some(takes) = takes else {
        return;
    };
    let share = &weights[last] / sum(weights.iter());
    let takes = percent(&takes.0).min(whole(1));
    if share >= takes {
        return;
    }
    let total = sum(weights.iter());
    for weight in &mut weights[..last] {
        *weight = &*weight / &total * (whole(1) - &takes) / (whole(1) - &share);
    }
    weights[last] = takes;
}
