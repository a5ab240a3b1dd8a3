//! What is refused, with its code and place.

use std::sync::Arc;

use affil_arrow::Tables;
use arrow_array::{
    ArrayRef, BinaryArray, Date32Array, Decimal128Array, Decimal256Array, Float32Array, Float64Array, Int64Array,
    ListArray, StringArray, TimestampMicrosecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow_buffer::{OffsetBuffer, i256};
use arrow_schema::{DataType, Field};

use crate::{batch, codes, expected, orders_with, text, words};

const AT: &str = "2026-03-10T10:00:00Z";

/// What becomes of adjustments with one column replaced.
fn adjustment(name: &str, column: &ArrayRef) -> Vec<(String, String)> {
    let rows = column.len();
    let ids: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
    let repeated = |word: &str| text(&vec![word; rows]);
    let mut columns = vec![
        ("id", text(&ids.iter().map(String::as_str).collect::<Vec<_>>())),
        ("at", repeated(AT)),
        ("affiliate", repeated("ana")),
        ("amount", repeated("5")),
        ("reason", repeated("thanks")),
    ];
    for (known, old) in &mut columns {
        if *known == name {
            *old = Arc::clone(column);
        }
    }
    codes(affil_arrow::facts(&Tables { adjustments: batch(columns), ..Tables::default() }))
}

#[test]
fn money_that_is_not_exact_or_not_clear_is_refused() {
    let columns: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(Float64Array::from(vec![5.0])), "money.not_text"),
        (Arc::new(Float32Array::from(vec![5.0])), "money.not_text"),
        (Arc::new(Int64Array::from(vec![5])), "money.not_text"),
        (Arc::new(BinaryArray::from_vec(vec![b"5"])), "table.column_type"),
    ];
    for (column, code) in columns {
        assert_eq!(adjustment("amount", &column), expected(&[(code, "/adjustments/amount")]));
    }
}

#[test]
fn each_wrong_amount_is_named() {
    let amounts = text(&["1e3", "5", "9007199254740993000000", "-", "1.0000000000000000001"]);
    let found = adjustment("amount", &amounts);
    let wanted = [
        ("money.malformed", "/adjustments/0/amount"),
        ("money.limit", "/adjustments/2/amount"),
        ("table.value_missing", "/adjustments/3/amount"),
        ("money.too_precise", "/adjustments/4/amount"),
    ];
    assert_eq!(found, expected(&wanted));
}

#[test]
fn decimals_beyond_the_engine_are_refused_as_in_documents() {
    let precise = Decimal128Array::from(vec![5, 10]).with_precision_and_scale(38, 19).unwrap();
    assert_eq!(
        adjustment("amount", &(Arc::new(precise) as ArrayRef)),
        expected(&[("money.too_precise", "/adjustments/0/amount")])
    );
    let large = Decimal128Array::from(vec![i128::from(i64::MAX) + 1]).with_precision_and_scale(38, 0).unwrap();
    assert_eq!(
        adjustment("amount", &(Arc::new(large) as ArrayRef)),
        expected(&[("money.limit", "/adjustments/0/amount")])
    );
    let scaled = Decimal128Array::from(vec![1]).with_precision_and_scale(38, -38).unwrap();
    assert_eq!(
        adjustment("amount", &(Arc::new(scaled) as ArrayRef)),
        expected(&[("money.limit", "/adjustments/0/amount")])
    );
    let wide = Decimal256Array::from(vec![i256::MAX]).with_precision_and_scale(76, 2).unwrap();
    assert_eq!(
        adjustment("amount", &(Arc::new(wide) as ArrayRef)),
        expected(&[("money.limit", "/adjustments/0/amount")])
    );
}

#[test]
fn times_without_a_zone_are_refused() {
    let columns: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(TimestampMicrosecondArray::from(vec![0])), "time.no_offset"),
        (Arc::new(Date32Array::from(vec![20_000])), "time.no_offset"),
        (Arc::new(Int64Array::from(vec![1_773_136_800])), "table.column_type"),
    ];
    for (column, code) in columns {
        assert_eq!(adjustment("at", &column), expected(&[(code, "/adjustments/at")]));
    }
    let texts = text(&["2026-03-10T10:00:00", AT, "yesterday", "2026-02-30T10:00:00Z"]);
    let wanted = [
        ("time.no_offset", "/adjustments/0/at"),
        ("time.malformed", "/adjustments/2/at"),
        ("time.no_such_date", "/adjustments/3/at"),
    ];
    assert_eq!(adjustment("at", &texts), expected(&wanted));
}

#[test]
fn times_too_fine_or_too_far_are_refused() {
    let nanos = TimestampNanosecondArray::from(vec![1_500, 2_000]).with_timezone("UTC");
    assert_eq!(
        adjustment("at", &(Arc::new(nanos) as ArrayRef)),
        expected(&[("time.too_precise", "/adjustments/0/at")])
    );
    let far = TimestampSecondArray::from(vec![-1, i64::MAX, 0]).with_timezone("UTC");
    let wanted = [("time.out_of_range", "/adjustments/0/at"), ("time.out_of_range", "/adjustments/1/at")];
    assert_eq!(adjustment("at", &(Arc::new(far) as ArrayRef)), expected(&wanted));
}

#[test]
fn columns_are_checked_by_name() {
    let affiliates = words(&[("ID", "ana"), ("age", "7")]);
    let problems = affil_arrow::facts(&Tables { affiliates, ..Tables::default() }).unwrap_err();
    let found: Vec<(&str, &str, &str)> =
        problems.iter().map(|problem| (problem.code().as_str(), problem.path().as_str(), problem.hint())).collect();
    let wanted = [
        ("table.column_missing", "/affiliates", "rename `ID` to `id`"),
        ("table.column_unknown", "/affiliates/ID", "did you mean `id`?"),
        (
            "table.column_unknown",
            "/affiliates/age",
            "leave it out; known here: id, active, groups, joined, recruiter, customers, attributes.NAME",
        ),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn an_attribute_needs_a_name() {
    let columns = [("id", "A"), ("at", AT), ("customer", "kim"), ("amount", "1"), ("attributes.", "red")];
    let refused = affil_arrow::facts(&Tables { orders: words(&columns), ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("table.column_unknown", "/orders/attributes.")]));
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let affiliates = words(&[("id", "ana"), ("id", "ben")]);
    let refused = affil_arrow::facts(&Tables { affiliates, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("document.duplicate_key", "/affiliates/id")]));
}

#[test]
fn columns_of_the_wrong_type_are_refused_once() {
    let floats = || -> ArrayRef { Arc::new(Float64Array::from(vec![1.0, 2.0])) };
    let twice = text(&[AT, AT]);
    let affiliates = batch(vec![
        ("id", floats()),
        ("active", Arc::new(Int64Array::from(vec![1, 0]))),
        ("groups", Arc::new(Int64Array::from(vec![1, 2]))),
        ("customers", floats()),
        ("joined", Arc::new(Date32Array::from(vec![20_000, 20_001]))),
        ("recruiter", floats()),
        ("attributes.tier", floats()),
    ]);
    let orders = batch(vec![
        ("id", text(&["A", "B"])),
        ("at", twice),
        ("customer", text(&["kim", "kim"])),
        ("amount", text(&["1", "2"])),
        ("quantity", floats()),
        ("subscription", floats()),
        ("action", floats()),
        ("discount", floats()),
        ("tax", Arc::new(Int64Array::from(vec![1, 2]))),
        ("shipping", Arc::new(BinaryArray::from_vec(vec![b"5", b"6"]))),
        ("cost", floats()),
    ]);
    let refused = affil_arrow::facts(&Tables { affiliates, orders, ..Tables::default() });
    let wanted = [
        ("table.column_type", "/affiliates/active"),
        ("table.column_type", "/affiliates/attributes.tier"),
        ("table.column_type", "/affiliates/customers"),
        ("table.column_type", "/affiliates/groups"),
        ("table.column_type", "/affiliates/id"),
        ("time.no_offset", "/affiliates/joined"),
        ("table.column_type", "/affiliates/recruiter"),
        ("table.column_type", "/orders/action"),
        ("money.not_text", "/orders/cost"),
        ("money.not_text", "/orders/discount"),
        ("table.column_type", "/orders/quantity"),
        ("table.column_type", "/orders/shipping"),
        ("table.column_type", "/orders/subscription"),
        ("money.not_text", "/orders/tax"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn values_of_the_wrong_form_are_named() {
    let affiliates = words(&[("id", "ana ben"), ("active", "yes true")]);
    let orders = words(&[
        ("id", "A B C D E"),
        ("at", &[AT; 5].join(" ")),
        ("customer", "kim kim kim kim kim"),
        ("currency", "EUR EURO EUR EUR EUR"),
        ("amount", "1 1 1 1 --1"),
        ("quantity", "1.5 1 007 4294967296 1"),
    ]);
    let refused = affil_arrow::facts(&Tables { affiliates, orders, ..Tables::default() });
    let wanted = [
        ("document.unknown_value", "/affiliates/0/active"),
        ("document.wrong_type", "/orders/0/quantity"),
        ("currency.unknown", "/orders/1/currency"),
        ("document.wrong_type", "/orders/2/quantity"),
        ("document.wrong_type", "/orders/3/quantity"),
        ("money.malformed", "/orders/4/amount"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn quantities_beyond_the_limit_are_refused() {
    let mut tables = orders_with(text(&["1", "1"]));
    let orders = tables.orders.remove(0);
    let mut columns: Vec<(&str, ArrayRef)> = vec![("quantity", Arc::new(Int64Array::from(vec![-1, 1 << 40])))];
    for name in ["id", "at", "customer", "amount"] {
        columns.push((name, Arc::clone(orders.column_by_name(name).unwrap())));
    }
    let refused = affil_arrow::facts(&Tables { orders: batch(columns), ..Tables::default() });
    let wanted = [("document.wrong_type", "/orders/0/quantity"), ("document.wrong_type", "/orders/1/quantity")];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn nulls_where_a_value_is_needed_are_named() {
    let touches = words(&[("id", "- t2"), ("at", &format!("{AT} -")), ("customer", "kim kim")]);
    let orders = words(&[("id", "- B"), ("at", &format!("{AT} {AT}")), ("customer", "kim -"), ("amount", "1 -")]);
    let refused = affil_arrow::facts(&Tables { touches, orders, ..Tables::default() });
    let wanted = [
        ("table.value_missing", "/orders/0/id"),
        ("table.value_missing", "/orders/1/amount"),
        ("table.value_missing", "/orders/1/customer"),
        ("table.value_missing", "/touches/0/id"),
        ("table.value_missing", "/touches/1/at"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn a_null_among_groups_is_named() {
    let items = Arc::new(StringArray::from(vec![Some("gold"), None]));
    let field = Arc::new(Field::new("item", DataType::Utf8, true));
    let groups: ArrayRef = Arc::new(ListArray::new(field, OffsetBuffer::new(vec![0, 2].into()), items, None));
    let affiliates = batch(vec![("id", text(&["ana"])), ("groups", groups)]);
    let refused = affil_arrow::facts(&Tables { affiliates, ..Tables::default() });
    assert_eq!(codes(refused), expected(&[("table.value_missing", "/affiliates/0/groups")]));
}

#[test]
fn contradictions_and_empty_ids_are_named_by_row() {
    // The first row is left out for its own reason; the others keep their numbers.
    let refunds = batch(vec![
        ("id", text(&["r0", "r1", "r1", ""])),
        ("at", text(&["-", AT, AT, AT])),
        ("order", text(&["A", "A", "A", "A"])),
        ("amount", text(&["1", "1", "2", "-1"])),
    ]);
    let refused = affil_arrow::facts(&Tables { refunds, ..Tables::default() });
    let wanted = [
        ("table.value_missing", "/refunds/0/at"),
        ("fact.conflict", "/refunds/2/amount"),
        ("document.empty", "/refunds/3/id"),
    ];
    assert_eq!(codes(refused), expected(&wanted));
}

#[test]
fn no_more_than_a_thousand_problems_are_listed() {
    let found = adjustment("amount", &text(&vec!["1,50"; 3_000]));
    assert_eq!(found.len(), 1_001);
    assert_eq!(found.last(), expected(&[("document.more_problems", "")]).last());
}

#[test]
fn integers_as_money_get_a_hint() {
    let tables = orders_with(Arc::new(Int64Array::from(vec![5])));
    let problems = affil_arrow::facts(&tables).unwrap_err();
    let hint = problems.iter().next().unwrap().hint();
    assert!(hint.contains("cents"), "{hint}");
}
