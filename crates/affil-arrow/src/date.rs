//! Columns of days: dates, and text such as `2026-03-31`.
//!
//! This module must never turn an instant into a day: which day it is depends on a time zone.

use affil::time::Date;
use affil::{Code, Pointer, Problem, value};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Date64Type};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::DataType;

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A column of days.
pub(crate) struct Dates<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    Days(&'a PrimitiveArray<Date32Type>),
    Millis(&'a PrimitiveArray<Date64Type>),
    Text(Texts<'a>),
}

impl<'a> Dates<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, form: Form::Nulls },
            Given::Missing => return Self { name, form: Form::Silent },
        };
        let form = match array.data_type() {
            DataType::Date32 => Form::Days(array.as_primitive()),
            DataType::Date64 => Form::Millis(array.as_primitive()),
            kind => Texts::proper(array, name).map_or_else(
                || {
                    let hint = "make it dates, or text such as 2026-03-31: a timestamp is no day without a time zone";
                    intake.refuse(wrong_type(Code::TableColumnType, path.clone(), kind, hint));
                    Form::Silent
                },
                Form::Text,
            ),
        };
        Self { name, form }
    }
}

fn day(days: i64, path: &Pointer) -> Result<Date, Problem> {
    match Date::from_days_since_epoch(days) {
        // The engine knows which days it takes, and has words for the others.
        Ok(date) => value::date(&date.to_string(), path),
        Err(error) => {
            let message = format!("{days} days since 1970: {error}");
            Err(Problem::new(Code::DateMalformed, path.clone(), message, "affil knows the years 1970 to 2199"))
        }
    }
}

fn whole_day(millis: i64, path: &Pointer) -> Result<Date, Problem> {
    if millis.rem_euclid(MILLIS_PER_DAY) != 0 {
        let message = format!("{millis} milliseconds since 1970 are no whole days");
        return Err(Problem::new(Code::DateMalformed, path.clone(), message, "make the column dates without a time"));
    }
    day(millis.div_euclid(MILLIS_PER_DAY), path)
}

impl Column for Dates<'_> {
    type Value<'s>
        = Date
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<Date>, Problem> {
        match &self.form {
            Form::Nulls | Form::Silent => Ok(None),
            Form::Days(array) if array.is_null(row) => Ok(None),
            Form::Days(array) => day(array.value(row).into(), &place.at(self.name)).map(Some),
            Form::Millis(array) if array.is_null(row) => Ok(None),
            Form::Millis(array) => whole_day(array.value(row), &place.at(self.name)).map(Some),
            Form::Text(texts) => texts.get(row).map(|text| value::date(text, &place.at(self.name))).transpose(),
        }
    }
}
