//! Poisson deviates, also of a mean that is itself drawn.
//!
//! This module must never know what is counted.
//!
//! Sources: below a mean of 10 inversion by sequential search (Devroye, "Non-uniform random variate generation", 1986,
//! chapter X.3.3); from 10 on the transformed rejection PTRS of Hörmann, "The transformed rejection method for
//! generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993).

use super::{Column, Open};
use crate::philox::{BLOCK, Stream, Words, low, unit};

/// From this mean on by rejection.
const LARGE: f64 = 10.0;

/// Poisson deviates of one mean.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Poisson {
    Small(Search),
    Large(Rejection),
}

/// The hat of PTRS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rejection {
    mean: f64,
    log_mean: f64,
    a: f64,
    b: f64,
    /// log(1 / alpha).
    log_height: f64,
    inside: f64,
}

impl Poisson {
    /// `mean` of zero or more, at most 10^6 or so.
    pub(crate) fn new(mean: f64) -> Self {
        if mean < LARGE {
            return Self::Small(Search { mean, none: libm::exp(-mean) });
        }
        let b = 0.931 + 2.53 * mean.sqrt();
        Self::Large(Rejection {
            mean,
            log_mean: libm::log(mean),
            a: -0.059 + 0.024_83 * b,
            b,
            log_height: libm::log(1.1239 + 1.1328 / (b - 3.4)),
            inside: 0.9277 - 3.6224 / (b - 2.0),
        })
    }

    /// `first` is a uniform of the cell's own, enough for small means.
    #[inline]
    pub(crate) fn draw(&self, first: f64, stream: &mut Stream) -> u32 {
        match self {
            Self::Small(search) => search.draw(first),
            Self::Large(rejection) => rejection.draw(stream),
        }
    }
}

/// A small mean, and the probability of none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    mean: f64,
    none: f64,
}

impl Search {
    #[inline]
    fn draw(self, uniform: f64) -> u32 {
        let (mut count, mut term, mut below) = (0_u32, self.none, self.none);
        // Beyond 200 nothing is left that a double could tell from 1.
        while uniform >= below && count < 200 {
            count += 1;
            term *= self.mean / f64::from(count);
            below += term;
        }
        count
    }
}

/// How far a table goes.
const KEPT: usize = 32;

/// A small mean with its distribution tabled: the same counts as by searching, without guesses for a processor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    search: Search,
    /// The probability of at most so many, as long as it is not almost 1.
    below: [f64; KEPT],
    used: usize,
}

impl Table {
    pub(crate) fn new(search: Search) -> Self {
        let mut table = Self { search, below: [1.0; KEPT], used: 0 };
        let (mut term, mut below) = (search.none, search.none);
        for (count, slot) in (1_u32..).zip(&mut table.below) {
            *slot = below;
            table.used += 1;
            if below > 1.0 - 1e-7 {
                break;
            }
            term *= search.mean / f64::from(count);
            below += term;
        }
        table
    }

    /// The counts of many uniforms.
    #[inline(always)]
    pub(crate) fn draw(&self, uniforms: &Column, count: usize, counts: &mut [u32; BLOCK]) {
        let table = &self.below[..self.used];
        let mut found = [0_u64; BLOCK];
        let (uniforms, found) = (&uniforms[..count], &mut found[..count]);
        for below in table {
            for (found, uniform) in found.iter_mut().zip(uniforms) {
                *found = found.wrapping_add(u64::from(*uniform >= *below));
            }
        }
        let mut most = 0;
        for lane in 0..count {
            counts[lane] = low(found[lane]);
            most = most.max(counts[lane]);
        }
        let last = most as usize == self.used;
        if last {
            for (uniform, slot) in
                uniforms.iter().zip(counts).take(count).filter(|(_, slot)| **slot as usize == self.used)
            {
                *slot = self.search.draw(*uniform);
            }
        }
    }
}

impl Rejection {
    /// The first tries of many replicates, of four words each.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number above zero, saturating")]
    pub(crate) fn first(&self, words: &Words, count: usize, counts: &mut [u32; BLOCK], open: &mut Open) {
        for lane in 0..count {
            let u = unit(words[0][lane], words[1][lane]) - 0.5;
            let v = unit(words[2][lane], words[3][lane]);
            let us = 0.5 - u.abs();
            // Cut off is rounded down, for in the middle, where alone it counts, all numbers lie above zero.
            counts[lane] = ((2.0 * self.a / us + self.b) * u + self.mean + 0.43) as u32;
            open[lane] |= (us < 0.07) | (v > self.inside);
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a checked whole number, saturating")]
    pub(crate) fn draw(&self, stream: &mut Stream) -> u32 {
        loop {
            let u = stream.unit() - 0.5;
            let v = stream.unit();
            let us = 0.5 - u.abs();
            let k = ((2.0 * self.a / us + self.b) * u + self.mean + 0.43).floor();
            if us >= 0.07 && v <= self.inside {
                return k as u32;
            }
            if k < 0.0 || (us < 0.013 && v > us) {
                continue;
            }
            let hat = libm::log(v) + self.log_height - libm::log(self.a / (us * us) + self.b);
            if hat <= k * self.log_mean - self.mean - libm::lgamma(k + 1.0) {
                return k as u32;
            }
        }
    }
}
