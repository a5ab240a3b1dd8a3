//! Binomial deviates.
//!
//! This module must never know what is counted.
//!
//! Sources: inversion by sequential search where few are expected (Kachitvichyanukul and Schmeiser, "Binomial random
//! variate generation", Communications of the ACM 31 (1988), algorithm BINV); else the transformed rejection BTRS of
//! Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46 (1993).

use super::Open;
use crate::philox::{BLOCK, Stream, unit};

/// From this many expected on by rejection.
const LARGE: f64 = 10.0;

/// Of up to so many trials minus one the distributions are kept, each for counts below `FEW`.
const KEPT: usize = 32;
const FEW: usize = 8;

/// Binomial deviates of one probability.
#[derive(Debug, Clone)]
pub(crate) struct Binomial {
    /// The smaller one of the probability and its complement.
    rare: f64,
    /// Whether the complement is counted.
    turned: bool,
    /// For each number of trials the probability of at most so many; 2 where nothing more can happen.
    below: Box<[[f64; FEW]; KEPT]>,
}

impl Binomial {
    /// `p` between 0 and 1.
    pub(crate) fn new(p: f64) -> Self {
        let rare = p.min(1.0 - p);
        // Where many are expected nothing is kept: all rows of zeros are left open.
        let mut below = Box::new([[0.0; FEW]; KEPT]);
        for (trials, row) in (0_u32..).zip(below.iter_mut()).filter(|(trials, _)| f64::from(*trials) * rare < LARGE) {
            *row = [2.0; FEW];
            let mut term = power(1.0 - rare, trials);
            let mut sum = term;
            for (count, slot) in (0..trials).zip(row) {
                if term <= 0.0 {
                    break;
                }
                *slot = sum;
                term *= rare / (1.0 - rare) * f64::from(trials - count) / f64::from(count + 1);
                sum += term;
            }
        }
        Self { rare, turned: p > 0.5, below }
    }

    /// How many of each number of trials happen, from a uniform of each; marked open where `draw` has to say.
    #[inline(always)]
    pub(crate) fn first(
        &self,
        trials: &[u32; BLOCK],
        words: [&[u32; BLOCK]; 2],
        count: usize,
        counts: &mut [u32; BLOCK],
        open: &mut Open,
    ) {
        for lane in 0..count {
            let (uniform, trials) = (unit(words[0][lane], words[1][lane]), trials[lane]);
            let row = &self.below[trials as usize % KEPT];
            let mut found = 0;
            for below in row {
                found += u32::from(uniform >= *below);
            }
            counts[lane] = if self.turned { trials.wrapping_sub(found) } else { found };
            open[lane] |= (trials as usize >= KEPT) | (found as usize == FEW);
        }
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
        let mut term = power(q, n);
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

/// `x` to the power `n`: factor by factor where there are few, else by squaring.
fn power(x: f64, n: u32) -> f64 {
    if n < 16 {
        return (0..n).fold(1.0, |power, _| power * x);
    }
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
