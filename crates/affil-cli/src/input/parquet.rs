//! Parquet as record batches, its decimals and timestamps as they are.
//! This module must never know what a column means.

use std::path::Path;

use affil_arrow::parquet::{Failure as Broken, Reading};
use arrow_array::RecordBatch;

use crate::failure::Failure;

/// Reads a file.
pub(crate) fn read(path: &Path, progress: &mut dyn FnMut(usize)) -> Result<Vec<RecordBatch>, Failure> {
    let failed = |error| Failure::reading(path, &error);
    let reading = Reading::open(path, None).map_err(failed)?;
    let broken = Broken::default();
    let mut batches = Vec::new();
    let mut rows = 0;
    for batch in reading.stream(1, &broken) {
        rows += batch.num_rows();
        progress(rows);
        batches.push(batch);
    }
    broken.check().map_err(failed)?;
    Ok(batches)
}
