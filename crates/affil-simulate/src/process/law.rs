//! How an affiliate sells, in numbers that can be drawn from.
//!
//! This module must never know how it was written.

use std::sync::Arc;

#[derive(Debug, Clone)]
pub(crate) struct AffiliateLaw {
    pub(crate) id: String,
    pub(crate) groups: Vec<String>,
    /// None where only the sales of the month are drawn.
    pub(crate) orders: Option<OrdersLaw>,
    pub(crate) sales: SalesLaw,
    pub(crate) refunded: RefundedShare,
    pub(crate) new: f64,
    /// By which each month's mean is multiplied.
    pub(crate) factors: Arc<[f64]>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum OrdersLaw {
    Fixed(f64),
    Poisson(f64),
    NegativeBinomial { mean: f64, dispersion: f64 },
}

/// Amounts in minor units.
#[derive(Debug, Clone)]
pub(crate) enum SalesLaw {
    Fixed(i64),
    Gamma {
        shape: f64,
        scale: f64,
    },
    /// The median, and the deviation of the logarithm.
    Lognormal {
        median: f64,
        sigma: f64,
    },
    Empirical(Arc<[i64]>),
    MonthNormal {
        mean: f64,
        cv: f64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RefundedShare {
    Fixed(f64),
    Beta { a: f64, b: f64 },
}

impl RefundedShare {
    /// Whether only some of a sale may be given back.
    pub(crate) fn is_partial(self) -> bool {
        !matches!(self, Self::Fixed(share) if share <= 0.0 || share >= 1.0)
    }
}
