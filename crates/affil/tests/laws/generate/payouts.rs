//! Terms of payouts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::when::affiliate_when;
use super::{maybe, money, object, word};

fn percent() -> impl Strategy<Value = Value> {
    word(&["10", "19", "33.3333333333", "0", "7.5", "100", "8.25"])
}

fn small() -> impl Strategy<Value = Value> {
    (0..500_i64).prop_map(money)
}

fn fee() -> impl Strategy<Value = Value> {
    let sums = prop_oneof![
        small().prop_map(|amount| json!({ "amount": amount })),
        percent().prop_map(|percent| json!({ "percent": percent })),
        (small(), percent()).prop_map(|(amount, percent)| json!({ "amount": amount, "percent": percent })),
    ];
    let waived = maybe((0..20_000_i64).prop_map(money), 0.4);
    (sums, maybe(word(&["affiliate", "merchant"]), 0.7), waived).prop_map(|(mut fee, payer, waived)| {
        fee["payer"] = payer;
        fee["waived_from"] = waived;
        object(fee)
    })
}

/// Some terms, or none.
pub(super) fn payouts() -> impl Strategy<Value = Vec<Value>> {
    let reserve = (percent(), select(vec!["1mo", "10d", "3mo"]))
        .prop_map(|(percent, lasts)| json!({ "percent": percent, "lasts": lasts }));
    let vat = (percent(), select(vec!["outside", "inside", "reverse_charge"]))
        .prop_map(|(percent, treatment)| json!({ "percent": percent, "treatment": treatment }));
    let vat = prop_oneof![8 => vat, 1 => Just(json!({ "treatment": "none" }))];
    let terms = (
        maybe(affiliate_when(), 0.3),
        maybe(word(&["14d", "1mo", "1d"]), 0.3),
        maybe((0..10_000_i64).prop_map(money), 0.3),
        maybe(reserve, 0.5),
        maybe(fee(), 0.4),
        maybe(vat, 0.5),
        maybe(percent(), 0.3),
        maybe(word(&["USD", "EUR", "JPY"]), 0.2),
    )
        .prop_map(|(when, net, minimum, reserve, fee, vat, withholding, currency)| {
            object(json!({ "when": when, "net": net, "minimum": minimum, "reserve": reserve, "fee": fee, "vat": vat,
                "withholding": withholding, "currency": currency }))
        });
    vec(terms, 0..3)
}
