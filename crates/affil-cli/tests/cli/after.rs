//! What happens after a sale, and what was known when, from files.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};

use crate::story::Story;
use crate::tables::{text, write_parquet};

const REVIEWS: &str = "id,at,orders,decision,reason,known\n\
    v1,2026-04-01T10:00:00Z,A;B,hold,fraud,\nv2,2026-04-02T10:00:00Z,A,release,,2026-04-03T10:00:00Z\n";
const PAYOUTS: &str = "id,at,affiliate,earned,transfer,fee,paid\np,2026-04-05T10:00:00Z,ana,50.00,49.65,0.35,49.65\n";
const CONFIRMATIONS: &str = "id,at,payout,outcome\nc,2026-04-06T10:00:00Z,p,paid\n";

const DOCUMENT: &str = r#"{
  "reviews": [
    { "id": "v1", "at": "2026-04-01T10:00:00Z", "orders": ["A", "B"], "decision": "hold", "reason": "fraud" },
    { "id": "v2", "at": "2026-04-02T10:00:00Z", "orders": ["A"], "decision": "release", "known": "2026-04-03T10:00:00Z" }
  ],
  "payouts": [
    { "id": "p", "at": "2026-04-05T10:00:00Z", "affiliate": "ana", "earned": "50.00", "transfer": "49.65",
      "fee": "0.35", "paid": "49.65" }
  ],
  "confirmations": [{ "id": "c", "at": "2026-04-06T10:00:00Z", "payout": "p", "outcome": "paid" }]
}"#;

/// The first example's facts, and what happened after them.
fn story(name: &str) -> Story {
    let story = Story::of_first(name);
    story.write("data/reviews.csv", REVIEWS);
    story.write("data/payouts-04.csv", PAYOUTS);
    story.write("data/confirmations.csv", CONFIRMATIONS);
    story
}

fn settled(story: &Story, facts: &[&str]) -> String {
    story.affil(&[&["settle", "program.toml", "facts.json"], facts, &["--format", "json"]].concat()).fine()
}

#[test]
fn tables_after_a_sale_say_the_same_as_the_document() {
    let story = story("after-same");
    story.write("after.json", DOCUMENT);
    let wanted = settled(&story, &["after.json"]);
    assert_eq!(settled(&story, &["data"]), wanted);
    // Doubles change nothing, so every field is the same.
    assert_eq!(settled(&story, &["data", "after.json"]), wanted);
    story.write("after-2.json", &DOCUMENT.replace("fraud", "other"));
    let told = story.affil(&["settle", "program.toml", "facts.json", "data", "after-2.json"]).refused(1);
    assert!(told.starts_with("after-2.json:3:"), "{told}");
    assert!(told.contains("fact.conflict: `v1` is already known with another `reason`"), "{told}");
}

#[test]
fn json_lines_and_tables_by_another_name() {
    let story = story("after-names");
    let wanted = settled(&story, &["data"]);
    let rows = [
        r#"{ "id": "v1", "at": "2026-04-01T10:00:00Z", "orders": ["B", "A"], "decision": "hold", "reason": "fraud" }"#,
        r#"{ "id": "v2", "at": "2026-04-02T10:00:00Z", "orders": ["A"], "decision": "release", "known": "2026-04-03T10:00:00Z" }"#,
    ];
    story.write("decided.jsonl", &rows.join("\n"));
    std::fs::rename(story.path("data/payouts-04.csv"), story.path("sent.csv")).unwrap();
    std::fs::rename(story.path("data/confirmations.csv"), story.path("bank.csv")).unwrap();
    let named = ["--reviews", "decided.jsonl", "--payouts", "sent.csv", "--confirmations", "bank.csv"];
    assert_eq!(settled(&story, &named), wanted);
    assert_eq!(settled(&story, &[&["data"], &named[..]].concat()), wanted);
}

#[test]
fn orders_of_reviews_are_lists_in_parquet() {
    let story = story("after-parquet");
    let wanted = settled(&story, &["data"]);
    let mut orders = ListBuilder::new(StringBuilder::new());
    orders.append_value([Some("A"), Some("B")]);
    orders.append_value([Some("A")]);
    let columns = vec![
        ("id", text(&["v1", "v2"])),
        ("at", text(&["2026-04-01T10:00:00Z", "2026-04-02T10:00:00Z"])),
        ("orders", Arc::new(orders.finish()) as _),
        ("decision", text(&["hold", "release"])),
        ("reason", text(&["fraud", "fraud"])),
    ];
    write_parquet(&story, "reviews.parquet", columns);
    assert_eq!(settled(&story, &["reviews.parquet", "data/payouts-04.csv", "data/confirmations.csv"]), wanted);
    // The second review gave no reason before.
    let told = story.affil(&["settle", "program.toml", "facts.json", "data", "reviews.parquet"]).refused(1);
    assert!(told.starts_with("reviews.parquet row 2, reason: fact.conflict: "), "{told}");
}

#[test]
fn what_is_wrong_after_a_sale_is_named_by_its_row() {
    let story = story("after-refused");
    let told = |name: &str, text: &str| {
        let before = story.read(name);
        story.write(name, text);
        let told = story.affil(&["settle", "program.toml", "facts.json", "data"]).refused(1);
        story.write(name, &before);
        told
    };
    let cases = [
        ("data/reviews.csv", REVIEWS.replace("release", "relese"), "row 2 (line 3), decision: document.unknown_value"),
        ("data/reviews.csv", REVIEWS.replace(",A,", ",,"), "row 2 (line 3), orders: table.value_missing"),
        ("data/reviews.csv", REVIEWS.replace("04-03", "04-01"), "row 2 (line 3), known: fact.known_early"),
        ("data/payouts-04.csv", PAYOUTS.replace("49.65", "49,65"), "data/payouts-04.csv:2: document.malformed"),
        ("data/payouts-04.csv", PAYOUTS.replace("0.35", "35c"), "row 1 (line 2), fee: money.malformed"),
        ("data/payouts-04.csv", PAYOUTS.replace("ana", "zoe"), "row 1 (line 2), affiliate: affiliate.unknown"),
        ("data/confirmations.csv", CONFIRMATIONS.replace("outcome", "result"), "no column `outcome`"),
    ];
    for (name, text, wanted) in cases {
        let told = told(name, &text);
        assert!(told.starts_with(name) && told.contains(wanted), "{told}");
    }
    story.write("data/orders.csv", "id,at,customer,amount,replaces\nX,2026-03-10T10:00:00Z,kim,1.00,Y\n");
    let told = story.affil(&["settle", "program.toml", "facts.json", "data"]).refused(1);
    assert!(told.starts_with("data/orders.csv row 1 (line 2), replaces: fact.replaces: "), "{told}");
}

/// The first example after B, of 300.05, was found to have been an order of 500.05.
fn corrected(name: &str) -> Story {
    let story = Story::of_first(name);
    story.write(
        "data/orders.csv",
        "id,at,customer,category,amount,known,replaces\n\
         B2,2026-03-31T21:59:00Z,kim,shoes,500.05,2026-04-15T10:00:00Z,B\n",
    );
    story
}

#[test]
fn settles_as_of_an_instant() {
    let story = corrected("as-of");
    let total = |as_of: &[&str]| {
        let told = settled(&story, &[&["data"], as_of].concat());
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        told["totals"]["total"].as_str().unwrap().to_owned()
    };
    // 80.00 and 5.00, and for B2: 10 % of the 200.00 that are left to 1,000 and 12 % of 300.05.
    assert_eq!(total(&[]), "141.01");
    assert_eq!(total(&["--as-of", "2026-04-15T10:00:00Z"]), "141.01");
    // Until it was known, 32.01 for B.
    assert_eq!(total(&["--as-of", "2026-04-15T11:59:59+02:00"]), "117.01");
    assert_eq!(total(&["--as-of", "2026-03-10T10:00:00Z"]), "80.00");
    assert_eq!(total(&["--as-of", "2026-03-10T09:59:59Z"]), "0.00");
}

#[test]
fn explains_as_of_an_instant() {
    let story = corrected("as-of-explained");
    let explain = |more: &[&str]| story.affil(&[&["explain", "program.toml", "facts.json", "data"], more].concat());
    assert!(explain(&["--order", "B2"]).fine().starts_with("56.01 EUR to ana for B2"));
    assert!(explain(&["--order", "B"]).refused(1).contains("order.unknown"));
    let then = ["--as-of", "2026-04-01T00:00:00Z"];
    assert!(explain(&[&["--order", "B"], &then[..]].concat()).fine().starts_with("32.01 EUR to ana for B"));
    assert!(explain(&[&["--order", "B2"], &then[..]].concat()).refused(1).contains("order.unknown"));
}

#[test]
fn an_end_and_an_instant_to_go_back_to_exclude_each_other() {
    let story = Story::of_first("as-of-usage");
    let at = "2026-04-01T00:00:00Z";
    let told = story.affil(&["settle", "program.toml", "facts.json", "--as-of", at, "--until", at]).refused(2);
    assert!(told.contains("cannot be used with"), "{told}");
    let told = story.affil(&["settle", "program.toml", "facts.json", "--as-of", "2026-04-01"]).refused(2);
    assert!(told.contains("write it as 2026-03-31T21:59:00Z"), "{told}");
}
