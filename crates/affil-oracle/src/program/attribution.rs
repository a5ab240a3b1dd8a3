//! `attribution` of a program document.
//!
//! Must never know a fact.

use super::{AffiliateWhen, Texts, TouchWhen};
use crate::exact::Number;
use crate::time::Window;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(crate) struct Attribution {
    #[serde(default)]
    pub(crate) model: Model,
    #[serde(default)]
    pub(crate) per: LinearPer,
    #[serde(default)]
    pub(crate) position: Option<Position>,
    #[serde(default)]
    pub(crate) half_life: Option<Window>,
    #[serde(default)]
    pub(crate) credits: Vec<Number>,
    pub(crate) windows: BTreeMap<String, Window>,
    #[serde(default = "closed")]
    pub(crate) near_end: WindowEnd,
    #[serde(default = "open")]
    pub(crate) far_end: WindowEnd,
    #[serde(default)]
    pub(crate) minimum_age: BTreeMap<String, Window>,
    #[serde(default)]
    pub(crate) terms: Vec<TouchTerms>,
    #[serde(default)]
    pub(crate) precedence: Vec<Vec<String>>,
    #[serde(default)]
    pub(crate) source_stays: bool,
    #[serde(default)]
    pub(crate) except: Option<Texts>,
    #[serde(default)]
    pub(crate) exclude: Option<TouchExclusion>,
    #[serde(default)]
    pub(crate) deduplicate: Option<Texts>,
    #[serde(default)]
    pub(crate) self_referral: SelfReferral,
    #[serde(default)]
    pub(crate) fallback: Fallback,
    #[serde(default)]
    pub(crate) ties: Ties,
    #[serde(default)]
    pub(crate) cart_add: Option<CartAdd>,
    #[serde(default)]
    pub(crate) bond: Option<Bond>,
    #[serde(default)]
    pub(crate) subscriptions: SubscriptionCredit,
    #[serde(default)]
    pub(crate) assists: Option<Assists>,
}

fn closed() -> WindowEnd {
    WindowEnd::Closed
}

fn open() -> WindowEnd {
    WindowEnd::Open
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Model {
    #[default]
    Last,
    First,
    Linear,
    Position,
    TimeDecay,
    Custom,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinearPer {
    #[default]
    Touch,
    Affiliate,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Position {
    Shape(Shape),
    Shares(Box<Places>),
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    U,
    J,
    InverseJ,
    W,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(crate) struct Places {
    pub(crate) first: Option<Number>,
    pub(crate) middle: Option<Number>,
    pub(crate) last: Option<Number>,
    pub(crate) rest: Option<Number>,
    pub(crate) rest_to: RestTo,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RestTo {
    #[default]
    Others,
    All,
}

impl Position {
    /// The shares, those of a well-known shape written out.
    pub(crate) fn places(&self) -> Places {
        let (first, middle, last, rest) = match self {
            Self::Shares(places) => return (**places).clone(),
            Self::Shape(Shape::U) => (40, None, 40, 20),
            Self::Shape(Shape::J) => (20, None, 60, 20),
            Self::Shape(Shape::InverseJ) => (60, None, 20, 20),
            Self::Shape(Shape::W) => (30, Some(30), 30, 10),
        };
        Places {
            first: Some(Number::from(first)),
            middle: middle.map(Number::from),
            last: Some(Number::from(last)),
            rest: Some(Number::from(rest)),
            rest_to: RestTo::Others,
        }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WindowEnd {
    Closed,
    Open,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fallback {
    #[default]
    Next,
    Nobody,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ties {
    #[default]
    GreaterId,
    SmallerId,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SelfReferral {
    #[default]
    Refuse,
    Allow,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubscriptionCredit {
    #[default]
    FirstCharge,
    EachCharge,
}

#[derive(Deserialize)]
pub(crate) struct Bond {
    pub(crate) lasts: Term,
    #[serde(default)]
    pub(crate) wins: BondWins,
}

/// A length of time, or `life`.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Term {
    Life,
    Window(Window),
}

impl TryFrom<String> for Term {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "life" { Ok(Self::Life) } else { Window::try_from(text).map(Self::Window) }
    }
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BondWins {
    #[default]
    Always,
    WithoutTouch,
}

#[derive(Deserialize)]
pub(crate) struct CartAdd {
    pub(crate) kind: String,
    pub(crate) window: Window,
}

#[derive(Deserialize)]
pub(crate) struct Assists {
    pub(crate) percent: Number,
    #[serde(default)]
    pub(crate) to: AssistTo,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssistTo {
    #[default]
    Each,
    Shared,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TouchTerms {
    pub(crate) touch: TouchWhen,
    pub(crate) affiliate: AffiliateWhen,
    pub(crate) window: Option<Window>,
    pub(crate) minimum_age: Option<Window>,
    pub(crate) last_takes: Option<Number>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TouchExclusion {
    pub(crate) channel: Option<Texts>,
    pub(crate) affiliate: Option<Texts>,
}
