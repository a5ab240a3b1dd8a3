//! CSV as record batches of text, so that no amount is ever turned into a float.
//! This module must never know what a column means.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use affil::{Code, Pointer, Problem};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use crate::failure::Failure;
use crate::place::{Place, Report};
use crate::program;

const ROWS: usize = 65_536;

/// Reads the rows of a file, and the byte at which each begins; an empty cell is a missing value.
pub(crate) fn read(path: &Path, progress: &mut dyn FnMut(usize)) -> Result<(Vec<RecordBatch>, Vec<u64>), Failure> {
    let failed = |error| failure(path, error);
    let mut reader = csv::Reader::from_path(path).map_err(failed)?;
    let names: Vec<String> = reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
    check_header(path, &names)?;
    let fields: Vec<Field> = names.iter().map(|name| Field::new(name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut columns: Vec<StringBuilder> = names.iter().map(|_| StringBuilder::new()).collect();
    let (mut batches, mut starts) = (Vec::new(), Vec::new());
    let mut open = 0;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(failed)? {
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.append_option((!cell.is_empty()).then_some(cell));
        }
        starts.push(record.position().map_or(0, csv::Position::byte));
        open += 1;
        if open == ROWS {
            batches.push(batch(path, &schema, &mut columns)?);
            progress(starts.len());
            open = 0;
        }
    }
    // A table without rows still has columns to check.
    if open > 0 || batches.is_empty() {
        batches.push(batch(path, &schema, &mut columns)?);
    }
    Ok((batches, starts))
}

/// The lines on which rows begin that start at these bytes, in order.
pub(crate) fn lines(path: &Path, starts: &[u64]) -> Result<Vec<u64>, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::reading(path, &error))?;
    let (mut at, mut line) = (0, 1);
    let mut lines = Vec::with_capacity(starts.len());
    for start in starts {
        let start = usize::try_from(*start).unwrap_or(usize::MAX);
        // The reader counts the rest of the last line break and empty lines to the row that follows.
        while let Some(byte) = bytes.get(at).filter(|byte| at < start || matches!(byte, b'\r' | b'\n')) {
            line += u64::from(*byte == b'\n');
            at += 1;
        }
        lines.push(line);
    }
    Ok(lines)
}

fn batch(path: &Path, schema: &Arc<Schema>, columns: &mut [StringBuilder]) -> Result<RecordBatch, Failure> {
    let arrays = columns.iter_mut().map(|column| -> ArrayRef { Arc::new(column.finish()) }).collect();
    RecordBatch::try_new(Arc::clone(schema), arrays).map_err(|error| Failure::reading(path, &error))
}

fn check_header(path: &Path, names: &[String]) -> Result<(), Failure> {
    let first = names.first().map(String::as_str).unwrap_or_default();
    if let (1, Some(separator)) = (names.len(), [';', '\t', '|'].into_iter().find(|mark| first.contains(*mark))) {
        let message = format!("the columns are separated by {separator:?}");
        return Err(refused(path, 1, Code::DocumentMalformed, &message, "separate columns with commas"));
    }
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        Some(twice) => {
            let message = format!("two columns are called `{twice}`");
            Err(refused(path, 1, Code::DocumentDuplicateKey, &message, "give each column a name of its own"))
        }
        None => Ok(()),
    }
}

fn failure(path: &Path, error: csv::Error) -> Failure {
    let start = error.position().map_or(0, csv::Position::byte);
    let line = lines(path, &[start]).ok().and_then(|lines| lines.first().copied()).unwrap_or(1);
    let hint = "write CSV as RFC 4180 has it: commas, quotes around texts that hold one, UTF-8";
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::reading(path, &error),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let message = format!("a row with {len} cells under a header of {expected_len}");
            refused(path, line, Code::DocumentMalformed, &message, hint)
        }
        csv::ErrorKind::Utf8 { .. } => refused(path, line, Code::DocumentMalformed, "not UTF-8 text", hint),
        _ => refused(path, line, Code::DocumentMalformed, "not valid CSV", hint),
    }
}

fn refused(path: &Path, line: u64, code: Code, message: &str, hint: &str) -> Failure {
    let problem = Problem::new(code, Pointer::root(), message, hint);
    let place = Place { file: Some(program::name(path)), line: Some(line), ..Place::default() };
    Failure::Refused(vec![Report::new(problem, place)])
}
