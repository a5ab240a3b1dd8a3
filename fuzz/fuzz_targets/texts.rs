//! Any text as a decimal, an instant, a window, a ledger: read and written again, it is the same.
#![no_main]

use affil::time::{Instant, Span};
use affil::{Decimal, Ledger, Rate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(decimal) = Decimal::parse(text) {
        assert_eq!(Decimal::parse(&decimal.to_string()), Ok(decimal));
    }
    if let Ok(rate) = Rate::parse_percent(text) {
        assert_eq!(Rate::parse_percent(&rate.to_string()), Ok(rate));
    }
    if let Ok(instant) = Instant::parse(text) {
        assert_eq!(Instant::parse(&instant.to_string()), Ok(instant));
    }
    if let Ok(span) = Span::parse(text) {
        assert_eq!(Span::parse(&span.to_string()), Ok(span));
    }
    let _ = Ledger::from_json_lines(text);
});
