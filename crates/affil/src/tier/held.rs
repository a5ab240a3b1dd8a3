//! `demotion`: which step is held from one period to the next.

use std::collections::HashMap;

use super::Ladder;
use super::meter::Moment;
use crate::facts::Sym;
use crate::plan::{Plan, Term};
use crate::program::Demotion;

/// The step held at the beginning of each period; nothing where a ladder holds none.
pub(super) fn held<'a>(
    plan: &Plan,
    ladder: &Ladder,
    terms: impl Iterator<Item = (&'a (Sym, Term), &'a Vec<Moment>)>,
) -> HashMap<(Sym, Term), usize> {
    let mut held = HashMap::new();
    if ladder.demotion == Demotion::ToBottom {
        return held;
    }
    let almanac = plan.almanac();
    let mut last: Option<(Sym, Term, usize)> = None;
    // Sorted by affiliate, then by the period's first day.
    for ((affiliate, term), moments) in terms {
        let mut step = 0;
        if let (Some((same, Term::From(mut day), after)), Term::From(first)) = (last, *term)
            && same == *affiliate
        {
            step = after;
            day = almanac.next(ladder.period, day);
            while day < first {
                step = next(ladder, step, 0);
                day = almanac.next(ladder.period, day);
            }
        }
        held.insert((*affiliate, *term), step);
        let total = moments.last().map_or(0, |moment| moment.after);
        last = Some((*affiliate, *term, next(ladder, step, total)));
    }
    held
}

/// The step held after a period with this total.
fn next(ladder: &Ladder, held: usize, total: i128) -> usize {
    let reached = ladder.step_at(total);
    match ladder.demotion {
        Demotion::ToBottom => 0,
        Demotion::OneStep => reached.max(held.saturating_sub(1)),
        Demotion::Never => reached.max(held),
    }
}
