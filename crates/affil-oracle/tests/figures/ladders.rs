//! Modes of ladders, their periods, and what is held of a step.

use crate::{commissions, facts, order, patient, settled, sold_on};
use serde_json::{Value, json};

fn ladder(own: &str, steps: &[(&str, &str)], more: Value) -> Value {
    let steps: Vec<Value> = steps.iter().map(|(from, percent)| json!({ "from": from, "percent": percent })).collect();
    let tier = crate::merged(json!({ "id": "ladder", "mode": "whole", "steps": steps }), more);
    patient(json!({ "rules": crate::percent(own), "tiers": [tier] }))
}

fn earned(program: &Value, days: &[(&str, &str)]) -> Vec<i128> {
    commissions(&settled(program, &sold_on(days)))
}

const THRICE: [(&str, &str); 3] = [("2026-03-02", "60.00"), ("2026-03-03", "60.00"), ("2026-03-04", "60.00")];

#[test]
fn forward_raises_only_what_comes_after() {
    let program = ladder("5", &[("100", "10")], json!({ "mode": "forward" }));
    // 0, 60 and 120 before them.
    assert_eq!(earned(&program, &THRICE), [3_00, 3_00, 6_00]);
    assert_eq!(earned(&program, &[("2026-03-02", "100.00"), ("2026-03-02", "1.00")]), [5_00, 10]);
}

#[test]
fn a_retroactive_step_lifts_the_whole_period() {
    for (mode, two, three) in [("forward", [2_40, 2_40], [4_80; 3]), ("marginal", [2_40, 2_80], [4_80; 3])] {
        let mut program = ladder("4", &[("100", "6"), ("150", "8")], json!({ "mode": mode }));
        program["tiers"][0]["steps"][1]["retroactive"] = json!(true);
        // 40 at 4 % and 20 at 6 %; with 180 in all, everything at 8 %.
        assert_eq!(earned(&program, &THRICE[..2]), two, "{mode}");
        assert_eq!(earned(&program, &THRICE), three, "{mode}");
    }
}

#[test]
fn interpolated_rates_rise_evenly() {
    let program = ladder("2", &[("100", "5"), ("200", "10")], json!({ "mode": "interpolated" }));
    let one = |amount: &str| earned(&program, &[("2026-03-02", amount)])[0];
    assert_eq!([one("99.00"), one("100.00"), one("150.00")], [1_98, 5_00, 11_25]);
    assert_eq!([one("200.00"), one("250.00")], [20_00, 25_00]);
    // 7.5 % of 75 is 5.625.
    assert_eq!(earned(&program, &[("2026-03-02", "75.00"), ("2026-03-03", "75.00")]), [5_62, 5_62]);
    // 5 1/3 % of 200, the rate cut at 12 places.
    let thirds = ladder("2", &[("100", "5"), ("400", "6")], json!({ "mode": "interpolated" }));
    assert_eq!(earned(&thirds, &[("2026-03-02", "200.00")]), [10_67]);
    // 0.053333333333 × 9,375,000,000,000,000.00 is 499,999,999,996,875: a rate of full length would give 500,000,000,000,000.
    let long = ladder("2", &[("0", "5"), ("28125000000000000", "6")], json!({ "mode": "interpolated" }));
    assert_eq!(earned(&long, &[("2026-03-02", "9375000000000000.00")]), [499_999_999_996_875_00]);
}

#[test]
fn steps_are_held_into_the_next_periods() {
    let days = [("2026-01-10", "300.00"), ("2026-03-10", "10.00"), ("2026-04-10", "10.00")];
    let with = |mode: &str, demotion: &str| {
        let program = ladder("4", &[("100", "6"), ("200", "8")], json!({ "mode": mode, "demotion": demotion }));
        earned(&program, &days)
    };
    // January reaches the second step, February nothing.
    assert_eq!(with("whole", "to_bottom"), [24_00, 40, 40]);
    assert_eq!(with("whole", "one_step"), [24_00, 60, 40]);
    assert_eq!(with("whole", "never"), [24_00, 80, 80]);
    assert_eq!(with("forward", "one_step"), [12_00, 60, 40]);
    // 4 + 6 + 8 in January.
    assert_eq!(with("marginal", "one_step"), [18_00, 60, 40]);
}

#[test]
fn over_the_time_before_each_order() {
    let rolling = |mode: &str| ladder("5", &[("100", "10")], json!({ "mode": mode, "rolling": "30d" }));
    let days = [("2026-03-01", "60.00"), ("2026-03-20", "60.00"), ("2026-04-04", "60.00")];
    assert_eq!(earned(&rolling("whole"), &days), [3_00, 6_00, 6_00]);
    assert_eq!(earned(&rolling("forward"), &days), [3_00, 3_00, 3_00]);
    // 60 to 100 at 5 %, 20 above at 10 %.
    assert_eq!(earned(&rolling("marginal"), &days), [3_00, 4_00, 4_00]);
    let two = |second: &str| {
        let mut facts = sold_on(&[("2026-03-01", "60.00"), ("2026-03-31", "60.00")]);
        facts["orders"][1]["at"] = json!(second);
        commissions(&settled(&rolling("whole"), &facts))
    };
    assert_eq!(two("2026-03-31T12:00:00Z"), [3_00, 3_00]);
    assert_eq!(two("2026-03-31T11:59:59Z"), [3_00, 6_00]);
}

#[test]
fn periods_of_ladders() {
    let with = |period: &str, calendar: Value, days: [&str; 2]| {
        let mut program = ladder("5", &[("100", "10")], json!({ "period": period }));
        program["calendar"] = calendar;
        earned(&program, &days.map(|day| (day, "60.00"))) == [6_00, 6_00]
    };
    // 29 March 2026 is a Sunday.
    assert!(!with("week", json!({}), ["2026-03-29", "2026-03-30"]));
    assert!(with("week", json!({ "week_starts": "sunday" }), ["2026-03-29", "2026-03-30"]));
    assert!(!with("day", json!({}), ["2026-03-29", "2026-03-30"]));
    assert!(with("quarter", json!({}), ["2026-01-01", "2026-03-31"]));
    assert!(!with("quarter", json!({ "year_starts": 3 }), ["2026-01-01", "2026-03-31"]));
    assert!(with("year", json!({}), ["2026-01-01", "2026-12-31"]));
    assert!(!with("year", json!({ "year_starts": 7 }), ["2026-01-01", "2026-12-31"]));
    assert!(with("lifetime", json!({}), ["2026-01-01", "2029-12-31"]));
    assert!(!with("order", json!({}), ["2026-03-29", "2026-03-29"]));
    let of_order = ladder("5", &[("100", "10")], json!({ "period": "order" }));
    let lines = json!([{ "amount": "60.00" }, { "amount": "60.00" }]);
    let one = facts(json!({ "orders": [order("o", "2026-03-02T12:00:00Z", lines)] }));
    assert_eq!(commissions(&settled(&of_order, &one)), [6_00, 6_00]);
}

#[test]
fn orders_outside_the_dates_of_a_ladder_do_not_follow_it() {
    let dates = json!({ "from": "2026-02-01", "period": "lifetime" });
    let days = [("2026-01-31", "60.00"), ("2026-02-01", "60.00"), ("2026-03-01", "60.00")];
    assert_eq!(earned(&ladder("5", &[("100", "10")], dates), &days), [3_00, 6_00, 6_00]);
}

#[test]
fn returns_go_down_again() {
    let days = [("2026-03-02", "150.00"), ("2026-03-03", "-100.00")];
    // 100 at 5 % and 50 at 10 %; back 50 at 10 % and 50 at 5 %.
    assert_eq!(earned(&ladder("5", &[("100", "10")], json!({ "mode": "marginal" })), &days), [10_00, -7_50]);
    assert_eq!(earned(&ladder("5", &[("100", "10")], json!({})), &days), [7_50, -5_00]);
}

#[test]
fn flat_amounts_are_multiplied() {
    let with = |mode: &str| {
        let step = json!({ "from": "3", "multiply": "2" });
        let tier = json!({ "id": "t", "rules": ["f"], "metric": "units", "mode": mode, "steps": [step] });
        let rule = json!({ "id": "f", "pay": { "flat": "1.00", "per": "line" } });
        let program = patient(json!({ "rules": [rule], "tiers": [tier] }));
        let lines = json!([{ "amount": "1.00", "quantity": 2 }]);
        let orders = ["a", "b", "c"].map(|id| order(id, "2026-03-02T12:00:00Z", lines.clone()));
        commissions(&settled(&program, &facts(json!({ "orders": orders }))))
    };
    assert_eq!(with("forward"), [1_00, 1_00, 2_00]);
    assert_eq!(with("whole"), [2_00, 2_00, 2_00]);
}

#[test]
fn other_rules_may_be_counted() {
    let tier = json!({ "id": "t", "rules": ["bags"], "counts": ["hats"], "mode": "forward",
        "steps": [{ "from": "100", "percent": "10" }] });
    let program = patient(json!({
        "conflict": "first",
        "rules": [
            { "id": "hats", "when": { "line": { "category": "hats" } }, "pay": { "percent": "10" } },
            { "id": "bags", "pay": { "percent": "5" } },
        ],
        "tiers": [tier],
    }));
    let line = |category: &str, amount: &str| json!({ "category": category, "amount": amount });
    let lines = json!([line("bags", "200.00"), line("hats", "150.00"), line("bags", "10.00")]);
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T12:00:00Z", lines)] }));
    assert_eq!(commissions(&settled(&program, &facts)), [10_00, 15_00, 1_00]);
}

#[test]
fn floors_and_caps_of_a_commission_come_after_the_ladder() {
    let mut program = ladder("5", &[("100", "10")], json!({}));
    program["rules"][0]["pay"] = json!({ "percent": "5", "floor": "4.00", "cap": "9.00" });
    assert_eq!(earned(&program, &[("2026-03-02", "60.00")]), [4_00]);
    assert_eq!(earned(&program, &[("2026-03-02", "100.00")]), [9_00]);
}
