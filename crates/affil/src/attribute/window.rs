//! Whether an instant lies in the window of a touch, and what keeps a touch alive beyond it.
//!
//! This module must never know whose touch it is.

use std::collections::HashMap;

use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::{CartAddPlan, Plan};
use crate::program::WindowEnd;
use crate::time::{Instant, Span, SpanUnit, Zone};

/// How windows end, and the customers' cart events.
pub(super) struct Windows<'a> {
    zone: &'a Zone,
    near_end: WindowEnd,
    far_end: WindowEnd,
    carts: Option<Carts>,
}

/// The cart events of each customer by time, with the order each names.
struct Carts {
    window: Span,
    events: HashMap<Sym, Vec<(Instant, Sym)>>,
}

impl<'a> Windows<'a> {
    pub(super) fn new(plan: &'a Plan, facts: &Facts) -> Self {
        let attribution = &plan.program.attribution;
        let carts = plan.attribution.cart_add.as_ref().map(|cart| Carts::new(cart, facts));
        Self { zone: &plan.zone, near_end: attribution.near_end, far_end: attribution.far_end, carts }
    }

    /// Whether the order lies in the touch's window.
    pub(super) fn open(&self, window: Span, touch: &Touch, order: &Order) -> bool {
        self.holds(window, touch, order.at) || self.kept_alive(window, touch, order)
    }

    fn holds(&self, window: Span, touch: &Touch, at: Instant) -> bool {
        let begun = if self.near_end == WindowEnd::Closed { touch.at <= at } else { touch.at < at };
        let goes_on = |end: Instant| if self.far_end == WindowEnd::Open { at < end } else { at <= end };
        // A window that ends beyond the years affil knows has not ended.
        begun && window.end_from(touch.at, self.zone).map_or(true, goes_on)
    }

    /// Whether a cart event in the touch's window leads on to the order.
    fn kept_alive(&self, window: Span, touch: &Touch, order: &Order) -> bool {
        let Some(carts) = &self.carts else { return false };
        let events = carts.events.get(&order.customer).map(Vec::as_slice).unwrap_or_default();
        let (longest, until) = (longest(carts.window), events.partition_point(|(at, _)| *at <= order.at));
        let events = events.get(..until).unwrap_or_default().iter().rev();
        let mut recent = events.take_while(|(at, _)| *at >= touch.at && order.at.micros_since(*at) <= longest);
        recent.any(|(at, bound)| {
            (bound.is_none() || *bound == order.id)
                && self.holds(window, touch, *at)
                && ends_after(carts.window, *at, order.at, self.zone)
        })
    }

    /// How much a cart event can add to a window at most, in microseconds.
    pub(super) fn longest_extension(&self) -> i64 {
        self.carts.as_ref().map(|carts| longest(carts.window)).unwrap_or_default()
    }
}

impl Carts {
    fn new(plan: &CartAddPlan, facts: &Facts) -> Self {
        let mut events: HashMap<Sym, Vec<(Instant, Sym)>> = HashMap::new();
        if let Some(kind) = facts.names.find(&plan.kind) {
            let carts = facts.touches.rows.iter().filter(|touch| touch.affiliate.is_none() && touch.kind == kind);
            carts.for_each(|touch| events.entry(touch.customer).or_default().push((touch.at, touch.order)));
        }
        // Which of those at one instant comes first makes no difference.
        for events in events.values_mut() {
            events.sort_unstable();
        }
        Self { window: plan.window, events }
    }
}

/// Whether `at` lies before the end of a length from `start`; one beyond the years affil knows has not ended.
pub(super) fn ends_after(length: Span, start: Instant, at: Instant, zone: &Zone) -> bool {
    length.end_from(start, zone).map_or(true, |end| at < end)
}

/// No length lasts longer than this, in microseconds.
pub(super) fn longest(length: Span) -> i64 {
    // No month is longer than 31 days, no year than 366, and a clock change adds hours at most.
    let days = match length.unit() {
        SpanUnit::Month => 31,
        _ => 366,
    };
    let calendar = i64::from(length.count()).saturating_mul(days).saturating_add(2);
    length.fixed_micros().unwrap_or(calendar.saturating_mul(86_400_000_000))
}
