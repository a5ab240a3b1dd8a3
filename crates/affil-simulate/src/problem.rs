//! What is wrong with a process, or with a plan that is to be simulated: code, place and hint.
//!
//! This module must never know what a process or a plan means. It exists beside `affil::Problems` because the
//! codes of the engine are a closed list. Its own table holds the codes of all that is said of simulations, in whichever
//! language: the docs and the types of Python are made from it.

use affil::Pointer;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! codes {
    ($($variant:ident $slug:literal $meaning:literal)*) => {
        /// A permanent name for one kind of problem.
        ///
        /// ```
        /// assert_eq!(affil_simulate::Code::NotByMonth.as_str(), "simulate.not_by_month");
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
    ProcessMalformed "process.malformed" "The text is no JSON, or not of the shape of a process."
    ProcessStart "process.start" "A first month that is not written as 2026-01, or lies outside 1970 to 2199."
    ProcessMonths "process.months" "Not 1 to 120 months."
    ProcessAffiliatesEmpty "process.affiliates_empty" "A process without affiliates."
    ProcessAffiliateId "process.affiliate_id" "An affiliate without a name, or two with one."
    ProcessTermsMissing "process.terms_missing" "An affiliate for whom nothing says how much is sold."
    ProcessOutOfRange "process.out_of_range" "A number outside its range: a negative volatility, dispersion, mean or factor."
    ProcessShare "process.share" "A share that is not between 0 and 1."
    ProcessAmount "process.amount" "An amount that is no decimal text, is below zero, or has more decimals than its currency."
    ProcessEmpiricalEmpty "process.empirical_empty" "An empty list of amounts to draw from."
    ProcessSeason "process.season" "A season without a factor for each of the twelve months."
    ProcessNewWithoutOrders "process.new_without_orders" "Orders of new customers where sales are drawn for the month as a whole."
    ProcessTooLarge "process.too_large" "More affiliates, months, replicates or cells than the limits allow."
    NotByMonth "simulate.not_by_month" "Something in a program that the sums of a month do not decide."
    NoPlans "simulate.no_plans" "No plan to price."
    Currencies "simulate.currencies" "Plans of different currencies on the same draws."
    NoOrders "simulate.no_orders" "A plan that looks at orders, and a process that draws none for some affiliate."
    Replicates "simulate.replicates" "No replicate, or more than 1,000,000."
    Threads "simulate.threads" "No thread, or threads that cannot be started."
    Limit "simulate.limit" "A drawn or owed amount, or a sum of them, beyond 2^53-1 minor units."
    FitTooFew "fit.too_few" "A history too short to say how orders vary (`fit`, in Python)."
    BehaviourFixed "behaviour.fixed" "Orders that are fixed, and are to answer to a rate (`behaviour`, in Python)."
    Internal "internal.bug" "A bug of affil itself, reported instead of a panic."
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
/// let problems = affil_simulate::Process::from_json(r#"{ "schema": "affil-process/1", "start": "2026-13",
///   "months": 12, "orders": { "poisson": 10 }, "sales": { "fixed": "65.00" }, "affiliates": [{ "id": "ana" }] }"#)
///     .unwrap_err();
/// let first = problems.iter().next().unwrap();
/// assert_eq!((first.code.as_str(), first.path.as_str()), ("process.start", "/start"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The permanent code.
    pub code: Code,
    /// Which of the plans it concerns, counted from 0; none where it concerns the process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<usize>,
    /// Where in the process, or in the program of the plan.
    #[serde(serialize_with = "pointer")]
    pub path: Pointer,
    /// What was found.
    pub message: String,
    /// What would mend it.
    pub hint: String,
}

#[allow(clippy::ref_option_ref, reason = "serde passes a reference")]
fn pointer<S: Serializer>(path: &Pointer, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

impl Problem {
    pub(crate) fn new(code: Code, path: Pointer, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, plan: None, path, message: message.into(), hint: hint.into() }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new(Code::Internal, Pointer::root(), message, "please report this: affil should never say it")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_root() { "the document" } else { self.path.as_str() };
        match self.plan {
            Some(plan) => write!(f, "{} at {place} of plan {plan}: {}", self.code, self.message)?,
            None => write!(f, "{} at {place}: {}", self.code, self.message)?,
        }
        write!(f, "\n  hint: {}", self.hint)
    }
}

/// All that is wrong, in the order of the documents; never empty where it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn push(&mut self, problem: Problem) {
        // One per place and kind: a condition that fails for a thousand affiliates is one mistake.
        let known =
            |other: &Problem| (other.code, other.plan, &other.path) == (problem.code, problem.plan, &problem.path);
        if self.0.len() < MOST && !self.0.iter().any(known) {
            self.0.push(problem);
        }
    }

    pub(crate) fn of_plan(self, plan: usize) -> Self {
        Self(self.0.into_iter().map(|problem| Problem { plan: Some(plan), ..problem }).collect())
    }

    pub(crate) fn extend(&mut self, other: Self) {
        other.0.into_iter().for_each(|problem| self.push(problem));
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
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

/// How many problems are kept: a hostile document must not make the answer larger than itself.
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
