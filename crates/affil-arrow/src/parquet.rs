//! Tables in Parquet files: read batch by batch on several threads while something is made of them, and written likewise.
//!
//! This module must never know what a column means.
//!
//! ```
//! use affil_arrow::parquet::{Failure, Reading, Writing};
//! use arrow_array::{ArrayRef, Int64Array, RecordBatch};
//! use std::sync::Arc;
//!
//! let path = std::env::temp_dir().join(format!("affil-{}.parquet", std::process::id()));
//! let batch = RecordBatch::try_from_iter([("id", Arc::new(Int64Array::from(vec![7, 8])) as ArrayRef)]).unwrap();
//! let mut writing = Writing::new(std::fs::File::create(&path).unwrap(), batch.schema(), 2).unwrap();
//! writing.write(&batch).unwrap();
//! writing.finish().unwrap();
//!
//! let reading = Reading::open(&path, None).unwrap();
//! assert_eq!(reading.rows(), 2);
//! let failure = Failure::default();
//! assert_eq!(reading.stream(2, &failure).collect::<Vec<_>>(), [batch]);
//! failure.check().unwrap();
//! std::fs::remove_file(path).unwrap();
//! ```

use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::arrow::{ArrowSchemaConverter, ProjectionMask, add_encoded_arrow_schema_to_metadata};
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

pub use parquet::errors::ParquetError;

use crate::Stream;

/// So many rows are a batch.
const ROWS: usize = 1 << 16;
/// So many batches of a thread may wait to be taken.
const WAITING: usize = 2;

/// Bytes of a dictionary.
const DICTIONARY: usize = 1 << 16;

/// What went wrong while batches were read: the stream only ends early.
#[derive(Debug, Clone, Default)]
pub struct Failure(Arc<Mutex<Option<ParquetError>>>);

impl Failure {
    fn set(&self, error: ParquetError) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// What went wrong, if anything did; asked for once all streams have ended.
    pub fn check(&self) -> Result<(), ParquetError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }
}

/// A file to be read.
#[derive(Debug)]
pub struct Reading {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
}

impl Reading {
    /// Opens a file; of its columns only these are read, if any are named.
    ///
    /// Errors: a file that cannot be read, or is none.
    pub fn open(path: &Path, columns: Option<&[&str]>) -> Result<Self, ParquetError> {
        let file = File::open(path)?;
        // The reader counts on files being sound, and panics at some that are not.
        let load = AssertUnwindSafe(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()));
        let metadata = catch_unwind(load).unwrap_or_else(|_| Err(damaged()))?;
        let groups = metadata.metadata().row_groups().iter().map(|group| i128::from(group.num_rows()));
        // Rows that no group has, or that nobody counts, would go missing in silence.
        if groups.sum::<i128>() != i128::from(metadata.metadata().file_metadata().num_rows()) {
            return Err(damaged());
        }
        let schema = metadata.metadata().file_metadata().schema_descr();
        let every = ProjectionMask::all;
        let mask = columns.map_or_else(every, |names| ProjectionMask::columns(schema, names.iter().copied()));
        Ok(Self { path: path.to_owned(), metadata, mask })
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        usize::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    /// The types of all its columns.
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// The rows in their order, read ahead on so many threads by groups of rows; one empty batch where there are none.
    ///
    /// If something cannot be read the stream ends, and the failure says why.
    pub fn stream(self, threads: usize, failure: &Failure) -> Stream<'static> {
        let groups = self.metadata.metadata().num_row_groups();
        if self.rows() == 0 {
            return Box::new(std::iter::once(self.empty()));
        }
        let threads = threads.clamp(1, groups.max(1));
        let reading = Arc::new(self);
        let source = |thread: usize| {
            let (give, take) = sync_channel(WAITING);
            let (reading, failure) = (Arc::clone(&reading), failure.clone());
            std::thread::spawn(move || {
                let mut groups = (thread..groups).step_by(threads);
                // As above.
                let read = AssertUnwindSafe(|| groups.find_map(|group| reading.give(group, &give).err()));
                if let Some(error) = catch_unwind(read).unwrap_or_else(|_| Some(damaged())) {
                    failure.set(error);
                }
            });
            take
        };
        Box::new(Batches { sources: (0..threads).map(source).collect(), next: 0 })
    }

    /// No rows, with the columns that are read.
    fn empty(&self) -> RecordBatch {
        let schema = self.schema();
        let kept: Vec<usize> = (0..schema.fields().len()).filter(|column| self.mask.leaf_included(*column)).collect();
        // Tables of facts have no nested columns, so that leaves are columns.
        RecordBatch::new_empty(Arc::new(schema.project(&kept).unwrap_or_else(|_| schema.as_ref().clone())))
    }

    /// Reads a group of rows, and hands it on batch by batch.
    fn give(&self, group: usize, to: &SyncSender<Option<RecordBatch>>) -> Result<(), ParquetError> {
        // A file of its own: threads that share one also share the place at which they read.
        let file = File::open(&self.path)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let builder = builder.with_row_groups(vec![group]).with_projection(self.mask.clone()).with_batch_size(ROWS);
        let mut left = self.metadata.metadata().row_group(group).num_rows();
        for batch in builder.build()? {
            let batch = batch?;
            left -= i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
            // If nobody takes it, nobody wants the rest.
            let _ = to.send(Some(batch));
        }
        if left != 0 {
            return Err(damaged());
        }
        let _ = to.send(None);
        Ok(())
    }
}

fn damaged() -> ParquetError {
    ParquetError::General("the file is damaged".to_owned())
}

/// The batches of groups that several threads read in turn.
struct Batches {
    sources: Vec<Receiver<Option<RecordBatch>>>,
    next: usize,
}

impl Iterator for Batches {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        loop {
            // A source that has closed has no more groups; those after it are no longer in order.
            match self.sources.get(self.next)?.recv() {
                Ok(Some(batch)) => return Some(batch),
                Ok(None) => self.next = (self.next + 1) % self.sources.len(),
                Err(_) => return None,
            }
        }
    }
}

/// A file in the making.
pub struct Writing<W: Write + Send> {
    file: SerializedFileWriter<W>,
    factory: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    groups: usize,
    threads: usize,
}

impl<W: Write + Send> Writing<W> {
    /// Begins a file of such rows, compressed by Snappy, its columns encoded on so many threads.
    pub fn new(out: W, schema: SchemaRef, threads: usize) -> Result<Self, ParquetError> {
        // A dictionary is worth its while for few different values; for many it takes longer than to write them.
        let properties = WriterProperties::builder().set_dictionary_page_size_limit(DICTIONARY);
        let mut properties = properties.set_compression(Compression::SNAPPY).build();
        add_encoded_arrow_schema_to_metadata(&schema, &mut properties);
        let root = ArrowSchemaConverter::new().convert(&schema)?.root_schema_ptr();
        let file = SerializedFileWriter::new(out, root, Arc::new(properties))?;
        let factory = ArrowRowGroupWriterFactory::new(&file, Arc::clone(&schema));
        Ok(Self { file, factory, schema, groups: 0, threads: threads.max(1) })
    }

    /// Adds rows, as a group of their own; nothing for an empty batch.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let writers = self.factory.create_column_writers(self.groups)?;
        let mut work = Vec::with_capacity(writers.len());
        let leaves =
            self.schema.fields().iter().zip(batch.columns()).map(|(field, array)| compute_leaves(field, array));
        for leaf in leaves.collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
            work.push(leaf);
        }
        let work: Vec<_> = writers.into_iter().zip(work).enumerate().collect();
        let mut chunks = encoded(work, self.threads)?;
        chunks.sort_by_key(|(column, _)| *column);
        let mut group = self.file.next_row_group()?;
        for (_, chunk) in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        self.groups += 1;
        Ok(())
    }

    /// Ends the file.
    pub fn finish(self) -> Result<W, ParquetError> {
        self.file.into_inner()
    }
}

type Work = (usize, (ArrowColumnWriter, ArrowLeafColumn));

/// Encodes columns, each thread the next one that nobody has begun.
fn encoded(mut work: Vec<Work>, threads: usize) -> Result<Vec<(usize, ArrowColumnChunk)>, ParquetError> {
    // Taken from the end.
    work.reverse();
    let threads = threads.min(work.len());
    let (work, done) = (Mutex::new(work), Mutex::new(Vec::new()));
    let encode = || loop {
        let Some((column, (mut writer, leaf))) = work.lock().unwrap_or_else(PoisonError::into_inner).pop() else {
            return;
        };
        let chunk = writer.write(&leaf).and_then(|()| writer.close());
        done.lock().unwrap_or_else(PoisonError::into_inner).push(chunk.map(|chunk| (column, chunk)));
    };
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(encode)));
        encode();
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use arrow_array::{ArrayRef, Int64Array};

    use super::*;

    fn batch(rows: std::ops::Range<i64>) -> RecordBatch {
        let columns = [("id", 1), ("twice", 2), ("thrice", 3)];
        let column = |(name, factor)| {
            let values = Int64Array::from_iter_values(rows.clone().map(|row| row * factor));
            (name, Arc::new(values) as ArrayRef)
        };
        RecordBatch::try_from_iter(columns.map(column)).unwrap()
    }

    fn written(groups: &[std::ops::Range<i64>], name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("affil-{name}-{}.parquet", std::process::id()));
        let mut writing = Writing::new(File::create(&path).unwrap(), batch(0..0).schema(), 2).unwrap();
        for rows in groups {
            writing.write(&batch(rows.clone())).unwrap();
        }
        writing.finish().unwrap();
        path
    }

    #[test]
    fn rows_keep_their_order_for_any_number_of_threads() {
        let path = written(&[0..70_000, 70_000..70_001, 70_001..70_500, 70_500..200_000], "order");
        for threads in [1, 2, 3, 9] {
            let failure = Failure::default();
            let read: Vec<_> =
                Reading::open(&path, Some(&["id", "thrice"])).unwrap().stream(threads, &failure).collect();
            failure.check().unwrap();
            let column = |batch: &RecordBatch, name: &str| -> Vec<i64> {
                let array = batch.column_by_name(name).unwrap();
                array.as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
            };
            let ids: Vec<i64> = read.iter().flat_map(|batch| column(batch, "id")).collect();
            assert!(ids.iter().copied().eq(0..200_000), "{threads} threads");
            assert_eq!(column(&read[0], "thrice")[7], 21);
            assert_eq!(read[0].num_columns(), 2);
        }
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_table_without_rows_has_columns() {
        let path = written(&[], "empty");
        let failure = Failure::default();
        let read: Vec<_> = Reading::open(&path, None).unwrap().stream(2, &failure).collect();
        assert_eq!(read, [batch(0..0)]);
        failure.check().unwrap();
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_broken_file_is_told() {
        let path = written(&[0..70_000, 70_000..140_000], "broken");
        let mut bytes = std::fs::read(&path).unwrap();
        // Somewhere in the second group.
        let middle = bytes.len() / 2 + bytes.len() / 8;
        bytes[middle..middle + 2_000].fill(0xFF);
        std::fs::write(&path, bytes).unwrap();
        let failure = Failure::default();
        let rows: usize = Reading::open(&path, None).unwrap().stream(2, &failure).map(|batch| batch.num_rows()).sum();
        assert!(rows < 140_000, "{rows} rows");
        assert!(failure.check().is_err());
        std::fs::remove_file(path).unwrap();
    }

    /// Whatever byte of a file is changed, it is read or refused: nothing stops, and nothing goes missing in silence.
    #[test]
    fn a_damaged_file_is_read_or_refused() {
        let path = std::env::temp_dir().join(format!("affil-damaged-{}.parquet", std::process::id()));
        let one = |rows: std::ops::Range<i64>| batch(rows).project(&[0]).unwrap();
        let mut writing = Writing::new(File::create(&path).unwrap(), one(0..0).schema(), 1).unwrap();
        writing.write(&one(0..3)).unwrap();
        writing.write(&one(3..5)).unwrap();
        writing.finish().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let (mut refused, mut read) = (0, 0);
        for place in 0..whole.len() {
            for byte in [0x7f, 0xff, whole[place] ^ 1] {
                let mut damaged = whole.clone();
                damaged[place] = byte;
                std::fs::write(&path, damaged).unwrap();
                let Ok(reading) = Reading::open(&path, None) else {
                    refused += 1;
                    continue;
                };
                let (said, failure) = (reading.rows(), Failure::default());
                let rows: usize = reading.stream(2, &failure).map(|batch| batch.num_rows()).sum();
                if failure.check().is_err() {
                    refused += 1;
                    continue;
                }
                read += 1;
                assert_eq!(rows, said, "byte {place} made {byte}");
            }
        }
        std::fs::remove_file(path).unwrap();
        assert!(refused > 200 && read > 200, "{refused} refused, {read} read");
    }
}
