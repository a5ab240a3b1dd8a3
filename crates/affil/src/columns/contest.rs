//! Who wins each order: which touches count, and in which field; one file for each model.
//!
//! This module must never know amounts or rules. The meaning is that of [`attribute`](crate::attribute) for the models
//! `last` and `first`; touches that count alike (one window, one class) are a field, and only the last or the first of
//! each field that is in its window can win.

use super::ids::{Coded, place};
use super::table::{Columns, TouchColumns};
use super::{first, last};
use crate::facts::Facts;
use crate::plan::{ModelPlan, Plan};
use crate::program::{Ties, UnknownAffiliate, WindowEnd};
use crate::time::{Instant, Span};

/// Touches and the orders they may win, both by time.
#[derive(Clone, Copy)]
pub(super) struct Contest<'a> {
    pub(super) touches: &'a TouchColumns,
    /// When each order was placed.
    pub(super) at: &'a [i64],
    pub(super) customer: &'a [u32],
    counts: Option<&'a [bool]>,
    pub(super) customers: usize,
}

impl<'a> Contest<'a> {
    pub(super) fn of(columns: &'a Columns) -> Self {
        let (touches, orders) = (&columns.touches, &columns.orders);
        let (at, customer, counts) = (&orders.at, &orders.customer, orders.counts.as_deref());
        Self { touches, at, customer, counts, customers: columns.customers.len() }
    }

    /// Of orders that all count.
    pub(super) fn between(touches: &'a TouchColumns, at: &'a [i64], customer: &'a [u32], customers: usize) -> Self {
        Self { touches, at, customer, counts: None, customers }
    }

    pub(super) fn orders(&self) -> usize {
        self.at.len()
    }

    pub(super) fn counts(&self, order: usize) -> bool {
        self.counts.is_none_or(|counts| counts.get(order) == Some(&true))
    }
}

/// Touches that count alike: the smaller the rank, the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) rank: (bool, usize),
    pub(super) window: Span,
}

/// In which field a touch counts.
pub(super) struct Rulebook {
    pub(super) fields: Vec<Field>,
    /// By kind and channel, those of affiliates before those of the house; beyond the fields: none.
    of: Vec<u8>,
    pub(super) channels: usize,
    pub(super) kinds: usize,
    /// By affiliate.
    may_earn: Vec<bool>,
    pub(super) near_open: bool,
    far_closed: bool,
    /// Of touches at one instant the first is the later one.
    pub(super) smaller_later: bool,
}

impl Rulebook {
    /// None if there are too many fields, or an affiliate whom the facts do not know has to be refused.
    pub(super) fn new(plan: &Plan, touches: &TouchColumns, affiliates: &[Box<str>], base: &Facts) -> Option<Self> {
        let (own, said) = (&plan.attribution, &plan.program.attribution);
        let names = |column: &Option<Coded>| -> Vec<Option<String>> {
            let names = column.as_ref().map(|column| &column.names).into_iter().flatten();
            names.map(|name| Some(name.to_string())).chain([None]).collect()
        };
        let (kinds, channels) = (names(&touches.kind), names(&touches.channel));
        let mut fields: Vec<Field> = Vec::new();
        let mut of = Vec::new();
        for house in [false, true] {
            for kind in &kinds {
                let kind = kind.as_deref().unwrap_or("click");
                let kind = own.kinds.iter().find(|known| known.kind == kind);
                for channel in &channels {
                    let among = |list: &[String]| channel.as_ref().is_some_and(|channel| list.contains(channel));
                    let looked_at = !among(&own.excluded_channels) && (!house || among(&own.deduplicate));
                    let field = kind
                        .filter(|_| looked_at)
                        .map(|kind| Field { rank: (among(&own.except), kind.class), window: kind.window });
                    let Some(field) = field else {
                        of.push(u8::MAX);
                        continue;
                    };
                    let known = fields.iter().position(|known| *known == field).unwrap_or_else(|| {
                        fields.push(field);
                        fields.len().saturating_sub(1)
                    });
                    of.push(u8::try_from(known).ok()?);
                }
            }
        }
        let accepted = plan.program.unknown_affiliates == UnknownAffiliate::Accept;
        let mut may_earn = Vec::with_capacity(affiliates.len());
        for id in affiliates {
            let known = base.names.find(id).and_then(|sym| base.affiliates.find(sym));
            // Who is unknown may have to be refused, which the other way to settle says best.
            let active = known.map_or(accepted.then_some(true), |affiliate| Some(affiliate.active))?;
            may_earn.push(active && !own.excluded_affiliates.iter().any(|other| **other == **id));
        }
        let near_open = said.near_end == WindowEnd::Open;
        let far_closed = said.far_end == WindowEnd::Closed;
        let smaller_later = said.ties == Ties::SmallerId;
        // More fields than this are not worth a table each.
        let few = fields.len() <= 8;
        few.then_some(Self {
            fields,
            of,
            channels: channels.len(),
            kinds: kinds.len(),
            may_earn,
            near_open,
            far_closed,
            smaller_later,
        })
    }

    /// The field in which a touch of an affiliate, kind and channel counts.
    pub(super) fn field(&self, affiliate: u32, kind: usize, channel: usize) -> Option<usize> {
        let house = match self.may_earn.get(place(affiliate)) {
            Some(true) => 0,
            Some(false) => return None,
            None => self.kinds,
        };
        let slot = kind.saturating_add(house).saturating_mul(self.channels).saturating_add(channel);
        self.of.get(slot).map(|field| usize::from(*field)).filter(|field| *field < self.fields.len())
    }

    /// Whether an order lies in the window of a field's touch.
    pub(super) fn open(&self, plan: &Plan, field: Field, touch: i64, order: i64) -> bool {
        if let Some(length) = field.window.fixed_micros() {
            let age = order.saturating_sub(touch);
            return if self.far_closed { age <= length } else { age < length };
        }
        let (Ok(touch), Ok(order)) = (Instant::from_micros(touch), Instant::from_micros(order)) else { return false };
        // A window that ends beyond the years affil knows has not ended.
        let goes_on = |end: Instant| if self.far_closed { order <= end } else { order < end };
        field.window.end_from(touch, &plan.zone).map_or(true, goes_on)
    }
}

/// For each order the row of the touch that wins it, counted from 1; 0 for none. None if the plan's fields are too many.
pub(super) fn winners(plan: &Plan, columns: &Columns, threads: usize) -> Option<Vec<u32>> {
    let book = Rulebook::new(plan, &columns.touches, &columns.affiliates, &columns.base)?;
    Some(decide(plan, &book, &Contest::of(columns), threads))
}

/// As [`winners`], by a rulebook made before.
pub(super) fn decide(plan: &Plan, book: &Rulebook, contest: &Contest<'_>, threads: usize) -> Vec<u32> {
    match plan.attribution.model {
        ModelPlan::First => first::winners(plan, book, contest, threads),
        _ => last::winners(plan, book, contest, threads),
    }
}
