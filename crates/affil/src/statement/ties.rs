//! Which customers belong together whoever earns on them: by subscriptions, and by facts that correct each other's.
//!
//! This module must never know a program.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, Review, Sym};

/// A tie between customers: where one of `any` is chosen, all of `all` are.
#[derive(Debug, Clone)]
struct Tie {
    any: Vec<Sym>,
    all: Vec<Sym>,
}

/// All ties of a set of facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ties {
    ties: Vec<Tie>,
    of_customer: HashMap<Sym, Vec<usize>>,
}

impl Ties {
    pub(crate) fn of(facts: &Facts) -> Self {
        let mut all = Self::default();
        for tie in ties(facts) {
            all.add(tie);
        }
        all
    }

    fn add(&mut self, tie: Tie) {
        for customer in &tie.any {
            self.of_customer.entry(*customer).or_default().push(self.ties.len());
        }
        self.ties.push(tie);
    }

    /// Ties two customers to each other.
    pub(crate) fn tie(&mut self, one: Sym, other: Sym) {
        self.add(Tie { any: vec![one, other], all: vec![one, other] });
    }

    /// The customers, and all who are tied to them, over however many.
    pub(crate) fn all(&self, customers: impl IntoIterator<Item = Sym>) -> HashSet<Sym> {
        let mut open: Vec<Sym> = customers.into_iter().collect();
        let mut all = HashSet::new();
        while let Some(customer) = open.pop() {
            if all.insert(customer) {
                let ties = self.of_customer.get(&customer).into_iter().flatten();
                open.extend(ties.filter_map(|tie| self.ties.get(*tie)).flat_map(|tie| &tie.all));
            }
        }
        all
    }
}

fn ties(facts: &Facts) -> Vec<Tie> {
    let customer = |order: Sym| facts.orders.find(order).map(|order| order.customer);
    let mut ties = Vec::new();
    let mut tie = |all: Vec<Sym>| {
        if all.windows(2).any(|pair| pair.first() != pair.last()) {
            ties.push(Tie { any: all.clone(), all });
        }
    };
    let mut charges: HashMap<Sym, Vec<Sym>> = HashMap::new();
    for order in facts.orders.rows.iter().filter(|order| !order.subscription.is_none()) {
        charges.entry(order.subscription).or_default().push(order.customer);
    }
    charges.into_values().for_each(&mut tie);
    for (touch, replaced) in facts.touches.replacing() {
        tie(facts.touches.find(replaced).map(|row| row.customer).into_iter().chain([touch.customer]).collect());
    }
    for (order, replaced) in facts.orders.replacing() {
        tie(customer(replaced).into_iter().chain([order.customer]).collect());
    }
    for (refund, replaced) in facts.refunds.replacing() {
        let replaced = facts.refunds.find(replaced).and_then(|refund| customer(refund.order));
        tie(replaced.into_iter().chain(customer(refund.order)).collect());
    }
    for (review, replaced) in facts.reviews.replacing() {
        let of = |review: &Review| -> Vec<Sym> {
            let mut orders: Vec<Sym> = review.orders.of(&facts.groups).to_vec();
            orders.sort_by_key(|order| facts.text(*order));
            orders.into_iter().filter_map(customer).collect()
        };
        let both: Vec<Vec<Sym>> = facts.reviews.find(replaced).into_iter().chain([review]).map(of).collect();
        // A review about nothing cannot be written, so each keeps an order, though not all.
        let all = both.iter().filter_map(|customers| customers.first().copied()).collect();
        ties.push(Tie { any: both.concat(), all });
    }
    ties
}

/// The affiliate's adjustments, and those that correct them or are corrected by them.
pub(super) fn adjustments(facts: &Facts, affiliate: Sym) -> HashSet<Sym> {
    let own = facts.adjustments.rows.iter().filter(|row| row.affiliate == affiliate).map(|row| row.id);
    let pairs: Vec<(Sym, Sym)> = facts.adjustments.replacing().map(|(row, replaced)| (row.id, replaced)).collect();
    chained(own.collect(), &pairs)
}

/// The affiliate's touches, and those that correct them or are corrected by them.
pub(super) fn touches(facts: &Facts, affiliate: Sym) -> HashSet<Sym> {
    let own = facts.touches.rows.iter().filter(|row| row.affiliate == affiliate).map(|row| row.id);
    let pairs: Vec<(Sym, Sym)> = facts.touches.replacing().map(|(row, replaced)| (row.id, replaced)).collect();
    chained(own.collect(), &pairs)
}

/// The ids, and all that form pairs with them, over however many.
fn chained(mut all: HashSet<Sym>, pairs: &[(Sym, Sym)]) -> HashSet<Sym> {
    loop {
        let before = all.len();
        for (one, other) in pairs {
            if all.contains(one) || all.contains(other) {
                all.extend([*one, *other]);
            }
        }
        if all.len() == before {
            return all;
        }
    }
}
