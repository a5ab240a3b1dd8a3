//! Who wins each order: the last touch that counts, found in one pass over touches and orders by time.
//!
//! This module must never know amounts or rules. The meaning is that of [`attribute`](crate::attribute) for the model
//! `last`; touches that count alike (one window, one class) are a field, and the last of each field is all that matters.

use std::cmp::Ordering;
use std::ops::Range;

use super::chunk::{each, slices};
use super::ids::{Coded, place, row};
use super::table::Columns;
use crate::plan::Plan;
use crate::program::{Ties, UnknownAffiliate, WindowEnd};
use crate::time::{Instant, Span};

/// Touches that count alike: the smaller the rank, the stronger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    rank: (bool, usize),
    window: Span,
}

/// In which field a touch counts.
struct Rulebook {
    fields: Vec<Field>,
    /// By kind and channel, those of affiliates before those of the house; beyond the fields: none.
    of: Vec<u8>,
    channels: usize,
    kinds: usize,
    /// By affiliate.
    may_earn: Vec<bool>,
    near_open: bool,
    far_closed: bool,
    /// Of touches at one instant the first is the later one.
    smaller_later: bool,
}

impl Rulebook {
    fn new(plan: &Plan, columns: &Columns) -> Option<Self> {
        let (own, said) = (&plan.attribution, &plan.program.attribution);
        let names = |column: &Option<Coded>| -> Vec<Option<String>> {
            let names = column.as_ref().map(|column| &column.names).into_iter().flatten();
            names.map(|name| Some(name.to_string())).chain([None]).collect()
        };
        let (kinds, channels) = (names(&columns.touches.kind), names(&columns.touches.channel));
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
        let mut may_earn = Vec::with_capacity(columns.affiliates.len());
        for id in &columns.affiliates {
            let known = columns.base.names.find(id).and_then(|sym| columns.base.affiliates.find(sym));
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
    fn field(&self, affiliate: u32, kind: usize, channel: usize) -> Option<usize> {
        let house = match self.may_earn.get(place(affiliate)) {
            Some(true) => 0,
            Some(false) => return None,
            None => self.kinds,
        };
        let slot = kind.saturating_add(house).saturating_mul(self.channels).saturating_add(channel);
        self.of.get(slot).map(|field| usize::from(*field)).filter(|field| *field < self.fields.len())
    }

    /// Whether an order lies in the window of a field's touch.
    fn open(&self, plan: &Plan, field: Field, touch: i64, order: i64) -> bool {
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

/// Touches and orders of a stretch of time.
#[derive(Clone)]
struct Part {
    touches: Range<usize>,
    orders: Range<usize>,
}

/// Stretches with about as many touches, each order in one stretch with all touches between its beginning and the order.
fn parts(columns: &Columns, threads: usize) -> Vec<Part> {
    let (touches, orders) = (&columns.touches.at, &columns.orders.at);
    let mut parts: Vec<Part> = Vec::new();
    let (mut touch, mut order) = (0, 0);
    for range in super::chunk::ranges(touches.len(), threads) {
        let until = touches.get(range.end).copied();
        let next = until.map_or(touches.len(), |until| touches.partition_point(|at| *at < until));
        let last = until.map_or(orders.len(), |until| orders.partition_point(|at| *at < until));
        parts.push(Part { touches: touch..next.max(touch), orders: order..last.max(order) });
        (touch, order) = (next.max(touch), last.max(order));
    }
    parts
}

/// For each order the row of the touch that wins it, counted from 1; 0 for none. None if the plan's fields are too many.
pub(super) fn winners(plan: &Plan, columns: &Columns, threads: usize) -> Option<Vec<u32>> {
    let book = Rulebook::new(plan, columns)?;
    let parts = parts(columns, threads);
    let count = columns.orders();
    let mut found: Vec<Vec<u32>> = book.fields.iter().map(|_| vec![0; count]).collect();
    let mut lists: Vec<Vec<&mut [u32]>> = parts.iter().map(|_| Vec::new()).collect();
    for field in &mut found {
        let lengths = parts.iter().map(|part| part.orders.len());
        for (list, slice) in lists.iter_mut().zip(slices(field, lengths)) {
            list.push(slice);
        }
    }
    let items = parts.iter().cloned().zip(lists).collect();
    let ends = each(items, |(part, mut out)| walk(&book, columns, &part, &mut out));
    let mut winners = vec![0; count];
    let outs = slices(&mut winners, parts.iter().map(|part| part.orders.len()));
    let items: Vec<_> = parts.iter().enumerate().zip(outs).collect();
    each(items, |((number, part), out)| {
        let ends = ends.get(..number).unwrap_or_default();
        for (slot, order) in out.iter_mut().zip(part.orders.clone()) {
            *slot = choose(plan, &book, columns, &found, ends, order).unwrap_or_default();
        }
    });
    Some(winners)
}

/// The last touch of each field at each order of a stretch, as far as the stretch knows, and at its end.
fn walk(book: &Rulebook, columns: &Columns, part: &Part, out: &mut [&mut [u32]]) -> Vec<u32> {
    fn codes<'a>(column: Option<&'a Coded>, part: &Part) -> Option<&'a [u32]> {
        column.and_then(|column| column.codes.get(part.touches.clone()))
    }
    let none = |names: usize| names.saturating_sub(1);
    let (no_kind, no_channel) = (none(book.kinds), none(book.channels));
    let code = |codes: &[u32], touch: usize, missing: usize| {
        codes.get(touch).map_or(missing, |code| place(*code).min(missing))
    };
    // One loop for each form of the table, so that none asks for a column that is not there, touch by touch.
    match (codes(columns.touches.kind.as_ref(), part), codes(columns.touches.channel.as_ref(), part)) {
        (None, None) => pass(book, columns, part, out, |_| (no_kind, no_channel)),
        (None, Some(channels)) => pass(book, columns, part, out, |touch| (no_kind, code(channels, touch, no_channel))),
        (Some(kinds), None) => pass(book, columns, part, out, |touch| (code(kinds, touch, no_kind), no_channel)),
        (Some(kinds), Some(channels)) => {
            pass(book, columns, part, out, |touch| (code(kinds, touch, no_kind), code(channels, touch, no_channel)))
        }
    }
}

fn pass(
    book: &Rulebook,
    columns: &Columns,
    part: &Part,
    out: &mut [&mut [u32]],
    words: impl Fn(usize) -> (usize, usize),
) -> Vec<u32> {
    let customers = columns.customers.len();
    let mut last = vec![0_u32; customers.saturating_mul(book.fields.len())];
    let at = columns.touches.at.get(part.touches.clone()).unwrap_or_default();
    let customer = columns.touches.customer.get(part.touches.clone()).unwrap_or_default();
    let affiliate = columns.touches.affiliate.get(part.touches.clone()).unwrap_or_default();
    let mut touches = at.iter().zip(customer).zip(affiliate).enumerate().peekable();
    // The customer and instant of the last touch that counted, and the first row with them.
    let mut tie = ((&i64::MIN, &u32::MAX), 0_u32);
    let mut take = |last: &mut [u32], until: Option<i64>| {
        let early = |at: i64| until.is_none_or(|until| if book.near_open { at < until } else { at <= until });
        while let Some((touch, ((at, customer), affiliate))) = touches.next_if(|(_, ((at, _), _))| early(**at)) {
            let (kind, channel) = words(touch);
            if let Some(field) = book.field(*affiliate, kind, channel)
                && let Some(slot) = last.get_mut(field.saturating_mul(customers).saturating_add(place(*customer)))
            {
                let number = row(part.touches.start.saturating_add(touch)).saturating_add(1);
                if book.smaller_later {
                    // Those of a customer at one instant stand together, by id.
                    if (at, customer) != tie.0 {
                        tie = ((at, customer), number);
                    }
                    if *slot >= tie.1 {
                        continue;
                    }
                }
                *slot = number;
            }
        }
    };
    for (index, order) in part.orders.clone().enumerate() {
        take(&mut last, columns.orders.at.get(order).copied());
        let customer = columns.orders.customer.get(order).copied().map(place).unwrap_or_default();
        for (field, out) in out.iter_mut().enumerate() {
            let known = last.get(field.saturating_mul(customers).saturating_add(customer)).copied();
            if let Some(slot) = out.get_mut(index) {
                *slot = known.unwrap_or_default();
            }
        }
    }
    take(&mut last, None);
    last
}

/// The winner of an order: of the strongest field that has a touch in its window.
fn choose(
    plan: &Plan,
    book: &Rulebook,
    columns: &Columns,
    found: &[Vec<u32>],
    earlier: &[Vec<u32>],
    order: usize,
) -> Option<u32> {
    if !columns.counts(order) {
        return None;
    }
    let at = columns.orders.at.get(order).copied()?;
    let customer = columns.orders.customer.get(order).copied().map(place)?;
    let mut best: Option<((bool, usize), i64, u32)> = None;
    for (number, (field, found)) in book.fields.iter().zip(found).enumerate() {
        let mut touch = found.get(order).copied().unwrap_or_default();
        if touch == 0 {
            // Not in its own stretch of time: the last one before.
            let slot = number.saturating_mul(columns.customers.len()).saturating_add(customer);
            let before = earlier.iter().rev().filter_map(|ends| ends.get(slot)).find(|touch| **touch != 0);
            touch = before.copied().unwrap_or_default();
        }
        let Some(touched) = place(touch).checked_sub(1).and_then(|row| columns.touches.at.get(row)).copied() else {
            continue;
        };
        if !book.open(plan, *field, touched, at) {
            continue;
        }
        let later = |at: i64, than: u32| match touched.cmp(&at) {
            Ordering::Equal => (touch < than) == book.smaller_later,
            order => order == Ordering::Greater,
        };
        if best.is_none_or(|(rank, at, than)| field.rank < rank || (field.rank == rank && later(at, than))) {
            best = Some((field.rank, touched, touch));
        }
    }
    best.map(|(_, _, touch)| touch)
}
