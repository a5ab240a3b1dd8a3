//! Sections 5 ("Sharing") and 5a: commissions shared among parties, and overrides for recruiters.
//!
//! Must never know caps or refunds.

use crate::conditions::is_true_of;
use crate::exact::{Exact, percent, round, sum};
use crate::facts::Facts;
use crate::program::{Override, OverrideOf, Program, UnknownAffiliates};
use crate::rules::Commission;
use crate::split::divide;
use std::collections::BTreeSet;

/// What somebody earns with a line: a commission after sharing, or an override. In minor units.
#[derive(Clone)]
pub(crate) struct Award {
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    pub(crate) by: By,
    /// Position among those who are credited with the order.
    pub(crate) credit: usize,
    /// Position among the parties of the rule, or the levels of the override.
    pub(crate) step: usize,
    pub(crate) affiliate: String,
    pub(crate) amount: Exact,
}

/// What an award is made by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    /// Position in `program.rules`.
    Rule(usize),
    /// Position in `program.overrides`, and the affiliate whose sale it is.
    Override(usize, String),
}

/// The commissions after sharing, in sequence.
pub(crate) fn share(program: &Program, commissions: &[Commission]) -> Vec<Award> {
    let mut awards: Vec<Award> = Vec::new();
    for commission in commissions {
        for (step, (affiliate, amount)) in parties(program, commission).into_iter().enumerate() {
            let by = By::Rule(commission.rule);
            let same = |other: &&mut Award| {
                (other.order, other.line) == (commission.order, commission.line)
                    && other.by == by
                    && other.affiliate == affiliate
            };
            if let Some(first) = awards.iter_mut().find(same) {
                first.amount += amount;
                continue;
            }
            let Commission { order, line, credit, .. } = *commission;
            awards.push(Award { order, line, by, credit, step, affiliate, amount });
        }
    }
    awards
}

/// Who gets which part of a commission.
fn parties(program: &Program, commission: &Commission) -> Vec<(String, Exact)> {
    let parties = &program.rules[commission.rule].pay.share;
    if parties.is_empty() {
        return vec![(commission.affiliate.clone(), commission.amount.clone())];
    }
    let parts: Vec<Exact> = parties.iter().map(|party| party.part.0.clone()).collect();
    let whom = parties.iter().map(|party| party.affiliate.as_ref().unwrap_or(&commission.affiliate).clone());
    whom.zip(divide(program.round.split, &commission.amount, &parts)).collect()
}

/// The overrides, in sequence; the commissions are those before sharing.
pub(crate) fn overrides(program: &Program, facts: &Facts, commissions: &[Commission]) -> Vec<Award> {
    let mut awards = Vec::new();
    let earners: BTreeSet<(usize, usize, usize)> =
        commissions.iter().map(|one| (one.order, one.line, one.credit)).collect();
    for (position, over) in program.overrides.iter().enumerate() {
        for (order, line, credit) in &earners {
            let own = |one: &&Commission| {
                (one.order, one.line, one.credit) == (*order, *line, *credit)
                    && over.rules.as_ref().is_none_or(|rules| rules.contains(&program.rules[one.rule].id))
            };
            let own: Vec<&Commission> = commissions.iter().filter(own).collect();
            let in_time = over.dates.hold(facts.orders[*order].at, program.zone);
            if let Some(first) = own.first().filter(|_| in_time) {
                let paid_on = match over.of {
                    OverrideOf::Sale => first.base.clone(),
                    OverrideOf::Commission => sum(own.iter().map(|one| &one.amount)),
                };
                awards.extend(up_the_tree(program, facts, over, position, first, &paid_on));
            }
        }
    }
    awards.sort_by_key(|award: &Award| (award.order, award.line, award.by_position(), award.credit, award.step));
    awards
}

impl Award {
    /// Rules before overrides, each by position.
    pub(crate) fn by_position(&self) -> (u8, usize) {
        match &self.by {
            By::Rule(position) => (0, *position),
            By::Override(position, _) => (1, *position),
        }
    }
}

/// What one override pays, level by level, to those who recruited the affiliate of a commission.
fn up_the_tree(
    program: &Program,
    facts: &Facts,
    over: &Override,
    position: usize,
    commission: &Commission,
    paid_on: &Exact,
) -> Vec<Award> {
    let Commission { order, line, credit, ref affiliate, .. } = *commission;
    let recruiter = |id: &String| facts.affiliate(id).and_then(|affiliate| affiliate.recruiter.clone());
    let mut awards = Vec::new();
    let mut above = recruiter(affiliate);
    for (step, level) in over.levels.iter().enumerate() {
        let Some(recipient) = above else {
            break;
        };
        above = recruiter(&recipient);
        if !may_receive(program, facts, over, &recipient) {
            continue;
        }
        let amount = round(&(percent(&level.0) * paid_on), program.round.mode);
        let by = By::Override(position, affiliate.clone());
        awards.push(Award { order, line, by, credit, step, affiliate: recipient, amount });
    }
    awards
}

fn may_receive(program: &Program, facts: &Facts, over: &Override, recipient: &str) -> bool {
    let active = match facts.affiliate(recipient) {
        Some(affiliate) => affiliate.active,
        None => program.unknown_affiliates == UnknownAffiliates::Accept,
    };
    active && is_true_of(&over.when, program, facts, recipient)
}
