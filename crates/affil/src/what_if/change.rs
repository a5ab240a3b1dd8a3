//! What differs between two programs, found in their documents and said in words.
//!
//! This module must never know what a difference is worth.

use serde_json::{Map, Value};

/// One difference between two documents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// Keys, ids of list items, and positions of items without ids.
    pub(super) path: Vec<String>,
    pub(super) was: Option<Value>,
    pub(super) now: Option<Value>,
    /// Where a new item of a list goes.
    pub(super) index: usize,
}

/// All differences, in the order of the documents' keys. The order of items with ids is not looked at.
pub(super) fn changes(was: &Value, now: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), was, now, &mut found);
    found
}

fn compare(path: &mut Vec<String>, was: &Value, now: &Value, found: &mut Vec<Change>) {
    match (was, now) {
        (Value::Object(was), Value::Object(now)) => {
            let new = now.keys().filter(|key| !was.contains_key(*key));
            for key in was.keys().chain(new) {
                both(path, key, was.get(key), now.get(key), 0, found);
            }
        }
        (Value::Array(was), Value::Array(now)) => lists(path, was, now, found),
        _ if was == now => {}
        _ => whole(path, was, now, found),
    }
}

fn whole(path: &[String], was: &Value, now: &Value, found: &mut Vec<Change>) {
    found.push(Change { path: path.to_vec(), was: Some(was.clone()), now: Some(now.clone()), index: 0 });
}

fn both(
    path: &mut Vec<String>,
    key: &str,
    was: Option<&Value>,
    now: Option<&Value>,
    index: usize,
    found: &mut Vec<Change>,
) {
    path.push(key.to_owned());
    match (was, now) {
        (Some(was), Some(now)) => compare(path, was, now, found),
        // An empty list of items with ids is not written.
        (Some(Value::Array(was)), None) if ids(was).is_some() => lists(path, was, &[], found),
        (None, Some(Value::Array(now))) if ids(now).is_some() => lists(path, &[], now, found),
        _ => found.push(Change { path: path.clone(), was: was.cloned(), now: now.cloned(), index }),
    }
    path.pop();
}

fn lists(path: &mut Vec<String>, was: &[Value], now: &[Value], found: &mut Vec<Change>) {
    let (Some(old), Some(new)) = (ids(was), ids(now)) else {
        if was.len() == now.len() {
            for (index, (was, now)) in was.iter().zip(now).enumerate() {
                both(path, &index.to_string(), Some(was), Some(now), index, found);
            }
        } else {
            whole(path, &Value::from(was.to_vec()), &Value::from(now.to_vec()), found);
        }
        return;
    };
    for (id, item) in old.iter().zip(was) {
        both(path, id, Some(item), item_of(now, id), 0, found);
    }
    for (index, (id, item)) in new.iter().zip(now).enumerate() {
        if !old.contains(id) {
            both(path, id, None, Some(item), index, found);
        }
    }
}

/// The ids of a list's items, if all have one.
fn ids(list: &[Value]) -> Option<Vec<&str>> {
    list.iter().map(|item| item.get("id").and_then(Value::as_str)).collect()
}

fn item_of<'a>(list: &'a [Value], id: &str) -> Option<&'a Value> {
    list.iter().find(|item| item.get("id").and_then(Value::as_str) == Some(id))
}

/// The position in a list that a part of a path names: by id, or else by position.
pub(super) fn position(list: &[Value], part: &str) -> Option<usize> {
    let by_id = list.iter().position(|item| item.get("id").and_then(Value::as_str) == Some(part));
    by_id.or_else(|| part.parse().ok().filter(|index| *index < list.len()))
}

/// Makes the change; false if there is no such place.
pub(super) fn apply(document: &mut Value, change: &Change) -> bool {
    let Some((name, way)) = change.path.split_last() else { return false };
    let item = change.now.as_ref().and_then(|now| now.get("id")).and_then(Value::as_str) == Some(name);
    let missing = || if item { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    let mut place = document;
    for part in way {
        let next = match place {
            Value::Object(keys) => keys.entry(part.as_str()).or_insert_with(missing),
            Value::Array(list) => {
                let Some(item) = position(list, part).and_then(|index| list.get_mut(index)) else { return false };
                item
            }
            _ => return false,
        };
        place = next;
    }
    match (place, &change.now) {
        (Value::Object(keys), Some(now)) => {
            keys.insert(name.clone(), now.clone());
            true
        }
        (Value::Object(keys), None) => keys.remove(name).is_some(),
        (Value::Array(list), now) => match (position(list, name), now) {
            (Some(index), Some(now)) => list.get_mut(index).map(|item| *item = now.clone()).is_some(),
            (Some(index), None) => {
                list.remove(index);
                true
            }
            (None, Some(now)) if item => {
                list.insert(change.index.min(list.len()), now.clone());
                true
            }
            (None, _) => false,
        },
        _ => false,
    }
}

/// The change for people: ``the second step of `volume` starts at 2,000.00 instead of 1,000.00``.
pub(super) fn words(change: &Change) -> String {
    let path: Vec<&str> = change.path.iter().map(String::as_str).collect();
    let (was, now) = (change.was.as_ref().map(said), change.now.as_ref().map(said));
    match (path.as_slice(), was, now) {
        ([list, id], None, Some(_)) if !id.is_empty() && is_list(list) => format!("`{id}` is added to `{list}`"),
        ([list, id], Some(_), None) if is_list(list) => format!("`{id}` is taken out of `{list}`"),
        (["tiers", id, "steps", step, what], Some(was), Some(now)) => {
            let step = step.parse().map_or_else(|_| format!("step `{step}`"), ordinal);
            match *what {
                "from" => format!("the {step} step of `{id}` starts at {now} instead of {was}"),
                "percent" => format!("the {step} step of `{id}` pays {now} % instead of {was} %"),
                "add" => format!("the {step} step of `{id}` adds {now} points instead of {was}"),
                "multiply" => format!("the {step} step of `{id}` multiplies by {now} instead of {was}"),
                _ => format!("`{what}` of the {step} step of `{id}` is {now} instead of {was}"),
            }
        }
        (["rules", id, "pay", "percent"], Some(was), Some(now)) => format!("`{id}` pays {now} % instead of {was} %"),
        (["rules", id, "pay", "flat"], Some(was), Some(now)) => format!("`{id}` pays {now} instead of {was}"),
        (["caps", id, "amount"], Some(was), Some(now)) => format!("the cap `{id}` is {now} instead of {was}"),
        (path, Some(was), Some(now)) => format!("`{}` is {now} instead of {was}", path.join("/")),
        (path, None, Some(now)) => format!("`{}` is {now}, and was not given before", path.join("/")),
        (path, _, None) => format!("`{}` is not given any more", path.join("/")),
    }
}

fn is_list(key: &str) -> bool {
    ["rules", "tiers", "caps", "bonuses", "overrides", "deals", "exclude", "payouts"].contains(&key)
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) if crate::money::Decimal::parse(text).is_ok() => crate::explain::grouped(text),
        Value::String(text) => format!("`{}`", crate::shape::short(text)),
        other => crate::shape::short(&other.to_string()),
    }
}

fn ordinal(index: usize) -> String {
    const NAMES: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    NAMES.get(index).map_or_else(|| format!("{}th", index.saturating_add(1)), |name| (*name).to_owned())
}
