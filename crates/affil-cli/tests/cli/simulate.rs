//! `affil simulate`.

use crate::story::Story;

/// Ten orders of 100.00 a month, always: 12,000.00 in a year.
const PROCESS: &str = r#"{ "schema": "affil-process/1", "start": "2027-01", "months": 12, "orders": { "fixed": 10 },
    "sales": { "fixed": "100.00" }, "affiliates": [{ "id": "ana" }] }"#;

fn program(percent: &str) -> String {
    format!(
        "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nround.at = \"statement\"\nattribution.windows.click = \"30d\"\n\
         rules = [{{ id = \"all\", pay.percent = \"{percent}\" }}]\n"
    )
}

fn story(name: &str, process: &str) -> Story {
    let story = Story::new(name);
    story.write("five.toml", &program("5"));
    story.write("seven.toml", &program("7"));
    story.write("process.json", process);
    story
}

const SIMULATE: [&str; 7] = ["simulate", "five.toml", "seven.toml", "--process", "process.json", "--seed", "7"];

fn ask<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SIMULATE[..], more].concat()
}

#[test]
fn what_is_certain_costs_the_same_every_time() {
    // 5 % and 7 % of 12,000.00, whatever is drawn; a month is a twelfth.
    let told = story("simulate-certain", PROCESS)
        .affil(&ask(&["--replicates", "50", "--budget", "700.00", "--months"]))
        .fine();
    assert!(told.starts_with("12 months in EUR, drawn 50 times with seed 7\n\nProgram"), "{told}");
    let line = |start: &str| {
        let line = told.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{told}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(line("five.toml "), ["five.toml", "600.00", "0.00", "600.00", "600.00", "600.00", "0.0", "%"]);
    assert_eq!(line("seven.toml "), ["seven.toml", "840.00", "0.00", "840.00", "840.00", "840.00", "100.0", "%"]);
    assert_eq!(line("2027-12"), ["2027-12", "50.00", "50.00", "50.00", "50.00"]);
    assert!(!told.contains("half a cent"), "{told}");
}

#[test]
fn the_same_seed_says_the_same() {
    let story = story("simulate-seed", &PROCESS.replace("\"fixed\": 10", "\"poisson\": 10"));
    let first = story.affil(&ask(&["--format", "json", "--replicates", "40", "--threads", "1"])).fine();
    let again = story.affil(&ask(&["--format", "json", "--replicates", "40", "--threads", "3"])).fine();
    assert_eq!(first, again);
    let json: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(json["plans"][1]["totals"].as_array().map(Vec::len), Some(40));
    let other =
        story.affil(&["simulate", "five.toml", "--process", "process.json", "--seed", "8", "--replicates", "40"]);
    assert!(other.fine().contains("seed 8"));
}

#[test]
fn what_cannot_be_simulated() {
    let story = story("simulate-refused", &PROCESS.replace("\"months\": 12", "\"months\": 0"));
    let told = story.affil(&SIMULATE).refused(1);
    assert!(told.contains("process.json: process.months: 0 months") && told.contains("hint: write 1 to 120"), "{told}");
    story.write("process.json", PROCESS);
    story.write("seven.toml", &program("7").replace("pay.percent", "when.line.category = \"shoes\", pay.percent"));
    let told = story.affil(&SIMULATE).refused(1);
    assert!(told.contains("seven.toml: simulate.not_by_month"), "{told}");
    let told = story.affil(&ask(&["--format", "json"]));
    assert_eq!(told.code, 1);
    let json: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(json["problems"][0]["path"], "/rules/0/when/line");
    assert_eq!(json["problems"][0]["file"], "seven.toml");
    assert!(story.affil(&ask(&["--budget", "much"])).refused(2).contains("--budget"));
    // Without a seed nobody could draw the same again.
    let told = story.affil(&["simulate", "five.toml", "--process", "process.json"]).refused(2);
    assert!(told.contains("--seed"), "{told}");
}
