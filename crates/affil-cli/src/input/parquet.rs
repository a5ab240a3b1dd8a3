//! Parquet as record batches, its decimals and timestamps as they are.
//! This module must never know what a column means.

use std::fs::File;
use std::path::Path;

use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::failure::Failure;

/// Reads a file.
pub(crate) fn read(path: &Path, progress: &mut dyn FnMut(usize)) -> Result<Vec<RecordBatch>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::reading(path, error);
    let file = File::open(path).map_err(|error| failed(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(&error))?;
    let schema = builder.schema().clone();
    let mut batches = Vec::new();
    let mut rows = 0;
    for batch in builder.with_batch_size(65_536).build().map_err(|error| failed(&error))? {
        let batch = batch.map_err(|error| failed(&error))?;
        rows += batch.num_rows();
        progress(rows);
        batches.push(batch);
    }
    // A table without rows still has columns to check.
    if batches.is_empty() {
        batches.push(RecordBatch::new_empty(schema));
    }
    Ok(batches)
}
