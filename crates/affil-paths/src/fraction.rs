//! Exact shares: whole numbers over one denominator, rounded once and only to whole minor units.
//!
//! This module must never know what is shared.

use std::fmt;

use affil::Minor;
use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{One, ToPrimitive, Zero};

/// So much of a whole number for each channel.
pub(crate) struct Term {
    pub(crate) counts: Vec<u64>,
    pub(crate) numerator: u64,
    pub(crate) denominator: u64,
}

/// Exact shares of channels, with one denominator.
///
/// ```
/// use affil_paths::{Options, Rows, attribute};
///
/// let paths = Rows::new(&["mail", "search"]).path(&[0, 1, 1], 1, 0).finish().unwrap();
/// let linear = attribute(&paths, &Options::default()).unwrap().credit("linear").unwrap().conversions.clone();
/// let shares = linear.exact().unwrap();
/// assert_eq!(shares.get(1).unwrap().to_string(), "2/3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fractions {
    numerators: Vec<BigUint>,
    denominator: BigUint,
}

impl Fractions {
    /// The sum of terms, none of whose denominators is zero.
    pub(crate) fn sum(channels: usize, terms: &[Term]) -> Self {
        let denominator = terms.iter().fold(BigUint::one(), |all, term| all.lcm(&BigUint::from(term.denominator)));
        let mut numerators = vec![BigUint::zero(); channels];
        for term in terms {
            let factor = &denominator / term.denominator * term.numerator;
            let counted = numerators.iter_mut().zip(&term.counts).filter(|(_, count)| **count > 0);
            counted.for_each(|(sum, count)| *sum += &factor * *count);
        }
        Self { numerators, denominator }
    }

    /// How many channels there are.
    pub fn len(&self) -> usize {
        self.numerators.len()
    }

    /// Whether there is no channel.
    pub fn is_empty(&self) -> bool {
        self.numerators.is_empty()
    }

    /// The share of a channel, by its position, in lowest terms.
    pub fn get(&self, channel: usize) -> Option<Fraction> {
        let numerator = self.numerators.get(channel)?;
        let common = numerator.gcd(&self.denominator);
        Some(Fraction { numerator: numerator / &common, denominator: &self.denominator / &common })
    }

    /// The share of every channel.
    pub fn iter(&self) -> impl Iterator<Item = Fraction> + '_ {
        (0..self.len()).filter_map(|channel| self.get(channel))
    }

    /// Rounds to whole units whose sum is `whole`, which the shares sum up to: down, and the units left over to the
    /// largest remainders, of equal ones to the earlier channel.
    pub(crate) fn round(&self, whole: Minor) -> Vec<Minor> {
        let parts: Vec<(BigUint, BigUint)> =
            self.numerators.iter().map(|share| share.div_rem(&self.denominator)).collect();
        let mut units: Vec<i64> = parts.iter().map(|(floor, _)| floor.to_i64().unwrap_or(i64::MAX)).collect();
        let given = units.iter().fold(0, |sum: i64, part| sum.saturating_add(*part));
        let missing = usize::try_from(whole.get().saturating_sub(given)).unwrap_or_default();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|one, other| parts[*other].1.cmp(&parts[*one].1));
        order.into_iter().take(missing).for_each(|channel| units[channel] += 1);
        units.into_iter().map(|part| Minor::new(part).unwrap_or_default()).collect()
    }
}

/// An exact share of one channel, in lowest terms.
///
/// ```
/// use affil_paths::{Options, Rows, attribute};
///
/// let paths = Rows::new(&["mail", "search"]).path(&[0, 1], 5, 0).finish().unwrap();
/// let result = attribute(&paths, &Options::default()).unwrap();
/// let share = result.credit("shapley").unwrap().conversions.exact().unwrap().get(0).unwrap();
/// assert_eq!((share.to_string().as_str(), share.to_f64()), ("5/2", 2.5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fraction {
    numerator: BigUint,
    denominator: BigUint,
}

impl Fraction {
    /// The number above the line, as digits.
    pub fn numerator(&self) -> String {
        self.numerator.to_string()
    }

    /// The number below the line, as digits; at least 1.
    pub fn denominator(&self) -> String {
        self.denominator.to_string()
    }

    /// The nearest double: for a picture or a table, never to reckon on with.
    pub fn to_f64(&self) -> f64 {
        let ratio = Ratio::new_raw(BigInt::from(self.numerator.clone()), BigInt::from(self.denominator.clone()));
        ratio.to_f64().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}
