//! Amounts of other currencies in the program's, at the quotes given as facts.
//!
//! This module must never know what an amount is for.

use std::collections::HashMap;

use crate::facts::{Facts, Order};
use crate::money::{Currency, Minor, RoundMode};
use crate::plan::Plan;
use crate::problem::{Code, Problem};
use crate::program::Exchange;
use crate::time::{Date, Month};

/// An exact rate as a fraction: quotes have twelve places, and a mean divides their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fx {
    /// Program minor units …
    numerator: i128,
    /// … for this many minor units of the order.
    denominator: i128,
}

impl Fx {
    /// Amounts in the program's own currency.
    pub(crate) const SAME: Fx = Fx { numerator: 1, denominator: 1 };

    /// The amount in the program's minor units.
    pub(crate) fn convert(self, amount: Minor, mode: RoundMode) -> Option<Minor> {
        if self == Self::SAME {
            return Some(amount);
        }
        let product = i128::from(amount.get()).checked_mul(self.numerator)?;
        Minor::from_i128(mode.divide(product, self.denominator)).ok()
    }

    /// Numerator and denominator without common factors.
    pub(crate) fn reduced(self) -> (i128, i128) {
        let common = common(self.numerator, self.denominator).max(1);
        let part = |whole: i128| whole.checked_div(common).unwrap_or(whole);
        (part(self.numerator), part(self.denominator))
    }
}

/// The greatest number that divides both; neither is below zero.
fn common(mut a: i128, mut b: i128) -> i128 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

/// The quotes that lead to the program's currency.
pub(crate) struct Quotes<'a> {
    plan: &'a Plan,
    days: HashMap<(Currency, Date), i128>,
    /// The sum and number of a month's quotes.
    months: HashMap<(Currency, Month), (i128, i128)>,
}

impl<'a> Quotes<'a> {
    pub(crate) fn new(plan: &'a Plan, facts: &Facts) -> Self {
        let mut quotes = Self { plan, days: HashMap::new(), months: HashMap::new() };
        for quote in facts.quotes.rows.iter().filter(|quote| quote.to == plan.currency) {
            // Checked when the quote was added.
            let rate = quote.rate.scaled(12).unwrap_or_default();
            quotes.days.insert((quote.from, quote.date), rate);
            let (sum, count) = quotes.months.entry((quote.from, quote.date.month())).or_default();
            (*sum, *count) = (sum.saturating_add(rate), count.saturating_add(1));
        }
        quotes
    }

    /// The sum and number of the quotes by which an order is converted; none for the program's own currency.
    pub(crate) fn found(&self, order: &Order) -> Option<(i128, i128)> {
        let currency = order.currency.filter(|currency| *currency != self.plan.currency)?;
        self.on(currency, self.plan.zone.date(order.at))
    }

    fn on(&self, currency: Currency, day: Date) -> Option<(i128, i128)> {
        match self.plan.program.exchange {
            Exchange::OrderDay => self.days.get(&(currency, day)).map(|rate| (*rate, 1)),
            Exchange::MonthAverage => self.months.get(&(currency, day.month())).copied(),
        }
    }

    /// The rate for orders of a day in another currency than the program's, if it can be told.
    pub(crate) fn fx(&self, currency: Currency, day: Date) -> Option<Fx> {
        let (sum, count) = self.on(currency, day)?;
        let power = |places: u8| 10_i128.saturating_pow(u32::from(places));
        // 10^12 for the places of the quotes, and the places of both currencies.
        let denominator = power(12).saturating_mul(count).saturating_mul(power(currency.places()));
        Some(Fx { numerator: sum.saturating_mul(power(self.plan.currency.places())), denominator })
    }

    /// The rate for an order.
    pub(crate) fn of(&self, facts: &Facts, order: &Order) -> Result<Fx, Problem> {
        let Some(currency) = order.currency.filter(|currency| *currency != self.plan.currency) else {
            return Ok(Fx::SAME);
        };
        let day = self.plan.zone.date(order.at);
        self.fx(currency, day).ok_or_else(|| self.missing(facts, order, currency, day))
    }

    fn missing(&self, facts: &Facts, order: &Order, currency: Currency, day: Date) -> Problem {
        let when = match self.plan.program.exchange {
            Exchange::OrderDay => day.to_string(),
            Exchange::MonthAverage => day.month().to_string(),
        };
        let message = format!(
            "order `{}` of {day} is in {currency}, the program pays in {}, and there is no quote for {when}",
            facts.text(order.id),
            self.plan.currency
        );
        let hint = format!(
            "add a quote {{ from: \"{currency}\", to: \"{}\", date: \"{day}\", rate: … }} to the facts; nothing is taken as 1:1",
            self.plan.currency
        );
        Problem::new(Code::CurrencyNoQuote, Facts::path("orders", order.row).key("currency"), message, hint)
    }
}
