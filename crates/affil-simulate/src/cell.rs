//! Cells: what one affiliate sells in one month of one replicate.
//!
//! This module must never know a plan. Here the floats end: a drawn amount becomes whole minor units.

use affil::{LimitExceeded, Minor};

use crate::draw::{Beta, Binomial, Column, Gamma, Open, Poisson, Table, Ziggurat, cubes, left, normals, ziggurat};
use crate::philox::{BLOCK, Place, Purpose, Stream, Words, blocks, unit};
use pulp::{Simd, WithSimd};

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

/// What some replicates of one affiliate's month sold: those with any orders, or sales, packed together.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    /// How many there are; what lies behind them is of no meaning.
    pub(crate) count: usize,
    /// Which of the replicates they are, counted in the block.
    pub(crate) place: [u16; BLOCK],
    pub(crate) orders: [u32; BLOCK],
    pub(crate) new: [u32; BLOCK],
    pub(crate) sales: [i64; BLOCK],
    pub(crate) refunded: [i64; BLOCK],
    /// The largest of the orders, and of the sales.
    pub(crate) most: (u32, i64),
}

impl Cells {
    pub(crate) fn months(&self) -> Months<'_> {
        let of = ..self.count;
        Months {
            place: &self.place[of],
            orders: &self.orders[of],
            new: &self.new[of],
            sales: &self.sales[of],
            refunded: &self.refunded[of],
            most: self.most,
        }
    }
}

/// Months of one affiliate in which anything is sold, each of another replicate, as plans price them: at most `BLOCK`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Months<'a> {
    /// Which of the replicates they are, counted in the block.
    pub(crate) place: &'a [u16],
    pub(crate) orders: &'a [u32],
    pub(crate) new: &'a [u32],
    pub(crate) sales: &'a [i64],
    pub(crate) refunded: &'a [i64],
    /// The largest of the orders, and of the sales.
    pub(crate) most: (u32, i64),
}

impl Months<'_> {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.place.len().min(BLOCK)
    }

    /// One of them.
    #[inline]
    pub(crate) fn cell(&self, lane: usize) -> Result<Cell, LimitExceeded> {
        let (orders, new) = (self.orders[lane], self.new[lane]);
        Ok(Cell { orders, new, sales: Minor::new(self.sales[lane])?, refunded: Minor::new(self.refunded[lane])? })
    }
}

impl Default for Cells {
    fn default() -> Self {
        let (words, amounts) = ([0; BLOCK], [0; BLOCK]);
        Self { count: 0, place: [0; BLOCK], orders: words, new: words, sales: amounts, refunded: amounts, most: (0, 0) }
    }
}

/// Where cells are drawn, over and over again.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) cells: Cells,
    /// The replicates of all cells, and of those that are kept.
    all: [u32; BLOCK],
    kept: [u32; BLOCK],
    /// Words of all cells, then of those that are kept.
    first: Words,
    words: Words,
    more: Words,
    columns: [Column; 3],
    /// By its probability: it is the same for many affiliates.
    new: Option<(f64, Binomial)>,
    arch: pulp::Arch,
}

impl Default for Desk {
    fn default() -> Self {
        let (words, list) = ([[0; BLOCK]; 4], [0; BLOCK]);
        let columns = [[0.0; BLOCK]; 3];
        Self {
            cells: Cells::default(),
            all: list,
            kept: list,
            first: words,
            words,
            more: words,
            columns,
            new: None,
            arch: pulp::Arch::new(),
        }
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
    new: f64,
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

/// One call, compiled for each kind of vector unit.
struct Draw<'a> {
    law: &'a CellLaw<'a>,
    replicate: u32,
    count: usize,
    desk: &'a mut Desk,
}

impl WithSimd for Draw<'_> {
    type Output = Result<(), TooMuch>;
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Self::Output {
        self.law.draw_with(simd, self.replicate, self.count, self.desk)
    }
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
        Self { place, orders, sales: &law.sales, factor, refunded, new: law.new, ziggurat: ziggurat(), first }
    }

    /// The cells of `count` replicates from `replicate` on, purpose by purpose: first the orders of all of them.
    pub(crate) fn draw(&self, replicate: u32, count: usize, desk: &mut Desk) -> Result<(), TooMuch> {
        desk.arch.dispatch(Draw { law: self, replicate, count, desk })
    }

    #[inline(always)]
    fn draw_with<S: Simd>(&self, simd: S, replicate: u32, count: usize, desk: &mut Desk) -> Result<(), TooMuch> {
        self.orders(simd, replicate, count, desk);
        self.pack(count, desk);
        let count = desk.cells.count;
        self.sales(simd, desk);
        let most = desk.cells.sales.iter().take(count).fold(0, |most: i64, sales| most.max(*sales));
        Minor::new(most).map_err(|_| TooMuch)?;
        desk.cells.most.1 = most;
        self.new_customers(desk);
        self.refunds(simd, desk);
        Ok(())
    }

    /// How many orders each of `count` replicates has, into the cells' orders, one after the other.
    #[inline(always)]
    fn orders<S: Simd>(&self, simd: S, replicate: u32, count: usize, desk: &mut Desk) {
        let Desk { cells, all, first, words, columns: [uniforms, ..], .. } = desk;
        for (slot, replicate) in all.iter_mut().zip(replicate..).take(count) {
            *slot = replicate;
        }
        if self.first {
            blocks(simd, self.place.counter(Purpose::First, 0), self.place.key, all, count, first);
            for lane in 0..count {
                uniforms[lane] = unit(first[0][lane], first[1][lane]);
            }
        }
        let orders = &mut cells.orders;
        match &self.orders {
            Counts::Fixed(fixed) => orders[..count].fill(*fixed),
            Counts::Small(table) => table.draw(uniforms, count, orders),
            Counts::Large(Poisson::Large(law)) => {
                let mut open: Open = [false; BLOCK];
                blocks(simd, self.place.counter(Purpose::Orders, 0), self.place.key, all, count, words);
                law.first(words, count, orders, &mut open);
                for lane in left(&open, count) {
                    orders[lane] = law.draw(&mut self.stream(all[lane], Purpose::Orders).begun([words], lane));
                }
            }
            Counts::Large(small) => {
                for lane in 0..count {
                    orders[lane] = small.draw(uniforms[lane], &mut self.stream(all[lane], Purpose::Orders));
                }
            }
            Counts::Mixed(gamma, scale) => {
                for lane in 0..count {
                    let mut stream = self.stream(all[lane], Purpose::Orders);
                    orders[lane] = Poisson::new(gamma.draw(&mut stream) * scale).draw(uniforms[lane], &mut stream);
                }
            }
        }
    }

    /// Leaves out the replicates in which nothing is sold.
    #[allow(clippy::cast_possible_truncation, reason = "a place in a block")]
    #[inline(always)]
    fn pack(&self, count: usize, desk: &mut Desk) {
        let Desk { cells, all, kept, first: [_, _, third, fourth], .. } = desk;
        let by_month = matches!(self.sales, SalesLaw::MonthNormal { .. });
        let (mut found, mut most) = (0, 0);
        for lane in 0..count {
            let orders = cells.orders[lane];
            // Written always and counted where wanted, without a branch that nobody could foresee.
            cells.place[found] = lane as u16;
            cells.orders[found] = orders;
            kept[found] = all[lane];
            (third[found], fourth[found]) = (third[lane], fourth[lane]);
            found += usize::from((orders > 0) | by_month);
            most = most.max(orders);
        }
        cells.count = found;
        cells.most = (most, 0);
    }

    #[inline(always)]
    fn sales<S: Simd>(&self, simd: S, desk: &mut Desk) {
        let Desk { cells: Cells { count, orders, sales, .. }, kept, words, .. } = desk;
        let count = *count;
        if !matches!(self.sales, SalesLaw::Fixed(_)) {
            blocks(simd, self.place.counter(Purpose::Sales, 0), self.place.key, kept, count, words);
        }
        let stream = |lane: usize| self.stream(kept[lane], Purpose::Sales).begun([words], lane);
        match self.sales {
            SalesLaw::Fixed(amount) => {
                for lane in 0..count {
                    sales[lane] = amount.saturating_mul(i64::from(orders[lane]));
                }
            }
            SalesLaw::Gamma { shape, scale } => self.gamma_sales((*shape, *scale), desk),
            SalesLaw::Lognormal { median, sigma } => {
                for lane in 0..count {
                    let mut stream = stream(lane);
                    let mut sum = 0.0;
                    for _ in 0..orders[lane] {
                        sum += libm::exp(sigma * self.ziggurat.draw(&mut stream));
                    }
                    sales[lane] = whole(sum * median);
                }
            }
            SalesLaw::Empirical(amounts) => {
                for lane in 0..count {
                    let mut stream = stream(lane);
                    let mut sum: i64 = 0;
                    for _ in 0..orders[lane] {
                        sum = sum.saturating_add(pick(amounts, stream.word()));
                    }
                    sales[lane] = sum;
                }
            }
            SalesLaw::MonthNormal { mean, cv } => {
                let mean = mean * self.factor;
                for lane in 0..count {
                    sales[lane] = whole(mean + mean * cv * self.ziggurat.draw(&mut stream(lane)));
                }
            }
        }
    }

    /// The sum of gamma deviates of one scale is one of the sum of their shapes.
    #[inline(always)]
    fn gamma_sales(&self, (shape, scale): (f64, f64), desk: &mut Desk) {
        let Desk { cells: Cells { count, orders, sales, .. }, kept, words, columns, .. } = desk;
        let ([factors, deviates, cubed], count) = (columns, *count);
        let mut cs = [0.0; BLOCK];
        let mut open: Open = [false; BLOCK];
        for lane in 0..count {
            let shape = shape * f64::from(orders[lane]);
            open[lane] = shape < 1.0;
            (factors[lane], cs[lane]) = Gamma::terms(shape);
        }
        normals(self.ziggurat, [&words[0], &words[1]], count, deviates, &mut open);
        cubes(|lane| (factors[lane], cs[lane]), deviates, &words[2], count, cubed, &mut open);
        for lane in 0..count {
            sales[lane] = whole(factors[lane] * cubed[lane] * scale);
        }
        for lane in left(&open, count) {
            let gamma = Gamma::with(shape * f64::from(orders[lane]), self.ziggurat);
            let mut stream = self.stream(kept[lane], Purpose::Sales).begun([words], lane);
            sales[lane] = whole(gamma.draw(&mut stream) * scale);
        }
    }

    #[inline(always)]
    fn new_customers(&self, desk: &mut Desk) {
        let Desk { cells: Cells { count, orders, new, .. }, kept, first: [_, _, third, fourth], new: law, .. } = desk;
        if self.new <= 0.0 {
            new[..*count].fill(0);
            return;
        }
        let (_, law) = match law {
            Some(known) if known.0.to_bits() == self.new.to_bits() => known,
            slot => slot.insert((self.new, Binomial::new(self.new))),
        };
        let mut open: Open = [false; BLOCK];
        law.first(orders, [third, fourth], *count, new, &mut open);
        for lane in left(&open, *count) {
            let stream = || self.stream(kept[lane], Purpose::New);
            new[lane] = law.draw(orders[lane], unit(third[lane], fourth[lane]), stream);
        }
    }

    #[inline(always)]
    fn refunds<S: Simd>(&self, simd: S, desk: &mut Desk) {
        let Desk { cells: Cells { count, sales, refunded, .. }, kept, words, more, columns, .. } = desk;
        let count = *count;
        let [deviates, first, second] = columns;
        let mut open: Open = [false; BLOCK];
        let beta = match &self.refunded {
            Share::Fixed(share) if *share <= 0.0 => return refunded[..count].fill(0),
            Share::Fixed(share) => {
                for lane in 0..count {
                    refunded[lane] = whole(float(sales[lane]) * share).min(sales[lane]);
                }
                return;
            }
            Share::Beta(beta) => beta,
        };
        blocks(simd, self.place.counter(Purpose::Refunded, 0), self.place.key, kept, count, words);
        blocks(simd, self.place.counter(Purpose::Refunded, 1), self.place.key, kept, count, more);
        if let Some([(one, c), (other, e)]) = beta.terms() {
            normals(self.ziggurat, [&words[0], &words[1]], count, deviates, &mut open);
            cubes(|_| (one, c), deviates, &words[2], count, first, &mut open);
            normals(self.ziggurat, [&words[3], &more[0]], count, deviates, &mut open);
            cubes(|_| (other, e), deviates, &more[1], count, second, &mut open);
            for lane in 0..count {
                let (x, y) = (one * first[lane], other * second[lane]);
                refunded[lane] = whole(float(sales[lane]) * (x / (x + y))).min(sales[lane]);
            }
        } else {
            open.fill(true);
        }
        for lane in left(&open, count) {
            let mut stream = self.stream(kept[lane], Purpose::Refunded).begun([words, more], lane);
            refunded[lane] = whole(float(sales[lane]) * beta.draw(&mut stream)).min(sales[lane]);
        }
    }

    #[inline]
    fn stream(&self, replicate: u32, purpose: Purpose) -> Stream {
        Place { replicate, ..self.place }.stream(purpose)
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

/// The nearest whole minor units; below zero becomes zero.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "a whole number, saturating, and looked at again")]
fn whole(amount: f64) -> i64 {
    // Cut off, which for zero and more is down.
    (amount + 0.5).max(0.0) as i64
}

#[cfg(test)]
mod tests;
