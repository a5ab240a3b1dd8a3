//! Python's lists and dicts as JSON text: what a document would hold in their place.
//!
//! This module must never judge a value: a float stays a number, so that the engine refuses it as in any document.

use affil::time::{Date, Instant, Month};
use affil::{Code, Pointer, Problem, Problems};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyMapping, PySequence, PyString, PyType};
use serde_json::{Map, Number, Value};

use crate::call::{Refusal, refused};

/// Deeper than any document goes.
const DEEPEST: usize = 32;

/// The JSON text of what Python's own types can say of a document.
///
/// `None` in a mapping is a key left out; `Decimal` is its plain digits; a `datetime` with a time zone is its instant; a
/// `date` is a day.
#[pyfunction]
pub(crate) fn to_json(value: &Bound<'_, PyAny>) -> PyResult<String> {
    json(value, &Pointer::root()).map(|value| value.to_string())
}

/// The JSON of a value that stands at `path` of its document.
pub(crate) fn json(value: &Bound<'_, PyAny>, path: &Pointer) -> PyResult<Value> {
    let mut reading = Reading { classes: classes(value.py())?, problems: Vec::new() };
    let read = reading.value(value, path, 0)?;
    if reading.problems.is_empty() {
        return Ok(read);
    }
    Err(refused(value.py(), Refusal::Facts, &reading.problems.into_iter().collect::<Problems>()))
}

/// An instant, from a `datetime` or a text; `name` is where problems say it stands.
pub(crate) fn instant(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Instant> {
    read(value, name, "an aware datetime or RFC 3339 text", affil::value::instant)
}

/// A day, from a `date` or a text.
pub(crate) fn day(value: &Bound<'_, PyAny>, name: &str) -> PyResult<Date> {
    read(value, name, "a date or text such as 2026-03-31", affil::value::date)
}

fn read<T>(
    value: &Bound<'_, PyAny>,
    name: &str,
    wanted: &str,
    reader: impl FnOnce(&str, &Pointer) -> Result<T, Problem>,
) -> PyResult<T> {
    let (py, path) = (value.py(), Pointer::root().key(name));
    // A `datetime` is a `date`, too.
    let text = if value.is_instance_of::<PyString>() || value.is_instance(classes(py)?.date.bind(py))? {
        json(value, &path)?.as_str().map(str::to_owned)
    } else {
        None
    };
    let text = text.ok_or_else(|| PyTypeError::new_err(format!("{name} must be {wanted}")))?;
    reader(&text, &path).map_err(|problem| refused(py, Refusal::Facts, &problem.into()))
}

/// A month, such as `2026-03`.
pub(crate) fn month(py: Python<'_>, text: &str) -> PyResult<Month> {
    Month::parse(text).map_err(|error| {
        let message = format!("`{text}`: {error}");
        let problem = Problem::new(Code::DateMalformed, Pointer::root(), message, "write a month as 2026-03");
        refused(py, Refusal::Facts, &problem.into())
    })
}

/// The classes that are known by name.
struct Classes {
    decimal: Py<PyType>,
    datetime: Py<PyType>,
    date: Py<PyType>,
    utc: Py<PyAny>,
}

fn classes(py: Python<'_>) -> PyResult<&Classes> {
    static CLASSES: PyOnceLock<Classes> = PyOnceLock::new();
    CLASSES.get_or_try_init(py, || {
        let datetime = py.import("datetime")?;
        let class = |module: &Bound<'_, PyModule>, name: &str| -> PyResult<Py<PyType>> {
            Ok(module.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        Ok(Classes {
            decimal: class(&py.import("decimal")?, "Decimal")?,
            datetime: class(&datetime, "datetime")?,
            date: class(&datetime, "date")?,
            utc: datetime.getattr("timezone")?.getattr("utc")?.unbind(),
        })
    })
}

struct Reading<'c> {
    classes: &'c Classes,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn value(&mut self, value: &Bound<'_, PyAny>, path: &Pointer, depth: usize) -> PyResult<Value> {
        if depth > DEEPEST {
            return Ok(self.strange(path, "something nested too deeply"));
        }
        if value.is_none() {
            return Ok(Value::Null);
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Value::String(text.to_str()?.to_owned()));
        }
        if let Ok(flag) = value.cast::<PyBool>() {
            return Ok(Value::Bool(flag.is_true()));
        }
        if value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>() {
            return Ok(number(value));
        }
        if let Ok(mapping) = value.cast::<PyDict>() {
            return self.mapping(mapping.as_any(), path, depth);
        }
        let py = value.py();
        if value.is_instance(self.classes.decimal.bind(py))? {
            return text(&value.call_method1("__format__", ("f",))?);
        }
        if value.is_instance(self.classes.datetime.bind(py))? {
            return self.datetime(value);
        }
        if value.is_instance(self.classes.date.bind(py))? {
            let date: String = value.call_method0("isoformat")?.extract()?;
            // Midnight somewhere: refused for want of an offset, as any local time is.
            return Ok(Value::String(if is_of_instant(path) { date + "T00:00" } else { date }));
        }
        self.rarer(value, path, depth)
    }

    fn datetime(&self, value: &Bound<'_, PyAny>) -> PyResult<Value> {
        if value.call_method0("utcoffset")?.is_none() {
            return text(&value.call_method0("isoformat")?);
        }
        // Old zones have offsets of odd seconds, which no timestamp text can hold.
        text(&value.call_method1("astimezone", (self.classes.utc.bind(value.py()),))?.call_method0("isoformat")?)
    }

    fn rarer(&mut self, value: &Bound<'_, PyAny>, path: &Pointer, depth: usize) -> PyResult<Value> {
        if value.cast::<PyMapping>().is_ok() {
            return self.mapping(value, path, depth);
        }
        if let Ok(items) = value.cast::<PySequence>()
            && !value.hasattr("decode")?
        {
            let mut list = Vec::with_capacity(items.len()?);
            for (index, item) in items.try_iter()?.enumerate() {
                list.push(self.value(&item?, &path.index(index), depth + 1)?);
            }
            return Ok(Value::Array(list));
        }
        let class = value.get_type();
        if class.module()?.to_str()? == "numpy" && value.hasattr("item")? && depth < DEEPEST {
            return self.value(&value.call_method0("item")?, path, DEEPEST);
        }
        Ok(self.strange(path, &format!("a Python {}", class.name()?)))
    }

    fn mapping(&mut self, mapping: &Bound<'_, PyAny>, path: &Pointer, depth: usize) -> PyResult<Value> {
        let mut object = Map::new();
        for pair in mapping.call_method0("items")?.try_iter()? {
            let (key, value) = pair?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
            let Ok(key) = key.cast::<PyString>() else {
                self.strange(path, "a key that is no text");
                continue;
            };
            let key = key.to_str()?;
            if !value.is_none() {
                let value = self.value(&value, &path.key(key), depth + 1)?;
                object.insert(key.to_owned(), value);
            }
        }
        Ok(Value::Object(object))
    }

    fn strange(&mut self, path: &Pointer, what: &str) -> Value {
        let message = format!("{what} where only what a document can hold is possible");
        let hint = "use str, int, bool, Decimal, datetime, and lists and dicts of them";
        self.problems.push(Problem::new(Code::DocumentWrongType, path.clone(), message, hint));
        Value::Null
    }
}

/// Whether documents have an instant here: a date says too little of one, but is all that there is to say of a day.
fn is_of_instant(path: &Pointer) -> bool {
    let path = path.as_str();
    let argument = ["/until", "/as_of", "/now", "/created"].contains(&path);
    let named = argument || ["/at", "/joined", "/known", "/release"].iter().any(|name| path.ends_with(name));
    named && !path.contains("/attributes/")
}

fn text(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    Ok(Value::String(value.extract()?))
}

/// A number as a number: where a document may have one it is a small whole one, and everywhere else it is refused.
fn number(value: &Bound<'_, PyAny>) -> Value {
    if value.is_instance_of::<PyInt>()
        && let Ok(whole) = value.extract::<i64>()
    {
        return whole.into();
    }
    // JSON has no words for what is not finite; any fraction is refused in the same way.
    let float = value.extract::<f64>().ok().and_then(Number::from_f64);
    Value::Number(float.unwrap_or_else(|| Number::from_f64(0.5).unwrap_or_else(|| 0.into())))
}
