//! `affil settle`: what it prints.

use crate::story::Story;

const SETTLE: [&str; 3] = ["settle", "program.toml", "facts.json"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SETTLE.iter().chain(more).copied().collect()
}

#[test]
fn a_table_of_totals_and_statements() {
    let story = Story::of_first("settle-table");
    let table = "\
The first example · EUR · Europe/Berlin

Statements                           2
Orders with a commission             3
Sales                     1,150.05 EUR
Refunded                      0.00 EUR
Commission                  117.01 EUR
Reversals                     0.00 EUR
Adjustments                   0.00 EUR
Total                       117.01 EUR

Top 1 of 1 affiliates by what they are owed
Affiliate  Months  Orders     Sales  Refunded  Commission  Reversals  Adjustments       Total
ana             2       3  1,150.05      0.00      117.01       0.00         0.00  117.01 EUR
";
    assert_eq!(story.affil(&SETTLE).fine(), table);
}

#[test]
fn one_affiliate_month_by_month() {
    let story = Story::of_first("settle-affiliate");
    let told = story.affil(&with(&["--affiliate", "ana"])).fine();
    let statements = "\
The statements of ana
Month    Orders     Sales  Refunded  Commission  Reversals  Adjustments       Total
2026-03       2  1,100.05      0.00      112.01       0.00         0.00  112.01 EUR
2026-04       1     50.00      0.00        5.00       0.00         0.00    5.00 EUR
";
    assert!(told.ends_with(statements), "{told}");
    let told = story.affil(&with(&["--affiliate", "bob"])).fine();
    assert!(told.ends_with("The statements of bob\nnone\n"), "{told}");
}

#[test]
fn one_month() {
    let story = Story::of_first("settle-month");
    let told = story.affil(&with(&["--month", "2026-04", "--top", "3"])).fine();
    let statements = "\
Top 1 of 1 affiliates by what they are owed in April 2026
Affiliate  Months  Orders  Sales  Refunded  Commission  Reversals  Adjustments     Total
ana             1       1  50.00      0.00        5.00       0.00         0.00  5.00 EUR
";
    assert!(told.ends_with(statements), "{told}");
}

#[test]
fn statements_as_csv_and_json_lines() {
    let story = Story::of_first("settle-formats");
    let csv = "\
affiliate,month,orders,sales,refunded,commission,overrides,reversals,bonuses,adjustments,total,currency
ana,2026-03,2,1100.05,0.00,112.01,0.00,0.00,0.00,0.00,112.01,EUR
ana,2026-04,1,50.00,0.00,5.00,0.00,0.00,0.00,0.00,5.00,EUR
";
    assert_eq!(story.affil(&with(&["--format", "csv"])).fine(), csv);
    let line = "{\"affiliate\":\"ana\",\"month\":\"2026-04\",\"orders\":1,\"sales\":\"50.00\",\"refunded\":\"0.00\",\
                \"commission\":\"5.00\",\"overrides\":\"0.00\",\"reversals\":\"0.00\",\"bonuses\":\"0.00\",\"adjustments\":\"0.00\",\"total\":\"5.00\"}\n";
    assert_eq!(story.affil(&with(&["--format", "jsonl", "--month", "2026-04"])).fine(), line);
}

#[test]
fn json_is_the_canonical_settlement() {
    let story = Story::of_first("settle-json");
    let told = story.affil(&with(&["--format", "json"])).fine();
    // The bytes that every language's binding gives.
    let plan = affil::Plan::from_text(&story.read("program.toml")).unwrap();
    assert_eq!(told, affil::call::settle(&plan, &story.read("facts.json")).unwrap() + "\n");
    assert!(told.contains("\"totals\":{\"orders\":3,\"sales\":\"1150.05\""), "{told}");
}

#[test]
fn facts_are_refused_at_their_line() {
    let story = Story::of_first("settle-refused");
    let float = story.read("facts.json").replace("\"300.05\"", "300.05");
    story.write("facts.json", &float);
    let told = story.affil(&SETTLE).refused(1);
    assert!(told.starts_with("facts.json:9:"), "{told}");
    assert!(told.contains(": money.not_text: "), "{told}");
    let told = story.affil(&with(&["--format", "json"])).refused_as_json(1);
    assert_eq!(told["problems"][0]["code"], "money.not_text");
    assert_eq!(told["problems"][0]["path"], "/orders/1/lines/0/amount");
    assert_eq!((&told["problems"][0]["file"], &told["problems"][0]["line"]), (&"facts.json".into(), &9.into()));
}

#[test]
fn what_only_settling_finds_has_a_line_too() {
    let story = Story::of_first("settle-late");
    story.write(
        "facts-refunds.json",
        "{\n  \"refunds\": [\n    { \"id\": \"r1\", \"at\": \"2026-04-01T10:00:00Z\", \"order\": \"A\" },\n    \
         { \"id\": \"r2\", \"at\": \"2026-04-02T10:00:00Z\", \"order\": \"A\", \"amount\": \"0.01\" }\n  ]\n}\n",
    );
    let told = story.affil(&["settle", "program.toml", "."]);
    let told = told.refused(1);
    assert!(told.starts_with("./facts-refunds.json:4: refund.exceeds_line: "), "{told}");
}

#[test]
fn a_fact_in_two_files_with_another_content_is_refused() {
    let story = Story::of_first("settle-conflict");
    story.write("facts-2.json", &story.read("facts.json").replace("300.05", "300.06"));
    let told = story.affil(&["settle", "program.toml", "facts.json", "facts-2.json"]).refused(1);
    assert!(told.starts_with("facts-2.json:9:"), "{told}");
    assert!(told.contains(": fact.conflict: `B` is already known with another `lines`"), "{told}");
    story.write("facts-2.json", &story.read("facts.json"));
    let told = story.affil(&["settle", "program.toml", "facts.json", "facts-2.json"]).fine();
    assert!(told.contains("Total                       117.01 EUR"), "{told}");
}
