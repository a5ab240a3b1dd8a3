//! Columns of true and false.
//!
//! This module must never take a number for a flag.

use affil::{Code, Pointer, Problem};
use arrow_array::cast::AsArray;
use arrow_array::{Array, BooleanArray};
use arrow_schema::DataType;

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

/// A column of true and false.
pub(crate) struct Flags<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    Boolean(&'a BooleanArray),
    Text(Texts<'a>),
}

impl<'a> Flags<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, form: Form::Nulls },
            Given::Missing => return Self { name, form: Form::Silent },
        };
        let form = match array.data_type() {
            DataType::Boolean => Form::Boolean(array.as_boolean()),
            kind => Texts::proper(array, name).map_or_else(
                || {
                    let hint = "make it boolean, or the texts true and false";
                    intake.refuse(wrong_type(Code::TableColumnType, path.clone(), kind, hint));
                    Form::Silent
                },
                Form::Text,
            ),
        };
        Self { name, form }
    }
}

impl Column for Flags<'_> {
    type Value<'s>
        = bool
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<bool>, Problem> {
        match &self.form {
            Form::Nulls | Form::Silent => Ok(None),
            Form::Boolean(array) => Ok(array.is_valid(row).then(|| array.value(row))),
            Form::Text(texts) => match texts.get(row) {
                None => Ok(None),
                Some("true") => Ok(Some(true)),
                Some("false") => Ok(Some(false)),
                Some(_) => {
                    let message = "a text that is neither `true` nor `false`";
                    let path = place.at(self.name);
                    Err(Problem::new(Code::DocumentUnknownValue, path, message, "write `true` or `false`"))
                }
            },
        }
    }
}
