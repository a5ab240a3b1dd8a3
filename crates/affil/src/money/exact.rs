//! Amounts before rounding: integers of a trillionth of a minor unit.

use super::{LimitExceeded, Minor, Rate, RoundMode};

/// How many units make one minor unit; as fine as the finest rate.
const UNITS: i128 = 1_000_000_000_000;

/// An exact amount before rounding, in 10^-12 minor units.
///
/// A minor amount times a [`Rate`] is always a whole number of these, so nothing is ever lost before the one
/// rounding that the program names.
///
/// ```
/// use affil::{Exact, Minor, Rate, RoundMode};
/// let rate = Rate::parse_percent("12").unwrap();
/// let slice = Exact::percent_of(Minor::new(10_005).unwrap(), rate);
/// let eur = affil::Currency::from_code("EUR").unwrap();
/// assert_eq!(slice.format(eur), "12.006");
/// assert_eq!(slice.round(RoundMode::HalfEven).unwrap().get(), 1201);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Exact(i128);

impl Exact {
    /// Nothing.
    pub const ZERO: Exact = Exact(0);

    /// A whole amount.
    pub fn from_minor(minor: Minor) -> Self {
        Self(i128::from(minor.get()).saturating_mul(UNITS))
    }

    /// `rate` of `base`, exactly: |base| < 2^53 and rate ≤ 10^16 units, so the product fits by far.
    pub fn percent_of(base: Minor, rate: Rate) -> Self {
        Self(i128::from(base.get()).saturating_mul(i128::from(rate.units())))
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, LimitExceeded> {
        self.0.checked_add(other.0).map(Self).ok_or(LimitExceeded)
    }

    /// `factor` (in units of 10^-12) times a whole amount.
    pub(crate) fn times(minor: Minor, factor: i128) -> Result<Self, LimitExceeded> {
        i128::from(minor.get()).checked_mul(factor).map(Self).ok_or(LimitExceeded)
    }

    /// In units of 10^-12 minor units.
    pub(crate) fn units(self) -> i128 {
        self.0
    }

    /// From units of 10^-12 minor units.
    pub(crate) fn from_units(units: i128) -> Self {
        Self(units)
    }

    /// The whole minor units at or below it, and what lies above them.
    pub(crate) fn floor(self) -> (i128, i128) {
        (self.0.div_euclid(UNITS), self.0.rem_euclid(UNITS))
    }

    /// The nearest minor amount by `mode`.
    pub fn round(self, mode: RoundMode) -> Result<Minor, LimitExceeded> {
        Minor::from_i128(mode.divide(self.0, UNITS))
    }

    /// Whether no rounding is needed.
    pub fn is_whole(self) -> bool {
        self.0.checked_rem(UNITS) == Some(0)
    }

    /// Decimal text in `currency`: at least its places, and as many more as the amount needs.
    pub fn format(self, currency: super::Currency) -> String {
        let places = usize::from(currency.places());
        let scale = places.saturating_add(12);
        let digits = format!("{:0>width$}", self.0.unsigned_abs(), width = scale.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(scale));
        let kept = fraction.trim_end_matches('0').len().max(places);
        let fraction = fraction.get(..kept).unwrap_or(fraction);
        let sign = if self.0 < 0 { "-" } else { "" };
        if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }
}
