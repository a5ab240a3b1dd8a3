//! Words of closed lists, such as what a review decided.
//!
//! This module must never hold a list of its own: the types know their words.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};
use std::fmt;

use super::short;
use crate::problem::{Code, Pointer, Problem, nearest};

/// A word of a closed list; any other is named at `path`, with the words that there are.
///
/// ```
/// use affil::{PayoutOutcome, Pointer, value};
/// assert_eq!(value::word::<PayoutOutcome>("paid", &Pointer::root()).unwrap(), PayoutOutcome::Paid);
/// let problem = value::word::<PayoutOutcome>("fialed", &Pointer::root().key("outcome")).unwrap_err();
/// assert_eq!((problem.code().as_str(), problem.hint()), ("document.unknown_value", "did you mean `failed`?"));
/// ```
pub fn word<T: DeserializeOwned>(text: &str, path: &Pointer) -> Result<T, Problem> {
    let reader: StrDeserializer<'_, Unknown> = text.into_deserializer();
    T::deserialize(reader).map_err(|Unknown(words)| unknown_word(text, words, path.clone()))
}

/// The problem of a word that is not in the list.
pub(super) fn unknown_word(word: &str, words: &[&str], path: Pointer) -> Problem {
    let hint = match nearest(word, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of: {}", words.join(", ")),
    };
    Problem::new(Code::DocumentUnknownValue, path, format!("`{}` is not known here", short(word)), hint)
}

/// The words that there are.
#[derive(Debug)]
struct Unknown(&'static [&'static str]);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no word of the list")
    }
}

impl std::error::Error for Unknown {}

impl Error for Unknown {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        Self(words)
    }
}
