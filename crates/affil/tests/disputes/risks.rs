//! What is likely to be disputed, by hand.

use affil::dispute::{Action, ActionKind, Actor};
use affil::risk::Watch;
use affil::{Facts, Plan};

use crate::{at, codes, plan};

const DISPUTES: &str = r#"{ "open_within": "30d", "answer_within": "10bd", "evidence_within": "7d" }"#;

fn texts(plan: &Plan, facts: &Facts, now: &str, watch: &str) -> Vec<String> {
    let risks = plan.risks(facts, at(now), &Watch::from_json(watch).unwrap()).unwrap();
    risks.into_iter().map(|risk| risk.text).collect()
}

/// Ana's touch wins order A of kim; bob's touches are so many minutes before or after it.
fn touched(bob: &str) -> Facts {
    Facts::from_json(&format!(
        r#"{{ "touches": [
            {{ "id": "t1", "at": "2026-03-10T10:00:00Z", "customer": "kim", "affiliate": "ana" }}, {bob}],
        "orders": [{{ "id": "A", "at": "2026-03-10T13:00:00Z", "customer": "kim", "lines": [{{ "amount": "50.00" }}] }}] }}"#
    ))
    .unwrap()
}

#[test]
fn close_touches_are_told_once_for_each_who_lost() {
    let plan = plan(DISPUTES);
    let touch = |id: &str, at: &str, who: &str| {
        format!(r#"{{ "id": "{id}", "at": "{at}", "customer": "kim", "affiliate": "{who}", "kind": "click" }}"#)
    };
    let at_nine = touch("b1", "2026-03-10T09:00:00Z", "bob");
    let now = "2026-03-11T10:00:00Z";
    let told = ["A was credited to ana, whose click t1 came 1 hour after click b1 of bob"];
    assert_eq!(texts(&plan, &touched(&at_nine), now, "{}"), told);
    // Nearer ones are told instead.
    let both = format!("{at_nine}, {}", touch("b2", "2026-03-10T09:59:00Z", "bob"));
    let told = ["A was credited to ana, whose click t1 came 1 minute after click b2 of bob"];
    assert_eq!(texts(&plan, &touched(&both), now, "{}"), told);
    // A second more is too far apart; so is an hour where half an hour is meant.
    let earlier = touch("b1", "2026-03-10T08:59:59Z", "bob");
    assert_eq!(texts(&plan, &touched(&earlier), now, "{}"), [""; 0]);
    assert_eq!(texts(&plan, &touched(&at_nine), now, r#"{ "together": "30m" }"#), [""; 0]);
    // What cannot be disputed any more is no risk: 30 days after the order.
    assert_eq!(texts(&plan, &touched(&at_nine), "2026-04-09T12:59:59Z", "{}").len(), 1);
    assert_eq!(texts(&plan, &touched(&at_nine), "2026-04-09T13:00:00Z", "{}"), [""; 0]);
    // Nor what is not known yet, or the house's.
    assert_eq!(texts(&plan, &touched(&at_nine), "2026-03-10T12:59:59Z", "{}"), [""; 0]);
    let house = r#"{ "id": "h", "at": "2026-03-10T09:59:00Z", "customer": "kim" }"#;
    assert_eq!(texts(&plan, &touched(house), now, "{}"), [""; 0]);
}

#[test]
fn a_decline_wants_a_reason() {
    let plan = plan(DISPUTES);
    let own = r#"{ "id": "t0", "at": "2026-03-01T10:00:00Z", "customer": "kim", "affiliate": "ana" }"#;
    let mut facts = touched(own);
    let review = |id: &str, more: &str| {
        format!(
            r#"{{ "reviews": [{{ "id": "{id}", "at": "2026-03-12T10:00:00Z", "orders": ["A"], "decision": "decline", "dispute": "x" {more} }}] }}"#
        )
    };
    facts.add_json(&review("r1", "")).unwrap();
    let risks = plan.risks(&facts, at("2026-03-13T10:00:00Z"), &Watch::default()).unwrap();
    let told: Vec<_> = risks.iter().map(|risk| (risk.affiliate.as_str(), risk.text.as_str())).collect();
    assert_eq!(told, [("ana", "line 1 of A was declined on 2026-03-12 by review r1, without a reason")]);
    // To decline again decides nothing, and so says nothing; a correction does.
    facts.add_json(&review("r2", r#", "reason": "returned""#)).unwrap();
    assert_eq!(texts(&plan, &facts, "2026-03-13T10:00:00Z", "{}").len(), 1);
    facts.add_json(&review("r3", r#", "reason": "returned", "replaces": "r1""#)).unwrap();
    assert_eq!(texts(&plan, &facts, "2026-03-13T10:00:00Z", "{}"), [""; 0]);
}

#[test]
fn deadlines_are_near_or_over() {
    let plan = plan(DISPUTES);
    let open = Action::from_json(
        r#"{ "action": "open", "actor": "affiliate", "id": "d1", "amount": "5.00",
            "claim": { "kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-20T10:00:00Z" } }"#,
    );
    let opened = plan.act(None, &open.unwrap(), at("2026-03-23T12:00:00Z")).unwrap().dispute;
    let watch = |near: &str| format!(r#"{{ "near": "{near}", "disputes": [{}] }}"#, opened.to_json());
    let facts = Facts::new();
    // The deadline is 2026-04-07T00:00:00Z.
    let told = ["dispute d1: the merchant has 3 days left, until 2026-04-07T00:00:00Z"];
    assert_eq!(texts(&plan, &facts, "2026-04-04T00:00:00Z", &watch("3d")), told);
    assert_eq!(texts(&plan, &facts, "2026-04-03T23:59:59Z", &watch("3d")), [""; 0]);
    let told = ["dispute d1: the merchant had time until 2026-04-07T00:00:00Z; now the clock may act"];
    assert_eq!(texts(&plan, &facts, "2026-04-07T00:00:00Z", &watch("3d")), told);
    let risks = plan.risks(&facts, at("2026-04-06T00:00:00Z"), &Watch::from_json(&watch("2d")).unwrap()).unwrap();
    let figures = (risks[0].statistic, risks[0].value.as_str(), risks[0].threshold.as_str());
    assert_eq!(figures, ("seconds_left", "86400", "172800"));
    // What is upheld waits for nobody.
    let uphold = Action::new(ActionKind::Uphold, Actor::Merchant);
    let decided = plan.act(Some(&opened), &uphold, at("2026-03-24T12:00:00Z")).unwrap().dispute;
    let watch = format!(r#"{{ "disputes": [{}] }}"#, decided.to_json());
    assert_eq!(texts(&plan, &facts, "2026-04-07T00:00:00Z", &watch), [""; 0]);
    let tampered = watch.replace(r#""state":"upheld""#, r#""state":"open""#);
    let problems = plan.risks(&facts, at("2026-04-07T00:00:00Z"), &Watch::from_json(&tampered).unwrap()).unwrap_err();
    assert_eq!(codes(&problems), ["dispute.broken"]);
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/disputes/0/state");
}

/// So many orders of ana on days of January and February, and so many of March, of which some are refunded.
fn sold(before: usize, before_gone: usize, march: usize, march_gone: usize) -> Facts {
    let order = |index: usize, month: usize| {
        let day = index % 28 + 1;
        format!(
            r#"{{ "id": "o{month}-{index}", "at": "2026-{month:02}-{day:02}T12:00:00Z", "customer": "c{month}-{index}", "lines": [{{ "amount": "10.00" }}] }}"#
        )
    };
    let touch = |index: usize, month: usize| {
        let day = index % 28 + 1;
        format!(
            r#"{{ "id": "t{month}-{index}", "at": "2026-{month:02}-{day:02}T11:00:00Z", "customer": "c{month}-{index}", "affiliate": "ana" }}"#
        )
    };
    let refund = |index: usize, month: usize| {
        format!(
            r#"{{ "id": "r{month}-{index}", "at": "2026-03-31T12:00:00Z", "order": "o{month}-{index}", "amount": "1.00" }}"#
        )
    };
    let places = |count: usize, month: usize| (0..count).map(move |index| (index, month));
    let all: Vec<_> = places(before / 2, 1).chain(places(before - before / 2, 2)).chain(places(march, 3)).collect();
    let gone = places(before_gone, 2).chain(places(march_gone, 3));
    let list = |items: Vec<String>| items.join(",");
    Facts::from_json(&format!(
        r#"{{ "touches": [{}], "orders": [{}], "refunds": [{}] }}"#,
        list(all.iter().map(|(index, month)| touch(*index, *month)).collect()),
        list(all.iter().map(|(index, month)| order(*index, *month)).collect()),
        list(gone.map(|(index, month)| refund(index, month)).collect())
    ))
    .unwrap()
}

#[test]
fn reversals_far_above_the_history_are_a_risk() {
    let plan = plan(DISPUTES);
    let now = "2026-04-02T10:00:00Z";
    let risks = |facts: &Facts, watch: &str| {
        let risks = plan.risks(facts, at(now), &Watch::from_json(watch).unwrap()).unwrap();
        risks.into_iter().map(|risk| (risk.statistic, risk.value, risk.threshold, risk.text)).collect::<Vec<_>>()
    };
    // 0 of 20 before, 2 of 5 in March: 39² / 105.
    let told = (
        "z_squared",
        "14.48".to_owned(),
        "9".to_owned(),
        "2 of 5 orders of March 2026 were reversed, and 0 of 20 before".to_owned(),
    );
    assert_eq!(risks(&sold(20, 0, 5, 2), "{}"), [told]);
    // One of five: (22 − 5)² / 105 = 2.75. And what has no history or no month is not judged.
    assert_eq!(risks(&sold(20, 0, 5, 1), "{}"), []);
    assert_eq!(risks(&sold(19, 0, 5, 2), "{}"), []);
    assert_eq!(risks(&sold(20, 0, 4, 2), "{}"), []);
    assert_eq!(risks(&sold(20, 0, 5, 1), r#"{ "z_squared": 2 }"#).len(), 1);
    assert_eq!(risks(&sold(20, 0, 5, 2), r#"{ "z_squared": 15 }"#), []);
    assert_eq!(risks(&sold(19, 0, 4, 2), r#"{ "history_orders": 19, "month_orders": 4 }"#).len(), 1);
    // Many before as well: p = 11/22; 4 of 5 is (4 × 22 − 55)² / (5 × 11 × 11) = 1089 / 605.
    assert_eq!(risks(&sold(20, 10, 5, 4), "{}"), []);
    // In May, March is history.
    let later = plan.risks(&sold(20, 0, 5, 2), at("2026-05-02T10:00:00Z"), &Watch::default()).unwrap();
    assert_eq!(later, []);
}

#[test]
fn counts_are_compared_with_statements() {
    let plan = plan(DISPUTES);
    // Five orders of 10.00 at 10 %, less 10 % of 1.00.
    let facts = sold(0, 0, 5, 1);
    let count = |count: &str| texts(&plan, &facts, "2026-04-02T10:00:00Z", count);
    let own = |more: &str| count(&format!(r#"{{ "counts": [{{ "affiliate": "ana", "month": "2026-03", {more} }}] }}"#));
    assert_eq!(own(r#""orders": 5, "amount": "4.90""#), [""; 0]);
    assert_eq!(
        own(r#""orders": 7, "amount": "7.00""#),
        [
            "ana counted 7.00 EUR in March 2026; its statement says 4.90 EUR",
            "ana counted 7 orders in March 2026; its statement says 5",
        ]
    );
    let near = r#"{ "orders_apart": 2, "amount_apart": "2.10", "counts": [{ "affiliate": "ana", "month": "2026-03", "orders": 7, "amount": "7.00" }] }"#;
    assert_eq!(count(near), [""; 0]);
    // Who has no statement has counted what nobody else has.
    let none = r#"{ "counts": [{ "affiliate": "eve", "month": "2026-03", "orders": 1 }] }"#;
    assert_eq!(count(none), ["eve counted 1 order in March 2026; its statement says 0"]);
    let wrong = r#"{ "together": "1mo", "near": "3 d", "amount_apart": "-1", "counts": [
        { "affiliate": "ana", "month": "03/2026", "amount": "0.001" }] }"#;
    let watch = Watch::from_json(&wrong.replace("3 d", "3d")).unwrap();
    let problems = plan.risks(&facts, at("2026-04-02T10:00:00Z"), &watch).unwrap_err();
    let wanted = ["money.negative", "money.too_precise", "time.malformed", "window.malformed"];
    assert_eq!(codes(&problems), wanted);
    assert_eq!(codes(&Watch::from_json(wrong).unwrap_err()), ["window.malformed"]);
}

#[test]
fn the_call_is_the_same_as_data() {
    let facts = r#"{ "touches": [
        { "id": "t1", "at": "2026-03-10T10:00:00Z", "customer": "kim", "affiliate": "ana" },
        { "id": "t2", "at": "2026-03-10T09:00:00Z", "customer": "kim", "affiliate": "bob" }],
        "orders": [{ "id": "A", "at": "2026-03-10T13:00:00Z", "customer": "kim", "lines": [{ "amount": "50.00" }] }] }"#;
    let plan = plan(DISPUTES);
    let json = affil::call::risks(&plan, facts, "2026-03-11T10:00:00+00:00", "{}").unwrap();
    assert_eq!(
        json,
        r#"{"at":"2026-03-11T10:00:00Z","risks":[{"kind":"touches_close","affiliate":"bob","order":"A","statistic":"seconds_apart","value":"3600","threshold":"3600","text":"A was credited to ana, whose click t1 came 1 hour after click t2 of bob"}]}"#
    );
    let claim = r#"{ "kind": "misattributed", "affiliate": "bob", "order": "A", "at": "2026-03-10T13:00:00Z", "facts": { "touches": [
        { "id": "t3", "at": "2026-03-10T12:00:00Z", "customer": "kim", "affiliate": "bob" }] } }"#;
    let value = affil::call::claim(&plan, facts, claim).unwrap();
    assert!(value.starts_with(
        r#"{"currency":"EUR","affiliate":"bob","owed":"5.00","others":[{"affiliate":"ana","amount":"-5.00"}]"#
    ));
    let open =
        format!(r#"{{ "action": "open", "actor": "affiliate", "id": "d1", "amount": "5.00", "claim": {claim} }}"#);
    let opened = affil::call::dispute(&plan, None, &open, "2026-03-11T10:00:00Z").unwrap();
    let dispute = opened.strip_prefix(r#"{"dispute":"#).unwrap().strip_suffix('}').unwrap();
    let uphold = r#"{ "action": "uphold", "actor": "merchant" }"#;
    let decided = affil::call::dispute(&plan, Some(dispute), uphold, "2026-03-12T10:00:00Z").unwrap();
    let dispute = decided.strip_prefix(r#"{"dispute":"#).unwrap().strip_suffix('}').unwrap();
    let accept = r#"{ "action": "accept", "actor": "affiliate" }"#;
    let last = affil::call::dispute(&plan, Some(dispute), accept, "2026-03-13T10:00:00Z").unwrap();
    let wanted = r#","facts":{"touches":[{"id":"t3","at":"2026-03-10T12:00:00Z","customer":"kim","affiliate":"bob","kind":"click","known":"2026-03-13T10:00:00Z"}]}}"#;
    assert!(last.ends_with(wanted), "{last}");
    let problems = affil::call::dispute(&plan, Some(dispute), accept, "13 March").unwrap_err();
    assert_eq!(codes(&problems), ["time.malformed"]);
}
