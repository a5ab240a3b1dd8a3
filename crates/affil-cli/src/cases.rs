//! `affil test`: the cases beside a program, run.
//! This module must never know what a case expects.

use std::path::PathBuf;

use affil::cases::{self, CaseResult, Cases};

use crate::arguments::Test;
use crate::failure::Failure;
use crate::terminal::Paint;
use crate::{program, terminal};

pub(crate) fn run(arguments: &Test) -> Result<(), Failure> {
    let files = if arguments.cases.is_empty() { vec![beside(arguments)?] } else { arguments.cases.clone() };
    let plan = program::plan(&arguments.program)?;
    let mut results = Vec::new();
    for path in &files {
        let read = Cases::from_text(&program::text(path)?).map_err(|problems| program::refused(path, &problems))?;
        results.extend(cases::run(&plan, &read));
    }
    let shown = if arguments.format.is_json() { cases::to_json(&results) } else { text(&results) };
    terminal::print(&shown)?;
    if results.iter().all(CaseResult::passed) { Ok(()) } else { Err(Failure::Failed) }
}

/// Where the cases of a program are, if nobody says.
fn beside(arguments: &Test) -> Result<PathBuf, Failure> {
    if arguments.program.as_os_str() == "-" {
        return Err(Failure::Usage(
            "a program from standard input has no cases beside it: name them with --cases".to_owned(),
        ));
    }
    Ok(arguments.program.with_extension("cases.toml"))
}

/// A line for each case, what differs below it, and how many passed.
fn text(results: &[CaseResult]) -> String {
    let paint = Paint::stdout();
    let mut lines = Vec::new();
    for result in results {
        if result.passed() {
            lines.push(format!("ok      {}", result.name));
            continue;
        }
        lines.push(format!("{}  {}", paint.bad("FAILED"), result.name));
        for mismatch in &result.mismatches {
            lines.extend(mismatch.to_string().lines().map(|line| format!("        {line}")));
        }
    }
    let passed = results.iter().filter(|result| result.passed()).count();
    let failed = results.len() - passed;
    let cases = if results.len() == 1 { "case" } else { "cases" };
    let how = if failed == 0 { "all ok".to_owned() } else { format!("{passed} ok, {failed} failed") };
    lines.push(format!("{} {cases}: {how}", results.len()));
    lines.join("\n")
}
