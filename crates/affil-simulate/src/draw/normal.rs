//! Normal deviates.
//!
//! This module must never know what a deviate is for.
//!
//! Source: the ziggurat of Marsaglia and Tsang, "The ziggurat method for generating random variables", Journal of
//! Statistical Software 5 (2000), with 256 layers, in the form of Doornik, "An improved ziggurat method to generate
//! normal random samples" (2005): index and deviate use different bits of a word.

use std::sync::OnceLock;

use crate::philox::Stream;

const LAYERS: usize = 256;
/// Where the lowest layer goes over into the tail, and the area of each layer: the solution of the chain of layers
/// that ends at zero, by scipy.optimize.brentq.
const TAIL: f64 = 3.654_152_885_361_009;
const AREA: f64 = 0.004_928_673_233_974_655;

/// The ziggurat: its edges, each with the share of its layer that lies below the next one.
#[derive(Debug)]
pub(crate) struct Ziggurat {
    layers: [(f64, f64); LAYERS],
}

/// The one ziggurat.
pub(crate) fn ziggurat() -> &'static Ziggurat {
    static ZIGGURAT: OnceLock<Ziggurat> = OnceLock::new();
    ZIGGURAT.get_or_init(|| {
        let density = |x: f64| libm::exp(-0.5 * x * x);
        let mut edges = [0.0; LAYERS + 1];
        edges[0] = AREA / density(TAIL);
        edges[1] = TAIL;
        for layer in 2..LAYERS {
            let last = edges[layer - 1];
            edges[layer] = (-2.0 * libm::log(AREA / last + density(last))).sqrt();
        }
        Ziggurat { layers: std::array::from_fn(|layer| (edges[layer], edges[layer + 1] / edges[layer])) }
    })
}

impl Ziggurat {
    /// A standard normal deviate.
    #[inline]
    pub(crate) fn draw(&self, stream: &mut Stream) -> f64 {
        let (uniform, bits) = stream.unit_and_byte();
        let (u, (edge, inner)) = (2.0 * uniform - 1.0, self.layer(bits));
        if u.abs() < inner { u * edge } else { self.outside(u, bits, stream) }
    }

    /// The edge of a layer, and how much of it lies below the next one.
    #[inline]
    pub(crate) fn layer(&self, layer: u8) -> (f64, f64) {
        self.layers[usize::from(layer)]
    }

    /// About one draw in a hundred.
    #[cold]
    fn outside(&self, u: f64, layer: u8, stream: &mut Stream) -> f64 {
        if layer == 0 {
            let beyond = tail(stream);
            return if u < 0.0 { -beyond } else { beyond };
        }
        let low = self.layer(layer).0;
        // Above the last layer there is nothing.
        let high = layer.checked_add(1).map_or(0.0, |next| self.layer(next).0);
        let x = u * low;
        let below = libm::exp(-0.5 * (low * low - x * x));
        let above = libm::exp(-0.5 * (high * high - x * x));
        if above + stream.unit() * (below - above) < 1.0 { x } else { self.draw(stream) }
    }
}

/// A deviate beyond the lowest layer (Marsaglia, "Generating a variable from the tail of the normal distribution",
/// Technometrics 6 (1964)).
fn tail(stream: &mut Stream) -> f64 {
    loop {
        let x = -libm::log(stream.unit()) / TAIL;
        if -2.0 * libm::log(stream.unit()) >= x * x {
            return TAIL + x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_end_at_the_top() {
        let edges = ziggurat().layers.map(|(edge, _)| edge);
        assert!(edges.windows(2).all(|pair| pair[0] > pair[1]));
        // The top layer has the area of the others: its edge times what is left up to the density's top.
        let last = edges[LAYERS - 1];
        assert!((last * (1.0 - libm::exp(-0.5 * last * last)) - AREA).abs() < 1e-12);
    }
}
