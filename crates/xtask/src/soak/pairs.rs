//! Engine and slow reference on pairs of programs and facts that the tests draw.
//! It must never know how they are compared: the law `oracle` does.

use std::time::Instant;

use anyhow::Result;

use super::table::Row;
use crate::run::Run;
use crate::workspace::Workspace;

/// So many pairs in one run, each run from a seed of its own.
const AT_ONCE: u64 = 25_000;

/// Compares on so many pairs.
pub(crate) fn run(workspace: &Workspace, pairs: u64) -> Result<Row> {
    println!("\n=== {}: engine and slow reference on {pairs} pairs", super::PAIRS);
    let test = |more: &[&str], cases: u64| {
        Run::cargo()
            .args(["test", "--quiet", "--locked", "--release", "--package", "affil", "--test", "laws"])
            .args(more)
            .env("PROPTEST_CASES", cases.to_string())
            // Optimized, and yet every check of a debug build is there; nothing of it is what users get.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
            .env("CARGO_TARGET_DIR", workspace.target.join("soak"))
            .within(&workspace.root)
    };
    test(&["--no-run"], 1).go()?;
    let (start, mut done) = (Instant::now(), 0);
    let mut found = None;
    while done < pairs && found.is_none() {
        let some = AT_ONCE.min(pairs - done);
        found = test(&["--", "--exact", "oracle"], some).go().err().map(|error| error.to_string());
        done += some;
        println!("    {done} of {pairs} pairs after {} s", start.elapsed().as_secs());
    }
    Ok(Row {
        name: super::PAIRS.to_owned(),
        executions: done,
        seconds: start.elapsed().as_secs_f64(),
        found,
        ..Row::default()
    })
}
