//! Claims: what they are worth, and the disputes that are opened about them.
//! This module must never compute what a claim is worth.

use std::path::Path;

use affil::dispute::{Action, ActionKind, Actor, Claim};
use affil::{AmountText, Id, Pointer, Problem, Problems};

use super::{evidence, read, refused, standing};
use crate::arguments::{ClaimWorth, Open};
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::place::Report;
use crate::progress::Progress;
use crate::write::Pending;
use crate::{program, terminal};

/// `affil dispute claim`.
pub(super) fn worth(arguments: &ClaimWorth) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let text = program::text(&arguments.claim)?;
    let is_dispute = text.contains("\"affil/dispute/");
    let claim = if is_dispute {
        read(&plan, &arguments.claim)?.dispute.claim().clone()
    } else {
        of_text(&arguments.claim, &text)?
    };
    let progress = Progress::begin("reading");
    let mut input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    progress.now("settling");
    let value = plan.claim(&input.facts, &claim);
    drop(progress);
    // In a dispute the claim stands in what opened it.
    let inside = is_dispute.then(|| Pointer::root().key("history").index(0).key("claim"));
    let source = Source { path: &arguments.claim, text: &text, inside: inside.unwrap_or_else(Pointer::root) };
    let value = value.map_err(|problems| of_claim(&problems, &input, &source))?;
    terminal::print(&if arguments.format.is_json() { value.to_json() } else { value.text })
}

/// `affil dispute open`.
pub(super) fn open(arguments: &Open) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let text = program::text(&arguments.claim)?;
    let claim = of_text(&arguments.claim, &text)?;
    let evidence = evidence::read(&arguments.evidence)?;
    let progress = Progress::begin("reading");
    let mut input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    progress.now("settling");
    let value = plan.claim(&input.facts, &claim);
    drop(progress);
    let source = Source { path: &arguments.claim, text: &text, inside: Pointer::root() };
    let value = value.map_err(|problems| of_claim(&problems, &input, &source))?;
    let action = Action {
        id: Some(Id(arguments.id.clone())),
        claim: Some(claim),
        amount: Some(AmountText(value.owed.amount())),
        evidence,
        note: arguments.note.clone(),
        ..Action::new(ActionKind::Open, Actor::Affiliate)
    };
    let opened = plan.act(None, &action, arguments.at);
    let opened = opened.map_err(|problems| of_action(&problems, &source))?;
    let mut pending = Pending::default();
    pending.write_new(&arguments.out, &(opened.dispute.to_json() + "\n"))?;
    pending.publish()?;
    if arguments.format.is_json() {
        return terminal::print(&opened.to_json());
    }
    terminal::print(&format!("{}\n{}", standing(&opened.dispute), value.text))
}

/// Where a claim was read.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
    /// Where it stands in the document.
    inside: Pointer,
}

impl Source<'_> {
    /// A problem of the claim, at its line.
    fn report(&self, problem: &Problem) -> Report {
        let path = problem.path().parts().fold(self.inside.clone(), |path, part| path.key(&part));
        let inner = Problem::new(problem.code(), path, problem.message(), problem.hint());
        let placed = Problems::from(inner).with_places(self.text);
        Report::of_document(&program::name(self.path), placed.iter().next().unwrap_or(problem))
    }
}

fn of_text(path: &Path, text: &str) -> Result<Claim, Failure> {
    Claim::from_json(text).map_err(|problems| program::refused(path, &problems))
}

/// Problems of a claim at their lines, or of the facts at their rows.
fn of_claim(problems: &Problems, input: &Input, claim: &Source<'_>) -> Failure {
    let of_facts = |problem: &Problem| {
        let first = problem.path().parts().next();
        first.is_some_and(|first| input::is_table(&first))
    };
    if problems.iter().any(of_facts) {
        return input.refused(problems);
    }
    Failure::Refused(problems.iter().map(|problem| claim.report(problem)).collect())
}

/// Problems of the action that opens a dispute: in its claim, or in what was said on the command line.
fn of_action(problems: &Problems, claim: &Source<'_>) -> Failure {
    let mut reports = Vec::new();
    for problem in problems {
        let mut parts = problem.path().parts();
        if parts.next().as_deref() != Some("claim") {
            let Failure::Refused(more) = refused(&problem.clone().into()) else { continue };
            reports.extend(more);
            continue;
        }
        let path = parts.fold(Pointer::root(), |path, part| path.key(&part));
        let inner = Problem::new(problem.code(), path, problem.message(), problem.hint());
        reports.push(claim.report(&inner));
    }
    Failure::Refused(reports)
}
