//! Whole minor units (cents), within a stated limit.

use super::{Exact, RoundMode};

/// A sum went beyond ±(2^53 − 1) minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an amount beyond 2^53-1 minor units")]
pub struct LimitExceeded;

/// An amount in minor units of some currency: cents, yen, fils.
///
/// At most 2^53 − 1 either way, so that every language can hold it; sums beyond are errors.
///
/// ```
/// use affil::Minor;
/// assert!(Minor::new(1 << 53).is_err());
/// assert_eq!(Minor::new(5).unwrap().plus(Minor::new(7).unwrap()).unwrap().get(), 12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minor(i64);

impl Minor {
    /// The largest amount, 2^53 − 1.
    pub const MAX: Minor = Minor((1 << 53) - 1);
    /// Nothing.
    pub const ZERO: Minor = Minor(0);
    /// One minor unit.
    pub(crate) const ONE: Minor = Minor(1);

    /// An amount within the limit.
    pub fn new(units: i64) -> Result<Self, LimitExceeded> {
        if units.unsigned_abs() <= Self::MAX.0.unsigned_abs() { Ok(Self(units)) } else { Err(LimitExceeded) }
    }

    pub(crate) fn from_i128(units: i128) -> Result<Self, LimitExceeded> {
        i64::try_from(units).map_err(|_| LimitExceeded).and_then(Self::new)
    }

    /// The number of minor units.
    pub fn get(self) -> i64 {
        self.0
    }

    /// Whether the amount is zero.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, LimitExceeded> {
        Self::new(self.0.saturating_add(other.0))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, LimitExceeded> {
        Self::new(self.0.saturating_sub(other.0))
    }

    /// The amount with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// `count` times the amount.
    pub fn times(self, count: u32) -> Result<Self, LimitExceeded> {
        Self::new(self.0.saturating_mul(i64::from(count)))
    }

    /// `self × part / whole`, rounded: how much of an amount belongs to a part of its base.
    ///
    /// Capped at the whole amount for `part >= whole`; a `whole` of zero owes nothing.
    pub(crate) fn share(self, part: Minor, whole: Minor, mode: RoundMode) -> Self {
        if part.0 >= whole.0 {
            return self;
        }
        let product = i128::from(self.0).saturating_mul(i128::from(part.0));
        // |part/whole| < 1, so the quotient is no larger than the amount itself.
        Self(i64::try_from(mode.divide(product, i128::from(whole.0))).unwrap_or(self.0))
    }

    /// The same amount, exactly.
    pub fn exact(self) -> Exact {
        Exact::from_minor(self)
    }
}
