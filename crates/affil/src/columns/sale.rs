//! Line amounts in the program's currency, by the quotes of the day.
//!
//! This module must never know who earns a line.

use super::ids::place;
use super::table::Columns;
use super::term::within;
use crate::money::{Currency, RoundMode};
use crate::plan::Plan;
use crate::settle::{Fx, Quotes};
use crate::time::{Date, Instant};

/// The amounts of orders given in the order of their times.
pub(super) struct Sales<'a> {
    plan: &'a Plan,
    columns: &'a Columns,
    quotes: &'a Quotes<'a>,
    currencies: &'a [Currency],
    /// The local day of the last order, and when the next begins.
    day: Option<(Date, i64, i64)>,
    /// Of that day, by code, the program's own last.
    rates: Vec<Option<Rate>>,
}

/// How units of a column become minor units of the program's currency.
#[derive(Debug, Clone, Copy)]
struct Rate {
    /// Minor units of the order for a unit of the column, or units for a minor unit.
    up: i64,
    down: i64,
    /// The program's own currency.
    same: bool,
    fx: Fx,
    /// The same as small numbers, if they are.
    small: Option<(i64, i64)>,
}

/// The currencies of the orders by code, the program's own last; none if there is one that nobody knows.
pub(super) fn currencies(plan: &Plan, columns: &Columns) -> Option<Vec<Currency>> {
    let names = columns.orders.currency.as_ref().map(|currency| &currency.names).into_iter().flatten();
    let known = names.map(|name| Currency::from_code(name));
    known.chain([Some(plan.currency)]).collect()
}

impl<'a> Sales<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        columns: &'a Columns,
        quotes: &'a Quotes<'a>,
        currencies: &'a [Currency],
    ) -> Self {
        Self { plan, columns, quotes, currencies, day: None, rates: Vec::new() }
    }

    /// Writes the amounts of an order's lines; none where something is wrong with one of them.
    pub(super) fn write(&mut self, order: usize, out: &mut [i64]) -> Option<()> {
        let at = self.columns.orders.at.get(order).copied()?;
        let amounts = self.columns.lines.amount.get(self.columns.lines_of(order))?;
        let mode = self.plan.program.round.mode;
        let rate = self.rate(order, at)?;
        let mut sum = 0_i64;
        for (slot, amount) in out.iter_mut().zip(amounts) {
            *slot = rate.convert(*amount, mode)?;
            sum = within(sum.checked_add(*slot)?)?;
        }
        Some(())
    }

    /// What a line was sold for in minor units of its order's own currency.
    pub(super) fn given(&mut self, order: usize, units: i64) -> Option<i64> {
        let at = self.columns.orders.at.get(order).copied()?;
        self.rate(order, at)?.given(units)
    }

    fn rate(&mut self, order: usize, at: i64) -> Option<&Rate> {
        if self.day.is_none_or(|(_, start, end)| at < start || at >= end) {
            let date = self.plan.zone.date(Instant::from_micros(at).ok()?);
            let start = |date: Date| self.plan.almanac().start(date).micros();
            let next = date.plus_days(1).map_or(i64::MAX, start);
            self.day = Some((date, start(date), next));
            self.rates = vec![None; self.currencies.len()];
        }
        let own = self.currencies.len().saturating_sub(1);
        let codes = self.columns.orders.currency.as_ref().map(|currency| &currency.codes);
        let code = codes.and_then(|codes| codes.get(order)).map_or(own, |code| place(*code).min(own));
        let slot = self.rates.get_mut(code)?;
        if slot.is_none() {
            let (currency, (date, ..)) = (*self.currencies.get(code)?, self.day?);
            let fx = if currency == self.plan.currency { Fx::SAME } else { self.quotes.fx(currency, date)? };
            *slot = Some(Rate::new(fx, currency, self.columns.lines.places)?);
        }
        slot.as_ref()
    }
}

impl Rate {
    fn new(fx: Fx, currency: Currency, places: u8) -> Option<Self> {
        let power = |places: u8| 10_i64.checked_pow(u32::from(places));
        let up = power(currency.places().saturating_sub(places))?;
        let down = power(places.saturating_sub(currency.places()))?;
        let (numerator, denominator) = fx.reduced();
        let small = i64::try_from(numerator).ok().zip(i64::try_from(denominator).ok());
        Some(Self { up, down, same: fx == Fx::SAME, fx, small })
    }

    /// Minor units of the order's currency; none if there are more places than it has.
    fn given(&self, units: i64) -> Option<i64> {
        let (up, down) = (self.up, self.down);
        if (up, down) == (1, 1) {
            return within(units);
        }
        let exact = units.checked_rem(down) == Some(0);
        within(units.checked_div(down)?.checked_mul(up)?).filter(|_| exact)
    }

    fn convert(&self, units: i64, mode: RoundMode) -> Option<i64> {
        let given = self.given(units)?;
        if self.same {
            return Some(given);
        }
        if let Some((numerator, denominator)) = self.small
            && let Some(product) = given.checked_mul(numerator)
        {
            return within(mode.divide_small(product, denominator));
        }
        let minor = crate::money::Minor::new(given).ok()?;
        self.fx.convert(minor, mode).map(crate::money::Minor::get)
    }
}
