//! Deviates of many replicates side by side: the first try of each, and which of them need more.
//!
//! This module must never draw anything that the same words would not give one by one: where a first try decides it,
//! the figure is that of `Gamma`, `Poisson` or `Ziggurat`, and where it does not, the replicate is marked for them.

use super::Ziggurat;
use crate::philox::{BLOCK, coarse, unit};

/// A number of each replicate.
pub(crate) type Column = [f64; BLOCK];
/// A word of each replicate.
type Word = [u32; BLOCK];
/// Which replicates the first try left open.
pub(crate) type Open = [bool; BLOCK];

/// Normal deviates by `Ziggurat::draw`: of two words each.
#[inline(always)]
pub(crate) fn normals(ziggurat: &Ziggurat, words: [&Word; 2], count: usize, deviates: &mut Column, open: &mut Open) {
    let mut shares = [0.0; BLOCK];
    for lane in 0..count {
        shares[lane] = 2.0 * unit(words[0][lane], words[1][lane]) - 1.0;
    }
    for lane in 0..count {
        let (edge, inner) = ziggurat.layer(words[1][lane].to_le_bytes()[0]);
        deviates[lane] = shares[lane] * edge;
        open[lane] |= shares[lane].abs() >= inner;
    }
}

/// Gamma deviates by `Gamma::draw`, without their factor `d`: `c` of each replicate, a normal deviate, and a word.
#[inline(always)]
pub(crate) fn cubes(
    c: impl Fn(usize) -> f64,
    deviates: &Column,
    words: &Word,
    count: usize,
    cubes: &mut Column,
    open: &mut Open,
) {
    for lane in 0..count {
        let x = deviates[lane];
        let (t, x2) = (1.0 + c(lane) * x, x * x);
        cubes[lane] = t * t * t;
        open[lane] |= (t <= 0.0) | (coarse(words[lane]) >= 1.0 - 0.0331 * x2 * x2);
    }
}

/// The replicates left open.
pub(crate) fn left(open: &Open, count: usize) -> impl Iterator<Item = usize> + '_ {
    let mut list = [0_u16; BLOCK];
    let mut found = 0;
    for (lane, open) in (0_u16..).zip(open.iter().take(count)) {
        // Written always and counted where wanted, without a branch that nobody could foresee.
        list[found] = lane;
        found += usize::from(*open);
    }
    list.into_iter().take(found).map(usize::from)
}
