//! What can be said of exports and statements on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use affil::time::{Date, Month};
use clap::{Args, ValueEnum};

use super::{Bank, BankDetails, EXIT_CODES, FactsEnd, TableFiles, TextFormat, date, month};

/// Writes a ledger for accountants, payouts for a bank, or self-billed invoices.
///
/// Payments are written for all payouts of the facts of which nobody knows yet what became of them, invoices for all that
/// did not fail.
#[derive(Args)]
#[command(
    after_help = EXIT_CODES,
    override_usage = "affil export [OPTIONS] <LEDGER>\n       \
                      affil export [OPTIONS] --payments <FORMAT> --payees <FILE> <PROGRAM> <FACTS>...\n       \
                      affil export [OPTIONS] --invoices --payees <FILE> <PROGRAM> <FACTS>..."
)]
pub(crate) struct Export {
    /// A ledger; for payments and invoices the program, then files and folders of facts
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How a ledger is written
    #[arg(long, value_enum, conflicts_with_all = ["payments", "invoices"])]
    pub(crate) format: Option<ExportFormat>,
    /// Write a payment file
    #[arg(long, value_enum, value_name = "FORMAT", requires = "payees", conflicts_with = "invoices")]
    pub(crate) payments: Option<Bank>,
    /// Write self-billed invoices, as JSON or (--table) as CSV
    #[arg(long, requires = "payees")]
    pub(crate) invoices: bool,
    /// Where to write it; standard output without it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Only payouts of this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) day: Option<Date>,
    /// Only payouts of this month
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub(crate) month: Option<Month>,
    /// What stands before the number of an invoice
    #[arg(long, value_name = "TEXT", default_value = "", requires = "invoices", help_heading = "Invoices")]
    pub(crate) prefix: String,
    /// The number of the first invoice: one more than the last that was ever given
    #[arg(long, value_name = "N", default_value_t = 1, requires = "invoices", help_heading = "Invoices")]
    pub(crate) first: u64,
    /// Write the invoices as a table
    #[arg(long, requires = "invoices", help_heading = "Invoices")]
    pub(crate) table: bool,
    #[command(flatten)]
    pub(crate) details: BankDetails,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// How a ledger is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// For beancount 3
    Beancount,
    /// For hledger
    Hledger,
    /// A row for each posting
    Csv,
    /// An entry a line, without what was closed
    Jsonl,
    /// A row for each entry; needs --out
    Parquet,
}

/// Writes what each affiliate was owed before a month, what was booked in it and why, and what is owed after it.
///
/// Settle into the ledger before, with the same facts. Each statement names the hash of the one before it, which is
/// looked for where it was written. A statement that was written is never changed. --verify settles again
/// what a statement says, from its proof alone.
#[derive(Args)]
#[command(
    after_help = EXIT_CODES,
    override_usage = "affil statement [OPTIONS] --ledger <FILE> --month <YYYY-MM> --out <DIR> <PROGRAM> <FACTS>...\n       \
                      affil statement [OPTIONS] --verify --proof <FILE> <STATEMENT>..."
)]
pub(crate) struct Statement {
    /// The program, then files and folders of facts; with --verify the statements of one affiliate
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// The ledger into which the facts were settled
    #[arg(long, value_name = "FILE", required_unless_present = "verify")]
    pub(crate) ledger: Option<PathBuf>,
    /// The month
    #[arg(long, value_name = "YYYY-MM", value_parser = month, required_unless_present = "verify")]
    pub(crate) month: Option<Month>,
    /// The folder for the statements: AFFILIATE-MONTH.json
    #[arg(long, value_name = "DIR", required_unless_present = "verify")]
    pub(crate) out: Option<PathBuf>,
    /// Only the statement of this affiliate
    #[arg(long, value_name = "ID")]
    pub(crate) affiliate: Option<String>,
    /// The folder of the statements that were handed out before; without it, that of --out
    #[arg(long, value_name = "DIR")]
    pub(crate) previous: Option<PathBuf>,
    /// Write what is needed to check each statement, too: AFFILIATE-MONTH.proof.json
    #[arg(long)]
    pub(crate) proofs: bool,
    /// Write each as a page, too, which loads nothing: AFFILIATE-MONTH.html
    #[arg(long)]
    pub(crate) html: bool,
    /// The folder of the engine for browsers (engine.js and affil.wasm), so that the page checks what it shows
    #[arg(long, value_name = "DIR", requires = "html")]
    pub(crate) engine: Option<PathBuf>,
    /// Check statements instead of writing them
    #[arg(long, requires = "proof", conflicts_with_all = ["ledger", "month", "out", "previous", "html", "proofs"])]
    pub(crate) verify: bool,
    /// What is needed to check the statements
    #[arg(long, value_name = "FILE", requires = "verify")]
    pub(crate) proof: Option<PathBuf>,
    /// How results are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}
