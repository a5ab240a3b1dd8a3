//! Section 1: which touch an order is credited to, and why to none.
//!
//! Must never know what a sale pays.

use crate::facts::{Facts, Order, Touch};
use crate::program::{Model, Program};
use crate::time::window_end;

/// For each order, in the canonical order: the touch that earned it, or the reason why none did.
pub(crate) fn credit<'f>(program: &Program, facts: &'f Facts) -> Vec<Result<&'f Touch, &'static str>> {
    facts.orders.iter().map(|order| credit_order(program, facts, order)).collect()
}

fn credit_order<'f>(program: &Program, facts: &'f Facts, order: &Order) -> Result<&'f Touch, &'static str> {
    let eligible: Vec<&Touch> = facts
        .touches
        .iter()
        .filter(|touch| touch.customer == order.customer)
        .filter(|touch| touch.at <= order.at)
        .filter(|touch| why_not(program, facts, order, touch).is_none())
        .collect();
    let strongest = eligible.iter().map(|touch| class(program, touch)).min();
    let mut competing = eligible.into_iter().filter(|touch| Some(class(program, touch)) == strongest);
    let winner = match program.attribution.model {
        Model::First => competing.next(),
        Model::Last => competing.next_back(),
    };
    winner.ok_or_else(|| reason(program, facts, order))
}

/// The first thing that keeps a touch of the customer, at or before the order, from being eligible.
fn why_not(program: &Program, facts: &Facts, order: &Order, touch: &Touch) -> Option<&'static str> {
    let exclude = program.attribution.exclude.as_ref();
    let excluded_affiliates = exclude.and_then(|exclude| exclude.affiliate.as_ref());
    let excluded_channels = exclude.and_then(|exclude| exclude.channel.as_ref());

    if touch.order.as_ref().is_some_and(|bound| *bound != order.id) {
        return Some("other_order");
    }
    let Some(window) = program.attribution.windows.get(&touch.kind) else {
        return Some("kind_not_counted");
    };
    if excluded_affiliates.is_some_and(|texts| texts.contains(&touch.affiliate)) {
        return Some("excluded_affiliate");
    }
    if let (Some(texts), Some(channel)) = (excluded_channels, &touch.channel)
        && texts.contains(channel)
    {
        return Some("excluded_channel");
    }
    // An affiliate that no fact introduces is active, where the program accepts it at all.
    if facts.affiliate(&touch.affiliate).is_some_and(|affiliate| !affiliate.active) {
        return Some("affiliate_inactive");
    }
    if order.at >= window_end(touch.at, window, program.zone) {
        return Some("outside_window");
    }
    None
}

/// The rank of a touch's class; a kind that no class names comes after all that are named.
fn class(program: &Program, touch: &Touch) -> usize {
    let classes = &program.attribution.precedence;
    classes.iter().position(|kinds| kinds.contains(&touch.kind)).unwrap_or(classes.len())
}

fn reason(program: &Program, facts: &Facts, order: &Order) -> &'static str {
    let last = facts.touches.iter().rfind(|touch| touch.customer == order.customer && touch.at <= order.at);
    last.map_or("no_touch", |touch| {
        why_not(program, facts, order, touch).expect("the last touch of an unattributed order is not eligible")
    })
}

/// Whether an order is one of a new customer.
pub(crate) fn is_of_new_customer(facts: &Facts, order: &Order) -> bool {
    order.new_customer.unwrap_or_else(|| {
        let first = facts.orders.iter().find(|other| other.customer == order.customer);
        first.is_some_and(|first| first.id == order.id)
    })
}
