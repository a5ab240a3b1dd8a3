//! Columns of money and of factors: decimals of any width, and text in the strict grammar.
//!
//! This module must never round, and never read a float.

use affil::{Code, Decimal, DecimalError, Pointer, Problem, value};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType};
use arrow_array::{Array, PrimitiveArray};
use arrow_buffer::i256;
use arrow_schema::DataType;

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

/// What the numbers of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    Money,
    Factor,
}

/// A column of money or of factors.
pub(crate) struct Amounts<'a> {
    name: &'a str,
    grammar: Grammar,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    D32(&'a PrimitiveArray<Decimal32Type>, i8),
    D64(&'a PrimitiveArray<Decimal64Type>, i8),
    D128(&'a PrimitiveArray<Decimal128Type>, i8),
    D256(&'a PrimitiveArray<Decimal256Type>, i8),
    Text(Texts<'a>),
}

impl<'a> Amounts<'a> {
    /// A column that may be left out, and has been.
    pub(crate) fn nulls(name: &'a str) -> Self {
        Self { name, grammar: Grammar::Money, form: Form::Nulls }
    }

    pub(crate) fn of(
        given: Given<'a>,
        grammar: Grammar,
        name: &'a str,
        path: &Pointer,
        intake: &mut Intake<'_>,
    ) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, grammar, form: Form::Nulls },
            Given::Missing => return Self { name, grammar, form: Form::Silent },
        };
        let form = match array.data_type() {
            DataType::Decimal32(_, scale) => Form::D32(array.as_primitive(), *scale),
            DataType::Decimal64(_, scale) => Form::D64(array.as_primitive(), *scale),
            DataType::Decimal128(_, scale) => Form::D128(array.as_primitive(), *scale),
            DataType::Decimal256(_, scale) => Form::D256(array.as_primitive(), *scale),
            kind => Texts::proper(array, name).map_or_else(
                || {
                    intake.refuse(grammar.refusal(kind, path));
                    Form::Silent
                },
                Form::Text,
            ),
        };
        Self { name, grammar, form }
    }
}

impl Grammar {
    fn refusal(self, kind: &DataType, path: &Pointer) -> Problem {
        let whole = kind.is_integer() || kind.is_dictionary_key_type();
        let (code, hint) = match self {
            Self::Money if kind.is_floating() => {
                (Code::MoneyNotText, "floats lose cents: read the column as text or decimal where it comes from")
            }
            Self::Money if whole => {
                (Code::MoneyNotText, "whole numbers could be cents or whole units: make the column decimal or text")
            }
            Self::Factor if kind.is_floating() || whole => {
                (Code::RateNotText, "floats are inexact: read the column as text or decimal where it comes from")
            }
            _ => (Code::TableColumnType, "make the column decimal or text"),
        };
        wrong_type(code, path.clone(), kind, hint)
    }

    /// The engine's own reading of a text, with its words for what is wrong.
    fn read(self, text: &str, path: &Pointer) -> Result<Decimal, Problem> {
        match self {
            Self::Money => value::decimal(text, path),
            Self::Factor => value::factor(text, path),
        }
    }
}

impl Form<'_> {
    /// The number of a row and its places, `None` for null.
    fn number(&self, row: usize) -> Option<Result<Decimal, DecimalError>> {
        match self {
            Self::Nulls | Self::Silent | Self::Text(_) => None,
            Self::D32(array, scale) => array.is_valid(row).then(|| decimal(i128::from(array.value(row)), *scale)),
            Self::D64(array, scale) => array.is_valid(row).then(|| decimal(i128::from(array.value(row)), *scale)),
            Self::D128(array, scale) => array.is_valid(row).then(|| decimal(array.value(row), *scale)),
            Self::D256(array, scale) => array.is_valid(row).then(|| wide(array.value(row), *scale)),
        }
    }

    fn written(&self, row: usize) -> String {
        match self {
            Self::Nulls | Self::Silent | Self::Text(_) => String::new(),
            Self::D32(array, scale) => written(*array, row, *scale),
            Self::D64(array, scale) => written(*array, row, *scale),
            Self::D128(array, scale) => written(*array, row, *scale),
            Self::D256(array, scale) => written(*array, row, *scale),
        }
    }
}

fn written<T: DecimalType>(array: &PrimitiveArray<T>, row: usize, scale: i8) -> String {
    T::format_decimal(array.value(row), T::MAX_PRECISION, scale)
}

fn decimal(value: i128, scale: i8) -> Result<Decimal, DecimalError> {
    if let Ok(places) = u8::try_from(scale) {
        return Decimal::from_parts(value, places);
    }
    let factor = 10_i128.checked_pow(u32::from(scale.unsigned_abs())).ok_or(DecimalError::Limit)?;
    Decimal::from_parts(value.checked_mul(factor).ok_or(DecimalError::Limit)?, 0)
}

/// A number that may be wider than the engine's only because of zeros at its end.
fn wide(value: i256, scale: i8) -> Result<Decimal, DecimalError> {
    let ten = i256::from_i128(10);
    let (mut value, mut scale) = (value, scale);
    while scale > 0 && value.checked_rem(ten) == Some(i256::ZERO) {
        value = value.checked_div(ten).unwrap_or(i256::ZERO);
        scale -= 1;
    }
    decimal(value.to_i128().ok_or(DecimalError::Limit)?, scale)
}

impl Column for Amounts<'_> {
    type Value<'s>
        = Decimal
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<Decimal>, Problem> {
        if let Form::Text(texts) = &self.form {
            return texts.get(row).map(|text| self.grammar.read(text, &place.at(self.name))).transpose();
        }
        match self.form.number(row) {
            None => Ok(None),
            Some(Ok(decimal)) if self.grammar == Grammar::Money || !decimal.is_negative() => Ok(Some(decimal)),
            // The engine words the refusal, as it would for the same number in a document.
            Some(_) => self.grammar.read(&self.form.written(row), &place.at(self.name)).map(Some),
        }
    }
}
