//! Cells: what one affiliate sells in one month of one replicate.
//!
//! This module must never know a plan. Here the floats end: a drawn amount becomes whole minor units.

use affil::Minor;

use crate::draw::{Beta, Binomial, Gamma, Poisson, Table, Ziggurat, ziggurat};
use crate::philox::{BLOCK, Place, Purpose, Stream, Words, blocks, unit};
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

impl Cell {
    /// Gives back a share of what was sold.
    #[inline]
    fn refund(&mut self, share: f64) -> Result<(), TooMuch> {
        self.refunded = whole(float(self.sales.get()) * share)?.min(self.sales);
        Ok(())
    }
}

/// A drawn amount went beyond the limit of amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuch;

/// Where the replicates of a cell are drawn, over and over again.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) cells: [Cell; BLOCK],
    /// Which of them have sales, and of which replicates they are.
    active: [usize; BLOCK],
    replicates: [u32; BLOCK],
    /// Words of all cells, and of those with sales.
    first: Words,
    words: Words,
    more: Words,
}

impl Default for Desk {
    fn default() -> Self {
        let words = [[0; BLOCK]; 4];
        let cells = [Cell::default(); BLOCK];
        Self { cells, active: [0; BLOCK], replicates: [0; BLOCK], first: words, words, more: words }
    }
}

/// What is drawn for one affiliate in one month, in every replicate.
#[derive(Debug, Clone)]
pub(crate) struct CellLaw<'a> {
    place: Place,
    orders: Counts,
    sales: &'a SalesLaw,
    factor: f64,
    refunded: Share,
    new: Binomial,
    ziggurat: &'static Ziggurat,
    /// Whether the first words of the cell are looked at.
    first: bool,
}

#[derive(Debug, Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is looked at in every replicate")]
enum Counts {
    Fixed(u32),
    Small(Table),
    Large(Poisson),
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
            Some(OrdersLaw::Poisson(mean)) => match Poisson::new(mean * factor) {
                Poisson::Small(search) => Counts::Small(Table::new(search)),
                large @ Poisson::Large(_) => Counts::Large(large),
            },
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
        let (new, ziggurat) = (Binomial::new(law.new), ziggurat());
        Self { place, orders, sales: &law.sales, factor, refunded, new, ziggurat, first }
    }

    /// The cells of `count` replicates from `replicate` on, purpose by purpose: first the orders of all of them.
    pub(crate) fn draw(&self, replicate: u32, count: usize, desk: &mut Desk) -> Result<(), TooMuch> {
        let Desk { cells, active, replicates, first, words, more } = desk;
        for (slot, replicate) in replicates.iter_mut().zip(replicate..).take(count) {
            *slot = replicate;
        }
        if self.first {
            blocks(self.place.counter(Purpose::First, 0), self.place.key, replicates, count, first);
        }
        let by_month = matches!(self.sales, SalesLaw::MonthNormal { .. });
        let mut found = 0;
        for index in 0..count {
            let uniform = unit(first[0][index], first[1][index]);
            let orders = self.orders(replicates[index], uniform);
            cells[index] = Cell { orders, ..Cell::default() };
            // Written always and counted where wanted, without a branch that nobody could foresee.
            (active[found], replicates[found]) = (index, replicates[index]);
            found += usize::from(orders > 0 || by_month);
        }
        let active = &active[..found];
        if !matches!(self.sales, SalesLaw::Fixed(_)) {
            blocks(self.place.counter(Purpose::Sales, 0), self.place.key, replicates, found, words);
        }
        for (place, index) in active.iter().enumerate() {
            let mut stream = self.stream(replicates[place], Purpose::Sales).begun([words], place);
            let cell = &mut cells[*index];
            cell.sales = self.sales(cell.orders, &mut stream)?;
        }
        for (place, index) in active.iter().enumerate() {
            let uniform = unit(first[2][*index], first[3][*index]);
            let orders = cells[*index].orders;
            cells[*index].new = self.new.draw(orders, uniform, || self.stream(replicates[place], Purpose::New));
        }
        let beta = match &self.refunded {
            Share::Fixed(share) if *share <= 0.0 => return Ok(()),
            Share::Fixed(share) => return active.iter().try_for_each(|index| cells[*index].refund(*share)),
            Share::Beta(beta) => beta,
        };
        blocks(self.place.counter(Purpose::Refunded, 0), self.place.key, replicates, found, words);
        blocks(self.place.counter(Purpose::Refunded, 1), self.place.key, replicates, found, more);
        for (place, index) in active.iter().enumerate() {
            let mut stream = self.stream(replicates[place], Purpose::Refunded).begun([words, more], place);
            cells[*index].refund(beta.draw(&mut stream))?;
        }
        Ok(())
    }

    #[inline]
    fn orders(&self, replicate: u32, uniform: f64) -> u32 {
        match &self.orders {
            Counts::Fixed(orders) => *orders,
            Counts::Small(table) => table.draw(uniform),
            Counts::Large(law) => law.draw(uniform, &mut self.stream(replicate, Purpose::Orders)),
            Counts::Mixed(gamma, scale) => {
                let mut stream = self.stream(replicate, Purpose::Orders);
                Poisson::new(gamma.draw(&mut stream) * scale).draw(uniform, &mut stream)
            }
        }
    }

    #[inline]
    fn stream(&self, replicate: u32, purpose: Purpose) -> Stream {
        Place { replicate, ..self.place }.stream(purpose)
    }

    #[inline]
    fn sales(&self, orders: u32, stream: &mut Stream) -> Result<Minor, TooMuch> {
        match self.sales {
            SalesLaw::Fixed(amount) => minor(amount.saturating_mul(i64::from(orders))),
            SalesLaw::Gamma { shape, scale } => {
                // The sum of gamma deviates of one scale is one of the sum of their shapes.
                whole(Gamma::with(shape * f64::from(orders), self.ziggurat).draw(stream) * scale)
            }
            SalesLaw::Lognormal { median, sigma } => {
                let mut sum = 0.0;
                for _ in 0..orders {
                    sum += libm::exp(sigma * self.ziggurat.draw(stream));
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
                whole(mean + mean * cv * self.ziggurat.draw(stream))
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
    // Cut off, which for zero and more is down.
    minor((amount + 0.5).max(0.0) as i64)
}
