//! From a JSON Pointer back to the line and column of the text.

use super::Format;
#[cfg(feature = "toml")]
use crate::problem::Problem;
use crate::problem::{Code, Pointer, Problems};

/// Adds line and column to every problem that has none yet.
pub(crate) fn locate(problems: Problems, text: &str, format: Format) -> Problems {
    problems.map(|problem| {
        if problem.line().is_some() {
            return problem;
        }
        let on_key = matches!(problem.code(), Code::DocumentUnknownKey | Code::DocumentDuplicateKey);
        let offset = match format {
            Format::Json => json_offset(text, problem.path(), on_key),
            #[cfg(feature = "toml")]
            Format::Toml => toml_offset(text, problem.path(), on_key),
        };
        let (line, column) = line_and_column(text, offset);
        problem.at(line, column)
    })
}

fn line_and_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// Walks JSON that is known to parse; a missing member yields the object that lacks it.
fn json_offset(text: &str, path: &Pointer, on_key: bool) -> usize {
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    if text.starts_with('\u{feff}') {
        scan.at = 3;
    }
    scan.space();
    let mut found = scan.at;
    let parts: Vec<String> = path.parts().collect();
    for (depth, part) in parts.iter().enumerate() {
        let last = depth.saturating_add(1) == parts.len();
        let Some((key, value)) = scan.member(part) else { return found };
        found = if last && on_key { key } else { value };
        scan.at = value;
    }
    found
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scan<'_> {
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

    /// Where the key and the value of a member or an element begin. The last of a doubled key counts.
    fn member(&mut self, part: &str) -> Option<(usize, usize)> {
        let object = self.peek() == b'{';
        if !object && self.peek() != b'[' {
            return None;
        }
        self.step();
        let mut found = None;
        let mut index = 0_usize;
        loop {
            self.space();
            if self.at >= self.text.len() || matches!(self.peek(), b'}' | b']') {
                return found;
            }
            let key = self.at;
            let name = if object { self.string() } else { index.to_string() };
            self.space();
            if name == part {
                found = Some((key, self.at));
            }
            self.value();
            index = index.saturating_add(1);
        }
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.skip_string();
        let raw = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_slice(raw).unwrap_or_default()
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

    fn value(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            match self.peek() {
                b'"' => {
                    self.skip_string();
                    if depth == 0 {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' | b',' if depth == 0 => return,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.step();
                        return;
                    }
                }
                _ => {}
            }
            self.step();
        }
    }
}

#[cfg(feature = "toml")]
use toml::de::{DeTable, DeValue};

/// TOML text as a JSON value; dates, which no document uses, become texts.
#[cfg(feature = "toml")]
pub(super) fn toml_value(text: &str) -> Result<serde_json::Value, Problem> {
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
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

#[cfg(feature = "toml")]
fn toml_offset(text: &str, path: &Pointer, on_key: bool) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 0 };
    let mut found = 0;
    let mut table = Some(root.get_ref());
    let mut array = None;
    let parts: Vec<String> = path.parts().collect();
    for (depth, part) in parts.iter().enumerate() {
        let last = depth.saturating_add(1) == parts.len();
        let (key, value) = if let Some(table) = table {
            let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == part.as_str()) else { return found };
            (Some(key.span().start), value)
        } else {
            let items: Option<&toml::de::DeArray<'_>> = array;
            let item = part.parse::<usize>().ok().and_then(|index| items.and_then(|items| items.get(index)));
            let Some(value) = item else { return found };
            (None, value)
        };
        let start = value.span().start;
        // A dotted or headed table has no text of its own: its key is where it stands.
        let implied = matches!(value.get_ref(), DeValue::Table(_)) && text.as_bytes().get(start) != Some(&b'{');
        found = match key {
            Some(key) if implied || (last && on_key) => key,
            _ => start,
        };
        (table, array) = match value.get_ref() {
            DeValue::Table(inner) => (Some(inner), None),
            DeValue::Array(items) => (None, Some(items)),
            _ => return found,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, path: &Pointer) -> (u32, u32) {
        line_and_column(text, json_offset(text, path, false))
    }

    #[test]
    fn finds_members_past_nested_and_escaped_ones() {
        let text = "{\n  \"a\\\"b\": { \"x\": [1, \"]}\", {}] },\n  \"c\": [ 10, { \"d\": true } ]\n}";
        assert_eq!(place(text, &Pointer::root().key("a\"b").key("x").index(1)), (2, 22));
        assert_eq!(place(text, &Pointer::root().key("c").index(1).key("d")), (3, 21));
        assert_eq!(place(text, &Pointer::root().key("c").key("none")), (3, 8));
    }

    #[cfg(feature = "toml")]
    #[test]
    fn finds_toml_values_and_tables() {
        let text = "a = 1\n[[rules]]\nid = \"x\"\n[[rules]]\nid = \"y\"\npay.percent = 5\n";
        let at = |path: &Pointer| line_and_column(text, toml_offset(text, path, false));
        assert_eq!(at(&Pointer::root().key("rules").index(1).key("pay").key("percent")), (6, 15));
        assert_eq!(at(&Pointer::root().key("rules").index(1).key("pay")), (6, 1));
        assert_eq!(at(&Pointer::root().key("rules").index(0).key("when")), (2, 1));
    }
}
