//! What a year of a plan costs, many times over, by affil; prints one line of JSON. It also writes the draws that others price.
//! It must never price anything itself.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use affil::{Currency, Plan};
use affil_simulate::{AffiliateProcess, Draws, Options, Orders, Process, ProcessDocument, Simulation, simulate};
use anyhow::{Context, Result, bail};
use serde_json::json;

const SEED: u64 = 2027;
const MONTHS: usize = 12;

/// 5 %, and 0.5, 1 and 2 points more of what lies above 1,000, 10,000 and 100,000 in the month; 5.00 for each new customer; at
/// most 25,000.00 a month; refunds take back their part.
const PLAN: &str = r#"
    schema = "affil/1"
    currency = "EUR"
    zone = "UTC"
    conflict = "stack"
    attribution.windows.click = "30d"
    rules = [
      { id = "sales", pay.percent = "5" },
      { id = "new", when.customer.new = true, pay = { flat = "5.00", per = "order" } },
    ]
    tiers = [{ id = "volume", mode = "marginal", steps = [
      { from = "1000.00", add = "0.5" }, { from = "10000.00", add = "1" }, { from = "100000.00", add = "2" },
    ] }]
    caps = [{ id = "month", per = "affiliate", period = "month", amount = "25000.00" }]
"#;

const PROCESS: &str = r#"{ "schema": "affil-process/1", "start": "2027-01", "months": 12,
    "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } }, "refunded": { "beta": { "a": 2, "b": 38 } }, "new": 0.3,
    "affiliates": [] }"#;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [mode, folder, size] = &words[..] else { bail!("usage: affil-bench-simulate draws|drawn|given FOLDER SIZE") };
    let (replicates, affiliates) = match size.as_str() {
        "tiny" => (20, 200),
        "S" => (100, 10_000),
        "M" => (1_000, 10_000),
        other => bail!("no size is called `{other}`"),
    };
    let threads = std::env::var("BENCH_THREADS").ok().map(|text| text.parse()).transpose()?;
    let options = Options { seed: SEED, replicates, threads, budget: None };
    let (plan, process) = (Plan::from_text(PLAN)?, process(affiliates)?);
    let euros = Currency::from_code("EUR").context("no euros")?;
    let (begun, simulation) = match mode.as_str() {
        // Of the largest size too much to be given to anybody.
        "draws" if size == "M" => return Ok(fs::create_dir_all(folder)?),
        "draws" => return draws(&PathBuf::from(folder), &Draws::of(&process, euros, &options)?, affiliates),
        "drawn" => (Instant::now(), simulate(&[&plan], &process, &options, |_| ())?),
        "given" => {
            let draws = Draws::of(&process, euros, &options)?;
            (Instant::now(), draws.price(&[&plan], |_| ())?)
        }
        other => bail!("no mode is called `{other}`"),
    };
    let seconds = begun.elapsed().as_secs_f64();
    let mut said = json!({ "work": "simulate", "contestant": "affil", "seconds": seconds, "peak_mib": peak_mib()? });
    let cost = simulation.plans.first().context("no plan was priced")?;
    if mode == "given" {
        said["check"] = check(&simulation)?;
    } else {
        let error = cost.standard_error.context("one replicate has no error")?;
        let [low, high] = [quantile(&simulation, 5)?, quantile(&simulation, 95)?].map(euro);
        // A normal total: the error of its 5 % quantile is √(p (1 - p)) / φ(z), 2.1132 times that of its mean.
        said["check"] = serde_json::Value::Null;
        said["close"] =
            json!({ "mean": [cost.mean.to_f64(), error], "P5": [low, 2.1132 * error], "P95": [high, 2.1132 * error] });
    }
    println!("{said}");
    Ok(())
}

/// Orders ~ Poisson(200 / rank^0.6).
fn process(affiliates: u32) -> Result<Process> {
    let mut document: ProcessDocument = serde_json::from_str(PROCESS)?;
    let one = |rank: u32| AffiliateProcess {
        id: format!("a{rank}"),
        orders: Some(Orders::Poisson(200.0 / libm::pow(f64::from(rank), 0.6))),
        ..AffiliateProcess::default()
    };
    document.affiliates = (1..=affiliates).map(one).collect();
    Ok(Process::new(document)?)
}

/// Columns by replicate, month and affiliate, as bare little-endian numbers of 64 bits.
fn draws(folder: &Path, draws: &Draws, affiliates: u32) -> Result<()> {
    fs::create_dir_all(folder)?;
    let affiliates = affiliates as usize;
    let mut columns: [(&str, Vec<i64>); 3] = ["new", "sales", "refunded"].map(|name| (name, Vec::new()));
    for drawn in draws.cells() {
        let at = (drawn.replicate as usize * MONTHS + drawn.month) * affiliates + drawn.affiliate;
        let values = [i64::from(drawn.cell.new), drawn.cell.sales.get(), drawn.cell.refunded.get()];
        for ((_, column), value) in columns.iter_mut().zip(values) {
            column.resize(column.len().max(at + 1), 0);
            column[at] = value;
        }
    }
    let length = columns.iter().map(|(_, column)| column.len()).max().unwrap_or_default();
    let length = length.next_multiple_of(MONTHS * affiliates);
    for (name, column) in &mut columns {
        column.resize(length, 0);
        let mut file = BufWriter::new(File::create(folder.join(format!("simulate-{name}.bin")))?);
        for value in column {
            file.write_all(&value.to_le_bytes())?;
        }
        file.flush()?;
    }
    Ok(())
}

fn totals(simulation: &Simulation) -> Result<Vec<i64>> {
    let plan = simulation.plans.first().context("no plan was priced")?;
    Ok(plan.totals.iter().map(|total| total.minor().get()).collect())
}

/// The nearest rank, in cents.
fn quantile(simulation: &Simulation, percent: usize) -> Result<i64> {
    let mut totals = totals(simulation)?;
    totals.sort_unstable();
    let rank = (percent * totals.len()).div_ceil(100).max(1);
    totals.get(rank - 1).copied().context("no totals")
}

#[allow(clippy::cast_precision_loss, reason = "a statistic")]
fn euro(cents: i64) -> f64 {
    cents as f64 / 100.0
}

fn check(simulation: &Simulation) -> Result<serde_json::Value> {
    let totals = totals(simulation)?;
    let sum: i64 = totals.iter().sum();
    let weighted: i128 = (1..).zip(&totals).map(|(at, total): (i128, &i64)| at * i128::from(*total)).sum();
    let [low, high] = [quantile(simulation, 5)?, quantile(simulation, 95)?];
    Ok(
        json!({ "sum": sum.to_string(), "weighted": weighted.to_string(), "P5": low.to_string(), "P95": high.to_string() }),
    )
}

/// The most memory that this process has held, in MiB; 0 where the system does not tell.
fn peak_mib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { return Ok(0) };
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024)
}
