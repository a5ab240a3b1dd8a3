//! Attribution: which touch, and so which affiliate, earns an order.
//!
//! This module must never know amounts, rules or tiers.

mod credit;
mod eligible;
mod first;
mod last;

use std::collections::HashMap;

use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::Plan;
use crate::program::Model;
use crate::settle::{Batch, Reason};

pub(crate) use credit::{Credit, Pot, Share, Shares};
pub(crate) use eligible::{Bar, Eligibility};

/// Credits every order, by its position in the facts.
pub(crate) fn attribute(plan: &Plan, batch: &Batch<'_>) -> Vec<Credit> {
    let paths = Paths::new(batch.facts);
    let eligibility = Eligibility::new(plan, batch.facts);
    let longest = eligibility.longest();
    batch.facts.orders.rows.iter().map(|order| credit(plan, &paths, &eligibility, longest, order)).collect()
}

fn credit(plan: &Plan, paths: &Paths<'_>, eligibility: &Eligibility<'_>, longest: i64, order: &Order) -> Credit {
    let path = paths.until(order);
    let recent = |index: &usize| {
        let touch = paths.facts.touches.rows.get(*index);
        touch.is_some_and(|touch| order.at.micros_since(touch.at) > longest)
    };
    let path = path.get(path.partition_point(recent)..).unwrap_or_default();
    let chosen = match plan.model() {
        Model::Last => last::choose(path, |index| class(paths, eligibility, index, order)),
        Model::First => first::choose(path, |index| class(paths, eligibility, index, order)),
        _ => None,
    };
    match chosen.and_then(|index| paths.facts.touches.rows.get(index).map(|touch| (index, touch))) {
        Some((index, touch)) => Credit::sole(index, touch.affiliate),
        None => nobody(paths, eligibility, order),
    }
}

/// The class in which a touch counts for the order, 0 being the strongest; none if it does not count.
fn class(paths: &Paths<'_>, eligibility: &Eligibility<'_>, index: usize, order: &Order) -> Option<usize> {
    paths.facts.touches.rows.get(index).and_then(|touch| eligibility.test(touch, order).ok())
}

/// The first touch of the strongest class, in the order given; nothing is stronger than class 0.
fn strongest<'a>(path: impl Iterator<Item = &'a usize>, class: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for index in path {
        let Some(class) = class(*index) else { continue };
        if best.is_none_or(|(strongest, _)| class < strongest) {
            best = Some((class, *index));
        }
        if class == 0 {
            break;
        }
    }
    best.map(|(_, index)| index)
}

fn nobody(paths: &Paths<'_>, eligibility: &Eligibility<'_>, order: &Order) -> Credit {
    let last = paths.until(order).last().copied();
    let touch = last.and_then(|index| paths.facts.touches.rows.get(index));
    let reason = touch.and_then(|touch| eligibility.test(touch, order).err()).map_or(Reason::NoTouch, Bar::reason);
    Credit::Nobody { reason, touch: last }
}

/// The touches of each customer in the canonical order.
pub(crate) struct Paths<'a> {
    facts: &'a Facts,
    touches: HashMap<Sym, Vec<usize>>,
}

impl<'a> Paths<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        let mut touches: HashMap<Sym, Vec<usize>> = HashMap::new();
        for (index, touch) in facts.touches.rows.iter().enumerate() {
            touches.entry(touch.customer).or_default().push(index);
        }
        let key = |index: &usize| facts.touches.rows.get(*index).map(|touch: &Touch| (touch.at, facts.text(touch.id)));
        for path in touches.values_mut() {
            path.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        Self { facts, touches }
    }

    /// The touches of the order's customer at or before the order.
    pub(crate) fn until(&self, order: &Order) -> &[usize] {
        let path = self.touches.get(&order.customer).map(Vec::as_slice).unwrap_or_default();
        let before = |index: &usize| self.facts.touches.rows.get(*index).is_some_and(|touch| touch.at <= order.at);
        path.get(..path.partition_point(before)).unwrap_or_default()
    }
}
