//! `affil dispute`: disputes as files, and what is done in them.
//! This module must never decide what may be done, nor what a claim is worth.

mod act;
mod claim;
mod evidence;
mod list;
mod risks;

use std::path::Path;

use affil::dispute::{Dispute, State};
use affil::{Plan, Problem, Problems};

use crate::arguments;
use crate::failure::Failure;
use crate::output::{money, word};
use crate::place::{Place, Report};
use crate::program;

pub(crate) fn run(arguments: &arguments::Dispute) -> Result<(), Failure> {
    match arguments {
        arguments::Dispute::Claim(arguments) => claim::worth(arguments),
        arguments::Dispute::Open(arguments) => claim::open(arguments),
        arguments::Dispute::Act(arguments) => act::act(arguments),
        arguments::Dispute::Facts(arguments) => act::facts(arguments),
        arguments::Dispute::List(arguments) => list::list(arguments),
        arguments::Dispute::Risks(arguments) => risks::risks(arguments),
    }
}

/// A dispute, and the text it was read from.
struct Read {
    dispute: Dispute,
    text: String,
}

fn read(plan: &Plan, path: &Path) -> Result<Read, Failure> {
    let text = program::text(path)?;
    let dispute = plan.dispute(&text).map_err(|problems| program::refused(path, &problems))?;
    Ok(Read { dispute, text })
}

/// Problems of what was said on the command line, which has no lines.
fn refused(problems: &Problems) -> Failure {
    let report = |problem: &Problem| Report::new(problem.clone(), Place::default());
    Failure::Refused(problems.iter().map(report).collect())
}

/// Where a dispute stands, for people.
fn standing(dispute: &Dispute) -> String {
    let claim = dispute.claim();
    let (state, kind) = (dispute.state().as_str(), word(&claim.kind));
    let (order, affiliate) = (claim.order.as_str(), claim.affiliate.as_str());
    let claimed = money(dispute.amount());
    let mut lines = vec![format!("{}: {state} · {affiliate} claims {claimed}, order {order}, {kind}", dispute.id())];
    if let Some(outcome) = dispute.outcomes().last() {
        let decided = format!("{} by the {}", word(&outcome.decision), outcome.by.as_str());
        let amount = outcome.amount.as_ref();
        let amount = amount.map(|amount| format!("{} {}", amount.as_str(), dispute.amount().currency()));
        let reason = outcome.reason.map(|reason| reason.as_str().to_owned());
        let parts: Vec<String> = [Some(decided), amount, reason].into_iter().flatten().collect();
        lines.push(parts.join(": "));
    }
    match (dispute.waits_for(), dispute.deadline(), dispute.state()) {
        (Some(actor), Some(deadline), _) => lines.push(format!("waits for the {} until {deadline}", actor.as_str())),
        (_, _, State::Final | State::Withdrawn | State::Expired) => {}
        _ => lines.push("waits for nobody: `expire` ends it at any time".to_owned()),
    }
    lines.join("\n")
}
