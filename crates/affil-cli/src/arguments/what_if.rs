//! What can be said of `affil what-if` on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use clap::Args;

use super::{EXIT_CODES, FactFiles, FactsEnd, TableFiles, TextFormat};

/// Compares what a program owes for facts with what others, or variants of it, would have owed for them.
///
/// A place in the program is named by keys, ids and positions (from 0), such as `rules/shoes/pay/percent` or
/// `tiers/volume/steps/1/from`. `=` puts in text, as money and percentages are; `:=` puts in JSON, and `:=null` takes out.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct WhatIf {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// Another program, or a compiled plan
    #[arg(long = "with", value_name = "FILE")]
    pub(crate) others: Vec<PathBuf>,
    /// A variant of the program with this value put in; given several times, all in one variant
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// A variant for each of several values, separated by commas; given several times, for every combination
    #[arg(long, value_name = "PATH=VALUES")]
    pub(crate) grid: Vec<String>,
    /// Say what each difference between the programs makes
    #[arg(long)]
    pub(crate) because: bool,
    /// With --because, only for this affiliate
    #[arg(long, value_name = "ID", requires = "because")]
    pub(crate) affiliate: Option<String>,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// How many affiliates are shown, those for whom most changes first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) top: usize,
    /// How the comparison is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}
