//! What claims are worth, by hand, and that what a decision wants pays what was claimed.

use affil::dispute::{Action, ActionKind, Actor, Claim, Dispute};
use affil::{Facts, Plan};

use crate::{at, codes, plan};

const DISPUTES: &str = r#"{ "answer_within": "10bd", "evidence_within": "7d" }"#;

/// Kim clicked on bob's link, then on one of ana's, and bought for 50.00; a second order of lou has no touch.
fn facts() -> Facts {
    Facts::from_json(
        r#"{
        "touches": [
            { "id": "t1", "at": "2026-03-01T10:00:00Z", "customer": "kim", "affiliate": "ana" },
            { "id": "t2", "at": "2026-03-02T10:00:00Z", "customer": "kim", "affiliate": "bob" }
        ],
        "orders": [
            { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "50.00" }] },
            { "id": "L", "at": "2026-03-11T10:00:00Z", "customer": "lou", "lines": [{ "amount": "30.00" }] }
        ]
    }"#,
    )
    .unwrap()
}

fn claim(text: &str) -> Claim {
    Claim::from_json(text).unwrap()
}

fn total(plan: &Plan, facts: &Facts, affiliate: &str) -> i64 {
    let settlement = plan.settle(facts).unwrap();
    settlement.targets().filter(|target| target.affiliate == affiliate).map(|target| target.amount.minor().get()).sum()
}

/// Opens a dispute about the claim, upholds it, and lets the clock make that final.
fn upheld(plan: &Plan, claim: &Claim, amount: &str) -> Dispute {
    let open = Action {
        id: Some("d1".into()),
        claim: Some(claim.clone()),
        amount: Some(amount.into()),
        ..Action::new(ActionKind::Open, Actor::Affiliate)
    };
    let opened = plan.act(None, &open, at("2026-04-15T10:00:00Z")).unwrap().dispute;
    let uphold = Action::new(ActionKind::Uphold, Actor::Merchant);
    let decided = plan.act(Some(&opened), &uphold, at("2026-04-16T10:00:00Z")).unwrap().dispute;
    let expire = Action::new(ActionKind::Expire, Actor::Clock);
    plan.act(Some(&decided), &expire, at("2026-04-16T11:00:00Z")).unwrap().dispute
}

/// The claim is worth so many cents to ana and bob, and upholding it pays them.
fn worth(plan: &Plan, facts: &Facts, claim: &Claim, ana: i64, bob: i64) -> String {
    let value = plan.claim(facts, claim).unwrap();
    assert_eq!(value.owed.minor().get(), ana);
    let others: Vec<_> =
        value.others.iter().map(|other| (other.affiliate.as_str(), other.amount.minor().get())).collect();
    assert_eq!(others, if bob == 0 { vec![] } else { vec![("bob", bob)] });
    let sum: i64 = value.targets.iter().map(|change| change.now.minor().get() - change.was.minor().get()).sum();
    assert_eq!(sum, ana + bob);
    if ana > 0 {
        let wanted = upheld(plan, claim, &value.owed.amount()).wanted().unwrap();
        let mut after = facts.clone();
        after.add_json(&wanted.to_json()).unwrap();
        assert_eq!(total(plan, &after, "ana"), total(plan, facts, "ana") + ana);
        assert_eq!(total(plan, &after, "bob"), total(plan, facts, "bob") + bob);
        // The same facts again change nothing.
        after.add_document(&wanted.to_document()).unwrap();
        assert_eq!(total(plan, &after, "ana"), total(plan, facts, "ana") + ana);
    }
    value.text
}

#[test]
fn a_missing_order_pays_its_commission() {
    let claim = claim(
        r#"{ "kind": "untracked", "affiliate": "bob", "order": "B", "at": "2026-03-12T10:00:00Z", "facts": { "orders": [
            { "id": "B", "at": "2026-03-12T10:00:00Z", "customer": "kim", "lines": [{ "amount": "99.90" }] }] } }"#,
    );
    let value = plan(DISPUTES).claim(&facts(), &claim).unwrap();
    let told = "if this is true, 9.99 EUR would be owed to bob, because 9.99 EUR to bob for B · March 2026 in UTC · \
                last click 10 days before (window 30 days) · 10 % of 99.90 = 9.99";
    assert_eq!(value.text, told);
    let json = r#"{"currency":"EUR","affiliate":"bob","owed":"9.99","others":[],"targets":[{"id":"commission:B/1/all/bob","affiliate":"bob","was":"0.00","now":"9.99"}],"text":"#;
    assert!(value.to_json().starts_with(json), "{}", value.to_json());
}

#[test]
fn a_missing_touch_pays_an_order_that_nobody_earned() {
    let claim = claim(
        r#"{ "kind": "untracked", "affiliate": "ana", "order": "L", "at": "2026-03-11T10:00:00Z", "facts": { "touches": [
            { "id": "t9", "at": "2026-03-11T09:00:00Z", "customer": "lou", "affiliate": "ana" }] } }"#,
    );
    worth(&plan(DISPUTES), &facts(), &claim, 300, 0);
}

#[test]
fn what_one_gains_another_may_lose() {
    let claim = claim(
        r#"{ "kind": "misattributed", "affiliate": "ana", "order": "A", "at": "2026-03-10T10:00:00Z", "facts": { "touches": [
            { "id": "t3", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }] } }"#,
    );
    let text = worth(&plan(DISPUTES), &facts(), &claim, 500, -500);
    assert!(
        text.starts_with("if this is true, 5.00 EUR would be owed to ana, because 5.00 EUR to ana for A"),
        "{text}"
    );
    assert!(text.ends_with("; 5.00 EUR less to bob"), "{text}");
}

#[test]
fn a_claim_that_pays_nothing_says_why() {
    let claim = claim(
        r#"{ "kind": "untracked", "affiliate": "ana", "order": "B", "at": "2026-05-12T10:00:00Z", "facts": { "orders": [
            { "id": "B", "at": "2026-05-12T10:00:00Z", "customer": "kim", "lines": [{ "amount": "99.90" }] }] } }"#,
    );
    let text = worth(&plan(DISPUTES), &facts(), &claim, 0, 0);
    let told = "if this is true, nothing more would be owed to ana, because click t2 of bob came 71 days before, and its \
                window is 30 days";
    assert_eq!(text, told);
}

/// With 1,000.00 in the month all of it pays 20 %: a claim of 960.00 lifts what was sold before as well.
#[test]
fn ladders_are_climbed_with_the_claim() {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }}, "disputes": {DISPUTES},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}],
            "tiers": [{{ "id": "up", "mode": "whole", "steps": [{{ "from": "1000.00", "percent": "20" }}] }}] }}"#
    );
    let plan = Plan::from_text(&program).unwrap();
    let mut facts = facts();
    facts
        .add_json(
            r#"{ "touches": [{ "id": "t4", "at": "2026-03-15T10:00:00Z", "customer": "max", "affiliate": "ana" }],
            "orders": [{ "id": "M", "at": "2026-03-15T11:00:00Z", "customer": "max", "lines": [{ "amount": "40.00" }] }] }"#,
        )
        .unwrap();
    let claim = claim(
        r#"{ "kind": "untracked", "affiliate": "ana", "order": "N", "at": "2026-03-16T10:00:00Z", "facts": { "orders": [
            { "id": "N", "at": "2026-03-16T10:00:00Z", "customer": "max", "lines": [{ "amount": "960.00" }] }] } }"#,
    );
    // 960.00 × 20 % + 40.00 × (20 − 10) %.
    let text = worth(&plan, &facts, &claim, 19_200 + 400, 0);
    assert!(text.contains("because 192.00 EUR to ana for N"), "{text}");
    assert!(text.contains("; 8.00 EUR to ana for M") && text.ends_with("(so far 4.00 EUR)"), "{text}");
}

/// A claim about April does not end March: nobody wins March's contest sooner.
#[test]
fn the_end_of_the_facts_stays() {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }}, "disputes": {DISPUTES},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}],
            "bonuses": [{{ "id": "first", "kind": "contest", "period": "month", "prizes": ["100.00"], "tie": "earlier" }}] }}"#
    );
    let plan = Plan::from_text(&program).unwrap();
    let claim = claim(
        r#"{ "kind": "untracked", "affiliate": "bob", "order": "B", "at": "2026-04-01T09:00:00Z", "facts": { "orders": [
            { "id": "B", "at": "2026-04-01T09:00:00Z", "customer": "kim", "lines": [{ "amount": "10.00" }] }] } }"#,
    );
    let value = plan.claim(&facts(), &claim).unwrap();
    assert_eq!(value.owed.to_string(), "1.00 EUR");
}

fn corrected(order: &str, by: &str, amount: &str) -> Claim {
    claim(&format!(
        r#"{{ "kind": "incorrect", "affiliate": "bob", "order": "{order}", "at": "2026-03-10T10:00:00Z", "facts": {{ "orders": [
            {{ "id": "{by}", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{{ "amount": "{amount}" }}], "replaces": "{order}" }}] }} }}"#
    ))
}

#[test]
fn a_wrong_order_is_corrected() {
    let (plan, mut facts) = (plan(DISPUTES), facts());
    // 10 % of 80.00 in place of 10 % of 50.00.
    let text = worth_to_bob(&plan, &facts, &corrected("A", "A2", "80.00"), 300);
    assert!(
        text.starts_with("if this is true, 3.00 EUR would be owed to bob, because 8.00 EUR to bob for A2 · "),
        "{text}"
    );
    assert!(text.ends_with("; commission:A/1/all/bob of 5.00 EUR would fall away"), "{text}");
    assert!(
        worth_to_bob(&plan, &facts, &corrected("A", "A2", "20.00"), -300).starts_with("if this is true, 3.00 EUR less")
    );
    // What was corrected is named as it stands.
    let order = r#"{ "orders": [{ "id": "A2", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "80.00" }], "replaces": "A" }] }"#;
    facts.add_json(order).unwrap();
    worth_to_bob(&plan, &facts, &corrected("A2", "A3", "81.00"), 10);
    let problems = plan.claim(&facts, &corrected("A", "A3", "81.00")).unwrap_err();
    assert_eq!(codes(&problems), ["order.unknown"]);
    let none = Claim { facts: corrected("B", "A3", "81.00").facts, ..corrected("A2", "A3", "81.00") };
    let problems = plan.claim(&facts, &none).unwrap_err();
    let first = problems.iter().next().unwrap();
    assert_eq!((first.code().as_str(), first.path().as_str()), ("fact.replaces", "/facts/orders/0/replaces"));
}

#[test]
fn a_wrong_refund_is_corrected() {
    let (plan, mut facts) = (plan(DISPUTES), facts());
    facts
        .add_json(r#"{ "refunds": [{ "id": "f", "at": "2026-03-12T10:00:00Z", "order": "A", "amount": "40.00" }] }"#)
        .unwrap();
    let claim = claim(
        r#"{ "kind": "incorrect", "affiliate": "bob", "order": "A", "at": "2026-03-10T10:00:00Z", "facts": { "refunds": [
            { "id": "g", "at": "2026-03-12T10:00:00Z", "order": "A", "amount": "4.00", "replaces": "f" }] } }"#,
    );
    // 4.00 were taken back, and 0.40 should have been.
    worth_to_bob(&plan, &facts, &claim, 360);
}

fn worth_to_bob(plan: &Plan, facts: &Facts, claim: &Claim, bob: i64) -> String {
    let value = plan.claim(facts, claim).unwrap();
    assert_eq!((value.owed.minor().get(), value.others.len()), (bob, 0));
    if bob > 0 {
        let mut after = facts.clone();
        after.add_json(&upheld(plan, claim, &value.owed.amount()).wanted().unwrap().to_json()).unwrap();
        assert_eq!(total(plan, &after, "bob"), total(plan, facts, "bob") + bob);
    }
    value.text
}

fn reviewed() -> (Plan, Facts) {
    let mut facts = facts();
    let review = r#"{ "reviews": [
        { "id": "r", "at": "2026-03-20T10:00:00Z", "orders": ["A"], "decision": "decline", "reason": "returned" }] }"#;
    facts.add_json(review).unwrap();
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }}, "disputes": {DISPUTES},
            "lifecycle": {{ "lock": "duration", "after": "30d", "unreviewed": "decline" }},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}] }}"#
    );
    (Plan::from_text(&program).unwrap(), facts)
}

fn declined(order: &str, at: &str) -> Claim {
    claim(&format!(r#"{{ "kind": "declined", "affiliate": "bob", "order": "{order}", "at": "{at}" }}"#))
}

#[test]
fn a_declined_order_is_approved() {
    let (plan, facts) = reviewed();
    let claim = declined("A", "2026-03-20T10:00:00Z");
    let value = plan.claim(&facts, &claim).unwrap();
    assert_eq!((value.owed.to_string().as_str(), value.others.len()), ("5.00 EUR", 0));
    let wanted = upheld(&plan, &claim, "5.00").wanted().unwrap();
    let approval = r#"{"reviews":[{"id":"dispute:d1","at":"2026-04-16T11:00:00Z","orders":["A"],"decision":"approve","dispute":"d1"}]}"#;
    assert_eq!(wanted.to_json(), approval);
    // After the lock, on 9 April: only because it names the dispute.
    let mut after = facts.clone();
    after.add_json(&wanted.to_json()).unwrap();
    assert_eq!((total(&plan, &facts, "bob"), total(&plan, &after, "bob")), (0, 500));
}

#[test]
fn what_nobody_reviewed_was_declined_at_the_lock() {
    let (plan, mut facts) = reviewed();
    facts
        .add_json(
            r#"{ "until": "2026-05-01T00:00:00Z",
            "touches": [{ "id": "t5", "at": "2026-03-11T09:00:00Z", "customer": "lou", "affiliate": "bob" }] }"#,
        )
        .unwrap();
    let value = plan.claim(&facts, &declined("L", "2026-04-10T10:00:00Z")).unwrap();
    assert_eq!(value.owed.to_string(), "3.00 EUR");
}

#[test]
fn claims_must_fit_the_facts() {
    let (plan, facts) = reviewed();
    let refused = |claim: &Claim| {
        let problems = plan.claim(&facts, claim).unwrap_err();
        let first = problems.iter().next().unwrap();
        (first.code().as_str(), first.path().to_string())
    };
    // L is pending still: its lock comes after the end of the facts.
    assert_eq!(refused(&declined("L", "2026-04-10T10:00:00Z")), ("dispute.claim", "/order".to_owned()));
    assert_eq!(refused(&declined("A", "2026-03-20T10:00:01Z")), ("dispute.claim", "/at".to_owned()));
    assert_eq!(refused(&declined("Z", "2026-03-20T10:00:00Z")), ("order.unknown", "/order".to_owned()));
    let touch = r#"{ "id": "t3", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }"#;
    let moved = |more: &str| {
        claim(&format!(
            r#"{{ "kind": "misattributed", "affiliate": "ana", "facts": {{ "touches": [{touch}] }}, {more} }}"#
        ))
    };
    assert_eq!(refused(&moved(r#""order": "A", "at": "2026-03-10T11:00:00Z""#)), ("dispute.claim", "/at".to_owned()));
    let line = moved(r#""order": "A", "line": "7", "at": "2026-03-10T10:00:00Z""#);
    assert_eq!(refused(&line), ("line.unknown", "/line".to_owned()));
    // What the claim brings may contradict what is known, or the program.
    let other = |touch: &str| {
        claim(&format!(
            r#"{{ "kind": "misattributed", "affiliate": "ana", "order": "A", "at": "2026-03-10T10:00:00Z",
                "facts": {{ "touches": [{touch}] }} }}"#
        ))
    };
    let known = other(r#"{ "id": "t2", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }"#);
    assert_eq!(refused(&known), ("fact.conflict", "/facts/touches/0/at".to_owned()));
    let strict = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#;
    let mut introduced = self::facts();
    introduced.add_json(r#"{ "affiliates": [{ "id": "ana" }, { "id": "bob" }] }"#).unwrap();
    let eve = other(r#"{ "id": "t3", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "eve" }"#);
    let problems = Plan::from_text(strict).unwrap().claim(&introduced, &eve).unwrap_err();
    assert_eq!(codes(&problems), ["affiliate.unknown"]);
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/facts/touches/0/affiliate");
}
