//! Who earns on which orders, and whose amounts hang together by them.
//!
//! This module must never know an amount.

use std::collections::{HashMap, HashSet};

use super::reach::confined;
use crate::facts::Sym;
use crate::plan::{Plan, Term};
use crate::program::RefundEffect;
use crate::settle::Run;
use crate::time::Instant;

/// An affiliate, in the period that its sales count for.
type Party = (Sym, Term);

/// Who earns on which orders, by whatever credit, share or override that counts for anything else.
#[derive(Debug, Clone, Default)]
pub(super) struct Earners {
    orders: HashMap<Party, HashSet<Sym>>,
    of_order: HashMap<Sym, Vec<Party>>,
}

impl Earners {
    pub(super) fn of(plan: &Plan, run: &Run<'_>) -> Self {
        let period = confined(plan);
        let term = |at: Instant| period.map_or(Term::Life, |period| plan.almanac().term(period, at, 0));
        let refunds = &plan.program.refunds;
        // Refunds that count for the period in which they happen join it with that of the sale.
        let later = [refunds.tiers, refunds.caps].contains(&RefundEffect::RefundPeriod);
        let mut refunded: HashMap<usize, Vec<Term>> = HashMap::new();
        for taking in run.batch.takings.iter().filter(|_| later) {
            let refund = run.batch.facts.refunds.rows.get(taking.refund);
            refunded.entry(taking.order).or_default().extend(refund.map(|refund| term(refund.at)));
        }
        let mut earners = Self::default();
        let mut add = |index: usize, affiliate: Sym| {
            let Some(order) = run.batch.order(index) else { return };
            earners.add(order.id, (affiliate, term(order.at)));
            for term in refunded.get(&index).into_iter().flatten() {
                earners.add(order.id, (affiliate, *term));
            }
        };
        run.awards.iter().for_each(|award| add(award.order, award.affiliate));
        // Bonuses may count everything that an affiliate gets.
        if !plan.bonuses.is_empty() {
            let claims = run.claims.iter().filter_map(|claim| Some((run.awards.get(claim.award)?, claim.affiliate)));
            claims.for_each(|(award, affiliate)| add(award.order, affiliate));
            run.lifts.iter().for_each(|lift| add(lift.order, lift.affiliate));
        }
        earners
    }

    fn add(&mut self, order: Sym, party: Party) {
        let parties = self.of_order.entry(order).or_default();
        if !parties.contains(&party) {
            parties.push(party);
            self.orders.entry(party).or_default().insert(order);
        }
    }

    /// Takes over what another one says of these orders.
    pub(super) fn replace(&mut self, owned: &HashSet<Sym>, new: &Self) {
        for order in owned {
            for party in self.of_order.remove(order).unwrap_or_default() {
                if let Some(orders) = self.orders.get_mut(&party) {
                    orders.remove(order);
                }
            }
            for party in new.of_order.get(order).into_iter().flatten() {
                self.add(*order, *party);
            }
        }
    }

    /// The affiliates whose amounts may come out otherwise when these orders do, and all orders on which they earn in such
    /// a period: whoever earns on an order of one of them is one of them.
    ///
    /// `after` says who earns on the orders that changed now.
    pub(super) fn joined(
        &self,
        changed: HashSet<Sym>,
        affiliates: HashSet<Sym>,
        after: &Self,
    ) -> (HashSet<Sym>, HashSet<Sym>) {
        let of_order = |order: &Sym| -> Vec<Party> {
            let both = [self.of_order.get(order), after.of_order.get(order)];
            both.into_iter().flatten().flatten().copied().collect()
        };
        // Only bonuses look at affiliates by themselves, and nothing confines these.
        let affiliates = affiliates.into_iter().map(|affiliate| (affiliate, Term::Life));
        let mut open: Vec<Party> = changed.iter().flat_map(of_order).chain(affiliates).collect();
        let (mut joined, mut orders) = (HashSet::new(), changed);
        while let Some(party) = open.pop() {
            if !joined.insert(party) {
                continue;
            }
            for order in [self, after].into_iter().filter_map(|known| known.orders.get(&party)).flatten() {
                if orders.insert(*order) {
                    open.extend(of_order(order));
                }
            }
        }
        (joined.into_iter().map(|(affiliate, _)| affiliate).collect(), orders)
    }
}
