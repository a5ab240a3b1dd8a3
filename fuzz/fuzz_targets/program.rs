//! Any text as a program: refused with problems or compiled, and then the same after a round trip.
#![no_main]

use affil::Plan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Plan::from_text(text) {
        Ok(plan) => {
            let again = Plan::from_text(&plan.to_json()).unwrap();
            assert_eq!(again.fingerprint(), plan.fingerprint());
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
});
