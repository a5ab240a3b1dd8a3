//! What each of several touches earns.

use crate::{clicked, program, sale, settled, unpaid, whom};
use serde_json::{Value, json};

/// An order of an amount at 100 % on 31 March, after clicks of affiliates a number of days before.
fn shares(attribution: &Value, clicks: &[(&str, i64)], amount: &str) -> Vec<(String, i128)> {
    let attribution = crate::merged(json!({ "windows": { "click": "90d" } }), attribution.clone());
    let program = program(json!({ "attribution": attribution, "rules": crate::percent("100") }));
    let days: Vec<(&str, String)> =
        clicks.iter().map(|(who, days)| (*who, format!("2026-03-{:02}T12:00:00Z", 31 - days))).collect();
    let clicks: Vec<(&str, &str)> = days.iter().map(|(who, at)| (*who, at.as_str())).collect();
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-31T12:00:00Z", amount)] }));
    let settlement = settled(&program, &facts);
    whom(&settlement, "commission").into_iter().map(|(who, minor)| (who.to_owned(), minor)).collect()
}

/// The amounts alone, for clicks of different affiliates five days apart.
fn amounts(attribution: &Value, number: usize, amount: &str) -> Vec<i128> {
    let ids = ["a", "b", "c", "d", "ana"];
    let mut program = program(json!({ "rules": crate::percent("100"), "unknown_affiliates": "accept" }));
    program["attribution"] = crate::merged(json!({ "windows": { "click": "30d" } }), attribution.clone());
    let at: Vec<String> = (0..number).map(|index| format!("2026-03-{:02}T12:00:00Z", 5 + 5 * index)).collect();
    let clicks: Vec<(&str, &str)> = ids.into_iter().zip(at.iter().map(String::as_str)).collect();
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-31T12:00:00Z", amount)] }));
    crate::commissions(&settled(&program, &facts))
}

fn owned(shares: &[(&str, i128)]) -> Vec<(String, i128)> {
    shares.iter().map(|(who, minor)| ((*who).to_owned(), *minor)).collect()
}

#[test]
fn half_as_much_for_every_week() {
    let decay = json!({ "model": "time_decay", "half_life": "7d" });
    let mut program = program(json!({ "rules": crate::percent("100"), "unknown_affiliates": "accept" }));
    program["attribution"] = crate::merged(json!({ "windows": { "click": "60d" } }), decay.clone());
    let days = ["03-01", "03-07", "03-13", "03-19", "03-25", "03-31"].map(|day| format!("2026-{day}T12:00:00Z"));
    let clicks: Vec<(&str, &str)> =
        ["a", "b", "c", "d", "e", "f"].into_iter().zip(days.iter().map(String::as_str)).collect();
    // The order comes a week after the last touch: ages at the order change no share.
    for at in ["2026-03-31T12:00:00Z", "2026-04-07T12:00:00Z"] {
        let facts = clicked(&clicks, json!({ "orders": [sale("o", at, "200.00")] }));
        assert_eq!(crate::commissions(&settled(&program, &facts)), [4_73, 8_56, 15_51, 28_10, 50_90, 92_20]);
    }
    // One half-life apart: 1 to 2.
    assert_eq!(shares(&decay, &[("a", 7), ("b", 0)], "30.00"), owned(&[("a", 10_00), ("b", 20_00)]));
}

#[test]
fn linear_adds_up_to_the_cent() {
    let linear = json!({ "model": "linear" });
    assert_eq!(amounts(&linear, 3, "10.00"), [3_34, 3_33, 3_33]);
    assert_eq!(amounts(&linear, 2, "0.05"), [3, 2]);
}

#[test]
fn linear_by_touch_and_by_affiliate() {
    let clicks = [("a", 20), ("b", 10), ("a", 5)];
    let by_touch = json!({ "model": "linear" });
    // Ana has two of three; her touch for the order is her last one, so Ben stands first.
    assert_eq!(shares(&by_touch, &clicks, "100.00"), owned(&[("b", 33_33), ("a", 66_67)]));
    let by_affiliate = json!({ "model": "linear", "per": "affiliate" });
    assert_eq!(shares(&by_affiliate, &clicks, "100.00"), owned(&[("b", 50_00), ("a", 50_00)]));
}

#[test]
fn positions_of_well_known_shapes() {
    let shape = |name: &str| json!({ "model": "position", "position": name });
    for name in ["u", "j", "inverse_j", "w"] {
        assert_eq!(amounts(&shape(name), 1, "100.00"), [100_00], "{name}");
    }
    assert_eq!(amounts(&shape("u"), 2, "100.00"), [50_00, 50_00]);
    assert_eq!(amounts(&shape("u"), 4, "100.00"), [40_00, 10_00, 10_00, 40_00]);
    assert_eq!(amounts(&shape("j"), 3, "100.00"), [20_00, 20_00, 60_00]);
    // 20 and 60 of 80.
    assert_eq!(amounts(&shape("j"), 2, "100.00"), [25_00, 75_00]);
    assert_eq!(amounts(&shape("inverse_j"), 3, "100.00"), [60_00, 20_00, 20_00]);
    // With two the first is the middle too and has one share; with three nobody is there for the rest.
    assert_eq!(amounts(&shape("w"), 2, "100.00"), [50_00, 50_00]);
    assert_eq!(amounts(&shape("w"), 3, "100.00"), [33_34, 33_33, 33_33]);
    // The middle of four is the second, of five the third.
    assert_eq!(amounts(&shape("w"), 4, "100.00"), [30_00, 30_00, 10_00, 30_00]);
    assert_eq!(amounts(&shape("w"), 5, "100.00"), [30_00, 5_00, 30_00, 5_00, 30_00]);
    // 39.6, 6.6, 6.6, 6.6 and 39.6 cents: three cents are left over, and all remainders are alike.
    assert_eq!(amounts(&shape("u"), 5, "0.99"), [40, 7, 7, 6, 39]);
}

#[test]
fn positions_with_shares_of_their_own() {
    let to_all =
        json!({ "model": "position", "position": { "first": "25", "last": "50", "rest": "25", "rest_to": "all" } });
    assert_eq!(amounts(&to_all, 5, "100.00"), [30_00, 5_00, 5_00, 5_00, 55_00]);
    // A place without a share is none: 60 to the last, 40 for the two others.
    let no_first = json!({ "model": "position", "position": { "last": "60", "rest": "40" } });
    assert_eq!(amounts(&no_first, 3, "100.00"), [20_00, 20_00, 60_00]);
    // All weights are zero: the last has it.
    let only_rest = json!({ "model": "position", "position": { "first": "0", "last": "0", "rest": "100" } });
    let clicks = [("a", 10), ("b", 5)];
    assert_eq!(shares(&only_rest, &clicks, "100.00"), owned(&[("b", 100_00)]));
}

#[test]
fn custom_credits_belong_to_the_last_touches() {
    let custom = json!({ "model": "custom", "credits": ["10", "30", "60"] });
    assert_eq!(amounts(&custom, 4, "100.00"), [10_00, 30_00, 60_00]);
    assert_eq!(amounts(&custom, 3, "100.00"), [10_00, 30_00, 60_00]);
    assert_eq!(amounts(&custom, 2, "100.00"), [33_33, 66_67]);
    assert_eq!(amounts(&custom, 1, "100.00"), [100_00]);
}

#[test]
fn remainder_rules() {
    let program = |split: &str| {
        let attribution = json!({ "model": "custom", "credits": ["20", "20", "60"], "windows": { "click": "30d" } });
        program(json!({ "attribution": attribution, "rules": crate::percent("100"), "round": { "split": split } }))
    };
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z"), ("c", "2026-03-03T00:00:00Z")];
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-04T12:00:00Z", "0.13")] }));
    // 2.6, 2.6 and 7.8 cents; running sums 2.6, 5.2, 13.
    assert_eq!(crate::commissions(&settled(&program("largest"), &facts)), [3, 2, 8]);
    assert_eq!(crate::commissions(&settled(&program("first"), &facts)), [3, 3, 7]);
    assert_eq!(crate::commissions(&settled(&program("cumulative"), &facts)), [2, 3, 8]);
}

#[test]
fn the_last_may_take_more() {
    let takes =
        |percent: &str| json!({ "model": "linear", "terms": [{ "affiliate": { "id": "d" }, "last_takes": percent }] });
    let clicks = [("a", 20), ("b", 15), ("c", 10), ("d", 5)];
    // 25 each; with 40 for the last, 60 are left for three.
    let expected = [("a", 20_00), ("b", 20_00), ("c", 20_00), ("d", 40_00)];
    assert_eq!(shares(&takes("40"), &clicks, "100.00"), owned(&expected));
    assert_eq!(shares(&takes("100"), &clicks, "100.00"), owned(&[("d", 100_00)]));
    // A share that is as large already stays, and so does that of one who is not the last.
    assert_eq!(shares(&takes("40"), &[("a", 20), ("d", 5)], "100.00"), owned(&[("a", 50_00), ("d", 50_00)]));
    assert_eq!(shares(&takes("90"), &[("d", 20), ("a", 5)], "100.00"), owned(&[("d", 50_00), ("a", 50_00)]));
}

#[test]
fn a_group_of_commissions_adds_up_to_its_rounded_sum() {
    let attribution = json!({ "model": "linear", "windows": { "click": "30d" } });
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z"), ("c", "2026-03-03T00:00:00Z")];
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-04T12:00:00Z", "1.00")] }));
    let at = |at: &str| {
        let program =
            program(json!({ "attribution": attribution, "rules": crate::percent("10"), "round": { "at": at } }));
        crate::commissions(&settled(&program, &facts))
    };
    // 3.4, 3.3 and 3.3 cents of 10.
    assert_eq!(at("line"), [4, 3, 3]);
    assert_eq!(at("order"), [4, 3, 3]);
    // A sum for each affiliate.
    assert_eq!(at("statement"), [3, 3, 3]);
}

#[test]
fn units_of_a_group_go_to_the_largest_remainders_or_the_first() {
    let attribution = json!({ "model": "custom", "credits": ["67", "33"], "windows": { "click": "30d" } });
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z")];
    let facts = clicked(&clicks, json!({ "orders": [sale("o", "2026-03-04T12:00:00Z", "0.50")] }));
    let split = |split: &str| {
        let round = json!({ "split": split });
        let program = program(json!({ "attribution": attribution, "rules": crate::percent("10"), "round": round }));
        crate::commissions(&settled(&program, &facts))
    };
    // 33.5 and 16.5 are 34 and 16; of 5 cents 3.4 and 1.6.
    assert_eq!(split("largest"), [3, 2]);
    assert_eq!(split("first"), [4, 1]);
    // Running sums 33.5 and 50: 33 and 17, 3.3 and 1.7; the first has the odd cent.
    assert_eq!(split("cumulative"), [4, 1]);
}

#[test]
fn units_are_taken_back_from_the_last() {
    let attribution = json!({ "model": "linear", "windows": { "click": "30d" } });
    let round = json!({ "at": "order", "mode": "down" });
    let program = program(json!({ "attribution": attribution, "rules": crate::percent("10"), "round": round }));
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z")];
    let lines = json!([{ "amount": "-0.09" }, { "amount": "0.20" }]);
    let facts = clicked(&clicks, json!({ "orders": [crate::order("o", "2026-03-04T12:00:00Z", lines)] }));
    // −0.5 and −0.4 cents are 0 in all; then 1 and 1 make 1.1, of which 1 is left.
    assert_eq!(crate::commissions(&settled(&program, &facts)), [0, 0, 1, 0]);
}

#[test]
fn shares_of_lines_are_shares_of_bases() {
    let attribution = json!({ "model": "linear", "windows": { "click": "30d" } });
    let program = program(json!({ "attribution": attribution, "rules": crate::percent("10") }));
    let clicks = [("a", "2026-03-01T00:00:00Z"), ("b", "2026-03-02T00:00:00Z")];
    let facts = clicked(
        &clicks,
        json!({
            "orders": [sale("o", "2026-03-04T12:00:00Z", "10.01")],
            "refunds": [{ "id": "r", "at": "2026-03-05T00:00:00Z", "order": "o", "amount": "5.00" }],
        }),
    );
    let settlement = settled(&program, &facts);
    // 5.01 and 5.00; 50.1 and 50 cents of round(100.1) = 100.
    assert_eq!(crate::commissions(&settlement), [50, 50]);
    let sales: Vec<i128> = settlement.statements.iter().map(|statement| statement.sales_minor).collect();
    assert_eq!(sales, [5_01, 5_00]);
    // 500/1001 of 501 is 250.2, of 500 is 249.8; of 50 cents 24.98, of both 49.95.
    let refunded: Vec<i128> = settlement.statements.iter().map(|statement| statement.refunded_minor).collect();
    assert_eq!(refunded, [2_50, 2_50]);
    assert_eq!(crate::reversals(&settlement), [-25, -25]);
    assert!(unpaid(&settlement).is_empty());
}
