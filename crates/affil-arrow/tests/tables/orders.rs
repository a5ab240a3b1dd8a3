//! Orders with a row for each line, and beside a table of lines.

use affil_arrow::Tables;

use crate::{batch, codes, expected, plan, settled, text, touched, words};

const AT: &str = "2026-03-10T10:00:00Z";

/// Two orders of two lines each, as one table whose rows do not stand together.
fn one_table() -> Tables {
    let orders = batch(vec![
        ("id", text(&["A", "B", "A", "B"])),
        ("at", text(&[AT, "2026-03-11T10:00:00Z", AT, "2026-03-11T10:00:00Z"])),
        ("customer", text(&["kim"; 4])),
        ("country", text(&["DE", "-", "DE", "-"])),
        ("order.attributes.source", text(&["app", "web", "app", "web"])),
        ("line", text(&["-", "x", "-", "y"])),
        ("amount", text(&["10", "20.00", "30", "40"])),
        ("quantity", text(&["1", "2", "-", "1"])),
        ("category", text(&["shoes", "shoes", "-", "shoes"])),
        ("attributes.colour", text(&["red", "-", "-", "blue"])),
    ]);
    Tables { orders, ..touched() }
}

/// The same as two tables.
fn two_tables() -> Tables {
    let orders = batch(vec![
        ("id", text(&["B", "A"])),
        ("at", text(&["2026-03-11T10:00:00Z", AT])),
        ("customer", text(&["kim"; 2])),
        ("country", text(&["-", "DE"])),
        ("attributes.source", text(&["web", "app"])),
    ]);
    let lines = batch(vec![
        ("order", text(&["A", "B", "B", "A"])),
        ("id", text(&["-", "x", "y", "-"])),
        ("amount", text(&["10", "20.00", "40", "30"])),
        ("quantity", text(&["1", "2", "1", "-"])),
        ("category", text(&["shoes", "shoes", "shoes", "-"])),
        ("attributes.colour", text(&["red", "-", "blue", "-"])),
    ]);
    Tables { orders, lines, ..touched() }
}

/// The same as a document.
const DOCUMENT: &str = r#"{
  "touches": [{ "id": "kim|ana|click|2026-03-09T10:00:00Z", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }],
  "orders": [
    { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "country": "DE", "attributes": { "source": "app" }, "lines": [
      { "amount": "10.00", "category": "shoes", "attributes": { "colour": "red" } }, { "amount": "30.00" } ] },
    { "id": "B", "at": "2026-03-11T10:00:00Z", "customer": "kim", "attributes": { "source": "web" }, "lines": [
      { "id": "x", "amount": "20.00", "quantity": 2, "category": "shoes" },
      { "id": "y", "amount": "40.00", "category": "shoes", "attributes": { "colour": "blue" } } ] }
  ]
}"#;

#[test]
fn both_forms_say_what_the_document_says() {
    let document = plan().settle(&affil::Facts::from_json(DOCUMENT).unwrap()).unwrap().to_json();
    assert_eq!(settled(&one_table()), document);
    assert_eq!(settled(&two_tables()), document);
    for tables in [one_table(), two_tables()] {
        // The engine compares every field of a fact it knows already: nothing was lost on the way.
        affil_arrow::facts(&tables).unwrap().add_json(DOCUMENT).unwrap();
    }
}

#[test]
fn batches_of_a_table_are_one_table() {
    let mut tables = one_table();
    let whole = tables.orders.remove(0);
    let expected = settled(&one_table());
    for cut in 0..=4 {
        tables.orders = vec![whole.slice(0, cut), whole.slice(cut, 4 - cut)];
        assert_eq!(settled(&tables), expected, "cut after {cut}");
    }
}

#[test]
fn a_repeated_order_changes_nothing() {
    let expected = settled(&two_tables());
    let mut tables = two_tables();
    tables.orders.push(tables.orders[0].clone());
    assert_eq!(settled(&tables), expected);
}

#[test]
fn a_repeated_line_with_an_id_changes_nothing() {
    let rows = |ids: &str, amounts: &str| {
        let count = ids.split_whitespace().count();
        let repeated = |word: &str| vec![word; count].join(" ");
        let orders = words(&[
            ("id", &repeated("A")),
            ("at", &repeated(AT)),
            ("customer", &repeated("kim")),
            ("line", ids),
            ("amount", amounts),
            ("category", &repeated("shoes")),
        ]);
        Tables { orders, ..touched() }
    };
    assert_eq!(settled(&rows("x y x", "10 20 10.00")), settled(&rows("x y", "10 20")));
    let refused = affil_arrow::facts(&rows("x y x", "10 20 10.01"));
    assert_eq!(codes(refused), expected(&[("fact.conflict", "/orders/2/amount")]));
    // Without ids, equal rows are two lines.
    assert_ne!(settled(&rows("- -", "10 10")), settled(&rows("-", "10")));
}

#[test]
fn a_position_that_is_also_an_id_is_refused() {
    let orders = words(&[
        ("id", "B A A"),
        ("at", &[AT; 3].join(" ")),
        ("customer", "kim kim kim"),
        ("line", "- 2 -"),
        ("amount", "1 2 3"),
    ]);
    let refused = affil_arrow::facts(&Tables { orders, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("id.duplicate", "/orders/2/line")]));
}

#[test]
fn rows_of_an_order_must_agree() {
    let cases = [
        ("at", format!("{AT} 2026-03-10T10:00:01Z")),
        ("customer", "kim lee".to_owned()),
        ("currency", "EUR -".to_owned()),
        ("country", "DE AT".to_owned()),
        ("new_customer", "true -".to_owned()),
        ("subscription", "s t".to_owned()),
        ("action", "lead -".to_owned()),
        ("order.attributes.source", "app web".to_owned()),
    ];
    for (column, values) in &cases {
        let twice = format!("{AT} {AT}");
        let mut columns = vec![("id", "A A"), ("at", twice.as_str()), ("customer", "kim kim"), ("amount", "1 2")];
        columns.retain(|(name, _)| name != column);
        columns.push((column, values));
        let refused = affil_arrow::facts(&Tables { orders: words(&columns), ..Tables::default() });
        assert_eq!(codes(refused), expected(&[("fact.conflict", &format!("/orders/1/{column}"))]));
    }
}

#[test]
fn orders_and_lines_need_each_other() {
    let orders = words(&[("id", "A B"), ("at", &[AT; 2].join(" ")), ("customer", "kim kim")]);
    let lines = words(&[("order", "A C"), ("amount", "1 2")]);
    let refused = affil_arrow::facts(&Tables { orders, lines, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("order.unknown", "/lines/1/order"), ("document.empty", "/orders/1/lines")]));
}

#[test]
fn a_changed_order_is_a_contradiction() {
    let orders = words(&[("id", "A A"), ("at", &[AT; 2].join(" ")), ("customer", "kim lee")]);
    let lines = words(&[("order", "A"), ("amount", "1")]);
    let refused = affil_arrow::facts(&Tables { orders, lines, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("fact.conflict", "/orders/1/customer")]));
}

#[test]
fn what_settling_refuses_is_named_by_its_row() {
    let orders =
        words(&[("id", "A A B"), ("at", &[AT; 3].join(" ")), ("customer", "kim kim kim"), ("amount", "1 2 3.001")]);
    let facts = affil_arrow::facts(&Tables { orders, ..touched() }).unwrap();
    let problems = plan().settle(&facts).unwrap_err();
    // The second order begins in row 2.
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/orders/2/lines/0/amount");
}

#[test]
fn touches_without_ids_are_known_by_all_that_is_known() {
    let touches = |channels: &str| {
        let rows = channels.split_whitespace().count();
        words(&[
            ("at", &vec![AT; rows].join(" ")),
            ("customer", &vec!["k|m"; rows].join(" ")),
            ("affiliate", &vec!["ana"; rows].join(" ")),
            ("channel", channels),
        ])
    };
    let count = |channels: &str| {
        affil_arrow::facts(&Tables { touches: touches(channels), ..Tables::default() }).unwrap().touches()
    };
    assert_eq!((count("blog blog"), count("blog tv"), count("- blog")), (1, 2, 2));
    let mut facts = affil_arrow::facts(&Tables { touches: touches("-"), ..Tables::default() }).unwrap();
    let known = r#"{ "touches": [{ "id": "k~1m|ana|click|2026-03-10T10:00:00Z", "at": "2026-03-10T10:00:00Z", "customer": "k|m", "affiliate": "ana" }] }"#;
    facts.add_json(known).unwrap();
    assert_eq!(facts.touches(), 1);
}

#[test]
fn touches_without_ids_are_known_by_their_attributes_too() {
    let touch = |columns: &[(&str, &str)]| {
        let touches = words(&[&[("at", AT), ("customer", "kim")], columns].concat());
        affil_arrow::facts(&Tables { touches, ..Tables::default() }).unwrap()
    };
    let mut facts = touch(&[("attributes.sub", "x|y"), ("affiliate", "ana"), ("attributes.ad", "7")]);
    let known = r#"{ "touches": [{ "id": "kim|ana|click|2026-03-10T10:00:00Z|||ad|7|sub|x~1y",
        "at": "2026-03-10T10:00:00Z", "customer": "kim", "affiliate": "ana", "attributes": { "ad": "7", "sub": "x|y" } }] }"#;
    facts.add_json(known).unwrap();
    assert_eq!(facts.touches(), 1);
    // A touch of the house: another channel, or a cart event. Its column may be missing altogether.
    for mut house in [touch(&[("affiliate", "-"), ("kind", "cart")]), touch(&[("kind", "cart")])] {
        let known = r#"{ "touches": [{ "id": "kim||cart|2026-03-10T10:00:00Z", "at": "2026-03-10T10:00:00Z", "customer": "kim", "kind": "cart" }] }"#;
        house.add_json(known).unwrap();
        assert_eq!(house.touches(), 1);
    }
}
