//! See `affil_fuzz::decimal`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::decimal(data));
