//! A record batch of results, column by column.
//!
//! This module must never change a figure: money is decimal128 with the currency's places, instants are UTC.
//! Texts are `LargeUtf8`, which every library joins and compares, and which has no limit of two gigabytes a column.

use std::collections::HashMap;
use std::sync::Arc;

use affil::time::{Date, Instant};
use affil::{Currency, Money, Problem, Problems};
use arrow_array::TimestampMicrosecondArray;
use arrow_array::{ArrayRef, Date32Array, Decimal128Array, Int64Array, LargeStringArray, RecordBatch};
use arrow_schema::{ArrowError, Field, Schema};

/// Wide enough for every amount: 2^53 − 1 has 16 digits.
const PRECISION: u8 = 18;

/// The same where an amount may have the places of another currency; no currency has more than four.
const WIDE: u8 = 22;

/// Columns, in order, with whether nulls may stand in them.
pub(crate) struct Batch {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    metadata: HashMap<String, String>,
}

impl Batch {
    pub(crate) fn new(currency: Option<Currency>, plan: Option<&str>) -> Self {
        let pairs =
            [("currency", currency.map(|currency| currency.code().to_owned())), ("plan", plan.map(str::to_owned))];
        let metadata = pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
        Self { fields: Vec::new(), columns: Vec::new(), metadata }
    }

    /// A column as it is.
    pub(crate) fn array(&mut self, name: &str, nullable: bool, column: ArrayRef) {
        self.add(name, nullable, column);
    }

    /// Amounts in minor units.
    pub(crate) fn units(&mut self, name: &str, currency: Currency, values: Decimal128Array) -> Result<(), ArrowError> {
        self.decimals(name, false, (PRECISION, currency.places()), values)
    }

    fn add(&mut self, name: &str, nullable: bool, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), nullable));
        self.columns.push(column);
    }

    pub(crate) fn text(&mut self, name: &str, values: impl Iterator<Item = impl AsRef<str>>) {
        self.add(name, false, Arc::new(LargeStringArray::from_iter_values(values)));
    }

    pub(crate) fn text_or_null<'a>(&mut self, name: &str, values: impl Iterator<Item = Option<&'a str>>) {
        self.add(name, true, Arc::new(values.collect::<LargeStringArray>()));
    }

    pub(crate) fn count(&mut self, name: &str, values: impl Iterator<Item = u64>) {
        let values = values.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
        self.add(name, false, Arc::new(Int64Array::from_iter_values(values)));
    }

    pub(crate) fn count_or_null(&mut self, name: &str, values: impl Iterator<Item = Option<u64>>) {
        let values = values.map(|value| value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)));
        self.add(name, true, Arc::new(values.collect::<Int64Array>()));
    }

    pub(crate) fn day(&mut self, name: &str, values: impl Iterator<Item = Date>) {
        // Days since 1970, which 32 bits hold for every year there is.
        let values = values.map(|date| i32::try_from(date.days_since_epoch()).unwrap_or_default());
        self.add(name, false, Arc::new(Date32Array::from_iter_values(values)));
    }

    pub(crate) fn instant(&mut self, name: &str, values: impl Iterator<Item = Instant>) {
        let values = TimestampMicrosecondArray::from_iter_values(values.map(Instant::micros));
        self.add(name, false, Arc::new(values.with_timezone("UTC")));
    }

    pub(crate) fn instant_or_null(&mut self, name: &str, values: impl Iterator<Item = Option<Instant>>) {
        let values: TimestampMicrosecondArray = values.map(|at| at.map(Instant::micros)).collect();
        self.add(name, true, Arc::new(values.with_timezone("UTC")));
    }

    pub(crate) fn money(
        &mut self,
        name: &str,
        currency: Currency,
        values: impl Iterator<Item = Money>,
    ) -> Result<(), ArrowError> {
        let values = values.map(|money| i128::from(money.minor().get()));
        self.decimals(name, false, (PRECISION, currency.places()), Decimal128Array::from_iter_values(values))
    }

    /// Means, in hundredths of minor units.
    #[cfg(feature = "simulate")]
    pub(crate) fn mean(
        &mut self,
        name: &str,
        currency: Currency,
        values: impl Iterator<Item = i128>,
    ) -> Result<(), ArrowError> {
        let places = currency.places().saturating_add(2);
        self.decimals(name, false, (WIDE, places), Decimal128Array::from_iter_values(values))
    }

    /// Amounts of several currencies, with the places of the one that has most.
    pub(crate) fn moneys_or_null(
        &mut self,
        name: &str,
        values: impl Iterator<Item = Option<Money>> + Clone,
    ) -> Result<(), ArrowError> {
        let places = values.clone().flatten().map(|money| money.currency().places()).max().unwrap_or(2);
        let wide = |money: Money| {
            let more = places.saturating_sub(money.currency().places());
            i128::from(money.minor().get()).saturating_mul(10_i128.pow(more.into()))
        };
        self.decimals(name, true, (WIDE, places), values.map(|money| money.map(wide)).collect())
    }

    fn decimals(
        &mut self,
        name: &str,
        nullable: bool,
        (precision, places): (u8, u8),
        values: Decimal128Array,
    ) -> Result<(), ArrowError> {
        let array = values.with_precision_and_scale(precision, i8::try_from(places).unwrap_or_default())?;
        // The call above sets the type without looking at the values.
        array.validate_decimal_precision(precision)?;
        self.add(name, nullable, Arc::new(array));
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<RecordBatch, ArrowError> {
        let schema = Schema::new_with_metadata(self.fields, self.metadata);
        RecordBatch::try_new(Arc::new(schema), self.columns)
    }
}

/// What Arrow refuses of columns that the engine made.
pub(crate) fn bug(error: &ArrowError) -> Problems {
    Problem::internal(error.to_string()).into()
}
