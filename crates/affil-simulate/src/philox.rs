//! Philox4x32-10: random words as a function of a counter and a key.
//!
//! This module must never know what is drawn with its words.
//!
//! Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A generator
//! without state lets every cell of a simulation have its own words, whoever draws it, when, and among how many.

use pulp::Simd;

const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// The four words that belong to a counter under a key.
#[inline]
pub(crate) fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut c0, mut c1, mut c2, mut c3], [mut k0, mut k1]) = (counter, key);
    for round in 0..10 {
        if round > 0 {
            k0 = k0.wrapping_add(WEYL[0]);
            k1 = k1.wrapping_add(WEYL[1]);
        }
        let first = MULTIPLIERS[0].wrapping_mul(u64::from(c0));
        let second = MULTIPLIERS[1].wrapping_mul(u64::from(c2));
        (c0, c1, c2, c3) = (high(second) ^ c1 ^ k0, low(second), high(first) ^ c3 ^ k1, low(first));
    }
    [c0, c1, c2, c3]
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the upper half of 64 bits is 32 bits")]
fn high(word: u64) -> u32 {
    (word >> 32) as u32
}

#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
pub(crate) fn low(word: u64) -> u32 {
    word as u32
}

/// How many replicates are drawn side by side.
pub(crate) const BLOCK: usize = 256;

/// Words of many replicates, the first word of each together, and so on.
pub(crate) type Words = [[u32; BLOCK]; 4];

/// The words of a counter in each of the first `count` replicates listed: `philox` for as many replicates at once as
/// a vector has room for.
#[inline(always)]
pub(crate) fn blocks<S: Simd>(
    simd: S,
    counter: [u32; 4],
    key: [u32; 2],
    replicates: &[u32; BLOCK],
    count: usize,
    words: &mut Words,
) {
    let lanes = size_of::<S::u32s>() / size_of::<u32>();
    let [w0, w1, w2, w3] = words;
    let (w0, w1) = (S::as_mut_simd_u32s(w0).0, S::as_mut_simd_u32s(w1).0);
    let (w2, w3) = (S::as_mut_simd_u32s(w2).0, S::as_mut_simd_u32s(w3).0);
    let of = S::as_simd_u32s(replicates).0.iter().zip(w0).zip(w1).zip(w2).zip(w3);
    let (by_first, by_second) = (simd.splat_u32s(low(MULTIPLIERS[0])), simd.splat_u32s(low(MULTIPLIERS[1])));
    for ((((replicates, w0), w1), w2), w3) in of.take(count.div_ceil(lanes)) {
        let (mut c0, mut c1) = (simd.splat_u32s(counter[0]), simd.splat_u32s(counter[1]));
        let mut c2 = simd.splat_u32s(counter[2]);
        let (mut c3, [mut k0, mut k1]) = (*replicates, key);
        for _ in 0..10 {
            let (first_low, first_high) = simd.widening_mul_u32s(c0, by_first);
            let (second_low, second_high) = simd.widening_mul_u32s(c2, by_second);
            c0 = simd.xor_u32s(simd.xor_u32s(second_high, c1), simd.splat_u32s(k0));
            c2 = simd.xor_u32s(simd.xor_u32s(first_high, c3), simd.splat_u32s(k1));
            (c1, c3) = (second_low, first_low);
            k0 = k0.wrapping_add(WEYL[0]);
            k1 = k1.wrapping_add(WEYL[1]);
        }
        (*w0, *w1, *w2, *w3) = (c0, c1, c2, c3);
    }
}

/// A cell of a simulation: one affiliate in one month of one replicate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) key: [u32; 2],
    pub(crate) replicate: u32,
    pub(crate) affiliate: u32,
    pub(crate) month: u32,
}

/// What words of a cell are for. Each purpose has words of its own, so that another law for refunds, say, leaves
/// the sales of every cell as they were.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// One uniform for the orders and one for the new customers.
    First = 0,
    Orders = 1,
    New = 2,
    Sales = 3,
    Refunded = 4,
}

impl Place {
    pub(crate) fn key(seed: u64) -> [u32; 2] {
        [low(seed), high(seed)]
    }

    /// The counter of a purpose: the draw number (the purpose above, 24 bits of counting below), month, affiliate and
    /// replicate.
    pub(crate) fn counter(self, purpose: Purpose, number: u32) -> [u32; 4] {
        [((purpose as u32) << 24) | number, self.month, self.affiliate, self.replicate]
    }

    pub(crate) fn stream(self, purpose: Purpose) -> Stream {
        Stream { key: self.key, counter: self.counter(purpose, 0), words: [0; 8], next: 8 }
    }
}

/// The words of a cell for one purpose, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    key: [u32; 2],
    counter: [u32; 4],
    words: [u32; 8],
    next: usize,
}

impl Stream {
    /// A stream whose first words are known: those of its first block, or of its first two.
    #[inline]
    pub(crate) fn begun<const BLOCKS: usize>(mut self, blocks: [&Words; BLOCKS], replicate: usize) -> Self {
        self.next = 8 - 4 * BLOCKS;
        let words = blocks.iter().flat_map(|words| words.iter());
        for (slot, words) in self.words[self.next..].iter_mut().zip(words) {
            *slot = words[replicate];
        }
        self.counter[0] += u32::try_from(BLOCKS).unwrap_or_default();
        self
    }

    #[inline]
    pub(crate) fn word(&mut self) -> u32 {
        if self.next >= 8 {
            self.refill();
        }
        let word = self.words[self.next & 7];
        self.next += 1;
        word
    }

    #[cold]
    fn refill(&mut self) {
        self.words[4..].copy_from_slice(&philox(self.counter, self.key));
        self.counter[0] = self.counter[0].wrapping_add(1);
        self.next = 4;
    }

    /// A uniform number between 0 and 1, never either of them, with 52 bits.
    #[inline]
    pub(crate) fn unit(&mut self) -> f64 {
        let (a, b) = (self.word(), self.word());
        unit(a, b)
    }

    /// Such a number, and eight bits that have no part in it.
    #[inline]
    pub(crate) fn unit_and_byte(&mut self) -> (f64, u8) {
        let (a, b) = (self.word(), self.word());
        (unit(a, b), b.to_le_bytes()[0])
    }

    /// The same with 32 bits, for decisions.
    #[inline]
    pub(crate) fn coarse(&mut self) -> f64 {
        coarse(self.word())
    }
}

/// 52 bits and a half, so that neither 0 nor 1 can come out: the sum and the quotient are exact.
#[inline]
pub(crate) fn unit(a: u32, b: u32) -> f64 {
    let bits = ((u64::from(a) << 32) | u64::from(b)) >> 12;
    (float(bits) + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

/// 32 bits and a half, likewise.
#[inline]
pub(crate) fn coarse(word: u32) -> f64 {
    (float(word.into()) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// A number below 2^52 as a float, exactly: written into the fraction of 2^52, which is then taken away. Unlike the
/// conversion it is one that every vector unit has.
#[inline]
pub(crate) fn float(bits: u64) -> f64 {
    const BASE: f64 = 4_503_599_627_370_496.0;
    f64::from_bits(BASE.to_bits() | bits) - BASE
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulp::WithSimd;

    #[test]
    fn known_answers() {
        // The vectors for philox4x32, 10 rounds, of the known-answer file of Random123 (D. E. Shaw Research).
        let vectors = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, words) in vectors {
            assert_eq!(philox(counter, key), words);
        }
    }

    #[test]
    fn a_place_has_its_counter() {
        let place = Place { key: Place::key(0x0000_0002_0000_0001), replicate: 3, affiliate: 4, month: 5 };
        assert_eq!(place.key, [1, 2]);
        let mut stream = place.stream(Purpose::Sales);
        let first: Vec<u32> = (0..8).map(|_| stream.word()).collect();
        assert_eq!(first[..4], philox([3 << 24, 5, 4, 3], [1, 2]));
        assert_eq!(first[4..], philox([(3 << 24) + 1, 5, 4, 3], [1, 2]));
    }

    struct Both<'a>(Place, &'a [u32; BLOCK], &'a mut Words, &'a mut Words);

    impl pulp::WithSimd for Both<'_> {
        type Output = ();
        fn with_simd<S: Simd>(self, simd: S) {
            let Self(place, replicates, first, second) = self;
            blocks(simd, place.counter(Purpose::Refunded, 0), place.key, replicates, 50, first);
            blocks(simd, place.counter(Purpose::Refunded, 1), place.key, replicates, 50, second);
        }
    }

    #[test]
    fn side_by_side_is_one_by_one() {
        let place = Place { key: [11, 12], replicate: 0, affiliate: 4, month: 5 };
        let replicates: [u32; BLOCK] = std::array::from_fn(|index| 7 * u32::try_from(index).unwrap() + 1);
        let (mut first, mut second) = ([[0; BLOCK]; 4], [[0; BLOCK]; 4]);
        let both = Both(place, &replicates, &mut first, &mut second);
        pulp::Arch::new().dispatch(both);
        let (mut plain, mut more) = ([[0; BLOCK]; 4], [[0; BLOCK]; 4]);
        Both(place, &replicates, &mut plain, &mut more).with_simd(pulp::Scalar);
        for (index, replicate) in replicates.into_iter().enumerate().take(50) {
            assert_eq!(first.map(|words| words[index]), plain.map(|words| words[index]));
            assert_eq!(second.map(|words| words[index]), more.map(|words| words[index]));
            let place = Place { replicate, ..place };
            let mut plain = place.stream(Purpose::Refunded);
            let expected: Vec<u32> = (0..16).map(|_| plain.word()).collect();
            let mut one = place.stream(Purpose::Refunded).begun([&first], index);
            assert_eq!((0..16).map(|_| one.word()).collect::<Vec<_>>(), expected);
            let mut two = place.stream(Purpose::Refunded).begun([&first, &second], index);
            assert_eq!((0..16).map(|_| two.word()).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn uniforms_lie_strictly_within() {
        assert!(unit(0, 0) > 0.0);
        assert!(unit(u32::MAX, u32::MAX) < 1.0);
        // Half of the last of 52 places, exactly.
        assert_eq!(unit(0, 0).to_bits(), (0.5_f64.powi(53)).to_bits());
    }
}
