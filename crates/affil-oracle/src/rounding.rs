//! Section 4: exact commissions become minor units, once.
//!
//! Must never know where an amount came from.

use crate::exact::{Exact, round, sum, whole};
use crate::facts::Facts;
use crate::program::{AssistTo, Program, RoundAt};
use crate::rules::Commission;
use crate::split::Split;
use crate::time::month;
use std::cmp::Reverse;

/// The commissions in whole minor units; they come and go in sequence.
pub(crate) fn apply(program: &Program, facts: &Facts, mut commissions: Vec<Commission>) -> Vec<Commission> {
    let amounts = if program.round.at == RoundAt::Statement {
        by_statement(program, facts, &commissions)
    } else {
        by_groups(program, &commissions)
    };
    for (commission, amount) in commissions.iter_mut().zip(amounts) {
        commission.amount = amount;
    }
    commissions
}

fn by_statement(program: &Program, facts: &Facts, commissions: &[Commission]) -> Vec<Exact> {
    let month_of = |one: &Commission| month(facts.orders[one.order].at, program.zone);
    let scope = |one: &Commission| (one.affiliate.clone(), month_of(one));
    let mut amounts = Vec::new();
    for (position, commission) in commissions.iter().enumerate() {
        let earlier = commissions[..position].iter().filter(|other| scope(other) == scope(commission));
        let before = sum(earlier.map(|other| &other.exact));
        let after = &before + &commission.exact;
        amounts.push(round(&after, program.round.mode) - round(&before, program.round.mode));
    }
    amounts
}

/// The pot of a commission within its line and rule: the model's first, then the assists.
fn pot(program: &Program, commission: &Commission) -> usize {
    let each = program.attribution.assists.as_ref().is_some_and(|assists| assists.to == AssistTo::Each);
    commission.assist.map_or(0, |number| if each { number + 1 } else { 1 })
}

fn by_groups(program: &Program, commissions: &[Commission]) -> Vec<Exact> {
    let group = |one: &Commission| (one.order, one.line, one.rule, pot(program, one));
    let scope = |one: &Commission| (one.order, (program.round.at == RoundAt::Line).then_some(one.line));
    let mut groups: Vec<_> = commissions.iter().map(group).collect();
    groups.sort_unstable();
    groups.dedup();

    let mut amounts = vec![whole(0); commissions.len()];
    for this in &groups {
        let members: Vec<usize> = (0..commissions.len()).filter(|one| group(&commissions[*one]) == *this).collect();
        let exact: Vec<Exact> = members.iter().map(|one| commissions[*one].exact.clone()).collect();
        let own_scope = scope(&commissions[members[0]]);
        let earlier = commissions.iter().filter(|one| scope(one) == own_scope && group(one) < *this);
        let before = sum(earlier.map(|one| &one.exact));
        let after = &before + sum(&exact);
        let rounded = round(&after, program.round.mode) - round(&before, program.round.mode);
        for (member, amount) in members.into_iter().zip(handed_out(program.round.split, &rounded, &exact)) {
            amounts[member] = amount;
        }
    }
    amounts
}

/// What a group has, handed out to its commissions.
fn handed_out(split: Split, rounded: &Exact, exact: &[Exact]) -> Vec<Exact> {
    if exact.len() == 1 {
        return vec![rounded.clone()];
    }
    let mut amounts: Vec<Exact> = exact.iter().map(Exact::floor).collect();
    let mut queue: Vec<usize> = (0..exact.len()).collect();
    if split == Split::Largest {
        // A stable sort leaves ties to the earlier.
        queue.sort_by_key(|one| Reverse(&exact[*one] - exact[*one].floor()));
    } else {
        queue.retain(|one| exact[*one] != whole(0));
    }
    let left = rounded - sum(&amounts);
    let unit = if left < whole(0) { whole(-1) } else { whole(1) };
    if left < whole(0) {
        queue.reverse();
    }
    // Where the running sum crosses zero, more may be left than there are commissions that are not zero.
    for one in queue.into_iter().cycle() {
        if sum(&amounts) == *rounded {
            break;
        }
        amounts[one] += &unit;
    }
    amounts
}
