//! From JSON Pointers back to lines and columns of the text, in one pass for all of them.

use std::collections::HashMap;

use super::Format;
#[cfg(feature = "toml")]
use crate::problem::Problem;
use crate::problem::{Code, Pointer, Problems, Trail};

/// Adds line and column to every problem that has none yet.
pub(crate) fn locate(problems: Problems, text: &str, format: Format) -> Problems {
    let mut places: HashMap<Pointer, Place> = HashMap::new();
    for problem in problems.iter().filter(|problem| problem.line().is_none()) {
        // What is missing stands nowhere: then the place is that of what lacks it.
        let mut path = Some(problem.path().clone());
        while let Some(wanted) = path {
            path = wanted.parent();
            places.entry(wanted).or_default();
        }
    }
    if places.is_empty() {
        return problems;
    }
    match format {
        Format::Json => Scan { text: text.as_bytes(), at: 0, places: &mut places }.document(),
        #[cfg(feature = "toml")]
        Format::Toml => toml_places(text, &mut places),
    }
    let lines = Lines::of(text);
    problems.map(|problem| {
        if problem.line().is_some() {
            return problem;
        }
        let on_key = matches!(problem.code(), Code::DocumentUnknownKey | Code::DocumentDuplicateKey);
        let mut path = Some(problem.path().clone());
        let mut offset = 0;
        while let Some(wanted) = path {
            if let Some(Place { key, value: Some(value) }) = places.get(&wanted) {
                offset = if on_key { key.unwrap_or(*value) } else { *value };
                break;
            }
            path = wanted.parent();
        }
        let (line, column) = lines.place(offset);
        problem.at(line, column)
    })
}

/// Where the key and the value of something begin.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    key: Option<usize>,
    value: Option<usize>,
}

/// Where the lines of a text begin.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        let after = |(offset, _): (usize, &str)| offset.saturating_add(1);
        Self { text, starts: std::iter::once(0).chain(text.match_indices('\n').map(after)).collect() }
    }

    /// Line and column from 1, the column in characters.
    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.text.get(start..offset).unwrap_or_default().chars().count().saturating_add(1);
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }
}

/// Walks JSON that is known to parse, so that every bracket closes and nothing is nested too deeply.
struct Scan<'t, 'p> {
    text: &'t [u8],
    at: usize,
    places: &'p mut HashMap<Pointer, Place>,
}

impl Scan<'_, '_> {
    fn document(&mut self) {
        if self.text.starts_with("\u{feff}".as_bytes()) {
            self.at = 3;
        }
        self.space();
        self.value(&Trail::Root, None, true);
    }

    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or_default()
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r' | b',' | b':') {
            self.step();
        }
    }

    /// Notes where a value stands and walks it; below what nobody asks for, nothing needs to be noted.
    fn value(&mut self, trail: &Trail<'_>, key: Option<usize>, near: bool) {
        let pointer = near.then(|| trail.pointer());
        let wanted = pointer.and_then(|pointer| self.places.get_mut(&pointer));
        let near = wanted.is_some();
        if let Some(place) = wanted {
            // Of a doubled key the last counts.
            *place = Place { key, value: Some(self.at) };
        }
        match self.peek() {
            b'"' => self.skip_string(),
            b'{' | b'[' => self.members(trail, near),
            _ => {
                while self.at < self.text.len()
                    && !matches!(self.peek(), b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
                {
                    self.step();
                }
            }
        }
    }

    fn members(&mut self, trail: &Trail<'_>, near: bool) {
        let object = self.peek() == b'{';
        self.step();
        let mut index = 0_usize;
        loop {
            self.space();
            if self.at >= self.text.len() || matches!(self.peek(), b'}' | b']') {
                return self.step();
            }
            let start = self.at;
            if object {
                self.skip_string();
                let raw = self.text.get(start..self.at).unwrap_or_default();
                let name: String = if near { serde_json::from_slice(raw).unwrap_or_default() } else { String::new() };
                self.space();
                self.value(&Trail::Key(trail, &name), Some(start), near);
            } else {
                self.value(&Trail::Index(trail, index), None, near);
            }
            index = index.saturating_add(1);
        }
    }

    fn skip_string(&mut self) {
        self.step();
        while self.at < self.text.len() && self.peek() != b'"' {
            if self.peek() == b'\\' {
                self.step();
            }
            self.step();
        }
        self.step();
    }
}

#[cfg(feature = "toml")]
use toml::de::{DeTable, DeValue};

/// TOML text as a JSON value; dates, which no document uses, become texts.
#[cfg(feature = "toml")]
pub(super) fn toml_value(text: &str) -> Result<serde_json::Value, Problem> {
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = Lines::of(text).place(error.span().map_or(0, |span| span.start));
        super::malformed(format!("not valid TOML: {}", error.message().replace('\n', ", "))).at(line, column)
    })?;
    table_value(table.get_ref(), 0)
}

/// Deeper than any program; the JSON reader has the same limit.
#[cfg(feature = "toml")]
const DEEPEST: usize = 127;

#[cfg(feature = "toml")]
fn table_value(table: &DeTable<'_>, depth: usize) -> Result<serde_json::Value, Problem> {
    let mut object = serde_json::Map::new();
    for (key, value) in table {
        object.insert(key.get_ref().to_string(), plain_value(value.get_ref(), depth.saturating_add(1))?);
    }
    Ok(serde_json::Value::Object(object))
}

#[cfg(feature = "toml")]
fn plain_value(value: &DeValue<'_>, depth: usize) -> Result<serde_json::Value, Problem> {
    use serde_json::Value;
    if depth > DEEPEST {
        return Err(super::malformed("nested too deeply".to_owned()));
    }
    Ok(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Boolean(value) => Value::Bool(*value),
        // Only their being numbers matters, and whether they are whole: no document holds a float.
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Value::Number(number.into()),
            Err(_) => Value::Number(i64::MAX.into()),
        },
        DeValue::Float(_) => serde_json::Number::from_f64(0.5).map_or(Value::Null, Value::Number),
        DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
        DeValue::Array(items) => {
            let depth = depth.saturating_add(1);
            Value::Array(items.iter().map(|item| plain_value(item.get_ref(), depth)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => table_value(table, depth)?,
    })
}

/// Notes where everything stands that is asked for.
#[cfg(feature = "toml")]
fn toml_places(text: &str, places: &mut HashMap<Pointer, Place>) {
    if let Ok(root) = DeTable::parse(text) {
        places.insert(Pointer::root(), Place { key: None, value: Some(0) });
        toml_table(text, root.get_ref(), &Pointer::root(), places);
    }
}

#[cfg(feature = "toml")]
fn toml_table(text: &str, table: &DeTable<'_>, path: &Pointer, places: &mut HashMap<Pointer, Place>) {
    for (key, value) in table {
        toml_note(text, Some(key.span().start), value, &path.key(key.get_ref()), places);
    }
}

#[cfg(feature = "toml")]
fn toml_note(
    text: &str,
    key: Option<usize>,
    value: &toml::Spanned<DeValue<'_>>,
    path: &Pointer,
    places: &mut HashMap<Pointer, Place>,
) {
    // Below what nobody asks for, nothing needs to be noted.
    let Some(place) = places.get_mut(path) else { return };
    let start = value.span().start;
    // A dotted or headed table has no text of its own: its key is where it stands.
    let implied = matches!(value.get_ref(), DeValue::Table(_)) && text.as_bytes().get(start) != Some(&b'{');
    let shown = if implied { key.unwrap_or(start) } else { start };
    *place = Place { key, value: Some(shown) };
    match value.get_ref() {
        DeValue::Table(inner) => toml_table(text, inner, path, places),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                toml_note(text, None, item, &path.index(index), places);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, format: Format, path: &Pointer) -> (u32, u32) {
        let problem = crate::Problem::new(Code::DocumentWrongType, path.clone(), "", "");
        let located = locate(problem.into(), text, format);
        located.iter().next().and_then(|problem| Some((problem.line()?, problem.column()?))).unwrap()
    }

    #[test]
    fn finds_members_past_nested_and_escaped_ones() {
        let text = "{\n  \"a\\\"b\": { \"x\": [1, \"]}\", {}] },\n  \"c\": [ 10, { \"d\": true } ]\n}";
        let json = |path: &Pointer| place(text, Format::Json, path);
        assert_eq!(json(&Pointer::root().key("a\"b").key("x").index(1)), (2, 22));
        assert_eq!(json(&Pointer::root().key("c").index(1).key("d")), (3, 21));
        assert_eq!(json(&Pointer::root().key("c").key("none")), (3, 8));
        assert_eq!(json(&Pointer::root().key("none").key("none")), (1, 1));
    }

    #[cfg(feature = "toml")]
    #[test]
    fn finds_toml_values_and_tables() {
        let text = "a = 1\n[[rules]]\nid = \"x\"\n[[rules]]\nid = \"y\"\npay.percent = 5\n";
        let toml = |path: &Pointer| place(text, Format::Toml, path);
        assert_eq!(toml(&Pointer::root().key("rules").index(1).key("pay").key("percent")), (6, 15));
        assert_eq!(toml(&Pointer::root().key("rules").index(1).key("pay")), (6, 1));
        assert_eq!(toml(&Pointer::root().key("rules").index(0).key("when")), (2, 1));
    }
}
