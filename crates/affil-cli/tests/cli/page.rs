//! The page that goes from earned to paid: its commands, run as they stand, print what it says.

use std::fs;
use std::path::{Path, PathBuf};

use crate::story::Story;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Copies a folder, but for the pages in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The example that the page walks through.
pub(crate) fn of_payouts(name: &str) -> Story {
    let story = Story::new(name);
    copy(&root().join("examples/payouts"), &story.path("."));
    story
}

/// A fenced block: its language and its text.
struct Block {
    language: String,
    text: String,
    /// Nothing but blank lines stands between it and the block before.
    follows: bool,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let (mut open, mut follows) = (None, false);
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { language: language.to_owned(), text: String::new(), follows });
            }
            (Some(_), Some(_)) => {
                found.extend(open.take());
                follows = true;
            }
            (Some(block), None) => block.text = format!("{}{line}\n", block.text),
            (None, None) => follows = follows && line.trim().is_empty(),
        }
    }
    found
}

/// What a command prints, standard output first; it must succeed.
fn run(story: &Story, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["affil", arguments @ ..] => {
            let ended = story.affil(arguments);
            assert_eq!(ended.code, 0, "{command}: {ended:?}");
            ended.out + &ended.err
        }
        ["cat", file] => story.read(file).replace('\r', ""),
        ["cp", from, to] => {
            fs::copy(story.path(from), story.path(to)).unwrap();
            String::new()
        }
        ["mkdir", folder] => {
            fs::create_dir(story.path(folder)).unwrap();
            String::new()
        }
        _ => panic!("this test runs no such command: {command}"),
    }
}

#[test]
fn the_page_prints_what_it_says() {
    let story = of_payouts("page");
    let page = fs::read_to_string(root().join("docs/payouts.md")).unwrap();
    let mut printed: Option<String> = None;
    let (mut ran, mut compared) = (0, 0);
    for block in blocks(&page) {
        match block.language.as_str() {
            "sh" => {
                let text = block.text.replace("\\\n", " ");
                ran += text.lines().count();
                printed = Some(text.lines().map(|command| run(&story, command)).collect());
            }
            "text" => {
                let printed = printed.take().filter(|_| block.follows).expect("a block of text follows its commands");
                assert_eq!(block.text, printed, "\n{printed}");
                compared += 1;
            }
            "toml" => assert!(story.read("program.toml").ends_with(&block.text), "the page shows another program"),
            other => panic!("a block of {other}"),
        }
    }
    assert_eq!((ran, compared), (28, 11));
}
