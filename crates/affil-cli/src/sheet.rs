//! `affil sheet`: millions of orders at once, from tables to tables.
//! This module must never compute what anybody is owed.

use std::num::NonZeroUsize;
use std::path::Path;

use affil::{Columns, Problem, Problems};
use affil_arrow::parquet::Writing;
use arrow_array::RecordBatch;

use crate::arguments::Sheet;
use crate::failure::Failure;
use crate::input::Sources;
use crate::place::{Place, Report};
use crate::progress::Progress;
use crate::write::Pending;
use crate::{output, program, terminal};

/// So many rows are written at once.
const ROWS: usize = 1 << 18;

pub(crate) fn run(arguments: &Sheet) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let threads = arguments.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let mut sources = Sources::open(&arguments.facts.facts, &arguments.tables)?;
    let progress = Progress::begin("reading");
    let columns = {
        let streams = sources.streams(threads, &progress)?;
        affil_arrow::columns_for(&plan, streams, threads)
    };
    // A file that breaks off is told first: what was read of it would only be called incomplete.
    sources.check()?;
    let columns = columns.map_err(|problems| refused(&problems))?;
    let obstacles = plan.obstacles(&columns);
    progress.now(if obstacles.is_empty() { "settling" } else { "settling one fact at a time" });
    let sheet = plan.sheet(&columns, threads).map_err(|problems| refused(&problems))?;
    progress.now("writing");
    std::fs::create_dir_all(&arguments.out).map_err(|error| Failure::writing(&arguments.out, &error))?;
    let (lines, statements) = (arguments.out.join("sheet.parquet"), arguments.out.join("statements.parquet"));
    let mut pending = Pending::default();
    let count = sheet.lines().len();
    let parts = (0..count.max(1)).step_by(ROWS);
    let parts = parts.map(|start| affil_arrow::sheet_lines_in(&sheet, &columns, start..start.saturating_add(ROWS)));
    write(&mut pending, &lines, parts, threads)?;
    let sums = affil_arrow::sheet_statements(&sheet);
    let statements_count = sheet.statements().len();
    write(&mut pending, &statements, std::iter::once(sums), threads)?;
    pending.publish()?;
    drop(progress);
    for obstacle in obstacles {
        terminal::note(&format!("settled one fact at a time: {} at {}", obstacle.what, obstacle.path.as_str()));
    }
    for (path, rows) in [(&lines, count), (&statements, statements_count)] {
        terminal::note(&format!("wrote {} ({} rows)", path.display(), output::grouped(&rows.to_string())));
    }
    say(&columns);
    Ok(())
}

fn say(columns: &Columns) {
    let number = |count: usize| output::grouped(&count.to_string());
    let (orders, touches) = (number(columns.orders()), number(columns.touches()));
    terminal::note(&format!("{orders} orders; {touches} touches won any"));
}

/// Problems at the rows of their tables: these tables are too large to be read once more to say on which line.
fn refused(problems: &Problems) -> Failure {
    let place = |path: &str| {
        let mut parts = path.splitn(4, '/').skip(1).map(str::to_owned);
        let file = parts.next().filter(|name| !name.is_empty());
        let second = parts.next();
        let row = second.as_ref().and_then(|row| row.parse::<usize>().ok()).map(|row| row.saturating_add(1));
        let field = if row.is_some() { parts.next() } else { second };
        Place { file, row, field, ..Place::default() }
    };
    let report = |problem: &Problem| Report::new(problem.clone(), place(problem.path().as_str()));
    Failure::Refused(problems.iter().map(report).collect())
}

fn write(
    pending: &mut Pending,
    path: &Path,
    mut parts: impl Iterator<Item = Result<RecordBatch, Problems>>,
    threads: usize,
) -> Result<(), Failure> {
    pending.write(path, |file| {
        let Some(first) = parts.next().transpose().map_err(|problems| problems.to_string())? else { return Ok(()) };
        let mut writing = Writing::new(file, first.schema(), threads).map_err(|error| error.to_string())?;
        writing.write(&first).map_err(|error| error.to_string())?;
        for part in parts {
            let part = part.map_err(|problems| problems.to_string())?;
            writing.write(&part).map_err(|error| error.to_string())?;
        }
        writing.finish().map(|_| ()).map_err(|error| error.to_string())
    })
}
