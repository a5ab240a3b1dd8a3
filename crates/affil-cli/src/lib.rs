//! The command line `affil`: files in, files out, and every decision left to the engine.
//!
//! This crate must never compute money; it reads what people keep in files and shows what the engine says.

mod arguments;
mod bank;
mod cases;
mod check;
mod compile;
mod dispute;
mod explain;
mod export;
mod failure;
mod input;
mod ledger;
mod name;
mod output;
mod payout;
mod place;
mod program;
mod progress;
mod quote;
mod settle;
mod sheet;
mod simulate;
mod statement;
mod terminal;
mod what_if;
mod write;

use std::ffi::OsString;

use clap::Parser;

use crate::arguments::{Arguments, Command};

/// Runs one command line, the program's name first, and returns the exit code:
/// 0 fine, 1 the input was refused or a case failed, 2 wrong usage, 3 a file could not be read or written.
///
/// Results go to standard output, everything else to standard error.
///
/// ```
/// assert_eq!(affil_cli::run(["affil", "--version"]), 0);
/// assert_eq!(affil_cli::run(["affil", "sing"]), 2);
/// ```
pub fn run<I, T>(arguments: I) -> u8
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let command = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments.command,
        Err(error) => {
            // Nothing is left to tell anybody if even this cannot be printed.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(failure::USAGE);
        }
    };
    let (json, result) = match &command {
        Command::Check(arguments) => (arguments.format.is_json(), check::run(arguments)),
        Command::Test(arguments) => (arguments.format.is_json(), cases::run(arguments)),
        Command::Settle(arguments) => (arguments.format.is_json(), settle::run(arguments)),
        Command::Sheet(arguments) => (false, sheet::run(arguments)),
        Command::Payout(arguments) => (arguments.format.is_json(), payout::run(arguments)),
        Command::Export(arguments) => (false, export::run(arguments)),
        Command::Statement(arguments) => (arguments.format.is_json(), statement::run(arguments)),
        Command::Dispute(arguments) => (arguments.format().is_json(), dispute::run(arguments)),
        Command::Explain(arguments) => (arguments.format.is_json(), explain::run(arguments)),
        Command::Quote(arguments) => (arguments.format.is_json(), quote::run(arguments)),
        Command::WhatIf(arguments) => (arguments.format.is_json(), what_if::run(arguments)),
        Command::Simulate(arguments) => (arguments.format.is_json(), simulate::run(arguments)),
        Command::Compile(arguments) => (false, compile::run(arguments)),
    };
    match result {
        Ok(()) => 0,
        Err(failure) => failure.report(json),
    }
}
