//! What each refund takes from the lines of its order, and how much of a commission goes back with it.
//!
//! This module must never know a commission.

use super::batch::{Batch, Taking};
use crate::facts::{Facts, Order, Refund};
use crate::money::{Currency, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::RefundExcess;
use crate::shape;

impl<'a> Batch<'a> {
    pub(super) fn take_refunds(&mut self, plan: &Plan, problems: &mut Problems) {
        let facts = self.facts;
        let mut refunds: Vec<usize> = (0..facts.refunds.rows.len()).collect();
        let key = |index: &usize| facts.refunds.rows.get(*index).map(|refund| (refund.at, facts.text(refund.id)));
        refunds.sort_by(|a, b| key(a).cmp(&key(b)));
        // How much of each line's commission is taken back: what was refunded, unless the program says otherwise.
        let mut back = vec![Minor::ZERO; self.facts.lines.len()];
        for index in refunds {
            let Some(refund) = facts.refunds.rows.get(index) else { continue };
            let start = self.takings.len();
            // What it takes is looked at all the same, so that all that is wrong is said at once.
            if let Some(problem) = self.too_early(refund) {
                problems.push(problem);
            }
            match self.take(plan, index, refund) {
                Ok((order_index, order)) => {
                    self.take_back(plan, (index, refund), (order_index, order), start, &mut back);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }

    /// Takes what the refund says from each line.
    fn take(&mut self, plan: &Plan, index: usize, refund: &Refund) -> Result<(usize, &'a Order), Problem> {
        let path = Facts::path("refunds", refund.row);
        let (order_index, order, lines) = self.refunded_lines(refund, &path)?;
        let currency = order.currency.unwrap_or(plan.currency);
        let given = match refund.amount {
            Some(amount) => Some(shape::minor(amount, currency, &path.key("amount"))?),
            None => None,
        };
        let whole_order = refund.line.is_none() && given.is_none();
        for line in lines {
            if whole_order && !self.has_left(line) {
                continue;
            }
            let (before, whole) = self.gone(line);
            let left = whole.minus(before).unwrap_or_default().max(Minor::ZERO);
            let amount = self.given.get(line).copied().unwrap_or_default();
            if amount.is_zero() {
                check_left(plan, given, Minor::ZERO, currency, &path)?;
                if given.is_none() {
                    self.returned.insert(line);
                }
            } else {
                let taken = check_left(plan, given, left, currency, &path)?;
                if let Some(slot) = self.refunded.get_mut(line) {
                    *slot = slot.plus(taken).unwrap_or(*slot);
                }
            }
            let (after, whole) = self.gone(line);
            let (gone, back) = ((before, after), (Minor::ZERO, Minor::ZERO));
            self.takings.push(Taking { refund: index, order: order_index, line, gone, back, whole });
        }
        Ok((order_index, order))
    }

    /// Says how much of the commissions goes back with the takings from `start` on.
    fn take_back(
        &mut self,
        plan: &Plan,
        (index, refund): (usize, &Refund),
        (order_index, order): (usize, &Order),
        start: usize,
        back: &mut [Minor],
    ) {
        let within = plan.within.is_none_or(|within| {
            // A time that ends beyond the years affil knows has not ended.
            within.end_from(order.at, &plan.zone).map_or(true, |end| refund.at < end)
        });
        let void = within && self.voids(plan, order);
        if void {
            let concerned: Vec<usize> =
                self.takings.get(start..).unwrap_or_default().iter().map(|taking| taking.line).collect();
            let left = |line: &usize| back.get(*line).is_some_and(|back| *back < self.gone(*line).1);
            let others =
                order.lines.indices().filter(|line| !concerned.contains(line) && !self.is_return(*line) && left(line));
            for line in others.collect::<Vec<usize>>() {
                let (gone, whole) = self.gone(line);
                let (gone, back) = ((gone, gone), (Minor::ZERO, Minor::ZERO));
                self.takings.push(Taking { refund: index, order: order_index, line, gone, back, whole });
            }
        }
        let takings = self.takings.get_mut(start..).unwrap_or_default();
        takings.sort_by_key(|taking| taking.line);
        for taking in takings {
            let Some(so_far) = back.get_mut(taking.line) else { continue };
            let reached = match (void, within) {
                (true, _) => taking.whole,
                (false, true) => (*so_far).max(taking.gone.1),
                (false, false) => *so_far,
            };
            taking.back = (*so_far, reached);
            *so_far = reached;
        }
    }

    /// Whether so much of the order was refunded that it pays nothing.
    fn voids(&self, plan: &Plan, order: &Order) -> bool {
        let Some(limit) = plan.void_above else { return false };
        let lines = || order.lines.indices().filter(|line| !self.is_return(*line));
        let sum = |of: &dyn Fn(usize) -> Minor| {
            lines().fold(0_i128, |sum, line| sum.saturating_add(i128::from(of(line).get())))
        };
        let refunded = sum(&|line| self.refunded.get(line).copied().unwrap_or_default());
        let sold = sum(&|line| self.given.get(line).copied().unwrap_or_default());
        // refunded / sold > limit, without a division.
        let scale = i128::from(crate::money::Rate::WHOLE.units());
        refunded.saturating_mul(scale) > sold.saturating_mul(i128::from(limit.units()))
    }

    pub(crate) fn is_return(&self, line: usize) -> bool {
        self.given.get(line).is_some_and(|given| *given < Minor::ZERO)
    }

    /// Whether a refund of the whole order still takes something from a line.
    fn has_left(&self, line: usize) -> bool {
        let (gone, whole) = self.gone(line);
        gone < whole
    }

    fn too_early(&self, refund: &Refund) -> Option<Problem> {
        let order = self.facts.orders.index_of(refund.order).and_then(|index| self.facts.orders.rows.get(index))?;
        let message = format!("refunded at {}, but ordered at {}", refund.at, order.at);
        let hint = "check both timestamps and their offsets";
        let path = Facts::path("refunds", refund.row).key("at");
        (refund.at < order.at).then(|| Problem::new(Code::RefundBeforeOrder, path, message, hint))
    }

    fn refunded_lines(&self, refund: &Refund, path: &Pointer) -> Result<(usize, &'a Order, Vec<usize>), Problem> {
        let facts = self.facts;
        let order_index = facts.orders.index_of(refund.order);
        let order = order_index.and_then(|index| facts.orders.rows.get(index));
        let (Some(order_index), Some(order)) = (order_index, order) else {
            let message = format!("no order is called `{}`", facts.text(refund.order));
            let hint = "give the order among the facts: a refund can only take back what is known";
            return Err(Problem::new(Code::OrderUnknown, path.key("order"), message, hint));
        };
        let lines: Vec<usize> = order.lines.indices().collect();
        if refund.line.is_none() {
            if refund.amount.is_some() && lines.len() > 1 {
                let message = format!("order `{}` has {} lines", facts.text(order.id), lines.len());
                let hint = "name the line, or leave the amount out to refund the whole order";
                return Err(Problem::new(Code::RefundLineNeeded, path.key("line"), message, hint));
            }
            return Ok((order_index, order, lines));
        }
        let named = |line: &usize| facts.lines.get(*line).is_some_and(|line| line.id == refund.line);
        let Some(line) = lines.iter().copied().find(named) else {
            let message = format!("order `{}` has no line `{}`", facts.text(order.id), facts.text(refund.line));
            let ids: Vec<&str> = lines
                .iter()
                .filter_map(|line| facts.lines.get(*line))
                .map(|line| facts.text(line.id))
                .take(10)
                .collect();
            let hint = format!("its lines are: {}", ids.join(", "));
            return Err(Problem::new(Code::LineUnknown, path.key("line"), message, hint));
        };
        Ok((order_index, order, vec![line]))
    }
}

/// What is taken of what is left.
fn check_left(
    plan: &Plan,
    given: Option<Minor>,
    left: Minor,
    currency: Currency,
    path: &Pointer,
) -> Result<Minor, Problem> {
    match given {
        Some(given) if given > left && plan.program.refunds.excess == RefundExcess::Refuse => {
            let message =
                format!("{} refunded, but only {} is left of the line", currency.format(given), currency.format(left));
            let hint = "check the amount, or set `refunds.excess = \"cap\"` to ignore what goes beyond the line";
            Err(Problem::new(Code::RefundExceedsLine, path.key("amount"), message, hint))
        }
        Some(given) => Ok(given.min(left)),
        None => Ok(left),
    }
}
