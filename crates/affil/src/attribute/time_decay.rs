//! Model `time_decay`: the older a touch, the less it earns; half as much for every half-life before the last touch.
//!
//! Source of the meaning: exponential decay, `2^(-age / half-life)`. The weights are whole numbers from integers alone,
//! so that every platform finds the same ones.

use super::compete::Entrant;

/// ln 2 in units of 2^-120, rounded down.
const LN_2: u128 = 0x00b1_7217_f7d1_cf79_abc9_e3b3_9803_f2f6;
const ONE: u128 = 1 << 120;

/// The weights of the competing touches, ages counted at the last of them.
pub(super) fn weights(field: &[Entrant], half_life: u64) -> Vec<u128> {
    let Some(last) = field.last() else { return Vec::new() };
    let age = |entrant: &Entrant| u64::try_from(last.at.micros_since(entrant.at)).unwrap_or_default();
    field.iter().map(|entrant| weight(age(entrant), half_life)).collect()
}

/// `2^48 × 2^(-age / half_life)`, rounded down.
fn weight(age: u64, half_life: u64) -> u128 {
    let halvings = age.checked_div(half_life).unwrap_or_default();
    let rest = u128::from(age.checked_rem(half_life).unwrap_or_default());
    let half_life = u128::from(half_life);
    let divided = |dividend: u128| {
        let quotient = dividend.checked_div(half_life).unwrap_or_default();
        (quotient, dividend.checked_rem(half_life).unwrap_or_default())
    };
    // rest / half_life in units of 2^-120, in two steps since `rest << 120` need not fit.
    let (high, left) = divided(rest << 64);
    let (low, _) = divided(left << 56);
    let fraction = (high << 56) | low;
    // From 2^48 on, that many halvings leave nothing.
    let shift = u32::try_from(halvings.min(49)).unwrap_or(49).saturating_add(72);
    exponential(product(fraction, LN_2)).checked_shr(shift).unwrap_or_default()
}

/// `e^-x` in units of 2^-120 for x in 0 to ln 2, by the series 1 - x + x²/2! - x³/3! + ...
///
/// The terms fall below the unit after some thirty; each loses less than two units, so the error stays below 2^-113.
fn exponential(x: u128) -> u128 {
    let (mut sum, mut term, mut number) = (ONE, ONE, 0_u128);
    while term > 0 {
        number = number.saturating_add(1);
        term = product(term, x).checked_div(number).unwrap_or_default();
        // The terms fall, so a sum never goes below zero.
        sum = if number & 1 == 1 { sum.saturating_sub(term) } else { sum.saturating_add(term) };
    }
    sum
}

/// The product of two numbers up to 1, all in units of 2^-120, rounded down.
fn product(a: u128, b: u128) -> u128 {
    const LOW: u128 = (1 << 64) - 1;
    let ((a_high, a_low), (b_high, b_low)) = ((a >> 64, a & LOW), (b >> 64, b & LOW));
    // Products of halves fit, and so do the sums of what is carried.
    let low = a_low.wrapping_mul(b_low);
    let (one, other) = (a_low.wrapping_mul(b_high), a_high.wrapping_mul(b_low));
    let middle = (low >> 64).wrapping_add(one & LOW).wrapping_add(other & LOW);
    let high = a_high.wrapping_mul(b_high).wrapping_add(one >> 64).wrapping_add(other >> 64).wrapping_add(middle >> 64);
    let low = (middle << 64) | (low & LOW);
    (high << 8) | (low >> 120)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000_000;

    #[test]
    fn weighs_to_the_last_digit() {
        // Python, decimal with 120 digits: floor(2^48 × exp(-(age / half_life) × ln 2)).
        let expected = [
            (0, 7 * DAY, 281_474_976_710_656),
            (6 * DAY, 7 * DAY, 155_386_785_073_907),
            (7 * DAY, 7 * DAY, 140_737_488_355_328),
            (12 * DAY, 7 * DAY, 85_780_459_981_794),
            (18 * DAY, 7 * DAY, 47_354_653_172_007),
            (24 * DAY, 7 * DAY, 26_141_887_995_436),
            (30 * DAY, 7 * DAY, 14_431_492_201_698),
            (1, 7 * DAY, 281_474_976_710_333),
            (1, 36_525 * DAY, 281_474_976_710_655),
            (36_525 * DAY - 1, 36_525 * DAY, 140_737_488_355_328),
            (1, 3, 223_406_837_066_609),
            (2, 3, 177_318_124_088_212),
            (999_999, 1_000_000, 140_737_585_907_155),
            (10 * DAY, 3 * DAY, 27_925_854_633_326),
            (123_456_789_012, 7 * DAY, 244_338_022_119_889),
            (47 * DAY + DAY / 2, DAY, 1),
            (48 * DAY, DAY, 1),
            (48 * DAY + 1, DAY, 0),
            (49 * DAY, DAY, 0),
            (36_525 * DAY, 1, 0),
        ];
        for (age, half_life, wanted) in expected {
            assert_eq!(weight(age, half_life), wanted, "{age} of {half_life}");
        }
    }

    #[test]
    fn is_precise_far_beyond_the_weights() {
        // Python, decimal with 120 digits: 2^-(1/3), 2^-(1/2) and 2^-1 in units of 2^-120.
        let third = 0x00cb_2ff5_29eb_71e4_1582_cccd_5a1e_e26f;
        let half = 0x00b5_04f3_33f9_de64_8459_7d89_b375_4abe;
        for (x, wanted) in [(LN_2 / 3, third), (LN_2 / 2, half), (LN_2, ONE / 2)] {
            assert!(exponential(x).abs_diff(wanted) < 1 << 7, "{x}");
        }
    }
}
