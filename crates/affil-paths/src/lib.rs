//! What paths of touches say about channels: first, last, linear, position, Shapley and Markov attribution.
//!
//! A path is what a customer touched before it converted, or did not: a sequence of channels. [`Paths`] holds many of
//! them as columns of numbers; [`attribute`] counts them in one pass and shares their conversions, and what these are
//! worth, among the channels, by every model that is asked for.
//!
//! ```
//! use affil_paths::{Options, Rows, attribute};
//!
//! let paths = Rows::new(&["blog", "mail", "search"])
//!     .worth(&[0, 2], 3, 10, 24_000)
//!     .worth(&[0, 1, 1, 2], 1, 2, 9_001)
//!     .path(&[2], 0, 40)
//!     .finish()
//!     .unwrap();
//! let result = attribute(&paths, &Options::default()).unwrap();
//! for credit in &result.credits {
//!     let value: i64 = credit.value.as_ref().unwrap().iter().map(|value| value.get()).sum();
//!     assert_eq!(value, 33_001, "{}", credit.model);
//! }
//! // Blog and search share the three conversions of the first path; all three the one of the second.
//! let shares = result.credit("shapley").unwrap().conversions.exact().unwrap();
//! assert_eq!(shares.iter().map(|share| share.to_string()).collect::<Vec<_>>(), ["11/6", "1/3", "11/6"]);
//! ```
//!
//! # What is exact
//!
//! All counts are whole numbers. First, last, linear, position and Shapley are exact fractions; value is rounded once,
//! at the very end, to minor units whose sum is kept ([`affil::SplitRule::Largest`]). Markov chains are solved, never
//! simulated, but in floats: they are statistics. Their value is then divided in whole minor units, too, so that it adds
//! up. The same paths give the same bytes with any number of threads.
//!
//! # Markov chains
//!
//! A chain of order k has a state for every k touches in a row, begins with the first k touches of a path, and ends in a
//! conversion or in nothing; a path of fewer touches is one state. Without a channel every state that holds it is as
//! good as nothing. The removal effect is the share of conversions that is lost thereby; all conversions are shared in
//! proportion to these. Steps from a state to itself make no difference to where a walk ends. For value, a conversion
//! is worth what conversions from that last state are worth on average.
#![forbid(unsafe_code)]
#![allow(clippy::cast_precision_loss, reason = "counts are below 2^53, as `Paths` sees to")]

mod attribute;
#[cfg_attr(not(feature = "threads"), allow(dead_code, reason = "only what several threads counted is put together"))]
mod count;
mod eliminate;
mod follow;
mod fraction;
mod graph;
mod model;
mod paths;
mod problem;
mod share;
#[cfg_attr(not(feature = "threads"), allow(dead_code, reason = "only what several threads counted is put together"))]
mod tally;

pub use attribute::{Attribution, Conversions, Credit, Removal, attribute};
pub use fraction::{Fraction, Fractions};
pub use model::{Model, Options, Position};
pub use paths::{Codes, Columns, Paths, Rows};
pub use problem::{Code, Problem, Problems};
