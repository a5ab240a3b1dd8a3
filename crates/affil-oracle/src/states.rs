//! Section 12, "Payable" and "State": from when on a target may be paid, and how it stands.
//!
//! Must never know how an amount came about.

use crate::Target;
use crate::calendar::period_of;
use crate::conditions::is_true_of;
use crate::facts::Facts;
use crate::lifecycle::standing;
use crate::payouts::{is_failed, terms};
use crate::program::{Dates, Period, Program};
use crate::stamps::Stamped;
use crate::targets::{Place, Placed};
use crate::time::{Instant, text, window_end};

/// A target with what decides on when it may be paid.
pub(crate) struct Owed {
    pub(crate) target: Target,
    pub(crate) at: Instant,
    pub(crate) due: Due,
}

pub(crate) struct Due {
    /// None while its line is pending.
    pub(crate) decision: Option<Instant>,
    /// None while its line is pending or on hold.
    pub(crate) payable_from: Option<Instant>,
    on_hold: bool,
}

impl Due {
    fn from(at: Instant, payable_from: Instant) -> Self {
        Self { decision: Some(at), payable_from: Some(payable_from), on_hold: false }
    }

    /// Whether it is decided by an instant.
    pub(crate) fn is_decided(&self, by: Instant) -> bool {
        self.decision.is_some_and(|decision| decision <= by)
    }

    /// Whether it may be paid at an instant.
    pub(crate) fn is_payable(&self, at: Instant) -> bool {
        self.payable_from.is_some_and(|from| from <= at)
    }
}

/// The targets with their instants and states.
pub(crate) fn stand(program: &Program, facts: &Facts, placed: Vec<Placed>) -> Vec<Owed> {
    let mut all = Vec::new();
    for (place, target) in placed {
        let due = due(program, facts, &place, &target);
        all.push(Owed { target, at: place.0, due });
    }
    let states: Vec<&str> = all.iter().map(|one| state(facts, &all, one)).collect();
    for (one, state) in all.iter_mut().zip(states) {
        one.target.state = String::from(state);
        one.target.payable_from = one.due.payable_from.map(text);
    }
    all
}

fn due(program: &Program, facts: &Facts, place: &Place, target: &Target) -> Due {
    let (at, fact) = (place.0, &place.2);
    match target.kind.as_str() {
        "commission" | "override" => of_line(program, facts, place, target),
        "reversal" => {
            let refund = facts.refunds.iter().find(|refund| refund.id == *fact).expect("the refund of a reversal");
            let earned = of_line(program, facts, place, target);
            Due {
                decision: earned.decision.map(|decision| decision.max(refund.at)),
                payable_from: earned.payable_from.map(|from| from.max(refund.at).max(refund.known())),
                on_hold: earned.on_hold,
            }
        }
        "adjustment" => {
            let own = facts.adjustments.iter().find(|adjustment| adjustment.id == *fact);
            let known = own.expect("the adjustment of a target").known();
            Due::from(at, at.max(known).max(net(program, facts, &target.affiliate, at)))
        }
        _ => Due::from(at, at.max(net(program, facts, &target.affiliate, at))),
    }
}

/// Of a commission or override; of a reversal, that of what it takes back.
fn of_line(program: &Program, facts: &Facts, place: &Place, target: &Target) -> Due {
    let position = facts.orders.iter().position(|order| Some(&order.id) == target.order.as_ref());
    let position = position.expect("the order of a target");
    let order = &facts.orders[position];
    let standing = standing(program, facts, position, place.3);

    let decision = standing.decided.map(|(_, decided)| decided.max(order.at));
    let mut waits = vec![order.at, order.known()];
    waits.extend(decision);
    waits.extend(standing.lock);
    waits.extend(standing.released);
    let holds = &program.lifecycle.holds;
    let hold = holds.iter().find(|hold| is_true_of(&hold.when, program, facts, &target.affiliate));
    waits.extend(hold.map(|hold| window_end(order.at, &hold.lasts, program.zone)));
    waits.push(net(program, facts, &target.affiliate, order.at));
    let payable_from = if decision.is_none() || standing.on_hold { None } else { waits.into_iter().max() };
    Due { decision, payable_from, on_hold: standing.on_hold }
}

/// With `net` in the affiliate's terms: the beginning of the month after that of an instant, plus it. Else the instant.
fn net(program: &Program, facts: &Facts, affiliate: &str, at: Instant) -> Instant {
    let Some(net) = terms(program, facts, affiliate).and_then(|terms| terms.net.as_ref()) else {
        return at;
    };
    let month = period_of(program, Period::Month, &Dates::default(), at, "");
    window_end(month.ends.expect("a month has an end"), net, program.zone)
}

/// How a target stands at the end of the facts: the first that applies.
fn state(facts: &Facts, all: &[Owed], one: &Owed) -> &'static str {
    let own = facts.payouts.iter().filter(|payout| payout.affiliate == one.target.affiliate);
    let last_payout = own.filter(|payout| !is_failed(facts, payout, None)).map(|payout| payout.at).max();
    if is_taken_back(all, &one.target) {
        "reversed"
    } else if one.due.on_hold {
        "on_hold"
    } else if one.due.decision.is_none() {
        "pending"
    } else if !facts.end().is_some_and(|end| one.due.is_payable(end)) {
        "approved"
    } else if last_payout.is_some_and(|at| one.due.is_payable(at)) {
        "paid"
    } else {
        "payable"
    }
}

/// Whether reversals take back everything of a commission or override that is not zero.
fn is_taken_back(all: &[Owed], target: &Target) -> bool {
    if !matches!(target.kind.as_str(), "commission" | "override") || target.minor == 0 {
        return false;
    }
    // The id of a reversal is that of what it takes back but for kind and fact.
    let earned = |target: &Target| {
        let (_, rest) = target.id.split_once('/').expect("line and rule in an id");
        (target.order.clone(), rest.to_owned())
    };
    let reversals = all.iter().map(|one| &one.target).filter(|other| other.kind == "reversal");
    let own = reversals.filter(|other| earned(other) == earned(target));
    own.map(|reversal| reversal.minor).sum::<i128>() == -target.minor
}
