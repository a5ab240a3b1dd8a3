//! The weight of a touch under `time_decay`: floor(2^48 × 2^(−age / half-life)), exactly.
//!
//! Must never know whose touch it is.

use crate::exact::{Exact, whole};
use num_bigint::BigInt;

/// Bits after the point: enough that the error of the series never reaches the floor.
const BITS: u32 = 256;

/// The weight; `age` and `half_life` are in one unit, the half-life above zero.
pub(crate) fn weight(age: i64, half_life: i64) -> Exact {
    let (age, half_life) = (BigInt::from(age), BigInt::from(half_life));
    let halvings = &age / &half_life;
    let rest = &age % &half_life;
    let Ok(halvings) = u32::try_from(halvings) else {
        return whole(0);
    };
    if halvings > 48 {
        return whole(0);
    }
    let one = BigInt::from(1) << (48 - halvings);
    if rest == BigInt::from(0) {
        return Exact::from_integer(one);
    }
    // 2^(−rest / half_life) = e^(−x) with x = ln 2 × rest / half_life, as a fixed-point number.
    let x = ln_2() * rest / half_life;
    let (below, above) = e_to_minus(&x);
    let floor = (&one * below) >> BITS;
    assert_eq!(floor, (&one * above) >> BITS, "{BITS} bits are not enough");
    Exact::from_integer(floor)
}

/// ln 2 = sum of 1 / (k × 2^k), with [`BITS`] bits after the point, a little too small.
fn ln_2() -> BigInt {
    let one = BigInt::from(1) << BITS;
    (1..=BITS).map(|k| &one / (BigInt::from(k) << k)).sum()
}

/// Bounds of e^(−x) for 0 <= x < 1: the series with ± terms, each term rounded, less and more an error of 2^−200.
fn e_to_minus(x: &BigInt) -> (BigInt, BigInt) {
    let mut term = BigInt::from(1) << BITS;
    let mut sum = BigInt::from(0);
    let mut k = 0;
    while term != BigInt::from(0) {
        if k % 2 == 0 {
            sum += &term;
        } else {
            sum -= &term;
        }
        k += 1;
        term = ((&term * x) >> BITS) / k;
    }
    let error = BigInt::from(1) << (BITS - 200);
    (&sum - &error, sum + error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_halvings_are_powers_of_two() {
        assert_eq!(weight(0, 7), whole(1 << 48));
        assert_eq!(weight(7, 7), whole(1 << 47));
        assert_eq!(weight(21, 7), whole(1 << 45));
        assert_eq!(weight(48 * 7, 7), whole(1));
        assert_eq!(weight(49 * 7, 7), whole(0));
        assert_eq!(weight(i64::MAX, 1), whole(0));
    }

    #[test]
    fn half_a_halving_is_the_square_root() {
        // floor(2^48 / √2) = floor(√(2^95)): by whole numbers w² <= 2^95 < (w + 1)².
        for (age, half_life, power) in [(1_i64, 2_i64, 95_u32), (3_500_000, 7_000_000, 95), (3, 2, 93)] {
            let w = weight(age, half_life).to_integer();
            let bound = BigInt::from(1) << power;
            let next: BigInt = &w + 1;
            assert!(&w * &w <= bound && bound < &next * &next, "{age} / {half_life}");
        }
    }

    #[test]
    fn sevenths_by_whole_powers() {
        // w^7 <= 2^(48 × 7 − age) < (w + 1)^7.
        for age in 1..30_u32 {
            let w = weight(i64::from(age), 7).to_integer();
            let bound = BigInt::from(1) << (48 * 7 - age);
            let next: BigInt = &w + 1;
            assert!(w.pow(7) <= bound && bound < next.pow(7), "{age}");
        }
    }
}
