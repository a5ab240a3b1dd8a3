//! Finding what an id names, and all there is, in the order of the settlement's targets.
//!
//! This module must never know how an amount came about.

use crate::facts::Sym;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem};
use crate::settle::{Award, Lift, Reversal, Reversed, Run, TargetKind, unescape};
use crate::time::Instant;

/// What is to be explained, by position.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selected {
    Commission { claim: usize },
    Override { lift: usize },
    Reversal { reversal: usize },
    Bonus { bonus: usize },
    Adjustment { adjustment: usize },
}

/// The target of an id; the ids of its later moves and of entries (`…#payable`, `…#payable#2`) name it too.
pub(super) fn target(plan: &Plan, run: &Run<'_>, id: &str) -> Result<Selected, Problem> {
    let without_number = id.rsplit_once('#').filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let moved = without_number.map_or(id, |(moved, _)| moved);
    let later = ["#approved", "#payable"].into_iter().find_map(|what| moved.strip_suffix(what));
    let found = find(plan, run, later.unwrap_or(moved));
    found.ok_or_else(|| {
        let message = format!("`{id}` names no commission, override, reversal, bonus or adjustment of this settlement");
        let hint = "ids look like commission:ORDER/LINE/RULE/AFFILIATE; a line that paid nothing has none: ask why_not";
        Problem::new(Code::TargetUnknown, Pointer::root(), message, hint)
    })
}

fn find(plan: &Plan, run: &Run<'_>, id: &str) -> Option<Selected> {
    let (kind, rest) = id.split_once(':')?;
    let parts: Vec<String> = rest.split('/').map(unescape).collect();
    if kind == TargetKind::Bonus.as_str() {
        return bonus(plan, run, rest);
    }
    let names = &run.batch.facts.names;
    let fact = names.find(parts.first()?)?;
    if kind == TargetKind::Adjustment.as_str() {
        let adjustment = run.batch.facts.adjustments.index_of(fact).filter(|_| parts.len() == 1)?;
        return Some(Selected::Adjustment { adjustment });
    }
    let wanted = Wanted::of(plan, run, &parts)?;
    let order = run.batch.facts.orders.index_of(fact);
    if kind == TargetKind::Commission.as_str() {
        let claim = (0..run.claims.len()).find(|claim| wanted.is_claim(run, *claim, order))?;
        return Some(Selected::Commission { claim });
    }
    if kind == TargetKind::Override.as_str() {
        let lift = run.lifts.iter().position(|lift| Some(lift.order) == order && wanted.is_lift(run, lift))?;
        return Some(Selected::Override { lift });
    }
    if kind == TargetKind::Reversal.as_str() {
        let refund = run.batch.facts.refunds.index_of(fact)?;
        let reversal = run.reversals.iter().position(|reversal| {
            let of = run.batch.takings.get(reversal.taking).filter(|taking| taking.refund == refund);
            of.is_some_and(|taking| match reversal.of {
                Reversed::Claim(claim) => wanted.is_claim(run, claim, Some(taking.order)),
                Reversed::Lift(lift) => run.lifts.get(lift).is_some_and(|lift| wanted.is_lift(run, lift)),
            })
        })?;
        return Some(Selected::Reversal { reversal });
    }
    None
}

/// What an id says after its fact: `LINE/RULE/AFFILIATE`, or `LINE/OVERRIDE/SOURCE/AFFILIATE`.
struct Wanted {
    line: Sym,
    affiliate: Sym,
    payer: Payer,
}

enum Payer {
    Rule(usize),
    Override(usize, Sym),
}

impl Wanted {
    fn of(plan: &Plan, run: &Run<'_>, parts: &[String]) -> Option<Self> {
        let names = &run.batch.facts.names;
        let (line, affiliate, payer) = match parts {
            [_, line, rule, affiliate] => {
                let rule = plan.program().rules.iter().position(|known| known.id.as_str() == rule)?;
                (line, affiliate, Payer::Rule(rule))
            }
            [_, line, item, source, affiliate] => {
                let item = plan.program().overrides.iter().position(|known| known.id.as_str() == item)?;
                (line, affiliate, Payer::Override(item, names.find(source)?))
            }
            _ => return None,
        };
        Some(Self { line: names.find(line)?, affiliate: names.find(affiliate)?, payer })
    }

    fn is_claim(&self, run: &Run<'_>, claim: usize, order: Option<usize>) -> bool {
        let Payer::Rule(rule) = self.payer else { return false };
        let Some((claim, award)) = run.claims.get(claim).and_then(|claim| Some((claim, run.awards.get(claim.award)?)))
        else {
            return false;
        };
        let same = award.rule == rule && claim.affiliate == self.affiliate;
        same && Some(award.order) == order && line_id(run, award.line) == self.line
    }

    fn is_lift(&self, run: &Run<'_>, lift: &Lift) -> bool {
        let Payer::Override(item, source) = self.payer else { return false };
        let same = lift.item == item && lift.source == source && lift.affiliate == self.affiliate;
        same && line_id(run, lift.line) == self.line
    }
}

/// `BONUS/AFFILIATE`, and which of several it is.
fn bonus(plan: &Plan, run: &Run<'_>, rest: &str) -> Option<Selected> {
    let mut parts = rest.splitn(3, '/');
    let (id, affiliate) = (unescape(parts.next()?), unescape(parts.next()?));
    let occasion = parts.next().unwrap_or_default();
    let item = plan.program().bonuses.iter().position(|known| known.id.as_str() == id)?;
    let affiliate = run.batch.facts.names.find(&affiliate)?;
    let same =
        |bonus: &crate::bonus::Bonus| bonus.item == item && bonus.affiliate == affiliate && bonus.rest == occasion;
    run.bonuses.iter().position(same).map(|bonus| Selected::Bonus { bonus })
}

fn line_id(run: &Run<'_>, line: usize) -> Sym {
    run.batch.facts.lines.get(line).map(|line| line.id).unwrap_or_default()
}

/// All targets of an order, in the order of the settlement's targets.
pub(super) fn order(run: &Run<'_>, id: &str) -> Result<Vec<Selected>, Problem> {
    let order = order_index(run, id)?;
    let of_claim = |claim: usize| Some(award(run, claim)?.order);
    let claims = (0..run.claims.len()).filter(|claim| of_claim(*claim) == Some(order));
    let lifts = run.lifts.iter().enumerate().filter(|(_, lift)| lift.order == order).map(|(lift, _)| lift);
    let taken = |reversal: &Reversal| run.batch.takings.get(reversal.taking).map(|taking| taking.order);
    let reversals = run.reversals.iter().enumerate().filter(|(_, reversal)| taken(reversal) == Some(order));
    let claims = claims.map(|claim| Selected::Commission { claim });
    let lifts = lifts.map(|lift| Selected::Override { lift });
    let reversals = reversals.map(|(reversal, _)| Selected::Reversal { reversal });
    Ok(in_order(run, claims.chain(lifts).chain(reversals).collect()))
}

/// Everything, in the order of the settlement's targets.
pub(super) fn all(run: &Run<'_>) -> Vec<Selected> {
    let facts = run.batch.facts;
    let mut adjustments: Vec<usize> = (0..facts.adjustments.rows.len()).collect();
    adjustments.sort_by_key(|index| facts.adjustments.rows.get(*index).map(|row| (row.at, facts.text(row.id))));
    let claims = (0..run.claims.len()).map(|claim| Selected::Commission { claim });
    let lifts = (0..run.lifts.len()).map(|lift| Selected::Override { lift });
    let reversals = (0..run.reversals.len()).map(|reversal| Selected::Reversal { reversal });
    let bonuses = (0..run.bonuses.len()).map(|bonus| Selected::Bonus { bonus });
    let adjustments = adjustments.into_iter().map(|adjustment| Selected::Adjustment { adjustment });
    in_order(run, claims.chain(lifts).chain(reversals).chain(bonuses).chain(adjustments).collect())
}

/// Stable: what is of one kind stands in its own order already.
fn in_order(run: &Run<'_>, mut all: Vec<Selected>) -> Vec<Selected> {
    all.sort_by_key(|selected| place(run, *selected));
    all
}

/// When the fact behind a target happened, and the rank of its kind.
fn place(run: &Run<'_>, selected: Selected) -> Option<(Instant, TargetKind)> {
    let facts = run.batch.facts;
    Some(match selected {
        Selected::Commission { claim } => (run.batch.order(award(run, claim)?.order)?.at, TargetKind::Commission),
        Selected::Override { lift } => (run.batch.order(run.lifts.get(lift)?.order)?.at, TargetKind::Override),
        Selected::Reversal { reversal } => {
            let taking = run.batch.takings.get(run.reversals.get(reversal)?.taking)?;
            (facts.refunds.rows.get(taking.refund)?.at, TargetKind::Reversal)
        }
        Selected::Bonus { bonus } => (run.bonuses.get(bonus)?.at, TargetKind::Bonus),
        Selected::Adjustment { adjustment } => (facts.adjustments.rows.get(adjustment)?.at, TargetKind::Adjustment),
    })
}

/// The commission of which a claim is a party's part.
pub(super) fn award<'a>(run: &'a Run<'_>, claim: usize) -> Option<&'a Award> {
    run.awards.get(run.claims.get(claim)?.award)
}

pub(super) fn order_index(run: &Run<'_>, id: &str) -> Result<usize, Problem> {
    let found = run.batch.facts.names.find(id).and_then(|id| run.batch.facts.orders.index_of(id));
    found.ok_or_else(|| {
        let hint = "check the id against the orders you gave";
        Problem::new(Code::OrderUnknown, Pointer::root(), format!("no order is called `{id}`"), hint)
    })
}
