//! What may be asked of paths: models, and how they are to be computed.
//!
//! This module must never look at a path.

use affil::Pointer;
use std::fmt;

use crate::problem::{Code, Problem, Problems};

/// How much the first touch of a path, those between, and the last one weigh; those between share theirs equally.
///
/// A path of two touches is shared by the weights of the first and the last one, and equally if both are zero; a path
/// of one touch is all its own.
///
/// ```
/// let default = affil_paths::Position::default();
/// assert_eq!((default.first, default.between, default.last), (40, 20, 40));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Of the first touch.
    pub first: u32,
    /// Of all touches between the first and the last, together.
    pub between: u32,
    /// Of the last touch.
    pub last: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self { first: 40, between: 20, last: 40 }
    }
}

/// A way to share conversions among the channels of paths.
///
/// ```
/// assert_eq!(affil_paths::Model::Markov(2).to_string(), "markov-2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Model {
    /// All to the channel of the first touch.
    First,
    /// All to the channel of the last touch.
    Last,
    /// The same to every touch.
    Linear,
    /// By declared weights of the first touch, those between, and the last.
    Position(Position),
    /// The Shapley value: the same to every channel of a path, however often it was touched.
    Shapley,
    /// In proportion to removal effects in a Markov chain whose states are so many last touches: 1, 2 or 3.
    Markov(u8),
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("first"),
            Self::Last => f.write_str("last"),
            Self::Linear => f.write_str("linear"),
            Self::Position(_) => f.write_str("position"),
            Self::Shapley => f.write_str("shapley"),
            Self::Markov(order) => write!(f, "markov-{order}"),
        }
    }
}

/// What is asked of paths.
///
/// ```
/// let models: Vec<String> = affil_paths::Options::default().models.iter().map(ToString::to_string).collect();
/// assert_eq!(models, ["first", "last", "linear", "position", "shapley", "markov-1"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which models, in the order of the answer.
    pub models: Vec<Model>,
    /// Whether touches that follow a touch of their own channel at once are left out before anything is counted.
    pub collapse: bool,
    /// How many threads may work; all there are if it is not said. It makes no difference to any figure.
    pub threads: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        let heuristics = [Model::First, Model::Last, Model::Linear, Model::Position(Position::default())];
        let models = heuristics.into_iter().chain([Model::Shapley, Model::Markov(1)]).collect();
        Self { models, collapse: false, threads: None }
    }
}

/// A chain is solved once for each channel: beyond so many that is no longer a question of seconds.
const CHAINED: usize = 1024;

impl Options {
    pub(crate) fn check(&self, channels: usize) -> Result<(), Problems> {
        let mut problems = Problems::default();
        for (index, model) in self.models.iter().enumerate() {
            let path = Pointer::root().key("models").index(index);
            let mut wrong = |code, message: String, hint: &str| {
                problems.push(Problem::new(code, path.clone(), message, hint));
            };
            match model {
                Model::Position(Position { first: 0, between: 0, last: 0 }) => {
                    wrong(Code::Position, "no weight".to_owned(), "give one of the three a weight, such as 40, 20, 40");
                }
                Model::Markov(order) if !(1..=3).contains(order) => {
                    wrong(Code::Order, format!("a chain of order {order}"), "ask for order 1, 2 or 3");
                }
                Model::Markov(_) if channels > CHAINED => {
                    wrong(Code::TooManyChannels, format!("{channels} channels"), "put rare channels together first");
                }
                _ => {}
            }
        }
        if self.threads == Some(0) {
            let path = Pointer::root().key("threads");
            problems.push(Problem::new(Code::Threads, path, "no thread", "ask for one or more, or say nothing"));
        }
        problems.or(())
    }
}
