//! Section "Facts": reading, the same fact twice, and what refers to nothing.
//!
//! Must never know what anything pays.

use crate::currency::rate;
use crate::facts::{Affiliate, Facts, Line, Refund, Review, limit};
use crate::program::{Program, UnknownAffiliates};
use crate::stamps::{self, Stamped};
use crate::{Refusal, lifecycle, payouts};
use std::collections::BTreeSet;

/// Reads facts and keeps each once, those that others replace included; refuses what cannot be told apart.
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
        reviews: each_once(facts.reviews, |fact| fact.id.clone(), &mut codes),
        payouts: each_once(facts.payouts, |fact| fact.id.clone(), &mut codes),
        confirmations: each_once(facts.confirmations, |fact| fact.id.clone(), &mut codes),
        quotes: each_once(facts.quotes, |fact| (fact.from.clone(), fact.to.clone(), fact.date), &mut codes),
        until: facts.until,
    };
    if stamps::is_known_early(&facts) {
        codes.insert("fact.known_early".to_owned());
    }
    if !codes.is_empty() {
        // With two contents for one id, what the other facts refer to is not settled.
        return Err(Refusal::of(codes));
    }
    if stamps::is_replaced_wrongly(&facts) {
        return Err(Refusal::of(["fact.replaces".to_owned()].into()));
    }
    Ok(facts)
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
    for payout in &mut facts.payouts {
        let currency = payout.currency.get_or_insert_with(|| program.currency.clone());
        if *currency == program.currency && payout.paid.is_none() {
            payout.paid = Some(payout.transfer.clone());
        }
    }
    known_from_the_first(&mut facts.touches);
    known_from_the_first(&mut facts.orders);
    known_from_the_first(&mut facts.refunds);
    known_from_the_first(&mut facts.adjustments);
    known_from_the_first(&mut facts.reviews);
    known_from_the_first(&mut facts.payouts);
    known_from_the_first(&mut facts.confirmations);
}

fn known_from_the_first<F: Stamped>(facts: &mut [F]) {
    for fact in facts {
        let at = fact.at();
        fact.stamp_mut().known.get_or_insert(at);
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

/// Refuses what refers to nothing, or does not fit to what it refers to, among the facts that there are.
pub(crate) fn check(program: &Program, facts: &Facts) -> Result<(), Refusal> {
    let mut codes = BTreeSet::new();
    look_through(program, facts, &mut codes);
    if codes.is_empty() { Ok(()) } else { Err(Refusal::of(codes)) }
}

fn look_through(program: &Program, facts: &Facts, codes: &mut BTreeSet<String>) {
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
    let paid_out = facts.payouts.iter().map(|payout| &payout.affiliate);
    let recruiting = facts.affiliates.iter().filter_map(|affiliate| affiliate.recruiter.as_ref());
    let parties = program.rules.iter().flat_map(|rule| &rule.pay.share).filter_map(|party| party.affiliate.as_ref());
    for affiliate in touching.chain(adjusted).chain(paid_out).chain(recruiting).chain(parties) {
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
    for review in &facts.reviews {
        check_review(facts, review, &mut refuse);
    }
    codes.extend(lifecycle::refused(program, facts));
    codes.extend(payouts::refused(program, facts));
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

fn check_review(facts: &Facts, review: &Review, refuse: &mut impl FnMut(&str)) {
    if review.line.is_some() && review.orders.len() > 1 {
        return refuse("review.line");
    }
    for named in &review.orders {
        let Some(order) = facts.orders.iter().find(|order| order.id == *named) else {
            refuse("order.unknown");
            continue;
        };
        if review.at < order.at {
            refuse("review.before_order");
        }
        if review.line.as_ref().is_some_and(|id| !order.lines.iter().any(|line| line.id() == id)) {
            refuse("line.unknown");
        }
    }
}
