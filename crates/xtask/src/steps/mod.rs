//! The steps of `cargo xtask test`: which there are, which are asked for, and how the run went.
//! It must never know what a step does.

mod bench;
mod books;
mod browser;
mod docs;
mod javascript;
mod python;
mod rust;
mod spark;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::Args;

use crate::tools::{self, Need};
use crate::workspace::Workspace;

/// One check or one suite of tests.
pub(crate) struct Step {
    /// What it is called on the command line.
    name: &'static str,
    /// What it checks, in one line.
    about: &'static str,
    /// What has to be installed first.
    needs: &'static [Need],
    /// Whether there is anything to check. A step without input is not in the list, so that it cannot pass unseen.
    exists: fn(&Workspace) -> bool,
    /// Fails if the check does.
    run: fn(&Workspace) -> Result<()>,
}

/// Every step, cheapest first. A new one is a constant in a file of this folder and a line here.
const ALL: &[Step] = &[
    rust::FORMAT,
    rust::DEPENDENCIES,
    rust::GENERATED,
    python::OPINION,
    rust::CLIPPY,
    rust::TESTS,
    rust::DOCTESTS,
    rust::RUSTDOC,
    rust::FUZZ,
    books::READERS,
    python::WHEEL,
    python::LINT,
    python::TYPES,
    python::TESTS,
    javascript::WASM,
    javascript::SIZE,
    javascript::PACKAGE,
    javascript::TYPES,
    javascript::TESTS,
    browser::TESTS,
    docs::BLOCKS,
    docs::COMMANDS,
    spark::TESTS,
    bench::EQUAL,
    // After the README's command, which builds what this runs.
    books::YEAR,
];

/// Steps that only run when they are named: one compiles everything once more, one brings a whole cluster with it.
const BY_NAME: &[&str] = &["fuzz", "spark"];

/// Which steps to run, and how far.
#[derive(Args)]
pub(crate) struct Choice {
    /// Only these steps, separated by commas; see --list
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    only: Vec<String>,
    /// Show the steps and stop
    #[arg(long)]
    list: bool,
    /// Go on after a step fails, and fail at the end
    #[arg(long)]
    keep_going: bool,
}

struct Outcome {
    name: &'static str,
    took: Duration,
    error: Option<anyhow::Error>,
}

/// Runs the chosen steps and answers whether all of them passed.
pub(crate) fn test(workspace: &Workspace, choice: &Choice) -> Result<bool> {
    let steps = chosen(workspace, &choice.only)?;
    if choice.list {
        for step in steps.into_iter().chain(ALL.iter().filter(|step| BY_NAME.contains(&step.name))) {
            println!("{:<16}{}", step.name, step.about);
        }
        return Ok(true);
    }
    if choice.only.is_empty() {
        println!("Not among them, and to be named with --only: {}", BY_NAME.join(", "));
    }
    println!("Steps: {}", steps.iter().map(|step| step.name).collect::<Vec<_>>().join(", "));
    let mut outcomes = vec![setup(workspace, &steps)];
    for step in &steps {
        if outcomes.last().is_some_and(|last| last.error.is_some()) && !choice.keep_going {
            break;
        }
        println!("\n=== {}: {}", step.name, step.about);
        outcomes.push(timed(step.name, || (step.run)(workspace)));
    }
    Ok(close(&steps, &outcomes))
}

fn chosen(workspace: &Workspace, only: &[String]) -> Result<Vec<&'static Step>> {
    let present: Vec<_> = ALL.iter().filter(|step| (step.exists)(workspace)).collect();
    if let Some(unknown) = only.iter().find(|name| present.iter().all(|step| step.name != name.as_str())) {
        let known: Vec<_> = present.iter().map(|step| step.name).collect();
        bail!("no step is called `{unknown}`; there are: {}", known.join(", "));
    }
    let wanted = |step: &Step| match only {
        [] => !BY_NAME.contains(&step.name),
        names => names.iter().any(|name| name == step.name),
    };
    Ok(present.into_iter().filter(|step| wanted(step)).collect())
}

/// Makes ready what any chosen step needs, before the first of them runs.
fn setup(workspace: &Workspace, steps: &[&Step]) -> Outcome {
    println!("\n=== setup: what the steps need");
    timed("setup", || {
        let needs: Vec<Need> = steps.iter().flat_map(|step| step.needs.iter().copied()).collect();
        tools::ensure(workspace, &needs)
    })
}

fn timed(name: &'static str, work: impl FnOnce() -> Result<()>) -> Outcome {
    let start = Instant::now();
    let error = work().err();
    let took = start.elapsed();
    match &error {
        None => println!("--- {name} passed in {:.1} s", took.as_secs_f32()),
        Some(error) => println!("--- {name} FAILED after {:.1} s: {error:#}", took.as_secs_f32()),
    }
    Outcome { name, took, error }
}

/// Prints the summary; its last line is for programs that read logs.
fn close(steps: &[&Step], outcomes: &[Outcome]) -> bool {
    println!("\n=== summary");
    for outcome in outcomes {
        let verdict = if outcome.error.is_some() { "FAILED" } else { "passed" };
        println!("    {:<16}{verdict}{:>8.1} s", outcome.name, outcome.took.as_secs_f32());
    }
    for step in steps.iter().filter(|step| outcomes.iter().all(|outcome| outcome.name != step.name)) {
        println!("    {:<16}not run", step.name);
    }
    let failures: Vec<_> =
        outcomes.iter().filter_map(|outcome| Some((outcome.name, outcome.error.as_ref()?))).collect();
    for (name, error) in &failures {
        println!("\n{name}: {error:#}");
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.took).sum();
    println!("\nSteps took {:.0} s together.", total.as_secs_f32());
    println!("{} passed, {} failed", outcomes.len() - failures.len(), failures.len());
    failures.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_has_a_name_of_its_own() {
        for (index, step) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(index + 1).all(|other| other.name != step.name), "{} twice", step.name);
        }
    }

    #[test]
    fn an_unknown_step_is_refused_by_name() {
        let workspace = Workspace::find().unwrap();
        let error = chosen(&workspace, &["clipy".to_owned()]).err().unwrap().to_string();
        assert!(error.contains("`clipy`") && error.contains("clippy"), "{error}");
    }

    #[test]
    fn a_chosen_step_runs_alone() {
        let workspace = Workspace::find().unwrap();
        let names: Vec<_> = chosen(&workspace, &["fmt".to_owned()]).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["fmt"]);
    }
}
