//! How far a new fact reaches: what of a program, or of the facts added, makes how much be settled again.
//!
//! This module must never settle anything.

use crate::columns::Obstacle;
use crate::facts::{Dated, Facts, Mark, Sym, Table};
use crate::plan::Plan;
use crate::problem::Pointer;
use crate::program::{CapPer, Demotion, Exchange, Period, RoundAt};
use crate::statement::{counts_touches, joins_everybody};
use crate::time::Instant;

/// What is settled again for a new order, touch, refund or review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Again {
    /// What its customer bought: nothing else can come out otherwise.
    Customer,
    /// Every order of the affiliates who earn on what its customer bought, and of those they share an order with.
    Affiliate,
    /// Everything: the program joins all affiliates.
    Everything,
}

/// How far a new fact reaches under a plan, and which parts of the plan make it so.
///
/// Some facts reach further than others whatever the plan is; see [`Settled::everything`](crate::Settled).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// What is settled again.
    pub again: Again,
    /// Why it is not less, by place in the program.
    pub because: Vec<Obstacle>,
}

impl Reach {
    pub(super) fn of(plan: &Plan) -> Self {
        let at = |list: &str, index: usize| Pointer::root().key(list).index(index);
        let mut because = Vec::new();
        let mut found = |path: Pointer, what| because.push(Obstacle { path, what });
        for (index, cap) in plan.caps.iter().enumerate() {
            match cap.per {
                CapPer::Order | CapPer::Customer => {}
                CapPer::Affiliate => found(at("caps", index), "a cap over an affiliate's orders"),
                CapPer::Rule | CapPer::Program => found(at("caps", index), "a cap over everybody's orders"),
            }
        }
        for (index, ladder) in plan.ladders.iter().enumerate() {
            if ladder.period != Period::Order || ladder.rolling.is_some() {
                found(at("tiers", index), "a ladder over an affiliate's orders");
            }
        }
        for index in 0..plan.bonuses.len() {
            found(at("bonuses", index), "a bonus for an affiliate's orders");
        }
        if plan.program.round.at == RoundAt::Statement {
            found(Pointer::root().key("round").key("at"), "rounding of whole statements");
        }
        let again = match (joins_everybody(plan), because.is_empty()) {
            (true, _) => Again::Everything,
            (false, false) => Again::Affiliate,
            (false, true) => Again::Customer,
        };
        Self { again, because }
    }
}

/// The period beyond which nothing that an affiliate sold matters for what else it gets; none: it may always.
pub(super) fn confined(plan: &Plan) -> Option<Period> {
    if !plan.bonuses.is_empty() {
        return None;
    }
    let mut periods = Vec::new();
    for cap in plan.caps.iter().filter(|cap| cap.per == CapPer::Affiliate) {
        periods.push(cap.period?);
    }
    for ladder in &plan.ladders {
        if ladder.rolling.is_some() || ladder.demotion != Demotion::ToBottom {
            return None;
        }
        periods.push(ladder.period);
    }
    if plan.program.round.at == RoundAt::Statement {
        periods.push(Period::Month);
    }
    // Each of these consists of whole ones of those before it; weeks are no part of months.
    let nested = [Period::Order, Period::Day, Period::Month, Period::Quarter, Period::Year];
    let place = |period: &Period| nested.iter().position(|known| known == period);
    if periods.iter().all(|period| matches!(period, Period::Order | Period::Day | Period::Week)) {
        return Some(Period::Week);
    }
    let longest = periods.iter().map(place).collect::<Option<Vec<usize>>>()?.into_iter().max()?;
    nested.get(longest).copied()
}

/// Whether a row from a position on corrects one by which the facts end, or may with the others after that position.
fn corrects_last<R: Dated>(table: &Table<R>, start: usize, end: Option<Instant>) -> bool {
    let ends = |id: Sym| {
        let found = table.index_of(id).and_then(|index| Some((index, table.rows.get(index)?)));
        found.is_some_and(|(index, row)| index >= start || Some(row.at()) >= end)
    };
    table.replacing_since(start).any(|(_, replaced)| ends(replaced))
}

/// Why the facts added since a mark make everything be settled again, if they do. `paid` is when was last paid out, `end`
/// where the facts ended.
pub(super) fn reaches_all(
    plan: &Plan,
    facts: &Facts,
    mark: &Mark,
    paid: Option<Instant>,
    end: Option<Instant>,
) -> Option<&'static str> {
    let [touches, orders, refunds] = [mark.touches.0, mark.orders.0, mark.refunds.0];
    let [adjustments, reviews] = [mark.adjustments.0, mark.reviews.0];
    if facts.payouts() > mark.payouts.0 || facts.confirmations() > mark.confirmations.0 {
        return Some("a payout, or what became of one");
    }
    // Orders of a day without its quote are refused, so that none of them was there before.
    let averages = plan.program.exchange == Exchange::MonthAverage;
    if averages && facts.quotes.rows.iter().skip(mark.quotes.0).any(|quote| quote.to == plan.currency) {
        return Some("a quote that a month's average takes in");
    }
    if counts_touches(plan) && facts.touches.replacing_since(touches).next().is_some() {
        return Some("a touch that counted by itself was corrected");
    }
    if facts.adjustments.replacing_since(adjustments).next().is_some() {
        return Some("an adjustment was corrected");
    }
    let last = corrects_last(&facts.touches, touches, end)
        || corrects_last(&facts.orders, orders, end)
        || corrects_last(&facts.refunds, refunds, end)
        || corrects_last(&facts.reviews, reviews, end);
    if last && facts.until.is_none() {
        return Some("the last fact there was may have been corrected");
    }
    let new = facts.affiliates.rows.get(mark.affiliates.0..).unwrap_or_default();
    let names = u64::try_from(mark.names).unwrap_or(u64::MAX);
    if new.iter().any(|affiliate| affiliate.id.number() <= names) {
        return Some("an affiliate that was named before");
    }
    let before = |paid: Instant| {
        facts.touches.known_since(touches, paid)
            || facts.orders.known_since(orders, paid)
            || facts.refunds.known_since(refunds, paid)
            || facts.adjustments.known_since(adjustments, paid)
            || facts.reviews.known_since(reviews, paid)
    };
    // Whether it was covered depends on what was known when it was made.
    paid.is_some_and(before).then_some("a fact known before a payout")
}
