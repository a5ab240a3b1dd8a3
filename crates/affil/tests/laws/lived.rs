//! Programs that pay out, and facts in which things are learned late, corrected, paid and sent back.

use affil::time::{Instant, Month};
use affil::{Facts, Plan};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::generate::program;
use super::history::history;
use super::plan;

/// The months in which something may be dated.
pub(crate) fn months() -> impl Iterator<Item = Month> {
    // Some of what is paid was agreed in August, or in July, as it turns out.
    let first = Month::new(2025, 7).unwrap();
    (0..14).map(move |months| first.plus_months(months).unwrap())
}

/// Noon of the third day after a month, when it is known what happened in it, but for what comes late.
pub(crate) fn after(month: Month) -> Instant {
    Instant::parse(&format!("{}-03T12:00:00Z", month.next())).unwrap()
}

fn terms() -> impl Strategy<Value = Value> {
    let reserve = select(vec![Value::Null, json!({ "percent": "12.5", "lasts": "40d" })]);
    let fee = select(vec![
        Value::Null,
        json!({ "amount": "0.35", "percent": "1" }),
        json!({ "amount": "0.35", "payer": "merchant" }),
    ]);
    let vat = select(vec![Value::Null, json!("outside"), json!("inside"), json!("reverse_charge")]);
    let net = select(vec![Value::Null, json!("10d")]);
    (reserve, fee, vat, net, any::<bool>()).prop_map(|(reserve, fee, vat, net, withholds)| {
        let mut terms = json!({ "id": "all" });
        if !vat.is_null() {
            terms["vat"] = json!({ "percent": "19", "treatment": vat });
        }
        if withholds {
            terms["withholding"] = json!("15");
        }
        for (key, value) in [("reserve", reserve), ("fee", fee), ("net", net)] {
            if !value.is_null() {
                terms[key] = value;
            }
        }
        json!([terms])
    })
}

/// A plan and its facts: a history, and what was paid out in the months after it, as it was proposed. Few do not settle.
pub(crate) fn lived() -> impl Strategy<Value = (Plan, Facts)> {
    let outcomes = vec(prop::option::weighted(0.7, vec(0..4_u8, 5)), 7);
    (program(), terms(), history(), outcomes).prop_map(|(mut program, terms, history, outcomes)| {
        program["payouts"] = terms;
        let plan = plan(&program);
        let mut facts = Facts::from_json(&history.to_string()).unwrap();
        for (month, outcomes) in months().zip(outcomes) {
            let Some(outcomes) = outcomes else { continue };
            let Ok(run) = plan.payouts(&facts, after(month)) else { continue };
            for (proposal, outcome) in run.payouts.iter().zip(outcomes) {
                let payout = &proposal.payout;
                let confirmed = |days: i64, outcome: &str| {
                    let at = after(month).plus_micros(days * 86_400_000_000).unwrap();
                    json!({ "id": format!("{outcome}/{}", payout.id.as_str()), "at": at, "payout": payout.id, "outcome": outcome })
                };
                let confirmations = match outcome {
                    0 => vec![],
                    1 => vec![confirmed(2, "paid")],
                    2 => vec![confirmed(5, "failed")],
                    _ => vec![confirmed(2, "paid"), confirmed(20, "failed")],
                };
                let more = json!({ "payouts": [payout], "confirmations": confirmations });
                facts.add_json(&more.to_string()).unwrap();
            }
        }
        (plan, facts)
    })
}
