//! Of which customers the orders decide what an affiliate gets.
//!
//! This module must never compute an amount; it only follows who earns with whom.

use std::collections::{HashMap, HashSet};

use crate::facts::Sym;
use crate::plan::Plan;
use crate::program::RoundAt;
use crate::settle::Run;

/// The customers with an order on which the affiliate earns, or somebody on whose earnings its own depend.
pub(super) fn earning(plan: &Plan, run: &Run<'_>, affiliate: &str) -> HashSet<Sym> {
    let mut customers = HashSet::new();
    let Some(own) = run.batch.facts.names.find(affiliate) else { return customers };
    let joined = Joined::of(run);
    let accumulates = accumulates(plan);
    let (mut affiliates, mut orders) = (HashSet::new(), HashSet::new());
    let mut open_affiliates = vec![own];
    // Also what it gets of others' commissions, as a party or a recruiter.
    let of_award = |award: usize| run.awards.get(award).map(|award| award.order);
    let claims = run.claims.iter().filter(|claim| claim.affiliate == own);
    let mut open_orders: Vec<usize> = claims.filter_map(|claim| of_award(claim.award)).collect();
    open_orders.extend(run.lifts.iter().filter(|lift| lift.affiliate == own).map(|lift| lift.order));
    loop {
        while let Some(order) = open_orders.pop() {
            if orders.insert(order) {
                customers.extend(run.batch.order(order).map(|order| order.customer));
                if accumulates {
                    open_affiliates.extend(joined.earners.get(&order).into_iter().flatten());
                }
            }
        }
        let Some(affiliate) = open_affiliates.pop() else { return customers };
        if affiliates.insert(affiliate) {
            open_orders.extend(joined.orders.get(&affiliate).into_iter().flatten());
        }
    }
}

/// Whether what is earned by one order depends on other orders.
///
/// If so, and several are credited with an order, what one of them gets of it (by rounding, or when it is refunded)
/// depends on the other orders of all of them.
fn accumulates(plan: &Plan) -> bool {
    let statements = plan.program().round.at == RoundAt::Statement;
    statements || !plan.ladders.is_empty() || plan.caps.iter().any(|cap| !cap.is_per_order())
}

/// Who is joined to whom by orders.
#[derive(Default)]
struct Joined {
    /// The orders on which an affiliate earns, by whatever credit of its own.
    orders: HashMap<Sym, Vec<usize>>,
    /// Who so earns on an order.
    earners: HashMap<usize, Vec<Sym>>,
}

impl Joined {
    fn of(run: &Run<'_>) -> Self {
        let mut joined = Self::default();
        for award in &run.awards {
            let earners = joined.earners.entry(award.order).or_default();
            if !earners.contains(&award.affiliate) {
                earners.push(award.affiliate);
                joined.orders.entry(award.affiliate).or_default().push(award.order);
            }
        }
        joined
    }
}
