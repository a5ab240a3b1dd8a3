//! A year month by month: settled, booked, closed, paid out, paid and sent back, disputed.
//! This module must never say what happens in the shop; `shop` makes that up.

use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use affil::time::{Instant, Month, Zone};

use super::{affil, shop};

const DAY: i64 = 86_400_000_000;

/// Lives through 1997, settles once more what was known ten days later, and writes the books.
pub(crate) fn live(program: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let facts = folder.join("facts");
    let reviews = shop::review(&facts)?;
    let late = shop::learn_late(&facts)?;
    println!("         {reviews} reviews; {late} of the refunds are learned three weeks late");
    fs::create_dir_all(folder.join("disputes"))?;
    let zone = Zone::named("America/New_York").ok_or("no such zone")?;
    let ledger = folder.join("ledger.jsonl");
    let mut month = Month::parse("1997-01")?;
    for number in 0..12 {
        let end = zone.month_start(month.next());
        let as_of = end.to_string();
        let booked = fs::read_to_string(&ledger).unwrap_or_default().len();
        let close = month.to_string();
        affil(&[
            &"settle",
            &program,
            &facts,
            &"--as-of",
            &as_of,
            &"--ledger",
            &ledger,
            &"--close",
            &close,
            &"--top",
            &"3",
        ])?;
        statement(program, folder, month, &as_of)?;
        let payouts = facts.join(format!("payouts-{month}.jsonl"));
        affil(&[&"payout", &program, &facts, &"--at", &as_of, &"--out", &payouts, &"--top", &"3"])?;
        let (paid, failed) = shop::confirm(&payouts, &facts.join(format!("confirmations-{month}.jsonl")), end)?;
        println!("\nThe bank says: {paid} payouts arrived, {failed} came back");
        let news = fs::read_to_string(&ledger)?.split_off(booked);
        if let Some(claim) = shop::taken_back(&news, &facts)? {
            dispute(program, folder, &claim, number, end)?;
        }
        month = month.next();
    }
    close_the_year(program, folder, &ledger)
}

/// A claim goes one of three ways: upheld; rejected and upheld in part by a mediator; rejected, and left at that.
fn dispute(program: &Path, folder: &Path, claim: &str, number: usize, end: Instant) -> Result<(), Box<dyn Error>> {
    let id = format!("d{number}");
    let facts = folder.join("facts");
    let wanted = facts.join(format!("facts-dispute-{id}.json"));
    let (told, file) = (folder.join(format!("disputes/{id}-claim.txt")), folder.join(format!("disputes/{id}.json")));
    fs::write(&told, claim)?;
    let after = |days: i64| Ok::<_, Box<dyn Error>>(end.plus_micros(days * DAY)?.to_string());
    let opened = after(1)?;
    affil(&[
        &"dispute", &"open", &program, &facts, &"--claim", &told, &"--id", &id, &"--at", &opened, &"--out", &file,
    ])?;
    let act = |days: i64, more: &[&dyn AsRef<OsStr>]| {
        let at = after(days)?;
        let begin: [&dyn AsRef<OsStr>; 7] = [&"dispute", &"act", &program, &file, &"--at", &at, &"--do"];
        affil(&[&begin[..], more].concat())
    };
    match number % 3 {
        0 => {
            act(3, &[&"uphold", &"--by", &"merchant"])?;
            act(5, &[&"accept", &"--by", &"affiliate", &"--facts-out", &wanted])
        }
        1 => {
            act(3, &[&"reject", &"--by", &"merchant", &"--reason", &"cancelled"])?;
            act(5, &[&"appeal", &"--by", &"affiliate"])?;
            let partly = [&"uphold_partly" as &dyn AsRef<OsStr>, &"--by", &"mediator", &"--amount", &"0.10"];
            act(9, &[&partly[..], &[&"--facts-out", &wanted]].concat())
        }
        _ => {
            act(3, &[&"reject", &"--by", &"merchant", &"--reason", &"fraud"])?;
            act(20, &[&"expire"])
        }
    }
}

/// The ledger of the year and one of a single settlement, both by what was known ten days after it, and the books.
fn close_the_year(program: &Path, folder: &Path, ledger: &Path) -> Result<(), Box<dyn Error>> {
    let (facts, once) = (folder.join("facts"), folder.join("once.jsonl"));
    let end = "1998-01-11T00:00:00-05:00";
    for ledger in [ledger, &once] {
        affil(&[&"settle", &program, &facts, &"--as-of", &end, &"--ledger", &ledger, &"--top", &"3"])?;
    }
    for (name, format) in [("books.beancount", "beancount"), ("books.journal", "hledger"), ("books.csv", "csv")] {
        affil(&[&"export", &ledger, &"--format", &format, &"--out", &folder.join(name)])?;
    }
    affil(&[&"export", &once, &"--format", &"csv", &"--out", &folder.join("once.csv")])
}

/// The statement of one affiliate, by what was known when the month was closed; that of December as a page with all of them.
fn statement(program: &Path, folder: &Path, month: Month, as_of: &str) -> Result<(), Box<dyn Error>> {
    let (facts, ledger, out) = (folder.join("facts"), folder.join("ledger.jsonl"), folder.join("statements"));
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bindings/wasm/pkg");
    let name = month.to_string();
    let mut arguments: Vec<&dyn AsRef<OsStr>> = vec![&"statement", &program, &facts, &"--as-of", &as_of];
    arguments.extend([&"--ledger" as &dyn AsRef<OsStr>, &ledger, &"--affiliate", &"premier-1"]);
    arguments.extend([&"--month" as &dyn AsRef<OsStr>, &name, &"--out", &out]);
    if name == "1997-12" {
        arguments.push(&"--html");
        if package.join("affil.wasm").is_file() {
            arguments.extend([&"--engine" as &dyn AsRef<OsStr>, &package]);
        } else {
            println!("\nThe page will not check itself: `cargo xtask wasm` builds the engine that it does that with");
        }
    }
    affil(&arguments)
}
