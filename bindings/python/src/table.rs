//! Results as tables.
//!
//! This module must never know what a column means.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, DecimalType, Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

use crate::arrow::{schema_capsule, stream_capsule};

/// A table of results, as Arrow holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct Table(pub(crate) RecordBatch);

#[pymethods]
impl Table {
    /// The table for any library that reads the Arrow `PyCapsule` interface.
    ///
    /// The asked-for schema is a wish that the interface allows to ignore.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        stream_capsule(py, &self.0)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.0)
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// Name and kind (`text`, `money`, `instant`, `day`, `count`, `number`, `flag`) of each column.
    fn columns(&self) -> Vec<(String, &'static str)> {
        let kind = |kind: &DataType| match kind {
            DataType::Decimal128(_, _) => "money",
            DataType::Timestamp(_, _) => "instant",
            DataType::Date32 => "day",
            DataType::Int64 => "count",
            DataType::Float64 => "number",
            DataType::Boolean => "flag",
            _ => "text",
        };
        self.0.schema_ref().fields().iter().map(|field| (field.name().clone(), kind(field.data_type()))).collect()
    }

    /// The first `limit` values of a column: text, decimal text, microseconds or days since 1970, a count, a float,
    /// or whether.
    fn values<'py>(&self, py: Python<'py>, column: &str, limit: usize) -> PyResult<Bound<'py, PyList>> {
        let array = self.0.column_by_name(column).ok_or_else(|| PyKeyError::new_err(column.to_owned()))?;
        let array = array.slice(0, limit.min(array.len()));
        match array.data_type() {
            DataType::LargeUtf8 => PyList::new(py, array.as_string::<i64>().iter().collect::<Vec<_>>()),
            DataType::Decimal128(precision, scale) => {
                let array = array.as_primitive::<Decimal128Type>();
                let text = |value| Decimal128Type::format_decimal(value, *precision, *scale);
                PyList::new(py, array.iter().map(|value| value.map(text)).collect::<Vec<_>>())
            }
            DataType::Timestamp(_, _) => {
                PyList::new(py, array.as_primitive::<TimestampMicrosecondType>().iter().collect::<Vec<_>>())
            }
            DataType::Date32 => PyList::new(py, array.as_primitive::<Date32Type>().iter().collect::<Vec<_>>()),
            DataType::Int64 => PyList::new(py, array.as_primitive::<Int64Type>().iter().collect::<Vec<_>>()),
            DataType::Boolean => PyList::new(py, array.as_boolean().iter().collect::<Vec<_>>()),
            DataType::Float64 => PyList::new(py, array.as_primitive::<Float64Type>().iter().collect::<Vec<_>>()),
            DataType::Dictionary(_, _) => {
                let array = array.as_any_dictionary();
                let words = array.values().as_string::<i32>();
                let word = |(row, key): (usize, usize)| array.is_valid(row).then(|| words.value(key));
                let keys = if words.is_empty() { vec![0; array.len()] } else { array.normalized_keys() };
                PyList::new(py, keys.into_iter().enumerate().map(word).collect::<Vec<_>>())
            }
            other => Err(PyTypeError::new_err(format!("a column of {other}"))),
        }
    }
}
