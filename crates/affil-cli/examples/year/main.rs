//! A year of real purchases, month by month: reviewed, refunded, closed, paid, failed and paid again, disputed, and booked.
//! It must never settle by itself: it runs the same commands as anybody at a shell.
//!
//! `cargo run --release -p affil-cli --example year`, see `examples/year/README.md`.

#[path = "../cdnow/draw.rs"]
mod draw;
#[path = "../cdnow/generate.rs"]
mod generate;
#[path = "../cdnow/purchases.rs"]
mod purchases;
mod shop;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use affil::time::{Instant, Month, Zone};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").canonicalize()?;
    let folder = folder()?;
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let facts = folder.join("facts");
    let program = stories.join("year/program.toml");
    let orders = purchases::read(&stories.join("cdnow/purchases.csv"))?;
    let counts = generate::write(&orders, &facts)?;
    let reviews = shop::review(&facts)?;
    let late = shop::learn_late(&facts)?;
    println!("real:    {} orders with {} lines (CDNOW, 1997 to 1998)", counts.orders, counts.lines);
    println!(
        "made up: {} affiliates, {} touches, {} refunds ({late} of them learned late), {} adjustments, {reviews} reviews",
        counts.affiliates, counts.touches, counts.refunds, counts.adjustments
    );

    let zone = Zone::named("America/New_York").ok_or("no such zone")?;
    let ledger = folder.join("ledger.jsonl");
    for month in months()? {
        let end = zone.month_start(month.next());
        affil(&[
            "settle",
            text(&program)?,
            text(&facts)?,
            "--as-of",
            &end.to_string(),
            "--ledger",
            text(&ledger)?,
            "--close",
            &month.to_string(),
            "--top",
            "3",
        ])?;
        let payouts = facts.join(format!("payouts-{month}.jsonl"));
        affil(&[
            "payout",
            text(&program)?,
            text(&facts)?,
            "--at",
            &end.to_string(),
            "--out",
            text(&payouts)?,
            "--top",
            "3",
        ])?;
        let (paid, failed) = shop::confirm(&payouts, &facts.join(format!("confirmations-{month}.jsonl")), end)?;
        println!("\nthe bank says: {paid} payouts arrived, {failed} came back\n");
    }

    let end = Instant::parse("1998-01-10T05:00:00Z")?.to_string();
    let once = folder.join("once.jsonl");
    for ledger in [&ledger, &once] {
        affil(&["settle", text(&program)?, text(&facts)?, "--as-of", &end, "--ledger", text(ledger)?, "--top", "3"])?;
    }
    for (name, format) in [("books.beancount", "beancount"), ("books.journal", "hledger"), ("books.csv", "csv")] {
        affil(&["export", text(&ledger)?, "--format", format, "--out", text(&folder.join(name))?])?;
    }
    affil(&["export", text(&once)?, "--format", "csv", "--out", text(&folder.join("once.csv"))?])?;
    let statements = folder.join("statements");
    let told = ["--affiliate", "premier-1", "--month", "1997-11", "--out", text(&statements)?, "--html"];
    let mut statement = vec!["statement", text(&program)?, text(&facts)?, "--as-of", &end, "--ledger", text(&ledger)?];
    statement.extend(told);
    affil(&statement)?;
    Ok(ExitCode::SUCCESS)
}

/// The months of 1997.
fn months() -> Result<Vec<Month>, Box<dyn Error>> {
    let mut months = vec![Month::parse("1997-01")?];
    while let Some(last) = months.last().filter(|_| months.len() < 12) {
        months.push(last.next());
    }
    Ok(months)
}

/// Where everything goes: the folder named on the command line, or `year` in cargo's target folder.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(folder) = std::env::args_os().nth(1) {
        return Ok(PathBuf::from(folder));
    }
    // TARGET/PROFILE/examples/year
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(3).ok_or("no target folder")?.join("year"))
}

fn text(path: &Path) -> Result<&str, Box<dyn Error>> {
    Ok(path.to_str().ok_or("a path that is no text")?)
}

/// Shows a command and runs it.
fn affil(arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let here = std::env::current_dir().unwrap_or_default();
    let short = |argument: &&str| match Path::new(argument).strip_prefix(&here) {
        Ok(short) => short.display().to_string(),
        Err(_) => (*argument).to_owned(),
    };
    println!("\n$ affil {}\n", arguments.iter().map(short).collect::<Vec<_>>().join(" "));
    match affil_cli::run(std::iter::once("affil").chain(arguments.iter().copied())) {
        0 => Ok(()),
        code => Err(format!("it ended with {code}").into()),
    }
}
