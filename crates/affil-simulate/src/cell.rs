//! Cells: what one affiliate sells in one month of one replicate.
//!
//! This module must never know a plan. Here the floats end: a drawn amount becomes whole minor units.

use affil::Minor;

use crate::draw::{Beta, Gamma, Poisson, binomial, normal};
use crate::philox::{Place, Purpose, Stream};
use crate::process::{AffiliateLaw, OrdersLaw, RefundedShare, SalesLaw};

/// The sums of one affiliate's month.
///
/// ```
/// use affil::Minor;
/// let cell = affil_simulate::Cell {
///     orders: 3, new: 1, sales: Minor::new(19_500).unwrap(), refunded: Minor::new(6_500).unwrap(),
/// };
/// assert!(cell.is_sound());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// How many orders.
    pub orders: u32,
    /// How many of them are of new customers.
    pub new: u32,
    /// What was sold.
    pub sales: Minor,
    /// How much of it was given back, after the last order of the month.
    pub refunded: Minor,
}

impl Cell {
    /// Whether no part is more than its whole, or below zero.
    pub fn is_sound(&self) -> bool {
        self.new <= self.orders && self.refunded >= Minor::ZERO && self.refunded <= self.sales
    }
}

/// A drawn amount went beyond the limit of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

/// What is drawn for one affiliate in one month, in every replicate.
#[derive(Debug, Clone)]
pub(crate) struct CellLaw<'a> {
    place: Place,
    orders: Counts,
    sales: &'a SalesLaw,
    factor: f64,
    refunded: Share,
    new: f64,
    /// Whether the first words of the cell are looked at.
    first: bool,
}

#[derive(Debug, Clone, Copy)]
enum Counts {
    Fixed(u32),
    Poisson(Poisson),
    /// Poisson with a gamma-distributed mean.
    Mixed(Gamma, f64),
}

#[derive(Debug, Clone, Copy)]
enum Share {
    Fixed(f64),
    Beta(Beta),
}

impl<'a> CellLaw<'a> {
    /// The law of the `affiliate`th affiliate in the `month`th month.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "means are checked to be at most 10^6")]
    pub(crate) fn new(law: &'a AffiliateLaw, seed: u64, affiliate: u32, month: u32) -> Self {
        let factor = law.factors.get(month as usize).copied().unwrap_or(1.0);
        let orders = match law.orders {
            None => Counts::Fixed(0),
            Some(OrdersLaw::Fixed(mean)) => Counts::Fixed((mean * factor + 0.5).floor() as u32),
            Some(OrdersLaw::Poisson(mean)) => Counts::Poisson(Poisson::new(mean * factor)),
            Some(OrdersLaw::NegativeBinomial { mean, dispersion }) => {
                Counts::Mixed(Gamma::new(1.0 / dispersion), mean * factor * dispersion)
            }
        };
        let refunded = match law.refunded {
            RefundedShare::Fixed(share) => Share::Fixed(share),
            RefundedShare::Beta { a, b } => Share::Beta(Beta::new(a, b)),
        };
        let first = law.new > 0.0 || !matches!(orders, Counts::Fixed(_));
        let place = Place { key: Place::key(seed), replicate: 0, affiliate, month };
        Self { place, orders, sales: &law.sales, factor, refunded, new: law.new, first }
    }

    /// The cell of a replicate.
    #[inline]
    pub(crate) fn draw(&self, replicate: u32) -> Result<Cell, TooMuch> {
        let place = Place { replicate, ..self.place };
        let [for_orders, for_new] = if self.first { place.first() } else { [0.5; 2] };
        let orders = match &self.orders {
            Counts::Fixed(orders) => *orders,
            Counts::Poisson(law) => law.draw(for_orders, &mut place.stream(Purpose::Orders)),
            Counts::Mixed(gamma, scale) => {
                let mut stream = place.stream(Purpose::Orders);
                Poisson::new(gamma.draw(&mut stream) * scale).draw(for_orders, &mut stream)
            }
        };
        let by_month = matches!(self.sales, SalesLaw::MonthNormal { .. });
        if orders == 0 && !by_month {
            return Ok(Cell::default());
        }
        let sales = self.sales(orders, &mut place.stream(Purpose::Sales))?;
        let new = binomial(orders, self.new, for_new, &mut place.stream(Purpose::New));
        let share = match &self.refunded {
            Share::Fixed(share) => *share,
            Share::Beta(beta) => beta.draw(&mut place.stream(Purpose::Refunded)),
        };
        let refunded = if share <= 0.0 { Minor::ZERO } else { whole(float(sales.get()) * share)?.min(sales) };
        Ok(Cell { orders, new, sales, refunded })
    }

    #[inline]
    fn sales(&self, orders: u32, stream: &mut Stream) -> Result<Minor, TooMuch> {
        match self.sales {
            SalesLaw::Fixed(amount) => minor(amount.saturating_mul(i64::from(orders))),
            SalesLaw::Gamma { shape, scale } => {
                // The sum of gamma deviates of one scale is one of the sum of their shapes.
                whole(Gamma::new(shape * f64::from(orders)).draw(stream) * scale)
            }
            SalesLaw::Lognormal { median, sigma } => {
                let mut sum = 0.0;
                for _ in 0..orders {
                    sum += libm::exp(sigma * normal(stream.unit()));
                }
                whole(sum * median)
            }
            SalesLaw::Empirical(amounts) => {
                let mut sum: i64 = 0;
                for _ in 0..orders {
                    sum = sum.saturating_add(pick(amounts, stream.word()));
                }
                minor(sum)
            }
            SalesLaw::MonthNormal { mean, cv } => {
                let mean = mean * self.factor;
                whole(mean + mean * cv * normal(stream.unit()))
            }
        }
    }
}

/// One of the amounts, each as likely as the other but for one in 2^32 parts.
fn pick(amounts: &[i64], word: u32) -> i64 {
    let count = amounts.len() as u64;
    let index = usize::try_from((u64::from(word) * count) >> 32).unwrap_or_default();
    amounts.get(index).copied().unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "amounts below 2^53 fit")]
fn float(amount: i64) -> f64 {
    amount as f64
}

fn minor(amount: i64) -> Result<Minor, TooMuch> {
    Minor::new(amount).map_err(|_| TooMuch)
}

/// The nearest whole minor units; below zero becomes zero.
#[allow(clippy::cast_possible_truncation, reason = "a whole number, saturating, and looked at again")]
fn whole(amount: f64) -> Result<Minor, TooMuch> {
    minor((amount + 0.5).floor().max(0.0) as i64)
}
