//! Reading and running the shared vectors, as `vectors/README.md` describes them.
//! It must never compute an expectation.

use std::fs;
use std::path::Path;

use affil::{Plan, Problems, call};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The folders of vectors.
const FOLDERS: [&str; 2] = ["settle", "refused"];

/// One case.
pub(crate) struct Vector {
    /// `FOLDER/FILE` without its ending.
    pub(crate) name: String,
    case: Value,
}

/// All vectors, by name.
pub(crate) fn load(root: &Path) -> Result<Vec<Vector>> {
    let mut vectors = Vec::new();
    for folder in FOLDERS {
        for file in fs::read_dir(root.join(folder))? {
            let path = file?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).context("a vector without a name")?;
            let text = fs::read_to_string(&path)?;
            let case = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
            vectors.push(Vector { name: format!("{folder}/{stem}"), case });
        }
    }
    vectors.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(vectors)
}

impl Vector {
    /// The canonical result of each call.
    pub(crate) fn run(&self) -> Result<Vec<String>> {
        let program = text(&self.case["program"]);
        let facts = if self.case["facts"].is_null() { "{}".to_owned() } else { text(&self.case["facts"]) };
        let calls = self.case["calls"].as_array().with_context(|| format!("{}: no calls", self.name))?;
        calls.iter().map(|call| run(&program, &facts, call).with_context(|| self.name.clone())).collect()
    }

    /// The program; a text in a vector about its syntax.
    pub(crate) fn program(&self) -> &Value {
        &self.case["program"]
    }

    /// The facts; null if there are none.
    pub(crate) fn facts(&self) -> &Value {
        &self.case["facts"]
    }

    /// The carts of its quotes.
    pub(crate) fn carts(&self) -> impl Iterator<Item = &Value> {
        self.case["calls"].as_array().into_iter().flatten().map(|call| &call["cart"]).filter(|cart| cart.is_object())
    }

    /// What differs from the expectations, in words; empty if nothing does.
    #[cfg(test)]
    fn differences(&self) -> Result<Vec<String>> {
        let mut differences = Vec::new();
        let calls = self.case["calls"].as_array().context("no calls")?;
        for (call, result) in calls.iter().zip(self.run()?) {
            let result: Value = serde_json::from_str(&result)?;
            let expect = call["expect"].as_object().context("a call without expectation")?;
            if expect.is_empty() {
                differences.push(format!("{}: an expectation that expects nothing", self.name));
            }
            for (key, wanted) in expect {
                let found = tests::found(&result, key, wanted)?;
                if found != *wanted {
                    differences.push(format!("{} {} {key}: {found} instead of {wanted}", self.name, call["call"]));
                }
            }
        }
        Ok(differences)
    }
}

/// A document of a vector as text.
fn text(document: &Value) -> String {
    document.as_str().map_or_else(|| document.to_string(), str::to_owned)
}

fn run(program: &str, facts: &str, call: &Value) -> Result<String> {
    let argument = |key: &str| call[key].as_str().with_context(|| format!("a call without `{key}`"));
    let name = argument("call")?;
    if name == "check" {
        return Ok(call::check(program));
    }
    let answer = |plan: &Plan| -> Result<std::result::Result<String, Problems>> {
        Ok(match name {
            "settle" => match call["as_of"].as_str() {
                Some(at) => call::settle_as_of(plan, facts, at),
                None => call::settle(plan, facts),
            },
            "payouts" => call::payouts(plan, facts, argument("at")?),
            "book" => call::book(plan, facts, &text(&call["steps"])),
            "what_if" => call::what_if(plan, facts, &text(&call["variants"])),
            "because" => {
                let variant = Value::from(vec![call["variant"].clone()]).to_string();
                call::because(plan, facts, &variant, call["affiliate"].as_str().unwrap_or_default())
            }
            "explain" => call::explain(plan, facts, argument("id")?),
            "why_not" => call::why_not(plan, facts, argument("order")?),
            "quote" => call::quote(plan, &text(&call["cart"])),
            other => bail!("no call is named `{other}`"),
        })
    };
    let result = match Plan::from_text(program) {
        Ok(plan) => answer(&plan)?,
        Err(problems) => Err(problems),
    };
    Ok(result.unwrap_or_else(|problems| problems.to_json()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What a result says under a key of an expectation, in the expectation's shape.
    pub(super) fn found(result: &Value, key: &str, wanted: &Value) -> Result<Value> {
        let list = |key: &str| result[key].as_array().cloned().unwrap_or_default();
        Ok(match key {
            "targets" => list("targets")
                .iter()
                .map(|target| Ok((target["id"].as_str().context("no id")?.to_owned(), target["amount"].clone())))
                .collect::<Result<serde_json::Map<_, _>>>()?
                .into(),
            "unpaid" => {
                let name = |row: &Value| match row["line"].as_str() {
                    Some(line) => format!("{}/{line}", row["order"].as_str().unwrap_or_default()),
                    None => row["order"].as_str().unwrap_or_default().to_owned(),
                };
                let rows = list("unpaid");
                rows.iter().map(|row| (name(row), row["reason"].clone())).collect::<serde_json::Map<_, _>>().into()
            }
            // Only what is mentioned is checked.
            "states" | "payable_from" => {
                let field = if key == "states" { "state" } else { key };
                let row = |id: &String| list("targets").into_iter().find(|target| target["id"] == **id);
                let found = |(id, wanted): (&String, &Value)| {
                    let found = row(id).map_or_else(|| "no such target".into(), |target| target[field].clone());
                    (id.clone(), as_written(found, wanted))
                };
                wanted.as_object().context("no table")?.iter().map(found).collect::<serde_json::Map<_, _>>().into()
            }
            "balances" => {
                let row = |name: &String| list("balances").into_iter().find(|row| row["affiliate"] == **name);
                let found = |(name, wanted): (&String, &Value)| (name.clone(), mentioned(row(name).as_ref(), wanted));
                wanted.as_object().context("no table")?.iter().map(found).collect::<serde_json::Map<_, _>>().into()
            }
            "payouts" => {
                let named = |item: &Value| {
                    let mut payout = item["payout"].clone();
                    payout["terms"] = item["terms"].clone();
                    let id = payout["id"].as_str().unwrap_or_default().to_owned();
                    let found = mentioned(Some(&payout), &wanted[&id]);
                    (id, found)
                };
                list("payouts").iter().map(named).collect::<serde_json::Map<_, _>>().into()
            }
            "variants" => {
                let wanted = wanted.as_array().context("no list")?;
                let mention =
                    |(index, row): (usize, &Value)| mentioned(Some(row), &wanted[index.min(wanted.len() - 1)]);
                list("variants").iter().enumerate().map(mention).collect()
            }
            "reasons" => list("because").iter().map(|part| part["text"].clone()).collect(),
            "carried" => {
                let row = |row: &Value| {
                    let told = Value::from(vec![row["balance"].clone(), row["reason"].clone()]);
                    (row["affiliate"].as_str().unwrap_or_default().to_owned(), told)
                };
                list("carried").iter().map(row).collect::<serde_json::Map<_, _>>().into()
            }
            "accounts" => {
                let mut accounts = result["accounts"].as_object().cloned().context("no accounts")?;
                accounts.retain(|_, amount| {
                    amount.as_str().is_some_and(|text| text.contains(|digit| ('1'..='9').contains(&digit)))
                });
                accounts.into()
            }
            // In which order entries stand is free: those that are wanted come in the order in which they are wanted.
            "entries" => {
                let short =
                    |entry: &Value| Value::from(["id", "date", "amount"].map(|key| entry[key].clone()).to_vec());
                let mut found: Vec<Value> = list("entries").iter().map(short).collect();
                let place =
                    |entry: &Value| wanted.as_array().and_then(|all| all.iter().position(|other| other == entry));
                found.sort_by_key(|entry| place(entry).unwrap_or(usize::MAX));
                found.into()
            }
            "total" if result["totals"].is_object() => result["totals"]["total"].clone(),
            "total" | "text" => result[key].clone(),
            "texts" => list("findings").iter().map(|finding| finding["text"].clone()).collect(),
            "changes" => list("findings").iter().map(|finding| finding["change"].clone()).collect(),
            "problems" => {
                let short = |(index, problem): (usize, &Value)| -> Value {
                    let parts = ["code", "path", "line", "column"].map(|part| problem[part].clone());
                    let length = wanted[index].as_array().map_or(2, Vec::len);
                    parts.into_iter().take(length).collect()
                };
                list("problems").iter().enumerate().map(short).collect()
            }
            other => bail!("no expectation is named `{other}`"),
        })
    }

    /// An instant as the expectation writes it, if it is the same one.
    fn as_written(found: Value, wanted: &Value) -> Value {
        let instant = |value: &Value| value.as_str().and_then(|text| affil::time::Instant::parse(text).ok());
        if instant(&found).is_some() && instant(&found) == instant(wanted) { wanted.clone() } else { found }
    }

    /// Of a table, the keys that an expectation mentions.
    fn mentioned(found: Option<&Value>, wanted: &Value) -> Value {
        let Some(found) = found else { return Value::Null };
        let keys = wanted.as_object().into_iter().flatten();
        keys.map(|(key, wanted)| (key.clone(), as_written(found[key].clone(), wanted)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn vectors() -> Vec<Vector> {
        load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")).unwrap()
    }

    #[test]
    fn vectors_give_what_they_expect() {
        let differences: Vec<String> = vectors().iter().flat_map(|vector| vector.differences().unwrap()).collect();
        assert!(differences.is_empty(), "{}", differences.join("\n"));
    }

    #[test]
    fn every_vector_names_its_source() {
        for vector in vectors() {
            assert!(vector.case["source"].as_str().is_some_and(|source| source.len() > 5), "{}", vector.name);
        }
    }

    /// What the linter says of each program of `lint/`, and what the file says it does: `code path`.
    fn lints() -> Vec<(String, Vec<String>, Vec<String>)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/lint");
        let read = |file: std::io::Result<fs::DirEntry>| {
            let path = file.unwrap().path();
            let case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let listed = |list: &Value| -> Vec<String> {
                let warning = |warning: &Value| format!("{} {}", warning["code"], warning["path"]).replace('"', "");
                list.as_array().unwrap().iter().map(warning).collect()
            };
            let found: Value = serde_json::from_str(&call::lint(&text(&case["program"]))).unwrap();
            (path.display().to_string(), listed(&found["problems"]), listed(&case["warnings"]))
        };
        fs::read_dir(folder).unwrap().map(read).collect()
    }

    #[test]
    fn programs_are_warned_of_as_they_say() {
        for (path, found, wanted) in lints() {
            assert_eq!(found, wanted, "{path}");
            assert!(!wanted.is_empty(), "{path}");
        }
    }

    /// Codes that no document can provoke, each with the test that covers it.
    const ELSEWHERE: &[(&str, &str)] = &[
        ("internal.bug", "cannot be provoked: it stands for a bug"),
        ("document.more_problems", "crates/affil/tests/limits.rs"),
        ("columns.malformed", "crates/affil/tests/columns.rs"),
        ("columns.obstacle", "crates/affil/tests/columns.rs"),
        ("cases.expect", "crates/affil/src/cases/check.rs"),
        ("ledger.currency", "crates/affil/tests/ledger.rs"),
        ("ledger.broken", "crates/affil/tests/ledger.rs"),
        ("statement.schema", "crates/affil/tests/statements.rs"),
        ("statement.hash", "crates/affil/tests/statements.rs"),
        ("statement.chain", "crates/affil/tests/statements.rs"),
        ("statement.sum", "crates/affil/tests/statements.rs"),
        ("statement.amount", "crates/affil/tests/statements.rs"),
        ("statement.plan", "crates/affil/tests/statements.rs"),
        ("payee.missing", "crates/affil-books"),
        ("payee.iban", "crates/affil-books"),
        ("payee.name", "crates/affil-books"),
        ("payee.currency", "crates/affil-books"),
        ("export.limit", "crates/affil-books"),
        ("export.text", "crates/affil-books"),
        ("invoice.vat", "crates/affil-books"),
        ("dispute.not_taken", "crates/affil/tests/disputes"),
        ("dispute.unknown", "crates/affil/tests/disputes"),
        ("dispute.exists", "crates/affil/tests/disputes"),
        ("dispute.fields", "crates/affil/tests/disputes"),
        ("dispute.claim", "crates/affil/tests/disputes"),
        ("dispute.wrong_state", "crates/affil/tests/disputes"),
        ("dispute.wrong_actor", "crates/affil/tests/disputes"),
        ("dispute.closed", "crates/affil/tests/disputes"),
        ("dispute.too_late", "crates/affil/tests/disputes"),
        ("dispute.too_early", "crates/affil/tests/disputes"),
        ("dispute.time_back", "crates/affil/tests/disputes"),
        ("dispute.no_second_instance", "crates/affil/tests/disputes"),
        ("dispute.amount", "crates/affil/tests/disputes"),
        ("dispute.reason_missing", "crates/affil/tests/disputes"),
        ("dispute.evidence", "crates/affil/tests/disputes"),
        ("dispute.evidence_missing", "crates/affil/tests/disputes"),
        ("dispute.evidence_late", "crates/affil/tests/disputes"),
        ("dispute.broken", "crates/affil/tests/disputes"),
        ("table.column_missing", "crates/affil-arrow"),
        ("table.column_unknown", "crates/affil-arrow"),
        ("table.column_type", "crates/affil-arrow"),
        ("table.value_missing", "crates/affil-arrow"),
    ];

    #[test]
    fn every_code_has_a_vector() {
        let mut seen: BTreeSet<String> = ELSEWHERE.iter().map(|(code, _)| (*code).to_owned()).collect();
        // `CODE PATH`, each of them found by the test above.
        let warned = lints().into_iter().flat_map(|(_, _, warnings)| warnings);
        seen.extend(warned.filter_map(|warning| warning.split(' ').next().map(str::to_owned)));
        for vector in vectors().iter().filter(|vector| vector.name.starts_with("refused/")) {
            for line in vector.run().unwrap() {
                let result: Value = serde_json::from_str(&line).unwrap();
                let problems = result["problems"].as_array().cloned().unwrap_or_default();
                seen.extend(problems.iter().filter_map(|problem| problem["code"].as_str().map(str::to_owned)));
            }
        }
        let missing: Vec<&str> =
            affil::Code::ALL.iter().map(|code| code.as_str()).filter(|code| !seen.contains(*code)).collect();
        assert!(missing.is_empty(), "no vector for {}", missing.join(", "));
    }
}
