//! `affil settle --ledger`.

use crate::story::Story;

const SETTLE: [&str; 5] = ["settle", "program.toml", "facts.json", "--ledger", "ledger.jsonl"];

#[test]
fn the_second_run_books_nothing() {
    let story = Story::of_first("ledger-twice");
    let ended = story.affil(&SETTLE);
    assert_eq!((ended.code, ended.err.as_str()), (0, "booked 3 entries in ledger.jsonl\n"));
    let booked = story.read("ledger.jsonl");
    assert_eq!(booked.lines().count(), 3);
    assert!(booked.starts_with("{\"id\":\"commission:A/1/shoes/ana#1\",\"target\":\"commission:A/1/shoes/ana\""));
    let before = std::fs::metadata(story.path("ledger.jsonl")).unwrap().modified().unwrap();
    let ended = story.affil(&SETTLE);
    assert_eq!(ended.code, 0);
    assert!(ended.err.starts_with("booked 0 entries in "), "{}", ended.err);
    assert_eq!(story.read("ledger.jsonl"), booked);
    assert_eq!(std::fs::metadata(story.path("ledger.jsonl")).unwrap().modified().unwrap(), before);
}

#[test]
fn only_the_difference_is_appended() {
    let story = Story::of_first("ledger-difference");
    story.affil(&SETTLE).fine();
    let before = story.read("ledger.jsonl");
    story.write(
        "refunds.csv",
        "id,at,order,amount\nr1,2026-04-02T10:00:00Z,A,80.00\n", // a tenth of 800.00, which earned 80.00
    );
    let ended = story.affil(&[&SETTLE[..], &["refunds.csv", "--out", "out"]].concat());
    assert!(ended.err.contains("booked 1 entry in "), "{}", ended.err);
    let after = story.read("ledger.jsonl");
    let new = after.strip_prefix(&before).unwrap();
    assert!(new.contains("\"target\":\"reversal:r1/1/shoes/ana\"") && new.contains("\"amount\":\"-8.00\""), "{new}");
    assert_eq!(new.lines().count(), 1);
    let entries = story.read("out/entries.csv");
    let header = "id,target,kind,affiliate,month,date,currency,was,now,amount,plan\n";
    let row = "reversal:r1/1/shoes/ana#1,reversal:r1/1/shoes/ana,reversal,ana,2026-04,2026-04-02,EUR,0.00,-8.00,-8.00,";
    assert!(entries.starts_with(&format!("{header}{row}")), "{entries}");
    assert_eq!(entries.lines().count(), 2);
}

#[test]
fn a_broken_ledger_is_refused_and_left_alone() {
    let story = Story::of_first("ledger-broken");
    story.affil(&SETTLE).fine();
    // An entry from 0.00 to 32.01 of 32.02 does not add up.
    let broken = story.read("ledger.jsonl").replace("\"amount\":\"32.01\"", "\"amount\":\"32.02\"");
    story.write("ledger.jsonl", &broken);
    let told = story.affil(&SETTLE).refused(1);
    assert!(told.starts_with("ledger.jsonl:2: ledger.broken: "), "{told}");
    assert_eq!(story.read("ledger.jsonl"), broken);
    assert_eq!(story.files("."), ["facts.json", "ledger.jsonl", "program.toml"]);
}

#[test]
fn a_ledger_in_another_currency_is_refused() {
    let story = Story::of_first("ledger-currency");
    story.affil(&SETTLE).fine();
    story.write("program.toml", &story.read("program.toml").replace("EUR", "USD"));
    let told = story.affil(&SETTLE).refused(1);
    assert!(told.contains("ledger.jsonl: ledger.currency: "), "{told}");
}

#[test]
fn a_ledger_without_a_last_line_break_is_continued_on_a_new_line() {
    let story = Story::of_first("ledger-line-break");
    story.affil(&SETTLE).fine();
    let booked = story.read("ledger.jsonl");
    let (first, _) = booked.split_once('\n').unwrap();
    story.write("ledger.jsonl", first);
    story.affil(&SETTLE).fine();
    assert_eq!(story.read("ledger.jsonl"), booked);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_ledger_stays_a_link() {
    let story = Story::of_first("ledger-link");
    story.write("books/ledger.jsonl", "");
    std::os::unix::fs::symlink("books/ledger.jsonl", story.path("ledger.jsonl")).unwrap();
    story.affil(&SETTLE).fine();
    assert!(story.path("ledger.jsonl").is_symlink());
    assert_eq!(story.read("books/ledger.jsonl").lines().count(), 3);
}

/// The first example in March: A and B, 80.00 and 32.01. A refund of B becomes known in May.
const MARCH: [&str; 4] = ["--as-of", "2026-04-01T00:00:00+02:00", "--close", "2026-03"];

#[test]
fn a_closed_month_stays_closed() {
    let story = Story::of_first("ledger-close");
    let ended = story.affil(&[&SETTLE[..], &MARCH].concat());
    assert_eq!((ended.code, ended.err.as_str()), (0, "booked 2 entries in ledger.jsonl\nclosed 2026-03\n"));
    let march = story.read("ledger.jsonl");
    assert!(march.ends_with("\n{\"closed\":\"2026-03\"}\n"), "{march}");
    // Closing it again changes nothing.
    let ended = story.affil(&[&SETTLE[..], &MARCH].concat());
    assert_eq!(ended.err, "booked 0 entries in ledger.jsonl\n2026-03 was closed before\n");
    assert_eq!(story.read("ledger.jsonl"), march);
    // A tenth of A, of 80.00, given back in March: -8.00, in April's books.
    story.write("refunds.csv", "id,at,order,amount,known\nr1,2026-03-20T10:00:00Z,A,80.00,2026-05-02T10:00:00Z\n");
    story.affil(&[&SETTLE[..], &["refunds.csv"]].concat()).fine();
    let after = story.read("ledger.jsonl");
    let new = after.strip_prefix(&march).unwrap();
    let reversal: serde_json::Value = new
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .find(|entry: &serde_json::Value| entry["kind"] == "reversal")
        .unwrap();
    assert_eq!((&reversal["amount"], &reversal["month"]), (&"-8.00".into(), &"2026-03".into()));
    assert_eq!(reversal["date"], "2026-04-01");
}

#[test]
fn only_a_ledger_can_be_closed() {
    let story = Story::of_first("ledger-close-usage");
    let told = story.affil(&["settle", "program.toml", "facts.json", "--close", "2026-03"]).refused(2);
    assert!(told.contains("--ledger <FILE>"), "{told}");
    let told = story.affil(&[&SETTLE[..], &["--close", "March"]].concat()).refused(2);
    assert!(told.contains("invalid value 'March' for '--close"), "{told}");
    // The last order is of 1 April, 00:01 in Berlin: March is over by then, April is not.
    let told = story.affil(&[&SETTLE[..], &["--close", "2026-04"]].concat()).refused(2);
    let wanted = "--close 2026-04: the facts end at 2026-03-31T22:01:00Z, and the month at 2026-04-30T22:00:00Z";
    assert!(told.contains(wanted), "{told}");
    assert_eq!(story.files("."), ["facts.json", "program.toml"]);
    story.affil(&[&SETTLE[..], &["--close", "2026-03"]].concat()).fine();
    story.affil(&[&SETTLE[..], &["--close", "2026-04", "--until", "2026-05-01T00:00:00+02:00"]].concat()).fine();
}
