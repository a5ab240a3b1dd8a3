//! Disputes whose deadline is near, or has passed without the clock having acted.
//!
//! This module must never act in a dispute.

use super::watch::Reading;
use super::{Risk, RiskKind, Scene, risk};
use crate::dispute::{Actor, Dispute};
use crate::time::age_words;

pub(super) fn risks(scene: &Scene<'_>, reading: &Reading<'_>) -> Vec<Risk> {
    reading.disputes.iter().filter_map(|dispute| near(scene, reading, dispute)).collect()
}

fn near(scene: &Scene<'_>, reading: &Reading<'_>, dispute: &Dispute) -> Option<Risk> {
    let (deadline, actor) = (dispute.deadline()?, dispute.waits_for()?);
    if deadline > reading.near {
        return None;
    }
    let left = deadline.micros_since(scene.at);
    let (id, actor) = (dispute.id(), actor.as_str());
    let text = if left > 0 {
        format!("dispute {id}: the {actor} has {} left, until {deadline}", age_words(left))
    } else {
        format!("dispute {id}: the {actor} had time until {deadline}; now the {} may act", Actor::Clock.as_str())
    };
    let seconds = |micros: i64| micros.div_euclid(1_000_000).to_string();
    Some(Risk {
        order: Some(dispute.claim().order.as_str().to_owned()),
        line: dispute.claim().line.as_ref().map(|line| line.as_str().to_owned()),
        dispute: Some(id.to_owned()),
        statistic: "seconds_left",
        value: seconds(left),
        threshold: seconds(reading.near.micros_since(scene.at)),
        text,
        ..risk(RiskKind::DeadlineNear, dispute.claim().affiliate.as_str())
    })
}
