//! Facts checked against each other and put into the canonical order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use super::exchange::{Fx, Quotes};
use super::limit;
use crate::facts::{Affiliate, Facts, Order, Sym};
use crate::lifecycle::{Reviews, review};
use crate::money::Minor;
use crate::payout::{Outgoing, outgoing};
use crate::plan::{Less, Plan};
use crate::problem::{Code, Problem, Problems};
use crate::program::{LinePart, UnknownAffiliate};
use crate::shape;
use crate::time::Instant;

/// What one refund takes from one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taking {
    pub(crate) refund: usize,
    pub(crate) order: usize,
    pub(crate) line: usize,
    /// How much of `whole` is given back before and after.
    pub(crate) gone: (Minor, Minor),
    /// How much of `whole` of a commission is taken back before and after.
    pub(crate) back: (Minor, Minor),
    /// The line's amount in the order's currency; for a line that cost nothing 1, given back at once or not at all.
    pub(crate) whole: Minor,
}

/// A view of facts in which every reference holds.
pub(crate) struct Batch<'a> {
    pub(crate) facts: &'a Facts,
    /// Positions of orders in the canonical order.
    pub(crate) sequence: Vec<usize>,
    /// Line amounts in the order's currency, and in the program's.
    pub(crate) given: Vec<Minor>,
    amounts: Vec<Minor>,
    /// Discount, tax, shipping and cost of the lines that have any, in the order's currency.
    pub(crate) parts: HashMap<usize, [Option<Minor>; 4]>,
    order_amounts: Vec<Minor>,
    rates: Vec<Fx>,
    new_customers: Vec<Option<bool>>,
    /// For each charge of a subscription its number and the position of the first.
    charges: HashMap<usize, (u32, usize)>,
    pub(super) refunded: Vec<Minor>,
    /// Lines that cost nothing and were given back.
    pub(super) returned: HashSet<usize>,
    adjustments: Vec<Minor>,
    /// In the canonical order of refunds, then by line.
    pub(crate) takings: Vec<Taking>,
    /// Affiliates' own limits, by cap.
    pub(super) limits: HashMap<(usize, Sym), Minor>,
    /// What reviews and the end of the facts made of the lines.
    pub(crate) reviews: Reviews,
    /// In the canonical order.
    pub(crate) payouts: Vec<Outgoing>,
}

impl<'a> Batch<'a> {
    pub(crate) fn check(plan: &Plan, facts: &'a Facts) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        check_affiliates(plan, facts, &mut problems);
        check_recruiters(facts, &mut problems);
        let mut batch = Self::of_orders(plan, facts, &mut problems);
        batch.take_refunds(plan, &mut problems);
        batch.adjustments = adjustments(plan, facts, &mut problems);
        batch.limits = own_limits(plan, facts, &mut problems);
        batch.reviews = review(plan, facts, &mut problems);
        batch.payouts = outgoing(plan, facts, &mut problems);
        problems.or(batch)
    }

    fn of_orders(plan: &Plan, facts: &'a Facts, problems: &mut Problems) -> Self {
        let mut sequence: Vec<usize> = (0..facts.orders.rows.len()).collect();
        sequence.sort_by(|a, b| canonical(facts, facts.orders.rows.get(*a), facts.orders.rows.get(*b)));
        let new_customers = new_customers(facts, &sequence);
        let charges = charges(facts, &sequence);
        let zeros = || vec![Minor::ZERO; facts.lines.len()];
        let mut batch = Self {
            facts,
            sequence,
            given: zeros(),
            amounts: zeros(),
            parts: HashMap::new(),
            order_amounts: Vec::with_capacity(facts.orders.rows.len()),
            rates: Vec::with_capacity(facts.orders.rows.len()),
            new_customers,
            charges,
            refunded: zeros(),
            returned: HashSet::new(),
            adjustments: Vec::new(),
            takings: Vec::new(),
            limits: HashMap::new(),
            reviews: Reviews::default(),
            payouts: Vec::new(),
        };
        let quotes = Quotes::new(plan, facts);
        for order in &facts.orders.rows {
            let rate = quotes.of(facts, order).unwrap_or_else(|problem| {
                problems.push(problem);
                Fx::SAME
            });
            batch.rates.push(rate);
            batch.read_lines(plan, order, rate, problems);
        }
        batch
    }

    fn read_lines(&mut self, plan: &Plan, order: &Order, rate: Fx, problems: &mut Problems) {
        let path = Facts::path("orders", order.row);
        let currency = order.currency.unwrap_or(plan.currency);
        let too_much = |_| {
            let message = format!("the lines of order `{}` add up to more than the limit", self.facts.text(order.id));
            let hint = "amounts and their sums may be up to 2^53-1 minor units";
            Problem::new(Code::MoneyLimit, path.key("lines"), message, hint)
        };
        let mut sum = Ok(Minor::ZERO);
        for (position, line) in order.lines.indices().enumerate() {
            let Some(fact) = self.facts.lines.get(line) else { continue };
            let path = path.key("lines").index(position);
            let mut read = |amount, key: &str| {
                shape::minor(amount, currency, &path.key(key)).map_err(|problem| problems.push(problem)).ok()
            };
            let Some(given) = read(fact.amount, "amount") else { continue };
            let parts = fact.parts;
            let keys = ["discount", "tax", "shipping", "cost"];
            let parts = [parts.discount, parts.tax, parts.shipping, parts.cost];
            if parts.iter().any(Option::is_some) {
                let mut minors = [None; 4];
                for ((slot, part), key) in minors.iter_mut().zip(parts).zip(keys) {
                    *slot = part.and_then(|part| read(part, key));
                }
                self.parts.insert(line, minors);
            }
            let amount = rate.convert(given, plan.program.round.mode).ok_or(crate::money::LimitExceeded);
            sum = sum.and_then(|sum: Minor| sum.plus(amount?));
            if let (Some(given_slot), Some(slot)) = (self.given.get_mut(line), self.amounts.get_mut(line)) {
                (*given_slot, *slot) = (given, amount.unwrap_or_default());
            }
        }
        let sum = sum.map_err(too_much).unwrap_or_else(|problem| {
            problems.push(problem);
            Minor::ZERO
        });
        self.order_amounts.push(sum);
    }

    /// Takes a missing `new_customer` as unknown instead of looking for earlier orders: a cart has no history.
    pub(crate) fn without_history(mut self) -> Self {
        let said = self.facts.orders.rows.iter().map(|order| order.new_customer);
        self.new_customers = said.collect();
        self.charges.clear();
        // Nor does anybody review it, or not in time.
        self.reviews = Reviews::default();
        self
    }

    /// Whether a line was declined, and so earns nothing.
    pub(crate) fn declined(&self, plan: &Plan, order: usize, line: usize) -> bool {
        self.order(order).is_some_and(|fact| self.reviews.declined(plan, self.facts, (order, fact), line))
    }

    pub(crate) fn order(&self, order: usize) -> Option<&'a Order> {
        self.facts.orders.rows.get(order)
    }

    /// A line's amount in the program's currency.
    pub(crate) fn amount(&self, line: usize) -> Minor {
        self.amounts.get(line).copied().unwrap_or_default()
    }

    /// The sum of an order's lines.
    pub(crate) fn order_amount(&self, order: usize) -> Minor {
        self.order_amounts.get(order).copied().unwrap_or_default()
    }

    /// The exchange rate of an order.
    pub(crate) fn rate(&self, order: usize) -> Fx {
        self.rates.get(order).copied().unwrap_or(Fx::SAME)
    }

    /// A line's amount less some of its parts, in the program's currency.
    ///
    /// Errors: the cost is to be taken off, but the line has none.
    pub(crate) fn base(&self, plan: &Plan, order: usize, line: usize, less: Less) -> Result<Minor, Problem> {
        if less.is_nothing() {
            return Ok(self.amount(line));
        }
        let base = self.net(order, line, less)?;
        self.rate(order).convert(base, plan.program.round.mode).ok_or_else(|| limit("a converted amount"))
    }

    /// A line's amount less some of its parts, in the order's currency.
    pub(crate) fn net(&self, order: usize, line: usize, less: Less) -> Result<Minor, Problem> {
        let given = self.given.get(line).copied().unwrap_or_default();
        let parts = self.parts.get(&line).copied().unwrap_or_default();
        let mut base = given;
        let all = [LinePart::Discount, LinePart::Tax, LinePart::Shipping, LinePart::Cost];
        for (part, kind) in parts.into_iter().zip(all).filter(|(_, kind)| less.has(*kind)) {
            if part.is_none() && kind == LinePart::Cost {
                return Err(self.no_cost(order, line));
            }
            base = base.minus(part.unwrap_or_default()).map_err(|_| limit("a line less its parts"))?;
        }
        Ok(if given < Minor::ZERO { base.min(Minor::ZERO) } else { base.max(Minor::ZERO) })
    }

    fn no_cost(&self, order: usize, line: usize) -> Problem {
        let fact = self.order(order);
        let row = fact.map(|order| order.row).unwrap_or_default();
        let first = fact.map(|order| order.lines.indices().start).unwrap_or_default();
        let path = Facts::path("orders", row).key("lines").index(line.saturating_sub(first)).key("cost");
        let hint = "give the line's cost: a margin without it would be the whole price";
        Problem::new(Code::LineCostMissing, path, "a margin is to be paid on, but the line says no cost", hint)
    }

    /// Whether an order is its customer's first; unknown only in a quote that does not say.
    pub(crate) fn new_customer(&self, order: usize) -> Option<bool> {
        self.new_customers.get(order).copied().flatten()
    }

    /// The number of a charge in its subscription and the position of the first charge.
    pub(crate) fn charge(&self, order: usize) -> Option<(u32, usize)> {
        self.charges.get(&order).copied()
    }

    /// An adjustment's amount.
    pub(crate) fn adjustment(&self, adjustment: usize) -> Minor {
        self.adjustments.get(adjustment).copied().unwrap_or_default()
    }

    /// How much of a line was ever given back, and of what.
    pub(crate) fn gone(&self, line: usize) -> (Minor, Minor) {
        let given = self.given.get(line).copied().unwrap_or_default();
        if given.is_zero() {
            let one = Minor::ONE;
            return (if self.returned.contains(&line) { one } else { Minor::ZERO }, one);
        }
        (self.refunded.get(line).copied().unwrap_or_default(), given)
    }

    /// An affiliate's own limit under a cap, if it has one.
    pub(crate) fn limit(&self, cap: usize, affiliate: Sym) -> Option<Minor> {
        self.limits.get(&(cap, affiliate)).copied()
    }

    /// Whether an affiliate may earn.
    pub(crate) fn active(&self, plan: &Plan, affiliate: Sym) -> bool {
        let accepted = plan.program.unknown_affiliates == UnknownAffiliate::Accept;
        self.facts.affiliates.find(affiliate).map_or(accepted, |affiliate| affiliate.active)
    }

    /// The instant of the first charge of an order's subscription.
    pub(crate) fn first_charge(&self, order: usize) -> Option<Instant> {
        self.charge(order).and_then(|(_, first)| self.order(first)).map(|order| order.at)
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
    let touches = facts.touches.rows.iter().map(|touch| ("touches", touch.row, "affiliate", touch.affiliate));
    let adjustments = facts.adjustments.rows.iter().map(|row| ("adjustments", row.row, "affiliate", row.affiliate));
    let payouts = facts.payouts.rows.iter().map(|row| ("payouts", row.row, "affiliate", row.affiliate));
    let recruiters = facts.affiliates.rows.iter().map(|row| ("affiliates", row.row, "recruiter", row.recruiter));
    let mut reported: HashSet<Sym> = HashSet::new();
    for (table, row, key, affiliate) in touches.chain(adjustments).chain(payouts).chain(recruiters) {
        // Once for each affiliate is enough: a missing table would otherwise be reported a million times.
        if affiliate.is_none() || facts.affiliates.find(affiliate).is_some() || !reported.insert(affiliate) {
            continue;
        }
        let message = format!("no affiliate is called `{}`", facts.text(affiliate));
        let hint = "add it to the affiliates, or set `unknown_affiliates = \"accept\"` in the program";
        problems.push(Problem::new(Code::AffiliateUnknown, Facts::path(table, row).key(key), message, hint));
    }
}

/// Refuses affiliates who recruited each other in a circle, and recruiters nobody knows.
fn check_recruiters(facts: &Facts, problems: &mut Problems) {
    // 0 not looked at, 1 on the way up from here, 2 leads to the top.
    let mut seen: HashMap<Sym, u8> = HashMap::new();
    for affiliate in &facts.affiliates.rows {
        let mut path: Vec<&Affiliate> = Vec::new();
        let mut next = Some(affiliate);
        while let Some(current) = next {
            match seen.get(&current.id) {
                Some(1) => {
                    let circle = path.iter().skip_while(|member| member.id != current.id);
                    let first = circle.min_by_key(|member| member.row).copied().unwrap_or(current);
                    let message = format!("`{}` has recruited itself in a circle", facts.text(first.id));
                    let path = Facts::path("affiliates", first.row).key("recruiter");
                    let hint = "remove one of the recruiters: overrides would go round for ever";
                    problems.push(Problem::new(Code::AffiliateRecruitingCycle, path, message, hint));
                    break;
                }
                Some(_) => break,
                None => {}
            }
            seen.insert(current.id, 1);
            path.push(current);
            next = facts.affiliates.find(current.recruiter);
        }
        for member in path {
            seen.insert(member.id, 2);
        }
    }
}

/// Affiliates' own limits for the caps that have one.
fn own_limits(plan: &Plan, facts: &Facts, problems: &mut Problems) -> HashMap<(usize, Sym), Minor> {
    let mut limits = HashMap::new();
    for (index, cap) in plan.caps.iter().enumerate() {
        let Some(name) = &cap.attribute else { continue };
        let Some(sym) = facts.names.find(name) else { continue };
        for affiliate in &facts.affiliates.rows {
            let attributes = affiliate.attributes.of(&facts.attributes);
            let Some((_, value)) = attributes.iter().find(|(key, _)| *key == sym) else { continue };
            let path = Facts::path("affiliates", affiliate.row).key("attributes").key(name);
            match shape::amount(facts.text(*value), plan.currency, &path) {
                Ok(limit) if limit >= Minor::ZERO => {
                    limits.insert((index, affiliate.id), limit);
                }
                _ => {
                    let message = format!("`{}` is no limit for a cap", shape::short(facts.text(*value)));
                    let hint = format!("write an amount in {} as digits with a point, such as 500.00", plan.currency);
                    problems.push(Problem::new(Code::AffiliateAttribute, path, message, hint));
                }
            }
        }
    }
    limits
}

/// The charges of each subscription, numbered.
fn charges(facts: &Facts, sequence: &[usize]) -> HashMap<usize, (u32, usize)> {
    let mut last: HashMap<Sym, (u32, usize)> = HashMap::new();
    let mut charges = HashMap::new();
    for index in sequence {
        let Some(order) = facts.orders.rows.get(*index).filter(|order| !order.subscription.is_none()) else { continue };
        let (number, _) = last
            .entry(order.subscription)
            .and_modify(|(number, _)| *number = number.saturating_add(1))
            .or_insert((1, *index));
        let number = *number;
        let first = last.get(&order.subscription).map_or(*index, |(_, first)| *first);
        charges.insert(*index, (number, first));
    }
    charges
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
