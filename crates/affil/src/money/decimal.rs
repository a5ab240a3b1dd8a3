//! The one strict decimal grammar of all languages.

use super::{Currency, Minor};
use std::fmt;

/// Why a decimal was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
    #[error("not a plain decimal such as -12.50")]
    Malformed,
    /// More decimals than can be held.
    #[error("more decimal places than can be held exactly")]
    TooPrecise,
    /// Beyond the stated limit.
    #[error("beyond the limit")]
    Limit,
}

/// A decimal number, exactly: an integer and a number of places, without trailing zeros.
///
/// The grammar is `-?(0|[1-9][0-9]*)(\.[0-9]+)?`. Signs other than a leading minus, exponents, separators,
/// leading zeros and bare points are refused in every language alike.
///
/// ```
/// use affil::Decimal;
/// assert_eq!(Decimal::parse("-12.50").unwrap().to_string(), "-12.5");
/// for refused in ["1_000.5", "1e3", ".5", "5.", "+1", "007", "1,5", " 1", "", "NaN", "-"] {
///     assert!(Decimal::parse(refused).is_err(), "{refused}");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    mantissa: i64,
    places: u8,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { mantissa: 0, places: 0 };

    /// Reads text by the grammar; trailing zeros aside, at most 18 places and 63 bits of digits.
    pub fn parse(text: &str) -> Result<Self, DecimalError> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((_, "")) => return Err(DecimalError::Malformed),
            Some((whole, fraction)) => (whole, fraction),
            None => (unsigned, ""),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || leading_zero || !digits(whole) || !digits(fraction) {
            return Err(DecimalError::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        let places = u8::try_from(fraction.len()).map_err(|_| DecimalError::TooPrecise)?;
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = i128::from(byte.saturating_sub(b'0'));
            mantissa = mantissa.checked_mul(10).and_then(|m| m.checked_add(digit)).ok_or(DecimalError::Limit)?;
        }
        Self::from_parts(if unsigned.len() < text.len() { mantissa.saturating_neg() } else { mantissa }, places)
    }

    /// `mantissa × 10^-places`.
    pub fn from_parts(mantissa: i128, places: u8) -> Result<Self, DecimalError> {
        let (mut mantissa, mut places) = (mantissa, places);
        while places > 0 && mantissa.checked_rem(10) == Some(0) {
            mantissa = mantissa.checked_div(10).unwrap_or_default();
            places = places.saturating_sub(1);
        }
        if places > 18 {
            return Err(DecimalError::TooPrecise);
        }
        let mantissa = i64::try_from(mantissa).map_err(|_| DecimalError::Limit)?;
        Ok(Self { mantissa, places })
    }

    /// How many decimal places it needs.
    ///
    /// ```
    /// assert_eq!(affil::Decimal::parse("19.90").unwrap().places(), 1);
    /// ```
    pub fn places(self) -> u8 {
        self.places
    }

    /// Whether the number is below zero.
    pub fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Whether it is above zero.
    pub(crate) fn is_positive(self) -> bool {
        self.mantissa > 0
    }

    /// The number in units of `10^-places`.
    ///
    /// Errors: digits beyond those places, or more than 128 bits hold.
    ///
    /// ```
    /// assert_eq!(affil::Decimal::parse("19.9").unwrap().scaled(2), Ok(1990));
    /// ```
    pub fn scaled(self, places: u8) -> Result<i128, DecimalError> {
        // Without trailing zeros, more places than asked for means digits that would be lost.
        let missing = places.checked_sub(self.places).ok_or(DecimalError::TooPrecise)?;
        let factor = 10_i128.checked_pow(u32::from(missing)).ok_or(DecimalError::Limit)?;
        i128::from(self.mantissa).checked_mul(factor).ok_or(DecimalError::Limit)
    }

    /// The amount in minor units of `currency`: zeros beyond its places are fine, other digits are refused.
    pub fn to_minor(self, currency: Currency) -> Result<Minor, DecimalError> {
        Minor::from_i128(self.scaled(currency.places())?).map_err(|_| DecimalError::Limit)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.places);
        let digits = format!("{:0>width$}", self.mantissa.unsigned_abs(), width = places.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        let sign = if self.mantissa < 0 { "-" } else { "" };
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur(text: &str) -> Result<i64, DecimalError> {
        Decimal::parse(text)?.to_minor(Currency::from_code("EUR").unwrap()).map(Minor::get)
    }

    #[test]
    fn places_follow_the_currency() {
        assert_eq!(eur("19.9"), Ok(1990));
        assert_eq!(eur("19.9000"), Ok(1990));
        assert_eq!(eur("19.901"), Err(DecimalError::TooPrecise));
        assert_eq!(eur("-0.00"), Ok(0));
        let jpy = Currency::from_code("JPY").unwrap();
        assert_eq!(Decimal::parse("500").unwrap().to_minor(jpy).map(Minor::get), Ok(500));
        assert_eq!(Decimal::parse("500.5").unwrap().to_minor(jpy), Err(DecimalError::TooPrecise));
    }

    #[test]
    fn the_limit_is_two_to_the_53_less_one() {
        assert_eq!(eur("90071992547409.91"), Ok(9_007_199_254_740_991));
        assert_eq!(eur("90071992547409.92"), Err(DecimalError::Limit));
        assert_eq!(eur(&"9".repeat(31)), Err(DecimalError::Limit));
        assert_eq!(eur(&format!("0.{}1", "0".repeat(31))), Err(DecimalError::TooPrecise));
        assert_eq!(eur(&format!("1.{}", "0".repeat(31))), Ok(100));
    }

    #[test]
    fn text_comes_back_without_trailing_zeros() {
        for text in ["0", "-12.5", "0.05", "-0.05", "1000"] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), text);
        }
    }
}
