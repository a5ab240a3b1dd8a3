//! Section 2: which rules pay a line, and how much before tiers.
//!
//! Must never know tiers, caps or refunds.

use crate::Unpaid;
use crate::attribution::is_of_new_customer;
use crate::conditions::{Scene, Truth, count_tests, judge};
use crate::exact::{Exact, whole};
use crate::facts::{Facts, Line, Touch};
use crate::program::{Conflict, FlatPer, Pay, Program};
use std::collections::BTreeSet;

/// What one order line owes one affiliate under one rule.
///
/// Sections 2 and 3 keep `amount` exact in units of the currency; from section 4 on it is a whole number of
/// minor units.
pub(crate) struct Commission {
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// Position in the order.
    pub(crate) line: usize,
    /// Position in `program.rules`.
    pub(crate) rule: usize,
    pub(crate) affiliate: String,
    pub(crate) amount: Exact,
}

/// The commissions in sequence (order, line, rule), and what is not paid.
pub(crate) fn pay(
    program: &Program,
    facts: &Facts,
    credits: &[Result<&Touch, &'static str>],
) -> (Vec<Commission>, Vec<Unpaid>) {
    let mut commissions = Vec::new();
    let mut unpaid = Vec::new();
    for (position, order) in facts.orders.iter().enumerate() {
        match credits[position] {
            Ok(touch) => pay_order(program, facts, position, touch, &mut commissions, &mut unpaid),
            Err(reason) => unpaid.push(Unpaid { order: order.id.clone(), line: None, reason: reason.to_owned() }),
        }
    }
    (commissions, unpaid)
}

fn pay_order(
    program: &Program,
    facts: &Facts,
    position: usize,
    touch: &Touch,
    commissions: &mut Vec<Commission>,
    unpaid: &mut Vec<Unpaid>,
) {
    let order = &facts.orders[position];
    let no_groups = BTreeSet::new();
    // Rules with a flat amount per order that an earlier line of this order was paid under.
    let mut paid_once: BTreeSet<usize> = BTreeSet::new();
    for (line_position, line) in order.lines.iter().enumerate() {
        let scene = Scene {
            line,
            order,
            new_customer: is_of_new_customer(facts, order),
            affiliate: &touch.affiliate,
            groups: facts.affiliate(&touch.affiliate).map_or(&no_groups, |affiliate| &affiliate.groups),
            touch,
        };
        match choose(program, &scene, &paid_once) {
            Err(reason) => unpaid.push(Unpaid {
                order: order.id.clone(),
                line: Some(line.id().to_owned()),
                reason: reason.to_owned(),
            }),
            Ok(chosen) => {
                for rule in chosen {
                    let per_order = matches!(program.rules[rule].pay, Pay::Flat(_, FlatPer::Order));
                    if per_order && !paid_once.insert(rule) {
                        continue;
                    }
                    commissions.push(Commission {
                        order: position,
                        line: line_position,
                        rule,
                        affiliate: touch.affiliate.clone(),
                        amount: would_pay(&program.rules[rule].pay, line),
                    });
                }
            }
        }
    }
}

/// The positions of the rules chosen for a line, rising; or why the line is unpaid.
fn choose(program: &Program, scene: &Scene, paid_once: &BTreeSet<usize>) -> Result<Vec<usize>, &'static str> {
    let mut exclusions = program.exclude.iter();
    if exclusions.any(|exclusion| judge(&exclusion.when, scene) == Truth::True) {
        return Err("excluded");
    }
    let matching: Vec<usize> =
        (0..program.rules.len()).filter(|rule| judge(&program.rules[*rule].when, scene) == Truth::True).collect();
    if matching.is_empty() {
        return Err("no_rule");
    }
    let (on_top, competing): (Vec<usize>, Vec<usize>) =
        matching.into_iter().partition(|rule| program.rules[*rule].on_top);

    let mut chosen = match program.conflict.unwrap_or(Conflict::First) {
        Conflict::Stack => competing,
        Conflict::First => competing.first().copied().into_iter().collect(),
        Conflict::Best => earliest_greatest(&competing, |rule| {
            if paid_once.contains(&rule) { whole(0) } else { would_pay(&program.rules[rule].pay, scene.line) }
        }),
        Conflict::MostSpecific => earliest_greatest(&competing, |rule| count_tests(&program.rules[rule].when)),
    };
    chosen.extend(on_top);
    chosen.sort_unstable();
    Ok(chosen)
}

/// The rule with the greatest measure, the earlier one on a tie; none of none.
fn earliest_greatest<M: PartialOrd>(rules: &[usize], measure: impl Fn(usize) -> M) -> Vec<usize> {
    let mut winner: Option<usize> = None;
    for rule in rules {
        if winner.is_none_or(|best| measure(*rule) > measure(best)) {
            winner = Some(*rule);
        }
    }
    winner.into_iter().collect()
}

/// What a rule pays for a line, in units of the currency.
fn would_pay(pay: &Pay, line: &Line) -> Exact {
    match pay {
        Pay::Percent(percent) => &line.amount.0 * percent / whole(100),
        Pay::Flat(amount, FlatPer::Line | FlatPer::Order) => amount.clone(),
        Pay::Flat(amount, FlatPer::Unit) => amount * whole(i64::from(line.quantity)),
    }
}
