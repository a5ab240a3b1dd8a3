//! Bonus `milestone`: an amount once for each step that the running total of a period reaches.
//!
//! A step once reached stays reached in that period, even if the total falls later. Sources of the meaning: the performance
//! rewards of Post Affiliate Pro (a bonus at a number of sales), in its plainest form the bonus for a first sale.

use super::compile::TotalPlan;
use super::item::Item;
use super::total::{first_reaching, totals};
use super::{Bonus, Why};
use crate::money::Minor;
use crate::problem::Problem;

pub(super) fn bonuses(item: &Item<'_>, total: &TotalPlan, steps: &[(i128, Minor)]) -> Result<Vec<Bonus>, Problem> {
    let mut bonuses = Vec::new();
    for ((affiliate, term), moments) in totals(item, total)? {
        for ((from, amount), step) in steps.iter().zip(1_usize..) {
            // Steps rise, so what does not reach one reaches none after it.
            let Some((order, moment)) = first_reaching(&moments, *from) else { break };
            let rest = format!("{}/{step}", term.name());
            let why = Why::Milestone { term, order, step, from: *from, total_after: moment.after };
            bonuses.push(item.bonus(affiliate, moment.at, rest, *amount, why));
        }
    }
    Ok(bonuses)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};

    /// 900, then 1,300 in one order: both steps at once; a month later they can be reached anew.
    #[test]
    fn one_order_may_reach_several_steps() {
        let bonus = r#"{ "id": "b", "kind": "milestone", "period": "month",
            "steps": [{ "from": "1000.00", "amount": "50.00" }, { "from": "2000.00", "amount": "100.00" }] }"#;
        let facts = facts(&[("A", "03-02", "900.00"), ("B", "03-03", "1300.00"), ("C", "04-01", "1000.00")], "");
        let expected = ["2026-03-01/1 50.00", "2026-03-01/2 100.00", "2026-04-01/1 50.00"];
        assert_eq!(paid(bonus, &facts), expected);
    }
}
