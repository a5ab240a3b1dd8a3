//! Normal deviates by inversion: one uniform each, so that a cell uses the same words whatever its terms are.
//!
//! This module must never know what a deviate is for.
//!
//! Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
//! (1988), whose rational approximations (PPND16) these are; accurate to about one part in 10^16.

const CENTRAL_ABOVE: [f64; 8] = [
    2_509.080_928_730_122_7,
    33_430.575_583_588_13,
    67_265.770_927_008_7,
    45_921.953_931_549_87,
    13_731.693_765_509_46,
    1_971.590_950_306_551_3,
    133.141_667_891_784_38,
    3.387_132_872_796_366_5,
];
const CENTRAL_BELOW: [f64; 8] = [
    5_226.495_278_852_854,
    28_729.085_735_721_943,
    39_307.895_800_092_71,
    21_213.794_301_586_597,
    5_394.196_021_424_751,
    687.187_007_492_057_9,
    42.313_330_701_600_91,
    1.0,
];
const MIDDLE_ABOVE: [f64; 8] = [
    0.000_774_545_014_278_341_4,
    0.022_723_844_989_269_184,
    0.241_780_725_177_450_6,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.050_750_071_644_416_9e-09,
    0.000_547_593_808_499_534_5,
    0.015_198_666_563_616_457,
    0.148_103_976_427_480_08,
    0.689_767_334_985_1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_ABOVE: [f64; 8] = [
    2.010_334_399_292_288_1e-07,
    2.711_555_568_743_487_6e-05,
    0.001_242_660_947_388_078_4,
    0.026_532_189_526_576_124,
    0.296_560_571_828_504_87,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_BELOW: [f64; 8] = [
    2.044_263_103_389_939_7e-15,
    1.421_511_758_316_446e-07,
    1.846_318_317_510_054_8e-05,
    0.000_786_869_131_145_613_3,
    0.014_875_361_290_850_615,
    0.136_929_880_922_735_8,
    0.599_832_206_555_888,
    1.0,
];

/// The deviate below which a share `p` of the standard normal distribution lies; 0 < `p` < 1.
#[inline]
pub(crate) fn normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRAL_ABOVE, r) / polynomial(&CENTRAL_BELOW, r);
    }
    tail(p, q)
}

fn tail(p: f64, q: f64) -> f64 {
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let x = if r <= 5.0 {
        polynomial(&MIDDLE_ABOVE, r - 1.6) / polynomial(&MIDDLE_BELOW, r - 1.6)
    } else {
        polynomial(&FAR_ABOVE, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    };
    if q < 0.0 { -x } else { x }
}

/// By Horner's rule, the highest power first; never fused, so that every platform rounds alike.
#[inline]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    let [a, b, c, d, e, f, g, h] = coefficients;
    ((((((a * x + b) * x + c) * x + d) * x + e) * x + f) * x + g) * x + h
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentage_points() {
        // scipy 1.17.1, scipy.stats.norm.ppf.
        let figures = [
            (1e-20, -9.262_340_089_798_409),
            (1e-6, -4.753_424_308_822_899),
            (0.001, -3.090_232_306_167_813),
            (0.025, -1.959_963_984_540_054_5),
            (0.3, -0.524_400_512_708_041),
            (0.5, 0.0),
            (0.7, 0.524_400_512_708_040_7),
            (0.999, 3.090_232_306_167_813),
            (0.999_999_999, 5.997_807_019_601_637),
        ];
        for (p, expected) in figures {
            assert!((normal(p) - expected).abs() <= 1e-14 * expected.abs(), "{p}: {} is not {expected}", normal(p));
        }
    }
}
