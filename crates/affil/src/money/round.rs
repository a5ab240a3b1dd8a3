//! The four rounding modes, as one integer division.

use serde::{Deserialize, Serialize};

/// How an exact amount becomes whole minor units.
///
/// ```
/// use affil::RoundMode;
/// assert_eq!(RoundMode::HalfEven.divide(5, 2), 2);  // 2.5 to the even neighbour
/// assert_eq!(RoundMode::HalfUp.divide(-5, 2), -3);  // halves away from zero
/// assert_eq!(RoundMode::Down.divide(-29, 10), -2);  // towards zero
/// assert_eq!(RoundMode::Up.divide(21, 10), 3);      // away from zero
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundMode {
    /// To the nearest; a half goes to the even neighbour (IEEE 754 roundTiesToEven, "banker's rounding").
    #[default]
    HalfEven,
    /// To the nearest; a half goes away from zero (commercial rounding).
    HalfUp,
    /// Towards zero: what is beyond the last minor unit is cut off.
    Down,
    /// Away from zero: any remainder makes a whole minor unit.
    Up,
}

impl RoundMode {
    /// `numerator / denominator` rounded to an integer; a denominator of zero or less gives 0.
    pub fn divide(self, numerator: i128, denominator: i128) -> i128 {
        if denominator <= 0 {
            return 0;
        }
        let quotient = numerator.checked_div(denominator).unwrap_or_default();
        let remainder = numerator.checked_rem(denominator).unwrap_or_default().unsigned_abs();
        let rest = denominator.unsigned_abs().saturating_sub(remainder);
        let away = match self {
            Self::Down => false,
            Self::Up => remainder > 0,
            Self::HalfUp => remainder >= rest,
            Self::HalfEven => remainder > rest || (remainder == rest && quotient & 1 == 1),
        };
        if away { quotient.saturating_add(numerator.signum()) } else { quotient }
    }

    /// [`divide`](Self::divide) for small numbers, which machines divide faster; the same for all that fit.
    pub(crate) fn divide_small(self, numerator: i64, denominator: i64) -> i64 {
        if denominator <= 0 {
            return 0;
        }
        let quotient = numerator.checked_div(denominator).unwrap_or_default();
        let remainder = numerator.checked_rem(denominator).unwrap_or_default().unsigned_abs();
        let rest = denominator.unsigned_abs().wrapping_sub(remainder);
        let away = match self {
            Self::Down => false,
            Self::Up => remainder > 0,
            Self::HalfUp => remainder >= rest,
            Self::HalfEven => remainder > rest || (remainder == rest && quotient & 1 == 1),
        };
        if away { quotient.wrapping_add(numerator.signum()) } else { quotient }
    }

    /// The name in documents and explanations, such as `half-even`.
    pub fn words(self) -> &'static str {
        match self {
            Self::HalfEven => "half-even",
            Self::HalfUp => "half-up",
            Self::Down => "down",
            Self::Up => "up",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_their_neighbours() {
        // (numerator over 10, half_even, half_up, down, up), by hand.
        let table = [
            (4, 0, 0, 0, 1),
            (5, 0, 1, 0, 1),
            (6, 1, 1, 0, 1),
            (14, 1, 1, 1, 2),
            (15, 2, 2, 1, 2),
            (25, 2, 3, 2, 3),
            (-5, 0, -1, 0, -1),
            (-15, -2, -2, -1, -2),
            (-25, -2, -3, -2, -3),
            (-26, -3, -3, -2, -3),
            (20, 2, 2, 2, 2),
        ];
        for (n, even, half_up, down, up) in table {
            assert_eq!(RoundMode::HalfEven.divide(n, 10), even, "{n}");
            assert_eq!(RoundMode::HalfUp.divide(n, 10), half_up, "{n}");
            assert_eq!(RoundMode::Down.divide(n, 10), down, "{n}");
            assert_eq!(RoundMode::Up.divide(n, 10), up, "{n}");
            for (mode, expected) in [
                (RoundMode::HalfEven, even),
                (RoundMode::HalfUp, half_up),
                (RoundMode::Down, down),
                (RoundMode::Up, up),
            ] {
                let small = mode.divide_small(i64::try_from(n).unwrap(), 10);
                assert_eq!(i128::from(small), expected, "{n} {mode:?}");
            }
        }
    }

    #[test]
    fn odd_denominators_have_no_halves() {
        assert_eq!(RoundMode::HalfEven.divide(1, 3), 0);
        assert_eq!(RoundMode::HalfUp.divide(2, 3), 1);
    }
}
