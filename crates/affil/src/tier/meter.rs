//! Running totals: what an affiliate has sold, ordered or earned, line by line and period by period.
//!
//! This module must never know what a total is good for.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::ladder::share;
use crate::facts::Sym;
use crate::money::RoundMode;
use crate::plan::{Dates, Plan, Term};
use crate::program::{Metric, Period, RefundEffect};
use crate::settle::Batch;
use crate::time::{Instant, Span};

/// A line that counts for an affiliate, or whose place is wanted; given in sequence, each once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) affiliate: Sym,
    pub(crate) order: usize,
    pub(crate) line: usize,
    /// Sales in minor units, or commissions in 10^-12 of them; other metrics count for themselves.
    pub(crate) value: i128,
    /// Whether it counts; else only its place is looked for.
    pub(crate) counts: bool,
}

/// How to count.
pub(crate) struct Meter<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) batch: &'a Batch<'a>,
    pub(crate) metric: Metric,
    pub(crate) period: Period,
    pub(crate) rolling: Option<Span>,
    /// Between which the period `lifetime` lies.
    pub(crate) dates: Dates,
    pub(crate) refunds: RefundEffect,
    /// What was counted in the period before.
    pub(crate) so_far: i128,
}

/// A change of a running total.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) at: Instant,
    /// The order that changed it; none for a refund.
    pub(crate) order: Option<usize>,
    /// The total after it.
    pub(crate) after: i128,
}

/// What was counted.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// For each affiliate and line the total before it and that of the period.
    pub(crate) places: HashMap<(Sym, usize), (i128, i128)>,
    /// For each affiliate and period how the total moved.
    pub(crate) terms: BTreeMap<(Sym, Term), Vec<Moment>>,
}

struct Event {
    at: Instant,
    /// Sales before refunds of the same instant, then their own order.
    place: (bool, usize),
    order: Option<usize>,
    line: Option<usize>,
    value: i128,
}

type Groups = BTreeMap<(Sym, Term), Vec<Event>>;

impl Meter<'_> {
    pub(crate) fn measure(&self, counted: &[Counted]) -> Measured {
        let mut groups = self.sales(counted);
        if self.refunds == RefundEffect::RefundPeriod && self.metric == Metric::NetSales {
            self.add_refunds(counted, &mut groups);
        }
        let mut measured = Measured::default();
        for (key, mut events) in groups {
            events.sort_by_key(|event| (event.at, event.place));
            let moments = match self.rolling {
                Some(rolling) => self.roll(rolling, key.0, &events, &mut measured),
                None => self.run(key.0, &events, &mut measured),
            };
            measured.terms.insert(key, moments);
        }
        measured
    }

    fn sales(&self, counted: &[Counted]) -> Groups {
        let whole_orders = self.refunded_orders(counted);
        let mut groups = Groups::new();
        let mut orders: HashSet<(Sym, usize)> = HashSet::new();
        let mut customers: HashSet<(Sym, Term, Sym)> = HashSet::new();
        for (sequence, item) in counted.iter().enumerate() {
            let Some(order) = self.batch.order(item.order) else { continue };
            let term = self.term(order.at, item.order);
            let refunded = whole_orders.contains(&(item.affiliate, item.order));
            let is_return = self.batch.is_return(item.line);
            let mut first = || !refunded && !is_return && orders.insert((item.affiliate, item.order));
            let value = match self.metric {
                _ if !item.counts => 0,
                Metric::NetSales | Metric::Commission => self.kept(item),
                Metric::Units => self.units(item.line),
                Metric::Orders => i128::from(first()),
                Metric::NewCustomers => i128::from(first() && self.batch.new_customer(item.order) == Some(true)),
                Metric::ActiveCustomers => {
                    i128::from(first() && customers.insert((item.affiliate, term, order.customer)))
                }
            };
            let (order, line) = (Some(item.order), Some(item.line));
            let at = self.batch.order(item.order).map_or(Instant::MIN, |order| order.at);
            let event = Event { at, place: (false, sequence), order, line, value };
            groups.entry((item.affiliate, term)).or_default().push(event);
        }
        groups
    }

    fn term(&self, at: Instant, order: usize) -> Term {
        if self.rolling.is_some() { Term::Life } else { self.plan.almanac().term(self.period, at, order) }
    }

    /// A line's value less what was refunded of it, where refunds count as if less had been sold.
    fn kept(&self, item: &Counted) -> i128 {
        let (gone, whole) = self.batch.gone(item.line);
        let sales = self.metric == Metric::NetSales;
        if self.refunds == RefundEffect::None || (sales && self.refunds == RefundEffect::RefundPeriod) || gone.is_zero()
        {
            return item.value;
        }
        let mode = if sales { self.plan.program.round.mode } else { RoundMode::HalfEven };
        item.value.saturating_sub(share(item.value, gone, whole, mode))
    }

    fn units(&self, line: usize) -> i128 {
        let (gone, whole) = self.batch.gone(line);
        let counts = !self.batch.is_return(line) && (self.refunds == RefundEffect::None || gone < whole);
        let quantity = self.batch.facts.lines.get(line).map_or(0, |line| line.quantity);
        if counts { i128::from(quantity) } else { 0 }
    }

    /// Orders of which nothing that counts is left, where refunds count at all.
    fn refunded_orders(&self, counted: &[Counted]) -> HashSet<(Sym, usize)> {
        let mut left: HashMap<(Sym, usize), bool> = HashMap::new();
        if self.refunds == RefundEffect::None {
            return HashSet::new();
        }
        for item in counted.iter().filter(|item| item.counts && !self.batch.is_return(item.line)) {
            let (gone, whole) = self.batch.gone(item.line);
            *left.entry((item.affiliate, item.order)).or_default() |= gone < whole;
        }
        left.into_iter().filter(|(_, left)| !left).map(|(key, _)| key).collect()
    }

    fn add_refunds(&self, counted: &[Counted], groups: &mut Groups) {
        let mut of_line: HashMap<usize, Vec<&Counted>> = HashMap::new();
        for item in counted.iter().filter(|item| item.counts) {
            of_line.entry(item.line).or_default().push(item);
        }
        let mode = self.plan.program.round.mode;
        for (sequence, taking) in self.batch.takings.iter().enumerate() {
            let Some(refund) = self.batch.facts.refunds.rows.get(taking.refund) else { continue };
            if self.period == Period::Lifetime && self.rolling.is_none() && !self.dates.hold(refund.at) {
                // What is refunded after the period falls into none.
                continue;
            }
            for item in of_line.get(&taking.line).into_iter().flatten() {
                let gone = |gone| share(item.value, gone, taking.whole, mode);
                let value = gone(taking.gone.0).saturating_sub(gone(taking.gone.1));
                let event = Event { at: refund.at, place: (true, sequence), order: None, line: None, value };
                let term = self.term(refund.at, taking.order);
                groups.entry((item.affiliate, term)).or_default().push(event);
            }
        }
    }

    /// Whether the metric counts orders, whose lines then all stand where the first one does.
    fn by_order(&self) -> bool {
        matches!(self.metric, Metric::Orders | Metric::NewCustomers | Metric::ActiveCustomers)
    }

    fn run(&self, affiliate: Sym, events: &[Event], measured: &mut Measured) -> Vec<Moment> {
        let total = events.iter().fold(self.so_far, |sum, event| sum.saturating_add(event.value));
        let mut running = self.so_far;
        let mut current: Option<(usize, i128)> = None;
        let mut moments = Vec::with_capacity(events.len());
        for event in events {
            let before = self.before(event, running, &mut current);
            if let Some(line) = event.line {
                measured.places.insert((affiliate, line), (before, total));
            }
            running = running.saturating_add(event.value);
            moments.push(Moment { at: event.at, order: event.order, after: running });
        }
        moments
    }

    fn before(&self, event: &Event, running: i128, current: &mut Option<(usize, i128)>) -> i128 {
        match (event.order, *current) {
            (Some(order), Some((same, before))) if self.by_order() && order == same => before,
            (Some(order), _) => {
                *current = Some((order, running));
                running
            }
            (None, _) => running,
        }
    }

    fn roll(&self, rolling: Span, affiliate: Sym, events: &[Event], measured: &mut Measured) -> Vec<Moment> {
        let mut running = self.so_far;
        let mut current: Option<(usize, i128)> = None;
        let mut oldest = events.iter().peekable();
        let mut moments = Vec::with_capacity(events.len());
        for event in events {
            // A window that ends beyond the years affil knows has not ended.
            let ended = |old: &&Event| rolling.end_from(old.at, &self.plan.zone).is_ok_and(|end| end <= event.at);
            while let Some(old) = oldest.next_if(ended) {
                running = running.saturating_sub(old.value);
            }
            let before = self.before(event, running, &mut current);
            running = running.saturating_add(event.value);
            if let Some(line) = event.line {
                measured.places.insert((affiliate, line), (before, running));
            }
            moments.push(Moment { at: event.at, order: event.order, after: running });
        }
        moments
    }
}
