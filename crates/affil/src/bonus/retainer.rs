//! Bonus `retainer`: an amount at the beginning of every period.
//!
//! Source of the meaning: the fixed fee of hybrid deals ("500 a month and 10 %").

use super::item::Item;
use super::{Bonus, Why, calendar};
use crate::money::Minor;
use crate::plan::Term;
use crate::program::Period;

pub(super) fn bonuses(item: &Item<'_>, period: Period, amount: Minor) -> Vec<Bonus> {
    let dates = item.bonus.dates;
    let (Some(from), Some(end)) = (dates.from, item.end) else { return Vec::new() };
    let begins: Vec<calendar::Stretch> = calendar::stretches(item.plan.almanac(), period, from, end)
        .take_while(|stretch| dates.until.is_none_or(|until| stretch.start < until))
        .collect();
    let mut bonuses = Vec::new();
    for affiliate in item.affiliates() {
        let joined = |stretch: &&calendar::Stretch| affiliate.joined.is_none_or(|joined| stretch.start >= joined);
        for stretch in begins.iter().filter(joined) {
            let term = Term::From(stretch.first);
            bonuses.push(item.bonus(affiliate.id, stretch.start, term.name(), amount, Why::Retainer { term }));
        }
    }
    bonuses
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};

    #[test]
    fn is_owed_at_the_beginning_of_each_period() {
        let bonus = r#"{ "id": "b", "kind": "retainer", "period": "month", "from": "2026-01-15", "until": "2026-04-01",
            "amount": "500.00" }"#;
        let until = |until: &str| facts(&[], &format!(r#""until": "{until}""#));
        assert_eq!(paid(bonus, &until("2026-02-28T00:00:00Z")), ["2026-02-01 500.00"]);
        assert_eq!(paid(bonus, &until("2026-06-01T00:00:00Z")), ["2026-02-01 500.00", "2026-03-01 500.00"]);
    }
}
