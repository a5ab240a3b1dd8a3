//! Attribution: which touches, and so which affiliates, earn an order, and in which shares.
//!
//! This module must never know amounts, rules or tiers.

mod assist;
mod bond;
mod compete;
mod credit;
mod custom;
mod eligible;
mod first;
mod last;
mod linear;
mod path;
mod position;
mod share;
mod source;
mod time_decay;
mod window;

use crate::facts::{Facts, Order};
use crate::plan::{ModelPlan, Plan};
use crate::program::SubscriptionCredit;
use crate::settle::{Batch, Reason};
use compete::Entrant;

pub(crate) use credit::{Credit, Pot, Share, Shares};
pub(crate) use eligible::{Bar, Eligibility};
pub(crate) use path::Paths;

/// Credits every order, by its position in the facts.
pub(crate) fn attribute(plan: &Plan, batch: &Batch<'_>) -> Vec<Credit> {
    let crediting = Crediting::new(plan, batch.facts);
    if let Some(bond) = plan.attribution.bond {
        return bond::attribute(&crediting, bond, batch);
    }
    let orders = batch.facts.orders.rows.iter().enumerate();
    // Later charges wait for the first, which may stand anywhere.
    let of_itself = |index: usize| first_charge(plan, batch, index).is_none();
    let mut credits: Vec<Credit> =
        orders.map(|(index, order)| if of_itself(index) { crediting.credit(order) } else { Credit::NONE }).collect();
    for index in 0..credits.len() {
        let Some(first) = first_charge(plan, batch, index).and_then(|first| credits.get(first).cloned()) else {
            continue;
        };
        if let Some(slot) = credits.get_mut(index) {
            *slot = first;
        }
    }
    credits
}

/// The first charge of the subscription, for later charges that have its credits.
fn first_charge(plan: &Plan, batch: &Batch<'_>, order: usize) -> Option<usize> {
    let (number, first) = batch.charge(order)?;
    (number > 1 && plan.program.attribution.subscriptions == SubscriptionCredit::FirstCharge).then_some(first)
}

/// What crediting an order takes.
struct Crediting<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
    eligibility: Eligibility<'a>,
    longest: i64,
    /// One touch wins, and nothing but that touch matters.
    winner_only: bool,
}

impl<'a> Crediting<'a> {
    fn new(plan: &'a Plan, facts: &'a Facts) -> Self {
        let attribution = &plan.attribution;
        let takes = || attribution.terms.iter().any(|terms| terms.last_takes.is_some());
        let winner_only = match attribution.model {
            ModelPlan::Last => true,
            // The last touch may take a share of what the first one wins.
            ModelPlan::First => !takes(),
            _ => false,
        };
        let eligibility = Eligibility::new(plan, facts);
        Self {
            plan,
            paths: Paths::new(plan, facts),
            longest: eligibility.longest(),
            eligibility,
            winner_only: winner_only && attribution.assists.is_none() && !source_stays(plan),
        }
    }

    /// Whoever the customer's touches before the order credit with it.
    fn credit(&self, order: &Order) -> Credit {
        let path = self.paths.until(order);
        let path = path.get(path.partition_point(|index| self.is_too_old(*index, order))..).unwrap_or_default();
        let entrants = path.iter().filter_map(|index| self.eligibility.entrant(*index, order));
        if self.winner_only {
            let winner = match self.plan.attribution.model {
                ModelPlan::First => first::choose(entrants),
                _ => last::choose(entrants),
            };
            return winner.map_or_else(|| self.nobody(order), won);
        }
        self.shared(&entrants.collect::<Vec<_>>()).unwrap_or_else(|| self.nobody(order))
    }

    fn is_too_old(&self, touch: usize, order: &Order) -> bool {
        let touch = self.paths.touch(touch);
        touch.is_some_and(|touch| order.at.micros_since(touch.at) > self.longest)
    }

    /// The credit among the touches that may compete; none if there are none.
    fn shared(&self, all: &[Entrant]) -> Option<Credit> {
        let (competing, field, weights) = self.weigh(all);
        field.first()?;
        let mut credit = share::credit(&field, &weights);
        if let (true, Some(winner)) = (source_stays(self.plan), sole(&credit, &field)) {
            let wins = |entrants: &[Entrant]| {
                let (_, field, weights) = self.weigh(entrants);
                sole(&share::credit(&field, &weights), &field)
            };
            let source = source::stays(competing.clone(), winner, wins);
            if let Credit::To(shares) = &mut credit {
                shares.list.iter_mut().for_each(|share| share.touch = source);
            }
        }
        if let (Credit::To(shares), Some(assists)) = (&mut credit, self.plan.attribution.assists) {
            assist::add(shares, &competing, assists);
        }
        Some(credit)
    }

    /// The touches that compete, those of the strongest class among them, and what these weigh.
    fn weigh(&self, entrants: &[Entrant]) -> (Vec<Entrant>, Vec<Entrant>, Vec<u128>) {
        let mut competing = entrants.to_vec();
        compete::leave_out_excepted(&mut competing);
        let field = compete::strongest_class(&competing);
        let mut weights = share::weights(&self.plan.attribution.model, &field);
        if let Some(least) = field.last().and_then(|last| self.eligibility.last_takes(last.touch)) {
            share::last_takes(&mut weights, least);
        }
        (competing, field, weights)
    }

    fn nobody(&self, order: &Order) -> Credit {
        let last = self.paths.until(order).last().copied();
        let touch = last.and_then(|index| self.paths.touch(index));
        let bar = touch.and_then(|touch| self.eligibility.bars(touch, order).next());
        Credit::Nobody { reason: bar.map_or(Reason::NoTouch, Bar::reason), touch: last }
    }
}

fn source_stays(plan: &Plan) -> bool {
    let attribution = &plan.program.attribution;
    attribution.source_stays
        && !attribution.precedence.is_empty()
        && matches!(plan.attribution.model, ModelPlan::Last | ModelPlan::First)
}

/// The credit of an order that one touch wins.
fn won(winner: Entrant) -> Credit {
    match winner.nobody {
        None => Credit::sole(winner.touch, winner.affiliate),
        Some(reason) => Credit::Nobody { reason, touch: Some(winner.touch) },
    }
}

/// The touch that has all the weight, if an affiliate is paid for it.
fn sole(credit: &Credit, field: &[Entrant]) -> Option<Entrant> {
    let Credit::To(shares) = credit else { return None };
    let only = shares.list.first().filter(|_| shares.weights.len() == 1)?;
    field.iter().find(|entrant| entrant.touch == only.touch).copied()
}
