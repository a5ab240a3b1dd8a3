//! Section 3: the running totals of ladders and bonuses.
//!
//! Must never know what a total is good for.

use crate::attribution::is_of_new_customer;
use crate::calendar::{Stretch, period_of};
use crate::exact::{Exact, sum, to_12_places, whole};
use crate::facts::Facts;
use crate::program::{Dates, Metric, Period, Program, RefundEffect};
use crate::refunds::{Taking, refunded_part, share};
use crate::rules::Commission;
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted, over which time, and what refunds do to it.
pub(crate) struct Counting<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) takings: &'a [Taking],
    pub(crate) metric: Metric,
    pub(crate) period: Period,
    pub(crate) dates: &'a Dates,
    pub(crate) effect: RefundEffect,
}

/// Where something stands in sequence: instant, orders before refunds, id of the fact, line.
pub(crate) type Place = (Instant, u8, String, usize);

/// A change of a running total.
pub(crate) struct Event {
    pub(crate) place: Place,
    pub(crate) change: Exact,
    /// Position in `facts.orders`.
    pub(crate) order: usize,
    /// The period into which it falls.
    pub(crate) period: Stretch,
}

impl Event {
    pub(crate) fn is_of_order(&self) -> bool {
        self.place.1 == 0
    }
}

/// What is added up, of the events of one period.
pub(crate) fn total<'e>(events: impl IntoIterator<Item = &'e Event>) -> Exact {
    sum(events.into_iter().map(|event| &event.change))
}

/// Whether each counted line stands for the whole of something: an order, a customer.
fn counts_orders(metric: Metric) -> bool {
    matches!(metric, Metric::Orders | Metric::NewCustomers | Metric::ActiveCustomers)
}

impl Counting<'_> {
    /// Everything that changes the totals of one affiliate, in sequence, given its commissions that count.
    pub(crate) fn events(&self, counted: &[&Commission]) -> Vec<Event> {
        let mut lines: BTreeMap<(usize, usize), Vec<&Commission>> = BTreeMap::new();
        for commission in counted {
            lines.entry((commission.order, commission.line)).or_default().push(commission);
        }
        if self.effect != RefundEffect::None && counts_orders(self.metric) {
            let kept: BTreeSet<usize> = lines
                .keys()
                .filter(|(order, line)| {
                    let is_return = self.facts.orders[*order].lines[*line].amount.0 < whole(0);
                    !is_return && !self.is_refunded(*order, *line)
                })
                .map(|(order, _)| *order)
                .collect();
            lines.retain(|(order, _), _| kept.contains(order));
        }
        let mut events = Vec::new();
        let mut orders_seen: BTreeSet<usize> = BTreeSet::new();
        let mut customers_seen: BTreeSet<(String, String)> = BTreeSet::new();
        // Positions of orders are in the canonical order.
        for ((order, line), commissions) in lines {
            let fact = &self.facts.orders[order];
            let period = period_of(self.program, self.period, self.dates, fact.at, &fact.id);
            let is_return = fact.lines[line].amount.0 < whole(0);
            // A return leaves the one of its order, and of its customer, to a later line.
            let first_of_order = !is_return && orders_seen.insert(order);
            let first_of_customer = !is_return && customers_seen.insert((period.name.clone(), fact.customer.clone()));
            let value = match self.metric {
                Metric::NetSales => commissions[0].base.clone(),
                Metric::Commission => sum(commissions.iter().map(|one| &one.exact)),
                _ if is_return => whole(0),
                Metric::Units if self.effect != RefundEffect::None && self.is_refunded(order, line) => whole(0),
                Metric::Units => whole(i64::from(fact.lines[line].quantity)),
                Metric::Orders => whole(i64::from(first_of_order)),
                Metric::NewCustomers => whole(i64::from(first_of_order && is_of_new_customer(self.facts, fact))),
                Metric::ActiveCustomers => whole(i64::from(first_of_customer)),
            };
            events.extend(self.refund_events(order, line, &value));
            let change = &value - self.reduction(order, line, &value);
            events.push(Event { place: (fact.at, 0, fact.id.clone(), line), change, order, period });
        }
        events.sort_by(|one, other| one.place.cmp(&other.place));
        events
    }

    fn is_refunded(&self, order: usize, line: usize) -> bool {
        refunded_part(self.takings, order, line) == whole(1)
    }

    /// What the refunds known take off the value of a line in the period of its sale.
    fn reduction(&self, order: usize, line: usize, value: &Exact) -> Exact {
        let part = refunded_part(self.takings, order, line);
        match (self.metric, self.effect) {
            (Metric::NetSales, RefundEffect::SalePeriod) => share(self.program, value, &part),
            (Metric::Commission, RefundEffect::SalePeriod | RefundEffect::RefundPeriod) => {
                to_12_places(&(value * part))
            }
            _ => whole(0),
        }
    }

    /// What each refund of a line takes off the total in the period of the refund.
    fn refund_events(&self, order: usize, line: usize, value: &Exact) -> Vec<Event> {
        if (self.metric, self.effect) != (Metric::NetSales, RefundEffect::RefundPeriod) {
            return Vec::new();
        }
        let of_line = self.takings.iter().filter(|taking| (taking.order, taking.line) == (order, line));
        let event = |taking: &Taking| {
            let refund = &self.facts.refunds[taking.refund];
            let fall = share(self.program, value, &taking.part_after) - share(self.program, value, &taking.part_before);
            Event {
                place: (refund.at, 1, refund.id.clone(), line),
                change: -fall,
                order,
                period: period_of(self.program, self.period, self.dates, refund.at, &self.facts.orders[order].id),
            }
        };
        // A lifetime with dates is a period like any other: what is refunded outside it counts nowhere.
        let counts = |taking: &&Taking| {
            self.period != Period::Lifetime || self.dates.hold(self.facts.refunds[taking.refund].at, self.program.zone)
        };
        of_line.filter(counts).map(event).collect()
    }
}
