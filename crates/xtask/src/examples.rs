//! What the vectors show: for every key and word of the documents a value that is run, and the vector it stands in.
//! It must never know a key by name.

use std::collections::BTreeMap;
use std::path::Path;

use affil::schema;
use anyhow::Result;
use serde_json::Value;

use crate::vectors;

/// Longer values would not fit into a table.
const LONGEST: usize = 90;

/// Values by type and key, or by type and word.
pub(crate) struct Examples {
    found: BTreeMap<(String, String), (String, String)>,
}

impl Examples {
    /// Reads all vectors that settle, quote or explain.
    pub(crate) fn load(folder: &Path) -> Result<Self> {
        let mut examples = Self { found: BTreeMap::new() };
        let (program, facts, cart) = (schema::program(), schema::facts(), schema::cart());
        for vector in vectors::load(folder)?.iter().filter(|vector| vector.name.starts_with("settle/")) {
            let walk = |schema: &Value, title: &str, value: &Value, examples: &mut Self| {
                let walk = Walk { root: schema, vector: &vector.name };
                walk.visit(schema, title, value, examples);
            };
            walk(&program, "Program", vector.program(), &mut examples);
            walk(&facts, "Facts", vector.facts(), &mut examples);
            for value in vector.carts() {
                walk(&cart, "Cart", value, &mut examples);
            }
        }
        Ok(examples)
    }

    /// The example of a key or word of a type, and its vector.
    pub(crate) fn find(&self, name: &str, key: &str) -> Option<&(String, String)> {
        self.found.get(&(name.to_owned(), key.to_owned()))
    }

    fn keep(&mut self, name: &str, key: &str, value: &Value, vector: &str) {
        let mut text = value.to_string();
        if text.chars().count() > LONGEST {
            text = text.chars().take(LONGEST - 3).chain("...".chars()).collect();
        }
        let place = (name.to_owned(), key.to_owned());
        let better = self.found.get(&place).is_none_or(|(known, _)| known.ends_with("...") && !text.ends_with("..."));
        if better {
            self.found.insert(place, (text, vector.to_owned()));
        }
    }
}

struct Walk<'a> {
    root: &'a Value,
    vector: &'a str,
}

impl Walk<'_> {
    fn visit(&self, schema: &Value, name: &str, value: &Value, examples: &mut Examples) {
        if let Some(target) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.visit(&self.root["$defs"][target], target, value, examples);
        }
        for branch in ["anyOf", "oneOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()) {
            let word = branch["const"].as_str().filter(|word| value.as_str() == Some(word));
            if let Some(word) = word {
                examples.keep(name, word, value, self.vector);
            }
            self.visit(branch, name, value, examples);
        }
        match value {
            Value::Object(members) => {
                for (key, inner) in members {
                    if let Some(schema) = schema["properties"].get(key) {
                        examples.keep(name, key, inner, self.vector);
                        self.visit(schema, name, inner, examples);
                    } else if schema["additionalProperties"].is_object() {
                        self.visit(&schema["additionalProperties"], name, inner, examples);
                    }
                }
            }
            Value::Array(items) => {
                for inner in items {
                    self.visit(&schema["items"], name, inner, examples);
                }
            }
            Value::String(word) if schema["enum"].as_array().is_some_and(|words| words.contains(value)) => {
                examples.keep(name, word, value, self.vector);
            }
            _ => {}
        }
    }
}
