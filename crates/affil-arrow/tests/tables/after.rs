//! What happens after a sale, when it became known and what it corrects, each against the document that says the same.

use std::sync::Arc;

use affil_arrow::Tables;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Decimal128Array, Float64Array, Int64Array, TimestampMicrosecondArray};

use crate::fields::same_as;
use crate::{batch, codes, expected, paid, text, touched, words};

const AT: &str = "2026-03-10T10:00:00Z";
const LATER: &str = "2026-04-10T10:00:00Z";

/// Lists of texts; none is null.
fn lists(rows: &[Option<&[&str]>]) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for row in rows {
        for text in row.unwrap_or_default() {
            builder.values().append_value(text);
        }
        builder.append(row.is_some());
    }
    Arc::new(builder.finish())
}

#[test]
fn reviews_are_about_orders() {
    let reviews = batch(vec![
        ("id", text(&["v", "w"])),
        ("at", text(&[AT; 2])),
        ("orders", lists(&[Some(&["A", "B"]), Some(&["C"])])),
        ("line", text(&["-", "1"])),
        ("decision", text(&["decline", "release"])),
        ("reason", text(&["test_order", "-"])),
        ("note", text(&["ours", "-"])),
        ("dispute", text(&["d", "-"])),
        ("known", text(&[LATER, "-"])),
        ("replaces", text(&["u", "-"])),
    ]);
    let facts = affil_arrow::facts(&Tables { reviews, ..Tables::default() }).unwrap();
    let document = r#"{ "reviews": [
        { "id": "v", "at": "2026-03-10T10:00:00Z", "orders": ["B", "A"], "decision": "decline", "reason": "test_order",
          "note": "ours", "dispute": "d", "known": "2026-04-10T10:00:00Z", "replaces": "u" },
        { "id": "w", "at": "2026-03-10T10:00:00Z", "orders": ["C"], "line": "1", "decision": "release" }
    ] }"#;
    let others = [
        (r#""B", "#, "", "/reviews/0/orders"),
        ("decline", "approve", "/reviews/0/decision"),
        ("test_order", "duplicate", "/reviews/0/reason"),
        ("ours", "theirs", "/reviews/0/note"),
        (r#""d","#, r#""e","#, "/reviews/0/dispute"),
        ("2026-04", "2026-05", "/reviews/0/known"),
        (r#""u""#, r#""x""#, "/reviews/0/replaces"),
        (r#""line": "1", "#, "", "/reviews/1/line"),
    ];
    same_as(&facts, document, &others);
}

#[test]
fn the_orders_of_a_review_are_lists_texts_or_one() {
    let reviews = |name: &'static str, orders: ArrayRef| {
        let id = text(&["v", "w"]);
        let others = [("at", text(&[AT; 2])), ("decision", text(&["hold"; 2]))];
        let columns = [vec![("id", id), (name, orders)], others.to_vec()].concat();
        affil_arrow::facts(&Tables { reviews: batch(columns), ..Tables::default() })
    };
    let one = r#"{ "reviews": [{ "id": "v", "at": "2026-03-10T10:00:00Z", "orders": ["7"], "decision": "hold" },
                               { "id": "w", "at": "2026-03-10T10:00:00Z", "orders": ["8"], "decision": "hold" }] }"#;
    let wholes: ArrayRef = Arc::new(Int64Array::from(vec![7, 8]));
    for (name, orders) in [
        ("order", text(&["7", "8"])),
        ("order", wholes),
        ("orders", text(&["7", " 8 ;"])),
        ("orders", lists(&[Some(&["7", "7"]), Some(&["8"])])),
    ] {
        same_as(&reviews(name, orders).unwrap(), one, &[(r#"["8"]"#, r#"["8", "9"]"#, "/reviews/1/orders")]);
    }
    same_as(&reviews("orders", text(&["7;9", "8"])).unwrap(), &one.replace("\"7\"", "\"9\", \"7\""), &[]);
    // Each needs one.
    let none = [("document.empty", "/reviews/1/orders")];
    assert_eq!(codes(reviews("orders", lists(&[Some(&["7"]), Some(&[])]))), expected(&none));
    assert_eq!(codes(reviews("orders", text(&["7", ";"]))), expected(&none));
    let missing = [("table.value_missing", "/reviews/1/orders")];
    assert_eq!(codes(reviews("orders", lists(&[Some(&["7"]), None]))), expected(&missing));
    assert_eq!(codes(reviews("order", text(&["7", "-"]))), expected(&[("table.value_missing", "/reviews/1/order")]));
    let unnamed = words(&[("id", "v"), ("at", AT), ("decision", "hold")]);
    let refused = affil_arrow::facts(&Tables { reviews: unnamed, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("table.column_missing", "/reviews")]));
}

#[test]
fn payouts_say_what_was_taken_and_what_was_sent() {
    let money = |cents: i64| -> ArrayRef {
        let column = Decimal128Array::from(vec![Some(i128::from(cents)), None]);
        Arc::new(column.with_precision_and_scale(10, 2).unwrap())
    };
    // From `date -ud 2026-09-10T10:00:00Z +%s`.
    let release = TimestampMicrosecondArray::from(vec![Some(1_789_034_400_000_000), None]).with_timezone("UTC");
    let payouts = batch(vec![
        ("id", text(&["p", "q"])),
        ("at", text(&[AT; 2])),
        ("affiliate", text(&["ana", "ben"])),
        ("terms", text(&["de", "-"])),
        ("earned", text(&["100.00", "5.00"])),
        ("released", money(1000)),
        ("reserve", money(2000)),
        ("release", Arc::new(release)),
        ("treatment", text(&["reverse_charge", "-"])),
        ("vat", money(1710)),
        ("withholding", money(1350)),
        ("fee", money(35)),
        ("fee_payer", text(&["merchant", "-"])),
        ("transfer", text(&["76.50", "5.00"])),
        ("currency", text(&["USD", "-"])),
        ("rate", text(&["1.25", "-"])),
        ("paid", text(&["95.63", "-"])),
        ("known", text(&[LATER, "-"])),
    ]);
    let facts = affil_arrow::facts(&Tables { payouts, ..Tables::default() }).unwrap();
    let document = r#"{ "payouts": [
        { "id": "p", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "terms": "de", "earned": "100.00", "released": "10.00",
          "reserve": "20.00", "release": "2026-09-10T10:00:00Z", "treatment": "reverse_charge", "vat": "17.10",
          "withholding": "13.50", "fee": "0.35", "fee_payer": "merchant", "transfer": "76.50", "currency": "USD",
          "rate": "1.25", "paid": "95.63", "known": "2026-04-10T10:00:00Z" },
        { "id": "q", "at": "2026-03-10T10:00:00Z", "affiliate": "ben", "earned": "5.00", "transfer": "5.00" }
    ] }"#;
    let others = [
        ("ana", "cy", "/payouts/0/affiliate"),
        (r#""terms": "de", "#, "", "/payouts/0/terms"),
        ("100.00", "100.01", "/payouts/0/earned"),
        ("10.00\"", "11.00\"", "/payouts/0/released"),
        ("20.00", "20.01", "/payouts/0/reserve"),
        ("2026-09", "2026-08", "/payouts/0/release"),
        ("reverse_charge", "outside", "/payouts/0/treatment"),
        ("17.10", "17.11", "/payouts/0/vat"),
        ("13.50", "13.51", "/payouts/0/withholding"),
        ("0.35", "0.36", "/payouts/0/fee"),
        ("merchant", "affiliate", "/payouts/0/fee_payer"),
        ("76.50", "76.51", "/payouts/0/transfer"),
        ("USD", "GBP", "/payouts/0/currency"),
        ("1.25", "1.26", "/payouts/0/rate"),
        ("95.63", "95.64", "/payouts/0/paid"),
        ("2026-04", "2026-05", "/payouts/0/known"),
        (r#""ben", "#, r#""ben", "fee": "0.01", "#, "/payouts/1/fee"),
    ];
    same_as(&facts, document, &others);
}

#[test]
fn confirmations_say_what_became_of_payouts() {
    let confirmations = words(&[
        ("id", "c d"),
        ("at", &[AT; 2].join(" ")),
        ("payout", "p p"),
        ("outcome", "paid failed"),
        ("note", "- closed"),
        ("known", &format!("- {LATER}")),
    ]);
    let facts = affil_arrow::facts(&Tables { confirmations, ..Tables::default() }).unwrap();
    let document = r#"{ "confirmations": [
        { "id": "d", "at": "2026-03-10T10:00:00Z", "payout": "p", "outcome": "failed", "note": "closed",
          "known": "2026-04-10T10:00:00Z" },
        { "id": "c", "at": "2026-03-10T10:00:00Z", "payout": "p", "outcome": "paid" }
    ] }"#;
    let others = [
        ("failed", "paid", "/confirmations/0/outcome"),
        ("closed", "open", "/confirmations/0/note"),
        ("2026-04", "2026-05", "/confirmations/0/known"),
        (r#""p", "outcome": "paid""#, r#""q", "outcome": "paid""#, "/confirmations/1/payout"),
    ];
    same_as(&facts, document, &others);
}

#[test]
fn what_is_wrong_after_a_sale_is_named_by_its_row() {
    let at = [AT; 3].join(" ");
    let reviews = words(&[
        ("id", "v w x"),
        ("at", &at),
        ("order", "A A A"),
        ("decision", "hold aprove -"),
        ("reason", "frod - -"),
    ]);
    let payouts = words(&[
        ("id", "p q r"),
        ("at", &at),
        ("affiliate", "ana - ana"),
        ("earned", "1 1 1,5"),
        ("transfer", "1 1 1"),
        ("treatment", "inclusive - -"),
        ("fee_payer", "- me -"),
        ("currency", "- EURO -"),
        ("rate", "- -1 x"),
        ("release", "2026-03-10 - -"),
    ]);
    let confirmations = words(&[("id", "c d"), ("at", &[AT; 2].join(" ")), ("payout", "p p"), ("outcome", "sent -")]);
    let wanted = [
        ("document.unknown_value", "/confirmations/0/outcome"),
        ("table.value_missing", "/confirmations/1/outcome"),
        ("time.malformed", "/payouts/0/release"),
        ("document.unknown_value", "/payouts/0/treatment"),
        ("table.value_missing", "/payouts/1/affiliate"),
        ("currency.unknown", "/payouts/1/currency"),
        ("document.unknown_value", "/payouts/1/fee_payer"),
        ("rate.limit", "/payouts/1/rate"),
        ("money.malformed", "/payouts/2/earned"),
        ("rate.malformed", "/payouts/2/rate"),
        ("document.unknown_value", "/reviews/0/reason"),
        ("document.unknown_value", "/reviews/1/decision"),
        ("table.value_missing", "/reviews/2/decision"),
    ];
    let refused = affil_arrow::facts(&Tables { reviews, payouts, confirmations, ..Tables::default() });
    assert_eq!(codes(refused), expected(&wanted));
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    let columns = vec![
        ("id", text(&["p"])),
        ("at", text(&[AT])),
        ("affiliate", text(&["ana"])),
        ("earned", Arc::clone(&floats)),
        ("transfer", text(&["1"])),
        ("rate", floats),
        ("tranfser", text(&["1"])),
    ];
    let refused = affil_arrow::facts(&Tables { payouts: batch(columns), ..Tables::default() });
    let wanted = [
        ("money.not_text", "/payouts/earned"),
        ("rate.not_text", "/payouts/rate"),
        ("table.column_unknown", "/payouts/tranfser"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn facts_say_when_they_were_known_and_what_they_correct() {
    let known = format!("- {LATER}");
    let stamped = |columns: &[(&str, &str)]| {
        words(&[columns, &[("id", "x y"), ("at", &[AT; 2].join(" ")), ("known", &known), ("replaces", "- x")]].concat())
    };
    let lined = stamped(&[("customer", "kim kim"), ("amount", "100.00 80.00"), ("category", "shoes shoes")]);
    let beside = Tables {
        orders: stamped(&[("customer", "kim kim")]),
        lines: words(&[("order", "x y"), ("amount", "100.00 80.00"), ("category", "shoes shoes")]),
        ..touched()
    };
    for tables in [Tables { orders: lined, ..touched() }, beside] {
        assert_eq!(paid(&tables), ["8.00"]);
        let facts = affil_arrow::facts(&tables).unwrap();
        // A month before it was corrected, it was 10 % of 100.00.
        let then = facts.as_of(affil::time::Instant::parse(AT).unwrap());
        let settlement = crate::plan().settle(&then).unwrap();
        assert_eq!(settlement.totals().total.to_string(), "10.00 EUR");
    }
    let tables = Tables {
        touches: stamped(&[("customer", "kim kim")]),
        refunds: stamped(&[("order", "A A")]),
        adjustments: stamped(&[("affiliate", "ana ana"), ("amount", "1 1"), ("reason", "r r")]),
        ..Tables::default()
    };
    let facts = affil_arrow::facts(&tables).unwrap();
    let stamp = r#""known": "2026-04-10T12:00:00+02:00", "replaces": "x""#;
    for (table, rest) in [
        ("touches", r#""customer": "kim""#),
        ("refunds", r#""order": "A""#),
        ("adjustments", r#""affiliate": "ana", "amount": "1", "reason": "r""#),
    ] {
        let document = format!(r#"{{ "{table}": [{{ "id": "y", "at": "{AT}", {rest}, {stamp} }}] }}"#);
        let [known, replaces] = ["known", "replaces"].map(|column| format!("/{table}/0/{column}"));
        same_as(&facts, &document, &[("12:00:00+", "13:00:00+", &known), (r#""x""#, r#""z""#, &replaces)]);
    }
}

#[test]
fn rows_of_an_order_agree_about_when_it_was_known() {
    let orders = |known: &str, replaces: &str| {
        words(&[
            ("id", "A A"),
            ("at", &[AT; 2].join(" ")),
            ("customer", "kim kim"),
            ("amount", "1 2"),
            ("known", known),
            ("replaces", replaces),
        ])
    };
    let refused = |known: &str, replaces: &str| {
        codes(affil_arrow::facts(&Tables { orders: orders(known, replaces), ..Tables::default() }))
    };
    assert_eq!(refused(&format!("{LATER} -"), "- -"), expected(&[("fact.conflict", "/orders/1/known")]));
    assert_eq!(refused("- -", "B -"), expected(&[("fact.conflict", "/orders/1/replaces")]));
    assert_eq!(
        refused("2026-03-10T09:59:59Z 2026-03-10T09:59:59Z", "- -"),
        expected(&[("fact.known_early", "/orders/0/known")])
    );
    assert_eq!(refused("tomorrow -", "- -"), expected(&[("time.malformed", "/orders/0/known")]));
}

#[test]
fn touches_without_ids_are_known_by_what_happened() {
    let touches = |known: &str| {
        words(&[("at", &[AT; 2].join(" ")), ("customer", "kim kim"), ("affiliate", "ana ana"), ("known", known)])
    };
    let read = |known: &str| affil_arrow::facts(&Tables { touches: touches(known), ..Tables::default() });
    assert_eq!(read(&[LATER; 2].join(" ")).unwrap().touches(), 1);
    assert_eq!(codes(read(&format!("{LATER} -"))), expected(&[("fact.conflict", "/touches/1/known")]));
}
