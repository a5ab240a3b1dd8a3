//! What fuzzers start from: documents of the vectors and examples, words of the schemas, and chosen bytes.
//! It must never know what a target does with them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use affil::{Facts, Ledger, Plan};
use anyhow::Result;
use serde_json::Value;

use super::targets::{Input, Target};
use crate::vectors::{self, Vector};
use crate::workspace::Workspace;

/// So many seeds of bytes that only a generator of numbers has chosen.
const DRAWN: u64 = 64;

/// Schemas whose words are in the documents.
const SCHEMAS: [&str; 8] = ["action", "cart", "cases", "claim", "dispute", "facts", "payees", "program"];

/// Examples beside those of the vectors.
const EXAMPLES: [&str; 5] = [
    "examples/cases/program.cases.toml",
    "examples/payouts/later/claim.json",
    "examples/payouts/later/watch.json",
    "examples/payouts/payees.toml",
    "examples/payouts/later/confirmations.jsonl",
];

/// Documents of which there is no example in a file.
const DOCUMENTS: [&str; 3] = [
    r#"{"action":"open","actor":"affiliate","id":"d1","amount":"80.00","claim":{"kind":"declined","affiliate":"ana","order":"A","at":"2026-03-20T10:00:00Z"}}"#,
    r#"{"schema":"affil-process/1","start":"2027-01","months":12,"orders":{"poisson":25},"sales":{"lognormal":{"mean":"80.00","cv":0.9}},"refunded":{"beta":{"a":2,"b":38}},"new":0.3,"affiliates":[{"id":"ana"},{"id":"ben","orders":{"poisson":4},"growth":1.05}]}"#,
    r#"[{"name":"more","set":{"rules/shoes/pay/percent":"12"}}]"#,
];

/// Short texts: numbers and times, and what is nearly one.
const SHORT: [&str; 16] = [
    "0",
    "-12.50",
    "90071992547409.91",
    "9223372036854775807",
    "0.000000000000000001",
    "1e3",
    "007",
    "33.3333333333",
    "2026-03-29T02:30:00+01:00",
    "1970-01-01T00:00Z",
    "2026-02-29",
    "2199-12",
    "30d",
    "1mo",
    "12y",
    "1000000",
];

/// Tables, each after the byte that says which it is.
const TABLES: [&str; 5] = [
    "\0id,at,customer,amount,category\r\nA,2026-03-10T10:00:00Z,kim,800.00,shoes\r\nA,2026-03-10T10:00:00Z,kim,1.5,\"a,b\"\r\n",
    "\u{1}at,customer,affiliate,channel\n2026-03-10T09:00:00Z,kim,ana,blog\n2026-03-10T09:00:00+01:00,lee,ana,\n",
    "\u{2}id,groups,active\nana,vip;new,true\nben,,false\n",
    "\u{3}id,at,affiliate,amount,reason\nx,2026-03-10T10:00:00Z,ana,5.00,by hand\ny,2026-04-10T10:00:00Z,ana,-2,\"by \"\"hand\"\"\"\n",
    "\u{4}from,to,date,rate\nUSD,EUR,2026-03-10,0.905\n",
];

/// Writes the seeds of a target into a folder, and the words of the documents into a file.
pub(crate) fn write(workspace: &Workspace, target: &Target, folder: &Path, words: &Path) -> Result<()> {
    let seeds: Vec<Vec<u8>> = match target.input {
        Input::Seeds | Input::Files => (0..DRAWN).map(|number| drawn(target.name, number, 64)).collect(),
        Input::Numbers => {
            let texts =
                (0..2_u8).flat_map(|kind| SHORT.iter().map(move |text| [&[kind * 4], text.as_bytes()].concat()));
            texts.chain((0..DRAWN).map(|number| drawn(target.name, number, 64))).collect()
        }
        Input::Table => TABLES.iter().map(|table| table.as_bytes().to_vec()).collect(),
        Input::Text => texts(workspace, target.name)?.into_iter().map(String::into_bytes).collect(),
    };
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("{number:04}")), seed)?;
    }
    Ok(fs::write(words, dictionary(workspace)?)?)
}

/// Bytes that look like nothing, always the same for a name and a number (`SplitMix64`).
fn drawn(name: &str, number: u64, length: usize) -> Vec<u8> {
    let mut state = name.bytes().fold(number, |state, byte| state.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// The documents that a target of texts starts from.
fn texts(workspace: &Workspace, target: &str) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    if target == "document" {
        texts.extend(DOCUMENTS.map(str::to_owned));
        for example in EXAMPLES {
            texts.insert(fs::read_to_string(workspace.path(example))?);
        }
    }
    if target == "program" {
        texts.insert(fs::read_to_string(workspace.path("examples/first/program.toml"))?);
    }
    // Statements and proofs are long, and much alike.
    let each = if target == "document" { 6 } else { 1 };
    for vector in vectors::load(&workspace.path("vectors"))?.iter().step_by(each) {
        texts.extend(of_vector(vector, target));
    }
    Ok(texts)
}

fn text(document: &Value) -> String {
    document.as_str().map_or_else(|| document.to_string(), str::to_owned)
}

fn of_vector(vector: &Vector, target: &str) -> Vec<String> {
    let program = text(vector.program());
    match target {
        "program" if vector.program().is_object() => vec![toml(vector.program())],
        "plan" | "program" => vec![program],
        "facts" if !vector.facts().is_null() => vec![text(vector.facts())],
        "cart" => vector.carts().map(Value::to_string).collect(),
        "ledger" => booked(&program, vector).map(|(_, _, ledger)| ledger.to_json_lines()).into_iter().collect(),
        "document" => {
            booked(&program, vector).map(|(plan, facts, ledger)| told(&plan, &facts, &ledger)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// What a vector books, if it settles.
fn booked(program: &str, vector: &Vector) -> Option<(Plan, Facts, Ledger)> {
    let plan = Plan::from_text(program).ok()?;
    let facts = Facts::from_json(&text(vector.facts())).ok()?;
    let mut ledger = Ledger::new();
    ledger.post(&plan.settle(&facts).ok()?).ok()?;
    (!ledger.entries().is_empty()).then_some((plan, facts, ledger))
}

/// A statement, and the proof of who is owed most.
fn told(plan: &Plan, facts: &Facts, ledger: &Ledger) -> Vec<String> {
    let Some(entry) = ledger.entries().first() else { return Vec::new() };
    let statements = plan.statements(facts, ledger, entry.date.month()).unwrap_or_default();
    let statements: Vec<String> = statements.iter().map(affil::StatementDocument::to_json).collect();
    let proof = plan.proof(facts, &entry.affiliate).map(|proof| proof.to_json());
    proof.into_iter().chain([format!("[{}]", statements.join(","))]).collect()
}

/// A document as TOML: a key and an inline value on each line.
fn toml(document: &Value) -> String {
    let mut text = String::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{} = {}", Value::from(key.as_str()), inline(value));
    }
    text
}

/// A value as TOML writes it; its texts are those of JSON.
fn inline(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| format!("{} = {}", Value::from(key.as_str()), inline(value));
            format!("{{ {} }}", joined(members.iter().map(member).collect()))
        }
        Value::Array(items) => format!("[{}]", joined(items.iter().map(inline).collect())),
        other => other.to_string(),
    }
}

/// The keys and words of all documents, as fuzzers read them.
fn dictionary(workspace: &Workspace) -> Result<String> {
    let mut words = BTreeSet::new();
    for schema in SCHEMAS {
        let text = fs::read_to_string(workspace.path(&format!("schema/{schema}.schema.json")))?;
        gather(&serde_json::from_str(&text)?, &mut words);
    }
    let quoted =
        words.iter().filter(|word| word.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte)));
    let lines: Vec<String> = quoted.map(|word| format!("\"\\\"{word}\\\"\"\n")).collect();
    Ok(lines.concat())
}

fn gather(schema: &Value, words: &mut BTreeSet<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        words.extend(properties.keys().cloned());
    }
    let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    words.extend(listed.filter_map(Value::as_str).map(str::to_owned));
    match schema {
        Value::Object(members) => members.values().for_each(|inner| gather(inner, words)),
        Value::Array(items) => items.iter().for_each(|inner| gather(inner, words)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_texts_has_many_seeds() {
        let workspace = Workspace::find().unwrap();
        for target in super::super::targets::TARGETS.iter().filter(|target| target.input == Input::Text) {
            let seeds = texts(&workspace, target.name).unwrap();
            assert!(seeds.len() >= 10, "{}: {}", target.name, seeds.len());
        }
        assert!(dictionary(&workspace).unwrap().contains("\"\\\"attribution\\\"\"\n"));
    }

    #[test]
    fn programs_of_vectors_are_the_same_in_toml() {
        let workspace = Workspace::find().unwrap();
        let mut same = 0;
        for vector in
            vectors::load(&workspace.path("vectors")).unwrap().iter().filter(|vector| vector.program().is_object())
        {
            let Ok(plan) = Plan::from_text(&vector.program().to_string()) else { continue };
            assert_eq!(
                Plan::from_text(&toml(vector.program())).unwrap().fingerprint(),
                plan.fingerprint(),
                "{}",
                vector.name
            );
            same += 1;
        }
        assert!(same > 100, "{same}");
    }

    #[test]
    fn drawn_bytes_are_the_same_for_a_name_and_no_other() {
        assert_eq!(drawn("settle", 1, 100), drawn("settle", 1, 100));
        assert_ne!(drawn("settle", 1, 100), drawn("settle", 2, 100));
        assert_ne!(drawn("settle", 1, 100), drawn("oracle", 1, 100));
    }
}
