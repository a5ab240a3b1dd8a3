//! `affil what-if`.

use crate::story::Story;

const WHAT_IF: [&str; 3] = ["what-if", "program.toml", "facts.json"];

fn ask<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&WHAT_IF[..], more].concat()
}

/// At 11 % instead of 10 % ana has 8.00 more for A, 2.00 for the part of B below the step, 0.50 for C.
#[test]
fn a_value_put_in() {
    let story = Story::of_first("what-if-set");
    let told = story.affil(&ask(&["--set", "rules/shoes/pay/percent=11"])).fine();
    let wanted = "\
rules/shoes/pay/percent=11
10.50 EUR more (+9.0 %): 1 gains

Affiliate  Before   After  Difference
ana        117.01  127.51       10.50  9.0 %
";
    assert_eq!(told, wanted);
}

#[test]
fn several_variants_in_one_table() {
    let story = Story::of_first("what-if-grid");
    let told = story.affil(&ask(&[
        "--grid",
        "rules/shoes/pay/percent=10,11",
        "--grid",
        "tiers/volume/steps/0/from=1000.00,1200.00",
    ]));
    let told = told.fine();
    let line =
        |values: &str| told.lines().find(|line| line.contains(values)).unwrap_or_else(|| panic!("{told}")).to_owned();
    assert!(line("percent = 10, tiers/volume/steps/0/from = 1000.00").contains(" 0.00 "), "{told}");
    // B and C are 100.05 above 1,000.00 and nothing above 1,200.00: 2 % of 100.05 = 2.001 less, in cents 32.01 - 30.00 (half-even of 30.005).
    assert!(line("percent = 10, tiers/volume/steps/0/from = 1200.00").contains(" -2.01 "), "{told}");
    assert!(told.lines().next().unwrap().ends_with("Lose > 10 %"), "{told}");
}

#[test]
fn why() {
    let story = Story::of_first("what-if-because");
    let other = story.read("program.toml").replace("\"10\"", "\"11\"").replace("\"1000.00\"", "\"1200.00\"");
    story.write("other.toml", &other);
    let told = story.affil(&ask(&["--with", "other.toml", "--because", "--affiliate", "ana"])).fine();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "other.toml");
    assert_eq!(lines[2], "for ana: 10.50 EUR more: `shoes` pays 11 % instead of 10 %");
    assert!(lines[3].starts_with("for ana: 1.00 EUR less: the first step of `volume` starts at 1,200.00"), "{told}");
    let json = story.affil(&ask(&["--with", "other.toml", "--because", "--format", "json"])).fine();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["variants"][0]["because"][0]["difference"], "10.50");
}

/// The first example's touches name no channel; what looks at one is told of, in one variant and in several.
#[test]
fn what_no_fact_has() {
    let story = Story::of_first("what-if-missing");
    let when = r#"rules/shoes/when/touch:={"channel":"blog"}"#;
    let told = story.affil(&ask(&["--set", when])).fine();
    let wanted = "\n\nmissing: `shoes` looks at `touch.channel`, and no touch of the history has it\n  hint: give it";
    assert!(told.contains(wanted), "{told}");
    let grid = r#"rules/shoes/when/touch:=[{"channel":"blog"},{}]"#;
    let told = story.affil(&ask(&["--grid", grid])).fine();
    assert!(told.contains(r#"= {"channel":"blog"}: missing: `shoes` looks at `touch.channel`"#), "{told}");
    assert_eq!(told.matches("missing").count(), 1, "{told}");
}

#[test]
fn what_cannot_be_compared() {
    let story = Story::of_first("what-if-refused");
    assert!(story.affil(&WHAT_IF).refused(2).contains("--with FILE, --set or --grid"));
    assert!(story.affil(&ask(&["--set", "rules/shoes"])).refused(2).contains("write PATH=VALUE"));
    assert!(story.affil(&ask(&["--set", "a:=nothing"])).refused(2).contains("is not JSON"));
    let told = story.affil(&ask(&["--set", "rules/shoe/pay/percent=11"])).refused(1);
    assert!(told.contains("variant.path") && told.contains("did you mean `shoes`?"), "{told}");
    let told = story.affil(&ask(&["--set", "rules/shoes/pay/percent:=11"])).refused(1);
    assert!(told.contains("rate.not_text") && told.contains("(put in at `rules/shoes/pay/percent`)"), "{told}");
    assert!(story.affil(&ask(&["--with", "gone.toml"])).refused(3).contains("cannot read gone.toml"));
}
