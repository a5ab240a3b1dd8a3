//! Parquet as record batches, its decimals and timestamps as they are.
//! This module must never know what a column means.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::failure::Failure;

/// Reads a file.
pub(crate) fn read(path: &Path, progress: &mut dyn FnMut(usize)) -> Result<Vec<RecordBatch>, Failure> {
    // The reader panics at some damaged files: a column before the file, a page of bytes without values. Nothing of what
    // it leaves behind is looked at.
    let read = catch_unwind(AssertUnwindSafe(|| batches(path, progress)));
    read.unwrap_or_else(|_| Err(Failure::reading(path, &"the file is damaged")))
}

fn batches(path: &Path, progress: &mut dyn FnMut(usize)) -> Result<Vec<RecordBatch>, Failure> {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    /// Whatever byte of a file is changed, it is read or refused.
    #[test]
    fn a_damaged_file_stops_nothing() {
        let path = std::env::temp_dir().join(format!("affil-damaged-{}.parquet", std::process::id()));
        let ids = Arc::new(StringArray::from(vec!["ana", "ben"])) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("id", ids)]).unwrap();
        let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut refused = 0;
        for place in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xff, whole[place] ^ 1] {
                let mut damaged = whole.clone();
                damaged[place] = byte;
                std::fs::write(&path, damaged).unwrap();
                refused += usize::from(read(&path, &mut |_| {}).is_err());
            }
        }
        std::fs::remove_file(&path).unwrap();
        assert!(refused > 100, "{refused}");
    }
}
