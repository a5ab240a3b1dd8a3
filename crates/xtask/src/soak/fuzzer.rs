//! Builds the targets and lets a fuzzer run one of them: what it says on the way, and what it says at the end.
//! It must never know what is tried.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::seeds;
use super::table::{Row, grouped};
use super::targets::Target;
use crate::run::Run;
use crate::workspace::Workspace;

/// No input may take longer.
const SECONDS: u32 = 1;
/// No target may have more memory.
const MEGABYTES: u32 = 1_024;
/// The kept corpus of a target has so many bytes at most, so that all together stay small.
const KEPT: u64 = 48_000;
/// And so many inputs, as all of them are tried again with every change.
const INPUTS: usize = 48;
/// So often it is said how far a target is.
const EVERY: Duration = Duration::from_secs(10);

/// When a target has run enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    /// After that time.
    Time(Duration),
    /// After so many inputs.
    Executions(u64),
}

/// The built targets.
pub(crate) struct Fuzzer<'a> {
    workspace: &'a Workspace,
    programs: PathBuf,
}

impl<'a> Fuzzer<'a> {
    /// Builds all targets.
    pub(crate) fn build(workspace: &'a Workspace, cargo_fuzz: &Path) -> Result<Self> {
        let target = workspace.target.join("fuzz");
        let tools = cargo_fuzz.parent().context("cargo-fuzz lies in no folder")?.to_path_buf();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&path)))?;
        // The engine has no unsafe code for a sanitizer to watch, and is five times as fast without one.
        Run::new("rustup")
            .args(["run", "nightly", "cargo", "fuzz", "build", "--sanitizer", "none", "--target-dir"])
            .arg(&target)
            .env("PATH", path)
            .without(&["LD_LIBRARY_PATH", "CARGO", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN"])
            .within(&workspace.path("fuzz"))
            .go()?;
        let host = Run::new("rustup").args(["run", "nightly", "rustc", "-vV"]).without(&["LD_LIBRARY_PATH"]).read()?;
        let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc has no host")?.to_owned();
        Ok(Self { workspace, programs: target.join(host).join("release") })
    }

    /// A folder of the soak's own.
    fn folder(&self, kind: &str, target: &Target) -> Result<PathBuf> {
        let folder = self.workspace.target.join("soak").join(kind).join(target.name);
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    fn program(&self, target: &Target) -> Command {
        let mut program = Command::new(self.programs.join(target.name));
        // Words that the fuzzer knows: two bits for what is printed, of which its own messages are no part.
        program.arg(format!("-close_fd_mask={}", if target.input.prints() { 3 } else { 0 }));
        program.args([format!("-timeout={SECONDS}"), format!("-rss_limit_mb={MEGABYTES}")]);
        program.arg(format!("-max_len={}", target.input.longest()));
        program.current_dir(&self.workspace.root).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        program
    }

    /// Runs a target, and says how far it is.
    pub(crate) fn run(&self, target: &Target, limit: Limit) -> Result<Row> {
        println!("\n=== {}: {}", target.name, target.about);
        let (seeds, words) = (self.folder("seeds", target)?, self.folder("words", target)?.join("words.dict"));
        seeds::write(self.workspace, target, &seeds, &words)?;
        let start = Instant::now();
        let mut said = Said::default();
        let found = loop {
            said.begin();
            let status = self.once(target, limit, start, &mut said)?;
            if status.success() {
                break None;
            }
            if !self.paused(target, &said)? {
                break Some(said.found(target, &self.workspace.root));
            }
        };
        Ok(said.row(target.name, start.elapsed(), found))
    }

    /// Runs a target for what is left of its time or its executions.
    fn once(&self, target: &Target, limit: Limit, start: Instant, said: &mut Said) -> Result<ExitStatus> {
        let artifacts = self.workspace.path("fuzz/artifacts").join(target.name);
        fs::create_dir_all(&artifacts)?;
        let mut program = self.program(target);
        match limit {
            Limit::Time(time) => {
                program.arg(format!("-max_total_time={}", time.saturating_sub(start.elapsed()).as_secs().max(1)))
            }
            Limit::Executions(count) => program.arg(format!("-runs={}", count.saturating_sub(said.before).max(1))),
        };
        let words = self.folder("words", target)?.join("words.dict");
        program.arg("-print_final_stats=1").arg(format!("-artifact_prefix={}/", artifacts.display()));
        program.arg(format!("-dict={}", words.display())).arg(self.folder("corpus", target)?);
        let more = [self.workspace.path("fuzz/corpus").join(target.name), self.folder("seeds", target)?];
        program.args(more.iter().filter(|path| path.is_dir()));
        let mut child = program.spawn().with_context(|| format!("cannot start the target {}", target.name))?;
        let mut told = Instant::now();
        for line in BufReader::new(child.stderr.take().context("a target without messages")?).split(b'\n') {
            said.hear(&String::from_utf8_lossy(&line?));
            if told.elapsed() >= EVERY {
                told = Instant::now();
                let (done, edges, seconds) = (grouped(said.all()), grouped(said.edges), start.elapsed().as_secs());
                println!("    {done} executions after {seconds} s, {edges} edges");
            }
        }
        Ok(child.wait()?)
    }

    /// Whether it was the machine that stood still for a second, and not the target: alone, the input is quick.
    fn paused(&self, target: &Target, said: &Said) -> Result<bool> {
        let input = said.input().filter(|input| input.contains("timeout-"));
        let Some(input) = input else { return Ok(false) };
        let mut again = Said::default();
        let output = self.program(target).arg(input).output()?;
        for line in String::from_utf8_lossy(&output.stderr).lines() {
            again.hear(line);
        }
        let Some(took) = again.alone.filter(|took| output.status.success() && *took < u64::from(SECONDS) * 500) else {
            return Ok(false);
        };
        println!("    an input took more than {SECONDS} s, and alone {took} ms: the machine was busy");
        fs::remove_file(input)?;
        Ok(true)
    }

    /// Replaces the kept corpus of a target by the smallest inputs that reach what its work reaches.
    pub(crate) fn keep(&self, target: &Target) -> Result<()> {
        let (work, seeds, all) =
            (self.folder("corpus", target)?, self.folder("seeds", target)?, self.folder("kept", target)?);
        fs::remove_dir_all(&all)?;
        fs::create_dir_all(&all)?;
        let kept = self.workspace.path("fuzz/corpus").join(target.name);
        fs::create_dir_all(&kept)?;
        let mut program = self.program(target);
        let output = program.arg("-set_cover_merge=1").args([&all, &kept, &work, &seeds]).output()?;
        if !output.status.success() {
            bail!("{} cannot be merged: {}", target.name, String::from_utf8_lossy(&output.stderr));
        }
        let mut inputs: Vec<(u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&all)? {
            let entry = entry?;
            inputs.push((entry.metadata()?.len(), entry.path()));
        }
        // Where not all have room: some of every size, the largest first to go.
        inputs.sort();
        let step = inputs.len().div_ceil(INPUTS).max(1);
        // What was a mistake once has a name, and stays; others are named by their hash.
        let hashed = |path: &Path| path.file_name().is_some_and(|name| name.len() == 40);
        for entry in fs::read_dir(&kept)? {
            let path = entry?.path();
            if hashed(&path) {
                fs::remove_file(path)?;
            }
        }
        let (mut bytes, mut count) = (0, 0);
        for (size, path) in inputs.iter().step_by(step).filter(|(size, _)| *size > 0) {
            if bytes + size > KEPT {
                break;
            }
            bytes += size;
            count += 1;
            fs::copy(path, kept.join(path.file_name().context("an input without a name")?))?;
        }
        println!("    {}: {count} of {} inputs, {} bytes", target.name, inputs.len(), grouped(bytes));
        Ok(())
    }
}

/// What a fuzzer has said.
#[derive(Default)]
struct Said {
    done: u64,
    /// Executions of runs before this one, which ended early.
    before: u64,
    /// The milliseconds of an input that was run alone.
    alone: Option<u64>,
    edges: u64,
    first: Option<u64>,
    memory: Option<u64>,
    slowest: Option<u64>,
    /// The last lines, which tell of what was found.
    last: Vec<String>,
}

impl Said {
    /// Another run begins.
    fn begin(&mut self) {
        self.before = self.all();
        self.done = 0;
        self.last.clear();
    }

    /// The executions of all runs.
    fn all(&self) -> u64 {
        self.before + self.done
    }

    /// The file of the input that ended the run.
    fn input(&self) -> Option<&str> {
        self.last.iter().find_map(|line| line.split_once("Test unit written to ")).map(|(_, path)| path.trim())
    }

    fn hear(&mut self, line: &str) {
        let after = |word: &str| {
            let rest = line.split_once(word)?.1.trim_start();
            rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok()
        };
        if let Some(count) = line.starts_with('#').then(|| after("#")).flatten() {
            self.done = self.done.max(count);
            self.edges = after("cov: ").unwrap_or(self.edges);
            if line.contains("INITED") {
                self.first.get_or_insert(self.edges);
            }
        }
        self.done = after("stat::number_of_executed_units:").unwrap_or(self.done);
        self.memory = after("stat::peak_rss_mb:").max(self.memory);
        self.slowest = after("stat::slowest_unit_time_sec:").max(self.slowest);
        if line.starts_with("Executed ") {
            self.alone = after(" in ").or(self.alone);
        }
        if !line.starts_with('#') && !line.is_empty() {
            self.last.push(line.to_owned());
        }
    }

    /// What was found, in one line, and how to try it again.
    fn found(&self, target: &Target, root: &Path) -> String {
        let input = self.input().map_or("no input was kept", |path| {
            Path::new(path).strip_prefix(root).ok().and_then(Path::to_str).unwrap_or(path)
        });
        let panic = self.last.iter().position(|line| line.contains("panicked at"));
        let what = panic.map_or_else(
            || self.last.iter().rev().find(|line| line.contains("ERROR:")).cloned(),
            |at| Some(self.last.iter().skip(at).take(2).map(String::as_str).collect::<Vec<_>>().join(" ")),
        );
        let again = format!("cargo +nightly fuzz run -s none {} {input}", target.name);
        format!("{}\n    {again}", what.unwrap_or_else(|| "it stopped".to_owned()))
    }

    fn row(self, name: &str, took: Duration, found: Option<String>) -> Row {
        Row {
            name: name.to_owned(),
            executions: self.all(),
            seconds: took.as_secs_f64(),
            coverage: self.first.map(|first| (first, self.edges)),
            memory: self.memory,
            slowest: self.slowest,
            found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fuzzer_says_is_understood() {
        let mut said = Said::default();
        let lines = [
            "INFO: Seed: 1",
            "#14\tINITED cov: 120 ft: 300 corp: 5/100b exec/s: 0 rss: 40Mb",
            "#70\tNEW    cov: 130 ft: 310 corp: 6/120b lim: 100 exec/s: 0 rss: 41Mb L: 20/20 MS: 1 ChangeByte-",
            "#2000\tDONE   cov: 131 ft: 311 corp: 6/120b lim: 100 exec/s: 200 rss: 42Mb",
            "stat::number_of_executed_units: 2001",
            "stat::average_exec_per_sec:     200",
            "stat::new_units_added:          1",
            "stat::slowest_unit_time_sec:    0",
            "stat::peak_rss_mb:              42",
            "Executed fuzz/artifacts/settle/timeout-1 in 17 ms",
        ];
        for line in lines {
            said.hear(line);
        }
        assert_eq!(said.alone, Some(17));
        let row = said.row("settle", Duration::from_secs(10), None);
        assert_eq!(
            (row.executions, row.coverage, row.memory, row.slowest),
            (2001, Some((120, 131)), Some(42), Some(0))
        );
    }

    #[test]
    fn what_was_found_is_told_with_a_way_to_try_it_again() {
        let mut said = Said::default();
        let lines = [
            "thread '<unnamed>' panicked at src/law.rs:7:9:",
            "one cent too many",
            "==1== ERROR: libFuzzer: deadly signal",
            "artifact_prefix='/p/fuzz/artifacts/settle/'; Test unit written to /p/fuzz/artifacts/settle/crash-1",
        ];
        for line in lines {
            said.hear(line);
        }
        let target = super::super::targets::TARGETS.iter().find(|target| target.name == "settle").unwrap();
        let found = said.found(target, Path::new("/p"));
        assert!(found.contains("one cent too many"), "{found}");
        assert!(found.ends_with("fuzz run -s none settle fuzz/artifacts/settle/crash-1"), "{found}");
    }
}
