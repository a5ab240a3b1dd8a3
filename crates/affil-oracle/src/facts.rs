//! Section "Facts": reading, the same fact twice, the canonical order, and what refers to nothing.
//!
//! Must never know a rate or a rule.

use crate::Refusal;
use crate::currency::{convert, rate, scale};
use crate::exact::{Exact, Number, sum, whole};
use crate::program::{Program, UnknownAffiliates};
use crate::time::{Day, Instant, instant, maybe_instant};
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
    pub(crate) quotes: Vec<Quote>,
    #[serde(deserialize_with = "maybe_instant")]
    until: Option<Instant>,
}

// Equality is what "the same content" means: numbers by value, instants, groups and customers as sets.

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Affiliate {
    pub(crate) id: String,
    #[serde(default = "yes")]
    pub(crate) active: bool,
    #[serde(default)]
    pub(crate) groups: BTreeSet<String>,
    #[serde(default, deserialize_with = "maybe_instant")]
    pub(crate) joined: Option<Instant>,
    #[serde(default)]
    pub(crate) recruiter: Option<String>,
    #[serde(default)]
    pub(crate) customers: BTreeSet<String>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
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
    /// None: the house.
    #[serde(default)]
    pub(crate) affiliate: Option<String>,
    #[serde(default = "click")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) channel: Option<String>,
    #[serde(default)]
    pub(crate) order: Option<String>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
}

fn click() -> String {
    "click".to_owned()
}

#[derive(Deserialize, PartialEq)]
pub(crate) struct Line {
    /// Empty only while reading.
    #[serde(default)]
    id: Option<String>,
    /// In the order's currency, as given.
    pub(crate) amount: Number,
    #[serde(default = "one")]
    pub(crate) quantity: u32,
    #[serde(default)]
    pub(crate) sku: Option<String>,
    #[serde(default)]
    pub(crate) category: Option<String>,
    #[serde(default)]
    pub(crate) discount: Option<Number>,
    #[serde(default)]
    pub(crate) tax: Option<Number>,
    #[serde(default)]
    pub(crate) shipping: Option<Number>,
    #[serde(default)]
    pub(crate) cost: Option<Number>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Line {
    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// The one line that an action counts as.
    fn of_action() -> Self {
        Self {
            id: None,
            amount: Number::from(0),
            quantity: 1,
            sku: None,
            category: None,
            discount: None,
            tax: None,
            shipping: None,
            cost: None,
            attributes: BTreeMap::new(),
        }
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
    pub(crate) subscription: Option<String>,
    #[serde(default)]
    pub(crate) action: Option<String>,
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, String>,
    /// One line without anything for an action.
    #[serde(default)]
    pub(crate) lines: Vec<Line>,
}

impl Order {
    pub(crate) fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or_default()
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

#[derive(Deserialize, PartialEq)]
pub(crate) struct Quote {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) date: Day,
    pub(crate) rate: Number,
}

impl Facts {
    pub(crate) fn affiliate(&self, id: &str) -> Option<&Affiliate> {
        self.affiliates.iter().find(|affiliate| affiliate.id == id)
    }

    /// What an attribute says of an affiliate.
    pub(crate) fn attribute(&self, affiliate: &str, name: &str) -> Option<&String> {
        self.affiliate(affiliate)?.attributes.get(name)
    }

    /// The charges of an order's subscription, as positions in `orders`; none without a subscription.
    pub(crate) fn charges(&self, order: &Order) -> Option<Vec<usize>> {
        let subscription = order.subscription.as_ref()?;
        let belongs = |position: &usize| self.orders[*position].subscription.as_ref() == Some(subscription);
        Some((0..self.orders.len()).filter(belongs).collect())
    }

    /// The number of a charge among those of its subscription, from 1.
    pub(crate) fn charge_number(&self, order: &Order) -> Option<usize> {
        let charges = self.charges(order)?;
        charges.iter().position(|charge| self.orders[*charge].id == order.id).map(|position| position + 1)
    }

    /// The first charge of an order's subscription.
    pub(crate) fn first_charge(&self, order: &Order) -> Option<&Order> {
        Some(&self.orders[*self.charges(order)?.first()?])
    }

    /// `until`, or the greatest instant of a touch, order, refund or adjustment.
    pub(crate) fn end(&self) -> Option<Instant> {
        let touches = self.touches.iter().map(|fact| fact.at);
        let orders = self.orders.iter().map(|fact| fact.at);
        let refunds = self.refunds.iter().map(|fact| fact.at);
        let adjustments = self.adjustments.iter().map(|fact| fact.at);
        self.until.or_else(|| touches.chain(orders).chain(refunds).chain(adjustments).max())
    }

    /// A line's amount in minor units of the program's currency.
    pub(crate) fn line_amount(&self, program: &Program, order: &Order, line: usize) -> Exact {
        convert(program, self, order, &order.lines[line].amount.0)
    }

    /// An order's amount in minor units of the program's currency.
    pub(crate) fn order_amount(&self, program: &Program, order: &Order) -> Exact {
        let amounts: Vec<Exact> = (0..order.lines.len()).map(|line| self.line_amount(program, order, line)).collect();
        sum(&amounts)
    }
}

/// An amount in an affiliate's attribute, in minor units: a decimal that the program's currency can pay.
pub(crate) fn limit(program: &Program, text: &str) -> Option<Exact> {
    let amount = Number::try_from(text.to_owned()).ok()?.0 * scale(&program.currency);
    (amount.is_integer() && amount >= whole(0)).then_some(amount)
}

/// Reads facts, keeps each once, puts them into the canonical order and refuses what refers to nothing.
pub(crate) fn read(program: &Program, json: &str) -> Result<Facts, Refusal> {
    let mut facts: Facts = serde_json::from_str(json).map_err(|error| Refusal::invalid(&error))?;
    write_out_defaults(program, &mut facts);

    let mut codes = BTreeSet::new();
    let facts = Facts {
        affiliates: each_once(facts.affiliates, |fact| fact.id.clone(), &mut codes),
        touches: each_once(facts.touches, |fact| fact.id.clone(), &mut codes),
        orders: each_once(facts.orders, |fact| fact.id.clone(), &mut codes),
        refunds: each_once(facts.refunds, |fact| fact.id.clone(), &mut codes),
        adjustments: each_once(facts.adjustments, |fact| fact.id.clone(), &mut codes),
        quotes: each_once(facts.quotes, |fact| (fact.from.clone(), fact.to.clone(), fact.date), &mut codes),
        until: facts.until,
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
        if order.action.is_some() && order.lines.is_empty() {
            order.lines.push(Line::of_action());
        }
        for (index, line) in order.lines.iter_mut().enumerate() {
            if line.id.is_none() {
                line.id = Some((index + 1).to_string());
            }
        }
    }
}

fn each_once<F: PartialEq, I: PartialEq>(facts: Vec<F>, id: fn(&F) -> I, codes: &mut BTreeSet<String>) -> Vec<F> {
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
        if rate(program, facts, order).is_none() {
            refuse("currency.no_quote");
        }
    }
    let touching = facts.touches.iter().filter_map(|touch| touch.affiliate.as_ref());
    let adjusted = facts.adjustments.iter().map(|adjustment| &adjustment.affiliate);
    let recruiting = facts.affiliates.iter().filter_map(|affiliate| affiliate.recruiter.as_ref());
    let parties = program.rules.iter().flat_map(|rule| &rule.pay.share).filter_map(|party| party.affiliate.as_ref());
    for affiliate in touching.chain(adjusted).chain(recruiting).chain(parties) {
        let unknown = facts.affiliate(affiliate).is_none();
        if unknown && program.unknown_affiliates == UnknownAffiliates::Refuse {
            refuse("affiliate.unknown");
        }
    }
    for affiliate in &facts.affiliates {
        if is_in_a_circle(facts, affiliate) {
            refuse("affiliate.recruiting_cycle");
        }
        let mut own_limits = program.caps.iter().filter_map(|cap| affiliate.attributes.get(cap.attribute.as_ref()?));
        if own_limits.any(|text| limit(program, text).is_none()) {
            refuse("affiliate.attribute");
        }
    }
    for refund in &facts.refunds {
        check_refund(facts, refund, &mut refuse);
    }
    if crate::refunds::exceeds(program, facts) {
        refuse("refund.exceeds_line");
    }
}

/// Whether an affiliate is its own recruiter, or that of its recruiter, and so on.
fn is_in_a_circle(facts: &Facts, affiliate: &Affiliate) -> bool {
    let mut above = affiliate.recruiter.as_deref();
    // A way up that is longer than there are affiliates goes round in a circle, though perhaps not through this one.
    for _ in 0..facts.affiliates.len() {
        match above {
            Some(id) if id == affiliate.id => return true,
            Some(id) => above = facts.affiliate(id).and_then(|recruiter| recruiter.recruiter.as_deref()),
            None => return false,
        }
    }
    false
}

fn check_refund(facts: &Facts, refund: &Refund, refuse: &mut impl FnMut(&str)) {
    let Some(order) = facts.orders.iter().find(|order| order.id == refund.order) else {
        return refuse("order.unknown");
    };
    if refund.at < order.at {
        refuse("refund.before_order");
    }
    match &refund.line {
        Some(id) if !order.lines.iter().any(|line| line.id() == id) => refuse("line.unknown"),
        None if refund.amount.is_some() && order.lines.len() != 1 => refuse("refund.line_needed"),
        _ => {}
    }
}
