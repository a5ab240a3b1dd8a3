//! See `affil_fuzz::payout`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::payout(data));
