//! Which facts one affiliate's amounts depend on: those without which they would come out otherwise.
//!
//! This module must never compute an amount; it only follows who is joined to whom.

use std::collections::HashSet;

use super::earning::earning;
use super::ties::{Ties, adjustments, touches};
use crate::bonus::Terms;
use crate::facts::{Adjustment, Affiliate, Choice, Facts, FactsDocument, Payout, Sym, TimeText, Touch};
use crate::plan::Plan;
use crate::problem::Problems;
use crate::program::CapPer;
use crate::settle::{introduce, run};
use crate::time::Instant;

/// The facts that settle to the same targets of this affiliate.
///
/// Errors: facts that do not settle.
pub(super) fn slice(plan: &Plan, facts: &Facts, affiliate: &str) -> Result<FactsDocument, Problems> {
    let now = facts.current()?;
    let end = now.end();
    let now = introduce(plan, now);
    let mut customers = earning(plan, &run(plan, &now)?, affiliate);
    if joins_everybody(plan) {
        return Ok(FactsDocument { until: end.map(text), ..facts.to_document() });
    }
    let own = facts.names.find(affiliate).unwrap_or_default();
    let paid = facts.payouts.rows.iter().filter(|payout| payout.affiliate == own).map(|payout| payout.at);
    let mut paid: Vec<Instant> = paid.collect();
    paid.sort_unstable();
    paid.dedup();
    // A payout must have been covered by what was known when it was made.
    for at in paid {
        let then = facts.as_of(at);
        let then = introduce(plan, then.current()?);
        customers.extend(earning(plan, &run(plan, &then)?, affiliate));
    }
    let slice = Slice::of(plan, facts, own, Ties::of(facts).all(customers));
    // Fewer facts might end earlier.
    Ok(FactsDocument { until: end.map(text), ..facts.document_of(&slice) })
}

fn text(at: Instant) -> TimeText {
    TimeText(at.to_string())
}

/// Whether what one affiliate gets may depend on any other.
pub(crate) fn joins_everybody(plan: &Plan) -> bool {
    let joins = |per: CapPer| matches!(per, CapPer::Rule | CapPer::Program);
    plan.caps.iter().any(|cap| joins(cap.per))
        || plan.bonuses.iter().any(|bonus| matches!(bonus.terms, Terms::Contest { .. }))
}

/// Whether touches count by themselves, also those that led to no order.
pub(crate) fn counts_touches(plan: &Plan) -> bool {
    plan.bonuses.iter().any(|bonus| matches!(bonus.terms, Terms::Epc { .. }))
}

struct Slice {
    own: Sym,
    /// All facts of these customers.
    customers: HashSet<Sym>,
    orders: HashSet<Sym>,
    adjustments: HashSet<Sym>,
    affiliates: HashSet<Sym>,
    /// Touches that count by themselves.
    touches: HashSet<Sym>,
}

impl Slice {
    fn of(plan: &Plan, facts: &Facts, own: Sym, customers: HashSet<Sym>) -> Self {
        let orders = facts.orders.rows.iter().filter(|order| customers.contains(&order.customer));
        let mut slice = Self {
            own,
            orders: orders.map(|order| order.id).collect(),
            customers,
            adjustments: adjustments(facts, own),
            affiliates: HashSet::new(),
            touches: if counts_touches(plan) && !own.is_none() { touches(facts, own) } else { HashSet::new() },
        };
        let touched = facts.touches.rows.iter().filter(|touch| slice.touch(touch)).map(|touch| touch.affiliate);
        let agreed = facts.adjustments.rows.iter().filter(|row| slice.adjustment(row)).map(|row| row.affiliate);
        slice.affiliates = named(plan, facts, touched.chain(agreed).chain([own]));
        slice
    }
}

/// These affiliates and all that the program names, with their recruiters.
pub(crate) fn named(plan: &Plan, facts: &Facts, affiliates: impl Iterator<Item = Sym>) -> HashSet<Sym> {
    let parties = plan.rules.iter().flat_map(|rule| &rule.share).filter_map(|party| party.affiliate.as_deref());
    let parties = parties.filter_map(|name| facts.names.find(name));
    let mut open: Vec<Sym> = affiliates.chain(parties).collect();
    let mut named = HashSet::new();
    while let Some(affiliate) = open.pop() {
        if !affiliate.is_none() && named.insert(affiliate) {
            open.extend(facts.affiliates.find(affiliate).map(|row| row.recruiter));
        }
    }
    named
}

impl Choice for Slice {
    fn affiliate(&self, row: &Affiliate) -> bool {
        self.affiliates.contains(&row.id)
    }

    fn touch(&self, row: &Touch) -> bool {
        self.customers.contains(&row.customer) || self.touches.contains(&row.id)
    }

    fn order(&self, id: Sym) -> bool {
        self.orders.contains(&id)
    }

    fn adjustment(&self, row: &Adjustment) -> bool {
        self.adjustments.contains(&row.id)
    }

    fn payout(&self, row: &Payout) -> bool {
        row.affiliate == self.own
    }
}
