//! Where the facts of a customer, an affiliate or an order stand, kept up as facts are added.
//!
//! This module must never know a program.

use std::collections::HashMap;

use crate::facts::{Facts, Sym};
use crate::statement::Ties;

/// The positions of rows by something that they name; rows only ever come after those before.
#[derive(Debug, Clone, Default)]
struct Chain {
    /// The last row that names it.
    last: HashMap<Sym, usize>,
    /// For each row the one before it that names the same.
    before: Vec<Option<usize>>,
}

impl Chain {
    fn extend(&mut self, names: impl Iterator<Item = Sym>) {
        for name in names {
            let before = self.last.insert(name, self.before.len());
            self.before.push(before);
        }
    }

    fn rows(&self) -> usize {
        self.before.len()
    }

    /// The rows that name it, the last one first.
    fn of(&self, name: Sym) -> impl Iterator<Item = usize> {
        std::iter::successors(self.last.get(&name).copied(), |row| self.before.get(*row).copied().flatten())
    }
}

/// All facts, those that were replaced included, by what they name.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// By customer.
    orders: Chain,
    touches: Chain,
    /// Touches by affiliate.
    clicks: Chain,
    /// By order.
    refunds: Chain,
    reviews: HashMap<Sym, Vec<usize>>,
    /// How many reviews were read.
    reviewed: usize,
    /// A customer of each subscription.
    subscriptions: HashMap<Sym, Sym>,
    ties: Ties,
}

impl Index {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut index = Self::default();
        index.extend(facts);
        index.mend(facts);
        index
    }

    /// Reads the rows that it does not know yet; none of them corrects another.
    pub(super) fn extend(&mut self, facts: &Facts) {
        let orders = facts.orders.rows.get(self.orders.rows()..).unwrap_or_default();
        for order in orders.iter().filter(|order| !order.subscription.is_none()) {
            let first = *self.subscriptions.entry(order.subscription).or_insert(order.customer);
            if first != order.customer {
                self.ties.tie(first, order.customer);
            }
        }
        self.orders.extend(orders.iter().map(|order| order.customer));
        let touches = facts.touches.rows.get(self.touches.rows()..).unwrap_or_default();
        self.touches.extend(touches.iter().map(|touch| touch.customer));
        self.clicks.extend(touches.iter().map(|touch| touch.affiliate));
        let refunds = facts.refunds.rows.get(self.refunds.rows()..).unwrap_or_default();
        self.refunds.extend(refunds.iter().map(|refund| refund.order));
        for (index, review) in facts.reviews.rows.iter().enumerate().skip(self.reviewed) {
            for order in review.orders.of(&facts.groups) {
                self.reviews.entry(*order).or_default().push(index);
            }
        }
        self.reviewed = facts.reviews.rows.len();
    }

    /// Looks anew at who is tied to whom, after corrections.
    pub(super) fn mend(&mut self, facts: &Facts) {
        self.ties = Ties::of(facts);
    }

    pub(super) fn ties(&self) -> &Ties {
        &self.ties
    }

    /// Of a customer.
    pub(super) fn orders(&self, customer: Sym) -> impl Iterator<Item = usize> {
        self.orders.of(customer)
    }

    /// Of a customer.
    pub(super) fn touches(&self, customer: Sym) -> impl Iterator<Item = usize> {
        self.touches.of(customer)
    }

    /// Of an affiliate.
    pub(super) fn clicks(&self, affiliate: Sym) -> impl Iterator<Item = usize> {
        self.clicks.of(affiliate)
    }

    /// Of an order.
    pub(super) fn refunds(&self, order: Sym) -> impl Iterator<Item = usize> {
        self.refunds.of(order)
    }

    /// Those about an order, whatever else they are about.
    pub(super) fn reviews(&self, order: Sym) -> impl Iterator<Item = usize> {
        self.reviews.get(&order).into_iter().flatten().copied()
    }
}
