//! Which step of which ladder each affiliate reached in each period.
//!
//! This module must never know another plan.

use std::collections::BTreeMap;

use crate::plan::Plan;
use crate::settle::Run;

/// By affiliate, ladder and period (its first day, or `lifetime`): the step whose rate the period's last sale had, 0 being
/// below the first.
pub(super) type Steps = BTreeMap<(String, String, String), usize>;

/// The steps of ladders that pay by period; a ladder by order has no standing to lose.
pub(super) fn reached(plan: &Plan, run: &Run<'_>) -> Steps {
    let mut steps = Steps::new();
    for award in &run.awards {
        let Some(climb) = award.climb else { continue };
        let (Some(ladder), Some(order), Some(tier)) =
            (plan.ladders.get(climb.ladder), run.batch.order(award.order), plan.program.tiers.get(climb.ladder))
        else {
            continue;
        };
        if ladder.period == crate::program::Period::Order {
            continue;
        }
        let term = plan.almanac().term(ladder.period, order.at, award.order);
        let affiliate = run.batch.facts.text(award.affiliate).to_owned();
        let step = steps.entry((affiliate, tier.id.as_str().to_owned(), term.name())).or_default();
        *step = (*step).max(ladder.step_at(climb.total)).max(climb.lift);
    }
    steps
}
