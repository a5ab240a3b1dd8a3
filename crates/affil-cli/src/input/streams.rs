//! Tables as streams: Parquet files batch by batch, so that no table is held as a whole.
//! This module must never know what a column means.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use affil_arrow::parquet::{Failure as Broken, Reading};
use affil_arrow::{Stream, Streams};

use super::csv;
use super::files::{self, Form, Table};
use crate::arguments::TableFiles;
use crate::failure::Failure;
use crate::progress::Progress;

/// Files that are about to be read, how many rows they have, and how many of them have been read.
pub(crate) struct Sources {
    files: Vec<(Table, Source)>,
    broken: Broken,
    rows: usize,
    done: AtomicUsize,
}

enum Source {
    Parquet(Reading),
    Csv(PathBuf),
}

impl Sources {
    /// Opens all tables that the command line names.
    pub(crate) fn open(paths: &[PathBuf], by_option: &TableFiles) -> Result<Self, Failure> {
        let (mut opened, mut rows) = (Vec::new(), 0);
        for file in files::find(paths, by_option)? {
            let usage = |what: &str| {
                let message =
                    format!("{}: columns hold no {what}; `affil settle` reads everything", file.path.display());
                Err(Failure::Usage(message))
            };
            let source = match file.form {
                Form::Parquet(table) => {
                    let reading = Reading::open(&file.path, None);
                    let reading = reading.map_err(|error| Failure::reading(&file.path, &error))?;
                    rows += reading.rows();
                    (table, Source::Parquet(reading))
                }
                Form::Csv(table) => (table, Source::Csv(file.path.clone())),
                Form::JsonLines(_) | Form::Document => return usage("documents and no JSON Lines"),
            };
            if !Self::KNOWN.contains(&source.0) {
                return usage(source.0.name());
            }
            opened.push(source);
        }
        Ok(Self { files: opened, broken: Broken::default(), rows, done: AtomicUsize::new(0) })
    }

    const KNOWN: [Table; 6] =
        [Table::Affiliates, Table::Touches, Table::Orders, Table::Lines, Table::Refunds, Table::Quotes];

    /// The tables, each file read on so many threads once its turn has come.
    pub(crate) fn streams<'a>(&'a mut self, threads: usize, progress: &'a Progress) -> Result<Streams<'a>, Failure> {
        let mut streams = Streams::default();
        let (done, of) = (&self.done, self.rows);
        for (table, source) in self.files.drain(..) {
            let stream: Stream<'a> = match source {
                Source::Parquet(reading) => {
                    let broken = self.broken.clone();
                    let stream = std::iter::once_with(move || reading.stream(threads, &broken)).flatten();
                    Box::new(stream.inspect(move |batch| {
                        let rows = done.fetch_add(batch.num_rows(), Ordering::Relaxed) + batch.num_rows();
                        let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
                        progress.done(count(rows), count(of));
                    }))
                }
                Source::Csv(path) => Box::new(csv::read(&path, &mut |_| {})?.0.into_iter()),
            };
            let slot = match table {
                Table::Affiliates => &mut streams.affiliates,
                Table::Touches => &mut streams.touches,
                Table::Orders => &mut streams.orders,
                Table::Lines => &mut streams.lines,
                Table::Refunds => &mut streams.refunds,
                _ => &mut streams.quotes,
            };
            let before = std::mem::replace(slot, Box::new(std::iter::empty()));
            *slot = Box::new(before.chain(stream));
        }
        Ok(streams)
    }

    /// What could not be read after all.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.broken.check().map_err(|error| Failure::File(format!("cannot read a Parquet file: {error}")))
    }
}
