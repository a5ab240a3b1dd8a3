//! Tables over the Arrow `PyCapsule` interface, by which every data frame library of Python hands over its columns.
//!
//! This module must never look into a column.
// The interface passes C structs by pointer; each use below says why its pointer is good.
#![allow(unsafe_code)]

use affil::{Problem, Problems};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::call::{Refusal, call};

/// The batches of a frame, or `None` if the object is no frame. A frame without batches gives one empty batch.
pub(crate) fn batches(frame: &Bound<'_, PyAny>) -> PyResult<Option<Vec<RecordBatch>>> {
    if let Ok(export) = frame.getattr("__arrow_c_stream__") {
        let capsule = export.call0()?.cast_into::<PyCapsule>()?;
        return stream(frame.py(), &capsule).map(Some);
    }
    if let Ok(export) = frame.getattr("__arrow_c_array__") {
        let (schema, array) = export.call0()?.extract::<(Bound<'_, PyCapsule>, Bound<'_, PyCapsule>)>()?;
        return Ok(Some(vec![single(&schema, &array)?]));
    }
    Ok(None)
}

fn stream(py: Python<'_>, capsule: &Bound<'_, PyCapsule>) -> PyResult<Vec<RecordBatch>> {
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: the capsule's name says that it holds such a struct; `from_raw` leaves a released one in its place.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    let mut reader = RecordBatchStreamReader::try_new(stream).map_err(|error| no_table(&error))?;
    // A producer may need Python's lock from a thread of its own.
    let read = call(py, Refusal::Facts, move || {
        let schema = reader.schema();
        let read: Result<Vec<RecordBatch>, ArrowError> = reader.by_ref().collect();
        Ok(read.map(|read| if read.is_empty() { vec![RecordBatch::new_empty(schema)] } else { read }))
    })?;
    read.map_err(|error| no_table(&error))
}

fn single(schema: &Bound<'_, PyCapsule>, array: &Bound<'_, PyCapsule>) -> PyResult<RecordBatch> {
    let schema = schema.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
    let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
    // SAFETY: the capsules' names say what they hold, and both were made together; `from_raw` leaves a released struct.
    let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), schema.as_ref()) };
    let data = data.map_err(|error| no_table(&error))?;
    if !matches!(data.data_type(), DataType::Struct(_)) || data.null_count() > 0 {
        return Err(PyTypeError::new_err("an Arrow array that is no table: give a table or a record batch"));
    }
    Ok(RecordBatch::from(StructArray::from(data)))
}

fn no_table(error: &ArrowError) -> PyErr {
    PyTypeError::new_err(format!("the Arrow stream is no table: {error}"))
}

/// A batch for any library that reads the interface.
pub(crate) fn stream_capsule<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let reader = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
}

/// The schema of a batch for any library that reads the interface.
pub(crate) fn schema_capsule<'py>(py: Python<'py>, batch: &RecordBatch) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(batch.schema_ref().as_ref());
    let schema = schema.map_err(|error| {
        let problems: Problems = Problem::internal(error.to_string()).into();
        crate::call::refused(py, Refusal::Facts, &problems)
    })?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}
