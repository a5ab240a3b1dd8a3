//! The table of a soak, and its place in the documentation.
//! It must never know how a figure was measured.

use std::fmt::Write as _;
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

/// The table.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let mut text = String::from(
        "| target | executions | a second | edges reached | of these new | most memory | slowest | found |\n|---|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        let (before, after) = row.coverage.unwrap_or_default();
        let some = |known: bool, text: String| if known { text } else { String::new() };
        // Writing to a text cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            grouped(row.executions),
            grouped(rate(row)),
            some(row.coverage.is_some(), grouped(after)),
            some(row.coverage.is_some(), grouped(after.saturating_sub(before))),
            row.memory.map_or_else(String::new, |memory| format!("{memory} MB")),
            row.slowest.map_or_else(String::new, |slowest| if slowest == 0 {
                "under 1 s".into()
            } else {
                format!("{slowest} s")
            }),
            if row.found.is_some() { "**something**" } else { "nothing" },
        );
    }
    let all: u64 = rows.iter().map(|row| row.executions).sum();
    let _ = writeln!(text, "| together | {} | | | | | | |", grouped(all));
    text
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

/// The day, the commit and the command of a run that begins now.
pub(crate) fn origin(workspace: &Workspace, command: &str) -> Result<String> {
    let git = |words: &[&str]| Run::new("git").args(words).within(&workspace.root).read();
    let commit = git(&["rev-parse", "--short", "HEAD"])?;
    let changed =
        if git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty() { "" } else { " with changes" };
    let day = Run::new("date").args(["-u", "+%Y-%m-%d"]).read()?;
    Ok(format!("On {day}, at commit {commit}{changed}: `{command}`."))
}

/// Puts the table into the page, below where it comes from.
pub(crate) fn write(workspace: &Workspace, rows: &[Row], origin: &str) -> Result<()> {
    let path = workspace.path(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("cannot read {PAGE}"))?;
    let content = format!("{origin}\n\n{}", markdown(rows));
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
        let text = markdown(&[settle, pairs]);
        let rows: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(rows[0], "| settle | 1,234,567 | 20,576 | 4,100 | 100 | 88 MB | under 1 s | nothing |");
        assert_eq!(rows[1], "| pairs | 20 | 2 |  |  |  |  | **something** |");
        assert_eq!(rows[2], "| together | 1,234,587 | | | | | | |");
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
