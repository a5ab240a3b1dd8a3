//! Columns of instants: timestamps with a time zone, and RFC 3339 text.
//!
//! This module must never guess a time zone.

use affil::time::Instant;
use affil::{Code, Pointer, Problem, value};
use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType, TimeUnit};

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

/// A column of instants.
pub(crate) struct Instants<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    Numbers {
        array: &'a dyn Array,
        values: &'a ScalarBuffer<i64>,
        unit: TimeUnit,
    },
    Text(Texts<'a>),
}

impl<'a> Instants<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, form: Form::Nulls },
            Given::Missing => return Self { name, form: Form::Silent },
        };
        let form = match array.data_type() {
            DataType::Timestamp(unit, Some(_)) => {
                let values = match unit {
                    TimeUnit::Second => array.as_primitive::<TimestampSecondType>().values(),
                    TimeUnit::Millisecond => array.as_primitive::<TimestampMillisecondType>().values(),
                    TimeUnit::Microsecond => array.as_primitive::<TimestampMicrosecondType>().values(),
                    TimeUnit::Nanosecond => array.as_primitive::<TimestampNanosecondType>().values(),
                };
                Form::Numbers { array: array.as_ref(), values, unit: *unit }
            }
            kind => Texts::proper(array, name).map_or_else(
                || {
                    intake.refuse(refusal(kind, path));
                    Form::Silent
                },
                Form::Text,
            ),
        };
        Self { name, form }
    }
}

fn refusal(kind: &DataType, path: &Pointer) -> Problem {
    let (code, hint) = match kind {
        DataType::Timestamp(_, None) => {
            (Code::TimeNoOffset, "say which time zone it is in; where it is UTC, make it a timestamp in UTC")
        }
        DataType::Date32 | DataType::Date64 => {
            (Code::TimeNoOffset, "a date is no instant: give the time of day and the time zone too")
        }
        _ => (Code::TableColumnType, "make it a timestamp with a time zone, or RFC 3339 text"),
    };
    wrong_type(code, path.clone(), kind, hint)
}

fn instant(number: i64, unit: TimeUnit, at: impl FnOnce() -> Pointer) -> Result<Instant, Problem> {
    let micros = match unit {
        TimeUnit::Second => number.checked_mul(1_000_000),
        TimeUnit::Millisecond => number.checked_mul(1_000),
        TimeUnit::Microsecond => Some(number),
        TimeUnit::Nanosecond if number.rem_euclid(1_000) != 0 => {
            let message = format!("{number} nanoseconds are no whole microseconds");
            let hint = "round the column to microseconds where it comes from";
            return Err(Problem::new(Code::TimeTooPrecise, at(), message, hint));
        }
        TimeUnit::Nanosecond => Some(number.div_euclid(1_000)),
    };
    micros.and_then(|micros| Instant::from_micros(micros).ok()).ok_or_else(|| {
        let message = format!("{number} in {unit} since 1970 is out of range");
        Problem::new(Code::TimeOutOfRange, at(), message, "affil knows the years 1970 to 2199")
    })
}

impl Column for Instants<'_> {
    type Value<'s>
        = Instant
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<Instant>, Problem> {
        match &self.form {
            Form::Nulls | Form::Silent => Ok(None),
            Form::Numbers { array, .. } if array.is_null(row) => Ok(None),
            Form::Numbers { values, unit, .. } => {
                values.get(row).map(|number| instant(*number, *unit, || place.at(self.name))).transpose()
            }
            Form::Text(texts) => texts.get(row).map(|text| value::instant(text, &place.at(self.name))).transpose(),
        }
    }
}
