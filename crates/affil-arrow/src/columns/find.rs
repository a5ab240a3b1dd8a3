//! Orders and lines by their ids.
//!
//! This module must never know what points at them.

use std::collections::HashMap;

use affil::{Code, Ids, Problem};
use arrow_array::Array;

use super::code::numbers;
use crate::intake::Intake;
use crate::part::Part;

const NONE: u32 = u32::MAX;

/// The rows of orders by id.
pub(super) struct Orders<'a> {
    ids: &'a Ids,
    /// By number, from the least on, where they lie close together.
    least: i64,
    table: Vec<u32>,
    numbers: HashMap<i64, u32>,
    texts: HashMap<&'a str, u32>,
}

impl<'a> Orders<'a> {
    pub(super) fn new(ids: &'a Ids) -> Self {
        let row = |row: usize| u32::try_from(row).unwrap_or(NONE);
        let mut orders = Self { ids, least: 0, table: Vec::new(), numbers: HashMap::new(), texts: HashMap::new() };
        match ids {
            Ids::Texts(texts) => orders.texts = texts.iter().enumerate().map(|(at, id)| (&**id, row(at))).collect(),
            Ids::Numbers(all) => {
                let (least, most) = (all.iter().min().copied(), all.iter().max().copied());
                let range = least.zip(most).and_then(|(least, most)| usize::try_from(most.checked_sub(least)?).ok());
                match range.filter(|range| *range <= all.len().saturating_mul(8)) {
                    Some(range) => {
                        orders.least = least.unwrap_or_default();
                        orders.table = vec![NONE; range + 1];
                        for (at, id) in all.iter().enumerate() {
                            let slot = usize::try_from(id - orders.least).ok();
                            if let Some(slot) = slot.and_then(|slot| orders.table.get_mut(slot)) {
                                *slot = row(at);
                            }
                        }
                    }
                    None => orders.numbers = all.iter().enumerate().map(|(at, id)| (*id, row(at))).collect(),
                }
            }
        }
        orders
    }

    fn number(&self, id: i64) -> Option<u32> {
        if self.table.is_empty() {
            return self.numbers.get(&id).copied();
        }
        let slot = usize::try_from(id.checked_sub(self.least)?).ok()?;
        self.table.get(slot).copied().filter(|row| *row != NONE)
    }

    fn text(&self, id: &str) -> Option<u32> {
        match self.ids {
            Ids::Texts(_) => self.texts.get(id).copied(),
            Ids::Numbers(_) => {
                let number = id.parse::<i64>().ok().filter(|number| number.to_string() == id)?;
                self.number(number)
            }
        }
    }

    /// Adds the rows of the orders that a column names.
    pub(super) fn read(&self, part: Part<'_>, rows: &mut Vec<u32>, intake: &mut Intake<'_>) {
        if let Some(array) = part.array("order")
            && array.null_count() == 0
            && let (Some(ids), Ids::Numbers(_)) = (numbers(array), self.ids)
        {
            for (row, id) in ids.iter().enumerate() {
                let found = self.number(*id);
                rows.push(found.unwrap_or_else(|| unknown(part, row, &id.to_string(), intake)));
            }
            return;
        }
        let texts = part.texts("order", intake);
        for row in 0..part.rows() {
            let id = intake.need(&texts, row, part.place(row));
            let found = id.map(|id| self.text(id).ok_or(id));
            rows.push(match found {
                Some(Ok(found)) => found,
                Some(Err(id)) => unknown(part, row, id, intake),
                None => 0,
            });
        }
    }
}

fn unknown(part: Part<'_>, row: usize, id: &str, intake: &mut Intake<'_>) -> u32 {
    let hint = "every line and refund belongs to a row of the table of orders";
    let message = format!("no order is called `{id}`");
    intake.refuse(Problem::new(Code::OrderUnknown, part.place(row).at("order"), message, hint));
    0
}

/// The lines of each order, by id.
pub(super) struct LinesOf<'a> {
    /// Where the lines of each order begin among `rows`.
    starts: Vec<u32>,
    /// The rows of lines by order; none if they stand so.
    rows: Option<Vec<u32>>,
    ids: Option<&'a Ids>,
}

impl<'a> LinesOf<'a> {
    pub(super) fn new(orders: usize, order: &[u32], ids: Option<&'a Ids>) -> Self {
        let place = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        let mut starts = vec![0_u32; orders + 1];
        for order in order {
            if let Some(count) = starts.get_mut(place(*order).saturating_add(1)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let rows = (!order.is_sorted()).then(|| {
            let mut rows: Vec<u32> = (0..order.len()).filter_map(|row| u32::try_from(row).ok()).collect();
            rows.sort_by_key(|row| order.get(place(*row)).copied());
            rows
        });
        Self { starts, rows, ids }
    }

    /// Adds the rows of the lines that a table of refunds names.
    pub(super) fn read(&self, part: Part<'_>, orders: &Orders<'_>, lines: &mut Vec<u32>, intake: &mut Intake<'_>) {
        let mut of = Vec::with_capacity(part.rows());
        orders.read(part, &mut of, intake);
        let given = part.array("line").filter(|array| array.null_count() == 0).and_then(numbers);
        if let Some(given) = given {
            for (row, (order, id)) in of.iter().zip(given.iter()).enumerate() {
                let found = self.number(*order, *id);
                lines.push(found.unwrap_or_else(|| no_line(part, row, &id.to_string(), intake)));
            }
            return;
        }
        let texts = part.texts("line", intake);
        for (row, order) in of.iter().enumerate() {
            let found = intake.need(&texts, row, part.place(row)).map(|id| self.text(*order, id).ok_or(id));
            lines.push(match found {
                Some(Ok(found)) => found,
                Some(Err(id)) => no_line(part, row, id, intake),
                None => 0,
            });
        }
    }

    /// The rows of an order's lines, as they were given.
    fn of(&self, order: u32) -> impl Iterator<Item = u32> {
        let order = usize::try_from(order).unwrap_or(usize::MAX);
        let at = |order: usize| self.starts.get(order).copied().unwrap_or_default();
        let range = at(order)..at(order.saturating_add(1));
        range.map(move |place| {
            let row = self.rows.as_ref().and_then(|rows| rows.get(usize::try_from(place).ok()?)).copied();
            row.unwrap_or(place)
        })
    }

    fn number(&self, order: u32, id: i64) -> Option<u32> {
        match self.ids {
            Some(Ids::Numbers(ids)) => {
                self.of(order).find(|row| usize::try_from(*row).ok().and_then(|row| ids.get(row)) == Some(&id))
            }
            Some(Ids::Texts(_)) => self.text(order, &id.to_string()),
            None => self.of(order).nth(usize::try_from(id.checked_sub(1)?).ok()?),
        }
    }

    fn text(&self, order: u32, id: &str) -> Option<u32> {
        match self.ids {
            Some(ids) => self.of(order).find(|row| ids.text(usize::try_from(*row).unwrap_or(usize::MAX)) == id),
            None => self.number(order, id.parse::<i64>().ok().filter(|number| number.to_string() == id)?),
        }
    }
}

fn no_line(part: Part<'_>, row: usize, id: &str, intake: &mut Intake<'_>) -> u32 {
    let hint = "a refund names a line of its order, by its id or else by its position from 1";
    let message = format!("the order has no line `{id}`");
    intake.refuse(Problem::new(Code::LineUnknown, part.place(row).at("line"), message, hint));
    0
}
