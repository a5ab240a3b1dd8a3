//! Columns of several texts a row, such as groups: lists of text, or text with `;` between the texts.
//!
//! This module must never know what the texts are for.

use affil::{Code, Pointer, Problem};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;

use crate::intake::{Column, Intake, Place, wrong_type};
use crate::part::Given;
use crate::text::Texts;

/// A column of lists of text.
pub(crate) struct Lists<'a> {
    name: &'a str,
    form: Form<'a>,
}

enum Form<'a> {
    Nulls,
    /// Missing or refused, which has been said.
    Silent,
    Lists {
        array: &'a ArrayRef,
        ends: Vec<(usize, usize)>,
        items: Texts<'a>,
    },
    Text(Texts<'a>),
}

impl<'a> Lists<'a> {
    pub(crate) fn of(given: Given<'a>, name: &'a str, path: &Pointer, intake: &mut Intake<'_>) -> Self {
        let array = match given {
            Given::Values(array) => array,
            Given::Nulls => return Self { name, form: Form::Nulls },
            Given::Missing => return Self { name, form: Form::Silent },
        };
        let form = lists(array, name).or_else(|| Texts::proper(array, name).map(Form::Text)).unwrap_or_else(|| {
            let hint = "make it lists of text, or text with `;` between the texts";
            intake.refuse(wrong_type(Code::TableColumnType, path.clone(), array.data_type(), hint));
            Form::Silent
        });
        Self { name, form }
    }
}

fn lists<'a>(array: &'a ArrayRef, name: &'a str) -> Option<Form<'a>> {
    let place = |offset: i64| usize::try_from(offset).unwrap_or_default();
    let (items, ends) = match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            let ends = list.offsets().windows(2).map(|pair| (place(pair[0].into()), place(pair[1].into()))).collect();
            (list.values(), ends)
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            (list.values(), list.offsets().windows(2).map(|pair| (place(pair[0]), place(pair[1]))).collect())
        }
        DataType::FixedSizeList(_, _) => {
            let list = array.as_fixed_size_list();
            let length = place(list.value_length().into());
            (list.values(), (0..list.len()).map(|row| (row * length, (row + 1) * length)).collect())
        }
        _ => return None,
    };
    Some(Form::Lists { array, ends, items: Texts::items(items, name)? })
}

impl Column for Lists<'_> {
    type Value<'s>
        = Vec<&'s str>
    where
        Self: 's;

    fn name(&self) -> &str {
        self.name
    }

    fn is_silent(&self) -> bool {
        matches!(self.form, Form::Silent)
    }

    fn read(&self, row: usize, place: Place) -> Result<Option<Vec<&str>>, Problem> {
        match &self.form {
            Form::Nulls | Form::Silent => Ok(None),
            Form::Text(texts) => {
                Ok(texts.get(row).map(|text| text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect()))
            }
            Form::Lists { array, .. } if array.is_null(row) => Ok(None),
            Form::Lists { ends, items, .. } => {
                let (start, end) = ends.get(row).copied().unwrap_or_default();
                let found: Option<Vec<&str>> = (start..end).map(|index| items.get(index)).collect();
                found.map(Some).ok_or_else(|| {
                    let path = place.at(self.name);
                    Problem::new(Code::TableValueMissing, path, "a null in a list", "leave it out of the list")
                })
            }
        }
    }
}
