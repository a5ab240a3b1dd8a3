//! Facts as CSV, JSON Lines and Parquet.

use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;

use crate::story::Story;

const AFFILIATES: &str = "id\nana\n";
const TOUCHES: &str = "id,at,customer,affiliate\nt1,2026-03-09T10:00:00Z,kim,ana\nt2,2026-03-27T21:59:00Z,kim,ana\n";
const ORDERS: &str = "\
id,at,customer,category,amount
A,2026-03-10T10:00:00Z,kim,shoes,800.00
B,2026-03-31T21:59:00Z,kim,shoes,300.05
C,2026-03-31T22:01:00Z,kim,shoes,50.00
";

/// The first example's facts as CSV, one row for each line.
fn story(name: &str) -> Story {
    let story = Story::of_first(name);
    story.write("data/affiliates.csv", AFFILIATES);
    story.write("data/touches.csv", TOUCHES);
    story.write("data/orders.csv", ORDERS);
    story
}

fn settled(story: &Story, facts: &[&str]) -> String {
    story.affil(&[&["settle", "program.toml"], facts, &["--format", "json"]].concat()).fine()
}

#[test]
fn csv_says_the_same_as_the_document() {
    let story = story("csv-same");
    assert_eq!(settled(&story, &["data"]), settled(&story, &["facts.json"]));
    // Doubles change nothing, even across formats.
    assert_eq!(settled(&story, &["data", "facts.json"]), settled(&story, &["facts.json"]));
}

#[test]
fn lines_in_a_table_of_their_own() {
    let story = story("csv-lines");
    story.write(
        "data/orders.csv",
        "id,at,customer\nA,2026-03-10T10:00:00Z,kim\nB,2026-03-31T21:59:00Z,kim\nC,2026-03-31T22:01:00Z,kim\n",
    );
    story.write("data/lines.csv", "order,category,amount\nC,shoes,50.00\nA,shoes,800.00\nB,shoes,300.05\n");
    assert_eq!(settled(&story, &["data"]), settled(&story, &["facts.json"]));
    story.write("data/lines.csv", "order,category,amount\nC,shoes,50.00\nA,shoes,800.00\nB,shoes,300.051\n");
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/lines.csv row 3 (line 4), amount: money.too_precise: "), "{told}");
}

#[test]
fn amounts_are_never_floats() {
    let story = story("csv-floats");
    story.write("data/orders.csv", &ORDERS.replace("800.00", "19.90"));
    let told = settled(&story, &["data"]);
    assert!(told.contains("\"sales\":\"369.95\""), "{told}");
    for refused in ["1e3", "19,90", "1_000.5", "+5", ".5", "1.9900000000000000001"] {
        story.write("data/orders.csv", &ORDERS.replace("300.05", &format!("\"{refused}\"")));
        let ended = story.affil(&["settle", "program.toml", "data"]).refused(1);
        assert!(ended.starts_with("data/orders.csv row 2 (line 3), amount: money."), "{refused}: {ended}");
        assert!(ended.lines().nth(1).unwrap().starts_with("  hint: "), "{refused}: {ended}");
    }
}

#[test]
fn all_problems_of_all_tables_at_once() {
    let story = story("csv-all");
    story.write(
        "data/orders.csv",
        "id,at,customer,amount\nA,2026-03-10T10:00:00,kim,1.00\nB,2026-03-10T10:00:00Z,,1.00\n",
    );
    story.write("data/refunds.csv", "id,at,order,amout\nr,2026-03-10T10:00:00Z,A,1.00\n");
    let told = story.affil(&["settle", "program.toml", "data", "--format", "json"]).refused_as_json(1);
    let found: Vec<String> = told["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            let place = [&problem["file"], &problem["code"], &problem["path"], &problem["row"], &problem["line"]];
            place.map(ToString::to_string).join(" ").replace('"', "")
        })
        .collect();
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "data/orders.csv table.value_missing /orders/1/customer 2 3",
            "data/orders.csv time.no_offset /orders/0/at 1 2",
            "data/refunds.csv table.column_unknown /refunds/amout null null",
        ]
    );
}

#[test]
fn rows_of_several_files_are_counted_in_their_own_file() {
    let story = story("csv-several");
    story.write(
        "data/orders-2.csv",
        "id,at,customer,amount,tax\nD,2026-04-01T10:00:00Z,kim,1.00,\nE,2026-04-01T10:00:00Z,kim,1.00,-0.10\n",
    );
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    // orders-2.csv stands before orders.csv, whose name is longer than its beginning.
    assert!(told.starts_with("data/orders-2.csv row 2 (line 3), tax: line.part_sign: "), "{told}");
    story.write("data/orders-2.csv", "id,at,customer,amount\nD,2026-04-01T10:00:00Z,kim,1.00\n");
    story.write(
        "data/refunds.csv",
        "id,at,order,line,amount\nr1,2026-04-02T10:00:00Z,A,1,1.00\nr2,2026-04-02T10:00:00Z,C,1,50.01\n",
    );
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/refunds.csv row 2 (line 3), amount: refund.exceeds_line: "), "{told}");
    story.write("data/refunds.csv", "id,at,order\n");
    story.write("facts-3.json", "{ \"orders\": [\n{ \"id\": \"F\", \"at\": \"2026-04-02T10:00:00Z\", \"customer\": \"kim\",\n\"currency\": \"USD\", \"lines\": [{ \"amount\": \"1.00\" }] }] }");
    let told = story.affil(&["settle", "program.toml", "data", "facts-3.json"]).refused(1);
    assert!(told.starts_with("facts-3.json:2: currency.no_quote: "), "{told}");
}

#[test]
fn line_numbers_survive_quotes_and_windows_line_breaks() {
    let story = story("csv-line-breaks");
    let orders =
        "\u{feff}id,at,customer,amount\r\n\"A\r\nB\",2026-03-10T10:00:00Z,kim,1.00\r\nC,2026-03-10T10:00:00Z,kim,x\r\n";
    story.write("data/orders.csv", orders);
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/orders.csv row 2 (line 4), amount: money.malformed: "), "{told}");
}

#[test]
fn what_is_no_csv_is_refused() {
    let story = story("csv-broken");
    for (text, place) in [
        (
            "id,at,customer,amount\nA,2026-03-10T10:00:00Z,kim\n",
            "data/orders.csv:2: document.malformed: a row with 3 cells",
        ),
        ("id;at;customer;amount\n", "data/orders.csv:1: document.malformed: the columns are separated by ';'"),
        ("id,at,at,amount\n", "data/orders.csv:1: document.duplicate_key: two columns are called `at`"),
    ] {
        story.write("data/orders.csv", text);
        let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
        assert!(told.starts_with(place), "{told}");
    }
    std::fs::write(story.path("data/orders.csv"), b"id,at,customer,amount\nA,2026-03-10T10:00:00Z,ki\xff,1\n").unwrap();
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/orders.csv:2: document.malformed: not UTF-8 text"), "{told}");
}

#[test]
fn json_lines_say_the_same_as_the_document() {
    let story = Story::of_first("jsonl");
    story.write("data/affiliates.jsonl", "{\"id\":\"ana\"}\n");
    story.write(
        "data/touches.ndjson",
        "{\"id\":\"t1\",\"at\":\"2026-03-09T10:00:00Z\",\"customer\":\"kim\",\"affiliate\":\"ana\"}\n\n\
         {\"id\":\"t2\",\"at\":\"2026-03-27T21:59:00Z\",\"customer\":\"kim\",\"affiliate\":\"ana\"}",
    );
    let order = |id: &str, at: &str, amount: &str| {
        format!(
            "{{\"id\":\"{id}\",\"at\":\"{at}\",\"customer\":\"kim\",\"lines\":[{{\"category\":\"shoes\",\"amount\":{amount}}}]}}\n"
        )
    };
    let (a, b, c) = ("2026-03-10T10:00:00Z", "2026-03-31T21:59:00Z", "2026-03-31T22:01:00Z");
    story.write(
        "data/orders.jsonl",
        &[order("A", a, "\"800.00\""), order("B", b, "\"300.05\""), order("C", c, "\"50.00\"")].concat(),
    );
    assert_eq!(settled(&story, &["data"]), settled(&story, &["facts.json"]));
    story.write("data/orders.jsonl", &[order("A", a, "\"800.00\""), "\n".to_owned(), order("B", b, "300.05")].concat());
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/orders.jsonl row 2 (line 3), lines/0/amount: money.not_text: "), "{told}");
    story.write("data/orders.jsonl", "{\"id\":\"A\"\n}\n");
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/orders.jsonl:1: document.malformed: not a JSON value: "), "{told}");
    assert_eq!(told.matches("document.malformed").count(), 2, "{told}");
}

pub(crate) fn write_parquet(story: &Story, name: &str, columns: Vec<(&str, ArrayRef)>) {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(story.path(name)).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

pub(crate) fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// Seconds since 1970, computed with `date -u -d … +%s`.
fn instants(seconds: &[i64]) -> ArrayRef {
    let micros: Vec<i64> = seconds.iter().map(|second| second * 1_000_000).collect();
    Arc::new(TimestampMicrosecondArray::from(micros).with_timezone("UTC"))
}

#[test]
fn parquet_with_decimals_and_timestamps_says_the_same_as_the_document() {
    let story = Story::of_first("parquet");
    std::fs::create_dir_all(story.path("data")).unwrap();
    write_parquet(&story, "data/affiliates.parquet", vec![("id", text(&["ana"]))]);
    let touches = vec![
        ("id", text(&["t1", "t2"])),
        ("at", instants(&[1_773_050_400, 1_774_648_740])),
        ("customer", text(&["kim", "kim"])),
        ("affiliate", text(&["ana", "ana"])),
    ];
    write_parquet(&story, "data/touches.parquet", touches);
    let amounts = Decimal128Array::from(vec![80_000, 30_005, 5_000]).with_precision_and_scale(10, 2).unwrap();
    let orders = vec![
        ("id", text(&["A", "B", "C"])),
        ("at", instants(&[1_773_136_800, 1_774_994_340, 1_774_994_460])),
        ("customer", text(&["kim", "kim", "kim"])),
        ("category", text(&["shoes", "shoes", "shoes"])),
        ("amount", Arc::new(amounts) as ArrayRef),
    ];
    write_parquet(&story, "data/orders.parquet", orders.clone());
    assert_eq!(settled(&story, &["data"]), settled(&story, &["facts.json"]));

    let mut floats = orders;
    floats[4].1 = Arc::new(arrow_array::Float64Array::from(vec![800.0, 300.05, 50.0]));
    write_parquet(&story, "data/orders.parquet", floats);
    let told = story.affil(&["settle", "program.toml", "data"]).refused(1);
    assert!(told.starts_with("data/orders.parquet: money.not_text: "), "{told}");
}

#[test]
fn tables_by_option_and_files_left_out() {
    let story = story("csv-options");
    std::fs::rename(story.path("data/orders.csv"), story.path("data/sales.csv")).unwrap();
    let arguments = ["settle", "program.toml", "data", "--orders", "data/sales.csv", "--format", "json"];
    let ended = story.affil(&arguments);
    assert_eq!(ended.err, "note: data/sales.csv is no table of facts and was left out\n");
    assert_eq!(ended.fine(), settled(&story, &["facts.json"]));
}
