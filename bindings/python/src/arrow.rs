//! Tables over the Arrow `PyCapsule` interface, by which every data frame library of Python hands over its columns.
//!
//! This module must never look into a column.
// The interface passes C structs by pointer; each use below says why its pointer is good.
#![allow(unsafe_code)]

use std::sync::{Arc, OnceLock};

use affil::{Problem, Problems};
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, DataType};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::call::{Refusal, call};

/// The batches of a frame as they come.
pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

/// Reads a frame batch by batch; `None` if the object is no frame.
pub(crate) fn reader(frame: &Bound<'_, PyAny>) -> PyResult<Option<Reader>> {
    if let Ok(export) = frame.getattr("__arrow_c_stream__") {
        let capsule = export.call0()?.cast_into::<PyCapsule>()?;
        return stream(&capsule).map(|reader| Some(Box::new(reader) as Reader));
    }
    if let Ok(export) = frame.getattr("__arrow_c_array__") {
        let (schema, array) = export.call0()?.extract::<(Bound<'_, PyCapsule>, Bound<'_, PyCapsule>)>()?;
        let batch = single(&schema, &array)?;
        let schema = batch.schema();
        return Ok(Some(Box::new(RecordBatchIterator::new([Ok(batch)], schema))));
    }
    Ok(None)
}

/// The batches of a frame, or `None` if the object is no frame. A frame without batches gives one empty batch.
pub(crate) fn batches(frame: &Bound<'_, PyAny>) -> PyResult<Option<Vec<RecordBatch>>> {
    let Some(reader) = reader(frame)? else { return Ok(None) };
    let failure = Failure::default();
    let batches = Batches::new(reader, &failure);
    // A producer may need Python's lock from a thread of its own.
    let read = call(frame.py(), Refusal::Facts, move || Ok(batches.collect()))?;
    failure.raise()?;
    Ok(Some(read))
}

/// What a stream broke off with, if it did.
#[derive(Clone, Default)]
pub(crate) struct Failure(Arc<OnceLock<ArrowError>>);

impl Failure {
    pub(crate) fn raise(&self) -> PyResult<()> {
        self.0.get().map_or(Ok(()), |error| Err(no_table(error)))
    }
}

/// The batches of a reader up to its end or its failure, at least one: an empty one tells the columns.
pub(crate) struct Batches {
    reader: Reader,
    begun: bool,
    failure: Failure,
}

impl Batches {
    pub(crate) fn new(reader: Reader, failure: &Failure) -> Self {
        Self { reader, begun: false, failure: failure.clone() }
    }
}

impl Iterator for Batches {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        let first = !std::mem::replace(&mut self.begun, true);
        match self.reader.next() {
            Some(Ok(batch)) => Some(batch),
            Some(Err(error)) => {
                // Only the first failure is told.
                let _ = self.failure.0.set(error);
                None
            }
            None => first.then(|| RecordBatch::new_empty(self.reader.schema())),
        }
    }
}

fn stream(capsule: &Bound<'_, PyCapsule>) -> PyResult<RecordBatchStreamReader> {
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<FFI_ArrowArrayStream>();
    // SAFETY: the capsule's name says that it holds such a struct; `from_raw` leaves a released one in its place.
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(pointer.as_ptr()) };
    RecordBatchStreamReader::try_new(stream).map_err(|error| no_table(&error))
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
