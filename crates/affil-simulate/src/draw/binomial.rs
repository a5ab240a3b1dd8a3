//! Binomial deviates.
//!
//! This module must never know what is counted.
//!
//! Sources: inversion by sequential search where few are expected (Kachitvichyanukul and Schmeiser, "Binomial random
//! variate generation", Communications of the ACM 31 (1988), algorithm BINV); else the transformed rejection BTRS of
//! Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46 (1993).

use crate::philox::Stream;

/// From this many expected on by rejection.
const LARGE: f64 = 10.0;

/// How many powers are kept.
const KEPT: usize = 16;

/// Binomial deviates of one probability.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Binomial {
    /// The smaller one of the probability and its complement.
    rare: f64,
    /// Whether the complement is counted.
    turned: bool,
    /// The powers of 1 - `rare`.
    powers: [f64; KEPT],
}

impl Binomial {
    /// `p` between 0 and 1.
    pub(crate) fn new(p: f64) -> Self {
        let rare = p.min(1.0 - p);
        let mut powers = [1.0; KEPT];
        for index in 1..KEPT {
            powers[index] = powers[index - 1] * (1.0 - rare);
        }
        Self { rare, turned: p > 0.5, powers }
    }

    /// How many of `n` happen. `first` is a uniform of the cell's own, enough where few
    /// are expected; else the stream is begun.
    #[inline]
    pub(crate) fn draw(&self, n: u32, first: f64, stream: impl FnOnce() -> Stream) -> u32 {
        let found = if self.rare <= 0.0 {
            0
        } else if f64::from(n) * self.rare < LARGE {
            self.search(n, first)
        } else {
            reject(n, self.rare, &mut stream())
        };
        if self.turned { n.saturating_sub(found) } else { found }
    }

    #[inline]
    fn search(&self, n: u32, uniform: f64) -> u32 {
        let (p, q) = (self.rare, 1.0 - self.rare);
        let mut term = self.powers.get(n as usize).copied().unwrap_or_else(|| power(q, n));
        if uniform < term {
            return 0;
        }
        let odds = p / q;
        let (mut count, mut below) = (0_u32, term);
        // Where a term is zero nothing is left that a double could tell from nothing.
        while uniform >= below && count < n && term > 0.0 {
            term *= odds * f64::from(n - count) / f64::from(count + 1);
            count += 1;
            below += term;
        }
        count
    }
}

/// `x` to the power `n` by squaring.
fn power(x: f64, n: u32) -> f64 {
    let (mut base, mut left, mut result) = (x, n, 1.0);
    while left > 0 {
        if left & 1 == 1 {
            result *= base;
        }
        base *= base;
        left >>= 1;
    }
    result
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to n")]
fn reject(trials: u32, p: f64, stream: &mut Stream) -> u32 {
    let count = f64::from(trials);
    let deviation = (count * p * (1.0 - p)).sqrt();
    let width = 1.15 + 2.53 * deviation;
    let slope = -0.0873 + 0.0248 * width + 0.01 * p;
    let middle = count * p + 0.5;
    let inside = 0.92 - 4.2 / width;
    let alpha = (2.83 + 5.1 / width) * deviation;
    let odds = libm::log(p / (1.0 - p));
    let mode = ((count + 1.0) * p).floor();
    let height = libm::lgamma(mode + 1.0) + libm::lgamma(count - mode + 1.0);
    loop {
        let u = stream.unit() - 0.5;
        let v = stream.unit();
        let us = 0.5 - u.abs();
        let k = ((2.0 * slope / us + width) * u + middle).floor();
        if us >= 0.07 && v <= inside {
            return k as u32;
        }
        if k < 0.0 || k > count {
            continue;
        }
        let hat = libm::log(v * alpha / (slope / (us * us) + width));
        if hat <= height - libm::lgamma(k + 1.0) - libm::lgamma(count - k + 1.0) + (k - mode) * odds {
            return k as u32;
        }
    }
}
