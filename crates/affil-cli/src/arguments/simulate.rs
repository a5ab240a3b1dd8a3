//! What can be said of `affil simulate` on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use clap::Args;

use super::{EXIT_CODES, TextFormat};

/// Says what programs may cost: a process of sales is drawn many times over, and every program priced on the same draws.
///
/// The process says how affiliates are assumed to sell, as JSON. The same seed draws the same on every machine.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Simulate {
    /// Programs, or compiled plans, of one currency
    #[arg(required = true, value_name = "PROGRAM")]
    pub(crate) programs: Vec<PathBuf>,
    /// How affiliates are assumed to sell: a document `affil-process/1`; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) process: PathBuf,
    /// Any whole number: another one draws another time
    #[arg(long, value_name = "N")]
    pub(crate) seed: u64,
    /// How many times the process is drawn
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) replicates: u32,
    /// Say how often the whole costs more than this, such as 250000.00
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) budget: Option<String>,
    /// How many threads work on it; changes nothing but the time
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Show the months of each program, too
    #[arg(long)]
    pub(crate) months: bool,
    /// How the result is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}
