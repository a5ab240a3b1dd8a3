//! Ladders.

use crate::{commissions, earned, facts, order, percent, program, settled};
use serde_json::{Value, json};

/// A ladder over one percent rule: threshold and rate of each step.
fn ladder(mode: &str, own: &str, steps: &[(&str, &str)]) -> Value {
    let steps: Vec<Value> = steps.iter().map(|(from, percent)| json!({ "from": from, "percent": percent })).collect();
    program(json!({
        "rules": percent(own),
        "tiers": [{ "id": "ladder", "mode": mode, "steps": steps }],
    }))
}

#[test]
fn published_ladders() {
    let a = [("10000", "25"), ("25000", "30")];
    assert_eq!(earned(&ladder("marginal", "20", &a), &["26000.00"]), [6_050_00]);
    assert_eq!(earned(&ladder("whole", "20", &a), &["26000.00"]), [7_800_00]);
    assert_eq!(earned(&ladder("whole", "20", &a), &["24999.00"]), [6_249_75]);
    assert_eq!(earned(&ladder("whole", "20", &a), &["25001.00"]), [7_500_30]);

    let b = [("10000", "7"), ("25000", "10")];
    assert_eq!(earned(&ladder("marginal", "5", &b), &["30000.00"]), [2_050_00]);

    let quota = [("50000", "10"), ("100000", "15")];
    assert_eq!(earned(&ladder("marginal", "5", &quota), &["140000.00"]), [13_500_00]);

    let c = [("200", "6"), ("400", "8")];
    assert_eq!(earned(&ladder("marginal", "4", &c), &["500.00"]), [28_00]);
}

#[test]
fn exactly_on_the_threshold_is_the_higher_step() {
    let program = ladder("whole", "1", &[("25000", "2"), ("50000", "3")]);
    assert_eq!(earned(&program, &["50000.00"]), [1_500_00]);
    assert_eq!(earned(&program, &["49999.99"]), [1_000_00]);
}

#[test]
fn marginal_splits_do_not_depend_on_how_sales_are_cut() {
    let program = ladder("marginal", "4", &[("200", "6"), ("400", "8")]);
    assert_eq!(earned(&program, &["200.00", "200.00", "100.00"]), [8_00, 12_00, 8_00]);
    // 150 at 4 %, then 50 at 4 %, 200 at 6 %, 100 at 8 %.
    assert_eq!(earned(&program, &["150.00", "350.00"]), [6_00, 22_00]);
}

#[test]
fn whole_is_retroactive_over_the_month_and_starts_again() {
    let program = ladder("whole", "8", &[("1000", "10")]);
    let at = |day: &str| format!("{day}T12:00:00Z");
    let line = |amount: &str| json!([{ "amount": amount }]);
    let facts = facts(json!({
        "touches": [
            { "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "c", "affiliate": "ana" },
            { "id": "u", "at": "2026-03-30T00:00:00Z", "customer": "c", "affiliate": "ana" },
        ],
        "orders": [
            order("o1", &at("2026-03-02"), line("600.00")),
            order("o2", &at("2026-03-20"), line("600.00")),
            order("o3", &at("2026-04-01"), line("600.00")),
        ],
    }));
    // 1,200 at 8 % is 96.00, and 24.00 more at 10 %; the next month starts at 8 %.
    let settlement = settled(&program, &facts);
    assert_eq!(commissions(&settlement), [60_00, 60_00, 48_00]);
    assert_eq!(settlement.statements[0].total_minor, 96_00 + 24_00);
}

#[test]
fn steps_add_and_multiply() {
    let with = |step: Value| {
        let program = program(json!({
            "rules": percent("10"),
            "tiers": [{ "id": "t", "mode": "whole", "steps": [step] }],
        }));
        earned(&program, &["100.00"])
    };
    assert_eq!(with(json!({ "from": "0", "add": "2.5" })), [12_50]);
    assert_eq!(with(json!({ "from": "0", "multiply": "1.5" })), [15_00]);
    assert_eq!(with(json!({ "from": "0", "percent": "1" })), [1_00]);
    assert_eq!(with(json!({ "from": "100.01", "percent": "1" })), [10_00]);
}

#[test]
fn the_first_tier_for_affiliate_and_rule_counts_its_own_lines_only() {
    let program = program(json!({
        "conflict": "first",
        "rules": [
            { "id": "hats", "when": { "line": { "category": "hats" } }, "pay": { "percent": "10" } },
            { "id": "gift", "when": { "line": { "category": "gift" } }, "pay": { "flat": "1.00", "per": "line" } },
            { "id": "rest", "pay": { "percent": "5" } },
        ],
        "tiers": [
            { "id": "vip", "when": { "group": "vip" }, "mode": "whole", "steps": [{ "from": "0", "percent": "50" }] },
            { "id": "hats", "rules": ["hats"], "mode": "whole", "steps": [{ "from": "100", "percent": "20" }] },
            { "id": "any", "mode": "whole", "steps": [{ "from": "150", "percent": "30" }] },
        ],
    }));
    let line = |category: &str, amount: &str| json!({ "category": category, "amount": amount });
    let lines = json!([line("hats", "99.00"), line("gift", "1000.00"), line("bags", "149.00"), line("hats", "1.00")]);
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", lines)] }));
    // Hats come to 100.00 at 20 %; a flat rule counts nowhere; bags stay below 150 at 5 %.
    assert_eq!(commissions(&settled(&program, &facts)), [19_80, 1_00, 7_45, 20]);
}

#[test]
fn a_line_with_two_commissions_counts_once() {
    let program = program(json!({
        "conflict": "stack",
        "rules": [
            { "id": "a", "pay": { "percent": "1" } },
            { "id": "b", "pay": { "percent": "2" } },
        ],
        "tiers": [{ "id": "t", "mode": "marginal", "steps": [{ "from": "100", "add": "10" }] }],
    }));
    // 60 below the step; then 40 below and 20 above: 0.4 + 2.2 and 0.8 + 2.4.
    assert_eq!(earned(&program, &["60.00", "60.00"]), [60, 1_20, 2_60, 3_20]);
}

/// 5 %, 10 % from 100 on; 80 and 80 sold, next month 120 sold and 70 of the first 80 refunded.
fn after_refund(mode: &str, effect: &str) -> Vec<i128> {
    let mut program = ladder(mode, "5", &[("100", "10")]);
    program["refunds"] = json!({ "tiers": effect });
    let at = |day: &str| format!("{day}T12:00:00Z");
    let line = |amount: &str| json!([{ "amount": amount }]);
    let facts = facts(json!({
        "touches": [
            { "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "c", "affiliate": "ana" },
            { "id": "u", "at": "2026-03-30T00:00:00Z", "customer": "c", "affiliate": "ana" },
        ],
        "orders": [
            order("o1", &at("2026-03-02"), line("80.00")),
            order("o2", &at("2026-03-20"), line("80.00")),
            order("o3", &at("2026-04-20"), line("120.00")),
        ],
        "refunds": [{ "id": "r", "at": at("2026-04-10"), "order": "o1", "amount": "70.00" }],
    }));
    commissions(&settled(&program, &facts))
}

#[test]
fn refunds_count_where_the_program_says() {
    // March 160, April 120: all at 10 %.
    assert_eq!(after_refund("whole", "none"), [8_00, 8_00, 12_00]);
    // March 10 + 80 = 90 at 5 %, April 120.
    assert_eq!(after_refund("whole", "sale_period"), [4_00, 4_00, 12_00]);
    // March 160, April 120 − 70 = 50 at 5 %.
    assert_eq!(after_refund("whole", "refund_period"), [8_00, 8_00, 6_00]);

    // 80 at 5 %; 20 at 5 % and 60 at 10 %; 100 at 5 % and 20 at 10 %.
    assert_eq!(after_refund("marginal", "none"), [4_00, 7_00, 7_00]);
    // The second starts at 10 and ends at 90.
    assert_eq!(after_refund("marginal", "sale_period"), [4_00, 4_00, 7_00]);
    // April starts at −70: 120 reach to 50, all at 5 %.
    assert_eq!(after_refund("marginal", "refund_period"), [4_00, 7_00, 6_00]);
}

#[test]
fn a_refund_at_the_instant_of_an_order_comes_after_it() {
    let mut program = ladder("marginal", "5", &[("100", "10")]);
    program["refunds"] = json!({ "tiers": "refund_period" });
    let refunded = |at: &str| {
        let facts = facts(json!({
            "orders": crate::sold(&["100.00", "100.00"]),
            "refunds": [{ "id": "a", "at": at, "order": "o1", "amount": "100.00" }],
        }));
        commissions(&settled(&program, &facts))
    };
    assert_eq!(refunded("2026-03-02T01:00:00Z"), [5_00, 10_00]);
    assert_eq!(refunded("2026-03-02T00:59:59Z"), [5_00, 5_00]);
}
