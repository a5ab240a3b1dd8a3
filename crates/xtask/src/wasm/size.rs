//! Weighs what a page downloads and holds it to a fixed budget and to its last recorded weight.
//! It must never know what the bytes do.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::PACKAGE;
use crate::run::Run;
use crate::tools::wasm_rust;
use crate::workspace::Workspace;

/// The recorded weights, the budget, and how much growth passes unrecorded.
const RECORD: &str = "bindings/wasm/size.json";

/// What a page downloads; types, the Node entry and the manifest stay on the developer's machine.
const DOWNLOADED: &[&str] = &["affil.wasm", "engine.js", "index.js", "surface.js"];

/// Node's own compressors, so that no other is needed. Answers one `[raw, gzip, brotli]` a file.
const SCRIPT: &str = "
const { readFileSync } = require('node:fs');
const { brotliCompressSync, constants, gzipSync } = require('node:zlib');
console.log(JSON.stringify(process.argv.slice(1).map((path) => {
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes, { params }).length];
})));";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Weighs the built package. With `record` the weights are written down; without, growth past the allowance fails.
///
/// # Errors
/// Past the budget of `size.json` always; past the allowed growth over the recorded weight unless `record`.
pub(crate) fn weigh(workspace: &Workspace, record: bool) -> Result<()> {
    let path = workspace.path(RECORD);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {RECORD}"))?;
    let mut recorded: Value = serde_json::from_str(&text).with_context(|| format!("{RECORD} is no JSON"))?;
    let weights = measure(workspace)?;
    let total = total(&weights);
    print!("{}", table(&weights, total));

    let budget = number(&recorded, "budget_brotli")?;
    if total.brotli > budget {
        bail!("{} bytes of brotli are over the budget of {budget} in {RECORD}", total.brotli);
    }
    println!("    {} of {budget} bytes of the budget are left", budget - total.brotli);
    if record {
        write_down(&mut recorded, &weights, total)?;
        fs::write(&path, serde_json::to_string_pretty(&recorded)? + "\n")?;
        println!("    recorded in {RECORD}");
        return Ok(());
    }
    let before = recorded
        .pointer("/total/brotli")
        .and_then(Value::as_u64)
        .context("no recorded total: run `cargo xtask wasm --record`")?;
    let allowance = number(&recorded, "allowed_growth_percent")?;
    if grew(before, total.brotli, allowance) {
        let compiler = recorded["compiler"].as_str().unwrap_or("an unknown compiler");
        bail!(
            "{} bytes of brotli are more than {allowance} % over the recorded {before} (made with {compiler}, now {}); \
             if that is worth it: cargo xtask wasm --record",
            total.brotli,
            wasm_rust::ready()?.about,
        );
    }
    Ok(())
}

/// Whether `now` is more than `percent` over `before`.
fn grew(before: u64, now: u64, percent: u64) -> bool {
    now * 100 > before * (100 + percent)
}

fn number(recorded: &Value, name: &str) -> Result<u64> {
    recorded[name].as_u64().with_context(|| format!("{RECORD} has no whole number `{name}`"))
}

fn measure(workspace: &Workspace) -> Result<Vec<(&'static str, Weight)>> {
    let folder = workspace.path(PACKAGE);
    let answer =
        Run::new("node").args(["-e", SCRIPT, "--"]).args(DOWNLOADED.iter().map(|name| folder.join(name))).read()?;
    let weights: Vec<[u64; 3]> = serde_json::from_str(&answer).context("the weighing script answered no JSON")?;
    anyhow::ensure!(weights.len() == DOWNLOADED.len(), "the weighing script left a file out");
    let named = DOWNLOADED.iter().zip(weights);
    Ok(named.map(|(name, [raw, gzip, brotli])| (*name, Weight { raw, gzip, brotli })).collect())
}

fn total(weights: &[(&str, Weight)]) -> Weight {
    weights.iter().fold(Weight { raw: 0, gzip: 0, brotli: 0 }, |sum, (_, one)| Weight {
        raw: sum.raw + one.raw,
        gzip: sum.gzip + one.gzip,
        brotli: sum.brotli + one.brotli,
    })
}

fn table(weights: &[(&str, Weight)], total: Weight) -> String {
    let mut text = format!("    {:<12}{:>10}{:>10}{:>10}\n", "bytes", "raw", "gzip", "brotli");
    for (name, weight) in weights.iter().chain([&("total", total)]) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    {name:<12}{:>10}{:>10}{:>10}", weight.raw, weight.gzip, weight.brotli);
    }
    text
}

fn write_down(recorded: &mut Value, weights: &[(&str, Weight)], total: Weight) -> Result<()> {
    let plain = |weight: &Weight| json!({ "raw": weight.raw, "gzip": weight.gzip, "brotli": weight.brotli });
    recorded["compiler"] = json!(wasm_rust::ready()?.about);
    recorded["files"] = weights.iter().map(|(name, weight)| ((*name).to_owned(), plain(weight))).collect();
    recorded["total"] = plain(&total);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_up_to_the_allowance_passes() {
        // 5 % over 1,000 is 1,050: the last that passes.
        assert!(!grew(1_000, 1_050, 5));
        assert!(grew(1_000, 1_051, 5));
        assert!(!grew(1_000, 900, 5));
    }

    #[test]
    fn the_total_is_the_sum_of_the_files() {
        let one = Weight { raw: 10, gzip: 6, brotli: 5 };
        let other = Weight { raw: 100, gzip: 50, brotli: 40 };
        assert_eq!(total(&[("a", one), ("b", other)]), Weight { raw: 110, gzip: 56, brotli: 45 });
    }
}
