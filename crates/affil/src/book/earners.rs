//! Who earns on which orders, and whose amounts hang together by them.
//!
//! This module must never know an amount.

use std::collections::{HashMap, HashSet};

use crate::facts::Sym;
use crate::settle::Run;

/// Who earns on which orders, by whatever credit, share or override.
#[derive(Debug, Clone, Default)]
pub(super) struct Earners {
    orders: HashMap<Sym, HashSet<Sym>>,
    of_order: HashMap<Sym, Vec<Sym>>,
}

impl Earners {
    /// Those of a run. `all`: who gets a share, or an override, as well as who is credited.
    pub(super) fn of(run: &Run<'_>, all: bool) -> Self {
        let mut earners = Self::default();
        let id = |order: usize| run.batch.order(order).map(|order| order.id);
        for award in &run.awards {
            earners.add(id(award.order), award.affiliate);
        }
        if all {
            for claim in &run.claims {
                let order = run.awards.get(claim.award).and_then(|award| id(award.order));
                earners.add(order, claim.affiliate);
            }
            for lift in &run.lifts {
                // Whose recruits sell more may have more overrides, and nothing else, to count.
                earners.add(id(lift.order), lift.affiliate);
            }
        }
        earners
    }

    fn add(&mut self, order: Option<Sym>, affiliate: Sym) {
        let Some(order) = order else { return };
        let earners = self.of_order.entry(order).or_default();
        if !earners.contains(&affiliate) {
            earners.push(affiliate);
            self.orders.entry(affiliate).or_default().insert(order);
        }
    }

    /// Takes over what another one says of these orders.
    pub(super) fn replace(&mut self, owned: &HashSet<Sym>, new: &Self) {
        for order in owned {
            for affiliate in self.of_order.remove(order).unwrap_or_default() {
                if let Some(orders) = self.orders.get_mut(&affiliate) {
                    orders.remove(order);
                }
            }
            for affiliate in new.of_order.get(order).into_iter().flatten() {
                self.add(Some(*order), *affiliate);
            }
        }
    }

    /// The affiliates whose amounts may come out otherwise when these orders do, and all orders on which they earn:
    /// whoever earns on an order of one of them is one of them.
    ///
    /// `after` says who earns on the orders that changed now.
    pub(super) fn joined(
        &self,
        changed: HashSet<Sym>,
        affiliates: HashSet<Sym>,
        after: &Self,
    ) -> (HashSet<Sym>, HashSet<Sym>) {
        let of_order = |order: &Sym| -> Vec<Sym> {
            let both = [self.of_order.get(order), after.of_order.get(order)];
            both.into_iter().flatten().flatten().copied().collect()
        };
        let mut open: Vec<Sym> = changed.iter().flat_map(of_order).chain(affiliates).collect();
        let (mut joined, mut orders) = (HashSet::new(), changed);
        while let Some(affiliate) = open.pop() {
            if !joined.insert(affiliate) {
                continue;
            }
            for order in [self, after].into_iter().filter_map(|known| known.orders.get(&affiliate)).flatten() {
                if orders.insert(*order) {
                    open.extend(of_order(order));
                }
            }
        }
        (joined, orders)
    }
}
