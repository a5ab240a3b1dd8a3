//! Exchange rates: a row for two currencies and a day.

use std::sync::Arc;

use affil_arrow::Tables;
use arrow_array::{
    Array, ArrayRef, Date32Array, Date64Array, Decimal128Array, Float64Array, Int64Array, StringViewArray,
    TimestampMicrosecondArray,
};

use crate::{batch, codes, expected, paid, text, touched};

/// 2026-03-10, from `date -ud 2026-03-10 +%s` divided by 86,400.
const DAY: i32 = 20_522;

/// An order of 100 dollars for shoes, and its quote in these columns.
fn tables(date: ArrayRef, rate: ArrayRef) -> Tables {
    let orders = batch(vec![
        ("id", text(&["A"])),
        ("at", text(&["2026-03-10T10:00:00Z"])),
        ("customer", text(&["kim"])),
        ("currency", text(&["USD"])),
        ("amount", text(&["100.00"])),
        ("category", text(&["shoes"])),
    ]);
    let quotes = batch(vec![("from", text(&["USD"])), ("to", text(&["EUR"])), ("date", date), ("rate", rate)]);
    Tables { orders, quotes, ..touched() }
}

fn quotes(columns: Vec<(&str, ArrayRef)>) -> Tables {
    Tables { quotes: batch(columns), ..Tables::default() }
}

#[test]
fn days_and_rates_of_every_type_are_the_same_quote() {
    let days: [ArrayRef; 4] = [
        text(&["2026-03-10"]),
        Arc::new(StringViewArray::from(vec!["2026-03-10"])),
        Arc::new(Date32Array::from(vec![DAY])),
        Arc::new(Date64Array::from(vec![i64::from(DAY) * 86_400_000])),
    ];
    let rates: [ArrayRef; 3] = [
        text(&["0.92"]),
        text(&["0.920"]),
        Arc::new(Decimal128Array::from(vec![920_000]).with_precision_and_scale(12, 6).unwrap()),
    ];
    for (day, rate) in days.iter().flat_map(|day| rates.iter().map(move |rate| (day, rate))) {
        let tables = tables(Arc::clone(day), Arc::clone(rate));
        // 100 × 0.92 = 92.00, and 10 % of it.
        assert_eq!(paid(&tables), ["9.20"], "{} {}", day.data_type(), rate.data_type());
        let facts = affil_arrow::facts(&tables).unwrap();
        assert_eq!(facts.quotes(), 1);
    }
}

#[test]
fn the_same_quote_again_changes_nothing_and_another_is_refused() {
    let twice = |rates: &[&str]| {
        quotes(vec![
            ("from", text(&["USD"; 2])),
            ("to", text(&["EUR"; 2])),
            ("date", text(&["2026-03-10"; 2])),
            ("rate", text(rates)),
        ])
    };
    assert_eq!(affil_arrow::facts(&twice(&["0.92", "0.92"])).unwrap().quotes(), 1);
    let refused = affil_arrow::facts(&twice(&["0.92", "0.93"]));
    assert_eq!(codes(refused), expected(&[("fact.conflict", "/quotes/1/rate")]));
}

#[test]
fn columns_that_hold_no_days_or_rates_are_refused() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![0.92]));
    let wholes: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let instants: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0]));
    let zoned: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC"));
    let (day, rate) = (|| text(&["2026-03-10"]), || text(&["0.92"]));
    let cases = [
        (day(), Arc::clone(&floats), "rate.not_text", "/quotes/rate"),
        (day(), Arc::clone(&wholes), "rate.not_text", "/quotes/rate"),
        (day(), Arc::clone(&instants), "table.column_type", "/quotes/rate"),
        (instants, rate(), "table.column_type", "/quotes/date"),
        (zoned, rate(), "table.column_type", "/quotes/date"),
        (wholes, rate(), "table.column_type", "/quotes/date"),
        (floats, rate(), "table.column_type", "/quotes/date"),
    ];
    for (date, rate, code, path) in cases {
        assert_eq!(codes(affil_arrow::facts(&tables(date, rate))), expected(&[(code, path)]));
    }
}

#[test]
fn values_that_are_no_days_rates_or_currencies_are_named() {
    let days = ["2026-03-10", "2026-02-30", "10.3.2026", "2026-03-10T00:00:00Z", "1969-12-31", "-", "2026-03-10"];
    let rates = ["0,92", "1", "1", "1", "1", "0", "-"];
    let to = ["EUR", "EURO", "EUR", "-", "EUR", "EUR", "EUR"];
    let refused =
        quotes(vec![("from", text(&["USD"; 7])), ("to", text(&to)), ("date", text(&days)), ("rate", text(&rates))]);
    let wanted = [
        ("rate.malformed", "/quotes/0/rate"),
        ("date.malformed", "/quotes/1/date"),
        ("currency.unknown", "/quotes/1/to"),
        ("date.malformed", "/quotes/2/date"),
        ("date.malformed", "/quotes/3/date"),
        ("table.value_missing", "/quotes/3/to"),
        ("date.malformed", "/quotes/4/date"),
        ("table.value_missing", "/quotes/5/date"),
        ("table.value_missing", "/quotes/6/rate"),
    ];
    assert_eq!(codes(affil_arrow::facts(&refused)), expected(&wanted));
}

#[test]
fn days_beyond_the_years_and_rates_beyond_the_limits_are_refused() {
    let far: Vec<(ArrayRef, &str)> = vec![
        (Arc::new(Date32Array::from(vec![-1])), "date.malformed"),
        (Arc::new(Date32Array::from(vec![i32::MAX])), "date.malformed"),
        (Arc::new(Date64Array::from(vec![i64::MIN])), "date.malformed"),
        (Arc::new(Date64Array::from(vec![1])), "date.malformed"),
    ];
    for (date, code) in far {
        let refused = affil_arrow::facts(&tables(date, text(&["0.92"])));
        assert_eq!(codes(refused), expected(&[(code, "/quotes/0/date")]));
    }
    let decimals = |value: i128, scale: i8| -> ArrayRef {
        Arc::new(Decimal128Array::from(vec![value]).with_precision_and_scale(38, scale).unwrap())
    };
    let rates = [
        (decimals(-92, 2), "rate.limit"),
        (decimals(0, 2), "rate.limit"),
        (decimals(1_000_001, 0), "rate.limit"),
        (decimals(i128::from(i64::MAX) * 1_000_000_000, 0), "rate.limit"),
        (decimals(1, 13), "rate.limit"),
        (decimals(1, 30), "rate.too_precise"),
        (text(&["-0.92"]), "rate.limit"),
        (text(&["0"]), "rate.limit"),
    ];
    for (rate, code) in rates {
        let refused = affil_arrow::facts(&tables(text(&["2026-03-10"]), rate));
        assert_eq!(codes(refused), expected(&[(code, "/quotes/0/rate")]));
    }
}
