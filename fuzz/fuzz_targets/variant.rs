//! See `affil_fuzz::variant`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| affil_fuzz::variant(data));
