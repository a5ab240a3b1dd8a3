//! Section 3: ladders change the rate of a percent rule as an affiliate sells more in a month.
//!
//! Must never know attribution or caps.

use crate::conditions::{Truth, judge_affiliate};
use crate::exact::{Exact, whole};
use crate::facts::Facts;
use crate::program::{Pay, Program, RefundEffect, Step, Tier, TierMode};
use crate::refunds::Taking;
use crate::rules::Commission;
use crate::time::{Instant, month};
use std::collections::BTreeSet;

/// The commissions at the rates of the steps they fall on, still exact.
pub(crate) fn apply(
    program: &Program,
    facts: &Facts,
    commissions: Vec<Commission>,
    takings: &[Taking],
) -> Vec<Commission> {
    let follows: Vec<Option<usize>> =
        commissions.iter().map(|commission| followed_tier(program, facts, commission)).collect();
    let mut amounts = Vec::new();
    for (commission, tier) in commissions.iter().zip(&follows) {
        let (Some(tier), Pay::Percent(rate)) = (*tier, &program.rules[commission.rule].pay) else {
            amounts.push(commission.amount.clone());
            continue;
        };
        let events = sequence(program, facts, &commissions, &follows, takings, tier, commission);
        let order = &facts.orders[commission.order];
        let amount = &order.lines[commission.line].amount.0;
        let here = (order.at, 0, order.id.as_str(), commission.line);
        let tier = &program.tiers[tier];
        amounts.push(match tier.mode {
            TierMode::Whole => {
                let total = sum(events.iter());
                amount * rate_at(tier, rate, &total) / whole(100)
            }
            TierMode::Marginal => {
                let before = sum(events.iter().filter(|event| event.place < here));
                divided(tier, rate, &before, amount)
            }
        });
    }
    let mut commissions = commissions;
    for (commission, amount) in commissions.iter_mut().zip(amounts) {
        commission.amount = amount;
    }
    commissions
}

/// The position of the first tier for the commission's affiliate and rule, if the rule pays a percentage.
fn followed_tier(program: &Program, facts: &Facts, commission: &Commission) -> Option<usize> {
    let rule = &program.rules[commission.rule];
    if !matches!(rule.pay, Pay::Percent(_)) {
        return None;
    }
    let no_groups = BTreeSet::new();
    let groups = facts.affiliate(&commission.affiliate).map_or(&no_groups, |affiliate| &affiliate.groups);
    program.tiers.iter().position(|tier| {
        judge_affiliate(&tier.when, &commission.affiliate, groups) == Truth::True
            && tier.rules.as_ref().is_none_or(|rules| rules.contains(&rule.id))
    })
}

/// A change of a running total at its place: instant, orders before refunds, id of the fact, line.
struct Event<'f> {
    place: (Instant, u8, &'f str, usize),
    change: Exact,
}

fn sum<'e>(events: impl Iterator<Item = &'e Event<'e>>) -> Exact {
    events.fold(whole(0), |sum, event| sum + &event.change)
}

/// Everything that changes the total of a tier for the affiliate and the month of one commission.
fn sequence<'f>(
    program: &Program,
    facts: &'f Facts,
    commissions: &[Commission],
    follows: &[Option<usize>],
    takings: &[Taking],
    tier: usize,
    of: &Commission,
) -> Vec<Event<'f>> {
    let counted_lines: BTreeSet<(usize, usize)> = commissions
        .iter()
        .zip(follows)
        .filter(|(other, follows)| **follows == Some(tier) && other.affiliate == of.affiliate)
        .map(|(other, _)| (other.order, other.line))
        .collect();
    let this_month = month(facts.orders[of.order].at, program.zone);
    let effect = program.refunds.tiers;
    let mut events = Vec::new();
    for (order_position, line_position) in counted_lines {
        let order = &facts.orders[order_position];
        let mut counts = order.lines[line_position].amount.0.clone();
        for taking in takings {
            if (taking.order, taking.line) != (order_position, line_position) {
                continue;
            }
            let refund = &facts.refunds[taking.refund];
            if effect == RefundEffect::SalePeriod {
                counts -= taking.taken();
            }
            if effect == RefundEffect::RefundPeriod && month(refund.at, program.zone) == this_month {
                events.push(Event { place: (refund.at, 1, &refund.id, line_position), change: -taking.taken() });
            }
        }
        if month(order.at, program.zone) == this_month {
            events.push(Event { place: (order.at, 0, &order.id, line_position), change: counts });
        }
    }
    events
}

/// The rate of a step for a rule's own rate, in percent.
fn step_rate(step: &Step, own: &Exact) -> Exact {
    if let Some(percent) = &step.percent {
        percent.0.clone()
    } else if let Some(points) = &step.add {
        own + &points.0
    } else if let Some(factor) = &step.multiply {
        own * &factor.0
    } else {
        own.clone()
    }
}

/// The rate on the highest step at or below a total; the rule's own below the first.
fn rate_at(tier: &Tier, own: &Exact, total: &Exact) -> Exact {
    let highest = tier.steps.iter().rfind(|step| step.from.0 <= *total);
    highest.map_or_else(|| own.clone(), |step| step_rate(step, own))
}

/// What `[before, before + amount)` pays, divided at the thresholds.
fn divided(tier: &Tier, own: &Exact, before: &Exact, amount: &Exact) -> Exact {
    let after = before + amount;
    let inside = tier.steps.iter().map(|step| &step.from.0);
    let mut cuts: Vec<Exact> = inside.filter(|cut| *before < **cut && **cut < after).cloned().collect();
    cuts.insert(0, before.clone());
    cuts.push(after);
    cuts.windows(2)
        .map(|part| (&part[1] - &part[0]) * rate_at(tier, own, &part[0]) / whole(100))
        .fold(whole(0), |sum, part| sum + part)
}
