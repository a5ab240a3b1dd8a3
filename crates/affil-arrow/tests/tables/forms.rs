//! Every type in which a value may arrive.

use std::sync::Arc;

use affil_arrow::Tables;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal32Array, Decimal64Array, Decimal128Array, Decimal256Array, DictionaryArray,
    FixedSizeListArray, Int8Array, Int64Array, LargeListArray, LargeStringArray, ListArray, NullArray, StringArray,
    StringViewArray, TimestampMicrosecondArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray, UInt64Array,
};
use arrow_buffer::{OffsetBuffer, i256};
use arrow_schema::{DataType, Field};

use crate::{batch, codes, expected, orders_with, paid, plan, text, touched, words};

#[test]
fn money_of_every_width_is_the_same_money() {
    let columns: Vec<ArrayRef> = vec![
        text(&["800.00"]),
        text(&["800"]),
        Arc::new(LargeStringArray::from(vec!["800.0"])),
        Arc::new(StringViewArray::from(vec!["800.000000"])),
        Arc::new(Decimal32Array::from(vec![80_000]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal64Array::from(vec![800_000]).with_precision_and_scale(18, 3).unwrap()),
        Arc::new(Decimal128Array::from(vec![8_000_000_000_000_000_000_000]).with_precision_and_scale(38, 19).unwrap()),
        Arc::new(Decimal128Array::from(vec![8]).with_precision_and_scale(3, -2).unwrap()),
        Arc::new(
            Decimal256Array::from(vec![i256::from_string(&format!("800{}", "0".repeat(50))).unwrap()])
                .with_precision_and_scale(76, 50)
                .unwrap(),
        ),
    ];
    for amount in columns {
        let kind = amount.data_type().clone();
        assert_eq!(paid(&orders_with(amount)), ["80.00"], "{kind}");
    }
}

#[test]
fn instants_of_every_unit_are_the_same_instant() {
    // 2026-03-10T10:00:00Z, from `date -ud 2026-03-10T10:00:00Z +%s`.
    const SECONDS: i64 = 1_773_136_800;
    let columns: Vec<ArrayRef> = vec![
        text(&["2026-03-10T11:00:00+01:00"]),
        Arc::new(TimestampSecondArray::from(vec![SECONDS]).with_timezone("UTC")),
        Arc::new(TimestampMillisecondArray::from(vec![SECONDS * 1_000]).with_timezone("Europe/Berlin")),
        Arc::new(TimestampMicrosecondArray::from(vec![SECONDS * 1_000_000]).with_timezone("+02:00")),
        Arc::new(TimestampNanosecondArray::from(vec![SECONDS * 1_000_000_000]).with_timezone("UTC")),
    ];
    for at in columns {
        let kind = at.data_type().clone();
        let one = |name: &str| text(&[name]);
        let adjustments = batch(vec![
            ("id", one("a")),
            ("at", at),
            ("affiliate", one("ana")),
            ("amount", one("5")),
            ("reason", one("thanks")),
        ]);
        let facts = affil_arrow::facts(&Tables { adjustments, ..Tables::default() }).unwrap();
        let settlement = plan().settle(&facts).unwrap();
        let at: Vec<String> = settlement.targets().map(|target| target.at.to_string()).collect();
        assert_eq!(at, ["2026-03-10T10:00:00Z"], "{kind}");
    }
}

#[test]
fn texts_of_every_type_and_integers_are_the_same_ids() {
    let plain = dictionary_of(Arc::new(StringArray::from(vec!["8", "7"])));
    let columns: Vec<ArrayRef> = vec![
        text(&["7"]),
        Arc::new(LargeStringArray::from(vec!["7"])),
        Arc::new(StringViewArray::from(vec!["7"])),
        Arc::new(Int8Array::from(vec![7])),
        Arc::new(Int64Array::from(vec![7])),
        Arc::new(UInt64Array::from(vec![7])),
        plain,
        dictionary_of(Arc::new(Int64Array::from(vec![8, 7]))),
    ];
    for id in columns {
        let kind = id.data_type().clone();
        let affiliates = batch(vec![("id", id.slice(id.len() - 1, 1))]);
        let touches = words(&[("at", "2026-03-09T10:00:00Z"), ("customer", "kim"), ("affiliate", "7")]);
        let tables = Tables { affiliates, touches, ..orders_with(text(&["10"])) };
        let mut program = plan().program().clone();
        program.unknown_affiliates = affil::UnknownAffiliate::Refuse;
        let facts = affil_arrow::facts(&tables).unwrap();
        assert_eq!(program.compile().unwrap().settle(&facts).unwrap().targets().len(), 1, "{kind}");
    }
}

fn dictionary_of(values: ArrayRef) -> ArrayRef {
    Arc::new(DictionaryArray::<Int8Type>::new(Int8Array::from(vec![0, 1]), values))
}

#[test]
fn nulls_in_dictionaries_are_nulls() {
    let values = Arc::new(StringArray::from(vec![Some("shoes"), None]));
    let category = DictionaryArray::<Int32Type>::new(vec![Some(0), Some(1), None].into(), values);
    let Tables { orders, touches, .. } = orders_with(text(&["10", "20", "30"]));
    let columns = orders[0].columns()[..4].iter().cloned().zip(["id", "at", "customer", "amount"]);
    let mut columns: Vec<(&str, ArrayRef)> = columns.map(|(column, name)| (name, column)).collect();
    columns.push(("category", Arc::new(category)));
    assert_eq!(paid(&Tables { orders: batch(columns), touches, ..Tables::default() }), ["1.00"]);
}

#[test]
fn an_empty_dictionary_of_nulls_is_nulls() {
    let values = Arc::new(StringArray::from(Vec::<&str>::new()));
    let channel: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::new(vec![None].into(), values));
    let mut columns = vec![("at", text(&["2026-03-09T10:00:00Z"])), ("customer", text(&["kim"]))];
    columns.extend([("affiliate", text(&["ana"])), ("channel", channel)]);
    let facts = affil_arrow::facts(&Tables { touches: batch(columns), ..Tables::default() }).unwrap();
    assert_eq!(facts.touches(), 1);
}

#[test]
fn flags_and_quantities_may_be_text() {
    let forms: [(ArrayRef, ArrayRef); 2] = [
        (text(&["true", "false", "-"]), text(&["3", "0", "-"])),
        (
            Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
            Arc::new(Int64Array::from(vec![Some(3), Some(0), None])),
        ),
    ];
    let program = r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "UTC"
        unknown_affiliates = "accept"
        conflict = "stack"
        attribution.windows.click = "30d"
        [[rules]]
        id = "each"
        pay = { flat = "0.50", per = "unit" }
        [[rules]]
        id = "new"
        when.customer.new = true
        pay = { flat = "7.00", per = "order" }
    "#;
    let plan = affil::Plan::from_text(program).unwrap();
    for (new_customer, quantity) in forms {
        let orders = batch(vec![
            ("id", text(&["a", "b", "c"])),
            ("at", text(&["2026-03-10T10:00:00Z"; 3])),
            ("customer", text(&["kim"; 3])),
            ("new_customer", new_customer),
            ("quantity", quantity),
            ("amount", text(&["10"; 3])),
        ]);
        let facts = affil_arrow::facts(&Tables { orders, ..touched() }).unwrap();
        let settlement = plan.settle(&facts).unwrap();
        let paid: Vec<String> =
            settlement.targets().map(|target| format!("{} {}", target.id(), target.amount)).collect();
        // 3 × 0.50; not new; a single unit, and not the customer's first order.
        let expected = ["each/ana 1.50 EUR", "new/ana 7.00 EUR", "each/ana 0.00 EUR", "each/ana 0.50 EUR"];
        let orders = ["a", "a", "b", "c"];
        let expected: Vec<String> =
            orders.iter().zip(expected).map(|(order, rest)| format!("commission:{order}/1/{rest}")).collect();
        assert_eq!(paid, expected);
    }
}

#[test]
fn groups_and_customers_are_lists_or_text() {
    let items = || Arc::new(StringArray::from(vec![Some("gold"), Some("blog")]));
    let field = || Arc::new(Field::new("item", DataType::Utf8, true));
    let columns: Vec<ArrayRef> = vec![
        text(&["gold; blog"]),
        text(&["gold;blog;"]),
        Arc::new(ListArray::new(field(), OffsetBuffer::new(vec![0, 2].into()), items(), None)),
        Arc::new(LargeListArray::new(field(), OffsetBuffer::new(vec![0_i64, 2].into()), items(), None)),
        Arc::new(FixedSizeListArray::new(field(), 2, items(), None)),
    ];
    for (name, lists) in columns.iter().flat_map(|lists| [("groups", lists), ("customers", lists)]) {
        let kind = lists.data_type().clone();
        let affiliates = batch(vec![("id", text(&["ana"])), (name, Arc::clone(lists))]);
        let mut first = affil_arrow::facts(&Tables { affiliates, ..Tables::default() }).unwrap();
        // The same affiliate again, as a document says it, is no contradiction.
        let document = |texts: &str| format!(r#"{{ "affiliates": [{{ "id": "ana", "{name}": {texts} }}] }}"#);
        first.add_json(&document(r#"["blog", "gold"]"#)).unwrap_or_else(|problems| panic!("{kind}: {problems}"));
        let other = first.add_json(&document(r#"["blog"]"#)).unwrap_err();
        assert_eq!(codes(Err(other)), expected(&[("fact.conflict", &format!("/affiliates/0/{name}"))]));
    }
}

#[test]
fn columns_of_nulls_are_as_good_as_none() {
    let nothing = || -> ArrayRef { Arc::new(NullArray::new(1)) };
    let floats: ArrayRef = Arc::new(arrow_array::Float64Array::from(vec![None::<f64>]));
    let mut columns = vec![("id", text(&["ana"]))];
    for name in ["active", "groups", "joined", "recruiter", "customers", "attributes.tier"] {
        columns.push((name, nothing()));
    }
    let affiliates = batch(columns);
    let mut columns = vec![("id", text(&["r"])), ("at", text(&["2026-03-12T10:00:00Z"])), ("order", text(&["o1"]))];
    columns.extend([("line", nothing()), ("amount", floats)]);
    let tables = Tables { affiliates, refunds: batch(columns), ..orders_with(text(&["10"])) };
    assert_eq!(paid(&tables), ["1.00", "-1.00"]);
}

#[test]
fn frames_without_rows_or_columns_are_no_facts() {
    let empty = arrow_array::RecordBatch::new_empty(Arc::new(arrow_schema::Schema::empty()));
    let tables = Tables { orders: vec![empty.clone()], touches: vec![empty], ..Tables::default() };
    assert_eq!(affil_arrow::facts(&tables).unwrap().orders(), 0);
}

#[test]
fn pandas_index_columns_are_passed_over() {
    let affiliates = batch(vec![("id", text(&["ana"])), ("__index_level_0__", Arc::new(Int64Array::from(vec![5])))]);
    assert_eq!(affil_arrow::facts(&Tables { affiliates, ..Tables::default() }).unwrap().affiliates(), 1);
}

#[test]
fn progress_counts_rows_of_all_tables() {
    let mut told = Vec::new();
    affil_arrow::facts_with_progress(&orders_with(text(&["10", "20"])), &mut |rows| told.push(rows)).unwrap();
    assert_eq!(told, [3]);
}
