//! Deviates of many replicates side by side: the first try of each, and which of them need more.
//!
//! This module must never draw anything that the same words would not give one by one: where a first try decides it,
//! the figure is that of `Gamma`, `Poisson` or `Ziggurat`, and where it does not, the replicate is marked for them.

use super::Ziggurat;
use crate::philox::{BLOCK, coarse, float, unit};

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

/// Gamma deviates by `Gamma::draw`, without their factor `d`: `d` and `c` of each replicate, a normal deviate, and a word.
#[inline(always)]
pub(crate) fn cubes(
    terms: impl Fn(usize) -> (f64, f64),
    deviates: &Column,
    words: &Word,
    count: usize,
    cubes: &mut Column,
    open: &mut Open,
) {
    let mut doubt: Open = [false; BLOCK];
    for lane in 0..count {
        let (x, (_, c)) = (deviates[lane], terms(lane));
        let (t, x2) = (1.0 + c * x, x * x);
        cubes[lane] = t * t * t;
        doubt[lane] = (t <= 0.0) | (coarse(words[lane]) >= 1.0 - 0.0331 * x2 * x2);
    }
    // One in ten: nearly all of them are accepted by the logarithms, which need not be exact where it is clear.
    for lane in left(&doubt, count) {
        let ((d, _), x, v) = (terms(lane), deviates[lane], cubes[lane]);
        let accepted = 0.5 * x * x + d * (1.0 - v + logarithm(v)) - (1.0 + d) * MARGIN;
        open[lane] |= (v <= 0.0) | (logarithm(coarse(words[lane])) >= accepted);
    }
}

/// How far `logarithm` is off at most, fifty times over.
const MARGIN: f64 = 1e-9;

/// The natural logarithm of a number above zero, but for 2·10^-11 (and its own rounding): of the number divided by a power
/// of two, so that it lies between √½ and √2, the series 2 (s + s³/3 + s⁵/5 + …) of s = (x - 1) / (x + 1), |s| < 0.1716.
#[inline(always)]
fn logarithm(x: f64) -> f64 {
    const HALF_ROOT: u64 = std::f64::consts::FRAC_1_SQRT_2.to_bits();
    let bits = x.to_bits().wrapping_add(1.0_f64.to_bits()).wrapping_sub(HALF_ROOT);
    let power = float(bits >> 52) - 1023.0;
    let x = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) + HALF_ROOT);
    let s = (x - 1.0) / (x + 1.0);
    let z = s * s;
    let series = 1.0 + z * (1.0 / 3.0 + z * (0.2 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0)))));
    power * std::f64::consts::LN_2 + 2.0 * s * series
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_as_near_as_they_say() {
        let mut x = 1e-30;
        while x < 1e30 {
            let (near, exact) = (logarithm(x), libm::log(x));
            assert!((near - exact).abs() < MARGIN / 50.0 + exact.abs() * 1e-15, "{near} and {exact} of {x}");
            x *= 1.000_7;
        }
        for x in [1.0, 0.5, 2.0, f64::MIN_POSITIVE, std::f64::consts::SQRT_2, std::f64::consts::FRAC_1_SQRT_2] {
            assert!((logarithm(x) - libm::log(x)).abs() < MARGIN / 50.0, "{x}");
        }
    }
}
