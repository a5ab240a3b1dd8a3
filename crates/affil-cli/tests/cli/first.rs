//! The first example prints what its folder says, in Rust and at the shell.

use std::fs;

use crate::story::{Story, first};

#[path = "../../../affil/examples/first.rs"]
#[allow(dead_code)] // its `main` prints what this test compares
mod example;

#[test]
fn the_example_prints_what_its_folder_says() {
    let wanted = fs::read_to_string(first().join("expected.txt")).unwrap();
    assert_eq!(example::statement(&first()).unwrap(), wanted);
}

#[test]
fn the_command_line_says_the_same() {
    let story = Story::of_first("first");
    let wanted = fs::read_to_string(first().join("expected.txt")).unwrap();
    let mut told = String::new();
    for order in ["A", "B", "C"] {
        let text = story.affil(&["explain", "program.toml", "facts.json", "--order", order]).fine();
        told += &text;
    }
    let texts: Vec<&str> = wanted.lines().filter_map(|line| line.split_once("  ")).map(|(_, text)| text).collect();
    assert_eq!(told.lines().collect::<Vec<_>>(), texts);
}
