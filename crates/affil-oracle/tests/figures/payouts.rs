//! What is proposed to be paid.

use crate::{credit, facts, merged, patient, percent, refused, settled};
use affil_oracle::{Proposal, Proposals, payouts};
use serde_json::{Value, json};

const MARCH: &str = "2026-03-02T12:00:00Z";

fn terms(terms: Value) -> Value {
    let base = json!({ "id": "all" });
    patient(json!({ "rules": percent("10"), "payouts": [merged(base, terms)] }))
}

fn proposed(program: &Value, facts: &Value, at: &str) -> Proposals {
    payouts(&program.to_string(), &facts.to_string(), at).expect("proposals")
}

/// A credit of *ana*.
fn owed(amount: &str) -> Value {
    facts(json!({ "adjustments": [credit("j", MARCH, amount)] }))
}

/// What is proposed of one credit.
fn one(more: Value, amount: &str) -> Proposal {
    proposed(&terms(more), &owed(amount), MARCH).payouts.remove(0)
}

/// Facts with proposals added to them.
fn with(facts: &Value, proposals: &Proposals) -> Value {
    let mut facts = facts.clone();
    let rows: Vec<Value> = proposals.payouts.iter().map(Proposal::fact).collect();
    let before = facts["payouts"].as_array().cloned().unwrap_or_default();
    facts["payouts"] = json!([before, rows].concat());
    facts
}

fn carried(proposals: &Proposals) -> Vec<(&str, i128, &str)> {
    let rows = proposals.carried.iter();
    rows.map(|row| (row.affiliate.as_str(), row.minor, row.reason.as_str())).collect()
}

#[test]
fn ten_percent_are_kept_for_six_months() {
    let program = terms(json!({ "reserve": { "percent": "10", "lasts": "6mo" } }));
    let facts = owed("10000.00");
    let first = proposed(&program, &facts, MARCH);
    let payout = &first.payouts[0];
    assert_eq!((payout.earned_minor, payout.released_minor), (10_000_00, 0));
    assert_eq!((payout.reserve_minor, payout.transfer_minor), (1_000_00, 9_000_00));
    // Six months on the clocks of Berlin are an hour ahead of March.
    assert_eq!(payout.release.as_deref(), Some("2026-09-02T11:00:00Z"));
    assert_eq!(payout.id, "2026-03-02/ana");

    let facts = with(&facts, &first);
    let before = proposed(&program, &facts, "2026-09-02T10:59:59Z");
    assert_eq!(before, Proposals { payouts: vec![], carried: vec![] });
    let after = proposed(&program, &facts, "2026-09-02T11:00:00Z");
    let released = &after.payouts[0];
    // Of what was kept nothing is kept again.
    assert_eq!((released.earned_minor, released.released_minor), (0, 1_000_00));
    assert_eq!((released.reserve_minor, released.transfer_minor), (0, 1_000_00));
    assert_eq!(released.release, None);
    // Once: of what is earned later all is earned.
    let mut later = with(&facts, &after);
    later["adjustments"].as_array_mut().unwrap().push(credit("k", "2026-10-01T00:00:00Z", "200.00"));
    let third = proposed(&program, &later, "2026-10-01T00:00:00Z");
    assert_eq!((third.payouts[0].earned_minor, third.payouts[0].released_minor), (200_00, 0));
    assert_eq!(third.payouts[0].reserve_minor, 20_00);
    assert_eq!(
        proposed(&program, &with(&facts, &after), "2026-10-01T00:00:00Z"),
        Proposals { payouts: vec![], carried: vec![] }
    );
}

#[test]
fn a_payout_that_failed_keeps_nothing() {
    let program = terms(json!({ "reserve": { "percent": "10", "lasts": "6mo" } }));
    let mut facts = with(&owed("100.00"), &proposed(&program, &owed("100.00"), MARCH));
    let failed = json!({ "id": "k", "at": "2026-03-05T12:00:00Z", "payout": "2026-03-02/ana", "outcome": "failed" });
    facts["confirmations"] = json!([failed]);
    let again = proposed(&program, &facts, "2026-10-01T00:00:00Z");
    assert_eq!((again.payouts[0].earned_minor, again.payouts[0].released_minor), (100_00, 0));
}

#[test]
fn what_is_released_is_at_most_the_balance() {
    let program = terms(json!({ "reserve": { "percent": "10", "lasts": "6mo" } }));
    let mut facts = owed("100.00");
    let first = proposed(&program, &facts, MARCH);
    facts["adjustments"].as_array_mut().unwrap().push(credit("k", "2026-04-01T00:00:00Z", "-4.00"));
    let facts = with(&facts, &first);
    assert_eq!(carried(&proposed(&program, &facts, "2026-05-01T00:00:00Z")), [("ana", -4_00, "negative")]);
    let after = proposed(&program, &facts, "2026-10-01T00:00:00Z");
    assert_eq!((after.payouts[0].earned_minor, after.payouts[0].released_minor), (0, 6_00));
}

#[test]
fn what_is_below_the_minimum_is_carried_forward() {
    let program = terms(json!({ "minimum": "50.00" }));
    let below = proposed(&program, &owed("38.20"), MARCH);
    assert!(below.payouts.is_empty());
    assert_eq!(carried(&below), [("ana", 38_20, "below_minimum")]);
    assert_eq!(proposed(&program, &owed("50.00"), MARCH).total_minor(), 50_00);
    assert_eq!(carried(&proposed(&program, &owed("-1.00"), MARCH)), [("ana", -1_00, "negative")]);
    assert_eq!(proposed(&program, &owed("0.00"), MARCH), Proposals { payouts: vec![], carried: vec![] });
}

#[test]
fn vat() {
    let vat = |treatment: &str, percent: &str| json!({ "vat": { "percent": percent, "treatment": treatment } });
    // 10,000 with 10 percent inside: 909.09 tax, 9,090.91 without.
    let inside = one(vat("inside", "10"), "10000.00");
    assert_eq!((inside.vat_minor, inside.transfer_minor), (909_09, 10_000_00));
    assert_eq!(inside.treatment, "inside");
    let outside = one(vat("outside", "19"), "1000.00");
    assert_eq!((outside.vat_minor, outside.transfer_minor), (190_00, 1_190_00));
    let reverse = one(vat("reverse_charge", "19"), "1000.00");
    assert_eq!((reverse.vat_minor, reverse.transfer_minor), (190_00, 1_000_00));
    let none = one(json!({}), "1000.00");
    assert_eq!((none.vat_minor, none.transfer_minor, none.treatment.as_str()), (0, 1_000_00, "none"));
}

#[test]
fn withholding_is_of_the_amount_without_tax() {
    let with = |treatment: &str| {
        one(json!({ "withholding": "15", "vat": { "percent": "10", "treatment": treatment } }), "10000.00")
    };
    // 15 percent of 9,090.91 are 1,363.6365.
    let inside = with("inside");
    assert_eq!((inside.withholding_minor, inside.transfer_minor), (136_364, 863_636));
    let outside = with("outside");
    assert_eq!((outside.withholding_minor, outside.transfer_minor), (1_500_00, 9_500_00));
}

#[test]
fn fees() {
    let fee = |more: Value| json!({ "fee": merged(json!({ "amount": "0.35", "percent": "1" }), more) });
    let own = one(fee(json!({})), "100.00");
    assert_eq!((own.fee_minor, own.transfer_minor, own.fee_payer.as_str()), (1_35, 98_65, "affiliate"));
    let paid_for = one(fee(json!({ "payer": "merchant" })), "100.00");
    assert_eq!((paid_for.fee_minor, paid_for.transfer_minor, paid_for.fee_payer.as_str()), (1_35, 100_00, "merchant"));
    let waived = fee(json!({ "waived_from": "500.00" }));
    assert_eq!(one(waived.clone(), "499.99").fee_minor, 5_35);
    assert_eq!(one(waived, "500.00").fee_minor, 0);
    // Of what is kept there is no fee: 1 percent of 90.00.
    let kept = json!({ "fee": { "percent": "1" }, "reserve": { "percent": "10", "lasts": "1y" } });
    assert_eq!(one(kept, "100.00").fee_minor, 90);
    // A fee that eats up all.
    let eaten = proposed(&terms(json!({ "fee": { "amount": "0.35" } })), &owed("0.35"), MARCH);
    assert!(eaten.payouts.is_empty());
    assert_eq!(carried(&eaten), [("ana", 35, "nothing_left")]);
}

#[test]
fn everything_at_once_adds_up() {
    let all = json!({
        "reserve": { "percent": "10", "lasts": "6mo" }, "vat": { "percent": "19", "treatment": "outside" },
        "withholding": "5", "fee": { "amount": "0.50" },
    });
    let payout = one(all.clone(), "1000.00");
    // 1000.00 − 100.00 = 900.00; 19 percent 171.00; 5 percent 45.00; 900.00 − 45.00 + 171.00 − 0.50.
    assert_eq!(payout.transfer_minor, 1_025_50);
    let facts = with(&owed("1000.00"), &proposed(&terms(all.clone()), &owed("1000.00"), MARCH));
    assert!(refused(&terms(all), &facts).is_empty());
}

#[test]
fn other_currencies() {
    let program = |currency: &str| terms(json!({ "currency": currency }));
    let mut facts = owed("100.05");
    let quote = |to: &str, date: &str, rate: &str| json!({ "from": "EUR", "to": to, "date": date, "rate": rate });
    facts["quotes"] = json!([
        quote("USD", "2026-03-02", "1.0875"),
        quote("USD", "2026-03-03", "2"),
        quote("JPY", "2026-03-02", "163.4"),
    ]);
    let dollars = proposed(&program("USD"), &facts, MARCH).payouts.remove(0);
    // 100.05 × 1.0875 = 108.804375.
    assert_eq!(
        (dollars.currency.as_str(), dollars.rate.as_deref(), dollars.paid_minor),
        ("USD", Some("1.0875"), 108_80)
    );
    assert_eq!((dollars.transfer_minor, &dollars.fact()["paid"]), (100_05, &json!("108.80")));
    // 100.05 × 163.4 = 16348.17, in whole yen.
    let yen = proposed(&program("JPY"), &facts, MARCH).payouts.remove(0);
    assert_eq!((yen.paid_minor, &yen.fact()["paid"]), (16_348, &json!("16348")));
    // The local day: an hour before midnight in UTC it is 3 March in Berlin.
    let later = proposed(&program("USD"), &facts, "2026-03-02T23:00:00Z").payouts.remove(0);
    assert_eq!((later.id.as_str(), later.paid_minor), ("2026-03-03/ana", 200_10));

    let none = payouts(&program("GBP").to_string(), &facts.to_string(), MARCH).unwrap_err();
    assert!(none.codes.contains("currency.no_quote"));
    assert!(refused(&program("USD"), &with(&facts, &proposed(&program("USD"), &facts, MARCH))).is_empty());
}

#[test]
fn the_first_terms_that_are_true() {
    let program = patient(json!({ "rules": percent("10"), "payouts": [
        { "id": "germany", "when": { "group": "de" }, "minimum": "50.00" },
        { "id": "ben", "when": { "id": "ben" } },
    ] }));
    let row =
        |affiliate: &str, amount: &str| merged(credit(affiliate, MARCH, amount), json!({ "affiliate": affiliate }));
    let facts = facts(json!({
        "affiliates": [{ "id": "ana", "groups": ["de"] }, { "id": "ben" }, { "id": "cleo" }],
        "adjustments": [row("ben", "1.00"), row("ana", "60.00"), row("cleo", "5.00")],
    }));
    let proposals = proposed(&program, &facts, MARCH);
    let rows: Vec<(&str, &str)> =
        proposals.payouts.iter().map(|payout| (payout.affiliate.as_str(), payout.terms.as_str())).collect();
    assert_eq!(rows, [("ana", "germany"), ("ben", "ben")]);
    assert!(proposals.carried.is_empty());
    assert_eq!(proposals.total_minor(), 61_00);
}

#[test]
fn to_ask_again_gives_the_same_and_to_pay_changes_the_id() {
    let program = terms(json!({}));
    let facts = owed("10.00");
    let first = proposed(&program, &facts, MARCH);
    assert_eq!(first, proposed(&program, &facts, MARCH));
    let mut facts = with(&facts, &first);
    facts["adjustments"].as_array_mut().unwrap().push(credit("k", "2026-03-02T14:00:00Z", "5.00"));
    let second = proposed(&program, &facts, "2026-03-02T15:00:00Z");
    assert_eq!((second.payouts[0].id.as_str(), second.total_minor()), ("2026-03-02/ana/2", 5_00));
    let all = merged(with(&facts, &second), json!({ "until": "2026-03-03T00:00:00Z" }));
    assert_eq!(settled(&program, &all).balances[0].payable_minor, 0);

    // An id is written as in targets.
    let odd = json!({ "affiliates": [{ "id": "a/b" }], "adjustments": [merged(credit("j", MARCH, "1.00"), json!({ "affiliate": "a/b" }))] });
    assert_eq!(proposed(&program, &odd, MARCH).payouts[0].id, "2026-03-02/a~1b");
}

#[test]
fn only_what_is_payable_is_paid() {
    let mut program = terms(json!({ "net": "30d" }));
    let mut facts = crate::sold_on(&[("2026-03-02", "100.00")]);
    let total = |program: &Value, facts: &Value, at: &str| proposed(program, facts, at).total_minor();
    assert_eq!(total(&program, &facts, "2026-04-30T21:59:59Z"), 0);
    assert_eq!(total(&program, &facts, "2026-04-30T22:00:00Z"), 10_00);
    // Held, it is not.
    facts["reviews"] = json!([{ "id": "h", "at": "2026-04-01T00:00:00Z", "orders": ["o1"], "decision": "hold" }]);
    assert_eq!(total(&program, &facts, "2026-05-30T00:00:00Z"), 0);
    // Nor before it locks, though it is approved.
    program = terms(json!({}));
    program["lifecycle"] = json!({ "lock": "duration", "after": "60d" });
    facts["reviews"] = json!([{ "id": "y", "at": "2026-04-01T00:00:00Z", "orders": ["o1"], "decision": "approve" }]);
    assert_eq!(total(&program, &facts, "2026-05-01T11:59:59Z"), 0);
    assert_eq!(total(&program, &facts, "2026-05-01T12:00:00Z"), 10_00);
}
