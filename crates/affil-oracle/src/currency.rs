//! Section "Currencies": minor units of ISO 4217 currencies, and the conversion of amounts.
//!
//! Must never know what an amount is for.

use crate::Refusal;
use crate::exact::{Exact, round, sum, whole};
use crate::facts::{Facts, Order, Quote};
use crate::program::{Exchange, Program};
use crate::time::day;
use chrono::{Datelike, NaiveDate};
use num_traits::ToPrimitive;

/// How many minor units make one unit of the currency.
pub(crate) fn scale(currency: &str) -> Exact {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => whole(1),
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => whole(1_000),
        "CLF" | "UYW" => whole(10_000),
        _ => whole(100),
    }
}

/// How much of the program's currency one unit of the order's is worth; none without a quote.
pub(crate) fn rate(program: &Program, facts: &Facts, order: &Order) -> Option<Exact> {
    if order.currency() == program.currency {
        return Some(whole(1));
    }
    let today = day(order.at, program.zone);
    let counts = |quote: &&Quote| {
        let date = quote.date.0;
        let in_time = match program.exchange {
            Exchange::OrderDay => date == today,
            Exchange::MonthAverage => (date.year(), date.month()) == (today.year(), today.month()),
        };
        quote.from == order.currency() && quote.to == program.currency && in_time
    };
    let rates: Vec<&Exact> = facts.quotes.iter().filter(counts).map(|quote| &quote.rate.0).collect();
    let number = i64::try_from(rates.len()).expect("fewer quotes than that");
    (number > 0).then(|| sum(rates) / whole(number))
}

/// An amount of an order, in whole units of its currency, as minor units of the program's.
pub(crate) fn convert(program: &Program, facts: &Facts, order: &Order, amount: &Exact) -> Exact {
    let scaled = amount * scale(&program.currency);
    if order.currency() == program.currency {
        return scaled;
    }
    // Facts with an order that has no quote are refused when they are read.
    let rate = rate(program, facts, order).expect("a quote for the order");
    round(&(scaled * rate), program.round.mode)
}

/// How much of one currency one unit of another is worth on a day; none without a quote.
pub(crate) fn rate_of_day(facts: &Facts, from: &str, to: &str, date: NaiveDate) -> Option<Exact> {
    let quote = facts.quotes.iter().find(|quote| quote.from == from && quote.to == to && quote.date.0 == date);
    quote.map(|quote| quote.rate.0.clone())
}

/// Minor units as decimal text with all places of the currency.
pub(crate) fn decimal(minor: i128, currency: &str) -> String {
    let places = scale(currency).to_integer().to_string().len() - 1;
    let sign = if minor < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", minor.unsigned_abs(), width = places + 1);
    let (units, rest) = digits.split_at(digits.len() - places);
    if places == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{rest}") }
}

/// A number that must be whole, as the plain integer of the result.
pub(crate) fn integer(number: &Exact) -> Result<i128, Refusal> {
    if !number.is_integer() {
        return Err(Refusal::invalid(&format!("{number} is not a whole number of minor units")));
    }
    number.to_integer().to_i128().ok_or_else(|| Refusal::invalid(&format!("{number} is too large")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minor_units_as_text() {
        assert_eq!(decimal(1_250, "EUR"), "12.50");
        assert_eq!(decimal(-5, "EUR"), "-0.05");
        assert_eq!(decimal(0, "EUR"), "0.00");
        assert_eq!(decimal(1_250, "JPY"), "1250");
        assert_eq!(decimal(1_250, "KWD"), "1.250");
    }
}
