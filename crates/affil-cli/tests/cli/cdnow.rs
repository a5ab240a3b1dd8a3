//! The example with real purchases: its figures, recomputed by a program that shares nothing with affil.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::story::Story;

#[path = "../../examples/cdnow/draw.rs"]
mod draw;
#[path = "../../examples/cdnow/generate.rs"]
mod generate;
#[path = "../../examples/cdnow/purchases.rs"]
mod purchases;

/// The engine's own laws check explanations with this; here it checks those of real purchases.
#[path = "../../../affil/tests/laws/explanation.rs"]
mod explanation;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/cdnow")
}

/// Python is needed for the second opinion; without it this test fails rather than saying nothing.
fn check(story: &Story) -> (bool, String) {
    let mut python = Command::new("python3");
    python.arg(example().join("check.py")).args([story.path("facts"), story.path("settled")]);
    let output = python.output().expect("python3 must be there to recompute the example");
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), told)
}

#[test]
fn the_example_is_as_recomputed_and_as_printed() {
    let story = Story::new("cdnow");
    let orders = purchases::read(&example().join("purchases.csv")).unwrap();
    let cents: i64 = orders.iter().flat_map(|order| &order.lines).map(|line| line.amount).sum();
    let mut customers: Vec<&str> = orders.iter().map(|order| order.customer.as_str()).collect();
    customers.dedup();
    // 69,659 purchases of 23,570 customers are what is known of the data; the sum was taken with awk.
    assert_eq!((customers.len(), cents), (23_570, 250_031_563));
    let counts = generate::write(&orders, &story.path("facts")).unwrap();
    assert_eq!((counts.orders, counts.lines), (67_591, 69_659));
    assert_eq!((counts.affiliates, counts.adjustments), (48, 6));
    assert!(counts.touches > 40_000 && counts.refunds > 3_000);

    let program = example().join("program.toml");
    let program = program.to_str().unwrap();
    let table = story.affil(&["settle", program, "facts", "--out", "settled"]).fine();
    let id = "commission:16517-1997-11-10/1/many-discs/partner-31";
    let why = story.affil(&["explain", program, "facts", id]).fine();
    let expected = fs::read_to_string(example().join("expected.txt")).unwrap();
    assert_eq!(format!("{table}\n{why}"), expected);

    // Every explanation adds up by its own figures, and all of them to the total.
    let all = story.affil(&["explain", program, "facts", "--all", "--format", "json"]).fine();
    let mut sum = 0_i64;
    for line in all.lines() {
        let told: serde_json::Value = serde_json::from_str(line).unwrap();
        explanation::verify(&told).unwrap_or_else(|wrong| panic!("{wrong}\n{line}"));
        sum += told["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    }
    assert_eq!((all.lines().count(), sum), (48_481, 10_121_368));

    let (same, told) = check(&story);
    assert!(same && told.contains("are as recomputed"), "{told}");
    let total = expected.lines().find_map(|line| line.strip_prefix("Total ")).unwrap().trim().replace(',', "");
    assert!(told.contains(&format!("total {total}")), "{told}");

    // A check that cannot fail is none.
    let statements = story.read("settled/statements.csv");
    story.write("settled/statements.csv", &statements.replacen(".00,USD", ".01,USD", 1));
    let (same, told) = check(&story);
    assert!(!same && told.contains("1 differences"), "{told}");
}
