//! Which touches count for an order: windows, exclusions, bindings, and the class they count in.
//!
//! This module must never know which other touches there are.

use std::collections::{HashMap, HashSet};

use super::compete::Entrant;
use super::window::{Windows, ends_after, longest};
use crate::facts::{Affiliate, Facts, Order, Sym, Touch};
use crate::money::Rate;
use crate::plan::{Condition, Plan, Subject};
use crate::program::{Fallback, SelfReferral, UnknownAffiliate};
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
    SelfReferral,
    OutsideWindow,
    TooFast,
}

impl Bar {
    /// In the documented order.
    const ALL: [Self; 8] = [
        Self::OtherOrder,
        Self::KindNotCounted,
        Self::ExcludedAffiliate,
        Self::ExcludedChannel,
        Self::AffiliateInactive,
        Self::SelfReferral,
        Self::OutsideWindow,
        Self::TooFast,
    ];

    pub(crate) fn reason(self) -> Reason {
        match self {
            Self::OtherOrder => Reason::OtherOrder,
            Self::KindNotCounted => Reason::KindNotCounted,
            Self::ExcludedAffiliate => Reason::ExcludedAffiliate,
            Self::ExcludedChannel => Reason::ExcludedChannel,
            Self::AffiliateInactive => Reason::AffiliateInactive,
            Self::SelfReferral => Reason::SelfReferral,
            Self::OutsideWindow => Reason::OutsideWindow,
            Self::TooFast => Reason::TooFast,
        }
    }

    /// Whether it is about whose touch it is: with the fallback `nobody` such a touch keeps its place.
    fn is_about_who(self) -> bool {
        matches!(self, Self::ExcludedAffiliate | Self::ExcludedChannel | Self::AffiliateInactive | Self::SelfReferral)
    }

    /// Whether it is about when the touch was.
    fn is_about_when(self) -> bool {
        matches!(self, Self::OutsideWindow | Self::TooFast)
    }
}

/// The program's conditions on touches, bound to the texts of a set of facts.
pub(crate) struct Eligibility<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    kinds: HashMap<Sym, Kind>,
    terms: Vec<Terms>,
    windows: Windows<'a>,
    excepted: HashSet<Sym>,
    channels: HashSet<Sym>,
    affiliates: HashSet<Sym>,
}

/// A kind that counts.
#[derive(Clone, Copy)]
struct Kind {
    window: Span,
    minimum_age: Option<Span>,
    /// 0 is the strongest.
    class: usize,
}

/// Terms of some touches.
struct Terms {
    touch: Condition<Sym>,
    affiliate: Condition<Sym>,
    window: Option<Span>,
    minimum_age: Option<Span>,
    last_takes: Option<Rate>,
}

/// What holds for a touch whatever the order is.
#[derive(Clone, Copy)]
struct Standing<'a> {
    affiliate: Option<&'a Affiliate>,
    window: Option<Span>,
    minimum_age: Option<Span>,
    class: usize,
}

impl<'a> Eligibility<'a> {
    pub(crate) fn new(plan: &'a Plan, facts: &'a Facts) -> Self {
        let known = |texts: &[String]| texts.iter().filter_map(|text| facts.names.find(text)).collect();
        let attribution = &plan.attribution;
        let kinds = attribution.kinds.iter().filter_map(|kind| {
            let (window, minimum_age, class) = (kind.window, kind.minimum_age, kind.class);
            Some((facts.names.find(&kind.kind)?, Kind { window, minimum_age, class }))
        });
        let terms = attribution.terms.iter().map(|terms| Terms {
            touch: terms.touch.bind(&facts.names),
            affiliate: terms.affiliate.bind(&facts.names),
            window: terms.window,
            minimum_age: terms.minimum_age,
            last_takes: terms.last_takes,
        });
        Self {
            plan,
            facts,
            kinds: kinds.collect(),
            terms: terms.collect(),
            windows: Windows::new(plan, facts),
            excepted: known(&attribution.except),
            channels: known(&attribution.excluded_channels),
            affiliates: known(&attribution.excluded_affiliates),
        }
    }

    /// The window of a touch, that of its terms if they have one; none if its kind does not count.
    pub(crate) fn window_of(&self, touch: &Touch) -> Option<Span> {
        self.standing(touch).window
    }

    /// How old a touch must be at least, if it must.
    pub(crate) fn minimum_age_of(&self, touch: &Touch) -> Option<Span> {
        self.standing(touch).minimum_age
    }

    /// The share that a touch has at least if it is the last of those that compete.
    pub(super) fn last_takes(&self, touch: usize) -> Option<Rate> {
        let touch = self.facts.touches.rows.get(touch)?;
        self.terms(touch, self.facts.affiliates.find(touch.affiliate))?.last_takes
    }

    /// The touch as one that may compete for the order, which is of its customer and not before it.
    pub(super) fn entrant(&self, index: usize, order: &Order) -> Option<Entrant> {
        let touch = self.facts.touches.rows.get(index)?;
        let standing = self.standing(touch);
        let house = touch.affiliate.is_none();
        let mut bars = self.bars_of(standing, touch, order);
        let nobody = match bars.next() {
            None => house.then_some(Reason::Deduplicated),
            Some(_) if house || self.plan.program.attribution.fallback == Fallback::Next => return None,
            Some(bar) if bar.is_about_who() && bars.all(Bar::is_about_who) => Some(bar.reason()),
            Some(_) => return None,
        };
        let excepted = !self.excepted.is_empty() && self.excepted.contains(&touch.channel);
        let (at, affiliate, class) = (touch.at, touch.affiliate, standing.class);
        Some(Entrant { touch: index, at, affiliate, class, excepted, nobody })
    }

    /// Everything that keeps a touch from counting, in the documented order.
    pub(crate) fn bars(&self, touch: &Touch, order: &Order) -> impl Iterator<Item = Bar> {
        self.bars_of(self.standing(touch), touch, order)
    }

    /// Why a cart's touch could never count; its kind may be unknown, its time always fits.
    pub(crate) fn bar_of_cart(&self, touch: &Touch, order: &Order) -> Option<Bar> {
        let matters = |bar: &Bar| !bar.is_about_when() && (*bar != Bar::KindNotCounted || !touch.kind.is_none());
        self.bars(touch, order).find(matters)
    }

    /// Whether an affiliate may earn orders of the order's customer at all: what a bond depends on.
    pub(super) fn may_earn(&self, affiliate: Sym, order: &Order) -> bool {
        let fact = self.facts.affiliates.find(affiliate);
        self.active(fact) && !self.affiliates.contains(&affiliate) && !self.refers_itself(fact, order)
    }

    /// No touch older than this before an order can count for it, in microseconds.
    pub(crate) fn longest(&self) -> i64 {
        let windows = self.kinds.values().map(|kind| kind.window);
        let windows = windows.chain(self.terms.iter().filter_map(|terms| terms.window));
        let longest = windows.map(longest).max().unwrap_or_default();
        longest.saturating_add(self.windows.longest_extension())
    }

    fn bars_of(&self, standing: Standing<'_>, touch: &Touch, order: &Order) -> impl Iterator<Item = Bar> {
        Bar::ALL.into_iter().filter(move |bar| self.applies(*bar, standing, touch, order))
    }

    fn applies(&self, bar: Bar, standing: Standing<'_>, touch: &Touch, order: &Order) -> bool {
        let house = touch.affiliate.is_none();
        match bar {
            Bar::OtherOrder => !touch.order.is_none() && touch.order != order.id,
            Bar::KindNotCounted => standing.window.is_none(),
            Bar::ExcludedAffiliate => !house && self.affiliates.contains(&touch.affiliate),
            Bar::ExcludedChannel => self.channels.contains(&touch.channel),
            Bar::AffiliateInactive => !house && !self.active(standing.affiliate),
            Bar::SelfReferral => !house && self.refers_itself(standing.affiliate, order),
            Bar::OutsideWindow => standing.window.is_some_and(|window| !self.windows.open(window, touch, order)),
            Bar::TooFast => {
                standing.minimum_age.is_some_and(|age| ends_after(age, touch.at, order.at, &self.plan.zone))
            }
        }
    }

    fn standing(&self, touch: &Touch) -> Standing<'a> {
        let affiliate = self.facts.affiliates.find(touch.affiliate);
        let Some(kind) = self.kinds.get(&touch.kind) else {
            return Standing { affiliate, window: None, minimum_age: None, class: 0 };
        };
        let terms = self.terms(touch, affiliate);
        let window = terms.and_then(|terms| terms.window).unwrap_or(kind.window);
        let minimum_age = terms.and_then(|terms| terms.minimum_age).or(kind.minimum_age);
        Standing { affiliate, window: Some(window), minimum_age, class: kind.class }
    }

    /// The position of the terms that apply to a touch.
    pub(crate) fn terms_of(&self, touch: &Touch) -> Option<usize> {
        self.first_terms(touch, self.facts.affiliates.find(touch.affiliate))
    }

    fn terms(&self, touch: &Touch, affiliate: Option<&Affiliate>) -> Option<&Terms> {
        self.first_terms(touch, affiliate).and_then(|index| self.terms.get(index))
    }

    /// The first terms that match the touch.
    fn first_terms(&self, touch: &Touch, affiliate: Option<&Affiliate>) -> Option<usize> {
        // Without terms nothing need be put together for every touch.
        if self.terms.is_empty() {
            return None;
        }
        let subject = Subject {
            facts: self.facts,
            affiliate,
            affiliate_id: touch.affiliate,
            touch: Some(touch),
            order: None,
            currency: None,
            new_customer: None,
            charge: None,
            line: None,
        };
        self.terms.iter().position(|terms| terms.touch.holds(&subject) && terms.affiliate.holds(&subject))
    }

    fn active(&self, affiliate: Option<&Affiliate>) -> bool {
        let accepted = self.plan.program.unknown_affiliates == UnknownAffiliate::Accept;
        affiliate.map_or(accepted, |affiliate| affiliate.active)
    }

    fn refers_itself(&self, affiliate: Option<&Affiliate>, order: &Order) -> bool {
        self.plan.program.attribution.self_referral == SelfReferral::Refuse
            && affiliate.is_some_and(|affiliate| affiliate.customers.of(&self.facts.groups).contains(&order.customer))
    }
}
