//! Numbers that look random and are the same everywhere and for ever.
//! This module must never keep a state: a number depends on what it is for and on nothing before it.

/// Change it, and another year of clicks happens.
const SEED: u64 = 1997;

/// The `index`-th number for a purpose: a counter mixed as in `SplitMix64`, written out so that no library's new
/// version changes the example.
pub(crate) fn draw(purpose: u64, index: usize) -> u64 {
    let counter = (SEED << 32 | purpose).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut mixed = counter.wrapping_add((index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A number from 0 to `end` − 1, all alike.
pub(crate) fn below(end: u64, purpose: u64, index: usize) -> u64 {
    let wide = u128::from(draw(purpose, index)) * u128::from(end);
    // The high half of the product is less than `end`.
    (wide >> 64) as u64
}

/// A position in a list of `length`, the first twice as likely as the second, three times as the third, and so on.
pub(crate) fn zipf(length: usize, purpose: u64, index: usize) -> usize {
    let weights: Vec<u64> = (1..=length as u64).map(|rank| 1_000_000 / rank).collect();
    let mut left = below(weights.iter().sum(), purpose, index);
    for (position, weight) in weights.iter().enumerate() {
        if left < *weight {
            return position;
        }
        left -= weight;
    }
    0
}
