//! Section 1: whom an order is credited to, in which parts, and why to nobody.
//!
//! Must never know what a sale pays.

use crate::exact::{Exact, whole};
use crate::facts::{Facts, Order};
use crate::program::{AssistTo, Bond, BondWins, Model, Program, SubscriptionCredit, Term};
use crate::split::{divide, divide_equally};
use crate::time::{Instant, window_end};
use crate::touches::{
    Competitor, candidates, class, is_active, is_excluded, is_self_referral, less_exceptions, reason, strongest_class,
};
use crate::weights::weights;
use std::collections::BTreeMap;

/// A part of an order that the model gives to an affiliate, or to nobody.
#[derive(Clone)]
struct Part {
    affiliate: Option<String>,
    /// Position in `facts.touches`.
    touch: usize,
    weight: Exact,
}

/// Somebody credited with an order.
#[derive(Clone, PartialEq)]
pub(crate) struct Credit {
    pub(crate) affiliate: String,
    /// The affiliate's touch for the order, as position in `facts.touches`.
    pub(crate) touch: usize,
    /// The number of the assist, from 0; none for those that the model credits.
    pub(crate) assist: Option<usize>,
}

/// How an order is credited, at least to one affiliate.
#[derive(Clone)]
pub(crate) struct Credits {
    parts: Vec<Part>,
    assists: Vec<Credit>,
}

impl Credits {
    /// All who are credited: by the model, then with assists.
    pub(crate) fn all(&self) -> Vec<Credit> {
        let mut all = self.of_model();
        all.extend(self.assists.iter().cloned());
        all
    }

    fn of_model(&self) -> Vec<Credit> {
        let credit = |part: &Part| {
            let affiliate = part.affiliate.clone()?;
            Some(Credit { affiliate, touch: part.touch, assist: None })
        };
        self.parts.iter().filter_map(credit).collect()
    }

    /// What falls of an amount in minor units to one who is credited.
    pub(crate) fn part(&self, program: &Program, amount: &Exact, credit: &Credit) -> Exact {
        let split = program.round.split;
        let Some(number) = credit.assist else {
            let weights: Vec<Exact> = self.parts.iter().map(|part| part.weight.clone()).collect();
            let own = self.parts.iter().position(|part| part.affiliate.as_ref() == Some(&credit.affiliate));
            return divide(split, amount, &weights)[own.expect("a part of its own")].clone();
        };
        let assists = program.attribution.assists.as_ref().expect("assists are declared where there is one");
        let share = &assists.percent.0;
        let assisted = divide(split, amount, &[share.clone(), whole(100) - share]).remove(0);
        match assists.to {
            AssistTo::Each => assisted,
            AssistTo::Shared => divide_equally(split, &assisted, self.assists.len()).remove(number),
        }
    }
}

/// How an order is credited, or why to nobody.
pub(crate) type Attributed = Result<Credits, &'static str>;

/// What keeps a customer with an affiliate.
struct Made {
    affiliate: String,
    touch: usize,
    at: Instant,
}

/// For each order, in the canonical order: whom it is credited to, or the reason why to nobody.
pub(crate) fn credit(program: &Program, facts: &Facts) -> Vec<Attributed> {
    let mut bonds: BTreeMap<&str, Made> = BTreeMap::new();
    let mut attributed: Vec<Attributed> = Vec::new();
    for (position, order) in facts.orders.iter().enumerate() {
        let first_charge = facts.charges(order).and_then(|charges| charges.first().copied());
        if let Some(first) = first_charge
            && first != position
            && program.attribution.subscriptions == SubscriptionCredit::FirstCharge
        {
            let as_the_first = attributed[first].clone();
            attributed.push(as_the_first);
            continue;
        }
        let Some(bond) = &program.attribution.bond else {
            attributed.push(credit_order(program, facts, order));
            continue;
        };
        let made = bonds.get(order.customer.as_str()).filter(|made| holds(program, facts, bond, made, order));
        let bonded = made.map(by_bond);
        if bond.wins == BondWins::Always
            && let Some(bonded) = bonded
        {
            attributed.push(Ok(bonded));
            continue;
        }
        let by_touch = credit_order(program, facts, order);
        if let Ok(credits) = &by_touch {
            let first = credits.of_model().remove(0);
            bonds.insert(&order.customer, Made { affiliate: first.affiliate, touch: first.touch, at: order.at });
        }
        attributed.push(by_touch.or_else(|reason| bonded.ok_or(reason)));
    }
    attributed
}

fn holds(program: &Program, facts: &Facts, bond: &Bond, made: &Made, order: &Order) -> bool {
    let lasts = match &bond.lasts {
        Term::Life => true,
        Term::Window(window) => order.at < window_end(made.at, window, program.zone),
    };
    lasts
        && is_active(facts, &made.affiliate)
        && !is_excluded(program, &made.affiliate)
        && !is_self_referral(program, facts, &made.affiliate, order)
}

fn by_bond(made: &Made) -> Credits {
    let part = Part { affiliate: Some(made.affiliate.clone()), touch: made.touch, weight: whole(1) };
    Credits { parts: vec![part], assists: Vec::new() }
}

/// How an order is credited by its touches alone.
fn credit_order(program: &Program, facts: &Facts, order: &Order) -> Attributed {
    let all = candidates(program, facts, order);
    let of_any_class = less_exceptions(program, facts, &all);
    let competing = strongest_class(program, facts, &of_any_class);
    if competing.is_empty() {
        return Err(reason(program, facts, order));
    }
    let weights = weights(program, facts, &competing);
    let mut parts = parts(&competing, &weights);
    if parts.iter().all(|part| part.affiliate.is_none()) {
        let last = (0..competing.len()).rfind(|index| weights[*index] != whole(0));
        let last = &competing[last.expect("not all weights are zero")];
        return Err(last.bar.unwrap_or("deduplicated"));
    }
    if program.attribution.source_stays
        && matches!(program.attribution.model, Model::Last | Model::First)
        && let [winner] = &mut parts[..]
    {
        winner.touch = source(program, facts, &of_any_class, winner);
    }
    let mut credits = Credits { parts, assists: Vec::new() };
    credits.assists = assists(program, &of_any_class, &credits);
    Ok(credits)
}

/// Those who have a weight, in the canonical order of their touches: each affiliate once, nobody for each touch.
fn parts(competing: &[Competitor], weights: &[Exact]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (one, weight) in competing.iter().zip(weights) {
        if *weight == whole(0) {
            continue;
        }
        let earlier = parts.iter().position(|part| part.affiliate.is_some() && part.affiliate == one.pays);
        let before = earlier.map_or_else(|| whole(0), |index| parts.remove(index).weight);
        parts.push(Part { affiliate: one.pays.clone(), touch: one.touch, weight: before + weight });
    }
    parts
}

/// The touch by which the winner would have all the weight if the strongest class were not there, else its own.
fn source(program: &Program, facts: &Facts, of_any_class: &[Competitor], winner: &Part) -> usize {
    let strongest = class(program, &facts.touches[winner.touch]);
    let mut weaker = of_any_class.to_vec();
    weaker.retain(|one| class(program, &facts.touches[one.touch]) != strongest);
    let competing = strongest_class(program, facts, &weaker);
    if competing.is_empty() {
        return winner.touch;
    }
    match &parts(&competing, &weights(program, facts, &competing))[..] {
        [part] if part.affiliate == winner.affiliate => part.touch,
        _ => winner.touch,
    }
}

/// Affiliates with an eligible touch of any class that are not credited otherwise, by the last of these touches.
fn assists(program: &Program, of_any_class: &[Competitor], credits: &Credits) -> Vec<Credit> {
    if program.attribution.assists.is_none() {
        return Vec::new();
    }
    let credited = |affiliate: &String| credits.parts.iter().any(|part| part.affiliate.as_ref() == Some(affiliate));
    let mut assists: Vec<(String, usize)> = Vec::new();
    for one in of_any_class {
        if let Some(affiliate) = one.pays.as_ref().filter(|affiliate| !credited(affiliate)) {
            assists.retain(|(other, _)| other != affiliate);
            assists.push((affiliate.clone(), one.touch));
        }
    }
    let numbered = assists.into_iter().enumerate();
    numbered.map(|(number, (affiliate, touch))| Credit { affiliate, touch, assist: Some(number) }).collect()
}

/// Whether an order is one of a new customer.
pub(crate) fn is_of_new_customer(facts: &Facts, order: &Order) -> bool {
    order.new_customer.unwrap_or_else(|| {
        let first = facts.orders.iter().find(|other| other.customer == order.customer);
        first.is_some_and(|first| first.id == order.id)
    })
}
