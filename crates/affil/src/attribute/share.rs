//! From competing touches to the affiliates credited: weights, what the last takes, and whose they are.
//!
//! This module must never know why a touch competes.

use std::collections::HashMap;

use super::compete::Entrant;
use super::credit::{Credit, Pot, Share, Shares};
use super::{custom, first, last, linear, position, time_decay};
use crate::facts::Sym;
use crate::money::Rate;
use crate::plan::ModelPlan;
use crate::settle::Reason;

/// What each competing touch weighs by the model.
pub(super) fn weights(model: &ModelPlan, field: &[Entrant]) -> Vec<u128> {
    let mut weights = match model {
        ModelPlan::Last => last::weights(field.len()),
        ModelPlan::First => first::weights(field.len()),
        ModelPlan::Linear(per) => linear::weights(field, *per),
        ModelPlan::Position(plan) => position::weights(field.len(), plan),
        ModelPlan::TimeDecay { half_life } => time_decay::weights(field, *half_life),
        ModelPlan::Custom(credits) => custom::weights(field.len(), credits),
    };
    if let (true, Some(last)) = (weights.iter().all(|weight| *weight == 0), weights.last_mut()) {
        *last = 1;
    }
    reduce(&mut weights);
    weights
}

/// Raises the share of the last touch to `least`, at the cost of the others in proportion.
pub(super) fn last_takes(weights: &mut [u128], least: Rate) {
    let sum = total(weights);
    let Some((own, others)) = weights.split_last_mut() else { return };
    let whole = u128::from(Rate::WHOLE.units().unsigned_abs());
    let least = u128::from(least.units().unsigned_abs()).min(whole);
    let of_others = sum.saturating_sub(*own);
    if of_others == 0 || own.saturating_mul(whole) >= least.saturating_mul(sum) {
        return;
    }
    let mut parts = [least, whole.saturating_sub(least)];
    reduce(&mut parts);
    let [least, left] = parts;
    *own = least.saturating_mul(of_others);
    for weight in others {
        *weight = weight.saturating_mul(left);
    }
    reduce(weights);
}

/// Whose the weights are: those of one affiliate are added up at the place of its last touch.
pub(super) fn credit(field: &[Entrant], weights: &[u128]) -> Credit {
    let mut parts: Vec<(Entrant, u128)> = Vec::with_capacity(field.len());
    let mut places: HashMap<Sym, usize> = HashMap::new();
    for (entrant, weight) in field.iter().zip(weights).rev().filter(|(_, weight)| **weight > 0) {
        let place = match entrant.nobody {
            // What is paid to nobody is not added up.
            Some(_) => parts.len(),
            None => *places.entry(entrant.affiliate).or_insert(parts.len()),
        };
        match parts.get_mut(place) {
            Some((_, sum)) => *sum = sum.saturating_add(*weight),
            None => parts.push((*entrant, *weight)),
        }
    }
    let latest = parts.first().map(|(entrant, _)| *entrant);
    parts.reverse();
    let mut weights: Vec<u128> = parts.iter().map(|(_, weight)| *weight).collect();
    reduce(&mut weights);
    let paid = parts.iter().enumerate().filter(|(_, (entrant, _))| entrant.nobody.is_none());
    let share = |(place, (entrant, _)): (usize, &(Entrant, u128))| Share {
        touch: entrant.touch,
        affiliate: entrant.affiliate,
        from: Pot::Model { place },
    };
    let list: Vec<Share> = paid.map(share).collect();
    if list.is_empty() {
        let reason = latest.and_then(|entrant| entrant.nobody).unwrap_or(Reason::NoTouch);
        return Credit::Nobody { reason, touch: latest.map(|entrant| entrant.touch) };
    }
    Credit::To(Shares { list, weights, bond: false })
}

fn total(weights: &[u128]) -> u128 {
    weights.iter().fold(0, |sum, weight| sum.saturating_add(*weight))
}

/// Divides by the greatest common divisor: only proportions count, and small numbers cannot overflow.
fn reduce(weights: &mut [u128]) {
    let divisor = weights.iter().fold(0, |divisor, weight| common(divisor, *weight));
    if divisor > 1 {
        for weight in weights {
            *weight = weight.checked_div(divisor).unwrap_or_default();
        }
    }
}

fn common(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a.checked_rem(b).unwrap_or_default());
    }
    a
}

#[cfg(test)]
mod tests {
    use super::super::compete::tests::{entrant, of};
    use super::*;

    fn taken(weights: &[u128], least: &str) -> Vec<u128> {
        let mut weights = weights.to_vec();
        last_takes(&mut weights, Rate::parse_percent(least).unwrap());
        weights
    }

    #[test]
    fn the_last_takes_what_it_must() {
        // A third each, the last at least 60 %: 20, 20, 60.
        assert_eq!(taken(&[1, 1, 1], "60"), [1, 1, 3]);
        assert_eq!(taken(&[1, 1, 1], "100"), [0, 0, 1]);
        // 3 : 1 : 2 with 50 % for the last: 37.5, 12.5, 50.
        assert_eq!(taken(&[3, 1, 2], "50"), [3, 1, 4]);
        // It has enough, or all of it, or none of it.
        assert_eq!(taken(&[1, 1, 1], "33"), [1, 1, 1]);
        assert_eq!(taken(&[0, 0, 1], "50"), [0, 0, 1]);
        assert_eq!(taken(&[1, 0, 0], "25"), [3, 0, 1]);
    }

    #[test]
    fn one_affiliate_has_one_part() {
        let field = [of("ana"), of("ben"), of("ana"), Entrant { nobody: Some(Reason::Deduplicated), ..of("") }];
        let Credit::To(shares) = credit(&field, &[2, 4, 6, 8]) else { panic!("credited") };
        assert_eq!(shares.weights, [1, 2, 2]);
        let places: Vec<Pot> = shares.list.iter().map(|share| share.from).collect();
        assert_eq!(places, [Pot::Model { place: 0 }, Pot::Model { place: 1 }]);
        assert_eq!([shares.list[0].affiliate, shares.list[1].affiliate], [of("ben").affiliate, of("ana").affiliate]);
    }

    #[test]
    fn what_nobody_may_have_is_nobodys() {
        let barred = |touch, reason| Entrant { nobody: Some(reason), ..entrant(touch, 0) };
        let field = [barred(3, Reason::ExcludedChannel), barred(4, Reason::SelfReferral)];
        let nobody = |reason, touch| Credit::Nobody { reason, touch: Some(touch) };
        assert_eq!(credit(&field, &[1, 1]), nobody(Reason::SelfReferral, 4));
        assert_eq!(credit(&field, &[1, 0]), nobody(Reason::ExcludedChannel, 3));
    }
}
