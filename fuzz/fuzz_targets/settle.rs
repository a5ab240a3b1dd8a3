//! See `affil_fuzz::settle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::settle(data));
