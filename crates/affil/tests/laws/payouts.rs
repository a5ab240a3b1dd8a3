//! Laws of payouts over any program: what is proposed may be paid, and then there is nothing left to propose.

use affil::Facts;
use affil::time::Instant;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{facts, instant, program};
use super::plan;

const DAY: i64 = 86_400_000_000;

fn read(facts: &Value) -> Facts {
    Facts::from_json(&facts.to_string()).unwrap()
}

laws! {
    /// What is proposed is covered, and leaves nothing to propose but what is carried forward.
    #[test]
    fn what_is_proposed_may_be_paid(mut facts in facts(), mut program in program(), day in 0..90_i64, all in any::<bool>()) {
        if all {
            // Otherwise most are not paid out at all.
            let everybody = json!({ "id": "everybody", "reserve": { "percent": "12.5", "lasts": "1mo" } });
            program["payouts"].as_array_mut().unwrap().push(everybody);
        }
        let plan = plan(&program);
        let at = Instant::parse(instant(1_771_545_600_000_000 + day * DAY).as_str().unwrap()).unwrap();
        let Ok(first) = plan.payouts(&read(&facts), at) else { return Ok(()) };
        let written: Value = serde_json::from_str(&first.to_json()).unwrap();
        for item in written["payouts"].as_array().unwrap() {
            facts["payouts"].as_array_mut().unwrap().push(item["payout"].clone());
        }
        let facts = read(&facts);
        let then = plan.settle(&facts.as_of(at));
        prop_assert!(then.is_ok(), "{:?}", then.err());
        let again = plan.payouts(&facts, at).unwrap();
        prop_assert_eq!((again.payouts, again.carried), (Vec::new(), first.carried));
        // Nothing payable is left to whoever is paid.
        for item in &first.payouts {
            let balance = then.as_ref().unwrap().balances().find(|row| row.affiliate == item.payout.affiliate.as_str());
            prop_assert!(balance.unwrap().payable.minor().is_zero());
        }
    }
}
