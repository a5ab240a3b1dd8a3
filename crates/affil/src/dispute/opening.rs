//! Opening a dispute: whether the claim is one, is backed by what the program asks for, and comes in time.
//!
//! This module must never look at facts but those that are claimed.

use super::terms::Terms;
use super::{Action, Claim, ClaimFacts, Dispute, DisputeDocument, DisputeVersion, Event, State, step};
use crate::facts::{Facts, FactsDocument};
use crate::money::{Minor, Money};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{CurrencyText, DisputeKind};
use crate::shape;
use crate::time::Instant;

/// The dispute that an action opens.
pub(super) fn open(
    plan: &Plan,
    terms: &Terms,
    (action, claimed): (&Action, Option<Minor>),
    now: Instant,
    mut problems: Problems,
) -> Result<Dispute, Problems> {
    if let Some(claim) = &action.claim {
        let path = Pointer::root().key("claim");
        problems.extend(check(claim, &path));
        check_evidence(terms, action, claim.kind, &mut problems);
        check_time(plan, terms, (claim, &path), now, &mut problems);
    }
    let (Some(id), Some(claim), Some(claimed)) = (&action.id, &action.claim, claimed) else {
        return Err(problems.sorted());
    };
    let deadline = step::first_deadline(plan, terms, now);
    let document = DisputeDocument {
        schema: DisputeVersion::V1,
        id: id.clone(),
        state: State::Open,
        waits_for: None,
        deadline: None,
        currency: CurrencyText(plan.currency().code().to_owned()),
        outcomes: Vec::new(),
        terms: terms.written.clone(),
        history: vec![Event { at: step::text(now), action: action.clone() }],
    };
    let (claim, claimed) = (claim.clone(), Money::new(claimed, plan.currency()));
    let mut dispute = Dispute { document, terms: terms.clone(), claim, claimed, last: now, deadline: None };
    dispute.take(State::Open, deadline, now);
    problems.or(dispute)
}

/// What is wrong with a claim by itself.
pub(super) fn check(claim: &Claim, path: &Pointer) -> Problems {
    let mut problems = Problems::default();
    for (key, text) in [("affiliate", &claim.affiliate), ("order", &claim.order)] {
        if text.as_str().is_empty() {
            let message = format!("an empty `{key}`");
            problems.push(Problem::new(Code::DocumentEmpty, path.key(key), message, "name it"));
        }
    }
    if let Err(problem) = shape::instant(&claim.at.0, &path.key("at")) {
        problems.push(problem);
    }
    problems.extend(facts(claim).err().unwrap_or_default().moved(|inner| inner.below(&path.key("facts"))));
    if let Some((message, hint)) = unfit(claim) {
        problems.push(Problem::new(Code::DisputeClaim, path.key("facts"), message, hint));
    }
    problems
}

/// The facts of a claim, by themselves.
pub(super) fn facts(claim: &Claim) -> Result<Facts, Problems> {
    let mut facts = Facts::new();
    facts.add_document(&document(&claim.facts))?;
    Ok(facts)
}

/// The facts of a claim as a facts document.
pub(super) fn document(facts: &ClaimFacts) -> FactsDocument {
    FactsDocument {
        touches: facts.touches.clone(),
        orders: facts.orders.clone(),
        refunds: facts.refunds.clone(),
        ..FactsDocument::default()
    }
}

/// Why the facts are not what a claim of this kind is about.
fn unfit(claim: &Claim) -> Option<(String, &'static str)> {
    let ClaimFacts { touches, orders, refunds } = &claim.facts;
    let touches_replace = touches.iter().map(|touch| touch.replaces.is_some());
    let orders_replace = orders.iter().map(|order| order.replaces.is_some());
    let refunds_replace = refunds.iter().map(|refund| refund.replaces.is_some());
    let mut replace = touches_replace.chain(orders_replace).chain(refunds_replace);
    let (wrong, message, hint) = match claim.kind {
        DisputeKind::Untracked => (
            (touches.is_empty() && orders.is_empty()) || !refunds.is_empty() || replace.any(|replaces| replaces),
            "what was not tracked is not there",
            "give the touches or orders that are missing, none with `replaces` and no refunds",
        ),
        DisputeKind::Incorrect => (
            claim.facts.is_empty() || !replace.all(|replaces| replaces),
            "what is incorrect is not replaced",
            "give the right touches, orders or refunds, each with `replaces`",
        ),
        DisputeKind::Declined => (
            !claim.facts.is_empty(),
            "a declined order needs no facts",
            "leave `facts` out: an approval is what is claimed",
        ),
        DisputeKind::Misattributed => (
            touches.is_empty() || !orders.is_empty() || !refunds.is_empty(),
            "the touches that would earn the order are not there",
            "give touches, and nothing else",
        ),
    };
    wrong.then(|| (message.to_owned(), hint))
}

fn check_evidence(terms: &Terms, action: &Action, kind: DisputeKind, problems: &mut Problems) {
    let missing = terms
        .written
        .evidence
        .of(kind)
        .iter()
        .filter(|needed| !action.evidence.iter().any(|evidence| evidence.kind == **needed));
    for needed in missing {
        let word = super::word(needed);
        let message = format!("no `{word}`, which such a dispute needs");
        let hint = format!("add {{ \"kind\": \"{word}\", \"reference\": … }} to `evidence`");
        problems.push(Problem::new(Code::DisputeEvidenceMissing, Pointer::root().key("evidence"), message, hint));
    }
}

fn check_time(plan: &Plan, terms: &Terms, (claim, path): (&Claim, &Pointer), now: Instant, problems: &mut Problems) {
    let Ok(at) = shape::instant(&claim.at.0, &path.key("at")) else { return };
    let early = |path: Pointer, at: Instant| {
        let message = format!("{at} is later than now, {now}");
        Problem::new(Code::DisputeTimeBack, path, message, "only what has happened can be disputed")
    };
    if at > now {
        problems.push(early(path.key("at"), at));
    }
    if let Some(length) = terms.open {
        let end = terms.end(length, at, &plan.zone);
        if now >= end {
            let message = format!("a dispute about {at} could be opened until {end}, for {}", length.words());
            let hint = "the program's `disputes.open_within` says how long";
            problems.push(Problem::new(Code::DisputeTooLate, path.key("at"), message, hint));
        }
    }
    let Ok(facts) = facts(claim) else { return };
    let touches = facts.touches.rows.iter().map(|row| ("touches", row.row, row.at));
    let orders = facts.orders.rows.iter().map(|row| ("orders", row.row, row.at));
    let refunds = facts.refunds.rows.iter().map(|row| ("refunds", row.row, row.at));
    for (table, row, at) in touches.chain(orders).chain(refunds).filter(|(_, _, at)| *at > now) {
        problems.push(early(Facts::path(table, row).below(&path.key("facts")).key("at"), at));
    }
}
