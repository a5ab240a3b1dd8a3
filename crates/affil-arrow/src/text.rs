//! Columns of text: every Arrow type for it, dictionaries, and integers as their digits.
//!
//! This module must never know what a text is for.

use affil::{Code, Pointer, Problem};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray, downcast_integer_array};
use arrow_schema::DataType;

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;

/// A column of text.
pub(crate) struct Texts<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    Utf8(&'a StringArray),
    Large(&'a LargeStringArray),
    View(&'a StringViewArray),
    Digits(LargeStringArray),
    Dictionary {
        array: &'a ArrayRef,
        keys: Vec<usize>,
        values: Box<Form<'a>>,
    },
}

impl<'a> Texts<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let form = match given {
            Given::Nulls => Form::Nulls,
            Given::Missing => Form::Silent,
            Given::Values(array) => Form::of(array).unwrap_or_else(|| {
                let hint = "make it text (or whole numbers, which are read as their digits)";
                intake.refuse(wrong_type(Code::TableColumnType, path.clone(), array.data_type(), hint));
                Form::Silent
            }),
        };
        Self { name, form }
    }

    /// The column, if its type is one of text and not of numbers.
    pub(crate) fn proper(array: &'a ArrayRef, name: &'a str) -> Option<Self> {
        let form = Form::of(array).filter(Form::is_proper)?;
        Some(Self { name, form })
    }

    /// The values of a list column.
    pub(crate) fn items(array: &'a ArrayRef, name: &'a str) -> Option<Self> {
        let form = if array.logical_null_count() == array.len() { Form::Nulls } else { Form::of(array)? };
        Some(Self { name, form })
    }

    /// The text of a row, `None` for null.
    pub(crate) fn get(&self, row: usize) -> Option<&str> {
        self.form.get(row)
    }
}

impl<'a> Form<'a> {
    fn of(array: &'a ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Utf8 => Self::Utf8(array.as_string()),
            DataType::LargeUtf8 => Self::Large(array.as_string()),
            DataType::Utf8View => Self::View(array.as_string_view()),
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_any_dictionary();
                if dictionary.values().is_empty() {
                    return Some(Self::Nulls);
                }
                let values = Box::new(Self::of(dictionary.values())?);
                Self::Dictionary { array, keys: dictionary.normalized_keys(), values }
            }
            kind if kind.is_integer() => {
                let array = array.as_ref();
                Self::Digits(downcast_integer_array!(
                    array => array.iter().map(|value| value.map(|value| value.to_string())).collect(),
                    _ => return None
                ))
            }
            _ => return None,
        })
    }

    fn is_proper(&self) -> bool {
        match self {
            Self::Digits(_) => false,
            Self::Dictionary { values, .. } => values.is_proper(),
            _ => true,
        }
    }

    fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Nulls | Self::Silent => None,
            Self::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Digits(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Dictionary { array, keys, values } => {
                if array.is_valid(row) {
                    values.get(*keys.get(row)?)
                } else {
                    None
                }
            }
        }
    }
}

impl Column for Texts<'_> {
    type Value<'s>
        = &'s str
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, _place: Place) -> Result<Option<&str>, Problem> {
        Ok(self.get(row))
    }
}
