//! Money and rates as scaled integers: the only place where arithmetic on them happens.
//!
//! This module must never know what an amount is for.

mod currency;
mod decimal;
mod exact;
mod minor;
mod rate;
mod round;
mod split;

pub use currency::Currency;
pub use decimal::{Decimal, DecimalError};
pub use exact::Exact;
pub use minor::{LimitExceeded, Minor};
pub use rate::Rate;
pub use round::RoundMode;
pub(crate) use split::{Cumulative, split_wide};
pub use split::{SplitRule, split};

use serde::{Serialize, Serializer};
use std::fmt;

/// An exact amount of one currency.
///
/// ```
/// use affil::{Currency, Money};
/// let eur = Currency::from_code("EUR").unwrap();
/// let price = Money::parse("19.90", eur).unwrap();
/// assert_eq!(price.minor().get(), 1990);
/// assert_eq!(price.to_string(), "19.90 EUR");
/// assert!(Money::parse("19.905", eur).is_err()); // never rounded silently
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: Minor,
    currency: Currency,
}

impl Money {
    /// `minor` units (cents) of `currency`.
    pub fn new(minor: Minor, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads decimal text such as `-12.50`; see [`Decimal`] for the grammar.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, DecimalError> {
        Decimal::parse(text)?.to_minor(currency).map(|minor| Self { minor, currency })
    }

    /// The amount in minor units (cents).
    pub fn minor(self) -> Minor {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount as decimal text with the currency's places, without the currency.
    pub fn amount(self) -> String {
        self.currency.format(self.minor)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl Serialize for Money {
    /// Money travels as decimal text; the currency stands beside it once.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.amount())
    }
}

#[cfg(feature = "decimal")]
impl Money {
    /// The same amount as a `rust_decimal::Decimal`, with the currency's places.
    ///
    /// ```
    /// use affil::{Currency, Money};
    /// let money = Money::parse("0.10", Currency::from_code("EUR").unwrap()).unwrap();
    /// assert_eq!(money.to_decimal().to_string(), "0.10");
    /// ```
    pub fn to_decimal(self) -> rust_decimal::Decimal {
        rust_decimal::Decimal::new(self.minor.get(), u32::from(self.currency.places()))
    }

    /// Takes a `rust_decimal::Decimal`; more places than the currency has are refused, not rounded.
    pub fn from_decimal(decimal: rust_decimal::Decimal, currency: Currency) -> Result<Self, DecimalError> {
        let places = u8::try_from(decimal.scale()).map_err(|_| DecimalError::Limit)?;
        let minor = Decimal::from_parts(decimal.mantissa(), places)?.to_minor(currency)?;
        Ok(Self { minor, currency })
    }
}
