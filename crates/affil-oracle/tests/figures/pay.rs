//! Bases, floors and caps of a commission, returns, actions, deals and dates.

use crate::{commissions, facts, ids, order, program, sale, settled, unpaid};
use serde_json::{Value, json};

const AT: &str = "2026-03-02T12:00:00Z";

fn of_lines(pay: Value, lines: Value) -> Vec<i128> {
    let program = program(json!({ "rules": [{ "id": "r", "pay": pay }] }));
    commissions(&settled(&program, &facts(json!({ "orders": [order("o", AT, lines)] }))))
}

#[test]
fn what_is_taken_off_a_base() {
    let line =
        json!([{ "amount": "119.00", "discount": "10.00", "tax": "19.00", "shipping": "5.00", "cost": "60.00" }]);
    let base = |less: Value| of_lines(json!({ "percent": "10", "less": less }), line.clone());
    assert_eq!(base(json!([])), [11_90]);
    assert_eq!(base(json!(["discount", "tax", "shipping"])), [8_50]);
    assert_eq!(base(json!(["tax", "cost"])), [4_00]);
    // Never below zero; what is missing is zero.
    let cheap = json!([{ "amount": "10.00", "discount": "20.00" }, { "amount": "10.00" }]);
    assert_eq!(of_lines(json!({ "percent": "10", "less": ["discount", "tax"] }), cheap), [0, 1_00]);
    // A return is never above.
    let returns = json!([{ "amount": "-119.00", "tax": "-19.00" }, { "amount": "-10.00", "tax": "-20.00" }]);
    assert_eq!(of_lines(json!({ "percent": "10", "less": ["tax"] }), returns), [-10_00, 0]);
}

#[test]
fn floor_200_and_cap_5_000() {
    let pay = json!({ "percent": "10", "floor": "200.00", "cap": "5000.00" });
    let lines =
        json!([{ "amount": "1000.00" }, { "amount": "30000.00" }, { "amount": "100000.00" }, { "amount": "-5000.00" }]);
    assert_eq!(of_lines(pay.clone(), lines), [200_00, 3_000_00, 5_000_00, -500_00]);
    assert_eq!(of_lines(pay, json!([{ "amount": "0.00" }])), [0]);
}

#[test]
fn a_flat_amount_pays_nothing_on_a_return() {
    let lines = json!([{ "amount": "-10.00" }, { "amount": "10.00" }]);
    assert_eq!(of_lines(json!({ "flat": "5.00", "per": "line" }), lines.clone()), [0, 5_00]);
    // Chosen on the first line, where it pays zero.
    assert_eq!(of_lines(json!({ "flat": "5.00", "per": "order" }), lines), [0]);
}

#[test]
fn actions_are_not_sales() {
    let program = program(json!({
        "rules": [
            { "id": "lead", "when": { "order": { "action": "lead" } }, "pay": { "flat": "5.00", "per": "action" } },
            { "id": "floor", "when": { "order": { "action": "call" } },
              "pay": { "flat": "0.00", "per": "action", "floor": "2.00" } },
            { "id": "sale", "pay": { "percent": "10" } },
        ],
    }));
    let action = |id: &str, kind: &str| json!({ "id": id, "at": AT, "customer": "c", "action": kind });
    let facts = facts(json!({
        "orders": [action("a", "lead"), action("b", "signup"), action("c", "call"), sale("d", AT, "10.00")],
    }));
    let settlement = settled(&program, &facts);
    let expected =
        [("commission:a/1/lead/ana", 5_00), ("commission:c/1/floor/ana", 2_00), ("commission:d/1/sale/ana", 1_00)];
    assert_eq!(ids(&settlement, "commission"), expected);
    assert_eq!(unpaid(&settlement), [("b", Some("1"), "no_rule")]);
}

#[test]
fn lines_of_actions_have_an_amount_and_a_quantity_only() {
    let rule = |id: &str, when: Value| json!({ "id": id, "when": { "line": when }, "pay": { "flat": "1.00", "per": "action" } });
    let program = program(json!({
        "conflict": "stack",
        "rules": [
            rule("zero", json!({ "amount": { "at_most": "0" } })),
            rule("one", json!({ "quantity": { "at_least": 1, "at_most": 1 } })),
            rule("many", json!({ "quantity": { "at_least": 2 } })),
            rule("no", json!({ "category": { "is_not": "hats" } })),
        ],
    }));
    let facts = facts(json!({ "orders": [{ "id": "o", "at": AT, "customer": "c", "action": "lead" }] }));
    let expected = [("commission:o/1/zero/ana", 1_00), ("commission:o/1/one/ana", 1_00)];
    assert_eq!(ids(&settled(&program, &facts), "commission"), expected);
}

#[test]
fn deals_replace_what_a_rule_pays() {
    let deals = json!([
        { "id": "old", "when": { "id": "ana" }, "percent": "50", "until": "2026-03-02" },
        { "id": "other", "when": { "id": "ben" }, "percent": "60" },
        { "id": "gift", "when": { "id": "ana" }, "flat": "3.00" },
        { "id": "all", "when": { "id": "ana" }, "percent": "12", "rules": ["rate"] },
        { "id": "late", "when": { "id": "ana" }, "percent": "70" },
    ]);
    let program = program(json!({
        "conflict": "stack",
        "deals": deals,
        "rules": [
            { "id": "rate", "pay": { "percent": "10" } },
            { "id": "gift", "pay": { "flat": { "EUR": "1.00" }, "per": "unit" } },
            { "id": "more", "pay": { "percent": "1" } },
        ],
    }));
    let lines = json!([{ "amount": "100.00", "quantity": 2 }]);
    let at = |at: &str| commissions(&settled(&program, &facts(json!({ "orders": [order("o", at, lines.clone())] }))));
    assert_eq!(at("2026-03-02T12:00:00Z"), [12_00, 6_00, 70_00]);
    // Until midnight in Berlin.
    assert_eq!(at("2026-03-01T22:59:59Z"), [50_00, 6_00, 50_00]);
    assert_eq!(at("2026-03-01T23:00:00Z"), [12_00, 6_00, 70_00]);
}

#[test]
fn rules_are_dated_by_order_first_charge_or_joined() {
    let rules = |dated_by: &str| {
        json!([
            { "id": "new", "from": "2026-03-05", "dated_by": dated_by, "pay": { "percent": "20" } },
            { "id": "old", "until": "2026-03-05", "dated_by": dated_by, "pay": { "percent": "10" } },
        ])
    };
    let by = |dated_by: &str| {
        let program = program(json!({ "conflict": "first", "rules": rules(dated_by) }));
        let mut orders = [sale("o", "2026-03-04T12:00:00Z", "100.00"), sale("p", "2026-03-06T12:00:00Z", "100.00")];
        for charge in &mut orders {
            charge["subscription"] = json!("s");
        }
        let mut facts = facts(json!({ "orders": orders }));
        facts["affiliates"][0]["joined"] = json!("2026-03-05T00:00:00+01:00");
        commissions(&settled(&program, &facts))
    };
    assert_eq!(by("order"), [10_00, 20_00]);
    assert_eq!(by("first_charge"), [10_00, 10_00]);
    assert_eq!(by("joined"), [20_00, 20_00]);
    // Without a subscription there is no first charge, and nothing matches.
    let program = program(json!({ "conflict": "first", "rules": rules("first_charge") }));
    let alone = settled(&program, &facts(json!({ "orders": [sale("o", AT, "100.00")] })));
    assert_eq!(unpaid(&alone), [("o", Some("1"), "no_rule")]);
}

#[test]
fn conditions_on_dates_attributes_and_charges() {
    let matching = |when: Value| {
        let program =
            program(json!({ "rules": [{ "id": "r", "when": when, "pay": { "flat": "1.00", "per": "line" } }] }));
        let mut facts = facts(json!({ "orders": [sale("o", AT, "1.00"), sale("p", "2026-03-03T12:00:00Z", "1.00")] }));
        facts["affiliates"][0]["attributes"] = json!({ "level": "gold" });
        facts["touches"][0]["attributes"] = json!({ "sub": "x" });
        facts["orders"][1]["subscription"] = json!("s");
        let settlement = settled(&program, &facts);
        settlement.targets.iter().map(|target| target.order.clone().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(matching(json!({ "order": { "at": { "from": "2026-03-03" } } })), ["p"]);
    assert_eq!(matching(json!({ "order": { "at": { "until": "2026-03-03" } } })), ["o"]);
    assert_eq!(matching(json!({ "order": { "charge": { "at_most": 1 } } })), ["p"]);
    assert!(matching(json!({ "order": { "charge": { "at_least": 2 } } })).is_empty());
    assert_eq!(matching(json!({ "affiliate": { "attributes": { "level": "gold" } } })).len(), 2);
    assert_eq!(matching(json!({ "touch": { "attributes": { "sub": { "is_not": "y" } } } })).len(), 2);
    assert!(matching(json!({ "affiliate": { "joined": { "from": "2020-01-01" } } })).is_empty());
    assert!(matching(json!({ "not": { "affiliate": { "joined": { "from": "2020-01-01" } } } })).is_empty());
}

#[test]
fn dates_and_recurring_are_conditions() {
    let program = program(json!({
        "conflict": "most_specific",
        "rules": [
            { "id": "one", "when": { "customer": { "id": "c" } }, "pay": { "percent": "1" } },
            { "id": "two", "from": "2026-01-01", "until": "2027-01-01", "recurring": { "charges": 9 }, "pay": { "percent": "2" } },
            { "id": "dated", "from": "2026-01-01", "until": "2027-01-01", "pay": { "percent": "3" } },
        ],
    }));
    let mut orders = [sale("o", AT, "100.00"), sale("p", "2026-03-03T12:00:00Z", "100.00")];
    orders[1]["subscription"] = json!("s");
    // From and until together are one condition, as many as the first rule has.
    assert_eq!(commissions(&settled(&program, &facts(json!({ "orders": orders })))), [1_00, 2_00]);
}

#[test]
fn each_tested_field_is_a_condition() {
    let fields = [
        json!({ "line": { "quantity": { "at_least": 1 } } }),
        json!({ "order": { "currency": "EUR" } }),
        json!({ "order": { "charge": { "at_least": 1 } } }),
        json!({ "order": { "at": { "from": "2026-01-01" } } }),
        json!({ "affiliate": { "joined": { "until": "2026-01-01" } } }),
        json!({ "affiliate": { "attributes": { "level": "gold" } } }),
        json!({ "touch": { "attributes": { "sub": "x" } } }),
    ];
    for field in fields {
        let id = json!({ "customer": { "id": "c" } });
        let rules = json!([
            { "id": "one", "when": id, "pay": { "percent": "1" } },
            { "id": "two", "when": crate::merged(id.clone(), field.clone()), "pay": { "percent": "2" } },
        ]);
        let program = program(json!({ "conflict": "most_specific", "rules": rules }));
        let mut facts = facts(json!({ "orders": [sale("o", AT, "100.00")] }));
        facts["orders"][0]["subscription"] = json!("s");
        facts["affiliates"] =
            json!([{ "id": "ana", "joined": "2025-01-01T00:00:00Z", "attributes": { "level": "gold" } }]);
        facts["touches"][0]["attributes"] = json!({ "sub": "x" });
        assert_eq!(commissions(&settled(&program, &facts)), [2_00], "{field}");
    }
}

#[test]
fn best_is_what_the_affiliate_would_get() {
    let rules = json!([
        { "id": "flat", "pay": { "flat": "5.00", "per": "order" } },
        { "id": "rate", "pay": { "percent": "10" } },
    ]);
    let program =
        program(json!({ "conflict": "best", "rules": rules, "deals": [{ "id": "d", "when": {}, "percent": "20" }] }));
    let lines = json!([{ "amount": "24.00" }, { "amount": "26.00" }, { "amount": "1.00" }]);
    let settlement = settled(&program, &facts(json!({ "orders": [order("o", AT, lines)] })));
    // 4.80 against 5.00; then 5.20 and 0.20 against what was paid already.
    let expected =
        [("commission:o/1/flat/ana", 5_00), ("commission:o/2/rate/ana", 5_20), ("commission:o/3/rate/ana", 20)];
    assert_eq!(ids(&settlement, "commission"), expected);
}

#[test]
fn a_missing_cost_is_an_error_where_it_is_taken_off() {
    let with = |category: &str| {
        let program = program(json!({
            "conflict": "first",
            "rules": [
                { "id": "all", "pay": { "percent": "1" } },
                { "id": "margin", "when": { "line": { "category": "hats" } }, "pay": { "percent": "10", "less": ["cost"] } },
            ],
        }));
        let facts = facts(json!({ "orders": [order("o", AT, json!([{ "amount": "1.00", "category": category }]))] }));
        affil_oracle::settle(&program.to_string(), &facts.to_string())
    };
    // The rule matches, though the first one is chosen.
    assert!(with("hats").unwrap_err().codes.contains("line.cost_missing"));
    assert!(with("shoes").is_ok());
}
