//! Which touches count for an order: windows, exclusions, bindings, and the class they count in.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::Plan;
use crate::program::UnknownAffiliate;
use crate::settle::Reason;
use crate::time::Span;

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
        if !touch.order.is_none() && touch.order != order.id {
            return Err(Bar::OtherOrder);
        }
        let (window, class) = self.kinds.get(&touch.kind).ok_or(Bar::KindNotCounted)?;
        if self.affiliates.contains(&touch.affiliate) {
            return Err(Bar::ExcludedAffiliate);
        }
        if self.channels.contains(&touch.channel) {
            return Err(Bar::ExcludedChannel);
        }
        if !self.active(touch.affiliate) {
            return Err(Bar::AffiliateInactive);
        }
        // A window that ends beyond the years affil knows has not ended.
        let open = window.end_from(touch.at, &self.plan.zone).map_or(true, |end| order.at < end);
        if open { Ok(*class) } else { Err(Bar::OutsideWindow) }
    }

    fn active(&self, affiliate: Sym) -> bool {
        let accepted = self.plan.program.unknown_affiliates == UnknownAffiliate::Accept;
        self.facts.affiliates.find(affiliate).map_or(accepted, |affiliate| affiliate.active)
    }
}
