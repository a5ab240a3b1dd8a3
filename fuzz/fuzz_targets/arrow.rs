//! See `affil_fuzz::arrow`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::arrow(data));
