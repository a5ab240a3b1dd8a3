//! One step of a dispute: from where it stands, an action and a time to where it stands then, or why not.
//!
//! This module must never decide what may follow what: it asks the table. It never sees a fact that is not claimed.

use super::table::by_silence;
use super::terms::Terms;
use super::{
    Action, ActionKind, Actor, Cell, Decision, Dispute, Event, Next, Outcome, Starts, State, cell, fields, opening,
};
use crate::money::{Currency, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, MediatorSilence};
use crate::shape;
use crate::time::Instant;

/// What an action does.
struct Effect {
    state: State,
    deadline: Option<Instant>,
    outcome: Option<Outcome>,
}

/// The dispute after the action; the one before it is left as it is.
pub(super) fn step(plan: &Plan, dispute: Option<&Dispute>, action: &Action, now: Instant) -> Result<Dispute, Problems> {
    follow(plan, plan.disputes.as_ref(), dispute.cloned(), action, now)
}

/// The same for a dispute that may be changed; `terms` are those under which one is opened.
pub(super) fn follow(
    plan: &Plan,
    terms: Option<&Terms>,
    dispute: Option<Dispute>,
    action: &Action,
    now: Instant,
) -> Result<Dispute, Problems> {
    let mut problems = fields::check(action);
    let next = match allowed(dispute.as_ref(), terms, action, now) {
        Ok(next) => next,
        Err(problem) => {
            problems.push(problem);
            return Err(problems.sorted());
        }
    };
    let amount = amount(plan.currency(), dispute.as_ref(), action, &mut problems);
    let mut dispute = match (dispute, terms) {
        (Some(dispute), _) => dispute,
        (None, Some(terms)) => return opening::open(plan, terms, (action, amount), now, problems),
        (None, None) => return Err(Problem::internal("a dispute opened without terms").into()),
    };
    problems.or(())?;
    let effect = effect(plan, &dispute, (action, amount), next, now);
    dispute.take(effect.state, effect.deadline, now);
    dispute.document.outcomes.extend(effect.outcome);
    dispute.document.history.push(Event { at: text(now), action: action.clone() });
    Ok(dispute)
}

/// What the table, the order of time and the deadline say.
fn allowed(dispute: Option<&Dispute>, terms: Option<&Terms>, action: &Action, now: Instant) -> Result<Next, Problem> {
    let state = dispute.map(|dispute| dispute.document.state);
    let (actors, next, in_one_instance) = match cell(state, action.action) {
        Cell::May { actors, next, in_one_instance } => (actors, next, in_one_instance),
        Cell::Refused(code) => return Err(refused(code, state, action.action)),
    };
    if !actors.contains(&action.actor) {
        let names: Vec<&str> = actors.iter().map(|actor| actor.as_str()).collect();
        let message = format!("the {} may not `{}` here", action.actor.as_str(), action.action.as_str());
        let hint = format!("this is for: {}", names.join(", "));
        return Err(Problem::new(Code::DisputeWrongActor, Pointer::root().key("actor"), message, hint));
    }
    let Some(terms) = dispute.map(|dispute| &dispute.terms).or(terms) else {
        let hint = "add `disputes` to the program: who must answer by when";
        return Err(Problem::new(Code::DisputeNotTaken, Pointer::root(), "the program takes no disputes", hint));
    };
    if let Some(code) = in_one_instance.filter(|_| terms.is_one_instance()) {
        return Err(refused(code, state, action.action));
    }
    if let Some(dispute) = dispute {
        in_time(dispute, action, now)?;
    }
    Ok(next)
}

fn in_time(dispute: &Dispute, action: &Action, now: Instant) -> Result<(), Problem> {
    let root = Pointer::root();
    if now < dispute.last {
        let message = format!("{now} is before the last action, of {}", dispute.last);
        return Err(Problem::new(Code::DisputeTimeBack, root, message, "actions follow each other in time"));
    }
    match (action.actor, dispute.deadline) {
        (Actor::Clock, Some(deadline)) if now < deadline => {
            let message = format!("the deadline is {deadline}, and it is {now}");
            Err(Problem::new(Code::DisputeTooEarly, root, message, "let the clock act at the deadline or later"))
        }
        (Actor::Affiliate | Actor::Merchant | Actor::Mediator, Some(deadline)) if now >= deadline => {
            let late = action.action == ActionKind::Submit;
            let code = if late { Code::DisputeEvidenceLate } else { Code::DisputeTooLate };
            let message = format!("the deadline was {deadline}, and it is {now}");
            Err(Problem::new(code, root, message, "only the clock may act now: `expire`"))
        }
        _ => Ok(()),
    }
}

/// A refusal of the table, in words.
fn refused(code: Code, state: Option<State>, action: ActionKind) -> Problem {
    let word = action.as_str();
    let stands = state.map_or("not there yet", State::as_str);
    let (message, hint) = match code {
        Code::DisputeUnknown => (format!("`{word}` in a dispute that there is not"), "open it first".to_owned()),
        Code::DisputeExists => {
            ("the dispute is open already".to_owned(), "go on with it, or open another one without this".to_owned())
        }
        Code::DisputeClosed => {
            (format!("the dispute is {stands}: it has ended"), "nothing more can be done in it".to_owned())
        }
        Code::DisputeNoSecondInstance => {
            ("an appeal, and the program has one instance".to_owned(), "accept the decision".to_owned())
        }
        Code::DisputeEvidenceLate => (
            "evidence after the decision".to_owned(),
            "appeal, if the program has a second instance; then submit".to_owned(),
        ),
        _ => (format!("`{word}` is not possible: the dispute is {stands}"), possible(state)),
    };
    Problem::new(code, Pointer::root().key("action"), message, hint)
}

/// What can be done where a dispute stands.
fn possible(state: Option<State>) -> String {
    let may = |action: &&ActionKind| matches!(cell(state, **action), Cell::May { .. });
    let words: Vec<&str> = ActionKind::ALL.iter().filter(may).map(|action| action.as_str()).collect();
    format!("possible here: {}", words.join(", "))
}

/// The amount of an action that has one: above zero, and, where a part is granted, below the claim.
fn amount(currency: Currency, dispute: Option<&Dispute>, action: &Action, problems: &mut Problems) -> Option<Minor> {
    let path = Pointer::root().key("amount");
    let text = action.amount.as_ref().filter(|_| fields::takes_amount(action.action))?;
    let amount = shape::amount(text.as_str(), currency, &path).map_err(|problem| problems.push(problem)).ok()?;
    let claimed = dispute.map(|dispute| dispute.claimed.minor());
    if amount > Minor::ZERO && claimed.is_none_or(|claimed| amount < claimed) {
        return Some(amount);
    }
    let (message, hint) = match claimed {
        Some(claimed) => (
            format!("{} is not a part of the {} that are claimed", currency.format(amount), currency.format(claimed)),
            "grant more than nothing and less than all of it; else `uphold` or `reject`",
        ),
        None => {
            (format!("a claim of {}", currency.format(amount)), "claim what would be owed, above zero: `claim` says it")
        }
    };
    problems.push(Problem::new(Code::DisputeAmount, path, message, hint));
    None
}

fn effect(
    plan: &Plan,
    dispute: &Dispute,
    (action, amount): (&Action, Option<Minor>),
    next: Next,
    now: Instant,
) -> Effect {
    let terms = &dispute.terms;
    let (state, starts) = match next {
        Next::To(state, starts) => (state, starts),
        Next::BySilence(of) => by_silence(of, &terms.written.silence),
    };
    let deadline = terms.deadline(starts, dispute.deadline, now, &plan.zone);
    let decided = match (action.action, next) {
        (ActionKind::Uphold, _) => Some(Decision::Upheld),
        (ActionKind::UpholdPartly, _) => Some(Decision::PartlyUpheld),
        (ActionKind::Reject, _) => Some(Decision::Rejected),
        (_, Next::BySilence(Actor::Mediator)) => {
            (terms.written.silence.mediator == MediatorSilence::Uphold).then_some(Decision::Upheld)
        }
        (_, Next::BySilence(_)) => match state {
            State::Upheld => Some(Decision::Upheld),
            State::Rejected => Some(Decision::Rejected),
            _ => None,
        },
        _ => None,
    };
    let granted = amount.filter(|_| decided == Some(Decision::PartlyUpheld));
    let outcome = decided.map(|decision| Outcome {
        decision,
        amount: granted.map(|amount| AmountText(plan.currency().format(amount))),
        reason: action.reason,
        by: action.actor,
        at: text(now),
    });
    Effect { state, deadline, outcome }
}

/// The deadline with which a dispute begins.
pub(super) fn first_deadline(plan: &Plan, terms: &Terms, now: Instant) -> Option<Instant> {
    terms.deadline(Starts::Answer, None, now, &plan.zone)
}

pub(super) fn text(at: Instant) -> crate::facts::TimeText {
    crate::facts::TimeText(at.to_string())
}
