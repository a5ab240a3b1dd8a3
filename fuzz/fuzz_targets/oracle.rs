//! See `affil_fuzz::oracle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::oracle(data));
