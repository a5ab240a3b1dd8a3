//! Exact numbers and the rounding modes.
//!
//! Must never know what a number stands for.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use rust_decimal::Decimal;
use serde::Deserialize;

/// A fraction of whole numbers of any size: nothing is lost before the one rounding.
pub(crate) type Exact = BigRational;

/// Decimal text of a document, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Number(pub(crate) Exact);

impl TryFrom<String> for Number {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // `from_str` would round beyond 28 digits without a word.
        let decimal = Decimal::from_str_exact(&text).map_err(|error| format!("{text}: {error}"))?;
        Ok(Self(Exact::new(BigInt::from(decimal.mantissa()), BigInt::from(10).pow(decimal.scale()))))
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        Self(whole(number))
    }
}

/// How an exact number becomes a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    #[default]
    HalfEven,
    /// Half away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

pub(crate) fn whole(number: i64) -> Exact {
    Exact::from_integer(BigInt::from(number))
}

/// A percentage as a plain fraction: 12.5 is 0.125.
pub(crate) fn percent(number: &Exact) -> Exact {
    number / whole(100)
}

pub(crate) fn sum<'n>(numbers: impl IntoIterator<Item = &'n Exact>) -> Exact {
    numbers.into_iter().fold(whole(0), |sum, number| sum + number)
}

/// As decimal text, without zeros at the end; the number has at most 12 decimal places.
pub(crate) fn decimal(number: &Exact) -> String {
    let scaled = to_12_places(number) * whole(1_000_000_000_000);
    let digits = format!("{:013}", scaled.abs().to_integer());
    let (units, places) = digits.split_at(digits.len() - 12);
    let sign = if number.is_negative() { "-" } else { "" };
    format!("{sign}{units}.{places}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Rounded half-even to 12 decimal places.
pub(crate) fn to_12_places(number: &Exact) -> Exact {
    let scale = whole(1_000_000_000_000);
    round(&(number * &scale), Mode::HalfEven) / scale
}

/// Rounds the magnitude and puts the sign back.
pub(crate) fn round(number: &Exact, mode: Mode) -> Exact {
    let magnitude = number.abs();
    let below = magnitude.floor();
    let rest = &magnitude - &below;
    let half = Exact::new(BigInt::from(1), BigInt::from(2));
    let odd = !(below.to_integer() % BigInt::from(2)).is_zero();
    let away = match mode {
        Mode::HalfEven => rest > half || (rest == half && odd),
        Mode::HalfUp => rest >= half,
        Mode::Down => false,
        Mode::Up => rest > whole(0),
    };
    let rounded = if away { below + whole(1) } else { below };
    if number.is_negative() { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(text: &str, mode: Mode) -> Exact {
        round(&Number::try_from(text.to_owned()).unwrap().0, mode)
    }

    #[test]
    fn modes_differ_where_they_should() {
        let table = [
            ("2.5", 2, 3, 2, 3),
            ("3.5", 4, 4, 3, 4),
            ("-2.5", -2, -3, -2, -3),
            ("2.4", 2, 2, 2, 3),
            ("2.6", 3, 3, 2, 3),
            ("-2.6", -3, -3, -2, -3),
            ("0.5", 0, 1, 0, 1),
            ("7", 7, 7, 7, 7),
        ];
        for (text, half_even, half_up, down, up) in table {
            assert_eq!(rounded(text, Mode::HalfEven), whole(half_even), "{text}");
            assert_eq!(rounded(text, Mode::HalfUp), whole(half_up), "{text}");
            assert_eq!(rounded(text, Mode::Down), whole(down), "{text}");
            assert_eq!(rounded(text, Mode::Up), whole(up), "{text}");
        }
    }

    #[test]
    fn twelve_places() {
        let third = Exact::new(BigInt::from(1), BigInt::from(3));
        assert_eq!(to_12_places(&third), Number::try_from("0.333333333333".to_owned()).unwrap().0);
        // Halves go to the even neighbour.
        let half = Number::try_from("0.0000000000005".to_owned()).unwrap().0;
        assert_eq!(to_12_places(&half), whole(0));
        let odd = Number::try_from("0.0000000000015".to_owned()).unwrap().0;
        assert_eq!(to_12_places(&odd), Number::try_from("0.000000000002".to_owned()).unwrap().0);
    }

    #[test]
    fn decimal_text() {
        for text in ["0", "0.25", "-12.000000000001", "1.0875", "100"] {
            assert_eq!(decimal(&Number::try_from(text.to_owned()).unwrap().0), text);
        }
    }

    #[test]
    fn too_many_digits_are_refused_instead_of_rounded() {
        assert!(Number::try_from(format!("0.{}", "1".repeat(40))).is_err());
    }
}
