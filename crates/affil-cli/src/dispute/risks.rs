//! What is likely to be disputed soon.
//! This module must never decide what a risk is.

use affil::Problem;
use affil::risk::{Risk, Watch};
use affil::time::Instant;
use serde::Serialize;

use super::list;
use crate::arguments::Risks;
use crate::failure::Failure;
use crate::output::word;
use crate::progress::Progress;
use crate::{input, program, terminal};

/// `affil dispute risks`.
pub(super) fn risks(arguments: &Risks) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let mut watch = match &arguments.watch {
        Some(path) => Watch::from_json(&program::text(path)?).map_err(|problems| program::refused(path, &problems))?,
        None => Watch::default(),
    };
    if let Some(folder) = &arguments.disputes {
        let found = list::in_folder(&plan, folder)?;
        let open = found.into_iter().filter(|(_, dispute)| !list::has_ended(dispute));
        watch.disputes.extend(open.map(|(_, dispute)| dispute.document().clone()));
    }
    let progress = Progress::begin("reading");
    let input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    progress.now("settling");
    let found = plan.risks(&input.facts, arguments.at, &watch);
    drop(progress);
    let found = found.map_err(|problems| {
        let of_facts = |problem: &Problem| problem.path().parts().next().is_some_and(|first| input::is_table(&first));
        match &arguments.watch {
            Some(path) if !problems.iter().any(of_facts) => program::refused(path, &problems),
            _ => input.refused(&problems),
        }
    })?;
    show(arguments, &found)
}

fn show(arguments: &Risks, found: &[Risk]) -> Result<(), Failure> {
    if arguments.format.is_json() {
        #[derive(Serialize)]
        struct Form<'a> {
            at: Instant,
            risks: &'a [Risk],
        }
        let form = Form { at: arguments.at, risks: found };
        return terminal::print(&serde_json::to_string(&form).unwrap_or_default());
    }
    if found.is_empty() {
        return terminal::print("nothing is likely to be disputed soon");
    }
    let line = |risk: &Risk| {
        let (value, threshold) = (&risk.value, &risk.threshold);
        format!("{}: {}\n  {} {value}, threshold {threshold}", word(&risk.kind), risk.text, risk.statistic)
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    terminal::print(&lines.join("\n"))
}
