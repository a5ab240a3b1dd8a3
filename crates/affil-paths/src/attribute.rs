//! Paths and models in, what each channel contributed out.
//!
//! This module must never count or solve anything itself.

use affil::{Minor, Pointer, SplitRule, split};

use crate::count::{Chain, Counts, count, in_pool};
use crate::fraction::Fractions;
use crate::graph::{Graph, Solved};
use crate::model::{Model, Options};
use crate::paths::Paths;
use crate::problem::{Code, Problem, Problems};
use crate::{eliminate, follow, share};

/// What each model says of each channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The names of the channels, in the order of all figures below.
    pub channels: Vec<String>,
    /// How many conversions were shared.
    pub conversions: u64,
    /// What value was shared, if it was given.
    pub value: Option<Minor>,
    /// What each model says, in the order in which they were asked for.
    pub credits: Vec<Credit>,
}

impl Attribution {
    /// What a model says, by its name such as `linear` or `markov-1`.
    ///
    /// ```
    /// use affil_paths::{Options, Rows, attribute};
    ///
    /// let paths = Rows::new(&["mail"]).path(&[0], 1, 0).finish().unwrap();
    /// let result = attribute(&paths, &Options::default()).unwrap();
    /// assert!(result.credit("linear").is_some() && result.credit("markov-3").is_none());
    /// ```
    pub fn credit(&self, model: &str) -> Option<&Credit> {
        self.credits.iter().find(|credit| credit.model.to_string() == model)
    }
}

/// What one model says.
#[derive(Debug, Clone, PartialEq)]
pub struct Credit {
    /// The model.
    pub model: Model,
    /// The conversions of each channel.
    pub conversions: Conversions,
    /// The value of each channel in minor units: it adds up to all value. Each is within one unit of its exact share.
    pub value: Option<Vec<Minor>>,
    /// Of a Markov chain: what its shares were made from.
    pub removal: Option<Removal>,
}

/// The conversions of each channel; together they are all conversions.
#[derive(Debug, Clone, PartialEq)]
pub enum Conversions {
    /// Exactly.
    Exact(Fractions),
    /// As near as floats come: of a Markov chain.
    Float(Vec<f64>),
}

impl Conversions {
    /// The exact shares, where they are exact.
    pub fn exact(&self) -> Option<&Fractions> {
        match self {
            Self::Exact(shares) => Some(shares),
            Self::Float(_) => None,
        }
    }

    /// As floats, for pictures and tables.
    pub fn to_f64s(&self) -> Vec<f64> {
        match self {
            Self::Exact(shares) => shares.iter().map(|share| share.to_f64()).collect(),
            Self::Float(shares) => shares.clone(),
        }
    }
}

/// What a Markov chain says beside shares.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// The share of conversions that is lost without each channel, 0 to 1.
    pub effects: Vec<f64>,
    /// The share of value that is lost without each channel, where values were given.
    pub value_effects: Option<Vec<f64>>,
    /// The probability of a conversion in the chain; that is the share of customers who converted.
    pub probability: f64,
    /// Order 1, solved at once: by how much an equation of the chain is missed at most, over the probability of a
    /// conversion. Orders 2 and 3: how far any effect may be off because walks were not followed to their end.
    pub residual: f64,
}

/// Shares the conversions of paths, and their value, among channels.
///
/// Errors: what is asked cannot be answered (see [`Code`]), or a chain whose walks hardly ever end.
///
/// ```
/// use affil_paths::{Model, Options, Rows, attribute};
///
/// // Two customers touched mail, then search, two search alone; one of each two converted.
/// let paths = Rows::new(&["mail", "search"]).path(&[0, 1], 1, 1).path(&[1], 1, 1).finish().unwrap();
/// let result = attribute(&paths, &Options::default()).unwrap();
///
/// let linear = result.credit("linear").unwrap().conversions.exact().unwrap();
/// assert_eq!(linear.iter().map(|share| share.to_string()).collect::<Vec<_>>(), ["1/2", "3/2"]);
///
/// // Without mail half of the conversions are left, without search none: they share 2 as 1/2 to 1.
/// let markov = result.credit("markov-1").unwrap();
/// assert_eq!(markov.removal.as_ref().unwrap().effects, [0.5, 1.0]);
/// assert!((markov.conversions.to_f64s()[0] - 2.0 / 3.0).abs() < 1e-15);
/// ```
pub fn attribute(paths: &Paths, options: &Options) -> Result<Attribution, Problems> {
    options.check(paths.channels().len())?;
    let counts = count(paths, options)?;
    let solved = in_pool(options, || counts.chains.iter().map(solve).collect::<Vec<_>>())?;
    let mut problems = Problems::default();
    let mut credits = Vec::with_capacity(options.models.len());
    for (index, model) in options.models.iter().enumerate() {
        let chain = counts.chains.iter().position(|chain| *model == Model::Markov(chain.order));
        match chain.map(|chain| solved[chain].as_ref()) {
            None => credits.extend(exactly(*model, &counts, paths)),
            Some(Some(solved)) => credits.push(by_effects(*model, solved, paths)),
            Some(None) => {
                let path = Pointer::root().key("models").index(index);
                let (message, hint) = ("walks that hardly ever end", "ask for order 1, which is solved at once");
                problems.push(Problem::new(Code::Unsolved, path, message, hint));
            }
        }
    }
    let channels = paths.channels().to_vec();
    problems.or(Attribution { channels, conversions: paths.conversions(), value: paths.value(), credits })
}

fn solve(chain: &Chain) -> Option<Solved> {
    let graph = Graph::of(chain);
    match chain.order {
        _ if graph.converted.iter().all(|count| *count == 0.0) => Some(Solved::nothing(chain.channels)),
        1 => Some(eliminate::solve(&graph)),
        _ => follow::solve(&graph),
    }
}

fn exactly(model: Model, counts: &Counts, paths: &Paths) -> Option<Credit> {
    let channels = paths.channels().len();
    let conversions = share::shares(model, counts.measures.first()?, channels)?;
    let value = counts.measures.get(1).zip(paths.value());
    let value = value.and_then(|(measure, whole)| Some(share::shares(model, measure, channels)?.round(whole)));
    Some(Credit { model, conversions: Conversions::Exact(conversions), value, removal: None })
}

/// An effect as a whole number of so small parts, to divide whole minor units by.
const PARTS: f64 = (1_u64 << 60) as f64;

fn by_effects(model: Model, solved: &Solved, paths: &Paths) -> Credit {
    let all: f64 = solved.effects.iter().sum();
    let part = |effect: &f64| if all > 0.0 { paths.conversions() as f64 * effect / all } else { 0.0 };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an effect is between 0 and 1")]
    let weights: Vec<u64> = solved.value_effects.iter().map(|effect| (effect * PARTS) as u64).collect();
    Credit {
        model,
        conversions: Conversions::Float(solved.effects.iter().map(part).collect()),
        value: paths.value().map(|whole| split(whole, &weights, SplitRule::Largest)),
        removal: Some(Removal {
            effects: solved.effects.clone(),
            value_effects: paths.value().map(|_| solved.value_effects.clone()),
            probability: solved.probability,
            residual: solved.residual,
        }),
    }
}
