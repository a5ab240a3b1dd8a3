//! Bonus `contest`: prizes for the affiliates with the highest totals of a period, once it is over.
//!
//! On a tie either whoever got there earlier is ahead, or the prizes of the places are shared. Source of the meaning: the
//! contests of Partnero (prizes by place over a day, a week, a month or dates), which does not say what a tie does.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::compile::TotalPlan;
use super::item::Item;
use super::total::totals_and_last;
use super::{Bonus, Why};
use crate::facts::Sym;
use crate::money::{Minor, split};
use crate::plan::Term;
use crate::problem::Problem;
use crate::program::ContestTie;
use crate::settle::limit;
use crate::time::Instant;

/// An affiliate in a contest.
#[derive(Clone, Copy)]
struct Entrant {
    affiliate: Sym,
    total: i128,
    /// The instant of its last counted order.
    last: Option<Instant>,
}

pub(super) fn bonuses(
    item: &Item<'_>,
    total: &TotalPlan,
    prizes: &[Minor],
    tie: ContestTie,
) -> Result<Vec<Bonus>, Problem> {
    let (totals, last) = totals_and_last(item, total)?;
    let mut contests: BTreeMap<Term, Vec<Entrant>> = BTreeMap::new();
    for ((affiliate, term), moments) in totals {
        let reached = moments.last().map_or(0, |moment| moment.after);
        if reached > 0 {
            let last = last.get(&(affiliate, term)).copied();
            contests.entry(term).or_default().push(Entrant { affiliate, total: reached, last });
        }
    }
    let mut bonuses = Vec::new();
    for (term, mut entrants) in contests {
        let Some(end) = item.over(total.period, term) else { continue };
        entrants.sort_by(|a, b| {
            let names = || item.facts().text(a.affiliate).cmp(item.facts().text(b.affiliate));
            let earlier = if tie == ContestTie::Earlier { a.last.cmp(&b.last) } else { std::cmp::Ordering::Equal };
            Reverse(a.total).cmp(&Reverse(b.total)).then(earlier).then_with(names)
        });
        award(item, (term, end), &entrants, prizes, tie, &mut bonuses)?;
    }
    Ok(bonuses)
}

/// Gives the prizes of one contest to its entrants, who stand from the first to the last.
fn award(
    item: &Item<'_>,
    (term, end): (Term, Instant),
    entrants: &[Entrant],
    prizes: &[Minor],
    tie: ContestTie,
    bonuses: &mut Vec<Bonus>,
) -> Result<(), Problem> {
    let mut left = prizes;
    let mut place = 1_usize;
    for equal in entrants.chunk_by(|a, b| tie == ContestTie::Share && a.total == b.total) {
        if left.is_empty() {
            return Ok(());
        }
        let (own, rest) = left.split_at(equal.len().min(left.len()));
        left = rest;
        let mut pot = Minor::ZERO;
        for prize in own {
            pot = pot.plus(*prize).map_err(|_| limit("the prizes of a contest"))?;
        }
        let shared_by = equal.len();
        let parts = split(pot, &vec![1; shared_by], item.plan.program.round.split);
        for ((entrant, amount), rank) in equal.iter().zip(parts).zip(1..) {
            let why = Why::Contest { term, place, total: entrant.total, shared_by, rank, prizes: pot };
            bonuses.push(item.at_end(entrant.affiliate, end, term, amount, why));
        }
        place = place.saturating_add(shared_by);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{contest_facts, paid_to};

    /// bob, ana and cy have 300 each, in this order; dan 200. Prizes 100, 50, 25.
    #[test]
    fn ties_go_to_the_earlier_or_are_shared() {
        let bonus = |tie: &str| {
            format!(
                r#"{{ "id": "b", "kind": "contest", "period": "month", "prizes": ["100.00", "50.01", "25.00", "7.00"], "tie": "{tie}" }}"#
            )
        };
        let facts = contest_facts(&[
            ("ana", "04", "300.00"),
            ("bob", "03", "300.00"),
            ("cy", "05", "300.00"),
            ("dan", "06", "200.00"),
            ("eva", "07", "100.00"),
        ]);
        // By name, as bonuses of one instant stand.
        assert_eq!(paid_to(&bonus("earlier"), &facts), ["ana 50.01", "bob 100.00", "cy 25.00", "dan 7.00"]);
        // 175.01 by three is 58.33 each, and two cents for the first two by name.
        assert_eq!(paid_to(&bonus("share"), &facts), ["ana 58.34", "bob 58.34", "cy 58.33", "dan 7.00"]);
    }
}
