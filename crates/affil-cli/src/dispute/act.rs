//! What is done in a dispute, and the facts that a final decision wants.
//! This module must never decide who may do what.

use std::path::Path;

use affil::dispute::{Action, Dispute};

use super::{evidence, read, refused, standing};
use crate::arguments::{Act, Inline, Wanted};
use crate::failure::Failure;
use crate::write::Pending;
use crate::{program, terminal};

/// `affil dispute act`.
pub(super) fn act(arguments: &Act) -> Result<(), Failure> {
    if let Some(path) = &arguments.facts_out {
        check_ending(path)?;
    }
    let plan = program::plan(&arguments.program)?;
    let before = read(&plan, &arguments.dispute)?;
    let action = match &arguments.action {
        Some(path) => Action::from_json(&program::text(path)?).map_err(|problems| program::refused(path, &problems))?,
        None => said(&arguments.inline)?,
    };
    let acted = plan.act(Some(&before.dispute), &action, arguments.at);
    let acted = acted.map_err(|problems| match &arguments.action {
        Some(path) => program::refused(path, &problems),
        None => refused(&problems),
    })?;
    if program::text(&arguments.dispute)? != before.text {
        let message = "somebody else wrote to it meanwhile; nothing was done";
        return Err(Failure::writing(&arguments.dispute, &message));
    }
    let mut pending = Pending::default();
    pending.write_text(&arguments.dispute, &(acted.dispute.to_json() + "\n"))?;
    // The facts come last: without them they can still be had from the dispute.
    if let (Some(path), Some(facts)) = (&arguments.facts_out, &acted.facts) {
        pending.write_new(path, &(facts.to_json() + "\n"))?;
    }
    pending.publish()?;
    if arguments.format.is_json() {
        terminal::print(&acted.to_json())?;
    } else {
        terminal::print(&standing(&acted.dispute))?;
    }
    told(arguments, &acted.dispute);
    Ok(())
}

/// Says what became of the facts that are wanted.
fn told(arguments: &Act, dispute: &Dispute) {
    match (&arguments.facts_out, dispute.wanted()) {
        (Some(path), Some(_)) => terminal::note(&format!("wrote {}: settle with it from now on", path.display())),
        (Some(path), None) => terminal::note(&format!("no facts are wanted: {} was not written", path.display())),
        (None, Some(_)) => {
            let (program, path) = (arguments.program.display(), arguments.dispute.display());
            terminal::note(&format!("it wants facts: affil dispute facts {program} {path} writes them"));
        }
        (None, None) => {}
    }
}

/// `affil dispute facts`.
pub(super) fn facts(arguments: &Wanted) -> Result<(), Failure> {
    if let Some(path) = &arguments.out {
        check_ending(path)?;
    }
    let plan = program::plan(&arguments.program)?;
    let dispute = read(&plan, &arguments.dispute)?.dispute;
    let Some(facts) = dispute.wanted() else {
        terminal::note("no facts are wanted: nothing was granted, or the dispute is not final");
        return Ok(());
    };
    let Some(path) = &arguments.out else { return terminal::print(&facts.to_json()) };
    let mut pending = Pending::default();
    pending.write_new(path, &(facts.to_json() + "\n"))?;
    pending.publish()?;
    terminal::note(&format!("wrote {}: settle with it from now on", path.display()));
    Ok(())
}

fn check_ending(path: &Path) -> Result<(), Failure> {
    if path.extension().is_some_and(|ending| ending == "json") {
        return Ok(());
    }
    let message = format!("{}: the facts are a document, such as facts/facts-dispute-17.json", path.display());
    Err(Failure::Usage(message))
}

/// The action as the options say it.
fn said(inline: &Inline) -> Result<Action, Failure> {
    let what = inline.what.as_deref().unwrap_or_default();
    let Some(by) = inline.by.as_deref().or((what == "expire").then_some("clock")) else {
        return Err(Failure::Usage("say with --by who does it: affiliate, merchant or mediator".to_owned()));
    };
    let mut action = serde_json::json!({ "action": what, "actor": by });
    let given = [("amount", &inline.amount), ("reason", &inline.reason), ("note", &inline.note)];
    for (key, text) in given {
        if let Some(text) = text {
            action[key] = text.as_str().into();
        }
    }
    // The engine knows the words, and says which of them a misspelt one may have meant.
    let action = Action::from_json(&action.to_string()).map_err(|problems| refused(&problems))?;
    Ok(Action { evidence: evidence::read(&inline.evidence)?, ..action })
}
