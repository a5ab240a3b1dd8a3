//! JSON Schemas of the documents, made from the types that read them.
//!
//! Only needed to write the published `schema/` folder; the engine itself reads the short form in `shape`.

use serde_json::{Map, Value};

/// The JSON Schema (2020-12) of program documents.
pub fn program() -> Value {
    finish(schemars::schema_for!(crate::Program), "An affil program")
}

/// The JSON Schema (2020-12) of facts documents.
pub fn facts() -> Value {
    finish(schemars::schema_for!(crate::FactsDocument), "Facts for affil")
}

/// The JSON Schema (2020-12) of carts, the input of `quote`.
pub fn cart() -> Value {
    finish(schemars::schema_for!(crate::Cart), "A cart to quote")
}

/// The JSON Schema (2020-12) of documents of cases, the input of `affil test`.
pub fn cases() -> Value {
    finish(schemars::schema_for!(crate::cases::Cases), "Cases for an affil program")
}

/// The JSON Schema (2020-12) of actions in disputes.
pub fn action() -> Value {
    finish(schemars::schema_for!(crate::dispute::Action), "An action in a dispute")
}

/// The JSON Schema (2020-12) of claims.
pub fn claim() -> Value {
    finish(schemars::schema_for!(crate::dispute::Claim), "A claim of an affiliate")
}

/// The JSON Schema (2020-12) of disputes.
pub fn dispute() -> Value {
    finish(schemars::schema_for!(crate::dispute::DisputeDocument), "A dispute")
}

/// The JSON Schema (2020-12) of what to look out for, the input of `risks`.
pub fn watch() -> Value {
    finish(schemars::schema_for!(crate::risk::Watch), "What to look out for")
}

/// The schemas of disputes without anything but shape, which the engine embeds apart from the others.
pub fn short_disputes() -> Value {
    let entry = |name: &str, mut schema: Value| {
        strip(&mut schema);
        (name.to_owned(), schema)
    };
    Value::Object(Map::from_iter([
        entry("action", action()),
        entry("claim", claim()),
        entry("dispute", dispute()),
        entry("watch", watch()),
    ]))
}

/// The schema of documents of cases without anything but shape, which the engine embeds apart from the others.
pub fn short_cases() -> Value {
    let mut schema = cases();
    strip(&mut schema);
    schema
}

/// The schemas without anything but shape: what the engine embeds.
pub fn short() -> Value {
    let entry = |name: &str, mut schema: Value| {
        strip(&mut schema);
        (name.to_owned(), schema)
    };
    Value::Object(Map::from_iter([entry("program", program()), entry("facts", facts()), entry("cart", cart())]))
}

/// The JSON Schema (2020-12) of a document that another crate of the project reads.
pub fn of<T: schemars::JsonSchema>(title: &str) -> Value {
    finish(schemars::schema_for!(T), title)
}

/// A schema without anything but shape, as [`value::document`](crate::value::document) reads it.
pub fn shape(mut schema: Value) -> Value {
    strip(&mut schema);
    schema
}

fn finish(schema: schemars::Schema, title: &str) -> Value {
    let mut value = Value::from(schema);
    tidy(&mut value);
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), title.into());
    }
    value
}

/// Removes `null` alternatives (an absent key is written by leaving it out) and refuses unknown keys.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            object.values_mut().for_each(tidy);
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            drop_null_branch(object);
            if object.get("default") == Some(&Value::Null) {
                object.remove("default");
            }
            if object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), false.into());
            }
        }
        _ => {}
    }
}

fn drop_null_branch(object: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else { return };
    branches.retain(|branch| branch.get("type") != Some(&Value::from("null")));
    let [Value::Object(only)] = branches.as_slice() else { return };
    let only = only.clone();
    object.remove("anyOf");
    for (key, value) in only {
        object.entry(key).or_insert(value);
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(object) => {
            // Inside `properties` and `$defs` the keys are names, not keywords.
            for (key, inner) in object.iter_mut() {
                match (key.as_str(), inner) {
                    ("properties" | "$defs", Value::Object(named)) => named.values_mut().for_each(strip),
                    (_, inner) => strip(inner),
                }
            }
            for keyword in ["description", "title", "$schema", "default", "minimum", "maximum"] {
                object.remove(keyword);
            }
        }
        _ => {}
    }
}
