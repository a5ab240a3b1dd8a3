//! Whether a value added tax is the rate of an amount.
//!
//! This module must never know whose tax it is.

use affil::{Minor, Rate};

/// Whether `vat` is `rate` of `amount`, rounded to a whole minor unit in whatever way. With `inside`, `amount` includes it.
pub(crate) fn agrees(vat: Minor, amount: Minor, rate: Rate, inside: bool) -> bool {
    /// What a rate of 100 percent has of its units.
    const WHOLE: i128 = 1_000_000_000_000;
    let units = i128::from(rate.units());
    let divisor = if inside { WHOLE.saturating_add(units) } else { WHOLE };
    // At most 2^53 × 10^16 each, which 128 bits hold.
    let exact = i128::from(amount.get()).saturating_mul(units);
    let given = i128::from(vat.get()).saturating_mul(divisor);
    given.abs_diff(exact) < divisor.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_rounding_agrees_and_nothing_else() {
        let agrees = |vat, amount, rate, inside| {
            agrees(Minor::new(vat).unwrap(), Minor::new(amount).unwrap(), Rate::parse_percent(rate).unwrap(), inside)
        };
        // 19 % of 10.05 are 1.9095.
        assert!(agrees(190, 1005, "19", false) && agrees(191, 1005, "19", false));
        assert!(!agrees(189, 1005, "19", false) && !agrees(192, 1005, "19", false));
        // 119.00 includes exactly 19.00.
        assert!(agrees(1900, 11900, "19", true));
        assert!(!agrees(1901, 11900, "19", true) && !agrees(1899, 11900, "19", true));
        assert!(agrees(0, 5, "0", true) && agrees(-190, -1005, "19", false));
    }
}
