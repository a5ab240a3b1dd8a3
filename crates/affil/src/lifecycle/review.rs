//! What reviews made of the lines they concern: decided, on hold, or locked later; and reviews that may not be.
//!
//! This module must never know what follows from a decision.

use std::collections::{HashMap, HashSet};

use super::lock;
use crate::facts::{Facts, Order, Review, ReviewDecision, Sym};
use crate::plan::{LockPlan, Plan};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::Unreviewed;
use crate::time::Instant;

/// What is decided about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing yet.
    Pending,
    /// It earns, since then.
    Approved(Instant),
    /// It earns nothing: by the review at this position, or because nobody reviewed it before its lock.
    Declined(Option<usize>),
}

/// What reviews say of one line.
#[derive(Debug, Clone, Copy, Default)]
struct Reviewed {
    /// The position of the last review that changed what was decided.
    decided: Option<usize>,
    approved_first: Option<Instant>,
    held: bool,
    released_last: Option<Instant>,
}

/// What is known of the lines of a set of facts at its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reviews {
    /// The end of the facts.
    end: Option<Instant>,
    lines: HashMap<usize, Reviewed>,
    /// Orders whose locks were put off.
    put_off: HashSet<usize>,
}

impl Reviews {
    /// The end of the facts.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.put_off.is_empty()
    }

    /// When a line locks, if it ever does.
    pub(crate) fn lock(&self, plan: &Plan, (index, order): (usize, &Order), line: usize) -> Option<Instant> {
        if plan.lifecycle.lock == LockPlan::Open {
            return self.lines.get(&line)?.approved_first;
        }
        let lock = lock::lock(plan, order.at);
        if self.put_off.contains(&index) { lock::put_off(plan, lock) } else { lock }
    }

    /// What is decided about a line at the end of the facts.
    pub(crate) fn verdict(&self, plan: &Plan, facts: &Facts, (index, order): (usize, &Order), line: usize) -> Verdict {
        let decided = self.lines.get(&line).and_then(|line| line.decided);
        if let Some((position, review)) = decided.and_then(|at| Some((at, facts.reviews.rows.get(at)?))) {
            return match review.decision {
                ReviewDecision::Decline => Verdict::Declined(Some(position)),
                _ => Verdict::Approved(review.at),
            };
        }
        match self.lock(plan, (index, order), line).filter(|lock| self.end.is_some_and(|end| *lock <= end)) {
            None => Verdict::Pending,
            Some(lock) => match plan.lifecycle.unreviewed {
                Unreviewed::Approve => Verdict::Approved(lock),
                Unreviewed::Decline => Verdict::Declined(None),
            },
        }
    }

    /// When a line that is pending locks, if time alone decides.
    pub(crate) fn waits_for(&self, plan: &Plan, facts: &Facts, order: (usize, &Order), line: usize) -> Option<Instant> {
        let pending = self.verdict(plan, facts, order, line) == Verdict::Pending;
        self.lock(plan, order, line).filter(|_| pending)
    }

    /// Whether a line earns nothing.
    pub(crate) fn declined(&self, plan: &Plan, facts: &Facts, order: (usize, &Order), line: usize) -> bool {
        // Most programs decline nothing; then no line need be looked at.
        let possible = !self.lines.is_empty() || plan.lifecycle.unreviewed == Unreviewed::Decline;
        possible && matches!(self.verdict(plan, facts, order, line), Verdict::Declined(_))
    }

    /// Whether the last that was said is that a line is not paid for now.
    pub(super) fn held(&self, line: usize) -> bool {
        self.lines.get(&line).is_some_and(|line| line.held)
    }

    /// When a line that was on hold was last said to be payable again.
    pub(super) fn released_last(&self, line: usize) -> Option<Instant> {
        self.lines.get(&line)?.released_last
    }
}

/// Looks at all reviews in the canonical order; those that may not be are problems.
pub(crate) fn review(plan: &Plan, facts: &Facts, problems: &mut Problems) -> Reviews {
    let mut desk = Desk { plan, facts, reviews: Reviews { end: facts.end(), ..Reviews::default() } };
    let mut sequence: Vec<usize> = (0..facts.reviews.rows.len()).collect();
    sequence.sort_by_key(|index| facts.reviews.rows.get(*index).map(|review| (review.at, facts.text(review.id))));
    for index in sequence {
        let Some(review) = facts.reviews.rows.get(index) else { continue };
        desk.take(index, review, problems);
    }
    desk.reviews
}

struct Desk<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    reviews: Reviews,
}

impl Desk<'_> {
    fn take(&mut self, index: usize, review: &Review, problems: &mut Problems) {
        let path = Facts::path("reviews", review.row);
        if let Err(problem) = self.check_form(review, &path) {
            problems.push(problem);
            return;
        }
        let mut orders: Vec<Sym> = review.orders.of(&self.facts.groups).to_vec();
        orders.sort_by_key(|order| self.facts.text(*order));
        for order in orders {
            if let Err(problem) = self.take_order((index, review), order, &path) {
                problems.push(problem);
            }
        }
    }

    /// What is wrong with a review whatever its orders are.
    fn check_form(&self, review: &Review, path: &Pointer) -> Result<(), Problem> {
        let extends = review.decision == ReviewDecision::Extend;
        if !review.line.is_none() && (extends || review.orders.of(&self.facts.groups).len() > 1) {
            let (message, hint) = if extends {
                ("a lock is put off for one line", "leave `line` out: an order's lock is put off as a whole")
            } else {
                ("one line, but several orders", "write a review for each order that a line is meant of")
            };
            return Err(Problem::new(Code::ReviewLine, path.key("line"), message, hint));
        }
        if extends && self.plan.lifecycle.extension.is_none() {
            let message = "a lock is put off, but the program does not say by how much";
            let hint = "set `lifecycle.extension`; only the locks `fixed_day` and `duration` can be put off";
            return Err(Problem::new(Code::ReviewNoExtension, path.key("decision"), message, hint));
        }
        Ok(())
    }

    fn take_order(&mut self, (index, review): (usize, &Review), id: Sym, path: &Pointer) -> Result<(), Problem> {
        let facts = self.facts;
        let order_index = facts.orders.index_of(id);
        let Some((order_index, order)) = order_index.and_then(|at| Some((at, facts.orders.rows.get(at)?))) else {
            let message = format!("no order is called `{}`", facts.text(id));
            let hint = "give the order among the facts: a review is about orders that are known";
            return Err(Problem::new(Code::OrderUnknown, path.key("orders"), message, hint));
        };
        if review.at < order.at {
            let message = format!("reviewed at {}, but `{}` was ordered at {}", review.at, facts.text(id), order.at);
            let hint = "check both timestamps and their offsets";
            return Err(Problem::new(Code::ReviewBeforeOrder, path.key("at"), message, hint));
        }
        let lines = self.concerned(review, order, path)?;
        if review.decision == ReviewDecision::Extend {
            return self.extend(review, (order_index, order), path);
        }
        let mut decides = Vec::with_capacity(lines.len());
        for line in &lines {
            decides.push(self.decides(review, (order_index, order), *line, path)?);
        }
        for (line, decides) in lines.into_iter().zip(decides) {
            let known = self.reviews.lines.entry(line).or_default();
            match review.decision {
                ReviewDecision::Approve | ReviewDecision::Decline if decides => {
                    known.decided = Some(index);
                    if review.decision == ReviewDecision::Approve {
                        known.approved_first = known.approved_first.or(Some(review.at));
                    }
                }
                ReviewDecision::Hold => known.held = true,
                ReviewDecision::Release if known.held => {
                    (known.held, known.released_last) = (false, Some(review.at));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The lines of an order that a review concerns.
    fn concerned(&self, review: &Review, order: &Order, path: &Pointer) -> Result<Vec<usize>, Problem> {
        if review.line.is_none() {
            return Ok(order.lines.indices().collect());
        }
        let id = |line: &usize| self.facts.lines.get(*line).map(|line| line.id);
        if let Some(line) = order.lines.indices().find(|line| id(line) == Some(review.line)) {
            return Ok(vec![line]);
        }
        let (order_id, line) = (self.facts.text(order.id), self.facts.text(review.line));
        let message = format!("order `{order_id}` has no line `{line}`");
        let ids: Vec<&str> =
            order.lines.indices().filter_map(|line| id(&line)).map(|id| self.facts.text(id)).take(10).collect();
        let hint = format!("its lines are: {}", ids.join(", "));
        Err(Problem::new(Code::LineUnknown, path.key("line"), message, hint))
    }

    /// Puts the lock of an order off.
    fn extend(&mut self, review: &Review, order: (usize, &Order), path: &Pointer) -> Result<(), Problem> {
        let id = self.facts.text(order.1.id);
        if self.reviews.put_off.contains(&order.0) {
            let message = format!("the lock of `{id}` was put off before");
            let hint = "remove one of the two reviews: a lock is put off once";
            return Err(Problem::new(Code::ReviewExtendedTwice, path.key("decision"), message, hint));
        }
        // The lock of any line: where time alone decides, all lines of an order lock together.
        if let Some(lock) = lock::lock(self.plan, order.1.at).filter(|lock| review.at >= *lock) {
            let hint = "a lock is put off before it comes";
            return Err(Problem::new(Code::ReviewLocked, path.key("at"), locked(id, lock), hint));
        }
        self.reviews.put_off.insert(order.0);
        Ok(())
    }

    /// Whether a review changes what is decided about a line; after the lock that needs a dispute.
    fn decides(&self, review: &Review, order: (usize, &Order), line: usize, path: &Pointer) -> Result<bool, Problem> {
        let wanted = match review.decision {
            ReviewDecision::Approve => Unreviewed::Approve,
            ReviewDecision::Decline => Unreviewed::Decline,
            _ => return Ok(false),
        };
        let lock = self.reviews.lock(self.plan, order, line).filter(|lock| review.at >= *lock);
        let decided = self.reviews.lines.get(&line).and_then(|line| line.decided);
        let stands = match decided.and_then(|index| self.facts.reviews.rows.get(index)) {
            Some(last) if last.decision == ReviewDecision::Decline => Some(Unreviewed::Decline),
            Some(_) => Some(Unreviewed::Approve),
            // From the lock on nothing is undecided.
            None => lock.map(|_| self.plan.lifecycle.unreviewed),
        };
        match lock {
            _ if stands == Some(wanted) => Ok(false),
            Some(lock) if review.dispute.is_none() => {
                let hint = "after the lock a decision changes by a dispute only: name it in `dispute`";
                let message = locked(self.facts.text(order.1.id), lock);
                Err(Problem::new(Code::ReviewLocked, path.key("at"), message, hint))
            }
            _ => Ok(true),
        }
    }
}

fn locked(order: &str, lock: Instant) -> String {
    format!("`{order}` locked at {lock}")
}
