//! The override stage: what recruiters earn by the commissions of those they recruited, level by level.
//!
//! This module must never know what a commission was paid for. Sources of the meaning: multi-level plans as in
//! "10 / 2 / 1 %": the seller's own commission is a rule, and 2 and 1 % the levels of an override.

use super::{Award, Batch, Lift, limit};
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::{Condition, OverridePlan, Plan, Subject, covers};
use crate::problem::Problem;
use crate::program::OverrideOf;

/// All overrides, by line, override, credit and level.
pub(super) fn lift(plan: &Plan, batch: &Batch<'_>, awards: &[Award]) -> Result<Vec<Lift>, Problem> {
    let mut lifts = Vec::new();
    if plan.overrides.is_empty() {
        return Ok(lifts);
    }
    let when: Vec<Condition<Sym>> = plan.overrides.iter().map(|item| item.when.bind(&batch.facts.names)).collect();
    for line in awards.chunk_by(|a, b| a.line == b.line) {
        let Some(order) = line.first().and_then(|award| batch.order(award.order)) else { continue };
        let mut sources: Vec<(usize, Sym)> = line.iter().map(|award| (award.credit, award.affiliate)).collect();
        sources.sort_unstable_by_key(|(credit, _)| *credit);
        sources.dedup();
        for (index, (item, when)) in plan.overrides.iter().zip(&when).enumerate() {
            if !item.dates.hold(order.at) {
                continue;
            }
            for (_, source) in &sources {
                let counts = |award: &&Award| award.affiliate == *source && covers(item.rules.as_ref(), award.rule);
                let counted: Vec<&Award> = line.iter().filter(counts).collect();
                let Some(base) = base(item, &counted)? else { continue };
                climb(plan, batch, (index, item, when), (&counted, *source, base), &mut lifts)?;
            }
        }
    }
    Ok(lifts)
}

/// What the percentages are of; none if there is no commission to follow.
fn base(item: &OverridePlan, counted: &[&Award]) -> Result<Option<Minor>, Problem> {
    let Some(first) = counted.first() else { return Ok(None) };
    if item.of == OverrideOf::Sale {
        return Ok(Some(first.base));
    }
    let mut sum = Minor::ZERO;
    for award in counted {
        sum = sum.plus(award.amount).map_err(|_| limit("the commission of a line"))?;
    }
    Ok(Some(sum))
}

fn climb(
    plan: &Plan,
    batch: &Batch<'_>,
    (index, item, when): (usize, &OverridePlan, &Condition<Sym>),
    (counted, source, base): (&[&Award], Sym, Minor),
    lifts: &mut Vec<Lift>,
) -> Result<(), Problem> {
    let Some((order, line)) = counted.first().map(|award| (award.order, award.line)) else { return Ok(()) };
    let mut below = source;
    for (level, rate) in item.levels.iter().enumerate() {
        let Some(recruiter) = batch.facts.affiliates.find(below).map(|row| row.recruiter).filter(|sym| !sym.is_none())
        else {
            return Ok(());
        };
        below = recruiter;
        let subject = Subject::of_affiliate(batch.facts, recruiter);
        if !batch.active(plan, recruiter) || !when.holds(&subject) {
            continue;
        }
        let exact = Exact::percent_of(base, *rate);
        let amount = exact.round(plan.program.round.mode).map_err(|_| limit("an override"))?;
        lifts.push(Lift { order, line, item: index, level, source, affiliate: recruiter, base, amount });
    }
    Ok(())
}
