//! Wrong usage, files that are not there, and readers that stop reading.

use std::process::Stdio;

use crate::story::Story;

#[test]
fn wrong_usage_is_2() {
    let story = Story::of_first("usage");
    story.write("sales.csv", "id\n");
    story.write("empty/readme.txt", "nothing");
    let cases: [(&[&str], &str); 10] = [
        (&[], "Usage: affil"),
        (&["sing"], "unrecognized subcommand 'sing'"),
        (&["settle", "program.toml"], "no files of facts are given"),
        (&["settle", "program.toml", "sales.csv"], "sales.csv: its name does not say which table it is"),
        (&["settle", "program.toml", "empty"], "empty: no table of facts in this folder"),
        (&["settle", "program.toml", "facts.json", "--format", "parquet"], "say where with --out"),
        (
            &["settle", "program.toml", "facts.json", "--out", "out", "--format", "csv", "--month", "2026-03"],
            "the whole settlement",
        ),
        (&["settle", "program.toml", "facts.json", "--month", "March"], "invalid value 'March' for '--month"),
        (
            &["settle", "program.toml", "facts.json", "--until", "2026-04-01T00:00"],
            "add Z for UTC or the offset, such as +02:00",
        ),
        (&["explain", "program.toml", "facts.json"], "say what to explain"),
    ];
    for (arguments, wanted) in cases {
        let told = story.affil(arguments).refused(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}

#[test]
fn wrong_usage_as_json() {
    let story = Story::of_first("usage-json");
    let told = story.affil(&["settle", "program.toml", "--format", "json"]).refused_as_json(2);
    assert_eq!(told["error"]["kind"], "usage");
    assert_eq!(told["error"]["message"], "no files of facts are given");
}

#[test]
fn a_missing_file_is_3() {
    let story = Story::of_first("missing");
    for arguments in [
        &["check", "gone.toml"][..],
        &["settle", "program.toml", "gone/orders.csv"],
        &["settle", "program.toml", "orders.parquet"],
        &["quote", "program.toml", "gone.json"],
        &["settle", "program.toml", "facts.json", "--ledger", "gone/ledger.jsonl"],
        &["compile", "program.toml", "-o", "gone/plan.json"],
    ] {
        let told = story.affil(arguments).refused(3);
        assert!(told.starts_with("error: cannot "), "{arguments:?}: {told}");
        assert!(told.contains("No such file or directory"), "{arguments:?}: {told}");
    }
    let told = story.affil(&["check", "gone.toml", "--format", "json"]).refused_as_json(3);
    assert_eq!(told["error"]["kind"], "file");
}

#[test]
fn what_is_no_parquet_or_no_text_is_3() {
    let story = Story::of_first("unreadable");
    story.write("orders.parquet", "id,at\n");
    let told = story.affil(&["settle", "program.toml", "orders.parquet"]).refused(3);
    assert!(told.starts_with("error: cannot read orders.parquet: "), "{told}");
    std::fs::write(story.path("latin.toml"), b"name = \"caf\xe9\"\n").unwrap();
    let told = story.affil(&["check", "latin.toml"]).refused(3);
    assert_eq!(told, "error: cannot read latin.toml: it is not UTF-8 text\n");
}

#[test]
fn help_names_the_exit_codes() {
    let story = Story::new("help");
    for arguments in [&["--help"][..], &["settle", "--help"], &["explain", "--help"], &["check", "--help"]] {
        let told = story.affil(arguments).fine();
        assert!(told.contains("1  the input was refused") && told.contains("3  a file could not be"), "{told}");
    }
}

#[test]
fn a_reader_may_stop_reading() {
    let story = Story::of_first("pipe");
    for arguments in [
        &["settle", "program.toml", "facts.json"][..],
        &["settle", "program.toml", "facts.json", "--format", "json"],
        &["check", "program.toml"],
        &["settle", "program.toml", "--format", "json"],
    ] {
        let mut command = story.command(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "", "{arguments:?}");
        let usage = i32::from(arguments.len() == 4 && arguments[2] == "--format") * 2;
        assert_eq!(ended.status.code(), Some(usage), "{arguments:?}");
    }
}

#[test]
fn no_colours_where_nobody_sees_them() {
    let story = Story::of_first("colours");
    story.write("bad.toml", "schema = 1\n");
    assert!(!story.affil(&["check", "bad.toml"]).refused(1).contains('\u{1b}'));
    assert!(!story.affil(&["settle", "program.toml", "facts.json"]).fine().contains('\u{1b}'));
}
