//! Actions: orders without lines, in each form of the tables.

use affil::{Facts, Plan};
use affil_arrow::Tables;

use crate::{codes, expected, touched, words};

const AT: &str = "2026-03-10T10:00:00Z";
const LATER: &str = "2026-03-11T10:00:00Z";

const DOCUMENT: &str = r#"{ "orders": [
    { "id": "L", "at": "2026-03-10T10:00:00Z", "customer": "kim", "action": "lead" },
    { "id": "A", "at": "2026-03-11T10:00:00Z", "customer": "kim", "lines": [{ "amount": "30.00" }] }
] }"#;

fn refused(orders: &[(&str, &str)]) -> Vec<(String, String)> {
    codes(affil_arrow::facts(&Tables { orders: words(orders), ..Tables::default() }))
}

#[test]
fn an_action_is_a_row_without_an_amount() {
    let at = format!("{AT} {LATER}");
    let own = [("id", "L A"), ("at", at.as_str()), ("customer", "kim kim"), ("action", "lead -")];
    let one = Tables { orders: words(&[&own[..], &[("amount", "- 30")]].concat()), ..touched() };
    let beside = Tables { orders: words(&own), lines: words(&[("order", "A"), ("amount", "30")]), ..touched() };
    let program = r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "UTC"
        unknown_affiliates = "accept"
        conflict = "stack"
        attribution.windows.click = "30d"
        [[rules]]
        id = "leads"
        pay = { flat = "2.50", per = "action" }
        [[rules]]
        id = "sales"
        pay.percent = "10"
    "#;
    for tables in [one, beside] {
        let mut facts: Facts = affil_arrow::facts(&tables).unwrap();
        facts.add_json(DOCUMENT).unwrap();
        assert_eq!((facts.orders(), facts.lines()), (2, 2));
        let settlement = Plan::from_text(program).unwrap().settle(&facts).unwrap();
        let paid: Vec<String> =
            settlement.targets().map(|target| format!("{} {}", target.id(), target.amount)).collect();
        // 2.50 for the lead; 10 % of 30.
        assert_eq!(paid, ["commission:L/1/leads/ana 2.50 EUR", "commission:A/1/sales/ana 3.00 EUR"]);
    }
}

#[test]
fn a_table_of_actions_needs_no_amounts_but_sales_in_it_do() {
    let leads = [("id", "L M"), ("at", &[AT; 2].join(" ")), ("customer", "kim lee"), ("action", "lead signup")];
    let facts = affil_arrow::facts(&Tables { orders: words(&leads), ..Tables::default() }).unwrap();
    assert_eq!(facts.orders(), 2);
    let mixed = [("id", "L M"), ("at", &[AT; 2].join(" ")), ("customer", "kim lee"), ("action", "lead -")];
    assert_eq!(refused(&mixed), expected(&[("table.value_missing", "/orders/1/amount")]));
    let sales = [("id", "A"), ("at", AT), ("customer", "kim")];
    assert_eq!(refused(&sales), expected(&[("table.column_missing", "/orders")]));
}

#[test]
fn an_action_has_nothing_of_a_line() {
    let columns = [
        ("line", "1"),
        ("amount", "0"),
        ("amount", "x"),
        ("quantity", "1"),
        ("sku", "s"),
        ("category", "shoes"),
        ("discount", "0"),
        ("tax", "0"),
        ("shipping", "0"),
        ("cost", "0"),
        ("attributes.colour", "red"),
    ];
    for (column, value) in columns {
        let row = [("id", "L"), ("at", AT), ("customer", "kim"), ("action", "lead"), (column, value)];
        assert_eq!(refused(&row), expected(&[("order.lines", &format!("/orders/0/{column}"))]));
    }
    let own = [("id", "L"), ("at", AT), ("customer", "kim"), ("action", "lead"), ("order.attributes.form", "b")];
    assert!(affil_arrow::facts(&Tables { orders: words(&own), ..Tables::default() }).is_ok());
    let orders = words(&[("id", "L"), ("at", AT), ("customer", "kim"), ("action", "lead")]);
    let lines = words(&[("order", "L"), ("amount", "1")]);
    let refused = affil_arrow::facts(&Tables { orders, lines, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("order.lines", "/orders/0/lines")]));
}

#[test]
fn a_repeated_action_changes_nothing() {
    let twice = [("id", "L L"), ("at", &[AT; 2].join(" ")), ("customer", "kim kim"), ("action", "lead lead")];
    let facts = affil_arrow::facts(&Tables { orders: words(&twice), ..Tables::default() }).unwrap();
    assert_eq!((facts.orders(), facts.lines()), (1, 1));
    let other = [("id", "L L"), ("at", &[AT; 2].join(" ")), ("customer", "kim kim"), ("action", "lead signup")];
    assert_eq!(refused(&other), expected(&[("fact.conflict", "/orders/1/action")]));
}
