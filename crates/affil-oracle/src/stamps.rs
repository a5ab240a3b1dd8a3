//! Section 11: what was known when, what replaces what, and the facts as of an instant.
//!
//! Must never know what a fact is good for.

use crate::facts::{Adjustment, Confirmation, Facts, Order, Payout, Refund, Review, Touch};
use crate::time::{Instant, maybe_instant};
use serde::Deserialize;

/// What a fact says of itself as a record.
#[derive(Deserialize, PartialEq, Clone, Default)]
pub(crate) struct Stamp {
    /// Empty only while reading.
    #[serde(default, deserialize_with = "maybe_instant")]
    pub(crate) known: Option<Instant>,
    #[serde(default)]
    pub(crate) replaces: Option<String>,
}

/// A fact with an id, an instant and a stamp.
pub(crate) trait Stamped: Clone {
    fn id(&self) -> &str;
    fn at(&self) -> Instant;
    fn stamp(&self) -> &Stamp;
    fn stamp_mut(&mut self) -> &mut Stamp;

    /// When we learned it.
    fn known(&self) -> Instant {
        self.stamp().known.unwrap_or(self.at())
    }
}

macro_rules! stamped {
    ($($kind:ident)+) => {
        $(impl Stamped for $kind {
            fn id(&self) -> &str {
                &self.id
            }
            fn at(&self) -> Instant {
                self.at
            }
            fn stamp(&self) -> &Stamp {
                &self.stamp
            }
            fn stamp_mut(&mut self) -> &mut Stamp {
                &mut self.stamp
            }
        })+
    };
}
stamped! { Touch Order Refund Adjustment Review Payout Confirmation }

/// Whether any fact was known before it happened.
pub(crate) fn is_known_early(facts: &Facts) -> bool {
    fn any<F: Stamped>(facts: &[F]) -> bool {
        facts.iter().any(|fact| fact.known() < fact.at())
    }
    any(&facts.touches)
        || any(&facts.orders)
        || any(&facts.refunds)
        || any(&facts.adjustments)
        || any(&facts.reviews)
        || any(&facts.payouts)
        || any(&facts.confirmations)
}

/// Whether any fact replaces one that there is not, one that another replaces as well, or itself in the end.
pub(crate) fn is_replaced_wrongly(facts: &Facts) -> bool {
    fn any<F: Stamped>(facts: &[F]) -> bool {
        facts.iter().any(|fact| {
            let Some(replaced) = &fact.stamp().replaces else {
                return false;
            };
            let rivals = facts.iter().filter(|other| other.stamp().replaces.as_ref() == Some(replaced)).count();
            let exists = facts.iter().any(|other| other.id() == replaced);
            !exists || rivals > 1 || replaces_itself(facts, fact)
        })
    }
    any(&facts.touches) || any(&facts.orders) || any(&facts.refunds) || any(&facts.adjustments) || any(&facts.reviews)
}

fn replaces_itself<F: Stamped>(facts: &[F], fact: &F) -> bool {
    let mut replaced = fact.stamp().replaces.as_deref();
    // A chain that is longer than there are facts goes round in a circle, though perhaps not through this one.
    for _ in facts {
        match replaced {
            Some(id) if id == fact.id() => return true,
            Some(id) => {
                let earlier = facts.iter().find(|other| other.id() == id);
                replaced = earlier.and_then(|earlier| earlier.stamp().replaces.as_deref());
            }
            None => return false,
        }
    }
    false
}

/// Whether a fact had happened and was known as of an instant; without one, always.
fn is_known<F: Stamped>(fact: &F, at: Option<Instant>) -> bool {
    at.is_none_or(|at| fact.at() <= at && fact.known() <= at)
}

/// What replaces a fact, if it was known.
fn replacement<'f, F: Stamped>(facts: &'f [F], at: Option<Instant>, id: &str) -> Option<&'f F> {
    facts.iter().find(|fact| is_known(*fact, at) && fact.stamp().replaces.as_deref() == Some(id))
}

/// The facts of one kind that there are, in the canonical order.
fn those_there<F: Stamped>(facts: &[F], at: Option<Instant>) -> Vec<F> {
    let there = facts.iter().filter(|fact| is_known(*fact, at) && replacement(facts, at, fact.id()).is_none());
    let mut there: Vec<F> = there.cloned().collect();
    there.sort_by(|one, other| (one.at(), one.id()).cmp(&(other.at(), other.id())));
    there
}

/// The id of the fact that an id means: over however many replacements, the last one.
fn meant<F: Stamped>(facts: &[F], at: Option<Instant>, id: &str) -> String {
    replacement(facts, at, id).map_or_else(|| id.to_owned(), |fact| meant(facts, at, fact.id()))
}

/// Whether an id is that of a fact, or of one in its place, that is not there yet.
fn waits<F: Stamped>(facts: &[F], at: Option<Instant>, id: &str) -> bool {
    let meant = meant(facts, at, id);
    facts.iter().any(|fact| fact.id() == id) && !facts.iter().any(|fact| fact.id() == meant && is_known(fact, at))
}

/// The facts that there are, replacements done: as of an instant, or all of them.
pub(crate) fn there(all: &Facts, at: Option<Instant>) -> Facts {
    let order_meant = |id: &String| meant(&all.orders, at, id);
    let mut touches = those_there(&all.touches, at);
    for touch in &mut touches {
        touch.order = touch.order.as_ref().map(order_meant);
    }
    let mut refunds = those_there(&all.refunds, at);
    refunds.retain(|refund| !waits(&all.orders, at, &refund.order));
    for refund in &mut refunds {
        refund.order = order_meant(&refund.order);
    }
    let mut reviews = those_there(&all.reviews, at);
    for review in &mut reviews {
        review.orders.retain(|order| !waits(&all.orders, at, order));
        let mut orders: Vec<String> = Vec::new();
        for order in review.orders.iter().map(order_meant) {
            if !orders.contains(&order) {
                orders.push(order);
            }
        }
        review.orders = orders;
    }
    reviews.retain(|review| !review.orders.is_empty());
    let mut confirmations = those_there(&all.confirmations, at);
    confirmations.retain(|confirmation| !waits(&all.payouts, at, &confirmation.payout));
    Facts {
        affiliates: all.affiliates.clone(),
        touches,
        orders: those_there(&all.orders, at),
        refunds,
        adjustments: those_there(&all.adjustments, at),
        quotes: all.quotes.clone(),
        reviews,
        payouts: those_there(&all.payouts, at),
        confirmations,
        until: at.or(all.until),
    }
}
