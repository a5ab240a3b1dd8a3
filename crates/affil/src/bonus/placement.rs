//! Bonus `placement`: an amount on a day, once.
//!
//! Sources of the meaning: the fixed fees for placements, also called tenancies, that networks such as Adtraction book beside
//! commissions.

use super::item::Item;
use super::{Bonus, Why};
use crate::money::Minor;
use crate::time::Date;

pub(super) fn bonuses(item: &Item<'_>, day: Date, amount: Minor) -> Vec<Bonus> {
    let at = item.plan.almanac().start(day);
    if item.end.is_none_or(|end| at > end) {
        return Vec::new();
    }
    let pay = |affiliate: &crate::facts::Affiliate| {
        item.bonus(affiliate.id, at, String::new(), amount, Why::Placement { day })
    };
    item.affiliates().map(pay).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};

    #[test]
    fn is_owed_from_the_beginning_of_its_day() {
        let bonus = r#"{ "id": "b", "kind": "placement", "on": "2026-03-15", "amount": "300.00" }"#;
        let until = |until: &str| facts(&[], &format!(r#""until": "{until}""#));
        assert_eq!(paid(bonus, &until("2026-03-14T23:59:59.999999Z")), Vec::<String>::new());
        assert_eq!(paid(bonus, &until("2026-03-15T00:00:00Z")), [" 300.00"]);
    }
}
