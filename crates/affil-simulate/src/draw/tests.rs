//! Draws against the distributions: how many lie at or below quantiles that scipy gives, and mean and variance
//! against their formulas, all within four and a half standard errors for a fixed seed.

use super::{Beta, Binomial, Gamma, Poisson, Table, ziggurat};
use crate::philox::{BLOCK, Place, Purpose, Stream};

const COUNT: u32 = 200_000;
/// One of about 150,000 sound samples lies further away.
const ERRORS: f64 = 4.5;

/// Draws with the words of so many replicates: a uniform of each cell, and its further words.
fn draws(seed: u64, draw: impl Fn(f64, &mut Stream) -> f64) -> Vec<f64> {
    let place = |replicate| Place { key: Place::key(seed), replicate, affiliate: 3, month: 5 };
    (0..COUNT).map(|replicate| draw(first(place(replicate)), &mut place(replicate).stream(Purpose::Sales))).collect()
}

/// The uniform that a cell draws its orders with.
fn first(place: Place) -> f64 {
    place.stream(Purpose::First).unit()
}

/// The share of draws at or below each point is the given one.
fn shares(what: &str, draws: &[f64], points: &[(f64, f64)]) {
    let count = f64::from(COUNT);
    for (point, share) in points {
        let below: f64 = draws.iter().map(|draw| f64::from(*draw <= *point)).sum();
        let (found, error) = (below / count, (share * (1.0 - share) / count).sqrt());
        assert!((found - share).abs() < ERRORS * error, "{what} at {point}: {found}, expected {share} +- {error}");
    }
}

fn moments(what: &str, draws: &[f64], mean: f64, variance: f64) {
    let count = f64::from(COUNT);
    let power = |power: i32| draws.iter().map(|draw| (draw - mean).powi(power)).sum::<f64>() / count;
    let (shift, found) = (power(1), power(2));
    let errors = ((variance / count).sqrt(), ((power(4) - found * found) / count).sqrt());
    assert!(shift.abs() < ERRORS * errors.0, "{what}: the mean is off by {shift} +- {}", errors.0);
    assert!(
        (found - variance).abs() < ERRORS * errors.1,
        "{what}: variance {found}, expected {variance} +- {}",
        errors.1
    );
}

#[test]
fn normals() {
    let drawn = draws(1, |_, stream| ziggurat().draw(stream));
    // scipy 1.17.1, scipy.stats.norm.cdf; the last two in the tails of the ziggurat.
    let points = [
        (0.0, 0.5),
        (0.2, 0.579_259_709_439_103),
        (1.0, 0.841_344_746_068_542_9),
        (-2.0, 0.022_750_131_948_179_21),
        (3.654_152_885_361_009, 0.999_870_983_756_173),
        (-3.8, 7.234_804_392_511_998e-5),
    ];
    shares("normal", &drawn, &points);
    moments("normal", &drawn, 0.0, 1.0);
}

#[test]
fn gammas() {
    // scipy 1.17.1, scipy.stats.gamma(shape).ppf of 0.1, 0.5 and 0.9.
    let figures = [
        (0.3, [0.000_323_724_621_823_432_7, 0.073_131_135_866_951_98, 0.884_810_773_360_244_3]),
        (1.2, [0.171_898_374_203_296_48, 0.887_936_213_474_793, 2.641_460_426_150_976]),
        (2.0, [0.531_811_608_389_612, 1.678_346_990_016_661_2, 3.889_720_169_867_429]),
        (38.0, [30.344_928_736_852_026, 37.667_191_490_099_52, 46.083_083_204_452_51]),
        (500.0, [471.566_281_171_446, 499.666_706_201_690_5, 528.861_950_690_807]),
    ];
    for (shape, [low, middle, high]) in figures {
        let gamma = Gamma::new(shape);
        let drawn = draws(2, |_, stream| gamma.draw(stream));
        let what = format!("gamma {shape}");
        shares(&what, &drawn, &[(low, 0.1), (middle, 0.5), (high, 0.9)]);
        moments(&what, &drawn, shape, shape);
    }
}

#[test]
fn betas() {
    let beta = Beta::new(2.0, 38.0);
    let drawn = draws(3, |_, stream| beta.draw(stream));
    // scipy 1.17.1, scipy.stats.beta(2, 38).ppf of 0.1, 0.5 and 0.9.
    let points = [(0.013_719_675_595_196_146, 0.1), (0.042_662_382_377_487_7, 0.5), (0.096_113_304_698_845_67, 0.9)];
    shares("beta", &drawn, &points);
    // a / (a + b), and a b / ((a + b)^2 (a + b + 1)).
    moments("beta", &drawn, 0.05, 76.0 / (1600.0 * 41.0));
    // Nearly all or nothing; scipy.stats.beta(0.05, 0.05).cdf of 0.01 and 0.5.
    let beta = Beta::new(0.05, 0.05);
    let drawn = draws(4, |_, stream| beta.draw(stream));
    shares("beta of small parameters", &drawn, &[(0.01, 0.398_870_915_575_507_3), (0.5, 0.5)]);
}

#[test]
fn poissons() {
    // scipy 1.17.1, scipy.stats.poisson(mean).cdf; below 10 by search, from 10 on by rejection.
    let figures = [
        (0.8, [(0.0, 0.449_328_964_117_221_7), (1.0, 0.808_792_135_410_998_9), (2.0, 0.952_577_403_928_509_8)]),
        (3.0, [(1.0, 0.199_148_273_471_455_8), (3.0, 0.647_231_888_782_231_3), (5.0, 0.916_082_057_968_696_6)]),
        (9.9, [(6.0, 0.136_574_123_034_925_28), (10.0, 0.595_548_658_425_270_7), (14.0, 0.921_645_273_321_263_4)]),
        (10.0, [(6.0, 0.130_141_420_882_483), (10.0, 0.583_039_750_192_985_2), (14.0, 0.916_541_527_065_337_2)]),
        (37.5, [(30.0, 0.124_353_210_670_224_58), (37.0, 0.510_890_656_642_273_7), (45.0, 0.901_481_778_557_783)]),
        (
            12_345.6,
            [
                (12_203.0, 0.100_296_058_950_951_85),
                (12_345.0, 0.500_239_372_187_809_2),
                (12_488.0, 0.900_626_926_821_966),
            ],
        ),
    ];
    for (mean, points) in figures {
        let poisson = Poisson::new(mean);
        let drawn = draws(5, |first, stream| poisson.draw(first, stream).into());
        let what = format!("Poisson {mean}");
        shares(&what, &drawn, &points);
        moments(&what, &drawn, mean, mean);
    }
}

#[test]
fn tables_are_searches() {
    for mean in [0.0, 0.001, 0.8, 3.0, 9.99] {
        let Poisson::Small(search) = Poisson::new(mean) else { panic!("{mean} is small") };
        let table = Table::new(search);
        let steps: Vec<f64> = (0..99_840).map(|step| (f64::from(step) + 0.5) / 99_840.0).collect();
        let last = [1.0 - f64::EPSILON; BLOCK];
        for uniforms in steps.as_chunks::<BLOCK>().0.iter().chain([&last]) {
            let mut found = [0; BLOCK];
            table.draw(uniforms, BLOCK, &mut found);
            let expected = uniforms.map(|uniform| Poisson::Small(search).draw(uniform, &mut stream()));
            assert_eq!(found, expected, "{mean}");
        }
    }
}

fn stream() -> Stream {
    Place { key: [0; 2], replicate: 0, affiliate: 0, month: 0 }.stream(Purpose::Orders)
}

#[test]
fn negative_binomials() {
    let gamma = Gamma::new(1.0 / 0.8);
    let draw = |first, stream: &mut Stream| Poisson::new(gamma.draw(stream) * 12.5 * 0.8).draw(first, stream).into();
    let drawn = draws(6, draw);
    // scipy 1.17.1, scipy.stats.nbinom(1.25, 1.25 / 13.75).cdf.
    let points = [(1.0, 0.106_643_482_968_914_4), (9.0, 0.511_693_771_682_617), (28.0, 0.904_705_591_581_335_7)];
    shares("negative binomial", &drawn, &points);
    // mean + dispersion × mean².
    moments("negative binomial", &drawn, 12.5, 12.5 + 0.8 * 12.5 * 12.5);
}

#[test]
fn binomials() {
    // scipy 1.17.1, scipy.stats.binom(n, p).cdf; below 10 expected by search, else by rejection.
    let figures = [
        (5, 0.3, [(0.0, 0.168_07), (1.0, 0.528_22), (3.0, 0.969_22)]),
        (20, 0.7, [(11.0, 0.113_331_462_876_978_5), (14.0, 0.583_629_170_552_518_8), (17.0, 0.964_516_867_701_531_3)]),
        (60, 0.5, [(25.0, 0.122_530_416_511_472_43), (30.0, 0.551_289_086_504_284_7), (35.0, 0.922_499_047_998_369_7)]),
        (
            1_000,
            0.02,
            [(14.0, 0.102_528_195_867_308_94), (20.0, 0.559_095_605_763_887_5), (26.0, 0.924_185_993_315_216_3)],
        ),
        (
            100_000,
            0.3,
            [
                (29_814.0, 0.100_208_062_479_856_75),
                (30_000.0, 0.501_560_005_917_256_7),
                (30_186.0, 0.900_895_664_029_882_7),
            ],
        ),
    ];
    for (n, p, points) in figures {
        let drawn = draws(7, |first, stream| Binomial::new(p).draw(n, first, || stream.clone()).into());
        let what = format!("binomial {n} {p}");
        shares(&what, &drawn, &points);
        moments(&what, &drawn, f64::from(n) * p, f64::from(n) * p * (1.0 - p));
    }
    let certain = draws(8, |first, stream| Binomial::new(1.0).draw(9, first, || stream.clone()).into());
    assert!(certain.iter().all(|drawn| (8.9..9.1).contains(drawn)));
    let impossible = draws(8, |first, stream| Binomial::new(0.0).draw(9, first, || stream.clone()).into());
    assert!(impossible.iter().all(|drawn| drawn.abs() < 0.1));
}
