//! Settles 69,659 real purchases under a made-up affiliate program, and explains a commission; or, asked for `year`, lives
//! through a year of them month by month.
//! It must never settle by itself: it runs the same commands as anybody at a shell.
//!
//! `cargo run --release -p affil-cli --example cdnow`, see `examples/cdnow/README.md`;
//! `cargo run --release -p affil-cli --example cdnow year`, see `examples/year/README.md`.

mod draw;
mod generate;
mod purchases;
mod shop;
mod year;

use std::error::Error;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A line that a partner's month crosses a step with: one part at the lower rate, the other at the higher one.
const CROSSING: &str = "commission:16517-1997-11-10/1/many-discs/partner-31";

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let is_year = arguments.next_if(|argument| argument == "year").is_some();
    let name = if is_year { "year" } else { "cdnow" };
    let folder = arguments.next().map_or_else(|| target_folder(name), |folder| Ok(PathBuf::from(folder)))?;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").canonicalize()?;
    let facts = folder.join("facts");
    if is_year && folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let orders = purchases::read(&examples.join("cdnow/purchases.csv"))?;
    let counts = generate::write(&orders, &facts)?;
    println!("real:    {} orders with {} lines (CDNOW, 1997 to 1998)", counts.orders, counts.lines);
    println!(
        "made up: {} affiliates, {} touches, {} refunds, {} adjustments",
        counts.affiliates, counts.touches, counts.refunds, counts.adjustments
    );
    if is_year {
        return year::live(&examples.join("year/program.toml"), &folder);
    }
    let program = examples.join("cdnow/program.toml");
    affil(&[&"settle", &program, &facts, &"--out", &folder.join("settled")])?;
    affil(&[&"explain", &program, &facts, &CROSSING])
}

/// A folder in cargo's target folder.
fn target_folder(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    // TARGET/PROFILE/examples/cdnow
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(3).ok_or("no target folder")?.join(name))
}

/// Shows a command and runs it.
fn affil(arguments: &[&dyn AsRef<OsStr>]) -> Result<(), Box<dyn Error>> {
    let here = std::env::current_dir().unwrap_or_default();
    let short = |text: &OsStr| Path::new(text).strip_prefix(&here).unwrap_or(Path::new(text)).display().to_string();
    let shown: Vec<String> = arguments.iter().map(|argument| short((*argument).as_ref())).collect();
    println!("\n$ affil {}\n", shown.join(" "));
    let arguments = arguments.iter().map(|argument| (*argument).as_ref());
    match affil_cli::run(std::iter::once(OsStr::new("affil")).chain(arguments)) {
        0 => Ok(()),
        code => Err(format!("it ended with {code}").into()),
    }
}
