//! What opening refuses, what a tampered document is, and what a decision wants.

use affil::dispute::{Action, ActionKind, Actor, Dispute, State};
use affil::{Facts, Plan, Problems};

use crate::{at, codes, plan};

const TWO: &str = r#"{ "open_within": "30d", "answer_within": "10bd", "evidence_within": "7d", "instances": 2,
    "appeal_within": "14d", "mediate_within": "20bd", "evidence": { "untracked": ["order_confirmation", "click_log"] } }"#;

const DECLINED: &str =
    r#""claim": { "kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z" }"#;

fn open_with(plan: &Plan, more: &str, now: &str) -> Result<Dispute, Problems> {
    let open = Action::from_json(&format!(r#"{{ "action": "open", "actor": "affiliate", {more} }}"#)).unwrap();
    plan.act(None, &open, at(now)).map(|acted| acted.dispute)
}

fn opened(plan: &Plan) -> Dispute {
    open_with(plan, &format!(r#""id": "d/1", "amount": "80.00", {DECLINED}"#), "2026-03-23T12:00:00Z").unwrap()
}

/// The problem of opening with a claim, as (code, path).
fn refused(kind: &str, facts: &str) -> Vec<(&'static str, String)> {
    let plan = plan(r#"{ "answer_within": "10bd", "evidence_within": "7d" }"#);
    let claim = format!(
        r#""claim": {{ "kind": "{kind}", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z", "facts": {facts} }}"#
    );
    let result = open_with(&plan, &format!(r#""id": "d1", "amount": "80.00", {claim}"#), "2026-03-23T12:00:00Z");
    let problems = result.err().unwrap_or_default();
    problems.iter().map(|problem| (problem.code().as_str(), problem.path().to_string())).collect()
}

#[test]
fn a_claim_fits_its_kind() {
    let touch = |more: &str| {
        format!(r#"{{ "id": "t", "at": "2026-03-19T10:00:00Z", "customer": "kim", "affiliate": "ana" {more} }}"#)
    };
    let order = |more: &str| {
        format!(
            r#"{{ "id": "A", "at": "2026-03-20T10:00:00Z", "customer": "kim", "lines": [{{ "amount": "800.00" }}] {more} }}"#
        )
    };
    let refund = r#"{ "id": "f", "at": "2026-03-20T10:00:00Z", "order": "A", "replaces": "e" }"#;
    let replaces = r#", "replaces": "x""#;
    let (new, again) = (touch(""), touch(replaces));
    let fits = [
        ("untracked", format!(r#"{{ "touches": [{new}] }}"#)),
        ("untracked", format!(r#"{{ "touches": [{new}], "orders": [{}] }}"#, order(""))),
        ("incorrect", format!(r#"{{ "orders": [{}] }}"#, order(replaces))),
        ("incorrect", format!(r#"{{ "touches": [{again}], "refunds": [{refund}] }}"#)),
        ("declined", "{}".to_owned()),
        ("misattributed", format!(r#"{{ "touches": [{new}] }}"#)),
        ("misattributed", format!(r#"{{ "touches": [{again}] }}"#)),
    ];
    for (kind, facts) in fits {
        assert_eq!(refused(kind, &facts), [], "{kind} {facts}");
    }
    let misfits = [
        ("untracked", "{}".to_owned()),
        ("untracked", format!(r#"{{ "touches": [{again}] }}"#)),
        ("untracked", format!(r#"{{ "touches": [{new}], "refunds": [{refund}] }}"#)),
        ("incorrect", "{}".to_owned()),
        ("incorrect", format!(r#"{{ "touches": [{new}] }}"#)),
        ("incorrect", format!(r#"{{ "touches": [{new}], "refunds": [{refund}] }}"#)),
        ("declined", format!(r#"{{ "touches": [{new}] }}"#)),
        ("misattributed", "{}".to_owned()),
        ("misattributed", format!(r#"{{ "touches": [{new}], "orders": [{}] }}"#, order(""))),
    ];
    for (kind, facts) in misfits {
        assert_eq!(refused(kind, &facts), [("dispute.claim", "/claim/facts".to_owned())], "{kind} {facts}");
    }
}

#[test]
fn a_claim_is_of_what_has_happened() {
    let later = r#"{ "touches": [
        { "id": "t", "at": "2026-03-19T10:00:00Z", "customer": "kim", "affiliate": "ana" },
        { "id": "u", "at": "2026-03-23T12:00:01Z", "customer": "kim", "affiliate": "ana" }] }"#;
    assert_eq!(refused("untracked", later), [("dispute.time_back", "/claim/facts/touches/1/at".to_owned())]);
    let twice = r#"{ "touches": [
        { "id": "t", "at": "2026-03-19T10:00:00Z", "customer": "kim", "affiliate": "ana" },
        { "id": "t", "at": "2026-03-19T10:00:01Z", "customer": "kim", "affiliate": "ana" }] }"#;
    assert_eq!(refused("untracked", twice), [("fact.conflict", "/claim/facts/touches/1/at".to_owned())]);
}

#[test]
fn opening_says_all_that_is_wrong_at_once() {
    let touch = r#"{ "id": "t", "at": "2026-03-19T10:00:00Z", "customer": "kim", "affiliate": "ana" }"#;
    let claim = format!(
        r#""claim": {{ "kind": "untracked", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z", "facts": {{ "touches": [{touch}] }} }}"#
    );
    let evidence = r#""evidence": [{ "kind": "click_log", "reference": "clicks.csv", "sha256": "ABC" }]"#;
    let all = format!(r#""id": "d1", "amount": "0.00", "reason": "other", {evidence}, {claim}"#);
    // The thirtieth day after 20 March ends on 19 April at 10:00.
    let problems = open_with(&plan(TWO), &all, "2026-04-19T10:00:00Z").unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| (problem.code().as_str(), problem.path().to_string())).collect();
    let wanted = [
        ("dispute.amount", "/amount"),
        ("dispute.too_late", "/claim/at"),
        ("dispute.evidence_missing", "/evidence"),
        ("dispute.evidence", "/evidence/0/sha256"),
        ("dispute.fields", "/reason"),
    ];
    assert_eq!(found, wanted.map(|(code, path)| (code, path.to_owned())));
    let right = format!(
        r#""id": "d1", "amount": "0.01", {claim}, "evidence": [
            {{ "kind": "click_log", "reference": "clicks.csv", "sha256": "{}" }},
            {{ "kind": "order_confirmation", "reference": "mail 7" }}]"#,
        "0123456789abcdef".repeat(4)
    );
    assert!(open_with(&plan(TWO), &right, "2026-04-19T09:59:59.999999Z").is_ok());
    let none = Plan::from_text(
        r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#,
    );
    assert_eq!(codes(&open_with(&none.unwrap(), &right, "2026-04-01T00:00:00Z").unwrap_err()), ["dispute.not_taken"]);
}

#[test]
fn a_dispute_keeps_the_terms_it_was_opened_under() {
    let dispute = opened(&plan(TWO));
    let shorter = plan(r#"{ "answer_within": "1h", "evidence_within": "1h" }"#);
    let read = shorter.dispute(&dispute.to_json()).unwrap();
    assert_eq!(read, dispute);
    let reject = Action::from_json(r#"{ "action": "reject", "actor": "merchant", "reason": "returned" }"#).unwrap();
    let rejected = shorter.act(Some(&read), &reject, at("2026-04-03T23:59:59Z")).unwrap().dispute;
    let appeal = Action::new(ActionKind::Appeal, Actor::Affiliate);
    assert!(shorter.act(Some(&rejected), &appeal, at("2026-04-04T12:00:00Z")).is_ok());
}

/// A dispute that went all the way.
fn long(plan: &Plan) -> Dispute {
    let steps = [
        (r#""action": "take", "actor": "merchant""#, "2026-03-24T12:00:00Z"),
        (r#""action": "ask", "actor": "merchant", "note": "which order?""#, "2026-03-25T12:00:00Z"),
        (
            r#""action": "submit", "actor": "affiliate", "evidence": [{ "kind": "invoice", "reference": "7" }]"#,
            "2026-03-26T12:00:00Z",
        ),
        (r#""action": "reject", "actor": "merchant", "reason": "evidence_insufficient""#, "2026-03-27T12:00:00Z"),
        (r#""action": "appeal", "actor": "affiliate""#, "2026-03-28T12:00:00Z"),
        (r#""action": "uphold_partly", "actor": "mediator", "amount": "12.5""#, "2026-03-29T12:00:00Z"),
    ];
    steps.into_iter().fold(opened(plan), |dispute, (action, now)| {
        let action = Action::from_json(&format!("{{ {action} }}")).unwrap();
        plan.act(Some(&dispute), &action, at(now)).unwrap().dispute
    })
}

#[test]
fn a_part_is_an_adjustment() {
    let plan = plan(TWO);
    let dispute = long(&plan);
    assert_eq!(dispute.state(), State::Final);
    let outcomes: Vec<_> =
        dispute.outcomes().iter().map(|outcome| (outcome.decision.as_str(), outcome.by.as_str())).collect();
    assert_eq!(outcomes, [("rejected", "merchant"), ("partly_upheld", "mediator")]);
    assert_eq!(dispute.evidence().count(), 1);
    let wanted = dispute.wanted().unwrap();
    assert_eq!(
        wanted.to_json(),
        r#"{"adjustments":[{"id":"dispute:d/1","at":"2026-03-29T12:00:00Z","affiliate":"ana","amount":"12.50","reason":"a part of what dispute d/1 claims"}]}"#
    );
    let settlement = plan.settle(&Facts::from_json(&wanted.to_json()).unwrap()).unwrap();
    assert_eq!(settlement.totals().adjustments.to_string(), "12.50 EUR");
}

#[test]
fn what_is_read_is_what_was_written() {
    let plan = plan(TWO);
    for dispute in [opened(&plan), long(&plan)] {
        let text = dispute.to_json();
        let read = plan.dispute(&text).unwrap();
        assert_eq!((&read, read.to_json()), (&dispute, text));
    }
}

#[test]
fn a_tampered_document_is_refused() {
    let plan = plan(TWO);
    let text = long(&plan).to_json();
    let tampered = [
        (r#""state":"final""#, r#""state":"upheld""#, "/state"),
        (
            r#""decision":"partly_upheld","amount":"12.50""#,
            r#""decision":"partly_upheld","amount":"70.00""#,
            "/outcomes",
        ),
        (r#""decision":"partly_upheld","amount":"12.50""#, r#""decision":"upheld""#, "/outcomes"),
        (r#""id":"d/1","state""#, r#""id":"d/2","state""#, "/id"),
        // A part of the claim becomes all of it.
        (r#""amount":"80.00""#, r#""amount":"12.50""#, "/history/6/amount"),
        // The appeal comes a day after its deadline, or its answer before it.
        (r#""at":"2026-03-28T12:00:00Z""#, r#""at":"2026-04-11T12:00:00Z""#, "/history/5"),
        (r#""at":"2026-03-28T12:00:00Z""#, r#""at":"2026-03-30T12:00:00Z""#, "/history/6"),
        (r#""action":"take""#, r#""action":"withdraw""#, "/history/1/actor"),
        (r#""instances":2,"appeal_within":"14d","mediate_within":"20bd""#, r#""instances":1"#, "/history/5/action"),
        (r#""currency":"EUR""#, r#""currency":"USD""#, "/currency"),
    ];
    for (right, wrong, path) in tampered {
        assert_eq!(text.matches(right).count(), 1, "{right}\n{text}");
        let problems = plan.dispute(&text.replace(right, wrong)).unwrap_err();
        let first = problems.iter().next().unwrap();
        assert_eq!((first.code().as_str(), first.path().as_str()), ("dispute.broken", path), "{wrong}\n{problems}");
        assert!(first.line().is_some());
    }
    let open = opened(&plan).to_json();
    let problems = plan.dispute(&open.replace("2026-04-07T00:00:00Z", "2026-05-07T00:00:00Z")).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/deadline");
    let empty = open.find(r#""history":["#).unwrap();
    let problems = plan.dispute(&format!(r#"{}"history":[]}}"#, &open[..empty])).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/history");
}

#[test]
fn texts_are_checked_against_the_schema() {
    let problems = Action::from_json(r#"{ "action": "opne", "actor": "affiliate", "amount": 5 }"#).unwrap_err();
    assert_eq!(codes(&problems), ["document.unknown_value", "money.not_text"]);
    let problems = plan(TWO).dispute("{}").unwrap_err();
    assert_eq!(codes(&problems), ["document.missing_key"]);
}
