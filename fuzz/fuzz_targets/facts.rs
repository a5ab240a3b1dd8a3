//! Any text as facts, and as a cart: refused or settled, and the same facts twice change nothing.
#![no_main]

use affil::{Cart, Facts, Plan};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    Plan::from_text(include_str!("../../examples/first/program.toml")).unwrap()
});

fuzz_target!(|text: &str| {
    if let Ok(mut facts) = Facts::from_json(text) {
        let once = PLAN.settle(&facts).map(|settlement| settlement.to_json());
        facts.add_json(text).unwrap();
        assert_eq!(PLAN.settle(&facts).map(|settlement| settlement.to_json()), once);
    }
    if let Ok(cart) = Cart::from_json(text) {
        let _ = PLAN.quote(&cart);
    }
});
