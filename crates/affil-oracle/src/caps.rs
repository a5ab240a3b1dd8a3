//! Section 5: upper limits of orders, and over periods.
//!
//! Must never know rates.

use crate::calendar::period_of;
use crate::conditions::is_true_of;
use crate::exact::{Exact, sum, whole};
use crate::facts::{Facts, limit};
use crate::program::{Cap, CapPer, CapShare, Dates, Program, RefundEffect};
use crate::refunds::{Step, Taking, steps, taken_back};
use crate::rules::Commission;
use crate::split::{Split, divide};
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// The commissions after all caps; they come and go in sequence.
pub(crate) fn apply(
    program: &Program,
    facts: &Facts,
    takings: &[Taking],
    mut commissions: Vec<Commission>,
) -> Vec<Commission> {
    for cap in program.caps.iter().filter(|cap| is_of_one_order(cap)) {
        limit_orders(program, facts, cap, &mut commissions);
    }
    limit_in_sequence(program, facts, takings, &mut commissions);
    commissions
}

fn is_of_one_order(cap: &Cap) -> bool {
    cap.per == CapPer::Order && cap.period.is_none()
}

/// Whether a cap covers a commission.
fn covers(program: &Program, facts: &Facts, cap: &Cap, commission: &Commission) -> bool {
    cap.rules.as_ref().is_none_or(|rules| rules.contains(&program.rules[commission.rule].id))
        && is_true_of(&cap.when, program, facts, &commission.affiliate)
        && cap.dates.hold(facts.orders[commission.order].at, program.zone)
}

/// The limit of a cap for an affiliate, in minor units.
fn limit_of(program: &Program, facts: &Facts, cap: &Cap, affiliate: &str) -> Exact {
    let own = cap.attribute.as_ref().and_then(|name| facts.attribute(affiliate, name));
    // An attribute that cannot be read is refused with the facts.
    own.and_then(|text| limit(program, text)).unwrap_or_else(|| program.minor(&cap.amount))
}

fn limit_orders(program: &Program, facts: &Facts, cap: &Cap, commissions: &mut [Commission]) {
    let pairs: BTreeSet<(usize, String)> = commissions.iter().map(|one| (one.order, one.affiliate.clone())).collect();
    for (order, affiliate) in pairs {
        let mut together: Vec<&mut Commission> = commissions
            .iter_mut()
            .filter(|one| one.order == order && one.affiliate == affiliate && covers(program, facts, cap, one))
            .collect();
        let amounts: Vec<Exact> = together.iter().map(|one| one.amount.clone()).collect();
        let shared = shared(cap.share, &limit_of(program, facts, cap, &affiliate), &amounts);
        for (commission, amount) in together.iter_mut().zip(shared) {
            commission.amount = amount;
        }
    }
}

/// The amounts limited to `limit` together.
fn shared(share: CapShare, limit: &Exact, amounts: &[Exact]) -> Vec<Exact> {
    if sum(amounts) <= *limit {
        return amounts.to_vec();
    }
    let in_order = || {
        let limited = |until: usize| sum(&amounts[..until]).min(limit.clone());
        (0..amounts.len()).map(|index| limited(index + 1) - limited(index)).collect()
    };
    if amounts.iter().any(|amount| *amount < whole(0)) {
        return in_order();
    }
    match share {
        CapShare::InOrder => in_order(),
        CapShare::Largest => divide(Split::Largest, limit, amounts),
        CapShare::First => divide(Split::First, limit, amounts),
        CapShare::Cumulative => divide(Split::Cumulative, limit, amounts),
    }
}

/// Whose use of which cap, in which period: the position of the cap, and names.
type Account = (usize, Vec<String>, Option<String>);

fn account(program: &Program, facts: &Facts, number: usize, commission: &Commission, at: Instant) -> Account {
    let cap = &program.caps[number];
    let order = &facts.orders[commission.order];
    let affiliate = commission.affiliate.clone();
    let whose = match cap.per {
        CapPer::Order => vec![order.id.clone(), affiliate],
        CapPer::Customer => vec![order.customer.clone(), affiliate],
        CapPer::Affiliate => vec![affiliate],
        CapPer::Rule => vec![program.rules[commission.rule].id.clone()],
        CapPer::Program => vec![],
    };
    let period = cap.period.map(|period| period_of(program, period, &Dates::default(), at, &order.id).name);
    (number, whose, period)
}

/// All caps but those of one order, first come, first served; refunds give headroom back at their place.
fn limit_in_sequence(program: &Program, facts: &Facts, takings: &[Taking], commissions: &mut [Commission]) {
    let covering: Vec<Vec<usize>> = commissions
        .iter()
        .map(|one| {
            let covers = |number: &usize| covers(program, facts, &program.caps[*number], one);
            (0..program.caps.len()).filter(|number| !is_of_one_order(&program.caps[*number])).filter(covers).collect()
        })
        .collect();
    // Orders stand before refunds of the same instant; both lists are in the canonical order.
    let orders = facts.orders.iter().enumerate().map(|(position, order)| (order.at, 0, position));
    let refunds = facts.refunds.iter().enumerate().map(|(position, refund)| (refund.at, 1, position));
    let mut sequence: Vec<(Instant, u8, usize)> = orders.chain(refunds).collect();
    sequence.sort_unstable();

    let mut used: BTreeMap<Account, Exact> = BTreeMap::new();
    for (at, kind, position) in sequence {
        if kind == 1 {
            give_back(program, facts, takings, commissions, &covering, position, &mut used);
            continue;
        }
        for index in 0..commissions.len() {
            let commission = &commissions[index];
            if commission.order != position {
                continue;
            }
            let accounts: Vec<Account> =
                covering[index].iter().map(|number| account(program, facts, *number, commission, at)).collect();
            let mut amount = commission.amount.clone();
            if amount > whole(0) {
                for account in &accounts {
                    let limit = limit_of(program, facts, &program.caps[account.0], &commission.affiliate);
                    let headroom = limit - used.get(account).cloned().unwrap_or_else(|| whole(0));
                    amount = amount.min(headroom.max(whole(0)));
                }
            }
            for account in accounts {
                *used.entry(account).or_insert_with(|| whole(0)) += &amount;
            }
            commissions[index].amount = amount;
        }
    }
}

/// Takes what one refund takes back off what is used.
fn give_back(
    program: &Program,
    facts: &Facts,
    takings: &[Taking],
    commissions: &[Commission],
    covering: &[Vec<usize>],
    refund: usize,
    used: &mut BTreeMap<Account, Exact>,
) {
    if program.refunds.caps == RefundEffect::None {
        return;
    }
    let all = steps(program, facts, takings);
    for step in all.iter().filter(|step| step.refund == refund) {
        let of_line: Vec<usize> = (0..commissions.len()).filter(|index| is_on(step, &commissions[*index])).collect();
        let amounts: Vec<Exact> = of_line.iter().map(|index| commissions[*index].amount.clone()).collect();
        for (index, back) in of_line.into_iter().zip(taken_back(program, step, &amounts)) {
            let at = match program.refunds.caps {
                RefundEffect::RefundPeriod => facts.refunds[refund].at,
                _ => facts.orders[step.order].at,
            };
            for number in &covering[index] {
                let account = account(program, facts, *number, &commissions[index], at);
                *used.entry(account).or_insert_with(|| whole(0)) -= &back;
            }
        }
    }
}

fn is_on(step: &Step, commission: &Commission) -> bool {
    (commission.order, commission.line) == (step.order, step.line)
}
