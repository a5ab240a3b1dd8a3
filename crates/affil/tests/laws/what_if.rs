//! Laws of what-if: it is the difference of two settlements, and its parts are the whole.

use std::collections::BTreeMap;

use affil::Variant;
use proptest::prelude::*;

use super::generate::{facts, program};
use super::{plan, settle};

laws! {
    /// A program compared with itself changes nothing.
    #[test]
    fn nothing_changes_for_the_same(facts in facts(), program in program()) {
        let plan = plan(&program);
        let facts = affil::Facts::from_json(&facts.to_string()).unwrap();
        let Ok(found) = plan.what_if(&[Variant::new("same", plan.clone())], &facts) else { return Ok(()) };
        let found = &found.variants[0];
        prop_assert!(found.targets.iter().all(|row| row.amount.difference.minor().is_zero()));
        prop_assert!(found.steps.is_empty() && found.gain == 0 && found.lose == 0);
        prop_assert!(plan.because(&plan, &facts, None).unwrap().is_empty());
    }

    /// Of any two programs it is what settling with both says, subtracted; and its tables are the same, added up.
    #[test]
    fn it_is_the_difference_of_two_settlements(facts in facts(), one in program(), mut other in program()) {
        other["currency"] = one["currency"].clone();
        let (before, after) = (plan(&one), plan(&other));
        let (Ok(left), Ok(right)) = (settle(&before, &facts), settle(&after, &facts)) else { return Ok(()) };
        let facts = affil::Facts::from_json(&facts.to_string()).unwrap();
        let found = before.what_if(&[Variant::new("other", after.clone())], &facts).unwrap().variants.remove(0);
        let mut wanted: BTreeMap<String, i64> = BTreeMap::new();
        for (settlement, sign) in [(&left, -1), (&right, 1)] {
            for target in settlement.targets() {
                *wanted.entry(target.affiliate.to_owned()).or_default() += sign * target.amount.minor().get();
            }
        }
        let by_affiliate: BTreeMap<String, i64> =
            found.affiliates.iter().map(|row| (row.affiliate.clone(), row.amount.difference.minor().get())).collect();
        prop_assert_eq!(&by_affiliate, &wanted);
        let total = found.total.difference.minor().get();
        prop_assert_eq!(total, wanted.values().sum::<i64>());
        prop_assert_eq!(total, found.rules.iter().map(|row| row.amount.difference.minor().get()).sum::<i64>());
        prop_assert_eq!(total, found.months.iter().map(|row| row.amount.difference.minor().get()).sum::<i64>());
        prop_assert_eq!(total, found.targets.iter().map(|row| row.amount.difference.minor().get()).sum::<i64>());
        prop_assert_eq!(found.affiliates.len(), found.gain + found.lose + found.same);
    }

    /// What the differences between two programs make is together what the programs differ by, for all and for each.
    #[test]
    fn reasons_add_up(facts in facts(), one in program(), mut other in program(), affiliate in proptest::sample::select(super::generate::AFFILIATES.to_vec())) {
        other["currency"] = one["currency"].clone();
        let (before, after) = (plan(&one), plan(&other));
        let (Ok(left), Ok(right)) = (settle(&before, &facts), settle(&after, &facts)) else { return Ok(()) };
        let facts = affil::Facts::from_json(&facts.to_string()).unwrap();
        for whose in [None, Some(affiliate)] {
            let sum = |settlement: &affil::Settlement| -> i64 {
                let own = settlement.targets().filter(|target| whose.is_none_or(|whose| target.affiliate == whose));
                own.map(|target| target.amount.minor().get()).sum()
            };
            let told = before.because(&after, &facts, whose).unwrap();
            prop_assert_eq!(told.iter().map(|part| part.difference.minor().get()).sum::<i64>(), sum(&right) - sum(&left));
        }
    }
}
