//! A value against a schema: unknown keys, missing keys, wrong types and malformed texts, all of them.
//!
//! What is refused is also mended in place, so that the rest of the document can still be looked at.

use serde_json::{Map, Value};
use std::sync::OnceLock;

use super::format;
use super::word::unknown_word;
use crate::problem::{Code, Pointer, Problem, Problems, Trail, nearest};

/// The short form of the schemas, generated from the document types.
const SCHEMAS: &str = include_str!("schema.json");

/// The same for documents of cases: apart, so that a page that reads none does not download it.
const CASES: &str = include_str!("cases.json");

/// And for disputes and what may become one.
const DISPUTES: &str = include_str!("disputes.json");

/// The schema of the documents of this name.
pub(super) fn schema(name: &str) -> Result<&'static Value, Problem> {
    static PARSED: OnceLock<Value> = OnceLock::new();
    let schemas = PARSED.get_or_init(|| serde_json::from_str(SCHEMAS).unwrap_or_default());
    schemas.get(name).ok_or_else(|| Problem::internal(format!("no schema `{name}`")))
}

/// The schema of documents of cases.
pub(super) fn cases() -> &'static Value {
    static PARSED: OnceLock<Value> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(CASES).unwrap_or_default())
}

/// Checks and mends `value`; returns the places that were mended.
pub(super) fn against(root: &Value, value: &mut Value, problems: &mut Problems) -> Vec<Pointer> {
    let mut check = Check { root, problems, mended: Vec::new() };
    check.value(root, value, &Trail::Root);
    check.mended
}

/// The schema of the documents of this name that have to do with disputes.
pub(super) fn disputes(name: &str) -> Result<&'static Value, Problem> {
    static PARSED: OnceLock<Value> = OnceLock::new();
    let schemas = PARSED.get_or_init(|| serde_json::from_str(DISPUTES).unwrap_or_default());
    schemas.get(name).ok_or_else(|| Problem::internal(format!("no schema `{name}`")))
}

struct Check<'a> {
    root: &'a Value,
    problems: &'a mut Problems,
    mended: Vec<Pointer>,
}

impl<'a> Check<'a> {
    fn value(&mut self, schema: &'a Value, value: &mut Value, path: &Trail<'_>) {
        let schema = self.resolved(schema);
        if let Some(words) = words(schema) {
            return self.word(&words, value, path);
        }
        if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
            return match branches.iter().find(|branch| fits(self.resolved(branch), value)) {
                Some(branch) => self.value(branch, value, path),
                None => self.wrong_type(schema, value, path),
            };
        }
        if !fits(schema, value) {
            return self.wrong_type(schema, value, path);
        }
        match value {
            Value::Object(object) => self.object(schema, object, path),
            Value::Array(items) => {
                if let Some(item_schema) = schema.get("items") {
                    for (index, item) in items.iter_mut().enumerate() {
                        self.value(item_schema, item, &Trail::Index(path, index));
                    }
                }
            }
            Value::String(text) => {
                if let Some(problem) = text_problem(schema, text, path) {
                    self.problems.push(problem);
                    self.mend(schema, value, path);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, schema: &'a Value, object: &mut Map<String, Value>, path: &Trail<'_>) {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        let known: Vec<String> = properties.unwrap_or(&none).keys().cloned().collect();
        let mut unknown = Vec::new();
        for (key, value) in object.iter_mut() {
            let path = Trail::Key(path, key);
            match (properties.and_then(|properties| properties.get(key)), others) {
                (Some(schema), _) | (None, Some(schema)) => self.value(schema, value, &path),
                (None, None) => unknown.push(key.clone()),
            }
        }
        for key in unknown {
            let path = path.pointer().key(&key);
            object.remove(&key);
            let hint = match nearest(&key, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let message = format!("unknown key `{}`", format::short(&key));
            self.problems.push(Problem::new(Code::DocumentUnknownKey, path.clone(), message, hint));
            self.mended.push(path);
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        for key in required.filter_map(Value::as_str) {
            if !object.contains_key(key) {
                let message = format!("`{key}` is missing");
                let example = properties.and_then(|properties| properties.get(key)).map(|schema| self.wanted(schema));
                let hint = format!("add `{key}`: {}", example.unwrap_or_default());
                self.problems.push(Problem::new(Code::DocumentMissingKey, path.pointer(), message, hint));
                if let Some(schema) = properties.and_then(|properties| properties.get(key)) {
                    object.insert(key.to_owned(), self.placeholder(schema, 0));
                    self.mended.push(path.pointer().key(key));
                }
            }
        }
    }

    fn word(&mut self, words: &[&str], value: &mut Value, path: &Trail<'_>) {
        let problem = match value.as_str() {
            Some(word) if words.contains(&word) => return,
            Some(word) => unknown_word(word, words, path.pointer()),
            None => {
                let message = format!("{} where a word is needed", kind(value));
                let hint = format!("one of: {}", words.join(", "));
                Problem::new(Code::DocumentWrongType, path.pointer(), message, hint)
            }
        };
        self.problems.push(problem);
        *value = words.first().map_or(Value::Null, |word| Value::from(*word));
        self.mended.push(path.pointer());
    }

    fn wrong_type(&mut self, schema: &'a Value, value: &mut Value, path: &Trail<'_>) {
        // Of several forms the first is the plain one: a flat amount before a table of them.
        let branches = schema.get("anyOf").and_then(Value::as_array).and_then(|branches| branches.first());
        let plain = branches.map_or(schema, |branch| self.resolved(branch));
        let format = plain.get("format").and_then(Value::as_str).unwrap_or_default();
        let problem = match (format, &value) {
            ("amount", Value::Number(number)) => Problem::new(
                Code::MoneyNotText,
                path.pointer(),
                "a number where an amount of money is needed".to_owned(),
                format!("put it in quotes: floats lose cents, so money is text, such as \"{}\"", example(number)),
            ),
            ("percent" | "factor", Value::Number(number)) => Problem::new(
                Code::RateNotText,
                path.pointer(),
                "a number where a rate is needed".to_owned(),
                format!("put it in quotes: floats are inexact, so rates are text, such as \"{}\"", example(number)),
            ),
            _ => Problem::new(
                Code::DocumentWrongType,
                path.pointer(),
                format!("{} where {} is needed", kind(value), self.wanted(schema)),
                format!("write {} here", self.wanted(schema)),
            ),
        };
        self.problems.push(problem);
        self.mend(schema, value, path);
    }

    fn mend(&mut self, schema: &'a Value, value: &mut Value, path: &Trail<'_>) {
        *value = self.placeholder(schema, 0);
        self.mended.push(path.pointer());
    }

    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        // References in generated schemas are at most two deep; the bound only guards against a cycle.
        for _ in 0..4 {
            let Some(target) = schema.get("$ref").and_then(Value::as_str) else { break };
            let name = target.rsplit('/').next().unwrap_or_default();
            match self.root.get("$defs").and_then(|defs| defs.get(name)) {
                Some(found) => schema = found,
                None => break,
            }
        }
        schema
    }

    /// What a schema asks for, in words.
    fn wanted(&self, schema: &'a Value) -> &'static str {
        let schema = self.resolved(schema);
        if words(schema).is_some() {
            return "a word";
        }
        match (schema.get("format").and_then(Value::as_str), schema.get("type").and_then(Value::as_str)) {
            (Some("amount"), _) => "an amount as text, such as \"12.50\"",
            (Some("percent"), _) => "a percentage as text, such as \"7.5\"",
            (Some("factor"), _) => "a factor as text, such as \"1.5\"",
            (Some("term"), _) => "a window as text, such as \"365d\", or \"life\"",
            (Some("date"), _) => "a day as text, such as \"2026-04-01\"",
            (Some("window"), _) => "a window as text, such as \"30d\"",
            (Some("deadline"), _) => "a window as text, such as \"30d\", or business days, such as \"10bd\"",
            (Some("currency"), _) => "a currency, such as \"EUR\"",
            (Some("zone"), _) => "a time zone, such as \"Europe/Berlin\"",
            (Some("time"), _) => "a timestamp as text, such as \"2026-03-31T21:59:00Z\"",
            (_, Some("string")) => "a text",
            (_, Some("boolean")) => "true or false",
            (_, Some("integer")) => "a whole number from 0 to 4294967295",
            (_, Some("array")) => "a list",
            (_, Some("object")) => "an object (in TOML, a table)",
            _ => "a text, a list of texts or an object",
        }
    }

    /// A harmless value of the schema's shape.
    fn placeholder(&self, schema: &'a Value, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if let Some(words) = words(schema) {
            return words.first().map_or(Value::Null, |word| Value::from(*word));
        }
        if let Some(first) = schema.get("anyOf").and_then(Value::as_array).and_then(|branches| branches.first()) {
            return if depth < 8 { self.placeholder(first, depth.saturating_add(1)) } else { Value::Null };
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Value::Bool(false),
            Some("integer") => Value::from(1),
            Some("array") => Value::Array(Vec::new()),
            Some("object") if depth < 8 => self.placeholder_object(schema, depth),
            _ => Value::from(match schema.get("format").and_then(Value::as_str) {
                Some("amount" | "percent" | "factor") => "0",
                Some("window" | "deadline") => "1d",
                Some("currency") => "EUR",
                Some("zone") => "UTC",
                Some("time") => "1970-01-01T00:00Z",
                _ => "?",
            }),
        }
    }

    fn placeholder_object(&self, schema: &'a Value, depth: usize) -> Value {
        let properties = schema.get("properties");
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        let member = |key: &'a Value| {
            let key = key.as_str()?;
            let schema = properties?.get(key)?;
            Some((key.to_owned(), self.placeholder(schema, depth.saturating_add(1))))
        };
        Value::Object(required.filter_map(member).collect())
    }
}

/// The allowed words of an enumeration.
fn words(schema: &Value) -> Option<Vec<&str>> {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return Some(words.iter().filter_map(Value::as_str).collect());
    }
    if let Some(word) = schema.get("const").and_then(Value::as_str) {
        return Some(vec![word]);
    }
    let branches = schema.get("oneOf")?.as_array()?;
    let words: Vec<&str> = branches.iter().filter_map(words).flatten().collect();
    (!words.is_empty()).then_some(words)
}

/// Whether a value is of a schema's type, whatever is inside it.
fn fits(schema: &Value, value: &Value) -> bool {
    if words(schema).is_some() {
        return value.is_string();
    }
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        return branches.iter().any(|branch| fits(branch, value));
    }
    match (schema.get("type").and_then(Value::as_str), value) {
        (Some("string"), Value::String(_))
        | (Some("boolean"), Value::Bool(_))
        | (Some("array"), Value::Array(_))
        | (Some("object"), Value::Object(_))
        | (None, _) => true,
        (Some("integer"), Value::Number(number)) => number.as_u64().is_some_and(|n| u32::try_from(n).is_ok()),
        _ => false,
    }
}

fn text_problem(schema: &Value, text: &str, trail: &Trail<'_>) -> Option<Problem> {
    let path = &Pointer::root();
    let problem = match schema.get("format").and_then(Value::as_str)? {
        "amount" => format::decimal(text, path).err(),
        "percent" => format::percent(text, path).err(),
        "factor" => format::factor(text, path).err(),
        "window" => format::window(text, path).err(),
        "deadline" => format::deadline(text, path).err(),
        "currency" => format::currency(text, path).err(),
        "zone" if cfg!(feature = "zones") => format::zone(text, path).err(),
        "time" => format::instant(text, path).err(),
        "id" if text.is_empty() => {
            let hint = "give it a name of its own";
            Some(Problem::new(Code::DocumentEmpty, path.clone(), "an empty id", hint))
        }
        _ => None,
    };
    // Most texts are fine, so the place is only worked out for those that are not.
    problem.map(|problem| problem.placed(trail.pointer()))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn example(number: &serde_json::Number) -> String {
    number.as_i64().map_or_else(|| "12.50".to_owned(), |whole| whole.to_string())
}
