//! The first example: what ana is owed for three orders, and why. Run it with
//! `cargo run -p affil --example first`; it prints `examples/first/expected.txt`.
//! It must never compute a commission of its own.

use std::error::Error;
use std::path::{Path, PathBuf};

use affil::{Facts, Ledger, Program};

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", statement(&story())?);
    Ok(())
}

/// The folder that the example shares with its Python and JavaScript versions.
fn story() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/first")
}

/// Settles the facts, books them, and writes one line for each entry: the amount, and the reason for it.
pub(crate) fn statement(story: &Path) -> Result<String, Box<dyn Error>> {
    let plan = Program::from_toml(&std::fs::read_to_string(story.join("program.toml"))?)?.compile()?;
    let facts = Facts::from_json(&std::fs::read_to_string(story.join("facts.json"))?)?;
    let settlement = plan.settle(&facts)?;
    let mut lines = Vec::new();
    for entry in Ledger::new().post(&settlement)? {
        let why = plan.explain(&facts, &entry.id)?;
        lines.push(format!("{} {}  {}\n", entry.amount, entry.currency, why.text));
    }
    Ok(lines.concat())
}
