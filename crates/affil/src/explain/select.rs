//! Finding what an id names.

use crate::facts::Sym;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem};
use crate::settle::{Run, TargetKind, unescape};
use crate::time::Instant;

/// What is to be explained, by position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selected {
    Commission { award: usize },
    Reversal { reversal: usize },
    Adjustment { adjustment: usize },
}

/// The target of an id; an entry's id (`…#2`) names its target.
pub(super) fn target(plan: &Plan, run: &Run<'_>, id: &str) -> Result<Selected, Problem> {
    let without_number = id.rsplit_once('#').filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let found = find(plan, run, without_number.map_or(id, |(target, _)| target));
    found.ok_or_else(|| {
        let message = format!("`{id}` names no commission, reversal or adjustment of this settlement");
        let hint = "ids look like commission:ORDER/LINE/RULE/AFFILIATE; a line that paid nothing has none: ask why_not";
        Problem::new(Code::TargetUnknown, Pointer::root(), message, hint)
    })
}

fn find(plan: &Plan, run: &Run<'_>, id: &str) -> Option<Selected> {
    let (kind, rest) = id.split_once(':')?;
    let parts: Vec<String> = rest.split('/').map(unescape).collect();
    let names = &run.batch.facts.names;
    let fact = names.find(parts.first()?)?;
    if kind == TargetKind::Adjustment.as_str() {
        let adjustment = run.batch.facts.adjustments.index_of(fact).filter(|_| parts.len() == 1)?;
        return Some(Selected::Adjustment { adjustment });
    }
    let [_, line, rule, affiliate] = parts.as_slice() else { return None };
    let (line, affiliate) = (names.find(line)?, names.find(affiliate)?);
    let rule = plan.program().rules.iter().position(|known| known.id.as_str() == rule)?;
    let matches = |award: &crate::settle::Award| {
        award.rule == rule && award.affiliate == affiliate && line_id(run, award.line) == line
    };
    if kind == TargetKind::Commission.as_str() {
        let order = run.batch.facts.orders.index_of(fact)?;
        let award = run.awards.iter().position(|award| award.order == order && matches(award))?;
        return Some(Selected::Commission { award });
    }
    if kind == TargetKind::Reversal.as_str() {
        let refund = run.batch.facts.refunds.index_of(fact)?;
        let reversal = run.reversals.iter().position(|reversal| {
            let of = run.batch.takings.get(reversal.taking).is_some_and(|taking| taking.refund == refund);
            of && award_of(run, reversal).is_some_and(matches)
        })?;
        return Some(Selected::Reversal { reversal });
    }
    None
}

fn award_of<'a>(run: &'a Run<'_>, reversal: &crate::settle::Reversal) -> Option<&'a crate::settle::Award> {
    let crate::settle::Reversed::Claim(claim) = reversal.of else { return None };
    run.awards.get(run.claims.get(claim)?.award)
}

fn line_id(run: &Run<'_>, line: usize) -> Sym {
    run.batch.facts.lines.get(line).map(|line| line.id).unwrap_or_default()
}

/// All targets of an order, commissions first.
pub(super) fn order(run: &Run<'_>, id: &str) -> Result<Vec<Selected>, Problem> {
    let order = order_index(run, id)?;
    let commissions = run.awards.iter().enumerate().filter(|(_, award)| award.order == order);
    let reversals = run
        .reversals
        .iter()
        .enumerate()
        .filter(|(_, reversal)| run.batch.takings.get(reversal.taking).is_some_and(|taking| taking.order == order));
    let commissions = commissions.map(|(award, _)| Selected::Commission { award });
    Ok(commissions.chain(reversals.map(|(reversal, _)| Selected::Reversal { reversal })).collect())
}

/// Everything, in the order of the settlement's targets.
pub(super) fn all(run: &Run<'_>) -> Vec<Selected> {
    let facts = run.batch.facts;
    let commissions = (0..run.awards.len()).map(|award| Selected::Commission { award });
    let reversals = (0..run.reversals.len()).map(|reversal| Selected::Reversal { reversal });
    let adjustments = (0..facts.adjustments.rows.len()).map(|adjustment| Selected::Adjustment { adjustment });
    let mut all: Vec<Selected> = commissions.chain(reversals).chain(adjustments).collect();
    // Stable, and each kind stands in its own order already but for adjustments.
    all.sort_by_key(|selected| place(run, *selected));
    all
}

/// When the fact behind a target happened, the rank of its kind, and the fact's id.
fn place<'a>(run: &'a Run<'_>, selected: Selected) -> Option<(Instant, TargetKind, &'a str)> {
    let facts = run.batch.facts;
    Some(match selected {
        Selected::Commission { award } => {
            let order = run.batch.order(run.awards.get(award)?.order)?;
            (order.at, TargetKind::Commission, facts.text(order.id))
        }
        Selected::Reversal { reversal } => {
            let taking = run.batch.takings.get(run.reversals.get(reversal)?.taking)?;
            let refund = facts.refunds.rows.get(taking.refund)?;
            (refund.at, TargetKind::Reversal, facts.text(refund.id))
        }
        Selected::Adjustment { adjustment } => {
            let adjustment = facts.adjustments.rows.get(adjustment)?;
            (adjustment.at, TargetKind::Adjustment, facts.text(adjustment.id))
        }
    })
}

pub(super) fn order_index(run: &Run<'_>, id: &str) -> Result<usize, Problem> {
    let found = run.batch.facts.names.find(id).and_then(|id| run.batch.facts.orders.index_of(id));
    found.ok_or_else(|| {
        let hint = "check the id against the orders you gave";
        Problem::new(Code::OrderUnknown, Pointer::root(), format!("no order is called `{id}`"), hint)
    })
}
