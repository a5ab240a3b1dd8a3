//! When an amount is decided, and from when on it may be paid.
//!
//! This module must never know how much it is.

use super::review::{Reviews, Verdict};
use crate::facts::{Adjustment, Facts, Order, Refund, Sym};
use crate::payout::Agreed;
use crate::plan::{Condition, LockPlan, Plan, Subject};
use crate::time::{Instant, Span};

/// Where an amount stands on its way from earned to payable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// When it was decided that it is owed; none while that is pending.
    pub(crate) decided: Option<Instant>,
    /// None while it is pending or on hold, or where the time lies beyond the years affil knows.
    pub(crate) payable_from: Option<Instant>,
    pub(crate) held: bool,
}

impl Progress {
    pub(crate) const PENDING: Self = Self { decided: None, payable_from: None, held: false };

    /// Decided and payable at once.
    pub(crate) fn at_once(at: Instant) -> Self {
        Self { decided: Some(at), payable_from: Some(at), held: false }
    }
}

/// What a plan and the reviews of a set of facts say of its amounts.
pub(crate) struct Outlook<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    reviews: &'a Reviews,
    agreed: Agreed<'a>,
    holds: Vec<(Condition<Sym>, Span)>,
    /// Whether any payout terms have a `net`.
    nets: bool,
    /// Whether every line locks at once and nothing defers what it earns.
    at_once: bool,
}

impl<'a> Outlook<'a> {
    pub(crate) fn new(plan: &'a Plan, facts: &'a Facts, reviews: &'a Reviews) -> Self {
        let (lifecycle, names) = (&plan.lifecycle, &facts.names);
        let nets = plan.payouts.iter().any(|terms| terms.net.is_some());
        let at_once = lifecycle.lock == LockPlan::AtOnce && lifecycle.holds.is_empty() && !nets && reviews.is_empty();
        let holds = lifecycle.holds.iter().map(|(when, lasts)| (when.bind(names), *lasts)).collect();
        Self { plan, facts, reviews, agreed: plan.agreed(facts), holds, nets, at_once }
    }

    /// Of a commission or an override.
    pub(crate) fn earned(&self, order: (usize, &Order), line: usize, affiliate: Sym) -> Progress {
        let at = order.1.at;
        let known = self.facts.orders.stamp(order.0).known;
        if self.at_once && known.is_none() && self.reviews.end().is_some_and(|end| at <= end) {
            return Progress::at_once(at);
        }
        let Verdict::Approved(approved) = self.reviews.verdict(self.plan, self.facts, order, line) else {
            return Progress { held: self.reviews.held(line), ..Progress::PENDING };
        };
        let decided = approved.max(at);
        let payable_from = || {
            let after = [Some(at), known, self.reviews.released_last(line)].into_iter().flatten().max();
            let lock = self.reviews.lock(self.plan, order, line)?;
            let waits = [lock, self.waited(at, affiliate)?, self.after_net(at, affiliate)?];
            waits.into_iter().chain(after).chain([decided]).max()
        };
        let held = self.reviews.held(line);
        Progress { decided: Some(decided), payable_from: if held { None } else { payable_from() }, held }
    }

    /// Of what a refund takes back of a commission or an override.
    pub(crate) fn taken_back(&self, (index, refund): (usize, &Refund), of: Progress) -> Progress {
        let known = self.facts.refunds.stamp(index).known;
        let latest = |own: Instant| own.max(refund.at).max(known.unwrap_or(own));
        Progress {
            decided: of.decided.map(|decided| decided.max(refund.at)),
            payable_from: of.payable_from.map(latest),
            held: of.held,
        }
    }

    /// Of a bonus.
    pub(crate) fn bonus(&self, at: Instant, affiliate: Sym) -> Progress {
        Progress { payable_from: self.after_net(at, affiliate), ..Progress::at_once(at) }
    }

    /// Of an adjustment.
    pub(crate) fn adjusted(&self, (index, adjustment): (usize, &Adjustment)) -> Progress {
        let (at, known) = (adjustment.at, self.facts.adjustments.stamp(index).known);
        let payable_from = self.after_net(at, adjustment.affiliate).map(|net| net.max(known.unwrap_or(net)));
        Progress { payable_from, ..Progress::at_once(at) }
    }

    /// How long an affiliate waits after an order at least; none for ever.
    fn waited(&self, at: Instant, affiliate: Sym) -> Option<Instant> {
        let subject = Subject::of_affiliate(self.facts, affiliate);
        match self.holds.iter().find(|(when, _)| when.holds(&subject)) {
            None => Some(at),
            Some((_, lasts)) => lasts.end_from(at, &self.plan.zone).ok(),
        }
    }

    /// When what was earned in the month of an instant may be paid by an affiliate's terms; none for never.
    fn after_net(&self, at: Instant, affiliate: Sym) -> Option<Instant> {
        let Some(net) = self.nets.then(|| self.agreed.net(affiliate)).flatten() else { return Some(at) };
        let zone = &self.plan.zone;
        let end = zone.month_start(zone.month(at).next());
        net.end_from(end, zone).ok().map(|net| net.max(at))
    }
}
