//! Lines that were declined without a reason: whoever is not told why, asks.
//!
//! This module must never decide what is declined.

use super::{Risk, RiskKind, Scene, risk};
use crate::lifecycle::Verdict;
use crate::settle::Reason;

pub(super) fn risks(scene: &Scene<'_>) -> Vec<Risk> {
    let (plan, run) = (scene.plan, scene.run);
    let (facts, reviews) = (run.batch.facts, &run.batch.reviews);
    let declined = run.unawarded.iter().filter(|unpaid| unpaid.reason == Reason::Declined);
    let told = declined.filter_map(|unpaid| {
        let order = (unpaid.order, run.batch.order(unpaid.order)?);
        let Verdict::Declined(by) = reviews.verdict(plan, facts, order, unpaid.line) else { return None };
        let review = by.and_then(|review| facts.reviews.rows.get(review));
        let (at, how) = match review {
            Some(review) if review.reason.is_some() => return None,
            Some(review) => (review.at, format!("by review {}", facts.text(review.id))),
            None => (reviews.lock(plan, order, unpaid.line)?, "when it locked, as nobody reviewed it".to_owned()),
        };
        let (order, line) = (facts.text(order.1.id), facts.text(facts.lines.get(unpaid.line)?.id));
        scene.is_open(at).then(|| Risk {
            order: Some(order.to_owned()),
            line: Some(line.to_owned()),
            statistic: "reasons",
            value: "0".to_owned(),
            threshold: "1".to_owned(),
            text: format!("line {line} of {order} was declined on {} {how}, without a reason", plan.zone.date(at)),
            ..risk(RiskKind::DeclinedWithoutReason, facts.text(unpaid.affiliate))
        })
    });
    told.collect()
}
