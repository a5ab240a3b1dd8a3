//! Orders: a row for each order line, or a row for each order beside a table of lines.
//!
//! This module must never know what a line holds.

use std::collections::HashSet;

use affil::time::Instant;
use affil::{Code, Currency, OrderRow, Problem, Stamp, value};
use arrow_array::RecordBatch;

use crate::check::{self, Columns};
use crate::flag::Flags;
use crate::instant::Instants;
use crate::intake::{Intake, Place};
use crate::line::{self, Gathered, LineColumns, differing, pairs};
use crate::part::{Part, parts};
use crate::stamp::Stamps;
use crate::text::Texts;

/// A row for each line, the order's own columns repeated.
const WITH_LINES: Columns = Columns {
    needed: &["id", "at", "customer", "amount"],
    optional: &[
        "currency",
        "country",
        "new_customer",
        "subscription",
        "action",
        "line",
        "quantity",
        "sku",
        "category",
        "discount",
        "tax",
        "shipping",
        "cost",
        "known",
        "replaces",
    ],
    prefixes: &["attributes.", "order.attributes."],
};

/// The same where some rows are actions, which have no amount; the others need one still.
const WITH_ACTIONS: Columns = Columns {
    needed: &["id", "at", "customer"],
    optional: &[
        "currency",
        "country",
        "new_customer",
        "subscription",
        "action",
        "line",
        "amount",
        "quantity",
        "sku",
        "category",
        "discount",
        "tax",
        "shipping",
        "cost",
        "known",
        "replaces",
    ],
    prefixes: WITH_LINES.prefixes,
};

/// A row for each order.
const ALONE: Columns = Columns {
    needed: &["id", "at", "customer"],
    optional: &["currency", "country", "new_customer", "subscription", "action", "known", "replaces"],
    prefixes: &["attributes."],
};

/// The lines beside such orders.
const LINES: Columns = Columns {
    needed: &["order", "amount"],
    optional: &["id", "quantity", "sku", "category", "discount", "tax", "shipping", "cost"],
    prefixes: &["attributes."],
};

/// The order's own columns in one batch.
struct OrderColumns<'a> {
    part: Part<'a>,
    id: Texts<'a>,
    at: Instants<'a>,
    customer: Texts<'a>,
    currency: Texts<'a>,
    country: Texts<'a>,
    new_customer: Flags<'a>,
    subscription: Texts<'a>,
    action: Texts<'a>,
    stamps: Stamps<'a>,
    prefix: &'static str,
    attributes: Vec<(&'a str, Texts<'a>)>,
}

/// An order, read.
struct Order<'s> {
    place: Place,
    id: &'s str,
    at: Instant,
    customer: &'s str,
    currency: Option<Currency>,
    country: Option<&'s str>,
    new_customer: Option<bool>,
    subscription: Option<&'s str>,
    action: Option<&'s str>,
    stamp: Stamp<'s>,
    prefix: &'static str,
    attributes: Vec<(&'s str, &'s str)>,
}

impl<'a> OrderColumns<'a> {
    fn of(part: Part<'a>, prefix: &'static str, intake: &mut Intake<'_>) -> Self {
        Self {
            part,
            id: part.texts("id", intake),
            at: part.instants("at", intake),
            customer: part.texts("customer", intake),
            currency: part.texts("currency", intake),
            country: part.texts("country", intake),
            new_customer: part.flags("new_customer", intake),
            subscription: part.texts("subscription", intake),
            action: part.texts("action", intake),
            stamps: Stamps::of(part, intake),
            prefix,
            attributes: part.attributes(prefix, intake),
        }
    }

    fn read(&self, row: usize, intake: &mut Intake<'_>) -> Option<Order<'_>> {
        let place = self.part.place(row);
        let at = intake.need(&self.at, row, place);
        let customer = intake.need(&self.customer, row, place);
        let new_customer = intake.may(&self.new_customer, row, place);
        let stamp = self.stamps.read(row, place, intake);
        let currency = match self.currency.get(row).map(|code| value::currency(code, &place.at("currency"))) {
            None => Some(None),
            Some(Ok(currency)) => Some(Some(currency)),
            Some(Err(problem)) => {
                intake.refuse(problem);
                None
            }
        };
        Some(Order {
            place,
            id: self.id.get(row)?,
            at: at?,
            customer: customer?,
            currency: currency?,
            country: self.country.get(row),
            new_customer: new_customer.ok()?,
            subscription: self.subscription.get(row),
            action: self.action.get(row),
            stamp: stamp.ok()?,
            prefix: self.prefix,
            attributes: pairs(&self.attributes, row),
        })
    }
}

impl Order<'_> {
    fn row(&self) -> OrderRow<'_> {
        OrderRow {
            id: self.id,
            at: self.at,
            customer: self.customer,
            currency: self.currency,
            country: self.country,
            new_customer: self.new_customer,
            subscription: self.subscription,
            action: self.action,
            attributes: &self.attributes,
            stamp: self.stamp,
        }
    }

    /// The first column in which two rows of an order differ.
    fn difference(&self, other: &Order<'_>) -> Option<String> {
        let differs = [
            ("at", self.at != other.at),
            ("customer", self.customer != other.customer),
            ("currency", self.currency != other.currency),
            ("country", self.country != other.country),
            ("new_customer", self.new_customer != other.new_customer),
            ("subscription", self.subscription != other.subscription),
            ("action", self.action != other.action),
            ("known", self.stamp.known != other.stamp.known),
            ("replaces", self.stamp.replaces != other.stamp.replaces),
        ];
        let column = differs.iter().find(|(_, differs)| *differs).map(|(column, _)| (*column).to_owned());
        column.or_else(|| differing(&self.attributes, &other.attributes).map(|name| format!("{}{name}", self.prefix)))
    }
}

/// Orders of a table with a row for each line.
pub(crate) fn with_lines(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let mut orders = Vec::with_capacity(batches.len());
    let mut lines = Vec::with_capacity(batches.len());
    for part in parts("orders", batches) {
        check::columns(part, if part.has("action") { &WITH_ACTIONS } else { &WITH_LINES }, intake);
        orders.push(OrderColumns::of(part, "order.attributes.", intake));
        lines.push(LineColumns::of(part, "line", intake));
    }
    let mut gathered = Gathered::default();
    for (index, columns) in orders.iter().enumerate() {
        for row in 0..columns.part.rows() {
            if let Some(id) = intake.need(&columns.id, row, columns.part.place(row)) {
                gathered.add(id, (index, row));
            }
        }
    }
    for rows in gathered.iter() {
        intake.advance(rows.len());
        let mut read = rows.iter().map(|(part, row)| orders[*part].read(*row, intake)).collect::<Vec<_>>().into_iter();
        let first = read.next().flatten();
        let (mut whole, mut agreed) = (true, true);
        for other in read {
            match (&first, other) {
                (Some(first), Some(other)) => agreed &= agrees(first, &other, intake),
                _ => whole = false,
            }
        }
        if !agreed {
            // Rows that disagree may disagree about being an action, and then their lines say nothing.
            continue;
        }
        let Some((part, row)) = rows.first() else { continue };
        let (id, action) = (orders[*part].id.get(*row).unwrap_or_default(), orders[*part].action.get(*row));
        let lines = match action {
            Some(_) => line::none(&lines, rows, id, intake),
            None => line::read(&lines, rows, id, intake),
        };
        if let (Some(first), Some(lines), true) = (first, lines, whole) {
            line::push(&first.row(), first.place, &lines, intake);
        }
    }
}

/// Whether a later row of an order says of it what the first one said.
fn agrees(first: &Order<'_>, other: &Order<'_>, intake: &mut Intake<'_>) -> bool {
    let Some(column) = first.difference(other) else { return true };
    let message = format!("order `{}` has another `{column}` in this row than in row {}", first.id, first.place.row);
    let hint = "all rows of an order repeat what belongs to the order itself";
    intake.refuse(Problem::new(Code::FactConflict, other.place.at(&column), message, hint));
    false
}

/// Orders of a table with a row for each order, and their lines.
pub(crate) fn beside_lines(orders: &[RecordBatch], lines: &[RecordBatch], intake: &mut Intake<'_>) {
    let mut keys = Vec::with_capacity(lines.len());
    let mut columns = Vec::with_capacity(lines.len());
    for part in parts("lines", lines) {
        check::columns(part, &LINES, intake);
        keys.push((part, part.texts("order", intake)));
        columns.push(LineColumns::of(part, "id", intake));
    }
    let mut gathered = Gathered::default();
    for (index, (part, key)) in keys.iter().enumerate() {
        for row in 0..part.rows() {
            if let Some(order) = intake.need(key, row, part.place(row)) {
                gathered.add(order, (index, row));
            }
        }
        intake.advance(part.rows());
    }
    let mut known = HashSet::new();
    let own: Vec<OrderColumns<'_>> = parts("orders", orders)
        .map(|part| {
            check::columns(part, &ALONE, intake);
            OrderColumns::of(part, "attributes.", intake)
        })
        .collect();
    for orders in &own {
        for row in 0..orders.part.rows() {
            let Some(id) = intake.need(&orders.id, row, orders.part.place(row)) else { continue };
            known.insert(id);
            let order = orders.read(row, intake);
            let found = line::read(&columns, gathered.of(id), id, intake);
            if let (Some(order), Some(found)) = (order, found) {
                line::push(&order.row(), order.place, &found, intake);
            }
        }
        intake.advance(orders.part.rows());
    }
    for rows in gathered.iter() {
        for (part, row) in rows {
            let (part, key) = &keys[*part];
            let order = key.get(*row).unwrap_or_default();
            if !known.contains(order) {
                let message = format!("no order is called `{order}`");
                let hint = "every line belongs to a row of the table of orders";
                intake.refuse(Problem::new(Code::OrderUnknown, part.place(*row).at("order"), message, hint));
            }
        }
    }
}
