//! Payout terms of programs, payouts, and what became of them.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::when::affiliate_when;
use super::{AFFILIATES, DAY, START, amount, instant, maybe, money, named, object, word};

fn share() -> impl Strategy<Value = Value> {
    word(&["0", "5", "10", "33.3333333333", "100"])
}

fn fee() -> impl Strategy<Value = Value> {
    let payer = || maybe(word(&["affiliate", "merchant"]), 0.5);
    (amount(), maybe(share(), 0.5), payer(), maybe(amount(), 0.5), any::<bool>()).prop_map(
        |(amount, percent, payer, waived_from, only)| {
            let amount = if only && !percent.is_null() { Value::Null } else { amount };
            object(json!({ "amount": amount, "percent": percent, "payer": payer, "waived_from": waived_from }))
        },
    )
}

fn vat() -> impl Strategy<Value = Value> {
    let treatment = word(&["none", "outside", "inside", "reverse_charge"]);
    (treatment, word(&["0", "7", "19", "19.6"])).prop_map(|(treatment, percent)| {
        let percent = if treatment == "none" { Value::Null } else { percent };
        object(json!({ "treatment": treatment, "percent": percent }))
    })
}

/// Payout terms.
pub(super) fn terms() -> impl Strategy<Value = Value> {
    let reserve =
        (share(), word(&["30d", "6mo"])).prop_map(|(percent, lasts)| json!({ "percent": percent, "lasts": lasts }));
    (
        maybe(affiliate_when(), 0.5),
        maybe(word(&["15d", "1mo", "1h"]), 0.4),
        maybe(amount(), 0.4),
        maybe(reserve, 0.4),
        maybe(fee(), 0.4),
        maybe(vat(), 0.4),
        maybe(share(), 0.3),
        maybe(word(&["EUR", "USD"]), 0.3),
    )
        .prop_map(|(when, net, minimum, reserve, fee, vat, withholding, currency)| {
            object(json!({ "when": when, "net": net, "minimum": minimum, "reserve": reserve, "fee": fee, "vat": vat,
                "withholding": withholding, "currency": currency }))
        })
}

/// A payout that adds up.
fn payout() -> impl Strategy<Value = Value> {
    let amounts = (100_000..200_000_i64, 0..2_000_i64, 0..20_000_i64, 0..20_000_i64, 0..10_000_i64, 0..500_i64);
    let words = (
        word(&["none", "outside", "inside", "reverse_charge"]),
        maybe(word(&["affiliate", "merchant"]), 0.7),
        maybe(word(&["EUR", "USD"]), 0.4),
        prop::bool::weighted(0.3),
    );
    let when = (0..70_i64, prop::option::weighted(0.2, 0..20_i64), 0..40_i64);
    (when, prop::sample::select(AFFILIATES.to_vec()), amounts, words).prop_map(
        |(
            (day, late, kept),
            affiliate,
            (earned, released, reserve, vat, withholding, fee),
            (treatment, payer, currency, brief),
        )| {
            let at = START + day * DAY;
            let mut payout =
                json!({ "at": instant(at), "affiliate": affiliate, "earned": money(earned), "treatment": treatment });
            if let Some(late) = late {
                payout["known"] = instant(at + late * DAY);
            }
            let mut transfer = earned;
            if !brief {
                let on_top = if treatment == "outside" { vat } else { 0 };
                let charged = if payer == "merchant" { 0 } else { fee };
                transfer += released - reserve - withholding - charged + on_top;
                for (key, cents) in [
                    ("released", released),
                    ("reserve", reserve),
                    ("vat", vat),
                    ("withholding", withholding),
                    ("fee", fee),
                ] {
                    payout[key] = money(cents);
                }
                payout["release"] = instant(at + kept * DAY);
                payout["fee_payer"] = payer;
                payout["terms"] = json!("p0");
            }
            payout["transfer"] = money(transfer);
            payout["currency"] = currency.clone();
            match currency.as_str() {
                Some("USD") => {
                    payout["rate"] = json!("2");
                    payout["paid"] = money(transfer * 2);
                }
                Some(_) => payout["paid"] = money(transfer),
                None => {}
            }
            object(payout)
        },
    )
}

fn confirmation() -> impl Strategy<Value = (usize, i64, Value)> {
    let outcome = prop_oneof![2 => word(&["paid"]), 1 => word(&["failed"])];
    (0..2_usize, 0..20_i64, outcome, prop::option::weighted(0.2, 0..9_i64), maybe(word(&["by the bank"]), 0.3))
        .prop_map(|(of, days, outcome, late, note)| {
            (of, days, object(json!({ "outcome": outcome, "note": note, "late": late })))
        })
}

/// Payouts, what was agreed long before so that they are covered, and confirmations of which most may be.
pub(super) fn payouts() -> impl Strategy<Value = [Vec<Value>; 3]> {
    let some = prop_oneof![3 => Just(Vec::new()).boxed(), 1 => vec(payout(), 1..3).boxed()];
    (some, vec(confirmation(), 0..3)).prop_map(|(payouts, outcomes)| {
        let agreed = |payout: &Value| {
            json!({ "at": instant(START - 200 * DAY), "affiliate": payout["affiliate"], "amount": "9000000.00",
                "reason": "more than enough" })
        };
        let mut agreed: Vec<Value> = payouts.iter().map(agreed).collect();
        // One for each affiliate is enough.
        agreed.dedup();
        let payouts = named(payouts, "p").as_array().unwrap().clone();
        let confirmations = outcomes.into_iter().filter_map(|(of, days, mut confirmation)| {
            let payout = payouts.get(of)?;
            let made = affil::time::Instant::parse(payout["at"].as_str().unwrap()).unwrap().micros();
            confirmation["at"] = instant(made + days * DAY);
            confirmation["payout"] = payout["id"].clone();
            if let Some(late) = confirmation.as_object_mut().unwrap().remove("late") {
                confirmation["known"] = instant(made + (days + late.as_i64().unwrap()) * DAY);
            }
            Some(confirmation)
        });
        let confirmations = named(confirmations.collect(), "k").as_array().unwrap().clone();
        [named(agreed, "h").as_array().unwrap().clone(), payouts, confirmations]
    })
}
