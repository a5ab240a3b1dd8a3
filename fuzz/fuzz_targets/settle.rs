//! A program and facts, apart by a line of `---`: settled, posted and explained without a panic.
#![no_main]

use affil::{Facts, Ledger, Plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some((program, facts)) = text.split_once("\n---\n") else { return };
    let (Ok(plan), Ok(facts)) = (Plan::from_text(program), Facts::from_json(facts)) else { return };
    let Ok(settlement) = plan.settle(&facts) else { return };
    let mut ledger = Ledger::new();
    let entries = ledger.post(&settlement).unwrap();
    assert!(ledger.post(&settlement).unwrap().is_empty());
    for entry in entries.iter().take(3) {
        let explanation = plan.explain(&facts, &entry.id).unwrap();
        assert_eq!(explanation.amount.amount(), entry.now);
    }
    for unpaid in settlement.unpaid().take(3) {
        plan.why_not(&facts, unpaid.order).unwrap();
    }
});
