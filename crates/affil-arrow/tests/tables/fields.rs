//! The columns that a fact may do without, each against the document that says the same.

use std::sync::Arc;

use affil::{Facts, Problems};
use affil_arrow::Tables;
use arrow_array::{ArrayRef, Decimal128Array, TimestampMicrosecondArray};

use crate::{batch, codes, expected, plan, text, touched, words};

const AT: &str = "2026-03-10T10:00:00Z";

/// Adds a document to the facts; the engine compares every field of a fact that it knows already.
fn compared(facts: &Facts, document: &str) -> Result<Facts, Problems> {
    let mut facts = facts.clone();
    facts.add_json(document)?;
    Ok(facts)
}

/// That the facts are those of the document, and that each replacement in it is another fact.
pub(crate) fn same_as(facts: &Facts, document: &str, others: &[(&str, &str, &str)]) {
    compared(facts, document).unwrap();
    for (old, new, path) in others {
        assert!(document.contains(old), "{old}");
        let changed = compared(facts, &document.replace(old, new));
        assert_eq!(codes(changed), expected(&[("fact.conflict", path)]), "{new}");
    }
}

#[test]
fn affiliates_say_when_they_joined_who_recruited_them_and_anything_else() {
    // From `date -ud 2026-03-10T10:00:00Z +%s`.
    let joined = TimestampMicrosecondArray::from(vec![Some(1_773_136_800_000_000), None]).with_timezone("UTC");
    let affiliates = batch(vec![
        ("id", text(&["ana", "ben"])),
        ("joined", Arc::new(joined)),
        ("recruiter", text(&["ben", "-"])),
        ("customers", text(&["kim;k2", "-"])),
        ("attributes.limit", text(&["100.00", "-"])),
    ]);
    let facts = affil_arrow::facts(&Tables { affiliates, ..Tables::default() }).unwrap();
    let document = r#"{ "affiliates": [
        { "id": "ben" },
        { "id": "ana", "joined": "2026-03-10T11:00:00+01:00", "recruiter": "ben", "customers": ["k2", "kim"],
          "attributes": { "limit": "100.00" } }
    ] }"#;
    let others = [
        ("11:00:00", "11:00:01", "/affiliates/1/joined"),
        (r#""recruiter": "ben", "#, "", "/affiliates/1/recruiter"),
        (r#""k2", "#, "", "/affiliates/1/customers"),
        ("100.00", "100.01", "/affiliates/1/attributes"),
        (r#""id": "ben" "#, r#""id": "ben", "attributes": { "limit": "" } "#, "/affiliates/0/attributes"),
    ];
    same_as(&facts, document, &others);
}

#[test]
fn touches_have_attributes_and_may_belong_to_the_house() {
    let touches = words(&[
        ("id", "t1 t2"),
        ("at", &[AT; 2].join(" ")),
        ("customer", "kim kim"),
        ("affiliate", "ana -"),
        ("channel", "- search"),
        ("attributes.sub", "s7 -"),
    ]);
    let facts = affil_arrow::facts(&Tables { touches, ..Tables::default() }).unwrap();
    let document = r#"{ "touches": [
        { "id": "t1", "at": "2026-03-10T10:00:00Z", "customer": "kim", "affiliate": "ana", "attributes": { "sub": "s7" } },
        { "id": "t2", "at": "2026-03-10T10:00:00Z", "customer": "kim", "channel": "search" }
    ] }"#;
    let others = [
        ("s7", "s8", "/touches/0/attributes"),
        (r#""channel": "search""#, r#""channel": "search", "affiliate": "ana""#, "/touches/1/affiliate"),
    ];
    same_as(&facts, document, &others);
}

/// Two lines of an order, the second a return, with what their amounts are made of.
fn parts(discount: ArrayRef) -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("amount", text(&["119.00", "-20"])),
        ("discount", discount),
        ("tax", text(&["19.00", "-"])),
        ("shipping", text(&["-", "-2.00"])),
        ("cost", text(&["60", "0"])),
    ]
}

fn decimals() -> ArrayRef {
    Arc::new(Decimal128Array::from(vec![Some(500), None]).with_precision_and_scale(10, 2).unwrap())
}

const LINES: &str = r#"{ "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "subscription": "s", "lines": [
    { "amount": "119.00", "discount": "5.00", "tax": "19.00", "cost": "60.00" },
    { "amount": "-20.00", "shipping": "-2.00", "cost": "0.00" }
] }] }"#;

#[test]
fn lines_say_what_their_amounts_are_made_of() {
    let own = [("at", text(&[AT; 2])), ("customer", text(&["kim"; 2])), ("subscription", text(&["s"; 2]))];
    let mut one = vec![("id", text(&["A"; 2]))];
    one.extend(own.clone());
    one.extend(parts(decimals()));
    let mut lines = vec![("order", text(&["A"; 2]))];
    lines.extend(parts(decimals()));
    let mut orders = vec![("id", text(&["A"]))];
    orders.extend(own.map(|(name, values)| (name, values.slice(0, 1))));
    let beside = Tables { orders: batch(orders), lines: batch(lines), ..Tables::default() };
    for tables in [Tables { orders: batch(one), ..Tables::default() }, beside] {
        let facts = affil_arrow::facts(&tables).unwrap();
        let others = [
            ("5.00", "5.01", "/orders/0/lines"),
            (r#""tax": "19.00", "#, "", "/orders/0/lines"),
            ("-2.00", "-2.01", "/orders/0/lines"),
            (r#", "cost": "0.00""#, "", "/orders/0/lines"),
            (r#""subscription": "s", "#, "", "/orders/0/subscription"),
        ];
        same_as(&facts, LINES, &others);
    }
}

#[test]
fn parts_with_another_sign_than_their_line_are_named_by_their_row() {
    let cases = [("discount", "1 1"), ("tax", "-1 -1"), ("shipping", "- 0.01"), ("cost", "-0.01 -")];
    for ((column, values), row) in cases.into_iter().zip([1, 0, 1, 0]) {
        let orders =
            [("id", "A A"), ("at", &[AT; 2].join(" ")), ("customer", "kim kim"), ("amount", "2 -2"), (column, values)];
        let refused = affil_arrow::facts(&Tables { orders: words(&orders), ..Tables::default() });
        assert_eq!(codes(refused), expected(&[("line.part_sign", &format!("/orders/{row}/{column}"))]));
    }
}

#[test]
fn wrong_parts_are_named_all_at_once() {
    let orders = words(&[
        ("id", "A A"),
        ("at", &[AT; 2].join(" ")),
        ("customer", "kim kim"),
        ("amount", "2 2"),
        ("discount", "1,5 1"),
        ("tax", "- 1e3"),
        ("cost", "x +1"),
    ]);
    let refused = affil_arrow::facts(&Tables { orders, ..Tables::default() });
    let wanted = [
        ("money.malformed", "/orders/0/cost"),
        ("money.malformed", "/orders/0/discount"),
        ("money.malformed", "/orders/1/cost"),
        ("money.malformed", "/orders/1/tax"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn a_repeated_line_repeats_its_parts() {
    let orders = words(&[
        ("id", "A A"),
        ("at", &[AT; 2].join(" ")),
        ("customer", "kim kim"),
        ("line", "x x"),
        ("amount", "2 2"),
        ("tax", "1 1.00"),
        ("cost", "1 -"),
    ]);
    let refused = affil_arrow::facts(&Tables { orders, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("fact.conflict", "/orders/1/cost")]));
}

#[test]
fn returns_take_commissions_back() {
    let orders = words(&[
        ("id", "A A"),
        ("at", &[AT; 2].join(" ")),
        ("customer", "kim kim"),
        ("category", "shoes shoes"),
        ("amount", "80.00 -20.00"),
    ]);
    let settlement = plan().settle(&affil_arrow::facts(&Tables { orders, ..touched() }).unwrap()).unwrap();
    let paid: Vec<String> = settlement.targets().map(|target| target.amount.amount()).collect();
    // 10 % of each.
    assert_eq!(paid, ["8.00", "-2.00"]);
}

#[test]
fn the_end_of_the_facts_is_the_latest_that_was_said() {
    let until = |text: &str| Some(affil::time::Instant::parse(text).unwrap());
    let tables = Tables { until: until("2026-05-01T00:00:00Z"), ..Tables::default() };
    // A retainer of April and May is owed once the facts reach the month's beginning.
    let program = r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "UTC"
        attribution.windows.click = "30d"
        rules = []
        [[bonuses]]
        id = "fee"
        kind = "retainer"
        period = "month"
        from = "2026-04-01"
        amount = "10.00"
    "#;
    let paid = |tables: &Tables| {
        let facts = affil_arrow::facts(tables).unwrap();
        affil::Plan::from_text(program).unwrap().settle(&facts).unwrap().targets().len()
    };
    let affiliates = words(&[("id", "ana")]);
    assert_eq!(paid(&Tables { affiliates: affiliates.clone(), ..tables }), 2);
    assert_eq!(paid(&Tables { affiliates, until: until("2026-04-30T23:59:59Z"), ..Tables::default() }), 1);
}
