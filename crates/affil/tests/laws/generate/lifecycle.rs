//! Lifecycles of programs, and reviews of orders.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::when::affiliate_when;
use super::{DAY, instant, maybe, named, object, word};

/// A lifecycle: any lock with the keys that it takes.
pub(super) fn lifecycle() -> impl Strategy<Value = Value> {
    let months = maybe((0..3_u32).prop_map(Value::from), 0.5);
    let fixed = (select(vec![1, 10, 31]), months)
        .prop_map(|(day, months)| json!({ "lock": "fixed_day", "day": day, "months": months }));
    let later = word(&["10d", "1mo", "36h"]).prop_map(|after| json!({ "lock": "duration", "after": after }));
    let extension = || maybe(word(&["1mo", "5d"]), 0.6);
    let lock = prop_oneof![
        2 => (fixed, extension()),
        2 => (later, extension()),
        1 => (word(&["at_once", "open"]).prop_map(|lock| json!({ "lock": lock })), Just(Value::Null)),
    ];
    let hold = (maybe(affiliate_when(), 0.7), word(&["14d", "1mo"]))
        .prop_map(|(when, lasts)| object(json!({ "when": when, "lasts": lasts })));
    let unreviewed = maybe(prop_oneof![2 => Just(json!("approve")), 1 => Just(json!("decline"))], 0.4);
    (lock, unreviewed, maybe(vec(hold, 1..3).prop_map(Value::from), 0.4)).prop_map(
        |((mut lock, extension), unreviewed, holds)| {
            for (key, value) in [("extension", extension), ("unreviewed", unreviewed), ("holds", holds)] {
                lock[key] = value;
            }
            object(lock)
        },
    )
}

/// Reviews of these orders, of which most may be.
pub(super) fn reviews(orders: Vec<Value>) -> BoxedStrategy<Vec<Value>> {
    let reason = [
        "returned",
        "cancelled",
        "not_paid",
        "out_of_stock",
        "fraud",
        "duplicate",
        "test_order",
        "terms_violated",
        "self_purchase",
        "not_attributable",
        "wrong_amount",
        "other",
    ];
    let decision = prop_oneof![
        4 => Just("approve"), 4 => Just("decline"), 2 => Just("hold"), 2 => Just("release"), 1 => Just("extend"),
    ];
    let about = (maybe(select(reason.to_vec()).prop_map(Value::from), 0.5), maybe(Just(json!("a note")), 0.2));
    // Who decides after the lock needs a dispute, and so decides nothing wrong whatever the program says.
    let dispute = maybe(Just(json!("d0")), 0.8);
    let review = (vec(any::<Index>(), 1..3), 0..40_i64, decision, any::<Index>(), any::<bool>(), about, dispute);
    let review = review.prop_map(move |(of, days, decision, line, one_line, (reason, note), dispute)| {
        let of: Vec<&Value> = of.iter().map(|index| index.get(&orders)).collect();
        let micros = |order: &&Value| affil::time::Instant::parse(order["at"].as_str().unwrap()).unwrap().micros();
        let at = of.iter().map(micros).max().unwrap() + days * DAY;
        let mut ids: Vec<&Value> = of.iter().map(|order| &order["id"]).collect();
        ids.dedup();
        let lines = of[0]["lines"].as_array().map_or(0, Vec::len);
        let one_line = one_line && ids.len() == 1 && decision != "extend" && lines > 0;
        let line = if one_line { json!((line.index(lines) + 1).to_string()) } else { Value::Null };
        object(json!({ "at": instant(at), "orders": ids, "line": line, "decision": decision, "reason": reason,
            "note": note, "dispute": dispute }))
    });
    prop_oneof![2 => Just(Vec::new()), 1 => vec(review, 1..4)]
        .prop_map(|reviews| named(reviews, "v").as_array().unwrap().clone())
        .boxed()
}
