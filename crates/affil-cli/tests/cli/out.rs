//! `affil settle --out`: whole files or none.

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::story::Story;

const SETTLE: [&str; 5] = ["settle", "program.toml", "facts.json", "--out", "out"];
const FILES: [&str; 5] = ["balances", "payout_states", "statements", "targets", "unpaid"];

/// The files of the folder `out` are these and no others.
fn assert_files(story: &Story, ending: &str, more: &[&str]) {
    let mut wanted: Vec<String> = FILES.iter().map(|name| format!("{name}.{ending}")).collect();
    wanted.extend(more.iter().map(|name| (*name).to_owned()));
    wanted.sort();
    assert_eq!(story.files("out"), wanted);
}

#[test]
fn targets_statements_and_unpaid_as_csv() {
    let story = Story::of_first("out-csv");
    let facts = story
        .read("facts.json")
        .replace("\"A\", \"at\": \"2026-03-10T10:00:00Z\"", "\"A\", \"at\": \"2026-03-08T10:00:00Z\"");
    story.write("facts.json", &facts);
    let ended = story.affil(&SETTLE);
    assert_eq!(ended.code, 0);
    assert!(ended.err.contains("targets.csv (2 rows)") && ended.err.contains("unpaid.csv (1 rows)"), "{}", ended.err);
    assert_files(&story, "csv", &[]);
    assert_eq!(story.read("out/unpaid.csv"), "order,line,affiliate,reason,exclusion\nA,,,no_touch,\n");
    assert_eq!(
        story.read("out/targets.csv"),
        "id,kind,affiliate,order,line,rule,source,occasion,cause,at,month,amount,currency,state,payable_from\n\
         commission:B/1/shoes/ana,commission,ana,B,1,shoes,,,,2026-03-31T21:59:00Z,2026-03,30.00,EUR,payable,2026-03-31T21:59:00Z\n\
         commission:C/1/shoes/ana,commission,ana,C,1,shoes,,,,2026-03-31T22:01:00Z,2026-04,5.00,EUR,payable,2026-03-31T22:01:00Z\n"
    );
    assert!(
        story.read("out/statements.csv").contains("ana,2026-03,1,300.05,0.00,30.00,0.00,0.00,0.00,0.00,30.00,EUR\n")
    );
}

#[test]
fn states_balances_and_payouts_in_every_format() {
    let story = Story::of_first("out-states");
    story.write(
        "payouts.csv",
        "id,at,affiliate,earned,reserve,release,transfer\n\
         p,2026-04-05T10:00:00Z,ana,50.00,5.00,2026-10-05T10:00:00Z,45.00\n",
    );
    let facts = &[&SETTLE[..], &["payouts.csv", "--until", "2026-04-06T00:00:00Z"]].concat();
    story.affil(facts).fine();
    let states = "id,affiliate,at,state,amount,transfer,reserve,release,currency\n\
                  p,ana,2026-04-05T10:00:00Z,sent,50.00,45.00,5.00,2026-10-05T10:00:00Z,EUR\n";
    assert_eq!(story.read("out/payout_states.csv"), states);
    // 80.00, 32.01 and 5.00, less 50.00 that were paid, of which 5.00 are kept for now.
    let balances = "affiliate,pending,approved,payable,reserve,currency\nana,0.00,0.00,67.01,5.00,EUR\n";
    assert_eq!(story.read("out/balances.csv"), balances);
    story.affil(&[&facts[..], &["--format", "jsonl"]].concat()).fine();
    let balance = "{\"affiliate\":\"ana\",\"pending\":\"0.00\",\"approved\":\"0.00\",\"payable\":\"67.01\",\"reserve\":\"5.00\"}\n";
    assert_eq!(story.read("out/balances.jsonl"), balance);
    story.affil(&[&facts[..], &["--format", "parquet"]].concat()).fine();
    let file = std::fs::File::open(story.path("out/balances.parquet")).unwrap();
    let batch = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.column_by_name("payable").unwrap().as_primitive::<Decimal128Type>().values(), &[6701]);
}

#[test]
fn json_and_json_lines() {
    let story = Story::of_first("out-json");
    let printed = story.affil(&[&SETTLE[..], &["--format", "json"]].concat()).fine();
    assert_eq!(story.read("out/settlement.json"), printed);
    story.affil(&[&SETTLE[..], &["--format", "jsonl"]].concat()).fine();
    assert_files(&story, "jsonl", &["settlement.json"]);
    assert_eq!(story.read("out/targets.jsonl").lines().count(), 3);
    assert_eq!(story.read("out/unpaid.jsonl"), "");
}

#[test]
fn parquet_holds_the_same_figures_as_decimals() {
    let story = Story::of_first("out-parquet");
    story.affil(&[&SETTLE[..], &["--format", "parquet", "--ledger", "ledger.jsonl"]].concat()).fine();
    assert_files(&story, "parquet", &["entries.parquet"]);
    let file = std::fs::File::open(story.path("out/statements.parquet")).unwrap();
    let mut batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    let batch = batches.next().unwrap().unwrap();
    assert!(batches.next().is_none());
    let total = batch.column_by_name("total").unwrap();
    assert_eq!(total.data_type().to_string(), "Decimal128(18, 2)");
    assert_eq!(total.as_primitive::<Decimal128Type>().values(), &[11201, 500]);
    assert_eq!(batch.column_by_name("orders").unwrap().as_primitive::<Int64Type>().values(), &[2, 1]);
}

#[test]
fn refused_facts_leave_the_last_files() {
    let story = Story::of_first("out-refused");
    story.affil(&SETTLE).fine();
    let before: Vec<String> =
        ["targets", "statements", "unpaid"].map(|name| story.read(&format!("out/{name}.csv"))).to_vec();
    story.write("facts.json", &story.read("facts.json").replace("800.00", "8e2"));
    story.affil(&SETTLE).refused(1);
    let after: Vec<String> =
        ["targets", "statements", "unpaid"].map(|name| story.read(&format!("out/{name}.csv"))).to_vec();
    assert_eq!(before, after);
    assert_files(&story, "csv", &[]);
}

#[test]
fn a_ledger_that_cannot_be_written_keeps_all_files_away() {
    let story = Story::of_first("out-no-ledger");
    let told = story.affil(&[&SETTLE[..], &["--ledger", "gone/ledger.jsonl"]].concat()).refused(3);
    assert!(told.starts_with("error: cannot write gone/ledger.jsonl: "), "{told}");
    assert_eq!(story.files("out"), Vec::<String>::new());
}

#[test]
fn a_file_that_cannot_be_replaced_leaves_no_scraps_and_books_nothing() {
    let story = Story::of_first("out-scraps");
    std::fs::create_dir_all(story.path("out/unpaid.csv/in the way")).unwrap();
    let told = story.affil(&[&SETTLE[..], &["--ledger", "ledger.jsonl"]].concat()).refused(3);
    assert!(told.starts_with("error: cannot write out/unpaid.csv: "), "{told}");
    assert!(story.files("out").iter().all(|name| !name.starts_with('.')), "{:?}", story.files("out"));
    assert_eq!(story.files("."), ["facts.json", "out", "program.toml"]);
}
