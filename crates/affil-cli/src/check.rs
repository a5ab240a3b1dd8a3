//! `affil check`: all that is wrong with program documents.
//! This module must never know a problem's code.

use affil::Plan;

use crate::arguments::Check;
use crate::failure::{Failure, problems_json};
use crate::place::Report;
use crate::program;
use crate::terminal;

pub(crate) fn run(arguments: &Check) -> Result<(), Failure> {
    let mut reports = Vec::new();
    let mut fine = Vec::new();
    for path in &arguments.programs {
        let name = program::name(path);
        match Plan::from_text(&program::text(path)?) {
            Ok(_) => fine.push(format!("{name}: fine")),
            Err(problems) => reports.extend(problems.iter().map(|problem| Report::of_document(&name, problem))),
        }
    }
    if !arguments.format.is_json() && !fine.is_empty() {
        terminal::print(&fine.join("\n"))?;
    }
    if !reports.is_empty() {
        return Err(Failure::Refused(reports));
    }
    if arguments.format.is_json() { terminal::print(&problems_json(&[])) } else { Ok(()) }
}
