//! `affil sheet`: from tables to tables.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::story::Story;
use crate::tables::write_parquet;

/// The first example's facts as tables of columns, orders beside their lines.
fn story(name: &str) -> Story {
    let story = Story::of_first(name);
    story.write("data/affiliates.csv", "id\nana\n");
    story.write(
        "data/touches.csv",
        "at,customer,affiliate\n2026-03-09T10:00:00Z,kim,ana\n2026-03-27T21:59:00Z,kim,ana\n",
    );
    story.write(
        "data/orders.csv",
        "id,at,customer\nA,2026-03-10T10:00:00Z,kim\nB,2026-03-31T21:59:00Z,kim\nC,2026-03-31T22:01:00Z,kim\n",
    );
    story.write("data/lines.csv", "order,category,amount\nA,shoes,800.00\nB,shoes,300.05\nC,shoes,50.00\n");
    story
}

fn read(story: &Story, name: &str) -> RecordBatch {
    let file = std::fs::File::open(story.path(name)).unwrap();
    let mut batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batch = batches.next().unwrap().unwrap();
    assert!(batches.next().is_none());
    batch
}

fn cents(batch: &RecordBatch, column: &str) -> Vec<i128> {
    batch[column].as_primitive::<Decimal128Type>().values().to_vec()
}

#[test]
fn the_first_example_as_a_sheet() {
    let story = story("sheet-first");
    let ended = story.affil(&["sheet", "program.toml", "data", "--out", "results"]);
    assert!(ended.err.contains("sheet.parquet (3 rows)"), "{ended:?}");
    assert_eq!(ended.fine(), "");
    assert_eq!(story.files("results"), ["sheet.parquet", "statements.parquet"]);
    // By hand: 10 % of 800; 200 at 10 % and 100.05 at 12 %; 10 % of 50.
    assert_eq!(cents(&read(&story, "results/sheet.parquet"), "commission"), [8000, 3201, 500]);
    assert_eq!(cents(&read(&story, "results/statements.parquet"), "total"), [11201, 500]);
}

#[test]
fn parquet_says_the_same_as_csv() {
    let story = story("sheet-parquet");
    story.affil(&["sheet", "program.toml", "data", "--out", "of-csv"]).fine();
    let text = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let at =
        |micros: &[i64]| Arc::new(TimestampMicrosecondArray::from(micros.to_vec()).with_timezone("UTC")) as ArrayRef;
    for table in ["touches", "lines"] {
        std::fs::remove_file(story.path(&format!("data/{table}.csv"))).unwrap();
    }
    // Two files of touches, one of which wins nothing.
    let (kim, ana) = (|| text(&["kim", "kim"]), || text(&["ana", "ana"]));
    let some = |micros: &[i64]| vec![("at", at(micros)), ("customer", kim()), ("affiliate", ana())];
    write_parquet(&story, "data/touches-1.parquet", some(&[1_773_050_400_000_000, 1_774_648_740_000_000]));
    write_parquet(&story, "data/touches-2.parquet", some(&[1_773_000_000_000_000, 1_773_000_000_000_001]));
    let amounts = Decimal128Array::from(vec![80000, 30005, 5000]).with_precision_and_scale(18, 2).unwrap();
    let shoes = text(&["shoes", "shoes", "shoes"]);
    write_parquet(
        &story,
        "data/lines.parquet",
        vec![("order", text(&["A", "B", "C"])), ("category", shoes), ("amount", Arc::new(amounts))],
    );
    let ended = story.affil(&["sheet", "program.toml", "data", "--out", "of-parquet", "--threads", "3"]);
    assert!(ended.err.contains("3 orders; 2 touches won any"), "{ended:?}");
    ended.fine();
    for name in ["sheet", "statements"] {
        let of = |folder: &str| read(&story, &format!("{folder}/{name}.parquet"));
        assert_eq!(of("of-csv"), of("of-parquet"));
    }
}

#[test]
fn what_columns_do_not_hold_is_said() {
    let story = story("sheet-usage");
    let told = story.affil(&["sheet", "program.toml", "facts.json", "--out", "results"]).refused(2);
    assert!(told.contains("`affil settle` reads everything"), "{told}");
    story.write("data/reviews.csv", "id,at,order,decision\n");
    let told = story.affil(&["sheet", "program.toml", "data", "--out", "results"]).refused(2);
    assert!(told.contains("columns hold no reviews"), "{told}");
}

#[test]
fn programs_that_columns_do_not_know_are_settled_all_the_same() {
    let story = story("sheet-slow");
    let program = story.read("program.toml").replace("[[rules]]", "attribution.model = \"linear\"\n[[rules]]");
    story.write("program.toml", &program);
    let ended = story.affil(&["sheet", "program.toml", "data", "--out", "results"]);
    assert!(ended.err.contains("settled one fact at a time: a model other than `last` and `first`"), "{ended:?}");
    ended.fine();
    assert_eq!(cents(&read(&story, "results/sheet.parquet"), "commission"), [8000, 3201, 500]);
}

#[test]
fn what_is_wrong_is_told_all_at_once_and_leaves_nothing() {
    let story = story("sheet-refused");
    story.write("data/lines.csv", "order,category,amount\nA,shoes,1e3\nB,shoes,300.05\nZ,shoes,50.00\n");
    let told = story.affil(&["sheet", "program.toml", "data", "--out", "results"]).refused(1);
    assert!(
        told.contains("lines row 1, amount: money.malformed") && told.contains("lines row 3, order: order.unknown"),
        "{told}"
    );
    story.write("data/lines.parquet", "no Parquet at all");
    let told = story.affil(&["sheet", "program.toml", "data", "--out", "results"]).refused(3);
    assert!(told.contains("lines.parquet"), "{told}");
    assert!(!story.path("results").exists());
}
