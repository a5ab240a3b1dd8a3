//! `affil settle`: who is owed what, as tables, files and ledger entries.
//! This module must never compute what anybody is owed.

use std::path::{Path, PathBuf};

use affil::{Entry, Ledger, Plan, Settlement, Statement};

use crate::arguments::{Settle, SettleFormat};
use crate::failure::Failure;
use crate::output::{self, FileFormat, Sheet, Shown};
use crate::place::{Place, Report};
use crate::progress::Progress;
use crate::write::Pending;
use crate::{input, program, terminal};

pub(crate) fn run(arguments: &Settle) -> Result<(), Failure> {
    check_usage(arguments)?;
    let plan = program::plan(&arguments.program)?;
    let progress = Progress::begin("reading");
    let mut input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    input.complete_until(arguments.end.until);
    input.as_of(arguments.end.as_of);
    progress.now("settling");
    let settlement = plan.settle(&input.facts).map_err(|problems| input.refused(&problems))?;
    let mut booking = None;
    if let Some(path) = &arguments.ledger {
        progress.now("booking");
        booking = Some(Booking::of(path, &settlement)?);
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
    for line in written {
        terminal::note(&line);
    }
    if let Some(booking) = &booking {
        let count = output::grouped(&booking.entries.len().to_string());
        let entries = if booking.entries.len() == 1 { "entry" } else { "entries" };
        terminal::note(&format!("booked {count} {entries} in {}", booking.path.display()));
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

/// What is to be booked in a ledger file.
struct Booking {
    path: PathBuf,
    /// What the file holds; none if there is no file yet.
    before: Option<String>,
    entries: Vec<Entry>,
}

impl Booking {
    fn of(path: &Path, settlement: &Settlement) -> Result<Self, Failure> {
        // A link stays a link: the file that it names is replaced.
        let named = if path.is_symlink() { path.canonicalize() } else { Ok(path.to_path_buf()) };
        let path = named.map_err(|error| Failure::reading(path, &error))?;
        let before = if path.exists() { Some(program::text(&path)?) } else { None };
        let refused = |problems: affil::Problems| {
            let report = |problem: &affil::Problem| {
                let index = problem.path().as_str().split('/').nth(1).and_then(|index| index.parse::<u64>().ok());
                let line = index.map(|index| index + 1);
                let place = Place { file: Some(program::name(&path)), line, ..Place::default() };
                Report::new(problem.clone(), place)
            };
            Failure::Refused(problems.iter().map(report).collect())
        };
        let mut ledger = Ledger::from_json_lines(before.as_deref().unwrap_or_default()).map_err(refused)?;
        let entries = ledger.post(settlement).map_err(refused)?;
        Ok(Self { path, before, entries })
    }

    fn write(&self, pending: &mut Pending) -> Result<(), Failure> {
        if self.entries.is_empty() && self.before.is_some() {
            return Ok(());
        }
        let now = if self.path.exists() { Some(program::text(&self.path)?) } else { None };
        if now != self.before {
            return Err(Failure::writing(&self.path, &"somebody else wrote to it meanwhile; nothing was booked"));
        }
        let mut text = self.before.clone().unwrap_or_default();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        for entry in &self.entries {
            text += &serde_json::to_string(entry).map_err(|error| Failure::writing(&self.path, &error))?;
            text.push('\n');
        }
        pending.write_text(&self.path, &text)
    }
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
    let mut sheets =
        vec![Sheet::Targets(settlement), Sheet::Statements(settlement, &statements), Sheet::Unpaid(settlement)];
    sheets.extend(booking.map(|booking| Sheet::Entries(&booking.entries)));
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
