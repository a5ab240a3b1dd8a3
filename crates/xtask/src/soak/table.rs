//! The table of a soak, and its place in the documentation.
//! It must never know how a figure was measured.

use std::fs;

use anyhow::{Context, Result};

use crate::run::Run;
use crate::workspace::Workspace;

const PAGE: &str = "docs/testing.md";
const BEGIN: &str = "<!-- soak -->\n";
const END: &str = "<!-- /soak -->\n";

/// What came of one target.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// The target.
    pub(crate) name: String,
    /// How many inputs it had.
    pub(crate) executions: u64,
    /// How long it took.
    pub(crate) seconds: f64,
    /// The edges that the corpus reached, and that were reached at the end.
    pub(crate) coverage: Option<(u64, u64)>,
    /// The most memory it had, in MB.
    pub(crate) memory: Option<u64>,
    /// The whole seconds of the slowest input.
    pub(crate) slowest: Option<u64>,
    /// What was found, if anything was.
    pub(crate) found: Option<String>,
}

const HEAD: &str = "| target | executions | a second | edges reached | of these new | most memory | slowest | found | commit |\n|---|---:|---:|---:|---:|---:|---:|---|---|\n";

/// The table of these rows, all of one commit.
pub(crate) fn markdown(rows: &[Row], commit: &str) -> String {
    table(&lines(rows, commit))
}

/// A line for each row.
fn lines(rows: &[Row], commit: &str) -> Vec<String> {
    let line = |row: &Row| {
        let (before, after) = row.coverage.unwrap_or_default();
        let some = |known: bool, text: String| if known { text } else { String::new() };
        let slowest =
            row.slowest.map(|slowest| if slowest == 0 { "under 1 s".to_owned() } else { format!("{slowest} s") });
        let cells = [
            row.name.clone(),
            grouped(row.executions),
            grouped(rate(row)),
            some(row.coverage.is_some(), grouped(after)),
            some(row.coverage.is_some(), grouped(after.saturating_sub(before))),
            row.memory.map_or_else(String::new, |memory| format!("{memory} MB")),
            slowest.unwrap_or_default(),
            if row.found.is_some() { "**something**" } else { "nothing" }.to_owned(),
            commit.to_owned(),
        ];
        format!("| {} |\n", cells.join(" | "))
    };
    rows.iter().map(line).collect()
}

/// The table of lines, and how many executions they are.
fn table(lines: &[String]) -> String {
    let executions = |line: &String| {
        let digits: String = line.split('|').nth(2)?.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    let all: u64 = lines.iter().filter_map(executions).sum();
    format!("{HEAD}{}| together | {} | | | | | | | |\n", lines.concat(), grouped(all))
}

/// The name of the target that a line of the table is of.
fn name(line: &str) -> &str {
    line.split('|').nth(1).unwrap_or_default().trim()
}

/// The lines of the page's table, those of the targets that have run in place of theirs before.
fn merged(page: &str, new: &[String]) -> Vec<String> {
    let old =
        page.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(HEAD)).map(|(_, rest)| rest).unwrap_or_default();
    let old = old.lines().take_while(|line| name(line) != "together" && line.starts_with('|'));
    let kept = old.filter(|line| !new.iter().any(|new| name(new) == name(line))).map(|line| format!("{line}\n"));
    let mut all: Vec<String> = kept.chain(new.iter().cloned()).collect();
    // By name, the pairs first.
    all.sort_by_key(|line| (name(line) != super::PAIRS, name(line).to_owned()));
    all
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a figure for people"
)]
fn rate(row: &Row) -> u64 {
    if row.seconds > 0.0 { (row.executions as f64 / row.seconds).round() as u64 } else { 0 }
}

/// 1234567 as 1,234,567.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The commit that a run begins with, and whether files have been changed since.
pub(crate) fn commit(workspace: &Workspace) -> Result<String> {
    let git = |words: &[&str]| Run::new("git").args(words).within(&workspace.root).read();
    let commit = git(&["rev-parse", "--short", "HEAD"])?;
    let clean = git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Ok(if clean { commit } else { format!("{commit} changed") })
}

/// Puts the rows into the page's table; those of targets that did not run stay as they are.
pub(crate) fn write(workspace: &Workspace, rows: &[Row], commit: &str, command: &str) -> Result<()> {
    let day = Run::new("date").args(["-u", "+%Y-%m-%d"]).read()?;
    let path = workspace.path(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let content =
        format!("The last of them, on {day}: `{command}`.\n\n{}", table(&merged(&page, &lines(rows, commit))));
    fs::write(&path, placed(&page, &content)?).with_context(|| format!("cannot write {PAGE}"))?;
    println!("    wrote the table into {PAGE}");
    Ok(())
}

/// The page with this between its markers.
fn placed(page: &str, content: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("{PAGE} has no {}", BEGIN.trim()))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{PAGE} has no {}", END.trim()))?;
    Ok(format!("{before}{BEGIN}{content}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_says_what_was_measured_and_no_more() {
        let settle = Row {
            name: "settle".into(),
            executions: 1_234_567,
            seconds: 60.0,
            coverage: Some((4_000, 4_100)),
            memory: Some(88),
            slowest: Some(0),
            found: None,
        };
        let pairs =
            Row { name: "pairs".into(), executions: 20, seconds: 10.0, found: Some("x".into()), ..Row::default() };
        let text = markdown(&[settle, pairs], "f00d");
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(rows[0], "| settle | 1,234,567 | 20,576 | 4,100 | 100 | 88 MB | under 1 s | nothing | f00d |");
        assert_eq!(rows[1], "| pairs | 20 | 2 |  |  |  |  | **something** | f00d |");
        assert_eq!(rows[2], "| together | 1,234,587 | | | | | | | |");
    }

    #[test]
    fn targets_that_did_not_run_keep_their_rows() {
        let row = |name: &str, executions| Row { name: name.into(), executions, ..Row::default() };
        let page = format!("a\n{BEGIN}x\n\n{}{END}b\n", markdown(&[row("settle", 5), row("time", 7)], "0001"));
        let lines = merged(&page, &lines(&[row("time", 9), row("pairs", 1)], "0002"));
        assert_eq!(lines.iter().map(|line| name(line)).collect::<Vec<_>>(), ["pairs", "settle", "time"]);
        assert!(lines[1].ends_with("| 0001 |\n") && lines[2].contains("| 9 |") && lines[2].ends_with("| 0002 |\n"));
        assert!(table(&lines).ends_with("| together | 15 | | | | | | | |\n"));
    }

    #[test]
    fn only_what_lies_between_the_markers_is_changed() {
        let page = format!("a\n{BEGIN}old\n{END}b\n");
        assert_eq!(placed(&page, "new\n").unwrap(), format!("a\n{BEGIN}new\n{END}b\n"));
        assert!(placed("a", "new").is_err());
    }

    #[test]
    fn the_page_has_the_markers() {
        let workspace = Workspace::find().unwrap();
        assert!(placed(&fs::read_to_string(workspace.path(PAGE)).unwrap(), "").is_ok());
    }
}
