//! Section 8: what the ledger should hold.
//!
//! Must never know what the ledger does hold, nor how a target stands: its state is filled in later.

use crate::bonuses::Paid;
use crate::currency::integer;
use crate::exact::Exact;
use crate::facts::Facts;
use crate::program::Program;
use crate::refunds::{Step, Taking, steps, taken_back};
use crate::sharing::{Award, By};
use crate::time::{Instant, month};
use crate::{Refusal, Target};

/// Where a target stands among all: instant, rank of the kind, id of the fact (of bonuses: none), position of the
/// line (of bonuses: their own), rules before overrides, position of these, credit, party or level.
pub(crate) type Place = (Instant, u8, String, usize, (u8, usize), usize, usize);

/// A target with its place.
pub(crate) type Placed = (Place, Target);

/// Commissions, overrides and what refunds take back of both. Shared commissions and overrides are in sequence.
pub(crate) fn of_awards(
    program: &Program,
    facts: &Facts,
    takings: &[Taking],
    shared: &[Award],
    overrides: &[Award],
) -> Result<Vec<Placed>, Refusal> {
    let mut placed = Vec::new();
    for award in shared.iter().chain(overrides) {
        let order = &facts.orders[award.order];
        let (kind, rank) = if matches!(award.by, By::Rule(_)) { ("commission", 0) } else { ("override", 1) };
        placed.push(of_line(program, facts, award, (kind, rank), (&order.id, order.at), &award.amount)?);
    }
    for step in steps(program, facts, takings) {
        let refund = &facts.refunds[step.refund];
        for (award, amount) in reversals(program, &step, shared, overrides) {
            placed.push(of_line(program, facts, award, ("reversal", 2), (&refund.id, refund.at), &-amount)?);
        }
    }
    Ok(placed)
}

/// What one refund takes back of the awards of one line, not negated: commissions together, each override by itself.
fn reversals<'a>(
    program: &Program,
    step: &Step,
    shared: &'a [Award],
    overrides: &'a [Award],
) -> Vec<(&'a Award, Exact)> {
    let on_line = |award: &&Award| (award.order, award.line) == (step.order, step.line);
    let commissions: Vec<&Award> = shared.iter().filter(on_line).collect();
    let amounts: Vec<Exact> = commissions.iter().map(|award| award.amount.clone()).collect();
    let mut reversals: Vec<(&Award, Exact)> =
        commissions.into_iter().zip(taken_back(program, step, &amounts)).collect();
    for award in overrides.iter().filter(on_line) {
        reversals.push((award, taken_back(program, step, std::slice::from_ref(&award.amount)).remove(0)));
    }
    reversals
}

fn of_line(
    program: &Program,
    facts: &Facts,
    award: &Award,
    (kind, rank): (&str, u8),
    (fact, at): (&str, Instant),
    amount: &Exact,
) -> Result<Placed, Refusal> {
    let order = &facts.orders[award.order];
    let line = order.lines[award.line].id();
    let (rule, source) = match &award.by {
        By::Rule(position) => (&program.rules[*position].id, None),
        By::Override(position, source) => (&program.overrides[*position].id, Some(source.as_str())),
    };
    let path = [Some(fact), Some(line), Some(rule), source, Some(&award.affiliate)];
    let path: Vec<String> = path.into_iter().flatten().map(escaped).collect();
    let place = (at, rank, fact.to_owned(), award.line, award.by_position(), award.credit, award.step);
    let target = Target {
        id: format!("{kind}:{}", path.join("/")),
        kind: kind.to_owned(),
        affiliate: award.affiliate.clone(),
        order: Some(order.id.clone()),
        line: Some(line.to_owned()),
        rule: Some(rule.clone()),
        month: month(at, program.zone),
        minor: integer(amount)?,
        state: String::new(),
        payable_from: None,
    };
    Ok((place, target))
}

/// Bonuses, which come in their own order.
pub(crate) fn of_bonuses(program: &Program, bonuses: &[Paid]) -> Result<Vec<Placed>, Refusal> {
    let mut placed = Vec::new();
    for (position, paid) in bonuses.iter().enumerate() {
        let bonus = &program.bonuses[paid.bonus].id;
        let mut id = format!("bonus:{}/{}", escaped(bonus), escaped(&paid.affiliate));
        if let Some(rest) = &paid.rest {
            id = format!("{id}/{rest}");
        }
        let target = Target {
            id,
            kind: "bonus".to_owned(),
            affiliate: paid.affiliate.clone(),
            order: None,
            line: None,
            rule: Some(bonus.clone()),
            month: month(paid.at, program.zone),
            minor: integer(&paid.amount)?,
            state: String::new(),
            payable_from: None,
        };
        placed.push(((paid.at, 3, String::new(), position, (0, 0), 0, 0), target));
    }
    Ok(placed)
}

/// Adjustments.
pub(crate) fn of_adjustments(program: &Program, facts: &Facts) -> Result<Vec<Placed>, Refusal> {
    let mut placed = Vec::new();
    for adjustment in &facts.adjustments {
        let target = Target {
            id: format!("adjustment:{}", escaped(&adjustment.id)),
            kind: "adjustment".to_owned(),
            affiliate: adjustment.affiliate.clone(),
            order: None,
            line: None,
            rule: None,
            month: month(adjustment.at, program.zone),
            minor: integer(&program.minor(&adjustment.amount))?,
            state: String::new(),
            payable_from: None,
        };
        placed.push(((adjustment.at, 4, adjustment.id.clone(), 0, (0, 0), 0, 0), target));
    }
    Ok(placed)
}

/// A part of an id as it is written.
pub(crate) fn escaped(id: &str) -> String {
    id.replace('~', "~0").replace('/', "~1").replace('#', "~2")
}
