//! What a cart would pay, computed in Rust by one of several ways; prints one line of JSON.
//! It must never know which way is the fastest.

mod big;
mod card;
mod clock;
mod decimal;
mod engine;
mod plain;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The bonus for a new customer, in cents.
const BONUS: i64 = 500;
/// What an order pays at most, in cents.
const ORDER_CAP: i64 = 15_000;
/// Where a step of the ladder begins, in cents of the month, and how many basis points it adds to the one before.
const STEPS: [(i64, i64); 3] = [(100_000, 50), (1_000_000, 50), (10_000_000, 100)];

/// What the generator wrote.
#[derive(Deserialize)]
struct Data {
    /// Basis points by category; none where nothing is paid.
    rates: Vec<Option<i64>>,
    /// Carts by their number of lines.
    carts: Vec<Size>,
}

/// Carts with one number of lines.
#[derive(Deserialize)]
struct Size {
    lines: usize,
    carts: Vec<Cart>,
}

/// A cart as a checkout page has it.
#[derive(Deserialize)]
struct Cart {
    /// What the affiliate has sold in the month before, in cents.
    mtd: i64,
    new_customer: bool,
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    category: usize,
    quantity: i64,
    /// In cents.
    price: i64,
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [contestant, folder, size] = &words[..] else { bail!("usage: affil-bench-cart CONTESTANT FOLDER SIZE") };
    let folder = PathBuf::from(folder);
    let data: Data = serde_json::from_str(&read(&folder.join("carts.json"))?)?;
    let clock = clock::Clock::new(if size == "tiny" { 20 } else { 500 });
    let measured = match contestant.as_str() {
        "plain" => plain::measure(&data, clock),
        "rust_decimal" => decimal::measure(&data, clock),
        "bigdecimal" => big::measure(&data, clock),
        "affil" => engine::measure(&data, &read(&folder.join("cart.toml"))?, clock)?,
        "card" => card::measure(&data, &read(&folder.join("cart.toml"))?, clock)?,
        other => bail!("nobody is called {other}"),
    };
    println!("{}", measured.line(contestant));
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
