//! Bonus `every`: an amount for every full increment of the running total of a period, up to a ceiling.
//!
//! Only the highest total so far is paid for, so that a return and a new sale do not pay twice. Source of the meaning:
//! clauses such as "100 for every 10 sales, at most 500 a month".

use super::compile::{EveryPlan, TotalPlan};
use super::item::Item;
use super::total::totals;
use super::{Bonus, Why};
use crate::money::{LimitExceeded, Minor};
use crate::problem::Problem;
use crate::settle::{escape, limit};

pub(super) fn bonuses(item: &Item<'_>, total: &TotalPlan, every: EveryPlan) -> Result<Vec<Bonus>, Problem> {
    let mut bonuses = Vec::new();
    let pay = |total| every.pay(total).map_err(|_| limit("a bonus"));
    for ((affiliate, term), moments) in totals(item, total)? {
        let mut before = 0;
        for of_order in moments.chunk_by(|a, b| a.order == b.order) {
            let highest = of_order.iter().max_by_key(|moment| moment.after);
            let Some((moment, order)) = highest.and_then(|moment| Some((moment, moment.order?))) else { continue };
            if moment.after <= before {
                continue;
            }
            let (paid_before, paid_after) = (pay(before)?, pay(moment.after)?);
            let amount = paid_after.minus(paid_before).map_err(|_| limit("a bonus"))?;
            let id = item.run.batch.order(order).map(|order| order.id).unwrap_or_default();
            let rest = format!("{}/{}", term.name(), escape(item.facts().text(id)));
            let why = Why::Every { term, order, before, after: moment.after, paid_before, paid_after };
            bonuses.push(item.bonus(affiliate, moment.at, rest, amount, why));
            before = moment.after;
        }
    }
    Ok(bonuses)
}

impl EveryPlan {
    /// What is paid for a total: nothing for one below zero.
    fn pay(self, total: i128) -> Result<Minor, LimitExceeded> {
        let times = total.max(0).checked_div(self.every).unwrap_or_default();
        let amount = times.saturating_mul(i128::from(self.amount.get()));
        let ceiling = self.ceiling.map_or(i128::MAX, |ceiling| i128::from(ceiling.get()));
        Minor::from_i128(amount.min(ceiling))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};
    use super::*;

    #[test]
    fn full_increments_are_paid_up_to_the_ceiling() {
        let minor = |units| Minor::new(units).unwrap();
        let every = EveryPlan { every: 500, amount: minor(7), ceiling: Some(minor(20)) };
        let pay = |total| every.pay(total).unwrap().get();
        assert_eq!(
            [-501, -1, 0, 499, 500, 999, 1000, 1499, 1500, i128::MAX].map(pay),
            [0, 0, 0, 0, 7, 7, 14, 14, 20, 20]
        );
        assert!(EveryPlan { ceiling: None, ..every }.pay(i128::MAX).is_err());
    }

    /// 400, 1,600 (three increments more), a return to 1,300, 1,600 again (nothing new), 2,000.
    #[test]
    fn an_order_may_raise_by_several_increments() {
        let bonus = r#"{ "id": "b", "kind": "every", "period": "month", "every": "500.00", "amount": "10.00" }"#;
        let orders = [
            ("A", "03-02", "400.00"),
            ("B/1", "03-03", "1200.00"),
            ("C", "03-04", "-300.00"),
            ("D", "03-05", "300.00"),
            ("E", "03-06", "400.00"),
        ];
        assert_eq!(paid(bonus, &facts(&orders, "")), ["2026-03-01/B~11 30.00", "2026-03-01/E 10.00"]);
    }
}
