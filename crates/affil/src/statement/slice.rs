//! Which facts one affiliate's amounts depend on: those without which they would come out otherwise.
//!
//! This module must never compute an amount; it only follows who is joined to whom.

use std::collections::{HashMap, HashSet};

use crate::bonus::Terms;
use crate::facts::{Adjustment, Affiliate, Choice, FactsDocument, Payout, Sym, Touch};
use crate::plan::Plan;
use crate::program::{CapPer, RoundAt};
use crate::settle::Run;

/// The facts that settle to the same targets of this affiliate.
pub(super) fn slice(plan: &Plan, run: &Run<'_>, affiliate: &str) -> FactsDocument {
    let facts = run.batch.facts;
    let mut document = if joins_everybody(plan) {
        facts.to_document()
    } else {
        let own = facts.names.find(affiliate);
        facts.document_of(&Slice::of(plan, run, own.unwrap_or_default()))
    };
    // Fewer facts might end earlier.
    document.until = facts.end().map(|end| crate::facts::TimeText(end.to_string()));
    document
}

/// Whether what one affiliate gets may depend on any other.
fn joins_everybody(plan: &Plan) -> bool {
    let joins = |per: CapPer| matches!(per, CapPer::Rule | CapPer::Program);
    plan.caps.iter().any(|cap| joins(cap.per))
        || plan.bonuses.iter().any(|bonus| matches!(bonus.terms, Terms::Contest { .. }))
}

/// Whether what is earned by one order depends on other orders.
///
/// If so, and several are credited with an order, what one of them gets of it (by rounding, or when it is refunded)
/// depends on the other orders of all of them.
fn accumulates(plan: &Plan) -> bool {
    let statements = plan.program().round.at == RoundAt::Statement;
    statements || !plan.ladders.is_empty() || plan.caps.iter().any(|cap| !cap.is_per_order())
}

/// Whether touches count by themselves, also those that led to no order.
fn counts_touches(plan: &Plan) -> bool {
    plan.bonuses.iter().any(|bonus| matches!(bonus.terms, Terms::Epc { .. }))
}

struct Slice {
    own: Sym,
    /// All facts of these customers.
    customers: HashSet<Sym>,
    orders: HashSet<Sym>,
    affiliates: HashSet<Sym>,
    own_touches: bool,
}

impl Slice {
    fn of(plan: &Plan, run: &Run<'_>, own: Sym) -> Self {
        let facts = run.batch.facts;
        let customers = Joined::of(run).customers(plan, run, own);
        let orders = facts.orders.rows.iter().filter(|order| customers.contains(&order.customer));
        let orders = orders.map(|order| order.id).collect();
        let own_touches = counts_touches(plan);
        let mut slice = Self { own, customers, orders, affiliates: HashSet::new(), own_touches };
        slice.affiliates = slice.named(plan, run);
        slice
    }

    /// All affiliates that the chosen facts and the program name, with their recruiters.
    fn named(&self, plan: &Plan, run: &Run<'_>) -> HashSet<Sym> {
        let facts = run.batch.facts;
        let touched = facts.touches.rows.iter().filter(|touch| self.touch(touch)).map(|touch| touch.affiliate);
        let parties = plan.rules.iter().flat_map(|rule| &rule.share).filter_map(|party| party.affiliate.as_deref());
        let parties = parties.filter_map(|name| facts.names.find(name));
        let mut open: Vec<Sym> = touched.chain(parties).chain([self.own]).collect();
        let mut named = HashSet::new();
        while let Some(affiliate) = open.pop() {
            if !affiliate.is_none() && named.insert(affiliate) {
                open.extend(facts.affiliates.find(affiliate).map(|row| row.recruiter));
            }
        }
        named
    }
}

impl Choice for Slice {
    fn affiliate(&self, row: &Affiliate) -> bool {
        self.affiliates.contains(&row.id)
    }

    fn touch(&self, row: &Touch) -> bool {
        self.customers.contains(&row.customer)
            || (self.own_touches && !row.affiliate.is_none() && row.affiliate == self.own)
    }

    fn order(&self, id: Sym) -> bool {
        self.orders.contains(&id)
    }

    fn adjustment(&self, row: &Adjustment) -> bool {
        row.affiliate == self.own
    }

    fn payout(&self, row: &Payout) -> bool {
        row.affiliate == self.own
    }
}

/// Who is joined to whom by orders.
struct Joined {
    /// The orders on which an affiliate earns, by whatever credit of its own.
    orders_of: HashMap<Sym, Vec<usize>>,
    /// Who so earns on an order.
    earners: HashMap<usize, Vec<Sym>>,
    /// The orders of a customer that are charges, and all charges of a subscription.
    charges_of: HashMap<Sym, Vec<usize>>,
    charges: HashMap<Sym, Vec<usize>>,
}

impl Joined {
    fn of(run: &Run<'_>) -> Self {
        let mut joined = Self {
            orders_of: HashMap::new(),
            earners: HashMap::new(),
            charges_of: HashMap::new(),
            charges: HashMap::new(),
        };
        for award in &run.awards {
            let earners = joined.earners.entry(award.order).or_default();
            if !earners.contains(&award.affiliate) {
                earners.push(award.affiliate);
                joined.orders_of.entry(award.affiliate).or_default().push(award.order);
            }
        }
        for (index, order) in run.batch.facts.orders.rows.iter().enumerate() {
            if !order.subscription.is_none() {
                joined.charges_of.entry(order.customer).or_default().push(index);
                joined.charges.entry(order.subscription).or_default().push(index);
            }
        }
        joined
    }

    /// The customers whose facts decide what the affiliate gets.
    fn customers(&self, plan: &Plan, run: &Run<'_>, own: Sym) -> HashSet<Sym> {
        let accumulates = accumulates(plan);
        let (mut customers, mut affiliates, mut seen) = (HashSet::new(), HashSet::new(), HashSet::new());
        let mut open_affiliates = vec![own];
        // Also what it gets of others' commissions, as a party or a recruiter.
        let of_award = |award: usize| run.awards.get(award).map(|award| award.order);
        let claims = run.claims.iter().filter(|claim| claim.affiliate == own);
        let lifts = run.lifts.iter().filter(|lift| lift.affiliate == own);
        let mut open_orders: Vec<usize> = claims.filter_map(|claim| of_award(claim.award)).collect();
        open_orders.extend(lifts.map(|lift| lift.order));
        loop {
            while let Some(order) = open_orders.pop() {
                if !seen.insert(order) {
                    continue;
                }
                self.join_customer(run, order, &mut customers);
                if accumulates {
                    open_affiliates.extend(self.earners.get(&order).into_iter().flatten());
                }
            }
            let Some(affiliate) = open_affiliates.pop() else { return customers };
            if affiliates.insert(affiliate) {
                open_orders.extend(self.orders_of.get(&affiliate).into_iter().flatten());
            }
        }
    }

    /// The customer of an order, and everybody with a charge of the same subscription as one of its orders.
    fn join_customer(&self, run: &Run<'_>, order: usize, customers: &mut HashSet<Sym>) {
        let mut open = vec![order];
        while let Some(order) = open.pop() {
            let Some(order) = run.batch.order(order) else { continue };
            if !customers.insert(order.customer) {
                continue;
            }
            for charge in self.charges_of.get(&order.customer).into_iter().flatten() {
                let subscription = run.batch.order(*charge).map(|charge| charge.subscription).unwrap_or_default();
                open.extend(self.charges.get(&subscription).into_iter().flatten());
            }
        }
    }
}
