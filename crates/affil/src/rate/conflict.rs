//! `conflict`: which of several matching rules pays.

use crate::money::Exact;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::program::Conflict;

/// The rules that pay, in document order: the winner (or all) of the competing ones, and those on top.
pub(super) fn resolve(
    plan: &Plan,
    matching: &[usize],
    price: impl Fn(usize) -> Result<Exact, Problem>,
) -> Result<Vec<usize>, Problem> {
    let on_top = |rule: &usize| plan.rules.get(*rule).is_some_and(|rule| rule.on_top);
    let competing = matching.iter().copied().filter(|rule| !on_top(rule));
    let specificity = |rule: usize| plan.rules.get(rule).map_or(0, |rule| rule.specificity);
    let winner = match plan.conflict() {
        Conflict::Stack => return Ok(matching.to_vec()),
        Conflict::First => competing.min(),
        // `max_by_key` keeps the last of equals, so the candidates are taken from the back.
        Conflict::MostSpecific => competing.rev().max_by_key(|rule| specificity(*rule)),
        Conflict::Best => best(competing, price)?,
    };
    Ok(matching.iter().copied().filter(|rule| on_top(rule) || Some(*rule) == winner).collect())
}

fn best(
    competing: impl Iterator<Item = usize>,
    price: impl Fn(usize) -> Result<Exact, Problem>,
) -> Result<Option<usize>, Problem> {
    let mut best: Option<(usize, Exact)> = None;
    for rule in competing {
        let price = price(rule)?;
        if best.is_none_or(|(_, most)| price > most) {
            best = Some((rule, price));
        }
    }
    Ok(best.map(|(rule, _)| rule))
}
