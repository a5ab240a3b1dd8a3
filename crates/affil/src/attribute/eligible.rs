//! Which touches count for an order: windows, exclusions, bindings, and the class they count in.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::Plan;
use crate::program::UnknownAffiliate;
use crate::settle::Reason;
use crate::time::{Span, SpanUnit};

/// Why a touch does not count for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bar {
    OtherOrder,
    KindNotCounted,
    ExcludedAffiliate,
    ExcludedChannel,
    AffiliateInactive,
    OutsideWindow,
}

impl Bar {
    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::OtherOrder => Reason::OtherOrder,
            Self::KindNotCounted => Reason::KindNotCounted,
            Self::ExcludedAffiliate => Reason::ExcludedAffiliate,
            Self::ExcludedChannel => Reason::ExcludedChannel,
            Self::AffiliateInactive => Reason::AffiliateInactive,
            Self::OutsideWindow => Reason::OutsideWindow,
        }
    }
}

/// The program's conditions on touches, bound to the texts of a set of facts.
pub(crate) struct Eligibility<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    /// For each kind that counts, its window and class; 0 is the strongest.
    kinds: HashMap<Sym, (Span, usize)>,
    channels: HashSet<Sym>,
    affiliates: HashSet<Sym>,
}

impl<'a> Eligibility<'a> {
    pub(crate) fn new(plan: &'a Plan, facts: &'a Facts) -> Self {
        let class = |kind: &String| plan.classes.iter().position(|class| class.contains(kind)).unwrap_or_default();
        let known = |texts: &[String]| texts.iter().filter_map(|text| facts.names.find(text)).collect();
        let windows = plan.windows.iter();
        let kinds = windows.filter_map(|(kind, span)| Some((facts.names.find(kind)?, (*span, class(kind))))).collect();
        let channels = known(&plan.excluded_channels);
        Self { plan, facts, kinds, channels, affiliates: known(&plan.excluded_affiliates) }
    }

    /// The window of a kind of touch, if it has one.
    pub(crate) fn window(&self, kind: Sym) -> Option<Span> {
        self.kinds.get(&kind).map(|(span, _)| *span)
    }

    /// The class in which a touch of the order's customer, not after the order, counts for it.
    pub(crate) fn test(&self, touch: &Touch, order: &Order) -> Result<usize, Bar> {
        match self.bars(touch, order).next() {
            Some(bar) => Err(bar),
            None => Ok(self.kinds.get(&touch.kind).map(|(_, class)| *class).unwrap_or_default()),
        }
    }

    /// Everything that keeps a touch from counting, in the documented order.
    pub(crate) fn bars(&self, touch: &Touch, order: &Order) -> impl Iterator<Item = Bar> {
        let window = self.kinds.get(&touch.kind).map(|(window, _)| *window);
        let checks: [(Bar, &dyn Fn() -> bool); 6] = [
            (Bar::OtherOrder, &|| !touch.order.is_none() && touch.order != order.id),
            (Bar::KindNotCounted, &|| window.is_none()),
            (Bar::ExcludedAffiliate, &|| self.affiliates.contains(&touch.affiliate)),
            (Bar::ExcludedChannel, &|| self.channels.contains(&touch.channel)),
            (Bar::AffiliateInactive, &|| !self.active(touch.affiliate)),
            (Bar::OutsideWindow, &|| window.is_some_and(|window| !self.open(window, touch, order))),
        ];
        checks.map(|(bar, applies)| applies().then_some(bar)).into_iter().flatten()
    }

    /// Why a cart's touch could never count; its kind may be unknown, its time always fits.
    pub(crate) fn bar_of_cart(&self, touch: &Touch, order: &Order) -> Option<Bar> {
        self.bars(touch, order).find(|bar| *bar != Bar::KindNotCounted || !touch.kind.is_none())
    }

    fn open(&self, window: Span, touch: &Touch, order: &Order) -> bool {
        // A window that ends beyond the years affil knows has not ended.
        window.end_from(touch.at, &self.plan.zone).map_or(true, |end| order.at < end)
    }

    /// No touch older than this before an order can count for it, in microseconds.
    pub(crate) fn longest(&self) -> i64 {
        let longest = |window: &Span| {
            // No month is longer than 31 days, no year than 366, and a clock change adds hours at most.
            let days = match window.unit() {
                SpanUnit::Month => 31,
                _ => 366,
            };
            let calendar = i64::from(window.count()).saturating_mul(days).saturating_add(2);
            window.fixed_micros().unwrap_or(calendar.saturating_mul(86_400_000_000))
        };
        self.kinds.values().map(|(window, _)| longest(window)).max().unwrap_or_default()
    }

    fn active(&self, affiliate: Sym) -> bool {
        let accepted = self.plan.program.unknown_affiliates == UnknownAffiliate::Accept;
        self.facts.affiliates.find(affiliate).map_or(accepted, |affiliate| affiliate.active)
    }
}
