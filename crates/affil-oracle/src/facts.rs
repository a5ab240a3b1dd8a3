//! Section "Facts": reading, the same fact twice, the canonical order, and what refers to nothing.
//!
//! Must never know a rate or a rule.

use crate::Refusal;
use crate::exact::{Exact, Number, whole};
use crate::program::{Program, UnknownAffiliates};
use crate::time::{Instant, instant};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Facts {
    pub(crate) affiliates: Vec<Affiliate>,
    pub(crate) touches: Vec<Touch>,
    pub(crate) orders: Vec<Order>,
    pub(crate) refunds: Vec<Refund>,
    pub(crate) adjustments: Vec<Adjustment>,
}

// Equality is what "the same content" means: numbers by value, instants, groups as sets.

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Affiliate {
    pub(crate) id: String,
    #[serde(default = "yes")]
    pub(crate) active: bool,
    #[serde(default)]
    pub(crate) groups: BTreeSet<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Touch {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) customer: String,
    pub(crate) affiliate: String,
    #[serde(default = "click")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) channel: Option<String>,
    #[serde(default)]
    pub(crate) order: Option<String>,
}

fn click() -> String {
    "click".to_owned()
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Line {
    /// Empty only while reading.
    #[serde(default)]
    id: Option<String>,
    pub(crate) amount: Number,
    #[serde(default = "one")]
    pub(crate) quantity: u32,
    #[serde(default)]
    pub(crate) sku: Option<String>,
    #[serde(default)]
    pub(crate) category: Option<String>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Line {
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

fn one() -> u32 {
    1
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) customer: String,
    /// Empty only while reading.
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    pub(crate) country: Option<String>,
    #[serde(default)]
    pub(crate) new_customer: Option<bool>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) lines: Vec<Line>,
}

impl Order {
    pub(crate) fn amount(&self) -> Exact {
        self.lines.iter().fold(whole(0), |sum, line| sum + &line.amount.0)
    }
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Refund {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) order: String,
    #[serde(default)]
    pub(crate) line: Option<String>,
    #[serde(default)]
    pub(crate) amount: Option<Number>,
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Adjustment {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) affiliate: String,
    pub(crate) amount: Number,
    /// Not needed for a settlement, but part of the content of the fact.
    reason: String,
}

impl Facts {
    pub(crate) fn affiliate(&self, id: &str) -> Option<&Affiliate> {
        self.affiliates.iter().find(|affiliate| affiliate.id == id)
    }
}

/// Reads facts, keeps each once, puts them into the canonical order and refuses what refers to nothing.
pub(crate) fn read(program: &Program, json: &str) -> Result<Facts, Refusal> {
    let mut facts: Facts = serde_json::from_str(json).map_err(|error| Refusal::invalid(&error))?;
    write_out_defaults(program, &mut facts);

    let mut codes = BTreeSet::new();
    let facts = Facts {
        affiliates: each_once(facts.affiliates, |fact| &fact.id, &mut codes),
        touches: each_once(facts.touches, |fact| &fact.id, &mut codes),
        orders: each_once(facts.orders, |fact| &fact.id, &mut codes),
        refunds: each_once(facts.refunds, |fact| &fact.id, &mut codes),
        adjustments: each_once(facts.adjustments, |fact| &fact.id, &mut codes),
    };
    if !codes.is_empty() {
        // With two contents for one id, what the other facts refer to is not settled.
        return Err(Refusal::of(codes));
    }
    let facts = in_canonical_order(facts);
    check(program, &facts, &mut codes);
    if codes.is_empty() { Ok(facts) } else { Err(Refusal::of(codes)) }
}

/// What a document leaves out is the same as its default written out.
fn write_out_defaults(program: &Program, facts: &mut Facts) {
    for order in &mut facts.orders {
        if order.currency.is_none() {
            order.currency = Some(program.currency.clone());
        }
        for (index, line) in order.lines.iter_mut().enumerate() {
            if line.id.is_none() {
                line.id = Some((index + 1).to_string());
            }
        }
    }
}

fn each_once<F: PartialEq>(facts: Vec<F>, id: fn(&F) -> &String, codes: &mut BTreeSet<String>) -> Vec<F> {
    let mut kept: Vec<F> = Vec::new();
    for fact in facts {
        match kept.iter().find(|other| id(other) == id(&fact)) {
            None => kept.push(fact),
            Some(other) if *other == fact => {}
            Some(_) => {
                codes.insert("fact.conflict".to_owned());
            }
        }
    }
    kept
}

fn in_canonical_order(mut facts: Facts) -> Facts {
    facts.touches.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    facts.orders.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    facts.refunds.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    facts.adjustments.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    facts
}

fn check(program: &Program, facts: &Facts, codes: &mut BTreeSet<String>) {
    let mut refuse = |code: &str| {
        codes.insert(code.to_owned());
    };
    for order in &facts.orders {
        if order.currency.as_ref() != Some(&program.currency) {
            refuse("currency.no_quote");
        }
    }
    let touching = facts.touches.iter().map(|touch| &touch.affiliate);
    let adjusted = facts.adjustments.iter().map(|adjustment| &adjustment.affiliate);
    for affiliate in touching.chain(adjusted) {
        let unknown = facts.affiliate(affiliate).is_none();
        if unknown && program.unknown_affiliates == UnknownAffiliates::Refuse {
            refuse("affiliate.unknown");
        }
    }
    for refund in &facts.refunds {
        let Some(order) = facts.orders.iter().find(|order| order.id == refund.order) else {
            refuse("order.unknown");
            continue;
        };
        if refund.at < order.at {
            refuse("refund.before_order");
        }
        match &refund.line {
            Some(id) if !order.lines.iter().any(|line| line.id() == id) => refuse("line.unknown"),
            None if refund.amount.is_some() && order.lines.len() != 1 => {
                refuse("refund.line_needed");
            }
            _ => {}
        }
    }
    if crate::refunds::exceeds(program, facts) {
        refuse("refund.exceeds_line");
    }
}
