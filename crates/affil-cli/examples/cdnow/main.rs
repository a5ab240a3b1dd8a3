//! Settles 69,659 real purchases under a made-up affiliate program, and explains a commission.
//! It must never settle by itself: it runs the same commands as anybody at a shell.
//!
//! `cargo run --release -p affil-cli --example cdnow`, see `examples/cdnow/README.md`.

mod draw;
mod generate;
mod purchases;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A line that a partner's month crosses a step with: one part at the lower rate, the other at the higher one.
const CROSSING: &str = "commission:16517-1997-11-10/1/many-discs/partner-31";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/cdnow").canonicalize()?;
    let folder = folder()?;
    let facts = folder.join("facts");
    let orders = purchases::read(&story.join("purchases.csv"))?;
    let counts = generate::write(&orders, &facts)?;
    println!("real:    {} orders with {} lines (CDNOW, 1997 to 1998)", counts.orders, counts.lines);
    println!(
        "made up: {} affiliates, {} touches, {} refunds, {} adjustments",
        counts.affiliates, counts.touches, counts.refunds, counts.adjustments
    );
    let program = story.join("program.toml");
    let settled = affil(&[&"settle", &program, &facts, &"--out", &folder.join("settled")]);
    let explained = affil(&[&"explain", &program, &facts, &CROSSING]);
    Ok(ExitCode::from(settled.max(explained)))
}

/// Where the tables go: the folder named on the command line, or `cdnow` in cargo's target folder.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(folder) = std::env::args_os().nth(1) {
        return Ok(PathBuf::from(folder));
    }
    // TARGET/PROFILE/examples/cdnow
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(3).ok_or("no target folder")?.join("cdnow"))
}

/// Shows a command and runs it.
fn affil(arguments: &[&dyn AsRef<Path>]) -> u8 {
    let here = std::env::current_dir().unwrap_or_default();
    let short = |path: &Path| path.strip_prefix(&here).unwrap_or(path).display().to_string();
    let shown: Vec<String> = arguments.iter().map(|argument| short(argument.as_ref())).collect();
    println!("\n$ affil {}\n", shown.join(" "));
    let arguments = arguments.iter().map(|argument| argument.as_ref().as_os_str());
    affil_cli::run(std::iter::once("affil".as_ref()).chain(arguments))
}
