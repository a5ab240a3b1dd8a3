//! Rates as exact fractions with twelve places.

use super::{Decimal, DecimalError};
use std::fmt;

/// Fraction units in one whole (100 %).
const ONE: i64 = 1_000_000_000_000;
/// 1,000,000 percent: beyond any commission, and small enough that no product overflows.
const MAX: i64 = ONE * 10_000;

/// An exact rate, held as a fraction in units of 10^-12.
///
/// ```
/// use affil::Rate;
/// let rate = Rate::parse_percent("7.5").unwrap();
/// assert_eq!(rate.units(), 75_000_000_000);
/// assert_eq!(rate.to_string(), "7.5");
/// assert!(Rate::parse_percent("0.00000000001").is_err()); // 11 places of a percent: refused, not rounded
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rate(i64);

impl Rate {
    /// A hundred percent.
    pub(crate) const WHOLE: Rate = Rate(ONE);

    /// Reads a percentage such as `7.5`.
    pub fn parse_percent(text: &str) -> Result<Self, DecimalError> {
        Self::from_units(Decimal::parse(text)?.scaled(10)?)
    }

    pub(crate) fn from_units(units: i128) -> Result<Self, DecimalError> {
        match i64::try_from(units) {
            Ok(units) if (0..=MAX).contains(&units) => Ok(Self(units)),
            _ => Err(DecimalError::Limit),
        }
    }

    /// The fraction in units of 10^-12.
    pub fn units(self) -> i64 {
        self.0
    }

    /// This rate and `points` more percentage points.
    pub fn plus(self, points: Self) -> Result<Self, DecimalError> {
        Self::from_units(i128::from(self.0).saturating_add(i128::from(points.0)))
    }

    /// This rate times a plain number such as `1.5`; refused if twelve places cannot hold it exactly.
    pub fn times(self, factor: Decimal) -> Result<Self, DecimalError> {
        let factor = factor.scaled(12)?;
        let product = i128::from(self.0).checked_mul(factor).ok_or(DecimalError::Limit)?;
        if product.checked_rem(i128::from(ONE)) != Some(0) {
            return Err(DecimalError::TooPrecise);
        }
        Self::from_units(product.checked_div(i128::from(ONE)).unwrap_or_default())
    }
}

impl fmt::Display for Rate {
    /// The percentage, without trailing zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:0>11}", self.0);
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(10));
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() { f.write_str(whole) } else { write!(f, "{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplies_only_exactly() {
        let rate = Rate::parse_percent("10").unwrap();
        assert_eq!(rate.times(Decimal::parse("1.5").unwrap()).unwrap().to_string(), "15");
        let fine = Rate::parse_percent("0.0000000001").unwrap();
        assert_eq!(fine.times(Decimal::parse("0.5").unwrap()), Err(DecimalError::TooPrecise));
    }

    #[test]
    fn limits_hold() {
        assert_eq!(Rate::parse_percent("1000000").unwrap().to_string(), "1000000");
        assert_eq!(Rate::parse_percent("1000000.1"), Err(DecimalError::Limit));
        assert_eq!(Rate::parse_percent("-1"), Err(DecimalError::Limit));
    }
}
