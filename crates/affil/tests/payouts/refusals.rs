//! Payouts and confirmations that contradict themselves or each other.

use serde_json::{Value, json};

use super::{agreed, confirmed, everybody, facts, read, with, wrong};

/// A payout of 100.00 with these keys changed; null takes one away.
fn payout(changes: &Value) -> Value {
    let mut payout = json!({ "id": "P", "at": "2026-04-30T10:00:00Z", "affiliate": "ana", "earned": "100.00", "transfer": "100.00" });
    for (key, value) in changes.as_object().unwrap() {
        payout[key] = value.clone();
    }
    payout.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    payout
}

fn found(changes: &Value) -> Vec<(String, String)> {
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "1000.00")]);
    let settled = everybody("").settle(&read(&with(&earned, "payouts", payout(changes))));
    let problems = settled.err().unwrap_or_default();
    wrong(&problems).into_iter().map(|(code, path)| (code.to_owned(), path.to_owned())).collect()
}

#[track_caller]
fn refused(changes: &Value, code: &str, key: &str) {
    assert_eq!(found(changes), [(code.to_owned(), format!("/payouts/0/{key}"))], "{changes}");
}

#[track_caller]
fn accepted(changes: &Value) {
    assert_eq!(found(changes), [], "{changes}");
}

#[test]
fn the_amounts_add_up() {
    accepted(&json!({}));
    refused(&json!({ "transfer": "99.99" }), "payout.sum", "transfer");
    refused(&json!({ "transfer": "0.00", "earned": "0.00" }), "payout.sum", "transfer");
    refused(&json!({ "transfer": "-100.00", "earned": "-100.00" }), "payout.sum", "transfer");
    accepted(&json!({ "earned": "-50.00", "released": "150.00" }));
    for key in ["released", "reserve", "vat", "withholding", "fee"] {
        let earned = if key == "released" { "101.00" } else { "99.00" };
        let mut changes = json!({ "earned": earned });
        changes[key] = json!("-1.00");
        let expected = if key == "vat" {
            // Not outside, so that it moves nothing.
            changes["earned"] = json!("100.00");
            key
        } else {
            key
        };
        refused(&changes, "payout.sum", expected);
    }
    accepted(&json!({ "transfer": "119.00", "vat": "19.00", "treatment": "outside" }));
    refused(&json!({ "transfer": "119.00", "vat": "19.00", "treatment": "inside" }), "payout.sum", "transfer");
    accepted(&json!({ "vat": "15.97", "treatment": "inside" }));
    accepted(&json!({ "vat": "19.00", "treatment": "reverse_charge" }));
    accepted(&json!({ "transfer": "99.65", "fee": "0.35" }));
    accepted(&json!({ "fee": "0.35", "fee_payer": "merchant" }));
    refused(&json!({ "fee": "0.35" }), "payout.sum", "transfer");
    accepted(&json!({ "transfer": "85.00", "withholding": "15.00" }));
    refused(&json!({ "earned": "100.001" }), "money.too_precise", "earned");
}

#[test]
fn the_amount_in_another_currency_is_given() {
    accepted(&json!({ "currency": "EUR" }));
    accepted(&json!({ "currency": "EUR", "paid": "100.00" }));
    accepted(&json!({ "paid": "100.00" }));
    refused(&json!({ "paid": "100.01" }), "payout.sum", "paid");
    refused(&json!({ "currency": "EUR", "paid": "108.00" }), "payout.sum", "paid");
    accepted(&json!({ "currency": "USD", "paid": "108.00", "rate": "1.08" }));
    refused(&json!({ "currency": "USD" }), "payout.sum", "paid");
    refused(&json!({ "currency": "USD", "paid": "-108.00" }), "payout.sum", "paid");
    refused(&json!({ "currency": "JPY", "paid": "16130.5" }), "money.too_precise", "paid");
}

#[test]
fn a_reserve_is_released_after_the_payout() {
    let reserve = |release: Value| json!({ "transfer": "90.00", "reserve": "10.00", "release": release });
    refused(&reserve(Value::Null), "payout.release", "release");
    refused(&reserve(json!("2026-04-30T09:59:59Z")), "payout.release", "release");
    accepted(&reserve(json!("2026-04-30T10:00:00Z")));
}

#[test]
fn confirmations_are_about_a_payout_that_was_made() {
    let plan = everybody("");
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "1000.00")]);
    let sent = with(&earned, "payouts", payout(&json!({})));
    let codes = |confirmations: &[Value]| {
        let all = confirmations.iter().fold(sent.clone(), |facts, row| with(&facts, "confirmations", row.clone()));
        let problems = plan.settle(&read(&all)).err().unwrap_or_default();
        wrong(&problems).into_iter().map(|(code, path)| format!("{code} {path}")).collect::<Vec<_>>()
    };
    let on = |id: &str, time: &str, outcome: &str| confirmed(id, &format!("2026-04-30T{time}Z"), "P", outcome);
    assert_eq!(codes(&[on("1", "10:00:00", "paid"), on("2", "11:00:00", "paid")]), [""; 0]);
    // A payment that came back, and is said to have come back twice.
    let back = [on("1", "10:00:00", "paid"), on("2", "11:00:00", "failed"), on("3", "12:00:00", "failed")];
    assert_eq!(codes(&back), [""; 0]);
    let twice = [on("2", "11:00:00", "paid"), on("1", "10:30:00", "failed")];
    assert_eq!(codes(&twice), ["payout.failed_before /confirmations/0/outcome"]);
    // At the same instant the ids decide.
    let same = |failed: &str| [on("b", "11:00:00", "paid"), on(failed, "11:00:00", "failed")];
    assert_eq!(codes(&same("a")), ["payout.failed_before /confirmations/0/outcome"]);
    assert_eq!(codes(&same("c")), [""; 0]);
    assert_eq!(codes(&[on("1", "09:59:59", "failed")]), ["payout.confirmed_early /confirmations/0/at"]);
    let unknown = confirmed("1", "2026-04-30T11:00:00Z", "Q", "paid");
    assert_eq!(codes(&[unknown]), ["payout.unknown /confirmations/0/payout"]);
}

#[test]
fn who_is_paid_must_be_known() {
    assert_eq!(
        found(&json!({ "affiliate": "zoe" }))[0],
        ("affiliate.unknown".to_owned(), "/payouts/0/affiliate".to_owned())
    );
}
