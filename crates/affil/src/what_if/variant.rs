//! Variants of a program: one document with a few values put in, one by one or as a grid.
//!
//! This module must never know what a value means; compiling says what is wrong with it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::change::{Change, apply, position};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems, nearest};
use crate::program::Program;

/// More variants than this are refused at once.
const MANY: usize = 1_000;

/// A value to be put into a program: the path, and the value. `null` takes out what stands there.
///
/// A path goes through keys, ids of list items and positions (from 0): `rules/shoes/pay/percent`, `tiers/volume/steps/1/from`. An item
/// with a new id is added at the end of its list.
pub type Override = (String, Value);

/// A plan to be compared, and what it is called.
#[derive(Debug, Clone)]
pub struct Variant {
    /// For people; of a grid the values that it was made with.
    pub name: String,
    /// The compiled variant.
    pub plan: Plan,
}

impl Program {
    /// The program with some values put in.
    ///
    /// Errors: a path that leads nowhere (`variant.path`); everything that is wrong with the program then, each with the
    /// override that caused it in its message.
    ///
    /// ```
    /// let program = affil::Program::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ///   "attribution": { "windows": { "click": "30d" } },
    ///   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let more = program.with(&[("rules/all/pay/percent".into(), "12".into())]).unwrap();
    /// assert!(more.to_json().contains(r#""percent":"12""#));
    /// let problems = program.with(&[("rules/all/pay/percent".into(), 0.12.into())]).unwrap_err();
    /// assert_eq!(problems.iter().next().unwrap().code().as_str(), "rate.not_text");
    /// ```
    pub fn with(&self, overrides: &[Override]) -> Result<Self, Problems> {
        let mut document = crate::shape::value_of(self);
        let mut problems = Problems::default();
        let mut places = Vec::new();
        for (path, value) in overrides {
            match put(&mut document, path, value) {
                Ok(place) => places.push((place, path.as_str())),
                Err(problem) => problems.push(problem),
            }
        }
        problems.or(())?;
        Self::from_json(&document.to_string()).map_err(|problems| {
            problems.without_places().map(|problem| {
                let related = |place: &Pointer| {
                    let (place, path) = (place.as_str(), problem.path().as_str());
                    path.starts_with(place) || place.starts_with(path)
                };
                let by = places.iter().find(|(place, _)| related(place)).map(|(_, path)| *path);
                match by {
                    Some(by) => problem.with_message(|message| format!("{message} (put in at `{by}`)")),
                    None => problem,
                }
            })
        })
    }
}

impl Variant {
    /// A compiled variant under a name.
    pub fn new(name: impl Into<String>, plan: Plan) -> Self {
        Self { name: name.into(), plan }
    }

    /// Every combination of the values that are given for each path, the last path changing fastest, each named after its
    /// values: `rules/all/pay/percent = 8, tiers/volume/steps/0/from = 2000.00`.
    ///
    /// Errors: as of [`Program::with`], of the first variant that does not compile; more than 1,000 variants (`variant.limit`).
    pub fn grid(program: &Program, values: &[(String, Vec<Value>)]) -> Result<Vec<Self>, Problems> {
        let count = values.iter().fold(1_usize, |count, (_, values)| count.saturating_mul(values.len()));
        if count > MANY {
            let message = format!("{count} variants");
            let hint = format!("compare up to {MANY} at once: give fewer values");
            return Err(Problem::new(Code::VariantLimit, Pointer::root(), message, hint).into());
        }
        let mut combined: Vec<Vec<Override>> = vec![Vec::new()];
        for (path, values) in values {
            let with = |so_far: &Vec<Override>| {
                values
                    .iter()
                    .map(|value| [so_far.as_slice(), &[(path.clone(), value.clone())]].concat())
                    .collect::<Vec<_>>()
            };
            combined = combined.iter().flat_map(with).collect();
        }
        combined.iter().map(|overrides| Ok(Self::new(name(overrides), program.with(overrides)?.compile()?))).collect()
    }

    /// Variants of a plan as a JSON list: each with a `program` (its document, its text, or a compiled plan's) or with values
    /// to `set` in the plan's own, and a `name`; or a `grid` of values. Paths are those of [`Override`].
    ///
    /// Errors: a list that cannot be read; as of [`Program::with`] and [`grid`](Self::grid).
    ///
    /// ```
    /// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ///   "attribution": { "windows": {} }, "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let variants = affil::Variant::list_from_json(r#"[
    ///   { "name": "less", "set": { "rules/all/pay/percent": "8" } },
    ///   { "grid": { "rules/all/pay/percent": ["9", "11"] } }
    /// ]"#, &plan).unwrap();
    /// assert_eq!(variants.len(), 3);
    /// assert_eq!(variants[2].name, "rules/all/pay/percent = 11");
    /// ```
    pub fn list_from_json(text: &str, base: &Plan) -> Result<Vec<Self>, Problems> {
        let list: Vec<Written> =
            serde_json::from_value(crate::shape::json(text)?).map_err(|error| unread(&error.to_string()))?;
        let mut variants = Vec::new();
        for written in list {
            variants.extend(written.variants(base)?);
        }
        Ok(variants)
    }

    pub(super) fn fits(&self, base: &Plan) -> Result<(), Problems> {
        same_currency(base, &self.plan, &format!("`{}`", crate::shape::short(&self.name)))
    }

    /// What is wrong with facts under this plan only.
    pub(super) fn blamed(&self, problems: Problems) -> Problems {
        let name = crate::shape::short(&self.name);
        problems.map(|problem| problem.with_message(|message| format!("{message} (under `{name}`)")))
    }
}

/// Keys are taken in the order of their names, so that every language makes the same variants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Option<String>,
    program: Option<Value>,
    set: Option<BTreeMap<String, Value>>,
    grid: Option<BTreeMap<String, Vec<Value>>>,
}

impl Written {
    fn variants(self, base: &Plan) -> Result<Vec<Variant>, Problems> {
        match self {
            Self { name, program: Some(program), set: None, grid: None } => {
                let text = program.as_str().map_or_else(|| program.to_string(), str::to_owned);
                let plan = Plan::from_text(&text).map_err(Problems::without_places)?;
                Ok(vec![Variant::new(name.unwrap_or_else(|| plan.fingerprint().to_owned()), plan)])
            }
            Self { name, program: None, set: Some(set), grid: None } => {
                let set: Vec<Override> = set.into_iter().collect();
                let plan = base.program.with(&set)?.compile()?;
                Ok(vec![Variant::new(name.unwrap_or_else(|| self::name(&set)), plan)])
            }
            Self { name: None, program: None, set: None, grid: Some(grid) } => {
                Variant::grid(&base.program, &grid.into_iter().collect::<Vec<_>>())
            }
            _ => Err(unread("one of `program`, `set` and `grid` is needed, and a grid names its variants itself")),
        }
    }
}

fn unread(message: &str) -> Problems {
    let hint = "a list of objects with `program`, `set` or `grid`, and perhaps a `name`";
    Problem::new(Code::DocumentMalformed, Pointer::root().key("variants"), message, hint).into()
}

pub(super) fn same_currency(base: &Plan, other: &Plan, name: &str) -> Result<(), Problems> {
    if base.currency == other.currency {
        return Ok(());
    }
    let message = format!("{name} pays in {}, the plan that it is compared with in {}", other.currency, base.currency);
    let hint = "amounts of two currencies cannot be subtracted: compare plans of one currency";
    Err(Problem::new(Code::VariantCurrency, Pointer::root().key("currency"), message, hint).into())
}

fn name(overrides: &[Override]) -> String {
    let told = |(path, value): &Override| {
        format!("{path} = {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    overrides.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// Puts a value in, and gives the place in the document.
fn put(document: &mut Value, path: &str, value: &Value) -> Result<Pointer, Problem> {
    let parts: Vec<String> = path.trim_start_matches('/').split('/').map(str::to_owned).collect();
    let now = (!value.is_null()).then(|| value.clone());
    let change = Change { path: parts.clone(), was: None, now, index: usize::MAX };
    if !apply(document, &change) {
        return Err(lost(document, path, &parts));
    }
    let mut place = Pointer::root();
    let mut at = Some(&*document);
    for part in &parts {
        match at {
            Some(Value::Array(list)) => {
                let index = position(list, part).unwrap_or(list.len());
                place = place.index(index);
                at = list.get(index);
            }
            other => {
                place = place.key(part);
                at = other.and_then(|keys| keys.get(part));
            }
        }
    }
    Ok(place)
}

/// Where a path stops leading anywhere, and what there is.
fn lost(document: &Value, path: &str, parts: &[String]) -> Problem {
    let mut at = document;
    for part in parts {
        let (next, known): (Option<&Value>, Vec<&str>) = match at {
            Value::Object(keys) => (keys.get(part), keys.keys().map(String::as_str).collect()),
            Value::Array(list) => (
                position(list, part).and_then(|index| list.get(index)),
                list.iter().filter_map(|item| item.get("id").and_then(Value::as_str)).collect(),
            ),
            _ => (None, Vec::new()),
        };
        let Some(next) = next else {
            let near = nearest(part, known.iter().copied());
            let hint = match (near, known.is_empty()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, false) => format!("there is: {}", known.join(", ")),
                (None, true) => "nothing is below it".to_owned(),
            };
            let message = format!("`{}`: there is no `{}`", crate::shape::short(path), crate::shape::short(part));
            return Problem::new(Code::VariantPath, Pointer::root(), message, hint);
        };
        at = next;
    }
    let message = format!("`{}` is a place where nothing can be put", crate::shape::short(path));
    Problem::new(Code::VariantPath, Pointer::root(), message, "name a key, an item's id or a position in a list")
}
