//! Instants, ids and amounts of whole columns: in one go where the type allows, else row by row.
//!
//! This module must never round.

use affil::{Code, Decimal, Ids, Pointer, Problem};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};

use super::code::numbers;
use crate::amount::Amounts;
use crate::count::Counts;
use crate::intake::Intake;
use crate::part::Part;

/// Adds a column of instants, in microseconds.
pub(super) fn instants(part: Part<'_>, column: &'static str, into: &mut Vec<i64>, intake: &mut Intake<'_>) {
    if let Some(array) = part.array(column)
        && let DataType::Timestamp(TimeUnit::Microsecond, Some(_)) = array.data_type()
        && array.null_count() == 0
    {
        into.extend_from_slice(array.as_primitive::<TimestampMicrosecondType>().values());
        return;
    }
    let instants = part.instants(column, intake);
    for row in 0..part.rows() {
        let at = intake.need(&instants, row, part.place(row));
        into.push(at.map(affil::time::Instant::micros).unwrap_or_default());
    }
}

/// Adds a column of ids.
pub(super) fn ids(part: Part<'_>, column: &'static str, into: &mut Ids, intake: &mut Intake<'_>) {
    if let Some(array) = part.array(column)
        && array.null_count() == 0
        && let Some(numbers) = numbers(array)
        && let Ids::Numbers(into) = into
    {
        into.extend_from_slice(&numbers);
        return;
    }
    let texts = part.texts(column, intake);
    let mut known = match std::mem::take(into) {
        Ids::Texts(texts) => texts,
        numbers @ Ids::Numbers(_) => (0..numbers.len()).map(|row| numbers.text(row).into()).collect(),
    };
    for row in 0..part.rows() {
        let place = part.place(row);
        let text = intake.need(&texts, row, place).unwrap_or_default();
        if text.is_empty() && part.has(column) {
            let hint = "every row needs an id of its own";
            intake.refuse(Problem::new(Code::DocumentEmpty, place.at(column), "an empty id", hint));
        }
        known.push(text.into());
    }
    *into = Ids::Texts(known);
}

/// The texts of an array without nulls, of text or of whole numbers.
pub(super) fn texts(array: &ArrayRef) -> Vec<String> {
    if let Some(numbers) = numbers(array) {
        return numbers.iter().map(ToString::to_string).collect();
    }
    let texts = crate::text::Texts::items(array, "");
    (0..array.len()).map(|row| texts.as_ref().and_then(|t| t.get(row)).unwrap_or_default().to_owned()).collect()
}

/// Amounts of a table, in the places that the most exact of them needs.
#[derive(Default)]
pub(super) struct Units {
    all: Vec<i64>,
    pub(super) places: u8,
    /// An amount goes beyond the limit in these places.
    beyond: bool,
}

/// Amounts of one batch.
enum Value {
    /// All with these places.
    Alike(Vec<i64>, u8),
    Each(Vec<Decimal>),
}

impl Units {
    pub(super) fn read(&mut self, part: Part<'_>, column: &'static str, intake: &mut Intake<'_>) {
        let value = alike(part, column).map_or_else(
            || {
                let amounts = part.amounts(column, intake);
                Value::Each(each(part, &amounts, intake))
            },
            |(values, places)| Value::Alike(values, places),
        );
        self.push(value);
    }

    /// The amounts of lines, or what a price and a quantity make.
    pub(super) fn read_lines(&mut self, part: Part<'_>, intake: &mut Intake<'_>) {
        if part.has("amount") || !part.has("price") {
            if !part.has("amount") && part.rows() > 0 {
                let path = Pointer::root().key("lines");
                let hint = "give each line its `amount`, or its `price` for one unit and its `quantity`";
                intake.refuse(Problem::new(Code::TableColumnMissing, path, "no column `amount`", hint));
            }
            self.read(part, "amount", intake);
            return;
        }
        let product = |price: i64, quantity: u32| price.checked_mul(i64::from(quantity));
        if let (Some((mut prices, places)), Some(given)) = (alike(part, "price"), few(part))
            && prices.iter_mut().zip(&given).all(|(price, quantity)| {
                product(*price, *quantity).is_some_and(|amount| {
                    *price = amount;
                    true
                })
            })
        {
            self.push(Value::Alike(prices, places));
            return;
        }
        let quantities = part.counts("quantity", intake);
        let prices = part.amounts("price", intake);
        let prices = each(part, &prices, intake);
        let amounts = prices.into_iter().enumerate().map(|(row, price)| amount(part, row, price, &quantities, intake));
        let amounts = amounts.collect();
        self.push(Value::Each(amounts));
    }

    fn push(&mut self, value: Value) {
        let own = match &value {
            Value::Alike(_, places) => *places,
            Value::Each(decimals) => decimals.iter().map(|decimal| decimal.places()).max().unwrap_or_default(),
        };
        self.rescale(own.max(self.places));
        let places = self.places;
        let beyond = &mut self.beyond;
        let mut count = |units: Option<i64>| {
            units.unwrap_or_else(|| {
                *beyond = true;
                0
            })
        };
        match value {
            Value::Alike(values, own) if own == places => self.all.extend_from_slice(&values),
            Value::Alike(values, own) => {
                let factor = 10_i64.checked_pow(u32::from(places - own));
                self.all.extend(values.iter().map(|value| count(factor.and_then(|factor| value.checked_mul(factor)))));
            }
            Value::Each(decimals) => {
                let units = |decimal: &Decimal| i64::try_from(decimal.scaled(places).ok()?).ok();
                self.all.extend(decimals.iter().map(|decimal| count(units(decimal))));
            }
        }
    }

    /// Writes all amounts in at least so many places.
    fn rescale(&mut self, places: u8) {
        if places <= self.places {
            return;
        }
        let factor = 10_i64.checked_pow(u32::from(places - self.places));
        for units in &mut self.all {
            let scaled = factor.and_then(|factor| units.checked_mul(factor));
            self.beyond |= scaled.is_none();
            *units = scaled.unwrap_or_default();
        }
        self.places = places;
    }

    /// All amounts in these places, at least as many as they need.
    pub(super) fn finish(mut self, places: u8, table: &str, intake: &mut Intake<'_>) -> Vec<i64> {
        self.rescale(places);
        if self.beyond {
            let path = Pointer::root().key(table).key("amount");
            let hint = "amounts may be up to 2^53-1 minor units, all of a column in the same places";
            intake.refuse(Problem::new(Code::MoneyLimit, path, "an amount beyond the limit", hint));
        }
        self.all
    }
}

/// Decimals that fit, all with the same places.
fn alike(part: Part<'_>, column: &str) -> Option<(Vec<i64>, u8)> {
    let array = part.array(column).filter(|array| array.null_count() == 0)?;
    let DataType::Decimal128(_, scale) = array.data_type() else { return None };
    let places = u8::try_from(*scale).ok().filter(|places| *places <= 12)?;
    let values = array.as_primitive::<Decimal128Type>().values().iter();
    Some((all(values.map(|value| i64::try_from(*value).ok()))?, places))
}

fn few(part: Part<'_>) -> Option<Vec<u32>> {
    let Some(array) = part.array("quantity") else { return Some(vec![1; part.rows()]) };
    let numbers = numbers(array).filter(|_| array.null_count() == 0)?;
    all(numbers.iter().map(|number| u32::try_from(*number).ok()))
}

/// All values, if there is one for each row; collecting options knows of no length beforehand.
pub(super) fn all<T>(values: impl ExactSizeIterator<Item = Option<T>>) -> Option<Vec<T>> {
    let mut found = Vec::with_capacity(values.len());
    for value in values {
        found.push(value?);
    }
    Some(found)
}

fn each(part: Part<'_>, amounts: &Amounts<'_>, intake: &mut Intake<'_>) -> Vec<Decimal> {
    (0..part.rows()).map(|row| intake.need(amounts, row, part.place(row)).unwrap_or(Decimal::ZERO)).collect()
}

fn amount(part: Part<'_>, row: usize, price: Decimal, quantities: &Counts<'_>, intake: &mut Intake<'_>) -> Decimal {
    let place = part.place(row);
    let quantity = intake.may(quantities, row, place).ok().flatten().unwrap_or(1);
    let units = price.scaled(price.places()).ok().and_then(|units| units.checked_mul(i128::from(quantity)));
    let amount = units.and_then(|units| Decimal::from_parts(units, price.places()).ok());
    amount.unwrap_or_else(|| {
        let hint = "amounts may be up to 2^53-1 minor units";
        intake.refuse(Problem::new(Code::MoneyLimit, place.at("price"), "an amount beyond the limit", hint));
        Decimal::ZERO
    })
}
