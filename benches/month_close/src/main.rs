//! The month close from Parquet to Parquet, by a program that embeds affil: its tables under their names, tables A and B
//! under those of the work.
//!
//! This program must never know a rule: they are in `program.toml` beside the data.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use affil::{Columns, Plan, Sheet};
use affil_arrow::parquet::{Failure, Reading, Writing};
use affil_arrow::{Stream, Streams};
use anyhow::{Context, Result, anyhow};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow_select::filter::filter_record_batch;

/// 2025-04-01 in New York.
const CLOSE: i64 = 1_743_480_000_000_000;
/// So many rows of table A are written at once.
const ROWS: usize = 1 << 18;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data, out] = arguments.as_slice() else {
        return Err(anyhow!("say the folders of the data and of the results"));
    };
    let threads = std::env::var("BENCH_THREADS").ok().and_then(|threads| threads.parse().ok()).unwrap_or(2);
    let (data, out) = (Path::new(data), Path::new(out));
    let plan = Plan::from_text(&std::fs::read_to_string(data.join("program.toml"))?).map_err(said)?;
    let columns = columns(&plan, data, threads)?;
    let sheet = plan.sheet(&columns, threads).map_err(said)?;
    write_lines(&sheet, &columns, &out.join("a.parquet"), threads)?;
    write_statements(&sheet, &out.join("b.parquet"))?;
    // What is left is given back by the system, sooner.
    std::process::exit(0);
}

#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
fn said(problems: affil::Problems) -> anyhow::Error {
    anyhow!("{problems}")
}

fn columns(plan: &Plan, data: &Path, threads: usize) -> Result<Columns> {
    let failure = Failure::default();
    let open = |table: &str, columns: &[&str]| -> Result<Stream<'static>> {
        let path = data.join(table).with_extension("parquet");
        let reading = Reading::open(&path, Some(columns)).with_context(|| path.display().to_string())?;
        Ok(reading.stream(threads, &failure))
    };
    let touches = open("touches", &["customer_id", "affiliate_id", "channel", "ts"])?;
    let orders = open("orders", &["order_id", "customer_id", "ts", "currency", "status"])?;
    let lines = open("lines", &["order_id", "line_no", "category", "qty", "unit_price"])?;
    let refunds = open("refunds", &["order_id", "line_no", "ts", "amount"])?;
    let streams = Streams {
        affiliates: Box::new(
            open("affiliates", &["affiliate_id", "active", "plan", "cap_cents"])?.map(|b| affiliates(&b)),
        ),
        quotes: Box::new(open("fx", &["day", "currency", "rate"])?.map(|batch| quotes(&batch))),
        touches: Box::new(touches.map(|batch| {
            named(
                &batch,
                &[("ts", "at"), ("customer_id", "customer"), ("affiliate_id", "affiliate"), ("channel", "channel")],
            )
        })),
        orders: Box::new(orders.map(|batch| counted(&batch))),
        lines: Box::new(lines.map(|batch| {
            let price = [("unit_price", "price"), ("qty", "quantity"), ("category", "category")];
            named(&batch, &[&[("order_id", "order"), ("line_no", "id")], &price[..]].concat())
        })),
        refunds: Box::new(refunds.map(|batch| {
            let at = batch["ts"].as_primitive::<TimestampMicrosecondType>();
            let early: BooleanArray = at.iter().map(|at| Some(at < Some(CLOSE))).collect();
            let kept = filter_record_batch(&batch, &early).unwrap_or_else(|error| panic!("refunds: {error}"));
            named(&kept, &[("ts", "at"), ("order_id", "order"), ("line_no", "line"), ("amount", "amount")])
        })),
    };
    let columns = affil_arrow::columns_for(plan, streams, threads);
    failure.check()?;
    columns.map_err(said)
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap_or_else(|error| panic!("columns of one length: {error}"))
}

/// Columns under the names that affil knows.
fn named(from: &RecordBatch, names: &[(&str, &'static str)]) -> RecordBatch {
    batch(names.iter().map(|(old, new)| (*new, Arc::clone(&from[*old]))).collect())
}

fn counted(from: &RecordBatch) -> RecordBatch {
    let status = from["status"].as_primitive::<Int8Type>();
    let approved: BooleanArray = status.iter().map(|status| Some(status == Some(0))).collect();
    let named = [("order_id", "id"), ("ts", "at"), ("customer_id", "customer"), ("currency", "currency")];
    let mut columns: Vec<_> = named.iter().map(|(old, new)| (*new, Arc::clone(&from[*old]))).collect();
    columns.push(("counts", Arc::new(approved)));
    batch(columns)
}

fn affiliates(from: &RecordBatch) -> RecordBatch {
    let plans = from["plan"].as_primitive::<Int8Type>().iter();
    let groups = StringArray::from_iter_values(plans.map(|plan| if plan == Some(0) { "retro" } else { "slices" }));
    let caps = from["cap_cents"].as_primitive::<Int64Type>().values().iter();
    let caps = StringArray::from_iter_values(caps.map(|cap| format!("{}.{:02}", cap / 100, cap % 100)));
    let (id, active) = (Arc::clone(&from["affiliate_id"]), Arc::clone(&from["active"]));
    batch(vec![("id", id), ("active", active), ("groups", Arc::new(groups)), ("attributes.cap", Arc::new(caps))])
}

fn quotes(from: &RecordBatch) -> RecordBatch {
    let currencies = from["currency"].as_any_dictionary_opt().map_or_else(
        || Arc::clone(&from["currency"]),
        |words| arrow_select::take::take(words.values(), words.keys(), None).unwrap_or_else(|error| panic!("{error}")),
    );
    let foreign: BooleanArray = currencies.as_string::<i32>().iter().map(|code| Some(code != Some("USD"))).collect();
    let dollars = Arc::new(StringArray::from(vec!["USD"; from.num_rows()]));
    let (date, rate) = (Arc::clone(&from["day"]), Arc::clone(&from["rate"]));
    let all = batch(vec![("from", currencies), ("to", dollars), ("date", date), ("rate", rate)]);
    filter_record_batch(&all, &foreign).unwrap_or_else(|error| panic!("quotes: {error}"))
}

/// The affiliates' numbers, by their position in the sheet.
fn numbers(sheet: &Sheet) -> Result<Vec<i32>> {
    sheet.affiliates().iter().map(|id| id.parse().with_context(|| format!("affiliate {id}"))).collect()
}

/// Months as 202501.
fn months(sheet: &Sheet) -> Result<Vec<i32>> {
    sheet.months().iter().map(|month| Ok(month.to_string().replace('-', "").parse()?)).collect()
}

fn write_lines(sheet: &Sheet, columns: &Columns, path: &Path, threads: usize) -> Result<()> {
    let (numbers, months, rows) = (numbers(sheet)?, months(sheet)?, sheet.columns());
    let place = |code: &u32| usize::try_from(*code).unwrap_or(usize::MAX);
    let mut writing = None;
    let count = rows.affiliate.len();
    for start in (0..count.max(1)).step_by(ROWS) {
        let part = start..count.min(start + ROWS);
        let lines: Vec<usize> = match &rows.line {
            Some(lines) => lines[part.clone()].iter().map(place).collect(),
            None => part.clone().collect(),
        };
        let affil::Ids::Numbers(ids) = columns.order_ids() else { return Err(anyhow!("orders have numbers")) };
        let order = lines.iter().map(|line| ids[place(&columns.line_orders()[*line])]);
        let number: Vec<i64> = match columns.line_ids() {
            Some(affil::Ids::Numbers(own)) => lines.iter().map(|line| own[*line]).collect(),
            _ => lines.iter().map(|line| columns.line_number(*line).try_into()).collect::<Result<_, _>>()?,
        };
        let whose = rows.affiliate[part.clone()].iter().map(|code| numbers.get(place(code)).copied().unwrap_or(0));
        let month = rows.month[part.clone()].iter().map(|month| months[usize::from(*month)]);
        let cents = |values: &[i64]| Arc::new(Int64Array::from(values[part.clone()].to_vec())) as ArrayRef;
        let made = batch(vec![
            ("order_id", Arc::new(Int64Array::from_iter_values(order)) as ArrayRef),
            ("line_no", Arc::new(Int64Array::from(number))),
            ("affiliate_id", Arc::new(Int32Array::from_iter_values(whose))),
            ("month", Arc::new(Int32Array::from_iter_values(month))),
            ("sale_cents", cents(&rows.sale)),
            ("commission_cents", cents(&rows.commission)),
            ("clawback_cents", cents(&rows.reversed)),
        ]);
        if writing.is_none() {
            writing = Some(Writing::new(File::create(path)?, made.schema(), threads)?);
        }
        if let Some(writing) = &mut writing {
            writing.write(&made)?;
        }
    }
    writing.map_or(Ok(()), |writing| writing.finish().map(|_| ())).map_err(Into::into)
}

fn write_statements(sheet: &Sheet, path: &Path) -> Result<()> {
    let mut rows = Vec::new();
    for statement in sheet.statements() {
        let affiliate: i32 = statement.affiliate.parse()?;
        let month: i32 = statement.month.to_string().replace('-', "").parse()?;
        rows.push((affiliate, month, statement));
    }
    rows.sort_by_key(|(affiliate, month, _)| (*affiliate, *month));
    let cents = |money: fn(&affil::Totals) -> affil::Money| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(.., row)| money(&row.totals).minor().get())))
    };
    let orders = rows.iter().map(|(.., row)| i64::try_from(row.totals.orders)).collect::<Result<Vec<_>, _>>()?;
    let back = rows.iter().map(|(.., row)| -row.totals.reversals.minor().get());
    let made = batch(vec![
        ("affiliate_id", Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.0))) as ArrayRef),
        ("month", Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.1)))),
        ("orders", Arc::new(Int64Array::from(orders))),
        ("sale_cents", cents(|totals| totals.sales)),
        ("tier", Arc::new(Int64Array::from_iter_values(rows.iter().map(|(.., row)| i64::from(row.step))))),
        ("commission_cents", cents(|totals| totals.commission)),
        ("clawback_cents", Arc::new(Int64Array::from_iter_values(back))),
        ("net_cents", cents(|totals| totals.total)),
    ]);
    let mut writing = Writing::new(File::create(path)?, made.schema(), 1)?;
    writing.write(&made)?;
    writing.finish()?;
    Ok(())
}
