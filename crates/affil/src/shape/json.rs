//! JSON text to a value, refusing a key that stands twice in one object.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

use crate::problem::{Code, Problem, Problems, Trail};

pub(super) fn parse(text: &str, problems: &mut Problems) -> Result<Value, Problem> {
    let found = RefCell::new(std::mem::take(problems));
    let mut reader = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    let value = Strict { path: Trail::Root, problems: &found }.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    *problems = found.into_inner();
    value.map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        // The reader counts bytes, people count characters.
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let before = line.bytes().take(error.column()).filter(|byte| byte & 0xC0 != 0x80).count();
        let (row, column) = (u32::try_from(error.line()), u32::try_from(before));
        let problem = super::malformed(format!("not valid JSON: {message}"));
        problem.at(row.unwrap_or(u32::MAX), column.unwrap_or(u32::MAX).max(1))
    })
}

struct Strict<'p> {
    path: Trail<'p>,
    problems: &'p RefCell<Problems>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let seed = Strict { path: Trail::Index(&self.path, items.len()), problems: self.problems };
            match access.next_element_seed(seed)? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let path = Trail::Key(&self.path, &key);
            let value = access.next_value_seed(Strict { path, problems: self.problems })?;
            if object.contains_key(&key) {
                let message = format!("the key `{}` stands twice in one object", super::short(&key));
                let hint = "keep one of the two: readers disagree about which one counts";
                self.problems.borrow_mut().push(Problem::new(
                    Code::DocumentDuplicateKey,
                    path.pointer(),
                    message,
                    hint,
                ));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
