//! Bonus `epc`: a guarantee per click, paid up to it where the commissions of a period fall short, once it is over.
//!
//! Source of the meaning: guaranteed EPC (earnings per click), as merchants offer it to publishers for a time: "0.35 a click,
//! or the commissions if they are more".

use std::collections::BTreeMap;

use super::earned::earned;
use super::item::Item;
use super::{Bonus, Why};
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::Term;
use crate::problem::Problem;
use crate::program::Period;
use crate::settle::limit;

pub(super) fn bonuses(item: &Item<'_>, period: Period, kinds: &[String], amount: Exact) -> Result<Vec<Bonus>, Problem> {
    let clicks = clicks(item, period, kinds);
    let earned = earned(item, period);
    let mut bonuses = Vec::new();
    for ((affiliate, term), clicks) in clicks {
        let Some(end) = item.over(period, term).filter(|_| item.meets(affiliate)) else { continue };
        let too_much = |_| limit("a guarantee for clicks");
        let units = amount.units().checked_mul(i128::from(clicks)).ok_or_else(|| limit("a guarantee for clicks"))?;
        let guaranteed = Exact::from_units(units);
        let owed = guaranteed.round(item.plan.program.round.mode).map_err(too_much)?;
        let earned = earned.get(&(affiliate, term)).copied().unwrap_or_default();
        let earned = Minor::from_i128(earned).map_err(too_much)?;
        let short = owed.minus(earned).map_err(too_much)?;
        if short > Minor::ZERO {
            let why = Why::Epc { term, clicks, guaranteed, earned };
            bonuses.push(item.at_end(affiliate, end, term, short, why));
        }
    }
    Ok(bonuses)
}

/// How many touches of the kinds each affiliate had in each period, whatever became of them.
fn clicks(item: &Item<'_>, period: Period, kinds: &[String]) -> BTreeMap<(Sym, Term), u64> {
    let facts = item.facts();
    let kinds: Vec<Sym> = kinds.iter().filter_map(|kind| facts.names.find(kind)).collect();
    let mut clicks: BTreeMap<(Sym, Term), u64> = BTreeMap::new();
    let counts = |touch: &&crate::facts::Touch| {
        !touch.affiliate.is_none() && kinds.contains(&touch.kind) && item.bonus.dates.hold(touch.at)
    };
    for touch in facts.touches.rows.iter().filter(counts) {
        let Some(term) = item.term(period, touch.at) else { continue };
        let count = clicks.entry((touch.affiliate, term)).or_default();
        *count = count.saturating_add(1);
    }
    clicks
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts, paid};

    /// One click in March at 10.00 and orders of 30.00 that earned 3.00, of which 1.00 went back in April.
    #[test]
    fn pays_what_is_missing_by_the_period_of_the_earning() {
        let bonus = r#"{ "id": "b", "kind": "epc", "period": "month", "kinds": ["click"], "amount": "10.000" }"#;
        let refund = r#""refunds": [{ "id": "r", "at": "2026-04-02T00:00:00Z", "order": "A", "amount": "10.00" }],
            "touches": [{ "id": "x", "at": "2026-03-01T00:00:00Z", "customer": "lee", "affiliate": "ana" },
                { "id": "y", "at": "2026-04-01T00:00:00Z", "customer": "lee", "affiliate": "ana" },
                { "id": "z", "at": "2026-04-01T00:00:00Z", "customer": "lee", "affiliate": "ana", "kind": "view" }],
            "until": "2026-05-01T00:00:00Z""#;
        let facts = facts(&[("A", "03-02", "30.00")], refund);
        // March: 10.00 − 3.00; April: 10.00 − (−1.00).
        assert_eq!(paid(bonus, &facts), ["2026-03-01 7.00", "2026-04-01 11.00"]);
    }
}
