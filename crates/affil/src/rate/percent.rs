//! `pay.percent`: a percentage of the line's amount, exactly.

use crate::money::{Exact, Minor, Rate};

/// `rate` of `amount`, before any rounding.
pub(super) fn price(rate: Rate, amount: Minor) -> Exact {
    Exact::percent_of(amount, rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::RoundMode;

    fn commission(percent: &str, minor: i64) -> i64 {
        let exact = price(Rate::parse_percent(percent).unwrap(), Minor::new(minor).unwrap());
        exact.round(RoundMode::HalfUp).unwrap().get()
    }

    #[test]
    fn published_figures() {
        // Rates and amounts for which binary floating point is known to lose or win a cent.
        assert_eq!(commission("2.9", 500), 15);
        assert_eq!(commission("4.56", 625), 29);
        assert_eq!(commission("9.04", 625), 57);
        assert_eq!(commission("20.24", 625), 127);
        assert_eq!(commission("30", 205), 62);
        assert_eq!(commission("12.5", 460), 58);
    }
}
