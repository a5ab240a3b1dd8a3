//! The soak: the engine against the slow reference for long, and every fuzz target in turn; what came of it, as a table.
//! It must never know what a target asserts: a target that stops has found something.

mod fuzzer;
mod pairs;
mod seeds;
mod table;
mod targets;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::run::Run;
use crate::workspace::Workspace;
use fuzzer::{Fuzzer, Limit};
use targets::{TARGETS, Target};

/// What the row of the pairs is called, and `--only` names them by.
const PAIRS: &str = "pairs";
/// The long form: so many pairs, and so many executions of all targets together.
const LONG: (u64, u64) = (1_000_000, 100_000_000);

/// What to try, and for how long.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct Soak {
    /// How long each target runs
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    seconds: u64,
    /// How many pairs of a program and facts engine and reference are compared on
    #[arg(long, default_value_t = 20_000, value_name = "COUNT")]
    pairs: u64,
    /// Only these targets, separated by commas; `pairs` are the pairs
    #[arg(long, value_delimiter = ',', value_name = "TARGET")]
    only: Vec<String>,
    /// 1,000,000 pairs, and each target until it has had its share of 100,000,000 executions
    #[arg(long)]
    long: bool,
    /// All targets together have so many executions, each its share, in place of a time for each
    #[arg(long, value_name = "COUNT", conflicts_with = "long")]
    executions: Option<u64>,
    /// Keep in fuzz/corpus what the work so far has found: as few inputs as reach the same, up to a size
    #[arg(long)]
    keep: bool,
    /// Put the table into docs/testing.md
    #[arg(long)]
    write: bool,
    /// Show the targets and stop
    #[arg(long)]
    list: bool,
}

/// Runs it; answers whether nothing was found.
pub(crate) fn run(workspace: &Workspace, soak: &Soak) -> Result<bool> {
    if soak.list {
        for target in TARGETS {
            println!("{:<12}{}", target.name, target.about);
        }
        println!("{PAIRS:<12}programs and facts that engine and slow reference settle alike, as tests draw them");
        return Ok(true);
    }
    let targets = chosen(&soak.only)?;
    let fuzzer = if targets.is_empty() { None } else { Some(ready(workspace)?) };
    if let Some(fuzzer) = fuzzer.as_ref().filter(|_| soak.keep) {
        targets.iter().try_for_each(|target| fuzzer.keep(target))?;
        return Ok(true);
    }
    // Read before anybody changes anything, as a soak is long.
    let commit = table::commit(workspace)?;
    let mut rows: Vec<table::Row> = Vec::new();
    if wants(&soak.only, PAIRS) {
        rows.push(pairs::run(workspace, if soak.long { LONG.0 } else { soak.pairs })?);
    }
    for target in targets {
        let executions = if soak.long { Some(LONG.1) } else { soak.executions };
        let limit = executions.map_or(Limit::Time(Duration::from_secs(soak.seconds)), |all| {
            // A share is in parts of a thousand.
            Limit::Executions(all / 1_000 * target.share)
        });
        let Some(fuzzer) = &fuzzer else { continue };
        rows.push(fuzzer.run(target, limit)?);
    }
    println!("\n{}", table::markdown(&rows, &commit));
    if soak.write {
        table::write(workspace, &rows, &commit, &words())?;
    }
    let found: Vec<&str> = rows.iter().filter(|row| row.found.is_some()).map(|row| row.name.as_str()).collect();
    for row in &rows {
        row.found.iter().for_each(|found| println!("{}: {found}", row.name));
    }
    println!("{} of {} found nothing", rows.len() - found.len(), rows.len());
    Ok(found.is_empty())
}

fn wants(only: &[String], name: &str) -> bool {
    only.is_empty() || only.iter().any(|wanted| wanted == name)
}

fn chosen(only: &[String]) -> Result<Vec<&'static Target>> {
    let known = |name: &str| name == PAIRS || TARGETS.iter().any(|target| target.name == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        bail!("no target is called `{unknown}`; `cargo xtask soak --list` shows them");
    }
    Ok(TARGETS.iter().filter(|target| wants(only, target.name)).collect())
}

/// The targets, built; says what is missing, and installs what may be installed into the project's own folder.
fn ready(workspace: &Workspace) -> Result<Fuzzer<'_>> {
    let nightly = Run::new("rustup").args(["run", "nightly", "rustc", "--version"]);
    let nightly = nightly.without(&["LD_LIBRARY_PATH"]).read();
    let nightly =
        nightly.context("fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal")?;
    let program = workspace.tools.join("bin").join(format!("cargo-fuzz{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        println!("    installing cargo-fuzz into {}", workspace.show(&workspace.tools));
        Run::cargo().args(["install", "--quiet", "--locked", "cargo-fuzz", "--root"]).arg(&workspace.tools).go()?;
    }
    println!("    {nightly}; {}", Run::new(&program).arg("--version").read()?);
    Fuzzer::build(workspace, &program)
}

/// The command line, as it may be given again.
fn words() -> String {
    let words = std::env::args().skip(1).filter(|word| word != "--write");
    ["cargo".to_owned(), "xtask".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_the_fuzz_crate_has_a_share() {
        let workspace = Workspace::find().unwrap();
        let text = std::fs::read_to_string(workspace.path("fuzz/Cargo.toml")).unwrap();
        let programs: Vec<&str> =
            text.split("[[bin]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(programs, TARGETS.iter().map(|target| target.name).collect::<Vec<_>>());
        assert_eq!(TARGETS.iter().map(|target| target.share).sum::<u64>(), 1_000);
    }

    #[test]
    fn an_unknown_target_is_refused() {
        assert_eq!(chosen(&["settle".to_owned(), PAIRS.to_owned()]).unwrap().len(), 1);
        assert!(chosen(&["setle".to_owned()]).is_err());
    }
}
