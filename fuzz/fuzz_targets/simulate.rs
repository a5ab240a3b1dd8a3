//! See `affil_fuzz::simulate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::simulate(data));
