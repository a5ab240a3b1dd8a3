//! Bonus `streak`: an amount for every so many periods in a row in which the total reaches a goal.
//!
//! Then the count begins anew; a period without breaks it. Source of the meaning: clauses such as "50 for three months
//! running above 1,000".

use super::compile::{StreakPlan, TotalPlan};
use super::item::Item;
use super::total::{first_reaching, totals};
use super::{Bonus, Why};
use crate::facts::Sym;
use crate::plan::Term;
use crate::problem::Problem;

/// Periods in a row, so far.
#[derive(Clone, Copy)]
struct Row {
    affiliate: Sym,
    since: Term,
    last: Term,
    length: u32,
}

pub(super) fn bonuses(item: &Item<'_>, total: &TotalPlan, streak: StreakPlan) -> Result<Vec<Bonus>, Problem> {
    let mut bonuses = Vec::new();
    let mut row: Option<Row> = None;
    let follows = |last: Term, term: Term| match (last, term) {
        (Term::From(last), Term::From(first)) => item.plan.almanac().next(total.period, last) == first,
        _ => false,
    };
    for ((affiliate, term), moments) in totals(item, total)? {
        let Some((order, moment)) = first_reaching(&moments, streak.reach) else { continue };
        let continued = row.filter(|row| row.affiliate == affiliate && follows(row.last, term));
        let since = continued.map_or(term, |row| row.since);
        let length = continued.map_or(0, |row| row.length).saturating_add(1);
        row = Some(Row { affiliate, since, last: term, length });
        if length == streak.times {
            let (times, reach, total_after) = (streak.times, streak.reach, moment.after);
            let why = Why::Streak { term, since, times, reach, order, total_after };
            bonuses.push(item.bonus(affiliate, moment.at, term.name(), streak.amount, why));
            row = None;
        }
    }
    Ok(bonuses)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};

    /// Reached in January to April, not in May, in June and July: two in a row in February, April and July.
    #[test]
    fn the_count_begins_anew_and_is_broken() {
        let bonus =
            r#"{ "id": "b", "kind": "streak", "period": "month", "reach": "100.00", "times": 2, "amount": "40.00" }"#;
        let orders = [
            ("A", "01-31", "100.00"),
            ("B", "02-01", "60.00"),
            ("C", "02-02", "40.00"),
            ("D", "03-15", "100.00"),
            ("E", "04-15", "300.00"),
            ("F", "05-15", "99.99"),
            ("G", "06-15", "100.00"),
            ("H", "07-15", "100.00"),
        ];
        assert_eq!(paid(bonus, &facts(&orders, "")), ["2026-02-01 40.00", "2026-04-01 40.00", "2026-07-01 40.00"]);
    }
}
