//! `affil check`: all that is wrong with program documents, and what their author may not have meant.
//! This module must never know a problem's code.

use affil::{Plan, Problems, Program, Severity};

use crate::arguments::Check;
use crate::failure::{Failure, problems_json, warn};
use crate::place::Report;
use crate::program;
use crate::terminal;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let mut reports = Vec::new();
    let mut fine = Vec::new();
    for path in &arguments.programs {
        let name = program::name(path);
        let problems = match looked_at(&program::text(path)?) {
            Ok(warnings) => {
                if warnings.is_empty() || !arguments.deny_warnings {
                    fine.push(format!("{name}: fine"));
                }
                warnings
            }
            Err(problems) => problems,
        };
        reports.extend(problems.iter().map(|problem| Report::of_document(&name, problem)));
    }
    let bad = |report: &Report| arguments.deny_warnings || report.problem().severity == Severity::Error;
    let refused = reports.iter().any(bad);
    if !arguments.format.is_json() && !fine.is_empty() {
        terminal::print(&fine.join("\n"))?;
    }
    match (refused, arguments.format.is_json()) {
        (true, _) => Err(Failure::Refused(reports)),
        (false, true) => terminal::print(&problems_json(&reports)),
        (false, false) => {
            warn(&reports);
            Ok(())
        }
    }
}

/// The warnings about a program or a compiled plan, which nobody edits, so that places in it would help nobody.
fn looked_at(text: &str) -> Result<Problems, Problems> {
    let warnings = Plan::from_text(text)?.lint();
    Ok(if Program::from_text(text).is_ok() { warnings.with_places(text) } else { warnings })
}
