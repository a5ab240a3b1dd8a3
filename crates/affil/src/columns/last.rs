//! Model `last`: the last touch of each field, found in one pass over touches and orders by time.
//!
//! Stretches of time are looked at apart: what an order does not find in its own is the last of those before.

use std::cmp::Ordering;
use std::ops::Range;

use super::chunk::{each, slices};
use super::contest::{Contest, Rulebook};
use super::ids::{Coded, place, row};
use crate::plan::Plan;

/// Touches and orders of a stretch of time.
#[derive(Clone)]
struct Part {
    touches: Range<usize>,
    orders: Range<usize>,
}

/// Stretches with about as many touches, each order in one stretch with all touches between its beginning and the order.
fn parts(contest: &Contest<'_>, threads: usize) -> Vec<Part> {
    let (touches, orders) = (&contest.touches.at, contest.at);
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

/// For each order the row of the touch that wins it, counted from 1; 0 for none.
pub(super) fn winners(plan: &Plan, book: &Rulebook, contest: &Contest<'_>, threads: usize) -> Vec<u32> {
    let parts = parts(contest, threads);
    let count = contest.orders();
    let mut found: Vec<Vec<u32>> = book.fields.iter().map(|_| vec![0; count]).collect();
    let mut lists: Vec<Vec<&mut [u32]>> = parts.iter().map(|_| Vec::new()).collect();
    for field in &mut found {
        let lengths = parts.iter().map(|part| part.orders.len());
        for (list, slice) in lists.iter_mut().zip(slices(field, lengths)) {
            list.push(slice);
        }
    }
    let items = parts.iter().cloned().zip(lists).collect();
    let ends = each(items, |(part, mut out)| walk(book, contest, &part, &mut out));
    let mut winners = vec![0; count];
    let outs = slices(&mut winners, parts.iter().map(|part| part.orders.len()));
    let items: Vec<_> = parts.iter().enumerate().zip(outs).collect();
    each(items, |((number, part), out)| {
        let ends = ends.get(..number).unwrap_or_default();
        let fields = found.iter().enumerate();
        let last: Vec<Found> = fields.map(|(field, found)| Found::new(contest, part, (field, found), ends)).collect();
        for (index, (slot, order)) in out.iter_mut().zip(part.orders.clone()).enumerate() {
            *slot = choose(plan, book, contest, &last, (index, order)).unwrap_or_default();
        }
    });
    winners
}

/// The last touch of each field at each order of a stretch, as far as the stretch knows, and at its end.
fn walk(book: &Rulebook, contest: &Contest<'_>, part: &Part, out: &mut [&mut [u32]]) -> Vec<u32> {
    fn codes<'a>(column: Option<&'a Coded>, part: &Part) -> Option<&'a [u32]> {
        column.and_then(|column| column.codes.get(part.touches.clone()))
    }
    let none = |names: usize| names.saturating_sub(1);
    let (no_kind, no_channel) = (none(book.kinds), none(book.channels));
    let code = |codes: &[u32], touch: usize, missing: usize| {
        codes.get(touch).map_or(missing, |code| place(*code).min(missing))
    };
    // One loop for each form of the table, so that none asks for a column that is not there, touch by touch.
    match (codes(contest.touches.kind.as_ref(), part), codes(contest.touches.channel.as_ref(), part)) {
        (None, None) => pass(book, contest, part, out, |_| (no_kind, no_channel)),
        (None, Some(channels)) => pass(book, contest, part, out, |touch| (no_kind, code(channels, touch, no_channel))),
        (Some(kinds), None) => pass(book, contest, part, out, |touch| (code(kinds, touch, no_kind), no_channel)),
        (Some(kinds), Some(channels)) => {
            pass(book, contest, part, out, |touch| (code(kinds, touch, no_kind), code(channels, touch, no_channel)))
        }
    }
}

fn pass(
    book: &Rulebook,
    contest: &Contest<'_>,
    part: &Part,
    out: &mut [&mut [u32]],
    words: impl Fn(usize) -> (usize, usize),
) -> Vec<u32> {
    let customers = contest.customers;
    let mut last = vec![0_u32; customers.saturating_mul(book.fields.len())];
    let at = contest.touches.at.get(part.touches.clone()).unwrap_or_default();
    let customer = contest.touches.customer.get(part.touches.clone()).unwrap_or_default();
    let affiliate = contest.touches.affiliate.get(part.touches.clone()).unwrap_or_default();
    // The customer and instant of the last touch that counted, and the first row with them.
    let mut tie = ((i64::MIN, u32::MAX), 0_u32);
    let mut done = 0_usize;
    let mut take = |last: &mut [u32], until: Option<i64>| {
        let early = |at: i64| until.is_none_or(|until| if book.near_open { at < until } else { at <= until });
        let count = at.get(done..).unwrap_or_default().iter().take_while(|at| early(**at)).count();
        let new = done..done.saturating_add(count);
        let own = (at.get(new.clone()), customer.get(new.clone()), affiliate.get(new.clone()));
        let (Some(at), Some(customer), Some(affiliate)) = own else { return };
        for (touch, ((at, customer), affiliate)) in new.clone().zip(at.iter().zip(customer).zip(affiliate)) {
            let (kind, channel) = words(touch);
            let Some(field) = book.field(*affiliate, kind, channel) else { continue };
            let number = row(part.touches.start.saturating_add(touch)).saturating_add(1);
            let slot = last.get_mut(field.saturating_mul(customers).saturating_add(place(*customer)));
            let Some(slot) = slot else { continue };
            if book.smaller_later {
                // Those of a customer at one instant stand together, by id.
                if (*at, *customer) != tie.0 {
                    tie = ((*at, *customer), number);
                }
                if *slot >= tie.1 {
                    continue;
                }
            }
            *slot = number;
        }
        done = new.end;
    };
    for (index, order) in part.orders.clone().enumerate() {
        take(&mut last, contest.at.get(order).copied());
        let customer = contest.customer.get(order).copied().map(place).unwrap_or_default();
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

/// The last touch of a field before each order of a stretch, and when it was.
struct Found {
    touches: Vec<u32>,
    times: Vec<i64>,
}

impl Found {
    fn new(contest: &Contest<'_>, part: &Part, (field, found): (usize, &Vec<u32>), earlier: &[Vec<u32>]) -> Self {
        let base = field.saturating_mul(contest.customers);
        let own = found.get(part.orders.clone()).unwrap_or_default().iter();
        let of = contest.customer.get(part.orders.clone()).unwrap_or_default();
        let touch = |(touch, customer): (&u32, &u32)| {
            if *touch != 0 {
                return *touch;
            }
            // Not in its own stretch of time: the last one before.
            let slot = base.saturating_add(place(*customer));
            let before = earlier.iter().rev().filter_map(|ends| ends.get(slot)).find(|touch| **touch != 0);
            before.copied().unwrap_or_default()
        };
        let touches: Vec<u32> = own.zip(of).map(touch).collect();
        // In a loop of its own: memory answers many questions at once, but only if they are asked together.
        let time = |touch: &u32| contest.touches.at.get(place(*touch).wrapping_sub(1)).copied().unwrap_or_default();
        let times = touches.iter().map(time).collect();
        Self { touches, times }
    }
}

/// The winner of an order: of the strongest field that has a touch in its window.
fn choose(
    plan: &Plan,
    book: &Rulebook,
    contest: &Contest<'_>,
    last: &[Found],
    (index, order): (usize, usize),
) -> Option<u32> {
    if !contest.counts(order) {
        return None;
    }
    let at = contest.at.get(order).copied()?;
    let mut best: Option<((bool, usize), i64, u32)> = None;
    for (field, last) in book.fields.iter().zip(last) {
        let (touch, touched) = (last.touches.get(index).copied()?, last.times.get(index).copied()?);
        if touch == 0 || !book.open(plan, *field, touched, at) {
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
