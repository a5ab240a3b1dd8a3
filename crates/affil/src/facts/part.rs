//! A few rows of facts as facts of their own, in which every text keeps its number.
//!
//! This module must never know why these rows are wanted.

use std::sync::Arc;

use super::table::Stretch;
use super::{Affiliate, Facts, Order, Review, Sym, Touch};
use crate::time::Instant;

/// Positions of the rows that are wanted, by table: in any order, and a row may be named twice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    pub(crate) affiliates: Vec<usize>,
    pub(crate) touches: Vec<usize>,
    pub(crate) orders: Vec<usize>,
    pub(crate) refunds: Vec<usize>,
    pub(crate) adjustments: Vec<usize>,
    /// Of what they say, what is about other orders is left out.
    pub(crate) reviews: Vec<usize>,
}

impl Facts {
    /// These rows, all quotes that their orders may need, and no payouts; they end at `until`.
    pub(crate) fn part(&self, mut wanted: Part, until: Option<Instant>) -> Facts {
        let Part { affiliates, touches, orders, refunds, adjustments, reviews } = &mut wanted;
        for rows in [&mut *affiliates, touches, orders, refunds, adjustments, reviews] {
            rows.sort_unstable();
            rows.dedup();
        }
        let mut part = Facts { names: Arc::clone(&self.names), until, ..Facts::default() };
        for row in affiliates.iter().filter_map(|index| self.affiliates.rows.get(*index)) {
            let (groups, customers) = (part.copy_set(self, row.groups), part.copy_set(self, row.customers));
            let attributes = part.copy_attributes(self, row.attributes);
            let row = Affiliate { groups, customers, attributes, ..*row };
            part.affiliates.insert(row.id, row, super::table::Stamped::default());
        }
        for (index, row) in touches.iter().filter_map(|index| Some((*index, self.touches.rows.get(*index)?))) {
            let attributes = part.copy_attributes(self, row.attributes);
            part.touches.insert(row.id, Touch { attributes, ..*row }, self.touches.stamp(index));
        }
        for (index, row) in orders.iter().filter_map(|index| Some((*index, self.orders.rows.get(*index)?))) {
            let (attributes, lines) = (part.copy_attributes(self, row.attributes), part.copy_lines(self, row.lines));
            part.orders.insert(row.id, Order { attributes, lines, ..*row }, self.orders.stamp(index));
        }
        for (index, row) in refunds.iter().filter_map(|index| Some((*index, self.refunds.rows.get(*index)?))) {
            part.refunds.insert(row.id, *row, self.refunds.stamp(index));
        }
        for (index, row) in adjustments.iter().filter_map(|index| Some((*index, self.adjustments.rows.get(*index)?))) {
            part.adjustments.insert(row.id, *row, self.adjustments.stamp(index));
        }
        for (index, row) in reviews.iter().filter_map(|index| Some((*index, self.reviews.rows.get(*index)?))) {
            let there = |order: &Sym| part.orders.find(*order).is_some();
            let about: Vec<Sym> = row.orders.of(&self.groups).iter().copied().filter(there).collect();
            let orders = part.store_set(about);
            part.reviews.insert(row.id, Review { orders, ..*row }, self.reviews.stamp(index));
        }
        if part.orders.rows.iter().any(|order| order.currency.is_some()) {
            part.quotes = self.quotes.clone();
        }
        part
    }

    fn copy_set(&mut self, from: &Facts, set: Stretch) -> Stretch {
        self.store_set(set.of(&from.groups).to_vec())
    }

    fn copy_attributes(&mut self, from: &Facts, attributes: Stretch) -> Stretch {
        self.store_attributes(attributes.of(&from.attributes).to_vec())
    }

    fn copy_lines(&mut self, from: &Facts, lines: Stretch) -> Stretch {
        let start = self.lines.len();
        for line in lines.of(&from.lines) {
            let attributes = self.copy_attributes(from, line.attributes);
            self.lines.push(super::Line { attributes, ..*line });
        }
        Stretch::new(start, self.lines.len())
    }
}
