//! Orders that one affiliate won while another one was there at nearly the same time.
//!
//! This module must never decide who wins.

use std::collections::HashMap;

use super::watch::Reading;
use super::{Risk, RiskKind, Scene, risk};
use crate::attribute::Share;
use crate::facts::{Order, Sym, Touch};
use crate::time::age_words;

/// A touch that lost, the one that won, and how long they are apart.
#[derive(Clone, Copy)]
struct Pair<'a> {
    lost: &'a Touch,
    won: &'a Touch,
    apart: u64,
}

pub(super) fn risks(scene: &Scene<'_>, reading: &Reading<'_>) -> Vec<Risk> {
    let facts = scene.run.batch.facts;
    let mut touches: HashMap<Sym, Vec<&Touch>> = HashMap::new();
    for touch in facts.touches.rows.iter().filter(|touch| !touch.affiliate.is_none()) {
        touches.entry(touch.customer).or_default().push(touch);
    }
    let together = reading.together.fixed_micros().unwrap_or_default().unsigned_abs();
    let mut risks = Vec::new();
    for (order, credit) in facts.orders.rows.iter().zip(&scene.run.credits) {
        let Some(touches) = touches.get(&order.customer).filter(|_| scene.is_open(order.at)) else { continue };
        for (loser, pair) in closest(scene, order, credit.shares(), touches) {
            if pair.apart <= together {
                risks.push(told(scene, order, loser, pair, together));
            }
        }
    }
    risks
}

/// For each affiliate that was not credited, its touch that is closest to one that was.
fn closest<'a>(scene: &Scene<'a>, order: &Order, shares: &[Share], touches: &[&'a Touch]) -> HashMap<Sym, Pair<'a>> {
    let mut pairs: HashMap<Sym, Pair<'a>> = HashMap::new();
    let before =
        touches.iter().filter(|touch| touch.at <= order.at && (touch.order.is_none() || touch.order == order.id));
    for lost in before.filter(|touch| shares.iter().all(|share| share.affiliate != touch.affiliate)) {
        for share in shares {
            let Some(won) = scene.run.batch.facts.touches.rows.get(share.touch) else { continue };
            let pair = Pair { lost, won, apart: lost.at.micros_since(won.at).unsigned_abs() };
            let known = pairs.entry(lost.affiliate).or_insert(pair);
            let key = |pair: &Pair<'_>| (pair.apart, pair.lost.at, scene.run.batch.facts.text(pair.lost.id).to_owned());
            if key(&pair) < key(known) {
                *known = pair;
            }
        }
    }
    pairs
}

fn told(scene: &Scene<'_>, order: &Order, loser: Sym, pair: Pair<'_>, together: u64) -> Risk {
    let facts = scene.run.batch.facts;
    let name = |touch: &Touch| format!("{} {}", facts.text(touch.kind), facts.text(touch.id));
    let (order, loser) = (facts.text(order.id), facts.text(loser));
    let apart = age_words(i64::try_from(pair.apart).unwrap_or(i64::MAX));
    let side = if pair.won.at < pair.lost.at { "before" } else { "after" };
    let seconds = |micros: u64| (micros / 1_000_000).to_string();
    Risk {
        order: Some(order.to_owned()),
        statistic: "seconds_apart",
        value: seconds(pair.apart),
        threshold: seconds(together),
        text: format!(
            "{order} was credited to {}, whose {} came {apart} {side} {} of {loser}",
            facts.text(pair.won.affiliate),
            name(pair.won),
            name(pair.lost)
        ),
        ..risk(RiskKind::TouchesClose, loser)
    }
}
