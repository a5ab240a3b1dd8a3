//! Facts from files: tables by way of Arrow, documents as they are.
//! This module must never know a program.

mod csv;
mod files;
mod json_lines;
mod parquet;
mod rows;
mod streams;

use std::path::{Path, PathBuf};

use affil::{Facts, Problems};
use affil_arrow::Tables;
use arrow_array::RecordBatch;

use self::files::{FactFile, Form, Table};
use self::rows::Rows;
pub(crate) use self::streams::Sources;
use crate::arguments::{FactsEnd, TableFiles};
use crate::failure::Failure;
use crate::output::FileFormat;
use crate::place::{Place, Report};
use crate::program;
use crate::progress::Progress;

/// Facts, and the files they came from.
pub(crate) struct Input {
    pub(crate) facts: Facts,
    files: Vec<FactFile>,
}

/// Reads all facts that the command line names; all problems at once.
pub(crate) fn read(paths: &[PathBuf], by_option: &TableFiles, progress: &Progress) -> Result<Input, Failure> {
    let files = files::find(paths, by_option)?;
    let mut tables = Tables::default();
    for file in &files {
        let what = format!("reading {}", file.path.display());
        progress.now(&what);
        if let Some((table, read)) = table_of(file, &mut |rows| progress.at(&what, rows))? {
            batches_of(&mut tables, table).extend(read.batches);
        }
    }
    let what = "taking in the tables";
    progress.now(what);
    let mut facts = match affil_arrow::facts_with_progress(&tables, &mut |rows| progress.at(what, rows)) {
        Ok(facts) => facts,
        Err(problems) => return Err(refused(&files, &problems)?),
    };
    // Facts of documents are counted on from the rows of the tables, so that a number names one row.
    facts.set_order_row(tables.orders.iter().map(RecordBatch::num_rows).sum());
    drop(tables);
    let mut reports = Vec::new();
    for (index, file) in files.iter().enumerate() {
        progress.now(&format!("reading {}", file.path.display()));
        match add_document(&mut facts, &files, index) {
            Ok(()) => {}
            Err(Failure::Refused(more)) => reports.extend(more),
            Err(other) => return Err(other),
        }
    }
    if reports.is_empty() { Ok(Input { facts, files }) } else { Err(Failure::Refused(reports)) }
}

impl Input {
    /// Says up to when the facts are complete (the latest of this and what their documents say holds), or looks at them
    /// as of an instant.
    pub(crate) fn end(&mut self, end: &FactsEnd) {
        if let Some(until) = end.until {
            self.facts.set_until(until);
        }
        if let Some(at) = end.as_of {
            self.facts = self.facts.as_of(at);
        }
    }

    /// Problems that the engine found in the facts as a whole, at the rows of their files.
    pub(crate) fn refused(&self, problems: &Problems) -> Failure {
        refused(&self.files, problems).unwrap_or_else(|failure| failure)
    }
}

/// How a table of payouts of this name is read; nothing, if it is read as something else.
pub(crate) fn payouts_form(path: &Path) -> Option<FileFormat> {
    match files::named(path).ok()?.form {
        Form::JsonLines(Table::Payouts) => Some(FileFormat::JsonLines),
        Form::Csv(Table::Payouts) => Some(FileFormat::Csv),
        _ => None,
    }
}

/// Whether facts documents have a table of this name.
pub(crate) fn is_table(name: &str) -> bool {
    Table::ALL.iter().any(|table| table.name() == name)
}

/// A table's rows and, of a text, the byte at which each begins.
struct Read {
    batches: Vec<RecordBatch>,
    starts: Vec<u64>,
}

impl Read {
    /// The line on which each row begins, if the file is a text.
    fn lines(&self, file: &FactFile) -> Result<Vec<u64>, Failure> {
        if self.starts.is_empty() { Ok(Vec::new()) } else { csv::lines(&file.path, &self.starts) }
    }
}

/// Reads a file if it is a table.
fn table_of(file: &FactFile, progress: &mut dyn FnMut(usize)) -> Result<Option<(Table, Read)>, Failure> {
    Ok(match file.form {
        Form::Csv(table) => {
            let (batches, starts) = csv::read(&file.path, progress)?;
            Some((table, Read { batches, starts }))
        }
        Form::Parquet(table) => {
            let batches = parquet::read(&file.path, progress)?;
            Some((table, Read { batches, starts: Vec::new() }))
        }
        Form::JsonLines(_) | Form::Document => None,
    })
}

fn batches_of(tables: &mut Tables, table: Table) -> &mut Vec<RecordBatch> {
    match table {
        Table::Affiliates => &mut tables.affiliates,
        Table::Touches => &mut tables.touches,
        Table::Orders => &mut tables.orders,
        Table::Lines => &mut tables.lines,
        Table::Refunds => &mut tables.refunds,
        Table::Adjustments => &mut tables.adjustments,
        Table::Reviews => &mut tables.reviews,
        Table::Payouts => &mut tables.payouts,
        Table::Confirmations => &mut tables.confirmations,
        Table::Quotes => &mut tables.quotes,
    }
}

/// A file as a facts document; none if it is a table.
fn document_of(file: &FactFile) -> Result<Option<json_lines::Joined>, Failure> {
    let name = program::name(&file.path);
    match file.form {
        Form::Csv(_) | Form::Parquet(_) => Ok(None),
        Form::Document => {
            Ok(Some(json_lines::Joined { document: program::text(&file.path)?, table: None, lines: Vec::new() }))
        }
        Form::JsonLines(table) => json_lines::join(&program::text(&file.path)?, table).map(Some).map_err(|bad| {
            let report = |(line, problem)| {
                Report::new(problem, Place { file: Some(name.clone()), line: Some(line), ..Place::default() })
            };
            Failure::Refused(bad.into_iter().map(report).collect())
        }),
    }
}

fn add_document(facts: &mut Facts, files: &[FactFile], index: usize) -> Result<(), Failure> {
    let Some(file) = files.get(index) else { return Ok(()) };
    let Some(joined) = document_of(file)? else { return Ok(()) };
    let Err(problems) = facts.add_json(&joined.document) else { return Ok(()) };
    let name = program::name(&file.path);
    Err(Failure::Refused(problems.iter().map(|problem| joined.report(&name, problem)).collect()))
}

fn refused(files: &[FactFile], problems: &Problems) -> Result<Failure, Failure> {
    // Only now is it worth knowing which row stands on which line: the files are read once more.
    let rows = Rows::of(files)?;
    Ok(Failure::Refused(problems.iter().map(|problem| rows.report(problem)).collect()))
}
