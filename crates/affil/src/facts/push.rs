//! Adding facts one by one: identity, idempotence, contradiction.

use std::sync::Arc;

use super::table::{Stamped, Stretch};
use super::{
    Adjustment, AdjustmentRow, Affiliate, AffiliateRow, Facts, Line, LineParts, LineRow, Names, Order, OrderRow, Quote,
    QuoteRow, Refund, RefundRow, Stamp, Sym, Touch, TouchRow,
};
use crate::money::Decimal;
use crate::problem::{Code, Pointer, Problem};
use crate::time::Instant;

/// Which fields of a known fact and of one with its id differ.
pub(super) type Differs<'a> = [(&'a str, bool)];

impl Facts {
    /// Adds an affiliate. The same again changes nothing; another one with this id is refused.
    pub fn push_affiliate(&mut self, row: &AffiliateRow<'_>) -> Result<(), Problem> {
        let number = self.affiliates.next_row();
        let id = self.identify("affiliates", number, row.id)?;
        Self::named("affiliates", number, &[("recruiter", row.recruiter.unwrap_or("none"))])?;
        let names = Arc::make_mut(&mut self.names);
        let (groups, customers) = (names.intern_set(row.groups), names.intern_set(row.customers));
        let recruiter = names.intern_option(row.recruiter);
        let attributes = intern_attributes(names, row.attributes);
        if let Some(known) = self.affiliates.find(id) {
            let differs = [
                ("active", known.active != row.active),
                ("groups", known.groups.of(&self.groups) != groups),
                ("joined", known.joined != row.joined),
                ("recruiter", known.recruiter != recruiter),
                ("customers", known.customers.of(&self.groups) != customers),
                ("attributes", known.attributes.of(&self.attributes) != attributes),
            ];
            return Self::same("affiliates", number, row.id, &differs);
        }
        let (groups, customers) = (self.store_set(groups), self.store_set(customers));
        let attributes = self.store_attributes(attributes);
        let (active, joined) = (row.active, row.joined);
        let affiliate = Affiliate { id, active, groups, joined, recruiter, customers, attributes, row: number };
        self.affiliates.insert(id, affiliate, Stamped::default());
        Ok(())
    }

    pub(super) fn store_set(&mut self, set: Vec<Sym>) -> Stretch {
        let start = self.groups.len();
        self.groups.extend(set);
        Stretch::new(start, self.groups.len())
    }

    /// Adds a touch. The same again changes nothing; another one with this id is refused.
    pub fn push_touch(&mut self, row: &TouchRow<'_>) -> Result<(), Problem> {
        let number = self.touches.next_row();
        let id = self.identify("touches", number, row.id)?;
        let (affiliate, order) = (row.affiliate.unwrap_or("none"), row.order.unwrap_or("none"));
        Self::named("touches", number, &[("customer", row.customer), ("affiliate", affiliate), ("order", order)])?;
        let stamp = self.stamped("touches", number, row.at, row.stamp)?;
        let names = Arc::make_mut(&mut self.names);
        let attributes = intern_attributes(names, row.attributes);
        let touch = Touch {
            at: row.at,
            id,
            customer: names.intern(row.customer),
            affiliate: names.intern_option(row.affiliate),
            kind: names.intern(row.kind),
            channel: names.intern_option(row.channel),
            order: names.intern_option(row.order),
            attributes: Stretch::default(),
            row: number,
        };
        if let Some((known, was)) = self.touches.find_stamped(id) {
            let differs = [
                ("at", known.at != touch.at),
                ("customer", known.customer != touch.customer),
                ("affiliate", known.affiliate != touch.affiliate),
                ("kind", known.kind != touch.kind),
                ("channel", known.channel != touch.channel),
                ("order", known.order != touch.order),
                ("attributes", known.attributes.of(&self.attributes) != attributes),
                ("known", was.known != stamp.known),
                ("replaces", was.replaces != stamp.replaces),
            ];
            return Self::same("touches", number, row.id, &differs);
        }
        let attributes = self.store_attributes(attributes);
        self.touches.insert(id, Touch { attributes, ..touch }, stamp);
        Ok(())
    }

    /// Adds an order with its lines. The same again changes nothing; another one with this id is refused.
    pub fn push_order(&mut self, row: &OrderRow<'_>, lines: &[LineRow<'_>]) -> Result<(), Problem> {
        let number = self.orders.next_row();
        let path = Self::path("orders", number);
        let id = self.identify("orders", number, row.id)?;
        let (subscription, action) = (row.subscription.unwrap_or("none"), row.action.unwrap_or("none"));
        let needed = [("customer", row.customer), ("subscription", subscription), ("action", action)];
        Self::named("orders", number, &needed)?;
        let stamp = self.stamped("orders", number, row.at, row.stamp)?;
        let rows = order_lines(row, lines, &path)?;
        let names = Arc::make_mut(&mut self.names);
        let (lines, of_lines) = intern_lines(names, rows, &path)?;
        let attributes = intern_attributes(names, row.attributes);
        let (customer, country) = (names.intern(row.customer), names.intern_option(row.country));
        let (subscription, action) = (names.intern_option(row.subscription), names.intern_option(row.action));
        if let Some((known, was)) = self.orders.find_stamped(id) {
            let differs = [
                ("at", known.at != row.at),
                ("customer", known.customer != customer),
                ("country", known.country != country),
                ("currency", known.currency != row.currency),
                ("new_customer", known.new_customer != row.new_customer),
                ("subscription", known.subscription != subscription),
                ("action", known.action != action),
                ("attributes", known.attributes.of(&self.attributes) != attributes),
                ("lines", !self.same_lines(known.lines, &lines, &of_lines)),
                ("known", was.known != stamp.known),
                ("replaces", was.replaces != stamp.replaces),
            ];
            return Self::same("orders", number, row.id, &differs);
        }
        let attributes = self.store_attributes(attributes);
        let start = self.lines.len();
        for (mut line, own) in lines.into_iter().zip(of_lines) {
            line.attributes = self.store_attributes(own);
            self.lines.push(line);
        }
        let order = Order {
            at: row.at,
            id,
            customer,
            country,
            currency: row.currency,
            new_customer: row.new_customer,
            subscription,
            action,
            attributes,
            lines: Stretch::new(start, self.lines.len()),
            row: number,
        };
        self.orders.insert(id, order, stamp);
        Ok(())
    }

    /// Adds a quote. The same again changes nothing; another rate for the same currencies and day is refused.
    pub fn push_quote(&mut self, row: &QuoteRow) -> Result<(), Problem> {
        let number = self.quotes.next_row();
        let (from, to, date, rate) = (row.from, row.to, row.date, row.rate);
        if !rate.scaled(12).is_ok_and(|units| units > 0 && units <= MAX_QUOTE) {
            let path = Self::path("quotes", number).key("rate");
            let hint = "an exchange rate is above zero, up to 1,000,000, with up to 12 decimal places";
            return Err(Problem::new(Code::RateLimit, path, format!("`{rate}` is no exchange rate"), hint));
        }
        let id = format!("{from}/{to}/{date}");
        let known = Arc::make_mut(&mut self.names).intern(&id);
        if let Some(known) = self.quotes.find(known) {
            return Self::same("quotes", number, &id, &[("rate", known.rate != rate)]);
        }
        self.quotes.insert(known, Quote { from, to, date, rate }, Stamped::default());
        Ok(())
    }

    /// Adds a refund. The same again changes nothing; another one with this id is refused.
    pub fn push_refund(&mut self, row: &RefundRow<'_>) -> Result<(), Problem> {
        let number = self.refunds.next_row();
        let id = self.identify("refunds", number, row.id)?;
        Self::named("refunds", number, &[("order", row.order), ("line", row.line.unwrap_or("none"))])?;
        if row.amount.is_some_and(Decimal::is_negative) {
            let path = Self::path("refunds", number).key("amount");
            return Err(negative(path, "a refund is the amount given back: write it without the minus sign"));
        }
        let stamp = self.stamped("refunds", number, row.at, row.stamp)?;
        let names = Arc::make_mut(&mut self.names);
        let order = names.intern(row.order);
        let refund =
            Refund { at: row.at, id, order, line: names.intern_option(row.line), amount: row.amount, row: number };
        if let Some((known, was)) = self.refunds.find_stamped(id) {
            let differs = [
                ("at", known.at != refund.at),
                ("order", known.order != refund.order),
                ("line", known.line != refund.line),
                ("amount", known.amount != refund.amount),
                ("known", was.known != stamp.known),
                ("replaces", was.replaces != stamp.replaces),
            ];
            return Self::same("refunds", number, row.id, &differs);
        }
        self.refunds.insert(id, refund, stamp);
        Ok(())
    }

    /// Adds an adjustment. The same again changes nothing; another one with this id is refused.
    pub fn push_adjustment(&mut self, row: &AdjustmentRow<'_>) -> Result<(), Problem> {
        let number = self.adjustments.next_row();
        let id = self.identify("adjustments", number, row.id)?;
        Self::named("adjustments", number, &[("affiliate", row.affiliate)])?;
        let stamp = self.stamped("adjustments", number, row.at, row.stamp)?;
        let names = Arc::make_mut(&mut self.names);
        let affiliate = names.intern(row.affiliate);
        let reason = names.intern(row.reason);
        let adjustment = Adjustment { at: row.at, id, affiliate, amount: row.amount, reason, row: number };
        if let Some((known, was)) = self.adjustments.find_stamped(id) {
            let differs = [
                ("at", known.at != adjustment.at),
                ("affiliate", known.affiliate != adjustment.affiliate),
                ("amount", known.amount != adjustment.amount),
                ("reason", known.reason != adjustment.reason),
                ("known", was.known != stamp.known),
                ("replaces", was.replaces != stamp.replaces),
            ];
            return Self::same("adjustments", number, row.id, &differs);
        }
        self.adjustments.insert(id, adjustment, stamp);
        Ok(())
    }

    /// Refuses an empty text where another fact, a customer or an affiliate is named.
    pub(super) fn named(table: &str, row: u32, names: &[(&str, &str)]) -> Result<(), Problem> {
        let Some((field, _)) = names.iter().find(|(_, name)| name.is_empty()) else { return Ok(()) };
        let message = format!("an empty `{field}`");
        let hint =
            format!("name the {field}; guests without an account need an id each, or they would all be one customer");
        Err(Problem::new(Code::DocumentEmpty, Self::path(table, row).key(field), message, hint))
    }

    pub(super) fn identify(&mut self, table: &str, row: u32, id: &str) -> Result<Sym, Problem> {
        if id.is_empty() {
            let path = Self::path(table, row).key("id");
            return Err(Problem::new(Code::DocumentEmpty, path, "an empty id", "every fact needs an id of its own"));
        }
        Ok(Arc::make_mut(&mut self.names).intern(id))
    }

    /// When a fact became known and what it replaces; refuses one that was known before it happened.
    pub(super) fn stamped(&mut self, table: &str, row: u32, at: Instant, stamp: Stamp<'_>) -> Result<Stamped, Problem> {
        Self::named(table, row, &[("replaces", stamp.replaces.unwrap_or("none"))])?;
        if let Some(known) = stamp.known.filter(|known| *known < at) {
            let message = format!("known at {known}, but it happened at {at}");
            let hint = "check both timestamps and their offsets, or leave `known` out";
            return Err(Problem::new(Code::FactKnownEarly, Self::path(table, row).key("known"), message, hint));
        }
        let replaces = match stamp.replaces {
            Some(id) => Arc::make_mut(&mut self.names).intern(id),
            None => Sym::NONE,
        };
        // To say that it was known when it happened is to say nothing.
        Ok(Stamped { known: stamp.known.filter(|known| *known > at), replaces })
    }

    /// `Ok` if no field differs, else the contradiction with its first differing field.
    pub(super) fn same(table: &str, row: u32, id: &str, differs: &Differs<'_>) -> Result<(), Problem> {
        let Some((field, _)) = differs.iter().find(|(_, differs)| *differs) else { return Ok(()) };
        Err(Problem::new(
            Code::FactConflict,
            Self::path(table, row).key(field),
            format!("`{}` is already known with another `{field}`", crate::shape::short(id)),
            "facts never change: give a new fact a new id, or send the first content again",
        ))
    }

    fn same_lines(&self, known: Stretch, lines: &[Line], attributes: &[Vec<(Sym, Sym)>]) -> bool {
        let known = known.of(&self.lines);
        known.len() == lines.len()
            && known.iter().zip(lines).zip(attributes).all(|((a, b), attributes)| {
                (a.id, a.sku, a.category, a.quantity, a.amount) == (b.id, b.sku, b.category, b.quantity, b.amount)
                    && a.parts == b.parts
                    && a.attributes.of(&self.attributes) == attributes
            })
    }

    pub(super) fn store_attributes(&mut self, pairs: Vec<(Sym, Sym)>) -> Stretch {
        let start = self.attributes.len();
        self.attributes.extend(pairs);
        Stretch::new(start, self.attributes.len())
    }
}

/// The largest exchange rate, in units of 1e-12.
const MAX_QUOTE: i128 = 1_000_000_000_000_000_000;

/// The only line of an action.
const ACTION: &[LineRow<'static>] = &[LineRow {
    id: None,
    amount: Decimal::ZERO,
    parts: LineParts { discount: None, tax: None, shipping: None, cost: None },
    quantity: 1,
    sku: None,
    category: None,
    attributes: &[],
}];

/// The lines of an order; an action has none, and counts as one.
fn order_lines<'a>(row: &OrderRow<'_>, lines: &'a [LineRow<'a>], path: &Pointer) -> Result<&'a [LineRow<'a>], Problem> {
    match (lines, row.action) {
        ([], None) => {
            let message = format!("order `{}` has no lines", row.id);
            Err(Problem::new(Code::DocumentEmpty, path.key("lines"), message, "give at least one line"))
        }
        ([], Some(_)) => Ok(ACTION),
        (lines, None) => Ok(lines),
        (_, Some(_)) => {
            let message = format!("`{}` is an action, but has lines", row.id);
            let hint = "leave the lines out: an action pays without a sale; or leave `action` out";
            Err(Problem::new(Code::OrderLines, path.key("lines"), message, hint))
        }
    }
}

/// Refuses parts whose sign is not their line's.
fn check_parts(row: &LineRow<'_>, path: &Pointer) -> Result<(), Problem> {
    let LineParts { discount, tax, shipping, cost } = row.parts;
    let parts = [("discount", discount), ("tax", tax), ("shipping", shipping), ("cost", cost)];
    let wrong = |part: Decimal| if row.amount.is_negative() { part.is_positive() } else { part.is_negative() };
    let Some((key, _)) = parts.into_iter().find(|(_, part)| part.is_some_and(wrong)) else { return Ok(()) };
    let message = format!("the {key} has another sign than the line");
    let hint = "the parts of a sale are zero or more, those of a return zero or less";
    Err(Problem::new(Code::LinePartSign, path.key(key), message, hint))
}

type InternedLines = (Vec<Line>, Vec<Vec<(Sym, Sym)>>);

fn intern_lines(names: &mut Names, rows: &[LineRow<'_>], path: &Pointer) -> Result<InternedLines, Problem> {
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    let mut attributes = Vec::with_capacity(rows.len());
    let mut seen = std::collections::HashSet::new();
    for (index, row) in rows.iter().enumerate() {
        let path = path.key("lines").index(index);
        let id = match row.id {
            Some("") => {
                let hint = "give each line an id, or none: then its position is its id";
                return Err(Problem::new(Code::DocumentEmpty, path.key("id"), "an empty id", hint));
            }
            Some(id) => names.intern(id),
            None => names.intern(&index.saturating_add(1).to_string()),
        };
        if !seen.insert(id) {
            let message = format!("two lines with the id `{}`", names.text(id));
            let hint = "line ids are unique within their order; without an id a line is known by its position";
            return Err(Problem::new(Code::IdDuplicate, path.key("id"), message, hint));
        }
        check_parts(row, &path)?;
        lines.push(Line {
            id,
            sku: names.intern_option(row.sku),
            category: names.intern_option(row.category),
            quantity: row.quantity,
            amount: row.amount,
            parts: row.parts,
            attributes: Stretch::default(),
        });
        attributes.push(intern_attributes(names, row.attributes));
    }
    Ok((lines, attributes))
}

fn intern_attributes(names: &mut Names, pairs: &[(&str, &str)]) -> Vec<(Sym, Sym)> {
    let mut interned: Vec<(Sym, Sym)> =
        pairs.iter().map(|(name, value)| (names.intern(name), names.intern(value))).collect();
    interned.sort_by_key(|(name, _)| *name);
    interned.dedup_by_key(|(name, _)| *name);
    interned
}

/// Refuses an empty text in a list of names.
pub(super) fn named_list(table: &str, row: u32, field: &str, names: &[&str]) -> Result<(), Problem> {
    let Some(index) = names.iter().position(|name| name.is_empty()) else { return Ok(()) };
    let path = Facts::path(table, row).key(field).index(index);
    Err(Problem::new(Code::DocumentEmpty, path, format!("an empty text in `{field}`"), "leave it out, or name it"))
}

fn negative(path: Pointer, hint: &str) -> Problem {
    Problem::new(Code::MoneyNegative, path, "an amount below zero", hint)
}
