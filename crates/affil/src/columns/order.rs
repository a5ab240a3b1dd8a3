//! Putting columns into the canonical order: touches and orders by (time, id), lines by order, refunds by line.
//!
//! This module must never know what the order is good for.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::ids::{Coded, NONE, gather, place, row};
use super::table::{LineColumns, OrderColumns, RefundColumns, TouchColumns, malformed, starts};
use crate::facts::escaped;
use crate::problem::Problem;

/// Ranks of texts, as ids made from them compare: escaped, and ended by `|`.
struct Ranks {
    by_code: Vec<u32>,
    missing: u32,
}

impl Ranks {
    fn new(names: &[Box<str>], missing: &str) -> Self {
        let mut keys: Vec<(String, usize)> = names
            .iter()
            .enumerate()
            .map(|(code, name)| (format!("{}|", escaped(name)), code))
            .chain([(missing.to_owned(), names.len())])
            .collect();
        keys.sort();
        let mut by_code = vec![0; keys.len()];
        for (rank, (_, code)) in keys.iter().enumerate() {
            if let Some(slot) = by_code.get_mut(*code) {
                *slot = row(rank);
            }
        }
        let missing = by_code.pop().unwrap_or_default();
        Self { by_code, missing }
    }

    fn of(&self, code: u32) -> u32 {
        self.by_code.get(place(code)).copied().unwrap_or(self.missing)
    }
}

/// Sorts touches by time; at one time those of a customer as the ids made from their content compare.
pub(super) fn touches_in_order(touches: &mut TouchColumns, affiliates: &[Box<str>]) {
    let rising = touches.at.is_sorted();
    if rising && touches.at.windows(2).all(|pair| pair.first() != pair.last()) {
        return;
    }
    let of = |column: &Option<Coded>, missing: &str| Ranks::new(column.as_ref().map_or(&[], |c| &c.names), missing);
    // A touch without a kind is a click; one without a channel has nothing behind its time.
    let (affiliate, kind, channel) =
        (Ranks::new(affiliates, "|"), of(&touches.kind, "click|"), of(&touches.channel, ""));
    let code = |column: &Option<Coded>, row: usize| {
        column.as_ref().and_then(|column| column.codes.get(row)).copied().unwrap_or(NONE)
    };
    let key = |touches: &TouchColumns, row: usize| {
        (
            touches.customer.get(row).copied(),
            affiliate.of(touches.affiliate.get(row).copied().unwrap_or(NONE)),
            kind.of(code(&touches.kind, row)),
            channel.of(code(&touches.channel, row)),
        )
    };
    if !rising {
        let mut rows: Vec<u32> = (0..touches.at.len()).map(row).collect();
        rows.sort_by_key(|row| (touches.at.get(place(*row)).copied(), key(touches, place(*row))));
        let whole = 0..rows.len();
        rearrange(touches, whole, &rows);
        return;
    }
    let mut start = 0;
    while start < touches.at.len() {
        let at = touches.at.get(start).copied();
        let length = touches.at.get(start..).unwrap_or_default().iter().take_while(|other| Some(**other) == at).count();
        let run = start..start.saturating_add(length.max(1));
        if length > 1 {
            let mut rows: Vec<u32> = run.clone().map(row).collect();
            rows.sort_by_key(|row| key(touches, place(*row)));
            if !rows.is_sorted() {
                rearrange(touches, run.clone(), &rows);
            }
        }
        start = run.end;
    }
}

/// Puts the given rows into a range, in their order.
fn rearrange(touches: &mut TouchColumns, range: std::ops::Range<usize>, rows: &[u32]) {
    fn put<T: Clone>(values: &mut [T], range: std::ops::Range<usize>, rows: &[u32]) {
        let gathered = gather(values, rows);
        if let Some(slots) = values.get_mut(range).filter(|slots| slots.len() == gathered.len()) {
            slots.clone_from_slice(&gathered);
        }
    }
    put(&mut touches.at, range.clone(), rows);
    put(&mut touches.customer, range.clone(), rows);
    put(&mut touches.affiliate, range.clone(), rows);
    for column in [&mut touches.kind, &mut touches.channel].into_iter().flatten() {
        put(&mut column.codes, range.clone(), rows);
    }
}

type Ordered = (OrderColumns, LineColumns, RefundColumns, Vec<u32>);

/// Orders by (time, id), lines by order as they were given, refunds by line and time, and where lines begin.
pub(super) fn in_order(
    orders: OrderColumns,
    mut lines: LineColumns,
    refunds: RefundColumns,
) -> Result<Ordered, Problem> {
    let compare = |a: usize, b: usize| {
        let at = |row: usize| orders.at.get(row).copied();
        at(a).cmp(&at(b)).then_with(|| orders.id.compare(a, b))
    };
    let count = orders.at.len();
    let rising = (1..count).all(|row| compare(row.saturating_sub(1), row) == Ordering::Less);
    let (orders, new_places) = if rising {
        (orders, None)
    } else {
        let mut rows: Vec<u32> = (0..count).map(row).collect();
        rows.sort_by(|a, b| compare(place(*a), place(*b)));
        let mut places = vec![0; count];
        for (new, old) in rows.iter().enumerate() {
            if let Some(slot) = places.get_mut(place(*old)) {
                *slot = row(new);
            }
        }
        (orders.reordered(&rows), Some(places))
    };
    each_once(&orders)?;
    if let Some(places) = &new_places {
        lines.order = gather(places, &lines.order);
    }
    let mut of_lines: Option<Vec<u32>> = None;
    if !lines.order.is_sorted() {
        let mut rows: Vec<u32> = (0..lines.order.len()).map(row).collect();
        rows.sort_by_key(|row| lines.order.get(place(*row)).copied());
        let mut places = vec![0; rows.len()];
        for (new, old) in rows.iter().enumerate() {
            if let Some(slot) = places.get_mut(place(*old)) {
                *slot = row(new);
            }
        }
        let order = gather(&lines.order, &rows);
        lines = lines.reordered(&rows, order);
        of_lines = Some(places);
    }
    let Some(starts) = starts(count, &lines.order) else {
        return Err(malformed("lines", "order", None, "leaves an order without lines"));
    };
    let line = of_lines.map_or_else(|| refunds.line.clone(), |places| gather(&places, &refunds.line));
    let refunds = refunds_in_order(&RefundColumns { line, ..refunds })?;
    Ok((orders, lines, refunds, starts))
}

/// Refuses an order id that stands twice.
fn each_once(orders: &OrderColumns) -> Result<(), Problem> {
    let twice = |row: usize| {
        let id = orders.id.text(row);
        malformed("orders", "id", Some(row), &format!("holds `{id}` twice"))
    };
    match &orders.id {
        super::Ids::Numbers(numbers) if numbers.windows(2).all(|pair| pair.first() < pair.last()) => Ok(()),
        super::Ids::Numbers(numbers) => {
            let mut seen = HashSet::with_capacity(numbers.len());
            numbers.iter().position(|id| !seen.insert(*id)).map_or(Ok(()), |row| Err(twice(row)))
        }
        super::Ids::Texts(texts) => {
            let mut seen = HashSet::with_capacity(texts.len());
            texts.iter().position(|id| !seen.insert(id)).map_or(Ok(()), |row| Err(twice(row)))
        }
    }
}

fn refunds_in_order(refunds: &RefundColumns) -> Result<RefundColumns, Problem> {
    let key = |row: u32| {
        let row = place(row);
        (refunds.line.get(row).copied(), refunds.at.get(row).copied())
    };
    let amount = |row: u32| refunds.amount.get(place(row)).copied();
    let mut rows: Vec<u32> = (0..refunds.at.len()).map(row).collect();
    rows.sort_by_key(|row| key(*row));
    for pair in rows.windows(2) {
        if let [first, second] = pair
            && key(*first) == key(*second)
            && amount(*first) != amount(*second)
        {
            let what = "refunds a line twice at one instant, in two amounts";
            return Err(malformed("refunds", "amount", Some(place(*second)), what));
        }
    }
    rows.dedup_by_key(|row| key(*row));
    Ok(RefundColumns {
        at: gather(&refunds.at, &rows),
        line: gather(&refunds.line, &rows),
        amount: gather(&refunds.amount, &rows),
    })
}
