//! See `affil_fuzz::facts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::facts(data));
