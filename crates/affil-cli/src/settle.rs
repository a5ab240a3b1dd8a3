//! `affil settle`: who is owed what, as tables, files and ledger entries.
//! This module must never compute what anybody is owed.

use std::path::Path;

use affil::time::Instant;
use affil::{Plan, Settlement, Statement};

use crate::arguments::{Settle, SettleFormat};
use crate::failure::Failure;
use crate::ledger::Booking;
use crate::output::{self, FileFormat, Sheet, Shown};
use crate::progress::Progress;
use crate::write::Pending;
use crate::{input, program, terminal};

pub(crate) fn run(arguments: &Settle) -> Result<(), Failure> {
    check_usage(arguments)?;
    let plan = program::plan(&arguments.program)?;
    let progress = Progress::begin("reading");
    let mut input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    check_closing(arguments, &plan, input.facts.end())?;
    progress.now("settling");
    let settlement = plan.settle(&input.facts).map_err(|problems| input.refused(&problems))?;
    let mut booking = None;
    if let Some(path) = &arguments.ledger {
        progress.now("booking");
        booking = Some(Booking::of(path, &settlement, arguments.close)?);
    }
    progress.now("writing");
    let mut pending = Pending::default();
    let mut written = Vec::new();
    if let Some(folder) = &arguments.out {
        written = write_files(&mut pending, folder, arguments.format, &settlement, booking.as_ref())?;
    }
    // The ledger comes last: if a file cannot be written, nothing has been booked.
    if let Some(booking) = &booking {
        booking.write(&mut pending)?;
    }
    pending.publish()?;
    drop(progress);
    show(arguments, &plan, &settlement)?;
    written.extend(booking.iter().flat_map(|booking| booking.told(arguments.close)));
    for line in written {
        terminal::note(&line);
    }
    Ok(())
}

/// What the options cannot mean together; found before anything is read.
fn check_usage(arguments: &Settle) -> Result<(), Failure> {
    let selects = arguments.affiliate.is_some() || arguments.month.is_some();
    if arguments.format == SettleFormat::Parquet && arguments.out.is_none() {
        return Err(Failure::Usage("--format parquet writes files: say where with --out".to_owned()));
    }
    let whole = arguments.out.is_some() && arguments.format != SettleFormat::Table;
    if selects && (arguments.format == SettleFormat::Json || whole) {
        let message = "--affiliate and --month choose what is printed as a table, CSV or JSON Lines; \
                       files and JSON hold the whole settlement";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(())
}

/// A month is closed for good, so it must be over by what is known.
fn check_closing(arguments: &Settle, plan: &Plan, end: Option<Instant>) -> Result<(), Failure> {
    let Some(month) = arguments.close else { return Ok(()) };
    let over = plan.zone().month_start(month.next());
    if end.is_some_and(|end| end >= over) {
        return Ok(());
    }
    let end = end.map_or_else(|| "there are no facts".to_owned(), |end| format!("the facts end at {end}"));
    let message = format!("--close {month}: {end}, and the month at {over}; say with --until that they are complete");
    Err(Failure::Usage(message))
}

/// Writes the files of `--out` beside their places, and says what they will be.
fn write_files(
    pending: &mut Pending,
    folder: &Path,
    format: SettleFormat,
    settlement: &Settlement,
    booking: Option<&Booking>,
) -> Result<Vec<String>, Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::writing(folder, &error))?;
    let file_format = match format {
        SettleFormat::Json => {
            let path = folder.join("settlement.json");
            pending.write_text(&path, &(settlement.to_json() + "\n"))?;
            return Ok(vec![format!("wrote {}", path.display())]);
        }
        SettleFormat::Table | SettleFormat::Csv => FileFormat::Csv,
        SettleFormat::Jsonl => FileFormat::JsonLines,
        SettleFormat::Parquet => FileFormat::Parquet,
    };
    let statements = settlement.statements();
    let mut sheets = vec![
        Sheet::Targets(settlement),
        Sheet::Statements(settlement, &statements),
        Sheet::Unpaid(settlement),
        Sheet::Payouts(settlement),
        Sheet::Balances(settlement),
    ];
    sheets.extend(booking.map(|booking| Sheet::Entries(booking.entries())));
    let mut written = Vec::new();
    for sheet in sheets {
        let path = folder.join(sheet.name()).with_extension(file_format.ending());
        pending.write(&path, |file| sheet.write(file, file_format))?;
        written.push(format!("wrote {} ({} rows)", path.display(), output::grouped(&sheet.rows().to_string())));
    }
    Ok(written)
}

/// Prints what was asked for.
fn show(arguments: &Settle, plan: &Plan, settlement: &Settlement) -> Result<(), Failure> {
    let shown = Shown { top: arguments.top, affiliate: arguments.affiliate.as_deref(), month: arguments.month };
    let format = match arguments.format {
        SettleFormat::Json => return terminal::print(&settlement.to_json()),
        SettleFormat::Csv if arguments.out.is_none() => FileFormat::Csv,
        SettleFormat::Jsonl if arguments.out.is_none() => FileFormat::JsonLines,
        _ => return terminal::print(&output::settlement(plan, settlement, shown)),
    };
    let statements: Vec<Statement<'_>> =
        settlement.statements().into_iter().filter(|statement| shown.holds(statement)).collect();
    let mut text = Vec::new();
    Sheet::Statements(settlement, &statements).write(&mut text, format).map_err(Failure::File)?;
    terminal::print(String::from_utf8_lossy(&text).trim_end_matches('\n'))
}
