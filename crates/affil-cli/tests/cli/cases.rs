//! `affil test`.

use std::fs;
use std::path::Path;

use crate::story::Story;

/// The example whose cases are worked by hand.
fn example(name: &str) -> Story {
    let story = Story::new(name);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/cases");
    for file in ["program.toml", "program.cases.toml"] {
        fs::copy(folder.join(file), story.path(file)).unwrap();
    }
    story
}

#[test]
fn the_example_passes_and_nothing_about_it_is_doubtful() {
    let story = example("cases-example");
    let told = story.affil(&["test", "program.toml"]).fine();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], "ok      shoes pay ten percent, everything else four");
    assert_eq!((lines.len(), lines[7]), (8, "7 cases: all ok"));
    assert_eq!(story.affil(&["check", "--deny-warnings", "program.toml"]).fine(), "program.toml: fine\n");
}

/// Every sentence of the contract is tested: breaking it breaks the cases that speak of it.
#[test]
fn every_clause_of_the_example_is_held_by_a_case() {
    let story = example("cases-broken");
    let program = story.read("program.toml");
    for (before, after, cases) in [
        ("pay.percent = \"10\"", "pay.percent = \"11\"", "shoes pay|twelve percent|a refund takes"),
        ("pay.percent = \"4\"", "pay.percent = \"5\"", "shoes pay|a click counts"),
        ("percent = \"12\"", "percent = \"13\"", "twelve percent"),
        ("amount = \"150.00\"", "amount = \"151.00\"", "no order pays"),
        ("\"30d\"", "\"31d\"", "a click counts"),
        ("\"brand_ppc\"", "\"other\"", "clicks on"),
        ("currency = \"EUR\"", "currency = \"USD\"", "dollars are"),
    ] {
        assert!(program.contains(before), "{before}");
        story.write("changed.toml", &program.replace(before, after));
        let told = story.affil(&["test", "changed.toml", "--cases", "program.cases.toml"]);
        assert_eq!((told.code, told.err.as_str()), (1, ""), "{told:?}");
        let failed: Vec<&str> = told.out.lines().filter_map(|line| line.strip_prefix("FAILED  ")).collect();
        let wanted: Vec<&str> = cases.split('|').collect();
        assert_eq!(failed.len(), wanted.len(), "{after}: {told:?}");
        assert!(failed.iter().zip(&wanted).all(|(name, wanted)| name.starts_with(wanted)), "{after}: {failed:?}");
    }
}

#[test]
fn a_failed_case_says_what_differs_and_why() {
    let story = example("cases-failed");
    let cases = story.read("program.cases.toml").replace("\"1.00\" }", "\"1.25\" }");
    story.write("program.cases.toml", &cases);
    let told = story.affil(&["test", "program.toml"]);
    assert_eq!(told.code, 1);
    let lines: Vec<&str> = told.out.lines().collect();
    assert_eq!(lines[0], "FAILED  shoes pay ten percent, everything else four");
    assert_eq!(lines[1], "        commission:A/2/rest/ana: expected 1.25, found 1.00");
    assert!(lines[2].starts_with("          1.00 EUR to ana for line 2 of A"), "{told:?}");
    assert_eq!(*lines.last().unwrap(), "7 cases: 6 ok, 1 failed");
    let told = story.affil(&["test", "program.toml", "--format", "json"]).refused_as_json(1);
    assert_eq!(told["cases"][0]["passed"], false);
    let mismatch = &told["cases"][0]["mismatches"][0];
    assert_eq!(mismatch["path"], "/cases/0/expect/targets/commission:A~12~1rest~1ana");
    assert_eq!((&mismatch["expected"], &mismatch["found"]), (&"1.25".into(), &"1.00".into()));
}

#[test]
fn cases_that_cannot_be_read_are_refused() {
    let story = example("cases-refused");
    story.write("bad.toml", "schema = \"affil/cases/1\"\n[[cases]]\nname = \"a\"\nexpect.totall = \"1\"\n");
    let told = story.affil(&["test", "program.toml", "--cases", "bad.toml"]).refused(1);
    assert!(told.contains("bad.toml:4:8: document.unknown_key: ") && told.contains("did you mean `total`?"), "{told}");
    assert!(story.affil(&["test", "gone.toml"]).refused(3).contains("cannot read gone.toml"));
    fs::remove_file(story.path("program.cases.toml")).unwrap();
    assert!(story.affil(&["test", "program.toml"]).refused(3).contains("cannot read program.cases.toml"));
    assert!(story.affil(&["test", "-"]).refused(2).contains("name them with --cases"));
}
