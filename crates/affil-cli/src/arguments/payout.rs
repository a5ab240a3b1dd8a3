//! What can be said of payouts on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use affil::time::Instant;
use clap::Args;

use super::{Bank, BankDetails, EXIT_CODES, FactFiles, TableFiles, TextFormat, instant};

/// Says what to pay to whom at an instant, and what is carried forward.
///
/// Nothing is paid and nothing is recorded until the proposals are added to the facts: --out writes them as a table that
/// is read beside the others from then on. Asked again, there is then nothing left to pay.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Payout {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// When to pay: what was known and payable by then is paid
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Instant,
    /// Write the proposals as a table of facts, such as facts/payouts-2026-04-30.jsonl; never over a file that is there
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Say of each payout why it is as high as it is
    #[arg(long)]
    pub(crate) why: bool,
    /// How the proposals are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    /// How many payouts the table shows, the highest first
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
    /// Write the proposals for a bank, too
    #[arg(long, value_enum, value_name = "FORMAT", requires_all = ["payees", "bank_out"], help_heading = "Bank")]
    pub(crate) bank: Option<Bank>,
    /// Where to write the bank's file
    #[arg(long, value_name = "FILE", requires = "bank", help_heading = "Bank")]
    pub(crate) bank_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) details: BankDetails,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}
