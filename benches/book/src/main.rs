//! Brings a ledger up to date for each new order, in one of two ways; prints one line of JSON.
//! It must never know which way is faster.

mod facts;

use std::time::Instant;

use affil::{Book, Entry, Facts, Ledger, Plan};
use anyhow::{Context, Result, anyhow, bail};
use facts::Shop;
use serde_json::{Map, Value, json};

/// Orders after which both ways are compared.
const COMPARED: usize = 5;
/// Orders that are timed where one is fast.
const TIMED: usize = 500;
/// And of the affiliate who has the most.
const LARGEST: usize = 20;

/// The program, by mode.
fn plan(mode: &str) -> Result<Plan> {
    let tier = r#"
        [[tiers]]
        id = "volume"
        mode = "marginal"
        steps = [{ from = "1000.00", percent = "12" }, { from = "10000.00", percent = "15" }]"#;
    let tier = match mode {
        "customer" => "",
        "affiliate" => tier,
        other => bail!("no mode is called {other}"),
    };
    let program = format!(
        r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "Europe/Berlin"
        unknown_affiliates = "accept"
        conflict = "first"
        attribution.windows.click = "30d"
        lifecycle = {{ lock = "duration", after = "30d" }}

        [[rules]]
        id = "shoes"
        when.line.category = "shoes"
        pay.percent = "10"

        [[rules]]
        id = "rest"
        pay.percent = "5"
        {tier}"#
    );
    Plan::from_text(&program).map_err(|problems| anyhow!("{problems}"))
}

/// One way to keep the ledger.
enum Way {
    ByOne(Box<Book>),
    AllAgain(Box<Parts>),
}

/// What a book keeps together.
struct Parts {
    plan: Plan,
    facts: Facts,
    ledger: Ledger,
}

impl Way {
    fn new(contestant: &str, plan: Plan, facts: Facts) -> Result<Self> {
        let wrong = |problems| anyhow!("{problems}");
        Ok(match contestant {
            "by_one" => Self::ByOne(Box::new(Book::new(plan, facts).map_err(wrong)?)),
            "all_again" => {
                let mut ledger = Ledger::new();
                ledger.post(&plan.settle(&facts).map_err(wrong)?).map_err(wrong)?;
                Self::AllAgain(Box::new(Parts { plan, facts, ledger }))
            }
            other => bail!("nobody is called {other}"),
        })
    }

    fn add(&mut self, text: &str) -> Result<Vec<Entry>> {
        let entries = match self {
            Self::ByOne(book) => book.add_json(text),
            Self::AllAgain(parts) => {
                let Parts { plan, facts, ledger } = &mut **parts;
                facts.add_json(text).and_then(|()| plan.settle(facts)).and_then(|settlement| ledger.post(&settlement))
            }
        };
        entries.map_err(|problems| anyhow!("{problems}"))
    }

    fn ledger(&self) -> &Ledger {
        match self {
            Self::ByOne(book) => book.ledger(),
            Self::AllAgain(parts) => &parts.ledger,
        }
    }
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [contestant, mode, size] = &words[..] else { bail!("usage: affil-bench-book CONTESTANT MODE SIZE") };
    let orders = match size.as_str() {
        "tiny" => 2_000,
        "S" => 20_000,
        "M" => 200_000,
        "L" => 1_000_000,
        other => bail!("no size is called {other}"),
    };
    let mut shop = Shop::new(orders);
    let history = shop.history()?;
    let opened = Instant::now();
    let mut way = Way::new(contestant, plan(mode)?, history)?;
    let opened = opened.elapsed().as_secs_f64();
    let adds = if contestant == "by_one" { TIMED } else { COMPARED };
    let largest = if contestant == "by_one" { LARGEST } else { 0 };
    let (mut times, mut entries, mut check) = (Vec::new(), Vec::new(), Value::Null);
    for number in 0..adds + largest {
        let text = shop.next(number, (number >= adds).then_some(0))?.json();
        let start = Instant::now();
        entries.extend(way.add(&text)?);
        times.push(start.elapsed().as_secs_f64());
        if number + 1 == COMPARED {
            check = checked(&entries, way.ledger())?;
        }
    }
    let of_largest = middle(&mut times.split_off(adds));
    let median = middle(&mut times).context("nothing was timed")?;
    let mut rates = Map::new();
    // Whole numbers of microseconds.
    for (label, seconds) in
        [("worst µs", times.last().copied()), ("largest affiliate µs", of_largest), ("opened µs", Some(opened))]
    {
        rates.extend(seconds.map(|seconds| (label.to_owned(), json!((seconds * 1e6).round()))));
    }
    println!(
        "{}",
        json!({
            "work": "book", "contestant": contestant, "seconds": median * 1000.0, "peak_mib": peak_mib()?, "check": check,
            "rates": rates, "notes": "",
        })
    );
    Ok(())
}

/// The median; none of nothing. The times are sorted.
fn middle(times: &mut [f64]) -> Option<f64> {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}

/// What was booked, and what stands in all accounts together with their places.
fn checked(entries: &[Entry], ledger: &Ledger) -> Result<Value> {
    let cents = |text: &str| -> Result<i64> { Ok(text.replace('.', "").parse()?) };
    let booked = entries.iter().map(|entry| cents(&entry.amount)).sum::<Result<i64>>()?;
    let accounts = ledger.accounts().map_err(|problems| anyhow!("{problems}"))?;
    let places: i128 = (1..).zip(accounts.values()).map(|(place, money)| place * i128::from(money.minor().get())).sum();
    Ok(json!({ "entries": entries.len(), "booked": booked.to_string(), "accounts": places.to_string() }))
}

/// The most memory this process has held, in MiB.
fn peak_mib() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no peak")?;
    Ok(peak.trim().trim_end_matches("kB").trim().parse::<u64>()? / 1024)
}
