//! See `affil_fuzz::explain`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::explain(data));
