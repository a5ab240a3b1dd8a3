//! Section "Facts": what happened, and the plain questions that are asked of it.
//!
//! Must never know a rate or a rule.

use crate::currency::{convert, scale};
use crate::exact::{Exact, Number, sum, whole};
use crate::program::{Payer, Program, Treatment};
use crate::stamps::Stamp;
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
    pub(crate) reviews: Vec<Review>,
    pub(crate) payouts: Vec<Payout>,
    pub(crate) confirmations: Vec<Confirmation>,
    #[serde(deserialize_with = "maybe_instant")]
    pub(crate) until: Option<Instant>,
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

#[derive(Deserialize, PartialEq, Clone)]
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
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

fn click() -> String {
    "click".to_owned()
}

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Line {
    /// Empty only while reading.
    #[serde(default)]
    pub(crate) id: Option<String>,
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
    pub(crate) fn of_action() -> Self {
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

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Order {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) customer: String,
    /// Empty only while reading.
    #[serde(default)]
    pub(crate) currency: Option<String>,
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
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

impl Order {
    pub(crate) fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or_default()
    }
}

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Refund {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) order: String,
    #[serde(default)]
    pub(crate) line: Option<String>,
    #[serde(default)]
    pub(crate) amount: Option<Number>,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Adjustment {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) affiliate: String,
    pub(crate) amount: Number,
    /// Not needed for a settlement, but part of the content of the fact.
    reason: String,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Quote {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) date: Day,
    pub(crate) rate: Number,
}

/// What somebody decided on the lines of some orders.
#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Review {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) orders: Vec<String>,
    #[serde(default)]
    pub(crate) line: Option<String>,
    pub(crate) decision: ReviewDecision,
    #[serde(default)]
    pub(crate) dispute: Option<String>,
    /// Neither is needed for a settlement, but both are part of the content of the fact.
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    note: Option<String>,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewDecision {
    Approve,
    Decline,
    Hold,
    Release,
    Extend,
}

/// What was taken from the balance of an affiliate. Amounts but `paid` are in the program's currency.
#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Payout {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) affiliate: String,
    pub(crate) earned: Number,
    #[serde(default = "nothing")]
    pub(crate) released: Number,
    #[serde(default = "nothing")]
    pub(crate) reserve: Number,
    #[serde(default, deserialize_with = "maybe_instant")]
    pub(crate) release: Option<Instant>,
    #[serde(default)]
    pub(crate) treatment: Treatment,
    #[serde(default = "nothing")]
    pub(crate) vat: Number,
    #[serde(default = "nothing")]
    pub(crate) withholding: Number,
    #[serde(default = "nothing")]
    pub(crate) fee: Number,
    #[serde(default)]
    pub(crate) fee_payer: Payer,
    pub(crate) transfer: Number,
    /// Empty only while reading.
    #[serde(default)]
    pub(crate) currency: Option<String>,
    /// Not needed for a settlement, but part of the content of the fact.
    #[serde(default)]
    rate: Option<Number>,
    /// In `currency`; empty only while reading, or where another currency was paid and nobody says how much.
    #[serde(default)]
    pub(crate) paid: Option<Number>,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

fn nothing() -> Number {
    Number::from(0)
}

/// What became of a payout.
#[derive(Deserialize, PartialEq, Clone)]
pub(crate) struct Confirmation {
    pub(crate) id: String,
    #[serde(deserialize_with = "instant")]
    pub(crate) at: Instant,
    pub(crate) payout: String,
    pub(crate) outcome: Outcome,
    /// Not needed for a settlement, but part of the content of the fact.
    #[serde(default)]
    note: Option<String>,
    #[serde(flatten)]
    pub(crate) stamp: Stamp,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Paid,
    Failed,
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
        let reviews = self.reviews.iter().map(|fact| fact.at);
        let payouts = self.payouts.iter().map(|fact| fact.at);
        let confirmations = self.confirmations.iter().map(|fact| fact.at);
        let sales = touches.chain(orders).chain(refunds).chain(adjustments);
        self.until.or_else(|| sales.chain(reviews).chain(payouts).chain(confirmations).max())
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
