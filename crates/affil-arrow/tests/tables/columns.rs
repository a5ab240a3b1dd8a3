//! The door of columns: every form a column may have gives the same, and what cannot be held is refused.
#![allow(clippy::inconsistent_digit_grouping, reason = "cents stand apart from whole units")]

use std::sync::Arc;

use affil::{Columns, Problems};
use affil_arrow::Tables;
use arrow_array::types::Int8Type;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Float64Array, Int16Array, Int64Array,
    TimestampMicrosecondArray,
};

use crate::{batch, plan, text, words};

fn numbers(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn instants(hours: &[i64]) -> ArrayRef {
    // 2026-03-10T10:00:00Z.
    let at = hours.iter().map(|hour| 1_773_136_800_000_000 + hour * 3_600_000_000);
    Arc::new(TimestampMicrosecondArray::from_iter_values(at).with_timezone("UTC"))
}

fn money(cents: &[i128]) -> ArrayRef {
    let cents = Decimal128Array::from_iter_values(cents.iter().copied());
    Arc::new(cents.with_precision_and_scale(18, 2).unwrap())
}

/// The plain form: numbers and decimals.
fn plain() -> Tables {
    Tables {
        affiliates: words(&[("id", "31 32")]),
        touches: batch(vec![
            ("at", instants(&[-2, -1])),
            ("customer", numbers(&[501, 7])),
            ("affiliate", numbers(&[32, 31])),
        ]),
        orders: batch(vec![
            ("id", numbers(&[100, 900])),
            ("at", instants(&[0, 1])),
            ("customer", numbers(&[7, 501])),
            ("counts", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ]),
        lines: batch(vec![
            ("order", numbers(&[100, 100, 900])),
            ("id", Arc::new(Int16Array::from(vec![1, 2, 1]))),
            ("price", money(&[40_00, 9_99, 25_00])),
            ("quantity", Arc::new(Int16Array::from(vec![2, 1, 1]))),
            ("category", text(&["shoes", "-", "shoes"])),
        ]),
        refunds: batch(vec![
            ("at", instants(&[5])),
            ("order", numbers(&[900])),
            ("line", numbers(&[1])),
            ("amount", money(&[12_50])),
        ]),
        ..Tables::default()
    }
}

/// The same as texts, dictionaries, and in another order.
fn worded() -> Tables {
    let channel: DictionaryArray<Int8Type> = vec![Some("blog"), None].into_iter().collect();
    let category: DictionaryArray<Int8Type> = vec![Some("shoes"), Some("shoes"), None].into_iter().collect();
    Tables {
        affiliates: words(&[("id", "31 32")]),
        touches: batch(vec![
            ("at", text(&["2026-03-10T09:00:00Z", "2026-03-10T09:00:00+01:00"])),
            ("customer", text(&["7", "501"])),
            ("affiliate", text(&["31", "32"])),
            ("channel", Arc::new(channel)),
        ]),
        orders: words(&[("id", "900 100"), ("at", "2026-03-10T11:00:00Z 2026-03-10T10:00:00Z"), ("customer", "501 7")]),
        lines: batch(vec![
            ("order", text(&["900", "100", "100"])),
            ("amount", text(&["25.00", "80", "9.99"])),
            ("category", Arc::new(category)),
        ]),
        refunds: words(&[("at", "2026-03-10T15:00:00Z"), ("order", "900"), ("line", "1"), ("amount", "12.5")]),
        ..Tables::default()
    }
}

fn told(columns: &Columns) -> Vec<(Option<String>, i64, i64)> {
    let sheet = plan().sheet(columns, 2).unwrap();
    let row =
        |line: affil::SheetLine<'_>| (line.affiliate.map(str::to_owned), line.commission.get(), line.reversed.get());
    sheet.lines().map(row).collect()
}

/// By hand: 10 % of 80.00 and of 25.00, of which half goes back; what has no category pays nothing.
#[test]
fn every_form_gives_the_same() {
    let expected =
        [(Some("31".to_owned()), 8_00, 0), (Some("31".to_owned()), 0, 0), (Some("32".to_owned()), 2_50, 1_25)];
    for tables in [plain(), worded()] {
        let columns = affil_arrow::columns(&tables).unwrap();
        assert_eq!(told(&columns), expected);
        assert_eq!(plan().obstacles(&columns), []);
        let sheet = plan().sheet(&columns, 1).unwrap();
        let lines = affil_arrow::sheet_lines(&sheet, &columns).unwrap();
        assert_eq!((lines.num_rows(), affil_arrow::sheet_statements(&sheet).unwrap().num_rows()), (3, 2));
    }
}

/// Numbers far apart, and texts among numbers, are ids like any other.
#[test]
fn ids_need_not_lie_close_together() {
    let mut tables = plain();
    tables.orders =
        batch(vec![("id", numbers(&[100, i64::MAX])), ("at", instants(&[0, 1])), ("customer", text(&["7", "x-501"]))]);
    tables.touches.extend(batch(vec![
        ("at", instants(&[-1])),
        ("customer", text(&["x-501"])),
        ("affiliate", text(&["32"])),
    ]));
    tables.lines = batch(vec![("order", numbers(&[100, i64::MAX])), ("amount", money(&[1_00, 2_00]))]);
    tables.refunds = Vec::new();
    let columns = affil_arrow::columns(&tables).unwrap();
    let who: Vec<_> = told(&columns).into_iter().map(|row| row.0.unwrap()).collect();
    assert_eq!(who, ["31", "32"]);
}

/// Nobody at all is a sheet as well.
#[test]
fn without_affiliates_every_row_is_nobodys() {
    let tables = Tables { affiliates: Vec::new(), touches: Vec::new(), ..plain() };
    let columns = affil_arrow::columns(&tables).unwrap();
    let sheet = plan().sheet(&columns, 2).unwrap();
    let lines = affil_arrow::sheet_lines(&sheet, &columns).unwrap();
    assert_eq!(lines.column_by_name("affiliate").unwrap().logical_null_count(), 3);
}

fn refused(change: impl FnOnce(&mut Tables)) -> Vec<String> {
    let mut tables = plain();
    change(&mut tables);
    let problems: Problems = affil_arrow::columns(&tables).expect_err("refused");
    problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path())).collect()
}

#[test]
fn what_columns_cannot_hold_is_refused() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![25.0]));
    let found = refused(|tables| {
        tables.lines = batch(vec![("order", numbers(&[100])), ("amount", floats)]);
        tables.refunds = Vec::new();
        tables.adjustments = words(&[("id", "x")]);
    });
    assert_eq!(found, ["table.column_unknown /adjustments", "money.not_text /lines/amount"]);
    let found = refused(|tables| {
        tables.refunds = batch(vec![
            ("at", instants(&[5, 6])),
            ("order", numbers(&[901, 100])),
            ("line", numbers(&[1, 3])),
            ("amount", money(&[1, 1])),
        ]);
    });
    assert_eq!(found, ["order.unknown /refunds/0/order", "line.unknown /refunds/1/line"]);
    let found = refused(|tables| {
        tables.touches = batch(vec![("at", instants(&[0])), ("customer", text(&["-"])), ("campaign", text(&["x"]))]);
    });
    assert_eq!(found, ["table.value_missing /touches/0/customer", "table.column_unknown /touches/campaign"]);
    let found = refused(|tables| tables.lines = batch(vec![("order", numbers(&[100]))]));
    assert_eq!(found.first().unwrap(), "table.column_missing /lines");
    let found = refused(|tables| {
        tables.lines =
            batch(vec![("order", numbers(&[100, 900])), ("amount", text(&["1.00", "99999999999999999999"]))]);
    });
    assert_eq!(found, ["money.limit /lines/1/amount"]);
}

#[test]
fn more_rows_than_are_read_at_once_and_ids_near_and_far() {
    // Every customer orders once for 10.00, an hour after its touch; every third customer's id lies far from the others.
    let many = 100_000_i64;
    let id = |row: i64| if row % 3 == 0 { row * 1_000_000_007 } else { row };
    let customers: Vec<i64> = (0..many).map(id).collect();
    let rows: Vec<i64> = (0..many).collect();
    let tables = Tables {
        affiliates: words(&[("id", "31")]),
        touches: batch(vec![
            ("at", instants(&vec![-1; customers.len()])),
            ("customer", numbers(&customers)),
            ("affiliate", numbers(&vec![31; customers.len()])),
        ]),
        orders: batch(vec![
            ("id", numbers(&rows)),
            ("at", instants(&vec![0; customers.len()])),
            ("customer", numbers(&customers)),
        ]),
        lines: batch(vec![
            ("order", numbers(&rows)),
            ("amount", money(&vec![10_00; customers.len()])),
            ("category", text(&vec!["shoes"; customers.len()])),
        ]),
        ..Tables::default()
    };
    let whole = affil_arrow::columns(&tables).unwrap();
    let sheet = plan().sheet(&whole, 2).unwrap();
    let earned: Vec<i64> = sheet.lines().map(|line| line.commission.get()).collect();
    assert_eq!(earned, vec![1_00; customers.len()]);
    // The same in batches of another size.
    let pieces = |batches: &[arrow_array::RecordBatch]| -> affil_arrow::Stream<'static> {
        let batch = batches.first().unwrap().clone();
        let rows = batch.num_rows();
        Box::new((0..rows).step_by(7_777).map(move |start| batch.slice(start, 7_777.min(rows - start))))
    };
    let streams = affil_arrow::Streams {
        affiliates: pieces(&tables.affiliates),
        touches: pieces(&tables.touches),
        orders: pieces(&tables.orders),
        lines: pieces(&tables.lines),
        ..affil_arrow::Streams::default()
    };
    let streamed = affil_arrow::columns_of_streams(streams).unwrap();
    assert_eq!(plan().sheet(&streamed, 2).unwrap(), sheet);
}
