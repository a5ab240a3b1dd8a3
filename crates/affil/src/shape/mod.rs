//! From text to typed documents: every departure from the schema at once, with line and column.
//!
//! This module must never know what a document means; it only knows its shape.

mod check;
mod format;
mod json;
mod place;
mod typed;
mod word;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cases::Cases;
use crate::facts::FactsDocument;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::Program;

pub use format::{amount, currency, date, decimal, factor, instant, percent};
pub(crate) use format::{deadline, minor, rate_problem, short, window, zone};
pub(crate) use place::locate;
pub use word::word;

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    #[cfg(feature = "toml")]
    Toml,
}

impl Format {
    /// A document that starts with a brace is JSON; TOML cannot start so.
    pub(crate) fn of(text: &str) -> Self {
        #[cfg(feature = "toml")]
        if !text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
            return Self::Toml;
        }
        let _ = text;
        Self::Json
    }

    fn parse(self, text: &str, problems: &mut Problems) -> Result<Value, Problem> {
        match self {
            Self::Json => json::parse(text, problems),
            #[cfg(feature = "toml")]
            Self::Toml => place::toml_value(text),
        }
    }
}

/// A program from text, or all that is wrong with it: shape and meaning together.
pub(crate) fn program_from(text: &str, format: Format) -> Result<Program, Problems> {
    let (program, problems, mended) = read::<Program>(text, format, check::schema("program")?)?;
    let mut all = problems;
    // What was put in for a broken value must not be blamed on the author.
    let below = |path: &Pointer| mended.iter().any(|place| is_below(path.as_str(), place.as_str()));
    // Nor what follows from it: a misspelt key is missing, a broken id is unknown.
    let above = |path: &Pointer| mended.iter().any(|place| is_below(place.as_str(), path.as_str()));
    let follows = |problem: &Problem| match problem.code() {
        Code::RulePay | Code::TierStepEffect | Code::BonusFields | Code::PayoutTerms => above(problem.path()),
        Code::LifecycleFields => mended.iter().any(|place| is_below(place.as_str(), "/lifecycle")),
        Code::AttributionModel => mended.iter().any(|place| is_below(place.as_str(), "/attribution")),
        Code::RuleUnknown => mended.iter().any(|place| is_below(place.as_str(), "/rules")),
        _ => false,
    };
    let own = |problem: &&Problem| !below(problem.path()) && !follows(problem);
    all.extend(crate::plan::check(&program).iter().filter(own).cloned().collect());
    match all.or(program) {
        Ok(program) => Ok(program),
        Err(problems) => Err(locate(problems, text, format)),
    }
}

/// Any JSON text as a value; a key that stands twice in one object is refused.
pub(crate) fn json(text: &str) -> Result<Value, Problems> {
    let mut problems = Problems::default();
    let value = json::parse(text, &mut problems)?;
    problems.or(value).map_err(|problems| locate(problems, text, Format::Json))
}

/// A document as a JSON value, by way of its text: a second way of writing every type would weigh more than all that uses it.
pub(crate) fn value_of(document: &impl Serialize) -> Value {
    let text = serde_json::to_string(document).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Facts from JSON text, or all that is wrong with their shape.
pub(crate) fn facts_from(text: &str) -> Result<FactsDocument, Problems> {
    document_from(text, "facts")
}

/// A document of the named schema from JSON text.
pub(crate) fn document_from<T: DeserializeOwned>(text: &str, schema: &str) -> Result<T, Problems> {
    let (document, problems, _) = read::<T>(text, Format::Json, check::schema(schema)?)?;
    problems.or(document).map_err(|problems| locate(problems, text, Format::Json))
}

/// A document that has to do with disputes, from JSON text.
pub(crate) fn dispute_from<T: DeserializeOwned>(text: &str, schema: &str) -> Result<T, Problems> {
    let (document, problems, _) = read::<T>(text, Format::Json, check::disputes(schema)?)?;
    problems.or(document).map_err(|problems| locate(problems, text, Format::Json))
}

/// A document that the engine itself does not read, from TOML or JSON text, against a JSON Schema of the engine's own kind:
/// what is wrong with its shape, all of it, with line and column.
///
/// ```
/// let schema = serde_json::json!({ "type": "object", "additionalProperties": false, "required": ["price"],
///   "properties": { "price": { "type": "string", "format": "amount" } } });
/// let read = affil::value::document::<serde_json::Value>;
/// assert_eq!(read(r#"{ "price": "1.50" }"#, &schema).unwrap()["price"], "1.50");
/// let problems = read(r#"{ "prize": 1.5 }"#, &schema).unwrap_err();
/// assert_eq!(problems.iter().next().unwrap().code().as_str(), "document.missing_key");
/// ```
pub fn document<T: DeserializeOwned>(text: &str, schema: &Value) -> Result<T, Problems> {
    let format = Format::of(text);
    let (document, problems, _) = read::<T>(text, format, schema)?;
    problems.or(document).map_err(|problems| locate(problems, text, format))
}

/// Cases from text, or all that is wrong with their shape, and with what they expect.
pub(crate) fn cases_from(text: &str, format: Format) -> Result<Cases, Problems> {
    let (cases, problems, mended) = read::<Cases>(text, format, check::cases())?;
    let own = |problem: &&Problem| !mended.iter().any(|place| is_below(problem.path().as_str(), place.as_str()));
    let mut all = problems;
    all.extend(crate::cases::check(&cases).iter().filter(own).cloned().collect());
    all.or(cases).map_err(|problems| locate(problems, text, format))
}

type Read<T> = (T, Problems, Vec<Pointer>);

fn read<T: DeserializeOwned>(text: &str, format: Format, schema: &Value) -> Result<Read<T>, Problems> {
    let mut problems = Problems::default();
    let mut value = format.parse(text, &mut problems)?;
    let mended = check::against(schema, &mut value, &mut problems);
    match typed::typed(value) {
        Some(document) => Ok((document, problems, mended)),
        // The check above mends what it refuses, so this only says that something was refused.
        None if !problems.is_empty() => Err(locate(problems.sorted(), text, format)),
        None => Err(Problem::internal("the schema and the types differ").into()),
    }
}

impl Problems {
    /// The same problems with line and column in the text of the document that they are about, TOML or JSON, where they
    /// have none yet.
    ///
    /// ```
    /// let text = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nattribution.windows.click = \"30d\"\n\
    ///     rules = [{ id = \"r\", pay.percent = \"10\", when.any = [] }]\n";
    /// let warnings = affil::Program::from_toml(text).unwrap().compile().unwrap().lint().with_places(text);
    /// let first = warnings.iter().next().unwrap();
    /// assert_eq!((first.line(), first.column()), (Some(5), Some(53)));
    /// ```
    #[must_use]
    pub fn with_places(self, text: &str) -> Self {
        locate(self, text, Format::of(text))
    }
}

fn is_below(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn malformed(message: String) -> Problem {
    let hint = "mend the syntax first; everything else is checked once the text can be read";
    Problem::new(Code::DocumentMalformed, Pointer::root(), message, hint)
}
