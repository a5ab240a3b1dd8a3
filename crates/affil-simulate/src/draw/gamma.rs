//! Gamma and beta deviates.
//!
//! This module must never know what a deviate is for.
//!
//! Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Transactions on Mathematical
//! Software 26 (2000); shapes below 1 as in its section 6. A beta deviate is x / (x + y) of two gamma deviates.

use super::{Ziggurat, ziggurat};
use crate::philox::Stream;

/// Gamma deviates of one shape and scale 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gamma {
    d: f64,
    c: f64,
    ziggurat: &'static Ziggurat,
    /// 1 / shape, for a shape below 1.
    boost: Option<f64>,
}

impl Gamma {
    /// `shape` above 0.
    #[inline]
    pub(crate) fn new(shape: f64) -> Self {
        Self::with(shape, ziggurat())
    }

    /// The same with the ziggurat at hand.
    #[inline]
    pub(crate) fn with(shape: f64, ziggurat: &'static Ziggurat) -> Self {
        let small = shape < 1.0;
        let (d, c) = Self::terms(if small { shape + 1.0 } else { shape });
        Self { d, c, ziggurat, boost: small.then(|| 1.0 / shape) }
    }

    /// `d` and `c` of a shape of 1 or more.
    #[inline(always)]
    pub(crate) fn terms(shape: f64) -> (f64, f64) {
        let d = shape - 1.0 / 3.0;
        (d, 1.0 / (9.0 * d).sqrt())
    }

    #[inline]
    pub(crate) fn draw(self, stream: &mut Stream) -> f64 {
        let drawn = self.d * self.cube(stream);
        match self.boost {
            None => drawn,
            Some(power) => drawn * libm::pow(stream.unit(), power),
        }
    }

    #[inline]
    fn cube(self, stream: &mut Stream) -> f64 {
        loop {
            let x = self.ziggurat.draw(stream);
            let t = 1.0 + self.c * x;
            let u = stream.coarse();
            if t <= 0.0 {
                continue;
            }
            let (v, x2) = (t * t * t, x * x);
            if u < 1.0 - 0.0331 * x2 * x2 || libm::log(u) < 0.5 * x2 + self.d * (1.0 - v + libm::log(v)) {
                return v;
            }
        }
    }
}

/// Beta deviates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beta {
    a: Gamma,
    b: Gamma,
    mean: f64,
}

impl Beta {
    /// `d` and `c` of both gamma deviates, where their first tries may be made side by side.
    pub(crate) fn terms(&self) -> Option<[(f64, f64); 2]> {
        (self.a.boost.is_none() && self.b.boost.is_none()).then_some([(self.a.d, self.a.c), (self.b.d, self.b.c)])
    }

    /// `a` and `b` above 0.
    pub(crate) fn new(a: f64, b: f64) -> Self {
        Self { a: Gamma::new(a), b: Gamma::new(b), mean: a / (a + b) }
    }

    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        let (x, y) = (self.a.draw(stream), self.b.draw(stream));
        if x + y > 0.0 {
            return x / (x + y);
        }
        // Both too small for a double: what is left of the distribution is all or nothing.
        if stream.unit() < self.mean { 1.0 } else { 0.0 }
    }
}
