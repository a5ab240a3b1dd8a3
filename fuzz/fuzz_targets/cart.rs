//! See `affil_fuzz::cart`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::cart(data));
