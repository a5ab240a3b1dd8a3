//! Which rules pay a line.

use crate::{commissions, facts, order, program, settled, unpaid};
use affil_oracle::Settlement;
use serde_json::{Value, json};

fn with_lines(program: &Value, lines: Value) -> Settlement {
    let facts = facts(json!({ "orders": [order("o", "2026-03-02T00:00:00Z", lines)] }));
    settled(program, &facts)
}

fn rules_of(settlement: &Settlement) -> Vec<(&str, i128)> {
    let targets = settlement.targets.iter();
    targets.map(|target| (target.rule.as_deref().unwrap(), target.minor)).collect()
}

fn flat(id: &str, when: Value, amount: &str) -> Value {
    json!({ "id": id, "when": when, "pay": { "flat": amount, "per": "line" } })
}

#[test]
fn gold_pays_40_percent_and_everything_else_10() {
    let program = program(json!({
        "conflict": "first",
        "rules": [
            { "id": "gold", "when": { "line": { "sku": "gold" } }, "pay": { "percent": "40" } },
            { "id": "other", "pay": { "percent": "10" } },
        ],
    }));
    let lines = json!([{ "amount": "100.00", "sku": "gold" }, { "amount": "50.00", "sku": "tin" }]);
    let settlement = with_lines(&program, lines);
    assert_eq!(rules_of(&settlement), [("gold", 40_00), ("other", 5_00)]);
    assert_eq!(settlement.statements[0].total_minor, 45_00);
}

#[test]
fn a_missing_field_never_matches() {
    let tests = [
        json!({ "category": "shoes" }),
        json!({ "category": { "is_not": "shoes" } }),
        json!({ "category": { "is_not": [] } }),
        json!({ "attributes": { "store": { "is_not": "8" } } }),
    ];
    for test in tests {
        for when in [json!({ "line": test }), json!({ "not": { "line": test } })] {
            let program = program(json!({ "rules": [flat("r", when.clone(), "1.00")] }));
            let settlement = with_lines(&program, json!([{ "amount": "1.00" }]));
            assert_eq!(unpaid(&settlement), [("o", Some("1"), "no_rule")], "{when}");
        }
    }
}

#[test]
fn empty_lists_and_empty_alternatives() {
    let matching = |when: Value| {
        let program = program(json!({ "rules": [flat("r", when, "1.00")] }));
        !commissions(&with_lines(&program, json!([{ "amount": "1.00", "category": "hats" }]))).is_empty()
    };
    assert!(!matching(json!({ "line": { "category": [] } })));
    assert!(matching(json!({ "line": { "category": { "is_not": [] } } })));
    assert!(!matching(json!({ "any": [] })));
    assert!(matching(json!({ "all": [] })));
    assert!(matching(json!({ "not": { "any": [] } })));
    assert!(matching(json!({})));
}

#[test]
fn three_values() {
    // `missing` is unknown, `hats` true, `shoes` false.
    let missing = json!({ "line": { "sku": "x" } });
    let hats = json!({ "line": { "category": "hats" } });
    let shoes = json!({ "line": { "category": "shoes" } });
    let matching = |when: Value| {
        let program = program(json!({ "rules": [flat("r", when, "1.00")] }));
        !commissions(&with_lines(&program, json!([{ "amount": "1.00", "category": "hats" }]))).is_empty()
    };
    assert!(matching(json!({ "any": [missing, hats] })));
    assert!(!matching(json!({ "any": [missing, shoes] })));
    assert!(!matching(json!({ "all": [missing, hats] })));
    // false and unknown is false, so its opposite is true; true and unknown is unknown, and so is its opposite.
    assert!(matching(json!({ "not": { "all": [missing, shoes] } })));
    assert!(!matching(json!({ "not": { "all": [missing, hats] } })));
    // false or unknown is unknown.
    assert!(!matching(json!({ "not": { "any": [missing, shoes] } })));
    assert!(!matching(json!({ "not": { "any": [missing, hats] } })));
}

#[test]
fn amounts_of_line_and_order_with_all_bounds() {
    let count = |when: Value| {
        let program = program(json!({ "rules": [flat("r", when, "1.00")] }));
        let lines = json!([{ "amount": "10.00" }, { "amount": "20.0" }, { "amount": "30" }]);
        commissions(&with_lines(&program, lines)).len()
    };
    assert_eq!(count(json!({ "line": { "amount": { "at_least": "20.00" } } })), 2);
    assert_eq!(count(json!({ "line": { "amount": { "above": "20.00" } } })), 1);
    assert_eq!(count(json!({ "line": { "amount": { "at_most": "20.00" } } })), 2);
    assert_eq!(count(json!({ "line": { "amount": { "below": "20.00" } } })), 1);
    assert_eq!(count(json!({ "line": { "amount": { "above": "10", "below": "30" } } })), 1);
    assert_eq!(count(json!({ "order": { "amount": { "at_least": "60", "at_most": "60.00" } } })), 3);
    assert_eq!(count(json!({ "order": { "amount": { "above": "60" } } })), 0);
}

#[test]
fn this_affiliate_3_percent_with_a_tier_of_a_tenth_more() {
    // 3.00 and a tenth more is 3.30.
    let program = program(json!({
        "conflict": "most_specific",
        "rules": [
            { "id": "default", "pay": { "percent": "2" } },
            { "id": "ana", "when": { "affiliate": { "id": "ana" } }, "pay": { "percent": "3" } },
        ],
        "tiers": [{ "id": "more", "mode": "whole", "steps": [{ "from": "0", "multiply": "1.1" }] }],
    }));
    let settlement = with_lines(&program, json!([{ "amount": "100.00" }]));
    assert_eq!(rules_of(&settlement), [("ana", 3_30)]);
}

#[test]
fn store_and_type_beat_store_alone() {
    let program = program(json!({
        "conflict": "most_specific",
        "rules": [
            flat("default", json!({}), "5.00"),
            flat("store", json!({ "line": { "attributes": { "store": "8" } } }), "7.00"),
            flat("both", json!({ "line": { "attributes": { "store": "8", "type": "a" } } }), "12.00"),
        ],
    }));
    let line = |store: &str, kind: &str| json!({ "amount": "1.00", "attributes": { "store": store, "type": kind } });
    let lines = json!([line("8", "a"), line("8", "b"), line("9", "a")]);
    let expected = [("both", 12_00), ("store", 7_00), ("default", 5_00)];
    assert_eq!(rules_of(&with_lines(&program, lines)), expected);
}

#[test]
fn most_specific_counts_nested_tests_and_leaves_ties_to_the_earlier() {
    let program = program(json!({
        "conflict": "most_specific",
        "rules": [
            flat("one", json!({ "touch": { "kind": "click" } }), "1.00"),
            flat("two", json!({ "any": [{ "line": { "sku": "x" } }, { "line": { "category": "hats" } }] }), "2.00"),
            flat("also two", json!({ "not": { "line": { "sku": "y", "category": "shoes" } } }), "3.00"),
        ],
    }));
    let settlement = with_lines(&program, json!([{ "amount": "1.00", "sku": "x", "category": "hats" }]));
    assert_eq!(rules_of(&settlement), [("two", 2_00)]);
}

#[test]
fn vip_from_50_000_on() {
    let vip = json!({
        "affiliate": { "group": "vip" },
        "order": { "amount": { "at_least": "50000" } },
    });
    let program = program(json!({
        "conflict": "first",
        "rules": [
            { "id": "vip", "when": vip, "pay": { "percent": "15" } },
            { "id": "other", "pay": { "percent": "5" } },
        ],
    }));
    let pays = |groups: Value, amount: &str| {
        let facts = facts(json!({
            "affiliates": [{ "id": "ana", "groups": groups }],
            "orders": [order("o", "2026-03-02T00:00:00Z", json!([{ "amount": amount }]))],
        }));
        commissions(&settled(&program, &facts))
    };
    assert_eq!(pays(json!(["vip"]), "60000.00"), [9_000_00]);
    assert_eq!(pays(json!(["vip"]), "40000.00"), [2_000_00]);
    assert_eq!(pays(json!(["standard"]), "60000.00"), [3_000_00]);
    assert_eq!(pays(json!([]), "60000.00"), [3_000_00]);
}

#[test]
fn groups_are_missing_if_there_are_none() {
    let program = program(json!({
        "rules": [flat("r", json!({ "affiliate": { "group": { "is_not": "vip" } } }), "1.00")],
    }));
    let pays = |groups: Value| {
        let facts = facts(json!({
            "affiliates": [{ "id": "ana", "groups": groups }],
            "orders": [order("o", "2026-03-02T00:00:00Z", json!([{ "amount": "1.00" }]))],
        }));
        commissions(&settled(&program, &facts)).len()
    };
    assert_eq!([pays(json!([])), pays(json!(["new"])), pays(json!(["new", "vip"]))], [0, 1, 0]);
}

#[test]
fn first_subscription_200_and_a_fifth_of_each_invoice() {
    let program = program(json!({
        "conflict": "first",
        "rules": [
            { "id": "start", "when": { "customer": { "new": true } }, "pay": { "flat": "200.00", "per": "order" } },
            { "id": "invoice", "pay": { "percent": "20" } },
        ],
    }));
    let facts = facts(json!({ "orders": crate::sold(&["49.00", "49.00", "49.00"]) }));
    assert_eq!(commissions(&settled(&program, &facts)), [200_00, 9_80, 9_80]);
}

#[test]
fn new_customers_say_so_or_come_first_even_uncredited() {
    let program = program(json!({
        "rules": [flat("new", json!({ "customer": { "new": true } }), "1.00")],
    }));
    let mut orders = json!([
        order("o1", "2026-02-01T00:00:00Z", json!([{ "amount": "1.00" }])),
        order("o2", "2026-03-02T00:00:00Z", json!([{ "amount": "1.00" }])),
    ]);
    let first = settled(&program, &facts(json!({ "orders": orders })));
    assert_eq!(unpaid(&first), [("o1", None, "no_touch"), ("o2", Some("1"), "no_rule")]);
    orders[1]["new_customer"] = json!(true);
    let said = settled(&program, &facts(json!({ "orders": orders })));
    assert_eq!(unpaid(&said), [("o1", None, "no_touch")]);
    assert_eq!(commissions(&said), [1_00]);
}

#[test]
fn exclusions_come_before_rules() {
    let program = program(json!({
        "exclude": [{ "id": "gift cards", "when": { "line": { "category": "gift" } } }],
        "rules": crate::percent("10"),
    }));
    let lines = json!([{ "amount": "10.00", "category": "gift" }, { "amount": "10.00" }]);
    let settlement = with_lines(&program, lines);
    assert_eq!(unpaid(&settlement), [("o", Some("1"), "excluded")]);
    assert_eq!(settlement.targets[0].id, "commission:o/2/all/ana");
    assert_eq!(settlement.statements[0].sales_minor, 10_00);
}

#[test]
fn best_is_by_money_and_the_earlier_on_a_tie() {
    let program = program(json!({
        "conflict": "best",
        "rules": [
            { "id": "rate", "pay": { "percent": "10" } },
            { "id": "each", "pay": { "flat": "2.00", "per": "unit" } },
        ],
    }));
    let line = |amount: &str, quantity: u32| json!({ "amount": amount, "quantity": quantity });
    let lines = json!([line("30.00", 1), line("30.00", 2), line("20.00", 1)]);
    let expected = [("rate", 3_00), ("each", 4_00), ("rate", 2_00)];
    assert_eq!(rules_of(&with_lines(&program, lines)), expected);
}

#[test]
fn flat_per_order_is_paid_once_and_then_counts_nothing() {
    let per_order = json!({ "id": "once", "pay": { "flat": "5.00", "per": "order" } });
    let rate = json!({ "id": "rate", "pay": { "percent": "10" } });
    let lines = json!([{ "amount": "10.00" }, { "amount": "10.00" }, { "amount": "0.00" }]);

    let best = program(json!({ "conflict": "best", "rules": [per_order, rate] }));
    let settlement = with_lines(&best, lines.clone());
    // The last line: both would pay zero; the earlier one is chosen and makes no commission.
    assert_eq!(rules_of(&settlement), [("once", 5_00), ("rate", 1_00)]);
    assert!(settlement.unpaid.is_empty());
    assert_eq!(settlement.statements[0].sales_minor, 20_00);

    let first = program(json!({ "conflict": "first", "rules": [per_order, rate] }));
    let settlement = with_lines(&first, lines);
    assert_eq!(rules_of(&settlement), [("once", 5_00)]);
    assert!(settlement.unpaid.is_empty());
}

#[test]
fn stack_pays_all_and_on_top_pays_too() {
    let stack = program(json!({
        "conflict": "stack",
        "rules": [flat("a", json!({}), "1.00"), flat("b", json!({}), "2.00")],
    }));
    assert_eq!(rules_of(&with_lines(&stack, json!([{ "amount": "1.00" }]))), [("a", 1_00), ("b", 2_00)]);

    let mut bonus = flat("bonus", json!({}), "3.00");
    bonus["on_top"] = json!(true);
    let only = json!({ "line": { "sku": "x" } });
    let on_top = program(json!({ "rules": [bonus, flat("a", only, "1.00")] }));
    let lines = json!([{ "amount": "1.00", "sku": "x" }, { "amount": "1.00" }]);
    let settlement = with_lines(&on_top, lines);
    assert_eq!(rules_of(&settlement), [("bonus", 3_00), ("a", 1_00), ("bonus", 3_00)]);
    assert!(settlement.unpaid.is_empty());
}

#[test]
fn by_order_size() {
    let sized = |id: &str, bounds: Value, rate: &str| json!({ "id": id, "when": { "order": { "amount": bounds } }, "pay": { "percent": rate } });
    let program = program(json!({
        "conflict": "first",
        "rules": [
            sized("small", json!({ "below": "50" }), "10"),
            sized("middle", json!({ "at_least": "50", "below": "100" }), "15"),
            sized("large", json!({ "at_least": "100" }), "20"),
        ],
    }));
    assert_eq!(crate::earned(&program, &["25.00", "75.00", "200.00"]), [2_50, 11_25, 40_00]);
}

#[test]
fn ids_are_escaped() {
    let program = program(json!({ "rules": [flat("a/b~c", json!({}), "1.00")] }));
    let settlement = with_lines(&program, json!([{ "id": "l/1", "amount": "1.00" }]));
    assert_eq!(settlement.targets[0].id, "commission:o/l~11/a~1b~0c/ana");
}
