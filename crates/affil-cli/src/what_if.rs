//! `affil what-if`: what other programs, or variants of one, would have owed for the same facts.
//! This module must never subtract an amount.

use std::path::Path;

use affil::{Because, Comparison, Plan, Program, Variant, VariantOverride};
use serde_json::{Value, json};

use crate::arguments;
use crate::failure::Failure;
use crate::output::{grid, grouped};
use crate::progress::Progress;
use crate::{input, program, terminal};

pub(crate) fn run(arguments: &arguments::WhatIf) -> Result<(), Failure> {
    let base = program::plan(&arguments.program)?;
    let variants = variants(arguments, base.program())?;
    let progress = Progress::begin("reading");
    let mut input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    progress.now("settling");
    let refused = |problems| input.refused(&problems);
    let what_if = base.what_if(&variants, &input.facts).map_err(refused)?;
    let because = |variant: &Variant| -> Result<Vec<Because>, Failure> {
        let told = base.because(&variant.plan, &input.facts, arguments.affiliate.as_deref());
        told.map_err(|problems| input.refused(&problems))
    };
    let reasons: Vec<Vec<Because>> =
        if arguments.because { variants.iter().map(because).collect::<Result<_, _>>()? } else { Vec::new() };
    drop(progress);
    if arguments.format.is_json() {
        if !arguments.because {
            return terminal::print(&what_if.to_json());
        }
        let told = variants.iter().zip(&reasons);
        let told: Vec<Value> =
            told.map(|(variant, because)| json!({ "name": variant.name, "because": because })).collect();
        return terminal::print(&json!({ "variants": told }).to_string());
    }
    let mut parts = Vec::new();
    if what_if.variants.len() > 1 {
        parts.push(overview(&what_if.variants));
        let of =
            |one: &Comparison| missing(one).into_iter().map(|line| format!("{}: {line}", one.name)).collect::<Vec<_>>();
        let all: Vec<String> = what_if.variants.iter().flat_map(of).collect();
        if !all.is_empty() && !arguments.because {
            parts.push(all.join("\n"));
        }
    }
    for (index, comparison) in what_if.variants.iter().enumerate() {
        if what_if.variants.len() == 1 || arguments.because {
            parts.push(details(comparison, reasons.get(index), arguments));
        }
    }
    terminal::print(parts.join("\n\n").trim_end())
}

fn variants(arguments: &arguments::WhatIf, base: &Program) -> Result<Vec<Variant>, Failure> {
    let mut variants = Vec::new();
    for path in &arguments.others {
        variants.push(Variant::new(path.display().to_string(), program::plan(path)?));
    }
    let refused = |problems| program::refused(Path::new("the variant"), &problems);
    let set = arguments.set.iter().map(|text| assignment(text)).collect::<Result<Vec<VariantOverride>, _>>()?;
    let changed = base.with(&set).map_err(refused)?;
    if !arguments.grid.is_empty() {
        let values = arguments.grid.iter().map(|text| choice(text)).collect::<Result<Vec<_>, _>>()?;
        variants.extend(Variant::grid(&changed, &values).map_err(refused)?);
    } else if !set.is_empty() {
        let plan: Plan = changed.compile().map_err(refused)?;
        variants.push(Variant::new(arguments.set.join(", "), plan));
    }
    if variants.is_empty() {
        return Err(Failure::Usage("say what to compare with: --with FILE, --set or --grid".to_owned()));
    }
    Ok(variants)
}

/// `PATH=TEXT` or `PATH:=JSON`.
fn split(text: &str) -> Result<(&str, bool, &str), Failure> {
    let (path, value) = text
        .split_once('=')
        .ok_or_else(|| Failure::Usage(format!("`{text}`: write PATH=VALUE, such as rules/shoes/pay/percent=12")))?;
    Ok(path.strip_suffix(':').map_or((path, false, value), |path| (path, true, value)))
}

fn value(text: &str, is_json: bool) -> Result<Value, Failure> {
    if !is_json {
        return Ok(Value::from(text));
    }
    serde_json::from_str(text).map_err(|error| Failure::Usage(format!("`{text}` is not JSON: {error}")))
}

fn assignment(text: &str) -> Result<VariantOverride, Failure> {
    let (path, is_json, text) = split(text)?;
    Ok((path.to_owned(), value(text, is_json)?))
}

/// Of JSON a list is the values; of text they are separated by commas.
fn choice(text: &str) -> Result<(String, Vec<Value>), Failure> {
    let (path, is_json, text) = split(text)?;
    if !is_json {
        return Ok((path.to_owned(), text.split(',').map(|text| Value::from(text.trim())).collect()));
    }
    match value(text, true)? {
        Value::Array(values) => Ok((path.to_owned(), values)),
        _ => Err(Failure::Usage(format!("`{text}`: write a JSON list of the values"))),
    }
}

fn percent(percent: Option<&String>) -> String {
    percent.map_or_else(String::new, |percent| format!("{percent} %"))
}

fn overview(variants: &[Comparison]) -> String {
    let header = ["Variant", "Before", "After", "Difference", "", "Gain", "Lose", "Lose > 10 %"];
    let rows = variants.iter().map(|variant| {
        let total = &variant.total;
        let over = variant.losing.iter().find(|losing| losing.more_than == "10").map_or(0, |losing| losing.affiliates);
        let mut cells = vec![variant.name.clone()];
        cells.extend([total.before, total.after, total.difference].map(|amount| grouped(&amount.amount())));
        cells.push(percent(variant.percent.as_ref()));
        cells.extend([variant.gain, variant.lose, over].map(|count| grouped(&count.to_string())));
        cells
    });
    grid(1, Some(header.map(str::to_owned).to_vec()), rows)
}

/// What a variant asks for and no fact has.
fn missing(comparison: &Comparison) -> Vec<String> {
    comparison.missing.iter().map(|one| format!("missing: {}\n  hint: {}", one.text, one.hint)).collect()
}

fn details(comparison: &Comparison, because: Option<&Vec<Because>>, arguments: &arguments::WhatIf) -> String {
    let mut parts = vec![format!("{}\n{}", comparison.name, comparison.text)];
    let missing = missing(comparison);
    if !missing.is_empty() {
        parts.push(missing.join("\n"));
    }
    if let Some(because) = because {
        let whom = arguments.affiliate.as_ref().map_or_else(String::new, |affiliate| format!("for {affiliate}: "));
        let lines: Vec<String> = because.iter().map(|because| format!("{whom}{}", because.text)).collect();
        parts.push(if lines.is_empty() { "The programs say the same.".to_owned() } else { lines.join("\n") });
        return parts.join("\n");
    }
    let mut changed: Vec<_> =
        comparison.affiliates.iter().filter(|row| !row.amount.difference.minor().is_zero()).collect();
    // By affiliate already, and the sort is stable.
    changed.sort_by_key(|row| std::cmp::Reverse(row.amount.difference.minor().get().unsigned_abs()));
    if !changed.is_empty() {
        let header = ["Affiliate", "Before", "After", "Difference", ""].map(str::to_owned).to_vec();
        let rows = changed.iter().take(arguments.top).map(|row| {
            let amounts = [row.amount.before, row.amount.after, row.amount.difference];
            let mut cells = vec![row.affiliate.clone()];
            cells.extend(amounts.map(|amount| grouped(&amount.amount())));
            cells.push(percent(row.percent.as_ref()));
            cells
        });
        parts.push(grid(1, Some(header), rows));
    }
    if !comparison.steps.is_empty() {
        let count = comparison.steps.len();
        let times = if count == 1 { "once".to_owned() } else { format!("{} times", grouped(&count.to_string())) };
        let step = |step: Option<usize>| step.map_or_else(|| "none".to_owned(), |step| step.to_string());
        let header = ["Ladder", "Affiliate", "Period", "Step before", "Step after"].map(str::to_owned).to_vec();
        let rows = comparison.steps.iter().take(arguments.top).map(|row| {
            vec![row.tier.clone(), row.affiliate.clone(), row.period.clone(), step(row.before), step(row.after)]
        });
        parts.push(format!("Another step is reached {times}\n{}", grid(3, Some(header), rows)));
    }
    parts.join("\n\n")
}
