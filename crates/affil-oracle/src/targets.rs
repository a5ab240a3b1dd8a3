//! Section 7: what the ledger should hold, and the statements that follow.
//!
//! Must never know what the ledger does hold.

use crate::currency::integer;
use crate::exact::{Exact, whole};
use crate::facts::Facts;
use crate::program::Program;
use crate::refunds::{Reversal, Taking};
use crate::rules::Commission;
use crate::time::{Instant, month};
use crate::{Refusal, Settlement, Statement, Target, Unpaid};
use std::collections::BTreeSet;

/// Instant, rank of the kind, id of the fact, position of the line, position of the rule.
type Place = (Instant, u8, String, usize, usize);

/// The settlement.
pub(crate) fn settlement(
    program: &Program,
    facts: &Facts,
    takings: &[Taking],
    commissions: &[Commission],
    reversals: &[Reversal],
    unpaid: Vec<Unpaid>,
) -> Result<Settlement, Refusal> {
    let mut placed: Vec<(Place, Target)> = Vec::new();
    for commission in commissions {
        placed.push(of_commission(program, facts, commission)?);
    }
    for reversal in reversals {
        let taking = &takings[reversal.taking];
        let commission = &commissions[reversal.commission];
        placed.push(of_reversal(program, facts, taking, commission, &reversal.amount)?);
    }
    placed.extend(of_adjustments(program, facts)?);
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let targets: Vec<Target> = placed.into_iter().map(|(_, target)| target).collect();

    let pairs: BTreeSet<(String, String)> =
        targets.iter().map(|target| (target.affiliate.clone(), target.month.clone())).collect();
    let mut statements = Vec::new();
    for (affiliate, month) in pairs {
        statements.push(statement(program, facts, takings, commissions, &targets, &affiliate, &month)?);
    }
    Ok(Settlement { targets, unpaid, statements })
}

fn of_commission(program: &Program, facts: &Facts, commission: &Commission) -> Result<(Place, Target), Refusal> {
    let order = &facts.orders[commission.order];
    let place = (order.at, 0, order.id.clone(), commission.line, commission.rule);
    let target = of_line(program, facts, commission, "commission", &order.id, order.at, &commission.amount)?;
    Ok((place, target))
}

fn of_reversal(
    program: &Program,
    facts: &Facts,
    taking: &Taking,
    commission: &Commission,
    amount: &Exact,
) -> Result<(Place, Target), Refusal> {
    let refund = &facts.refunds[taking.refund];
    let place = (refund.at, 1, refund.id.clone(), commission.line, commission.rule);
    let target = of_line(program, facts, commission, "reversal", &refund.id, refund.at, &-amount)?;
    Ok((place, target))
}

fn of_line(
    program: &Program,
    facts: &Facts,
    commission: &Commission,
    kind: &str,
    fact: &str,
    at: Instant,
    amount: &Exact,
) -> Result<Target, Refusal> {
    let order = &facts.orders[commission.order];
    let line = order.lines[commission.line].id();
    let rule = &program.rules[commission.rule].id;
    let path: Vec<String> = [fact, line, rule, &commission.affiliate].map(escaped).into();
    Ok(Target {
        id: format!("{kind}:{}", path.join("/")),
        kind: kind.to_owned(),
        affiliate: commission.affiliate.clone(),
        order: Some(order.id.clone()),
        line: Some(line.to_owned()),
        rule: Some(rule.clone()),
        month: month(at, program.zone),
        minor: integer(amount)?,
    })
}

fn of_adjustments(program: &Program, facts: &Facts) -> Result<Vec<(Place, Target)>, Refusal> {
    let mut placed = Vec::new();
    for adjustment in &facts.adjustments {
        let place = (adjustment.at, 2, adjustment.id.clone(), 0, 0);
        placed.push((
            place,
            Target {
                id: format!("adjustment:{}", escaped(&adjustment.id)),
                kind: "adjustment".to_owned(),
                affiliate: adjustment.affiliate.clone(),
                order: None,
                line: None,
                rule: None,
                month: month(adjustment.at, program.zone),
                minor: integer(&(&adjustment.amount.0 * program.scale()))?,
            },
        ));
    }
    Ok(placed)
}

fn escaped(id: &str) -> String {
    id.replace('~', "~0").replace('/', "~1").replace('#', "~2")
}

fn statement(
    program: &Program,
    facts: &Facts,
    takings: &[Taking],
    commissions: &[Commission],
    targets: &[Target],
    affiliate: &str,
    in_month: &str,
) -> Result<Statement, Refusal> {
    let total_of = |kind: &str| -> i128 {
        targets
            .iter()
            .filter(|target| target.affiliate == affiliate && target.month == in_month && target.kind == kind)
            .map(|target| target.minor)
            .sum()
    };
    // Lines with a commission to the affiliate, in whatever month.
    let earning: BTreeSet<(usize, usize)> = commissions
        .iter()
        .filter(|commission| commission.affiliate == affiliate)
        .map(|commission| (commission.order, commission.line))
        .collect();
    let mut orders = BTreeSet::new();
    let mut sales = whole(0);
    let mut refunded = whole(0);
    for (order, line) in earning {
        if month(facts.orders[order].at, program.zone) == in_month {
            orders.insert(order);
            sales += &facts.orders[order].lines[line].amount.0;
        }
        for taking in takings.iter().filter(|taking| (taking.order, taking.line) == (order, line)) {
            if month(facts.refunds[taking.refund].at, program.zone) == in_month {
                refunded += taking.taken();
            }
        }
    }
    let (commission, reversals, adjustments) = (total_of("commission"), total_of("reversal"), total_of("adjustment"));
    Ok(Statement {
        affiliate: affiliate.to_owned(),
        month: in_month.to_owned(),
        orders: orders.len() as u64,
        sales_minor: integer(&(sales * program.scale()))?,
        refunded_minor: integer(&(refunded * program.scale()))?,
        commission_minor: commission,
        reversals_minor: reversals,
        adjustments_minor: adjustments,
        total_minor: commission + reversals + adjustments,
    })
}
