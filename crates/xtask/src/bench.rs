//! Makes ready what the benches measure, and starts them.
//! It must never know what a work computes: `benches/run.py` does, from each work's `work.toml`.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::run::Run;
use crate::tools::stamp::Stamp;
use crate::tools::venv::{self, Venv};
use crate::tools::{self, Need, node};
use crate::wasm;
use crate::workspace::Workspace;

/// What to race, and how often.
#[derive(Args)]
pub(crate) struct Race {
    /// Which works, by the names of their folders; all if none is named
    #[arg(value_name = "WORK")]
    works: Vec<String>,
    /// How much data: tiny, S, M or L; each work's own default if not given
    #[arg(long)]
    size: Option<String>,
    /// How often each contestant runs
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Only this way of measuring
    #[arg(long)]
    mode: Vec<String>,
    /// Only this contestant
    #[arg(long, value_name = "CONTESTANT")]
    only: Vec<String>,
    /// How many threads a contestant may use: two, or one on a machine of one core
    #[arg(long)]
    threads: Option<u32>,
    /// Count what affil's kernels execute, with callgrind, instead of racing
    #[arg(long, conflicts_with_all = ["works", "mode", "only", "threads"])]
    instructions: bool,
    /// Put the tables into docs/benchmarks.md
    #[arg(long)]
    write: bool,
    /// Show the works and stop
    #[arg(long)]
    list: bool,
}

impl Race {
    /// The same for `benches/run.py`.
    fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = self.works.iter().map(Into::into).collect();
        let mut option = |name: &str, value: &str| words.extend([name.into(), value.into()]);
        if let Some(size) = &self.size {
            option("--size", size);
        }
        if let Some(threads) = self.threads {
            option("--threads", &threads.to_string());
        }
        option("--rounds", &self.rounds.to_string());
        self.mode.iter().for_each(|mode| option("--mode", mode));
        self.only.iter().for_each(|only| option("--only", only));
        if self.write {
            words.push("--write".into());
        }
        words
    }
}

/// Installs and builds what the chosen works need, and races.
pub(crate) fn run(workspace: &Workspace, race: &Race) -> Result<()> {
    let start = |venv: &Venv, words: Vec<OsString>| {
        let run = venv.python().arg(workspace.path("benches/run.py")).args(words);
        run.env("CARGO_TARGET_DIR", &workspace.target).within(&workspace.root).go()
    };
    if race.list {
        tools::ensure(workspace, &[Need::Venv])?;
        return start(venv::ready(workspace)?, vec!["--list".into()]);
    }
    if race.instructions {
        return instructions(workspace, race);
    }
    let works = chosen(workspace, &race.works)?;
    let venv = python(workspace)?;
    for package in works.iter().filter(|work| work.join("Cargo.toml").is_file()) {
        rust(workspace, package)?;
    }
    if uses_node(&works)? {
        javascript(workspace)?;
    }
    start(&venv, race.words())
}

/// Counts the instructions of a month close; needs none of the tools that are raced.
fn instructions(workspace: &Workspace, race: &Race) -> Result<()> {
    tools::ensure(workspace, &[Need::Venv])?;
    rust(workspace, &workspace.path("benches/month_close"))?;
    let program = workspace.target.join("release/affil-bench-month-close");
    let run = venv::ready(workspace)?.python().arg(workspace.path("benches/instructions.py"));
    let run = run.arg("--program").arg(program).args(race.size.iter().flat_map(|size| ["--size", size]));
    run.args(race.write.then_some("--write")).within(&workspace.root).go()
}

/// The folders of the works.
fn chosen(workspace: &Workspace, names: &[String]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(workspace.path("benches"))? {
        let folder = entry?.path();
        let name = folder.file_name().unwrap_or_default().to_string_lossy().replace('_', "-");
        if folder.join("work.toml").is_file() && (names.is_empty() || names.contains(&name)) {
            found.push(folder);
        }
    }
    if found.len() < names.len() {
        bail!("no such work; `cargo xtask bench --list` shows them");
    }
    Ok(found)
}

fn uses_node(works: &[PathBuf]) -> Result<bool> {
    for work in works {
        if fs::read_to_string(work.join("work.toml"))?.contains("{node}") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The tools in an environment of their own, beside affil built as users get it.
fn python(workspace: &Workspace) -> Result<Venv> {
    tools::ensure(workspace, &[Need::Venv])?;
    let bench = venv::make(workspace, "bench", &["benches/requirements.txt"])?;
    println!("    {}", bench.about);
    println!("    building affil's wheel with all optimization, which takes some minutes the first time");
    let folder = workspace.tools.join("bench-wheels");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let tests = venv::ready(workspace)?;
    tests
        .python()
        .args(["-m", "maturin", "build", "--locked", "--release", "--out"])
        .arg(&folder)
        .env("PATH", tests.path_variable()?)
        .env("PYTHONSAFEPATH", "1")
        .within(&workspace.path("bindings/python"))
        .go()?;
    let built = fs::read_dir(&folder)?.next().context("maturin built no wheel")??.path();
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--force-reinstall", "--no-deps"];
    bench.python().args(pip).arg(built).go()?;
    Ok(bench)
}

/// A work's contestants in Rust.
fn rust(workspace: &Workspace, package: &std::path::Path) -> Result<()> {
    println!("    building the contestants in {}", workspace.show(package));
    let manifest = package.join("Cargo.toml");
    Run::cargo().args(["build", "--locked", "--release", "--manifest-path"]).arg(manifest).within(&workspace.root).go()
}

/// The contestants in JavaScript: other people's packages, and affil's as built for npm.
fn javascript(workspace: &Workspace) -> Result<()> {
    tools::ensure(workspace, wasm::NEEDS)?;
    wasm::build(workspace)?;
    let version = node::ready(workspace)?;
    let folder = workspace.path("benches");
    let stamp = Stamp::new(workspace, "bench-npm", &[&folder.join("package-lock.json")], &[&version])?;
    if !stamp.is_current() || !folder.join("node_modules").is_dir() {
        println!("    installing the npm packages of benches/package-lock.json into benches/node_modules/");
        Run::new(node::npm()).arg("ci").within(&folder).go()?;
        stamp.set()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_tests_race_the_same_versions_as_the_benches() {
        let workspace = Workspace::find().unwrap();
        let pins = |name: &str| -> BTreeMap<String, String> {
            let text = fs::read_to_string(workspace.path(name)).unwrap();
            text.lines().filter_map(|line| line.split_once("==")).map(|(a, b)| (a.into(), b.into())).collect()
        };
        let (benches, tests) = (pins("benches/requirements.txt"), pins("bindings/python/requirements-dev.txt"));
        let both: Vec<_> = benches.keys().filter(|name| tests.contains_key(*name)).collect();
        assert!(both.len() >= 4, "{both:?}");
        for name in both {
            assert_eq!(benches[name], tests[name], "{name}");
        }
    }

    #[test]
    fn an_unknown_work_is_refused() {
        let workspace = Workspace::find().unwrap();
        assert!(chosen(&workspace, &["month-close".to_owned()]).is_ok());
        assert!(chosen(&workspace, &["mouth-close".to_owned()]).is_err());
    }
}
