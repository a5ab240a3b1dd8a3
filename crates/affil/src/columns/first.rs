//! Model `first`: the first touch of each field that is in its window, found among the customer's by halving.

use std::ops::Range;

use super::chunk::{each, ranges, slices};
use super::contest::{Contest, Rulebook};
use super::ids::{Coded, place, row};
use crate::plan::Plan;

/// The touches of a field by customer, in the order of time.
struct Paths {
    /// Where those of each customer begin.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Paths {
    fn of(&self, customer: usize) -> &[u32] {
        let at = |customer: usize| self.starts.get(customer).copied().map(place).unwrap_or_default();
        self.rows.get(at(customer)..at(customer.saturating_add(1))).unwrap_or_default()
    }
}

/// For each order the row of the touch that wins it, counted from 1; 0 for none.
pub(super) fn winners(plan: &Plan, book: &Rulebook, contest: &Contest<'_>, threads: usize) -> Vec<u32> {
    let fields = fields(book, contest, threads);
    let paths = each((0..book.fields.len()).collect(), |field| paths(contest, &fields, field));
    let mut winners = vec![0; contest.orders()];
    let parts = ranges(contest.orders(), threads);
    let outs = slices(&mut winners, parts.iter().map(ExactSizeIterator::len));
    each(parts.iter().cloned().zip(outs).collect(), |(part, out): (Range<usize>, &mut [u32])| {
        for (slot, order) in out.iter_mut().zip(part) {
            *slot = choose(plan, book, contest, &paths, order).unwrap_or_default();
        }
    });
    winners
}

/// The field of each touch; beyond all of them where it counts in none.
fn fields(book: &Rulebook, contest: &Contest<'_>, threads: usize) -> Vec<u8> {
    let touches = &contest.touches;
    let mut fields = vec![u8::MAX; contest.touches.at.len()];
    let parts = ranges(fields.len(), threads);
    let outs = slices(&mut fields, parts.iter().map(ExactSizeIterator::len));
    each(parts.iter().cloned().zip(outs).collect(), |(part, out): (Range<usize>, &mut [u8])| {
        let code = |column: Option<&Coded>, touch: usize, missing: usize| {
            let code = column.and_then(|column| column.codes.get(touch));
            code.map_or(missing, |code| place(*code).min(missing))
        };
        for (slot, touch) in out.iter_mut().zip(part) {
            let kind = code(touches.kind.as_ref(), touch, book.kinds.saturating_sub(1));
            let channel = code(touches.channel.as_ref(), touch, book.channels.saturating_sub(1));
            let affiliate = touches.affiliate.get(touch).copied().unwrap_or_default();
            let field = book.field(affiliate, kind, channel).and_then(|field| u8::try_from(field).ok());
            *slot = field.unwrap_or(u8::MAX);
        }
    });
    fields
}

fn paths(contest: &Contest<'_>, fields: &[u8], field: usize) -> Paths {
    let counts = |of: &u8| usize::from(*of) == field;
    let mut starts = vec![0_u32; contest.customers.saturating_add(1)];
    for (_, customer) in fields.iter().zip(&contest.touches.customer).filter(|(of, _)| counts(of)) {
        if let Some(count) = starts.get_mut(place(*customer).saturating_add(1)) {
            *count = count.saturating_add(1);
        }
    }
    let mut sum = 0_u32;
    for start in &mut starts {
        sum = sum.saturating_add(*start);
        *start = sum;
    }
    let mut next = starts.clone();
    let mut rows = vec![0_u32; place(sum)];
    for (touch, (_, customer)) in
        fields.iter().zip(&contest.touches.customer).enumerate().filter(|(_, (of, _))| counts(of))
    {
        if let Some(slot) = next.get_mut(place(*customer)) {
            if let Some(row_of) = rows.get_mut(place(*slot)) {
                *row_of = row(touch);
            }
            *slot = slot.saturating_add(1);
        }
    }
    Paths { starts, rows }
}

/// The winner of an order: of the strongest field that has a touch in its window.
fn choose(plan: &Plan, book: &Rulebook, contest: &Contest<'_>, paths: &[Paths], order: usize) -> Option<u32> {
    if !contest.counts(order) {
        return None;
    }
    let at = contest.at.get(order).copied()?;
    let customer = contest.customer.get(order).copied().map(place)?;
    let time = |touch: u32| contest.touches.at.get(place(touch)).copied().unwrap_or_default();
    let mut best: Option<((bool, usize), i64, u32)> = None;
    for (field, path) in book.fields.iter().zip(paths) {
        let path = path.of(customer);
        // The older a touch, the earlier its window ends.
        let ended = path.partition_point(|touch| !book.open(plan, *field, time(*touch), at));
        let Some(touched) = path.get(ended).map(|touch| time(*touch)) else { continue };
        if touched > at || (book.near_open && touched == at) {
            continue;
        }
        let same = path.get(ended..).unwrap_or_default().iter().take_while(|touch| time(**touch) == touched);
        // Those of one instant stand by id.
        let found = if book.smaller_later { same.last() } else { same.take(1).last() };
        let Some(touch) = found.copied() else { continue };
        let earlier = |(_, at, than): ((bool, usize), i64, u32)| {
            touched < at || (touched == at && (touch < than) != book.smaller_later)
        };
        if best.is_none_or(|best| field.rank < best.0 || (field.rank == best.0 && earlier(best))) {
            best = Some((field.rank, touched, touch));
        }
    }
    best.map(|(_, _, touch)| touch.saturating_add(1))
}
