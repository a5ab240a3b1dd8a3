//! `affil export`: ledgers, payments and invoices as files that others read.
//! This module must never change a figure.

use std::path::Path;

use affil_books::{Journal, Series};

use crate::arguments::{Export, ExportFormat, FactsEnd};
use crate::bank::{self, File, Parties, Payments};
use crate::failure::Failure;
use crate::ledger;
use crate::output::{FileFormat, Sheet, grouped};
use crate::progress::Progress;
use crate::write::Pending;
use crate::{input, program, terminal};

pub(crate) fn run(arguments: &Export) -> Result<(), Failure> {
    check_usage(arguments)?;
    let progress = Progress::begin("reading");
    if let Some(format) = arguments.format {
        let Some(path) = arguments.files.first() else { return Ok(()) };
        if let (ExportFormat::Parquet, Some(out)) = (format, &arguments.out) {
            return parquet(path, out, progress);
        }
        let file = books(path, format)?;
        drop(progress);
        return finish(arguments, &file);
    }
    let Some((program, facts)) = arguments.files.split_first() else { return Ok(()) };
    let plan = program::plan(program)?;
    let mut input = input::read(facts, &arguments.tables, &progress)?;
    input.end(&FactsEnd::default());
    progress.now("settling");
    // Payouts that do not hold are found by settling.
    plan.settle(&input.facts).map_err(|problems| input.refused(&problems))?;
    let payments = Payments::of_facts(&plan, &input.facts)?.at(arguments.day, arguments.month);
    let (payments, left_out) = payments.only(&plan, &arguments.details)?;
    drop(progress);
    let file = match (arguments.payments, payments.last()) {
        (Some(bank), Some(last)) => payments.file(bank, &arguments.details, last)?,
        (Some(_), None) => {
            terminal::note("there are no such payouts: nothing was written");
            return Ok(());
        }
        (None, _) => invoices(arguments, &plan, &payments)?,
    };
    finish(arguments, &file)?;
    if let Some(note) = left_out {
        terminal::note(&note);
    }
    Ok(())
}

/// What the options cannot mean together; found before anything is read.
fn check_usage(arguments: &Export) -> Result<(), Failure> {
    let usage = |message: &str| Err(Failure::Usage(message.to_owned()));
    let of_payouts = arguments.payments.is_some() || arguments.invoices;
    match (arguments.format, of_payouts) {
        (None, false) => usage("say what to write: a ledger with --format, or --payments or --invoices"),
        (Some(_), _) if arguments.files.len() > 1 => usage("with --format give one file: the ledger"),
        (Some(_), _) if arguments.day.is_some() || arguments.month.is_some() => {
            usage("--day and --month choose payouts; a ledger is written as a whole")
        }
        (Some(ExportFormat::Parquet), _) if arguments.out.is_none() => {
            usage("--format parquet writes a file: say where with --out")
        }
        (None, true) if arguments.files.len() < 2 => usage("give the program, then files and folders of facts"),
        _ => Ok(()),
    }
}

/// A ledger for accountants.
fn books(path: &Path, format: ExportFormat) -> Result<File, Failure> {
    let text = program::text(path)?;
    // The ledger itself is stricter than what is read for an export.
    let read = ledger::read(path, &text)?;
    let about = format!("{} entries", grouped(&read.entries().len().to_string()));
    let journal = Journal::from_json_lines(&text).map_err(|problems| ledger::refused(path, &problems))?;
    let text = match format {
        ExportFormat::Beancount => affil_books::beancount(&journal).text,
        ExportFormat::Hledger => affil_books::hledger(&journal).text,
        ExportFormat::Csv => affil_books::csv(&journal).map_err(|problem| ledger::refused(path, &problem.into()))?.text,
        ExportFormat::Jsonl | ExportFormat::Parquet => {
            let mut text = Vec::new();
            Sheet::Entries(read.entries()).write(&mut text, FileFormat::JsonLines).map_err(Failure::File)?;
            String::from_utf8_lossy(&text).into_owned()
        }
    };
    Ok(File { text, about })
}

fn parquet(path: &Path, out: &Path, progress: Progress) -> Result<(), Failure> {
    let read = ledger::read(path, &program::text(path)?)?;
    let mut pending = Pending::default();
    let sheet = Sheet::Entries(read.entries());
    pending.write(out, |file| sheet.write(file, FileFormat::Parquet))?;
    pending.publish()?;
    drop(progress);
    terminal::note(&format!("wrote {} ({} rows)", out.display(), grouped(&sheet.rows().to_string())));
    Ok(())
}

fn invoices(arguments: &Export, plan: &affil::Plan, payments: &Payments) -> Result<File, Failure> {
    let parties = Parties::read(&arguments.details)?;
    let series = Series { prefix: arguments.prefix.clone(), first: arguments.first };
    let invoices = affil_books::invoices(payments.payouts(), &parties.payees, &plan.program().payouts, &series);
    let invoices = invoices.map_err(|problems| bank::refused(&problems, Some(&parties)))?;
    let export = if arguments.table { invoices.to_csv() } else { Ok(invoices.to_json()) };
    let export = export.map_err(|problem| bank::refused(&problem.into(), None))?;
    let count = grouped(&export.totals.count.to_string());
    let about = format!("{count} {}", if export.totals.count == 1 { "invoice" } else { "invoices" });
    Ok(File { text: export.text, about })
}

/// Prints the file, or puts it into its place.
fn finish(arguments: &Export, file: &File) -> Result<(), Failure> {
    let Some(path) = &arguments.out else { return terminal::print(file.text.trim_end_matches(['\r', '\n'])) };
    let mut pending = Pending::default();
    pending.write_text(path, &file.text)?;
    pending.publish()?;
    terminal::note(&format!("wrote {} ({})", path.display(), file.about));
    Ok(())
}
