//! `[attribution]`, compiled: lengths, classes and weights, and everything wrong with them.
//!
//! This module must never look at a touch.

use std::collections::{BTreeMap, HashSet};

use super::{Condition, Reading, keep};
use crate::money::Rate;
use crate::problem::{Code, Pointer, Problem, Problems, nearest};
use crate::program::{
    AssistTo, Attribution, BondWins, LinearPer, Model, PercentText, Position, PositionShape, PositionShares, RestTo,
    TermText, Texts, TouchTerms, WindowText,
};
use crate::shape;
use crate::time::Span;

/// The program's `attribution`, compiled. Plain words in it are read from the program itself.
#[derive(Debug, Clone)]
pub(crate) struct AttributionPlan {
    pub(crate) model: ModelPlan,
    pub(crate) kinds: Vec<KindPlan>,
    pub(crate) terms: Vec<TermsPlan>,
    pub(crate) except: Vec<String>,
    pub(crate) excluded_channels: Vec<String>,
    pub(crate) excluded_affiliates: Vec<String>,
    /// Channels whose touches compete for nobody.
    pub(crate) deduplicate: Vec<String>,
    pub(crate) cart_add: Option<CartAddPlan>,
    pub(crate) bond: Option<BondPlan>,
    pub(crate) assists: Option<AssistsPlan>,
}

/// A model with what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ModelPlan {
    Last,
    First,
    Linear(LinearPer),
    Position(PositionPlan),
    /// In microseconds, never zero.
    TimeDecay {
        half_life: u64,
    },
    /// The shares of the last touches, the oldest first.
    Custom(Vec<u128>),
}

/// Shares by position, in units of one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PositionPlan {
    pub(crate) first: Option<u128>,
    pub(crate) middle: Option<u128>,
    pub(crate) last: Option<u128>,
    pub(crate) rest: u128,
    pub(crate) rest_to: RestTo,
}

/// A kind of touch that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KindPlan {
    pub(crate) kind: String,
    pub(crate) window: Span,
    pub(crate) minimum_age: Option<Span>,
    /// 0 is the strongest.
    pub(crate) class: usize,
}

/// Terms of some touches.
#[derive(Debug, Clone)]
pub(crate) struct TermsPlan {
    pub(crate) touch: Condition<String>,
    pub(crate) affiliate: Condition<String>,
    pub(crate) window: Option<Span>,
    pub(crate) minimum_age: Option<Span>,
    pub(crate) last_takes: Option<Rate>,
}

/// What keeps a touch alive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CartAddPlan {
    pub(crate) kind: String,
    pub(crate) window: Span,
}

/// How a customer stays with an affiliate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BondPlan {
    /// None: for life.
    pub(crate) lasts: Option<Span>,
    pub(crate) wins: BondWins,
}

/// Credit on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AssistsPlan {
    pub(crate) percent: Rate,
    pub(crate) to: AssistTo,
}

impl AttributionPlan {
    /// Compiles what can be; what cannot is a problem, and stands in as if it had not been said.
    pub(super) fn compile(attribution: &Attribution, reading: Reading<'_>, problems: &mut Problems) -> Self {
        let path = Pointer::root().key("attribution");
        check_precedence(attribution, &path, problems);
        let exclude = attribution.exclude.clone().unwrap_or_default();
        let terms = attribution.terms.iter().enumerate();
        Self {
            model: model(attribution, &path, problems).unwrap_or(ModelPlan::Last),
            kinds: kinds(attribution, &path, problems),
            terms: terms.map(|(at, one)| terms_plan(one, reading, &path.key("terms").index(at), problems)).collect(),
            except: texts(attribution.except.as_ref()),
            excluded_channels: texts(exclude.channel.as_ref()),
            excluded_affiliates: texts(exclude.affiliate.as_ref()),
            deduplicate: texts(attribution.deduplicate.as_ref()),
            cart_add: cart_add(attribution, &path, problems),
            bond: bond(attribution, &path, problems),
            assists: assists(attribution, &path, problems),
        }
    }
}

fn texts(texts: Option<&Texts>) -> Vec<String> {
    texts.map(|texts| texts.as_slice().to_vec()).unwrap_or_default()
}

fn kinds(attribution: &Attribution, path: &Pointer, problems: &mut Problems) -> Vec<KindPlan> {
    let mut spans = |texts: &BTreeMap<String, WindowText>, key: &str| -> BTreeMap<String, Span> {
        let read = |(kind, text): (&String, &WindowText)| {
            keep(shape::window(text.as_str(), &path.key(key).key(kind)), problems).map(|span| (kind.clone(), span))
        };
        texts.iter().filter_map(read).collect()
    };
    let windows = spans(&attribution.windows, "windows");
    let ages = spans(&attribution.minimum_age, "minimum_age");
    for kind in attribution.minimum_age.keys() {
        problems.extend(without_window(attribution, kind, path.key("minimum_age").key(kind)));
    }
    let class = |kind: &String| attribution.precedence.iter().position(|class| class.contains(kind));
    let plan = |(kind, window): (String, Span)| {
        let (minimum_age, class) = (ages.get(&kind).copied(), class(&kind).unwrap_or_default());
        KindPlan { kind, window, minimum_age, class }
    };
    windows.into_iter().map(plan).collect()
}

/// The problem of naming a kind that never counts.
fn without_window(attribution: &Attribution, kind: &str, path: Pointer) -> Problems {
    let mut problems = Problems::default();
    if !attribution.windows.contains_key(kind) {
        let hint = match nearest(kind, attribution.windows.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add `attribution.windows.{kind}`, or remove it here"),
        };
        let message = format!("`{}` has no window, so it never counts", shape::short(kind));
        problems.push(Problem::new(Code::AttributionNoWindow, path, message, hint));
    }
    problems
}

fn check_precedence(attribution: &Attribution, path: &Pointer, problems: &mut Problems) {
    if attribution.precedence.is_empty() {
        return;
    }
    let path = path.key("precedence");
    let mut seen = HashSet::new();
    for (class, kinds) in attribution.precedence.iter().enumerate() {
        for (index, kind) in kinds.iter().enumerate() {
            let path = path.index(class).index(index);
            problems.extend(without_window(attribution, kind, path.clone()));
            if !seen.insert(kind) {
                let message = format!("`{}` stands twice in the precedence", shape::short(kind));
                problems.push(Problem::new(Code::AttributionUnranked, path, message, "keep it in one class"));
            }
        }
    }
    for kind in attribution.windows.keys().filter(|kind| !seen.contains(kind)) {
        let message = format!("`{}` has a window but no place in the precedence", shape::short(kind));
        let hint = format!("add `{kind}` to a class: a declared precedence ranks every kind that counts");
        problems.push(Problem::new(Code::AttributionUnranked, path.clone(), message, hint));
    }
}

fn terms_plan(terms: &TouchTerms, reading: Reading<'_>, path: &Pointer, problems: &mut Problems) -> TermsPlan {
    let touch = Condition::compile_touch(&terms.touch, reading, &path.key("touch"));
    let affiliate = Condition::compile_affiliate(&terms.affiliate, reading, &path.key("affiliate"), problems);
    let mut span = |text: Option<&WindowText>, key: &str| {
        text.and_then(|text| keep(shape::window(text.as_str(), &path.key(key)), problems))
    };
    let (window, minimum_age) =
        (span(terms.window.as_ref(), "window"), span(terms.minimum_age.as_ref(), "minimum_age"));
    let last_takes = terms.last_takes.as_ref();
    let last_takes = last_takes.and_then(|text| keep(part(text, &path.key("last_takes")), problems));
    TermsPlan { touch, affiliate, window, minimum_age, last_takes }
}

/// A percentage of a whole.
fn part(text: &PercentText, path: &Pointer) -> Result<Rate, Problem> {
    let rate = shape::percent(text.as_str(), path)?;
    if rate <= Rate::WHOLE {
        return Ok(rate);
    }
    let message = format!("`{}` percent is more than all of it", shape::short(text.as_str()));
    Err(Problem::new(Code::RateLimit, path.clone(), message, "write a percentage from 0 to 100"))
}

fn cart_add(attribution: &Attribution, path: &Pointer, problems: &mut Problems) -> Option<CartAddPlan> {
    let cart_add = attribution.cart_add.as_ref()?;
    let path = path.key("cart_add");
    if attribution.windows.contains_key(&cart_add.kind) {
        let message = format!("`{}` has a window as a touch as well", shape::short(&cart_add.kind));
        let hint = "give cart events a kind of their own: they keep touches alive, and earn nothing themselves";
        problems.push(Problem::new(Code::AttributionCartAdd, path.key("kind"), message, hint));
    }
    let window = keep(shape::window(cart_add.window.as_str(), &path.key("window")), problems)?;
    Some(CartAddPlan { kind: cart_add.kind.clone(), window })
}

fn bond(attribution: &Attribution, path: &Pointer, problems: &mut Problems) -> Option<BondPlan> {
    let bond = attribution.bond.as_ref()?;
    let path = path.key("bond");
    let takes = attribution.terms.iter().any(|terms| terms.last_takes.is_some());
    let single = match attribution.model {
        Model::Last => true,
        Model::First => !takes,
        _ => false,
    };
    if !single {
        let hint = "remove the bond, or use the model `last` or `first`: a customer stays with one affiliate";
        let message = "a bond under a model that credits several affiliates";
        problems.push(Problem::new(Code::AttributionBond, path.clone(), message, hint));
    }
    let lasts = keep(term(&bond.lasts, &path.key("lasts")), problems)?;
    Some(BondPlan { lasts, wins: bond.wins })
}

/// A length, or none for life.
fn term(text: &TermText, path: &Pointer) -> Result<Option<Span>, Problem> {
    if text.as_str() == "life" {
        return Ok(None);
    }
    shape::window(text.as_str(), path).map(Some).map_err(|problem| {
        let hint = "write a length such as \"365d\" or \"1y\", or \"life\"";
        Problem::new(problem.code(), path.clone(), problem.message(), hint)
    })
}

fn assists(attribution: &Attribution, path: &Pointer, problems: &mut Problems) -> Option<AssistsPlan> {
    let assists = attribution.assists.as_ref()?;
    let percent = keep(part(&assists.percent, &path.key("assists").key("percent")), problems)?;
    Some(AssistsPlan { percent, to: assists.to })
}

fn model(attribution: &Attribution, path: &Pointer, problems: &mut Problems) -> Option<ModelPlan> {
    let model = attribution.model;
    let keys = [
        (attribution.per == LinearPer::Affiliate, Model::Linear, "per"),
        (attribution.position.is_some(), Model::Position, "position"),
        (attribution.half_life.is_some(), Model::TimeDecay, "half_life"),
        (!attribution.credits.is_empty(), Model::Custom, "credits"),
    ];
    for (_, of, key) in keys.into_iter().filter(|(given, of, _)| *given && *of != model) {
        let message = format!("`{key}` belongs to the model `{}`", word(of));
        let hint = format!("remove `{key}`, or write `model = \"{}\"`", word(of));
        problems.push(Problem::new(Code::AttributionModel, path.key(key), message, hint));
    }
    let mut missing = |key: &str, example: &str| {
        let message = format!("the model `{}` needs `{key}`", word(model));
        let hint = format!("add `{key}`, such as `{key} = {example}`");
        problems.push(Problem::new(Code::AttributionModel, path.clone(), message, hint));
        None
    };
    match model {
        Model::Last => Some(ModelPlan::Last),
        Model::First => Some(ModelPlan::First),
        Model::Linear => Some(ModelPlan::Linear(attribution.per)),
        Model::Position => match &attribution.position {
            None => missing("position", "\"u\""),
            Some(Position::Shape(shape)) => Some(ModelPlan::Position(well_known(*shape))),
            Some(Position::Shares(shares)) => {
                position(shares, &path.key("position"), problems).map(ModelPlan::Position)
            }
        },
        Model::TimeDecay => match &attribution.half_life {
            None => missing("half_life", "\"7d\""),
            Some(text) => keep(half_life(text, &path.key("half_life")), problems)
                .map(|half_life| ModelPlan::TimeDecay { half_life }),
        },
        Model::Custom if attribution.credits.is_empty() => missing("credits", "[\"10\", \"30\", \"60\"]"),
        Model::Custom => custom(&attribution.credits, &path.key("credits"), problems).map(ModelPlan::Custom),
    }
}

fn word(model: Model) -> &'static str {
    match model {
        Model::Last => "last",
        Model::First => "first",
        Model::Linear => "linear",
        Model::Position => "position",
        Model::TimeDecay => "time_decay",
        Model::Custom => "custom",
    }
}

fn well_known(shape: PositionShape) -> PositionPlan {
    let ends = |first, last| PositionPlan { first: Some(first), last: Some(last), rest: 20, ..PositionPlan::default() };
    match shape {
        PositionShape::U => ends(40, 40),
        PositionShape::J => ends(20, 60),
        PositionShape::InverseJ => ends(60, 20),
        PositionShape::W => {
            let third = Some(30);
            PositionPlan { first: third, middle: third, last: third, rest: 10, rest_to: RestTo::Others }
        }
    }
}

fn position(shares: &PositionShares, path: &Pointer, problems: &mut Problems) -> Option<PositionPlan> {
    let mut read = |text: &Option<PercentText>, key: &str| match text {
        None => Some(None),
        Some(text) => keep(weight(text, &path.key(key)), problems).map(Some),
    };
    let (first, middle) = (read(&shares.first, "first"), read(&shares.middle, "middle"));
    let (last, rest) = (read(&shares.last, "last"), read(&shares.rest, "rest"));
    let (first, middle, last, rest) = (first?, middle?, last?, rest?);
    if [first, middle, last, rest].into_iter().flatten().all(|share| share == 0) {
        problems.push(nothing("position", path.clone()));
        return None;
    }
    Some(PositionPlan { first, middle, last, rest: rest.unwrap_or_default(), rest_to: shares.rest_to })
}

fn custom(credits: &[PercentText], path: &Pointer, problems: &mut Problems) -> Option<Vec<u128>> {
    let read = |(at, text)| keep(weight(text, &path.index(at)), problems);
    let read: Vec<Option<u128>> = credits.iter().enumerate().map(read).collect();
    let weights: Vec<u128> = read.into_iter().collect::<Option<_>>()?;
    if weights.iter().all(|weight| *weight == 0) {
        problems.push(nothing("credits", path.clone()));
        return None;
    }
    Some(weights)
}

fn weight(text: &PercentText, path: &Pointer) -> Result<u128, Problem> {
    shape::percent(text.as_str(), path).map(|rate| u128::from(rate.units().unsigned_abs()))
}

/// The problem of shares of which no touch could ever get any.
fn nothing(key: &str, path: Pointer) -> Problem {
    let hint = "give at least one of them a share above zero";
    Problem::new(Code::AttributionModel, path, format!("the shares in `{key}` are all zero"), hint)
}

fn half_life(text: &WindowText, path: &Pointer) -> Result<u64, Problem> {
    let span = shape::window(text.as_str(), path)?;
    span.fixed_micros().and_then(|micros| u64::try_from(micros).ok()).ok_or_else(|| {
        let message = format!("`{span}` is not always equally long");
        Problem::new(Code::AttributionModel, path.clone(), message, "write it in days or weeks, such as \"30d\"")
    })
}
