//! Everything a contributor runs: `cargo xtask test`, `wasm`, `generate`, with no other tool to learn.
//! It must never know a rule of the engine: it starts programs and reports what they said.

mod bench;
mod disputes;
mod documents;
mod examples;
mod generate;
mod reference;
mod run;
mod soak;
mod steps;
mod tools;
mod vectors;
mod wasm;
mod workspace;
mod zones;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Runs the project's own tasks: tests in all languages, the npm package, generated files.
///
/// What a task needs and the machine lacks goes into the project's own `.tools/` and `node_modules/` folders;
/// only whole programs (a compiler for wasm, a browser) come from apt-get, and only when run as root.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check and test, cheapest first, and stop at the first that fails
    Test(steps::Choice),
    /// Build the npm package into bindings/wasm/pkg and weigh what a page would download
    Wasm {
        /// Accept the new size: write it to bindings/wasm/size.json (the fixed budget still holds)
        #[arg(long)]
        record: bool,
    },
    /// Race affil against the tools people would use instead, all equal to the cent
    ///
    /// Installs the tools into `.tools/bench` and `benches/node_modules`, and builds what of affil takes part
    /// with all optimization, which takes some minutes. The data is made in `benches/.data`: size L needs 8 GB there.
    Bench(bench::Race),
    /// Try engine and slow reference on many pairs, and every fuzz target for a while; a table of what came of it
    ///
    /// Needs rustup's nightly compiler; installs cargo-fuzz into `.tools`. What a target finds is an input in
    /// `fuzz/artifacts`, with the command that tries it again.
    Soak(soak::Soak),
    /// Rewrite the engine's table of time zones; short for `generate --only zones`
    Zones {
        /// Change nothing; fail if the table is not what would be written
        #[arg(long)]
        check: bool,
    },
    /// Rewrite the files that are made from other files
    Generate {
        /// Change nothing; fail if a file is not what would be written
        #[arg(long)]
        check: bool,
        /// Only these, by name, separated by commas
        #[arg(long, value_delimiter = ',', value_name = "NAME")]
        only: Vec<String>,
    },
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    match start(&task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether everything that was asked for went well.
fn start(task: &Task) -> Result<bool> {
    let workspace = Workspace::find()?;
    match task {
        Task::Test(choice) => steps::test(&workspace, choice),
        Task::Wasm { record } => {
            tools::ensure(&workspace, wasm::NEEDS)?;
            wasm::build(&workspace)?;
            wasm::size::weigh(&workspace, *record)?;
            Ok(true)
        }
        Task::Bench(race) => bench::run(&workspace, race).map(|()| true),
        Task::Soak(soak) => soak::run(&workspace, soak),
        Task::Zones { check } => generate::run(&workspace, *check, &["zones".to_owned()]).map(|()| true),
        Task::Generate { check, only } => generate::run(&workspace, *check, only).map(|()| true),
    }
}
