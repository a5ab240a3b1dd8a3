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

/// How many of `n` happen, each with probability `p` between 0 and 1. `first` is a uniform of the cell's own.
#[inline]
pub(crate) fn binomial(n: u32, p: f64, first: f64, stream: &mut Stream) -> u32 {
    let rare = p.min(1.0 - p);
    let found = if rare <= 0.0 || n == 0 {
        0
    } else if f64::from(n) * rare < LARGE {
        search(n, rare, first)
    } else {
        reject(n, rare, stream)
    };
    if p > 0.5 { n - found } else { found }
}

fn search(n: u32, p: f64, uniform: f64) -> u32 {
    let (q, odds) = (1.0 - p, p / (1.0 - p));
    let mut term = power(q, n);
    let (mut count, mut below) = (0_u32, term);
    while uniform >= below && count < n {
        term *= odds * f64::from(n - count) / f64::from(count + 1);
        count += 1;
        below += term;
        // Nothing is left that a double could tell from nothing.
        if term <= 0.0 {
            break;
        }
    }
    count
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
fn reject(n: u32, p: f64, stream: &mut Stream) -> u32 {
    let (count, q) = (f64::from(n), 1.0 - p);
    let deviation = (count * p * q).sqrt();
    let b = 1.15 + 2.53 * deviation;
    let a = -0.0873 + 0.0248 * b + 0.01 * p;
    let c = count * p + 0.5;
    let inside = 0.92 - 4.2 / b;
    let alpha = (2.83 + 5.1 / b) * deviation;
    let odds = libm::log(p / q);
    let mode = ((count + 1.0) * p).floor();
    let height = libm::lgamma(mode + 1.0) + libm::lgamma(count - mode + 1.0);
    loop {
        let u = stream.unit() - 0.5;
        let v = stream.unit();
        let us = 0.5 - u.abs();
        let k = ((2.0 * a / us + b) * u + c).floor();
        if us >= 0.07 && v <= inside {
            return k as u32;
        }
        if k < 0.0 || k > count {
            continue;
        }
        let hat = libm::log(v * alpha / (a / (us * us) + b));
        if hat <= height - libm::lgamma(k + 1.0) - libm::lgamma(count - k + 1.0) + (k - mode) * odds {
            return k as u32;
        }
    }
}
