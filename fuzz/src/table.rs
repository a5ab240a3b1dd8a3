//! Facts as tables: what rows of text say, columns of any type say.
//! This module must never settle anything itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use affil::time::Instant;
use affil::{Facts, Plan, Problems};
use affil_arrow::Tables;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int64Array, LargeStringArray, RecordBatch, StringArray,
    StringViewArray, TimestampMicrosecondArray,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::draw::holds;
use crate::laws::generate::{facts, program};

/// Facts in tables of any types settle as facts in JSON do.
pub fn arrow(data: &[u8]) {
    holds(tables_settle_like_documents, data);
}

/// Columns settle to the statements of the same facts in JSON, with one thread and with two.
pub fn columns(data: &[u8]) {
    holds(columns_settle_like_facts, data);
}

/// The types that columns have, chosen by bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Types(pub(crate) u32);

/// The tables of rows, each cell of its type; lists become texts with `;`, attributes columns of their own.
pub(crate) fn tables(facts: &Value, types: Types) -> Tables {
    let rows = |table: &str| facts[table].as_array().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    let orders: Vec<Value> = rows("orders")
        .into_iter()
        .map(|mut order| {
            let own = order.as_object_mut().unwrap().remove("lines").unwrap_or_default();
            for line in own.as_array().cloned().unwrap_or_default() {
                let mut line = line;
                line["order"] = order["id"].clone();
                lines.push(line);
            }
            order
        })
        .collect();
    let batch = |rows: &[Value], needed: &[&str]| batch(rows, needed, types);
    Tables {
        affiliates: batch(&rows("affiliates"), &["id"]),
        touches: batch(&rows("touches"), &["at", "customer"]),
        orders: batch(&orders, &["id", "at", "customer"]),
        lines: batch(&lines, &["order", "amount"]),
        refunds: batch(&rows("refunds"), &["id", "at", "order"]),
        adjustments: batch(&rows("adjustments"), &["id", "at", "affiliate", "amount", "reason"]),
        reviews: batch(&rows("reviews"), &["id", "at", "orders", "decision"]),
        payouts: batch(&rows("payouts"), &["id", "at", "affiliate", "earned", "transfer"]),
        confirmations: batch(&rows("confirmations"), &["id", "at", "payout", "outcome"]),
        quotes: batch(&rows("quotes"), &["from", "to", "date", "rate"]),
        until: facts["until"].as_str().map(|until| Instant::parse(until).unwrap()),
    }
}

/// The rows of a table in one batch or in two.
fn batch(rows: &[Value], needed: &[&str], types: Types) -> Vec<RecordBatch> {
    let mut names: BTreeSet<String> = needed.iter().map(|name| (*name).to_owned()).collect();
    let rows: Vec<BTreeMap<String, Value>> = rows.iter().map(flat).collect();
    names.extend(rows.iter().flat_map(BTreeMap::keys).cloned());
    let columns = names.iter().map(|name| {
        let cells: Vec<Option<&Value>> = rows.iter().map(|row| row.get(name)).collect();
        (name.as_str(), column(name, &cells, types), true)
    });
    let whole = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let first = if types.0 & 64 == 0 { 0 } else { rows.len() / 2 };
    if first == 0 { vec![whole] } else { vec![whole.slice(0, first), whole.slice(first, rows.len() - first)] }
}

fn flat(row: &Value) -> BTreeMap<String, Value> {
    let mut cells = BTreeMap::new();
    for (name, value) in row.as_object().unwrap() {
        match value {
            Value::Object(attributes) => {
                cells.extend(attributes.iter().map(|(key, value)| (format!("attributes.{key}"), value.clone())));
            }
            Value::Array(texts) => {
                let texts: Vec<&str> = texts.iter().map(|text| text.as_str().unwrap()).collect();
                cells.insert(name.clone(), json!(texts.join(";")));
            }
            Value::Null => {}
            other => {
                cells.insert(name.clone(), other.clone());
            }
        }
    }
    cells
}

fn column(name: &str, cells: &[Option<&Value>], types: Types) -> ArrayRef {
    let of = |bit: u32| types.0 & (1 << bit) != 0;
    let texts: Vec<Option<String>> = cells
        .iter()
        .map(|cell| cell.map(|cell| cell.as_str().map_or_else(|| cell.to_string(), str::to_owned)))
        .collect();
    let money = ["amount", "discount", "tax", "shipping", "cost", "earned", "transfer"];
    match name {
        "at" | "known" if of(0) => {
            let micros = texts.iter().map(|text| text.as_ref().map(|text| Instant::parse(text).unwrap().micros()));
            Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        _ if money.contains(&name) && of(1) => {
            let cents =
                texts.iter().map(|text| text.as_ref().map(|text| text.replace('.', "").parse::<i128>().unwrap()));
            Arc::new(cents.collect::<Decimal128Array>().with_precision_and_scale(18, 2).unwrap())
        }
        "quantity" if of(2) => Arc::new(cells.iter().map(|cell| cell.and_then(Value::as_i64)).collect::<Int64Array>()),
        "active" | "new_customer" if of(3) => {
            Arc::new(cells.iter().map(|cell| cell.and_then(Value::as_bool)).collect::<BooleanArray>())
        }
        _ => match types.0 >> 4 & 3 {
            0 => Arc::new(texts.into_iter().collect::<StringArray>()),
            1 => Arc::new(texts.into_iter().collect::<LargeStringArray>()),
            2 => Arc::new(texts.into_iter().collect::<StringViewArray>()),
            _ => Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>()),
        },
    }
}

fn codes(problems: &Problems) -> BTreeSet<String> {
    problems.iter().map(|problem| problem.code().to_string()).collect()
}

/// What columns can hold of facts, with the ids that columns give.
fn plain(facts: &Value) -> Value {
    let mut plain = json!({ "affiliates": facts["affiliates"], "quotes": facts["quotes"], "touches": [], "orders": [], "refunds": [] });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let only = |row: &Value, keys: &[&str]| -> Value {
        row.as_object()
            .unwrap()
            .iter()
            .filter(|(key, _)| keys.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    for touch in facts["touches"].as_array().into_iter().flatten() {
        let mut touch = only(touch, &["at", "customer", "affiliate", "kind", "channel"]);
        let channel = touch["channel"].as_str().map_or_else(String::new, |channel| format!("|{channel}|"));
        let kind = touch["kind"].as_str().unwrap_or("click");
        touch["id"] = json!(format!(
            "{}|{}|{kind}|{}{channel}",
            text(&touch["customer"]),
            text(&touch["affiliate"]),
            text(&touch["at"])
        ));
        if touch["channel"].is_null() {
            touch.as_object_mut().unwrap().remove("channel");
        }
        if touch["affiliate"].is_null() {
            touch.as_object_mut().unwrap().remove("affiliate");
        }
        plain["touches"].as_array_mut().unwrap().push(touch);
    }
    let mut lines = BTreeMap::new();
    for order in facts["orders"].as_array().into_iter().flatten().filter(|order| order["action"].is_null()) {
        let mut order = only(order, &["id", "at", "customer", "currency", "country", "lines"]);
        for line in order["lines"].as_array_mut().unwrap() {
            *line = only(line, &["amount", "category", "sku"]);
        }
        lines.insert(text(&order["id"]), order["lines"].as_array().unwrap().len());
        plain["orders"].as_array_mut().unwrap().push(order);
    }
    let mut ids = BTreeSet::new();
    for refund in facts["refunds"].as_array().into_iter().flatten() {
        let mut refund = only(refund, &["at", "order", "line", "amount"]);
        let id = format!("{}|{}|{}", text(&refund["order"]), text(&refund["line"]), text(&refund["at"]));
        refund["id"] = json!(id);
        // Columns refund one line at a time, by an amount, and at most once at an instant.
        let whole =
            refund["line"].is_null() || refund["amount"].is_null() || !lines.contains_key(&text(&refund["order"]));
        if !whole && ids.insert(id) {
            plain["refunds"].as_array_mut().unwrap().push(refund);
        }
    }
    plain
}

laws! {
    #[test]
    fn tables_settle_like_documents(facts in facts(), program in program(), types in any::<u32>()) {
        let plan = Plan::from_text(&program.to_string()).unwrap();
        let outcome = |facts: Result<Facts, Problems>| facts.and_then(|facts| plan.settle(&facts)).map(|settled| settled.to_json()).map_err(|problems| codes(&problems));
        let found = outcome(affil_arrow::facts(&tables(&facts, Types(types))));
        prop_assert_eq!(found, outcome(Facts::from_json(&facts.to_string())));
    }

    #[test]
    fn columns_settle_like_facts(facts in facts(), program in program(), types in any::<u32>()) {
        let plan = Plan::from_text(&program.to_string()).unwrap();
        let facts = plain(&facts);
        let mut tables = tables(&facts, Types(types));
        for touches in &mut tables.touches {
            let column = touches.schema().index_of("id");
            column.map(|column| touches.remove_column(column)).ok();
        }
        // Without a row there is nothing that says which columns there are.
        tables.refunds.retain(|refunds| refunds.num_rows() > 0);
        for refunds in &mut tables.refunds {
            let column = refunds.schema().index_of("id");
            column.map(|column| refunds.remove_column(column)).ok();
        }
        let settled = Facts::from_json(&facts.to_string()).and_then(|facts| plan.settle(&facts));
        let columns = affil_arrow::columns(&tables).unwrap();
        let sheet = plan.sheet(&columns, 1);
        prop_assert_eq!(&plan.sheet(&columns, 2), &sheet);
        match (sheet, settled) {
            (Ok(sheet), Ok(settled)) => {
                let row = |(affiliate, month, totals): (&str, affil::time::Month, affil::Totals)| (affiliate.to_owned(), month, format!("{totals:?}"));
                let found: Vec<_> = sheet.statements().map(|one| row((one.affiliate, one.month, one.totals))).collect();
                let wanted: Vec<_> = settled.statements().iter().map(|one| row((one.affiliate, one.month, one.totals))).collect();
                prop_assert_eq!(found, wanted);
            }
            (Err(found), Err(wanted)) => prop_assert_eq!(codes(&found), codes(&wanted)),
            (found, wanted) => prop_assert!(false, "columns {:?}\nfacts {:?}", found.map(|_| ()), wanted.map(|_| ())),
        }
    }
}
