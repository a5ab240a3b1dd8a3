//! Section 12: when a line locks, what reviews decide on it, and which reviews are refused.
//!
//! Must never know an amount.

use crate::facts::{Facts, Order, Review, ReviewDecision};
use crate::program::{Lock, Program, Verdict};
use crate::time::{Instant, day, day_begins, window_end};
use chrono::{Datelike, Months, NaiveDate};
use std::collections::BTreeSet;

/// How a line stands at the end of the facts.
pub(crate) struct Standing {
    /// From when on nobody reviews it any more; none while nobody knows.
    pub(crate) lock: Option<Instant>,
    /// What stands, and since when; none while the line is pending.
    pub(crate) decided: Option<(Verdict, Instant)>,
    pub(crate) on_hold: bool,
    /// The last release.
    pub(crate) released: Option<Instant>,
    extended: bool,
}

impl Standing {
    pub(crate) fn is_declined(&self) -> bool {
        self.decided.is_some_and(|(verdict, _)| verdict == Verdict::Decline)
    }
}

/// How a line of an order stands, both as positions.
pub(crate) fn standing(program: &Program, facts: &Facts, order: usize, line: usize) -> Standing {
    follow(program, facts, &facts.orders[order], line).0
}

/// The codes of all reviews that are refused.
pub(crate) fn refused(program: &Program, facts: &Facts) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for order in &facts.orders {
        for line in 0..order.lines.len() {
            codes.extend(follow(program, facts, order, line).1);
        }
    }
    codes
}

/// Looks at all reviews that concern a line, in the canonical order; one that is refused changes nothing.
fn follow(program: &Program, facts: &Facts, order: &Order, line: usize) -> (Standing, BTreeSet<String>) {
    let mut codes = BTreeSet::new();
    let lock = first_lock(program, order);
    let mut standing = Standing { lock, decided: None, on_hold: false, released: None, extended: false };
    for review in facts.reviews.iter().filter(|review| concerns(review, order, line)) {
        // What comes before the order is refused where facts are looked through.
        if review.at < order.at {
            continue;
        }
        if let Err(code) = take(program, review, &mut standing) {
            codes.insert(code.to_owned());
        }
    }
    let is_over = |lock: &Instant| facts.end().is_some_and(|end| end >= *lock);
    if standing.decided.is_none()
        && let Some(lock) = standing.lock.filter(is_over)
    {
        standing.decided = Some((program.lifecycle.unreviewed, lock));
    }
    (standing, codes)
}

fn concerns(review: &Review, order: &Order, line: usize) -> bool {
    review.orders.contains(&order.id) && review.line.as_ref().is_none_or(|id| id == order.lines[line].id())
}

/// What one review does to a line.
fn take(program: &Program, review: &Review, standing: &mut Standing) -> Result<(), &'static str> {
    match review.decision {
        ReviewDecision::Hold => standing.on_hold = true,
        ReviewDecision::Release if standing.on_hold => {
            standing.on_hold = false;
            standing.released = Some(review.at);
        }
        // What is not on hold is not released.
        ReviewDecision::Release => {}
        ReviewDecision::Extend => extend(program, review, standing)?,
        ReviewDecision::Approve => decide(program, review, standing, Verdict::Approve)?,
        ReviewDecision::Decline => decide(program, review, standing, Verdict::Decline)?,
    }
    Ok(())
}

fn is_locked(review: &Review, standing: &Standing) -> bool {
    standing.lock.is_some_and(|lock| lock <= review.at)
}

fn decide(program: &Program, review: &Review, standing: &mut Standing, verdict: Verdict) -> Result<(), &'static str> {
    let is_locked = is_locked(review, standing);
    let silent = is_locked.then_some(program.lifecycle.unreviewed);
    let stands = standing.decided.map(|(verdict, _)| verdict).or(silent);
    // One that changes nothing is passed over.
    if stands == Some(verdict) {
        return Ok(());
    }
    if is_locked && review.dispute.is_none() {
        return Err("review.locked");
    }
    standing.decided = Some((verdict, review.at));
    if program.lifecycle.lock == Lock::Open && verdict == Verdict::Approve && standing.lock.is_none() {
        standing.lock = Some(review.at);
    }
    Ok(())
}

fn extend(program: &Program, review: &Review, standing: &mut Standing) -> Result<(), &'static str> {
    if standing.extended {
        return Err("review.extended_twice");
    }
    let may_be_moved = matches!(program.lifecycle.lock, Lock::FixedDay | Lock::Duration);
    let Some(extension) = program.lifecycle.extension.as_ref().filter(|_| may_be_moved) else {
        return Err("review.no_extension");
    };
    if review.line.is_some() {
        return Err("review.line");
    }
    if is_locked(review, standing) {
        return Err("review.locked");
    }
    standing.extended = true;
    standing.lock = standing.lock.map(|lock| window_end(lock, extension, program.zone));
    Ok(())
}

/// When the lines of an order lock, before any review; none where it takes a review.
fn first_lock(program: &Program, order: &Order) -> Option<Instant> {
    let lifecycle = &program.lifecycle;
    match lifecycle.lock {
        Lock::AtOnce => Some(order.at),
        Lock::Open => None,
        Lock::Duration => {
            let after = lifecycle.after.as_ref().expect("`after`, which the engine asks for");
            Some(window_end(order.at, after, program.zone))
        }
        Lock::FixedDay => {
            let on = lifecycle.day.expect("`day`, which the engine asks for");
            let locks = fixed_day(day(order.at, program.zone), lifecycle.months.unwrap_or(1), on);
            Some(day_begins(locks, program.zone).max(order.at))
        }
    }
}

/// The day with a number in the month that is so many months after that of another day; in a shorter month its last.
fn fixed_day(of: NaiveDate, months: u32, number: u32) -> NaiveDate {
    let first = of.with_day(1).and_then(|first| first.checked_add_months(Months::new(months)));
    let first = first.expect("a month of the calendar");
    (1..=number).rev().find_map(|number| first.with_day(number)).expect("every month has a first day")
}
