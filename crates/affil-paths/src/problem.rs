//! What is wrong with paths, or with what is asked of them: code, place and hint.
//!
//! This module must never know what a path means. It exists beside `affil::Problems` because the codes of the engine
//! are a closed list. Its own table holds the codes of all that is said of paths: the docs and the types of Python are
//! made from it.

use affil::Pointer;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! codes {
    ($($variant:ident $slug:literal $meaning:literal)*) => {
        /// A permanent name for one kind of problem.
        ///
        /// ```
        /// assert_eq!(affil_paths::Code::Empty.as_str(), "paths.empty");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $meaning] $variant),* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The dotted name.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $slug),* }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning),* }
            }
        }
    };
}

codes! {
    Channels "paths.channels" "No channel, one without a name, two with one name, or more than 65,535."
    Rows "paths.rows" "Columns of paths that are not of one length, or no path at all."
    Offsets "paths.offsets" "Offsets that do not begin with 0, fall, or do not end where the touches end."
    UnknownChannel "paths.unknown_channel" "A touch whose code no channel has."
    Empty "paths.empty" "A path without a touch."
    TooLong "paths.too_long" "A path of more than 65,535 touches."
    Value "paths.value" "A value below zero, or of a path that never converted."
    Limit "paths.limit" "Paths, touches or values whose sums are beyond 2^53-1."
    Column "paths.column" "A column that is missing, of a type that cannot be read, or has nulls (in Python)."
    UnknownPath "paths.unknown_path" "A touch of a path that is not among the paths, or a path named twice (in Python)."
    Position "paths.position" "Position weights of which all are zero."
    Order "paths.order" "A Markov chain of an order other than 1, 2 or 3."
    TooManyChannels "paths.too_many_channels" "A Markov chain of more than 1,024 channels."
    Unsolved "paths.unsolved" "A Markov chain whose walks hardly ever end: it cannot be followed closely enough."
    Threads "paths.threads" "No thread, or threads that cannot be started."
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One thing that is wrong.
///
/// ```
/// let paths = affil_paths::Rows::new(&["mail"]).path(&[], 1, 0);
/// let problems = paths.finish().unwrap_err();
/// let first = problems.iter().next().unwrap();
/// assert_eq!((first.code.as_str(), first.path.as_str()), ("paths.empty", "/path/0"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The permanent code.
    pub code: Code,
    /// Where: a column such as `/value`, or a row of it such as `/value/17`, counted from 0.
    #[serde(serialize_with = "pointer")]
    pub path: Pointer,
    /// What was found.
    pub message: String,
    /// What would mend it.
    pub hint: String,
}

fn pointer<S: Serializer>(path: &Pointer, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

impl Problem {
    /// A problem at a place.
    ///
    /// ```
    /// let path = affil::Pointer::root().key("value");
    /// let problem = affil_paths::Problem::new(affil_paths::Code::Column, path, "floats", "give decimals");
    /// assert_eq!(problem.to_string(), "paths.column at /value: floats\n  hint: give decimals");
    /// ```
    pub fn new(code: Code, path: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, path, message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_root() { "the call" } else { self.path.as_str() };
        write!(f, "{} at {place}: {}\n  hint: {}", self.code, self.message, self.hint)
    }
}

/// All that is wrong, column by column; never empty where it is an error.
///
/// ```
/// let paths = affil_paths::Rows::new(&["mail", "mail"]).path(&[7], 1, 0);
/// let problems = paths.finish().unwrap_err();
/// let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
/// assert_eq!(codes, ["paths.channels", "paths.unknown_channel"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one, if there are not 1,000 already: a hostile table must not make the answer larger than itself.
    pub fn push(&mut self, problem: Problem) {
        if self.0.len() < MOST {
            self.0.push(problem);
        }
    }

    /// The value, if nothing is wrong.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// How many there are; at most 1,000 are kept.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

const MOST: usize = 1000;

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line = if index > 0 { "\n" } else { "" };
            write!(f, "{line}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
