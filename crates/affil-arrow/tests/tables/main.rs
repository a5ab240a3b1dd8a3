//! Tables in and out, with batches made by hand.

mod actions;
mod after;
mod columns;
mod fields;
mod forms;
mod orders;
mod paid;
mod quotes;
mod refusals;
mod results;

use std::sync::Arc;

use affil::{Facts, Plan, Problems};
use affil_arrow::Tables;
use arrow_array::{ArrayRef, RecordBatch, StringArray};

/// A plan that pays 10 % of shoes.
pub(crate) fn plan() -> Plan {
    let text = r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "Europe/Berlin"
        unknown_affiliates = "accept"
        attribution.windows.click = "30d"
        [[rules]]
        id = "shoes"
        when.line.category = "shoes"
        pay.percent = "10"
    "#;
    Plan::from_text(text).unwrap()
}

/// A text column of these values; `-` is null.
pub(crate) fn text(values: &[&str]) -> ArrayRef {
    Arc::new(values.iter().map(|value| (*value != "-").then_some(*value)).collect::<StringArray>())
}

/// A batch of named columns.
pub(crate) fn batch(columns: Vec<(&str, ArrayRef)>) -> Vec<RecordBatch> {
    vec![
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
            .unwrap(),
    ]
}

/// A batch of text columns, each given as its values separated by spaces.
pub(crate) fn words(columns: &[(&str, &str)]) -> Vec<RecordBatch> {
    let column = |values: &str| text(&values.split_whitespace().collect::<Vec<_>>());
    batch(columns.iter().map(|(name, values)| (*name, column(values))).collect())
}

/// Code and path of each problem.
pub(crate) fn codes(result: Result<Facts, Problems>) -> Vec<(String, String)> {
    let problems = result.expect_err("refused");
    problems.iter().map(|problem| (problem.code().to_string(), problem.path().to_string())).collect()
}

/// What a refusal should be.
pub(crate) fn expected(problems: &[(&str, &str)]) -> Vec<(String, String)> {
    problems.iter().map(|(code, path)| ((*code).to_owned(), (*path).to_owned())).collect()
}

/// Orders of one line with this column of amounts.
pub(crate) fn orders_with(amount: ArrayRef) -> Tables {
    let rows = amount.len();
    let ids: Vec<String> = (1..=rows).map(|row| format!("o{row}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let orders = batch(vec![
        ("id", text(&ids)),
        ("at", text(&vec!["2026-03-10T10:00:00Z"; rows])),
        ("customer", text(&vec!["kim"; rows])),
        ("amount", amount),
        ("category", text(&vec!["shoes"; rows])),
    ]);
    Tables { orders, ..touched() }
}

/// Kim was sent by ana.
pub(crate) fn touched() -> Tables {
    let touches = words(&[("at", "2026-03-09T10:00:00Z"), ("customer", "kim"), ("affiliate", "ana")]);
    Tables { touches, ..Tables::default() }
}

/// The commissions that the tables give, as text.
pub(crate) fn paid(tables: &Tables) -> Vec<String> {
    let facts = affil_arrow::facts(tables).unwrap();
    plan().settle(&facts).unwrap().targets().map(|target| target.amount.amount()).collect()
}

/// The canonical settlement of tables.
pub(crate) fn settled(tables: &Tables) -> String {
    plan().settle(&affil_arrow::facts(tables).unwrap()).unwrap().to_json()
}
