//! Columns of quantities: whole numbers from 0 to 4,294,967,295.
//!
//! This module must never read a float: a flat amount is multiplied by what it reads.

use affil::{Code, Pointer, Problem};
use arrow_array::{ArrayRef, downcast_integer_array};

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

/// A column of quantities.
pub(crate) struct Counts<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    /// What does not fit is kept as such, to be refused when its row is read.
    Whole(Vec<Option<Result<u32, ()>>>),
    Text(Texts<'a>),
}

impl<'a> Counts<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, form: Form::Nulls },
            Given::Missing => return Self { name, form: Form::Silent },
        };
        let form = match (whole(array), Texts::proper(array, name)) {
            (Some(values), _) => Form::Whole(values),
            (None, Some(texts)) => Form::Text(texts),
            (None, None) => {
                let hint = "make it whole numbers (in pandas `astype(\"Int64\")`, which can hold missing values)";
                intake.refuse(wrong_type(Code::TableColumnType, path.clone(), array.data_type(), hint));
                Form::Silent
            }
        };
        Self { name, form }
    }
}

fn whole(array: &ArrayRef) -> Option<Vec<Option<Result<u32, ()>>>> {
    let array = array.as_ref();
    downcast_integer_array!(
        array => Some(array.iter().map(|value| value.map(fitted)).collect()),
        _ => None
    )
}

fn fitted<T: TryInto<u32>>(number: T) -> Result<u32, ()> {
    number.try_into().map_err(|_| ())
}

/// Digits and nothing else, as JSON would have them.
fn digits(text: &str) -> Result<u32, ()> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain).ok_or(())
}

impl Column for Counts<'_> {
    type Value<'s>
        = u32
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<u32>, Problem> {
        let value = match &self.form {
            Form::Nulls | Form::Silent => None,
            Form::Whole(values) => values.get(row).copied().flatten(),
            Form::Text(texts) => texts.get(row).map(digits),
        };
        value.transpose().map_err(|()| {
            let message = "not a whole number from 0 to 4294967295";
            Problem::new(Code::DocumentWrongType, place.at(self.name), message, "write a whole number here")
        })
    }
}
