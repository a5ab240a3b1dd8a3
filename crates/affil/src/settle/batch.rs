//! Facts checked against each other and put into the canonical order.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::facts::{Facts, Order, Refund, Sym};
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{RefundExcess, UnknownAffiliate};
use crate::shape;

/// What one refund takes from one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taking {
    pub(crate) refund: usize,
    pub(crate) order: usize,
    pub(crate) line: usize,
    /// What the refund takes from the line.
    pub(crate) taken: Minor,
    /// How much of `whole` is given back before and after.
    pub(crate) before: Minor,
    pub(crate) after: Minor,
    /// The line's amount; for a line that cost nothing 1, given back at once or not at all.
    pub(crate) whole: Minor,
}

/// A view of facts in which every reference holds.
pub(crate) struct Batch<'a> {
    pub(crate) facts: &'a Facts,
    /// Positions of orders in the canonical order.
    pub(crate) sequence: Vec<usize>,
    amounts: Vec<Minor>,
    order_amounts: Vec<Minor>,
    new_customers: Vec<Option<bool>>,
    refunded: Vec<Minor>,
    /// Lines that cost nothing and were given back.
    returned: HashSet<usize>,
    adjustments: Vec<Minor>,
    /// In the canonical order of refunds, then by line.
    pub(crate) takings: Vec<Taking>,
}

impl<'a> Batch<'a> {
    pub(crate) fn check(plan: &Plan, facts: &'a Facts) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        check_affiliates(plan, facts, &mut problems);
        let mut batch = Self::of_orders(plan, facts, &mut problems);
        batch.take_refunds(plan, &mut problems);
        batch.adjustments = adjustments(plan, facts, &mut problems);
        problems.or(batch)
    }

    fn of_orders(plan: &Plan, facts: &'a Facts, problems: &mut Problems) -> Self {
        let mut amounts = vec![Minor::ZERO; facts.lines.len()];
        let mut order_amounts = Vec::with_capacity(facts.orders.rows.len());
        for order in &facts.orders.rows {
            let path = Facts::path("orders", order.row);
            check_currency(plan, facts, order, &path, problems);
            let mut sum = Ok(Minor::ZERO);
            for (position, line) in order.lines.indices().enumerate() {
                let Some(fact) = facts.lines.get(line) else { continue };
                let path = path.key("lines").index(position).key("amount");
                match shape::minor(fact.amount, order.currency.unwrap_or(plan.currency), &path) {
                    Ok(amount) => {
                        sum = sum.and_then(|sum: Minor| sum.plus(amount));
                        if let Some(slot) = amounts.get_mut(line) {
                            *slot = amount;
                        }
                    }
                    Err(problem) => problems.push(problem),
                }
            }
            order_amounts.push(sum.unwrap_or_else(|_| {
                let message = format!("the lines of order `{}` add up to more than the limit", facts.text(order.id));
                let hint = "amounts and their sums may be up to 2^53-1 minor units";
                problems.push(Problem::new(Code::MoneyLimit, path.key("lines"), message, hint));
                Minor::ZERO
            }));
        }
        let mut sequence: Vec<usize> = (0..facts.orders.rows.len()).collect();
        sequence.sort_by(|a, b| canonical(facts, facts.orders.rows.get(*a), facts.orders.rows.get(*b)));
        let new_customers = new_customers(facts, &sequence);
        let refunded = vec![Minor::ZERO; facts.lines.len()];
        Self {
            facts,
            sequence,
            amounts,
            order_amounts,
            new_customers,
            refunded,
            returned: HashSet::new(),
            adjustments: Vec::new(),
            takings: Vec::new(),
        }
    }

    /// Takes a missing `new_customer` as unknown instead of looking for earlier orders: a cart has no history.
    pub(crate) fn without_history(mut self) -> Self {
        let said = self.facts.orders.rows.iter().map(|order| order.new_customer);
        self.new_customers = said.collect();
        self
    }

    pub(crate) fn order(&self, order: usize) -> Option<&'a Order> {
        self.facts.orders.rows.get(order)
    }

    /// A line's amount.
    pub(crate) fn amount(&self, line: usize) -> Minor {
        self.amounts.get(line).copied().unwrap_or_default()
    }

    /// The sum of an order's lines.
    pub(crate) fn order_amount(&self, order: usize) -> Minor {
        self.order_amounts.get(order).copied().unwrap_or_default()
    }

    /// Whether an order is its customer's first; unknown only in a quote that does not say.
    pub(crate) fn new_customer(&self, order: usize) -> Option<bool> {
        self.new_customers.get(order).copied().flatten()
    }

    /// An adjustment's amount.
    pub(crate) fn adjustment(&self, adjustment: usize) -> Minor {
        self.adjustments.get(adjustment).copied().unwrap_or_default()
    }

    /// All that was ever refunded of a line.
    pub(crate) fn refunded(&self, line: usize) -> Minor {
        self.refunded.get(line).copied().unwrap_or_default()
    }

    fn take_refunds(&mut self, plan: &Plan, problems: &mut Problems) {
        let facts = self.facts;
        let mut refunds: Vec<usize> = (0..facts.refunds.rows.len()).collect();
        let key = |index: &usize| facts.refunds.rows.get(*index).map(|refund| (refund.at, facts.text(refund.id)));
        refunds.sort_by(|a, b| key(a).cmp(&key(b)));
        for index in refunds {
            let Some(refund) = facts.refunds.rows.get(index) else { continue };
            if let Err(problem) = self.take(plan, index, refund) {
                problems.push(problem);
            }
        }
    }

    fn take(&mut self, plan: &Plan, index: usize, refund: &Refund) -> Result<(), Problem> {
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
            let amount = self.amount(line);
            let before = self.refunded(line);
            let left = amount.minus(before).unwrap_or_default();
            let taken = match given {
                Some(given) if given > left && plan.program.refunds.excess == RefundExcess::Refuse => {
                    let message = format!(
                        "{} refunded, but only {} is left of the line",
                        currency.format(given),
                        currency.format(left)
                    );
                    let hint =
                        "check the amount, or set `refunds.excess = \"cap\"` to ignore what goes beyond the line";
                    return Err(Problem::new(Code::RefundExceedsLine, path.key("amount"), message, hint));
                }
                Some(given) => given.min(left),
                None => left,
            };
            let after = before.plus(taken).unwrap_or(amount);
            if let Some(slot) = self.refunded.get_mut(line) {
                *slot = after;
            }
            let mut taking = Taking { refund: index, order: order_index, line, taken, before, after, whole: amount };
            if amount.is_zero() {
                // A gift that comes back takes back whatever was paid for it.
                let one = Minor::new(1).unwrap_or_default();
                taking.whole = one;
                taking.before = if self.returned.contains(&line) { one } else { Minor::ZERO };
                if given.is_none() {
                    self.returned.insert(line);
                }
                taking.after = if self.returned.contains(&line) { one } else { Minor::ZERO };
            }
            self.takings.push(taking);
        }
        Ok(())
    }

    /// Whether a refund of the whole order still takes something from a line.
    fn has_left(&self, line: usize) -> bool {
        let amount = self.amount(line);
        if amount.is_zero() { !self.returned.contains(&line) } else { self.refunded(line) < amount }
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
        if refund.at < order.at {
            let message = format!("refunded at {}, but ordered at {}", refund.at, order.at);
            let hint = "check both timestamps and their offsets";
            return Err(Problem::new(Code::RefundBeforeOrder, path.key("at"), message, hint));
        }
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

fn canonical(facts: &Facts, a: Option<&Order>, b: Option<&Order>) -> Ordering {
    let at = |order: Option<&Order>| order.map(|order| order.at);
    let id = |order: Option<&Order>| order.map(|order| order.id).unwrap_or_default();
    at(a).cmp(&at(b)).then_with(|| facts.text(id(a)).cmp(facts.text(id(b))))
}

fn check_affiliates(plan: &Plan, facts: &Facts, problems: &mut Problems) {
    if plan.program.unknown_affiliates == UnknownAffiliate::Accept {
        return;
    }
    let touches = facts.touches.rows.iter().map(|touch| ("touches", touch.row, touch.affiliate));
    let adjustments = facts.adjustments.rows.iter().map(|row| ("adjustments", row.row, row.affiliate));
    let mut reported: HashSet<Sym> = HashSet::new();
    for (table, row, affiliate) in touches.chain(adjustments) {
        // Once for each affiliate is enough: a missing table would otherwise be reported a million times.
        if facts.affiliates.find(affiliate).is_some() || !reported.insert(affiliate) {
            continue;
        }
        let message = format!("no affiliate is called `{}`", facts.text(affiliate));
        let hint = "add it to the affiliates, or set `unknown_affiliates = \"accept\"` in the program";
        problems.push(Problem::new(Code::AffiliateUnknown, Facts::path(table, row).key("affiliate"), message, hint));
    }
}

fn check_currency(plan: &Plan, facts: &Facts, order: &Order, path: &Pointer, problems: &mut Problems) {
    let Some(currency) = order.currency.filter(|currency| *currency != plan.currency) else { return };
    let day = plan.zone.date(order.at);
    let message = format!(
        "order `{}` of {day} is in {currency}, the program pays in {}, and there is no rate for that day",
        facts.text(order.id),
        plan.currency
    );
    let hint = "settle orders of other currencies under a program in their own currency; nothing is taken as 1:1";
    problems.push(Problem::new(Code::CurrencyNoQuote, path.key("currency"), message, hint));
}

/// For each order, whether it is its customer's first: as it says itself, or as the facts show.
fn new_customers(facts: &Facts, sequence: &[usize]) -> Vec<Option<bool>> {
    let mut seen: HashSet<Sym> = HashSet::new();
    let mut new = vec![None; facts.orders.rows.len()];
    for index in sequence {
        let Some(order) = facts.orders.rows.get(*index) else { continue };
        let first = seen.insert(order.customer);
        if let Some(slot) = new.get_mut(*index) {
            *slot = Some(order.new_customer.unwrap_or(first));
        }
    }
    new
}

fn adjustments(plan: &Plan, facts: &Facts, problems: &mut Problems) -> Vec<Minor> {
    let read = |adjustment: &crate::facts::Adjustment| {
        let path = Facts::path("adjustments", adjustment.row).key("amount");
        shape::minor(adjustment.amount, plan.currency, &path).unwrap_or_else(|problem| {
            problems.push(problem);
            Minor::ZERO
        })
    };
    facts.adjustments.rows.iter().map(read).collect()
}
