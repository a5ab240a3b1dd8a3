//! What can be said on the command line.
//! This module must never open a file.

mod bank;
mod books;
mod dispute;
mod payout;
mod simulate;
mod what_if;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use affil::time::{Date, Instant, Month};
use affil::{Pointer, value};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use bank::{Bank, BankDetails, Letters};
pub(crate) use books::{Export, ExportFormat, Statement};
pub(crate) use dispute::{Act, ClaimWorth, Dispute, Inline, List, Open, Risks, Wanted};
pub(crate) use payout::Payout;
pub(crate) use simulate::Simulate;
pub(crate) use what_if::WhatIf;

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  the input was refused (every problem is listed with its code and a hint), or a case failed
  2  wrong usage
  3  a file could not be read or written

With `--format json` refusals and file errors are JSON on standard output too.";

/// Exact, explained affiliate commissions from a program document and files of facts.
#[derive(Parser)]
#[command(name = "affil", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    Check(Check),
    Test(Test),
    Settle(Box<Settle>),
    Sheet(Box<Sheet>),
    Payout(Box<Payout>),
    Export(Box<Export>),
    Statement(Box<Statement>),
    Explain(Box<Explain>),
    #[command(subcommand)]
    Dispute(Box<Dispute>),
    WhatIf(Box<WhatIf>),
    Simulate(Box<Simulate>),
    Quote(Quote),
    Compile(Compile),
}

/// Lists all that is wrong with program documents, and warns of what their author may not have meant.
///
/// A program is TOML or JSON; a compiled plan is checked as well. `-` reads standard input.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Check {
    /// Program documents
    #[arg(required = true, value_name = "PROGRAM")]
    pub(crate) programs: Vec<PathBuf>,
    /// End with 1 if there are warnings, too
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// How problems are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// Runs the cases beside a program: facts, and what it must pay for them.
///
/// Without --cases they are looked for beside the program: those of `program.toml` in `program.cases.toml`.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Test {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// Documents of cases, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) cases: Vec<PathBuf>,
    /// How the results are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// Says who is owed what: targets, statements, what paid nothing, and what to book.
///
/// A table is known by its name: `orders.csv`, `orders-2026-03.parquet`, `touches.jsonl`. Tables are affiliates,
/// touches, orders, lines, refunds, adjustments, reviews, payouts, confirmations and quotes; a folder is searched for
/// them. A `.json` file is a facts document. Money is text or an exact decimal everywhere; floats are refused.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Settle {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// What is printed; with --out, how the files are written (table: as CSV)
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: SettleFormat,
    /// Write targets, statements, unpaid, payouts, balances and (with --ledger) the new entries into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Book what is missing into this ledger (JSON Lines; made if there is none); one run at a time
    #[arg(long, value_name = "FILE")]
    pub(crate) ledger: Option<PathBuf>,
    /// Then close this month and all before it in the ledger, for good: what is booked for it later stands in a later one.
    /// It must be over by the end of the facts
    #[arg(long, value_name = "YYYY-MM", value_parser = month, requires = "ledger")]
    pub(crate) close: Option<Month>,
    /// How many affiliates the table shows, those who are owed most first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
    /// Show the statements of this affiliate only
    #[arg(long, value_name = "ID")]
    pub(crate) affiliate: Option<String>,
    /// Show the statements of this month only
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub(crate) month: Option<Month>,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// Settles millions of orders at once, from tables to tables: a row for each line, and the statements.
///
/// Tables are affiliates, touches, orders beside their lines, refunds of lines, and quotes, as Parquet or CSV; what their
/// columns are is on the page docs/columns.md. Parquet is read as it is needed: memory is taken by orders and lines, not
/// by touches. The cents are those of `affil settle`, which reads everything else, too.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Sheet {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// The folder for sheet.parquet and statements.parquet
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How many threads work on it; changes nothing but the time
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// Says why an amount is what it is, or why an order paid nothing.
#[derive(Args)]
#[command(
    after_help = EXIT_CODES,
    override_usage = "affil explain [OPTIONS] <PROGRAM> <FACTS>... <ID>\n       \
                      affil explain [OPTIONS] <PROGRAM> <FACTS>... --order <ORDER>\n       \
                      affil explain [OPTIONS] <PROGRAM> <FACTS>... --why-not <ORDER>"
)]
pub(crate) struct Explain {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// Files and folders of facts, then the id of a target or an entry
    #[arg(value_name = "FACTS")]
    pub(crate) facts_and_id: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// Explain all commissions and reversals of this order
    #[arg(long, conflicts_with = "why_not")]
    pub(crate) order: Option<String>,
    /// Say why this order, or some of its lines, paid nothing
    #[arg(long, value_name = "ORDER")]
    pub(crate) why_not: Option<String>,
    /// Explain everything, a line each (with --format json: JSON Lines), in the order of the targets
    #[arg(long, conflicts_with_all = ["order", "why_not"])]
    pub(crate) all: bool,
    /// How the explanation is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// Says what a cart would pay.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Quote {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// The cart, as JSON; `-` reads standard input
    pub(crate) cart: PathBuf,
    /// How the quote is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// Writes the compiled plan, which settles without a time-zone database, in a browser for instance.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Compile {
    /// The program
    pub(crate) program: PathBuf,
    /// Where to write it; standard output without it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Default)]
pub(crate) struct FactFiles {
    /// Files and folders of facts
    pub(crate) facts: Vec<PathBuf>,
}

#[derive(Args, Default)]
pub(crate) struct FactsEnd {
    /// Up to when the facts are complete, such as 2026-04-01T00:00:00+02:00: periods that end by then are over.
    /// Without it and without an `until` in a facts document, up to the last of them
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) until: Option<Instant>,
    /// Take in only what had happened and was known by then, and end there: what was said on that day
    #[arg(long, value_name = "TIME", value_parser = instant, conflicts_with = "until")]
    pub(crate) as_of: Option<Instant>,
}

/// Tables whose names do not say what they are.
#[derive(Args, Default)]
#[command(next_help_heading = "Tables by another name")]
pub(crate) struct TableFiles {
    /// A table of affiliates
    #[arg(long, value_name = "FILE")]
    pub(crate) affiliates: Vec<PathBuf>,
    /// A table of touches
    #[arg(long, value_name = "FILE")]
    pub(crate) touches: Vec<PathBuf>,
    /// A table of orders
    #[arg(long, value_name = "FILE")]
    pub(crate) orders: Vec<PathBuf>,
    /// A table of order lines
    #[arg(long, value_name = "FILE")]
    pub(crate) lines: Vec<PathBuf>,
    /// A table of refunds
    #[arg(long, value_name = "FILE")]
    pub(crate) refunds: Vec<PathBuf>,
    /// A table of adjustments
    #[arg(long, value_name = "FILE")]
    pub(crate) adjustments: Vec<PathBuf>,
    /// A table of reviews
    #[arg(long, value_name = "FILE")]
    pub(crate) reviews: Vec<PathBuf>,
    /// A table of payouts
    #[arg(long, value_name = "FILE")]
    pub(crate) payouts: Vec<PathBuf>,
    /// A table of confirmations of payouts
    #[arg(long, value_name = "FILE")]
    pub(crate) confirmations: Vec<PathBuf>,
    /// A table of exchange rates
    #[arg(long, value_name = "FILE")]
    pub(crate) quotes: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TextFormat {
    /// For people
    #[default]
    Text,
    /// Canonical JSON
    Json,
}

impl TextFormat {
    pub(crate) fn is_json(self) -> bool {
        self == Self::Json
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum SettleFormat {
    /// Totals and statements for people
    #[default]
    Table,
    /// The whole settlement as canonical JSON
    Json,
    /// Statements as CSV
    Csv,
    /// Statements as JSON Lines
    Jsonl,
    /// Files only: needs --out
    Parquet,
}

impl SettleFormat {
    pub(crate) fn is_json(self) -> bool {
        self == Self::Json
    }
}

/// With the engine's own hint, as in a document.
fn instant(text: &str) -> Result<Instant, String> {
    value::instant(text, &Pointer::root()).map_err(|problem| format!("{}; {}", problem.message(), problem.hint()))
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).map_err(|error| error.to_string())
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).map_err(|error| error.to_string())
}
