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
    let claim = if text.contains("\"affil/dispute/") {
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
    let value = value.map_err(|problems| of_claim(&problems, &input, (&arguments.claim, &text)))?;
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
    let value = value.map_err(|problems| of_claim(&problems, &input, (&arguments.claim, &text)))?;
    if !arguments.format.is_json() {
        terminal::note(&value.text);
    }
    let action = Action {
        id: Some(Id(arguments.id.clone())),
        claim: Some(claim),
        amount: Some(AmountText(value.owed.amount())),
        evidence,
        note: arguments.note.clone(),
        ..Action::new(ActionKind::Open, Actor::Affiliate)
    };
    let opened = plan.act(None, &action, arguments.at);
    let opened = opened.map_err(|problems| of_action(&problems, (&arguments.claim, &text)))?;
    let mut pending = Pending::default();
    pending.write_new(&arguments.out, &(opened.dispute.to_json() + "\n"))?;
    pending.publish()?;
    let json = arguments.format.is_json();
    terminal::print(&if json { opened.to_json() } else { standing(&opened.dispute) })
}

fn of_text(path: &Path, text: &str) -> Result<Claim, Failure> {
    Claim::from_json(text).map_err(|problems| program::refused(path, &problems))
}

/// Problems of a claim at their lines, or of the facts at their rows.
fn of_claim(problems: &Problems, input: &Input, claim: (&Path, &str)) -> Failure {
    let of_facts = |problem: &Problem| {
        let first = problem.path().parts().next();
        first.is_some_and(|first| input::is_table(&first))
    };
    if problems.iter().any(of_facts) {
        return input.refused(problems);
    }
    Failure::Refused(problems.iter().map(|problem| at_claim(problem, claim)).collect())
}

/// Problems of the action that opens a dispute: in its claim, or in what was said on the command line.
fn of_action(problems: &Problems, claim: (&Path, &str)) -> Failure {
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
        reports.push(at_claim(&inner, claim));
    }
    Failure::Refused(reports)
}

fn at_claim(problem: &Problem, (path, text): (&Path, &str)) -> Report {
    let placed = Problems::from(problem.clone()).with_places(text);
    Report::of_document(&program::name(path), placed.iter().next().unwrap_or(problem))
}
