//! Adding facts one by one: identity, idempotence, contradiction.

use std::sync::Arc;

use super::table::Stretch;
use super::{
    Adjustment, AdjustmentRow, Affiliate, AffiliateRow, Facts, FactsDocument, Line, LineRow, Names, Order, OrderRow,
    Refund, RefundRow, Sym, Touch, TouchRow,
};
use crate::money::{Currency, Decimal};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::time::Instant;

impl Facts {
    /// Adds an affiliate. The same again changes nothing; another one with this id is refused.
    pub fn push_affiliate(&mut self, row: &AffiliateRow<'_>) -> Result<(), Problem> {
        let number = self.affiliates.next_row();
        let id = self.identify("affiliates", number, row.id)?;
        let names = Arc::make_mut(&mut self.names);
        let mut groups: Vec<Sym> = row.groups.iter().map(|group| names.intern(group)).collect();
        groups.sort_unstable();
        groups.dedup();
        if let Some(known) = self.affiliates.find(id) {
            let differs = [("active", known.active != row.active), ("groups", known.groups.of(&self.groups) != groups)];
            return Self::same("affiliates", number, row.id, &differs);
        }
        let start = self.groups.len();
        self.groups.extend(groups);
        let groups = Stretch::new(start, self.groups.len());
        self.affiliates.insert(id, Affiliate { active: row.active, groups });
        Ok(())
    }

    /// Adds a touch. The same again changes nothing; another one with this id is refused.
    pub fn push_touch(&mut self, row: &TouchRow<'_>) -> Result<(), Problem> {
        let number = self.touches.next_row();
        let id = self.identify("touches", number, row.id)?;
        let order = row.order.unwrap_or("none");
        Self::named("touches", number, &[("customer", row.customer), ("affiliate", row.affiliate), ("order", order)])?;
        let names = Arc::make_mut(&mut self.names);
        let touch = Touch {
            at: row.at,
            id,
            customer: names.intern(row.customer),
            affiliate: names.intern(row.affiliate),
            kind: names.intern(row.kind),
            channel: names.intern_option(row.channel),
            order: names.intern_option(row.order),
            row: number,
        };
        if let Some(known) = self.touches.find(id) {
            let differs = [
                ("at", known.at != touch.at),
                ("customer", known.customer != touch.customer),
                ("affiliate", known.affiliate != touch.affiliate),
                ("kind", known.kind != touch.kind),
                ("channel", known.channel != touch.channel),
                ("order", known.order != touch.order),
            ];
            return Self::same("touches", number, row.id, &differs);
        }
        self.touches.insert(id, touch);
        Ok(())
    }

    /// Adds an order with its lines. The same again changes nothing; another one with this id is refused.
    pub fn push_order(&mut self, row: &OrderRow<'_>, lines: &[LineRow<'_>]) -> Result<(), Problem> {
        let number = self.orders.next_row();
        let path = Self::path("orders", number);
        let id = self.identify("orders", number, row.id)?;
        Self::named("orders", number, &[("customer", row.customer)])?;
        if lines.is_empty() {
            let message = format!("order `{}` has no lines", row.id);
            return Err(Problem::new(Code::DocumentEmpty, path.key("lines"), message, "give at least one line"));
        }
        let names = Arc::make_mut(&mut self.names);
        let (lines, line_attributes) = intern_lines(names, lines, &path)?;
        let attributes = intern_attributes(names, row.attributes);
        let (customer, country) = (names.intern(row.customer), names.intern_option(row.country));
        if let Some(known) = self.orders.find(id).copied() {
            let differs = [
                ("at", known.at != row.at),
                ("customer", known.customer != customer),
                ("country", known.country != country),
                ("currency", known.currency != row.currency),
                ("new_customer", known.new_customer != row.new_customer),
                ("attributes", known.attributes.of(&self.attributes) != attributes),
                ("lines", !self.same_lines(known.lines, &lines, &line_attributes)),
            ];
            return Self::same("orders", number, row.id, &differs);
        }
        let attributes = self.store_attributes(attributes);
        let start = self.lines.len();
        for (mut line, own) in lines.into_iter().zip(line_attributes) {
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
            attributes,
            lines: Stretch::new(start, self.lines.len()),
            row: number,
        };
        self.orders.insert(id, order);
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
        let names = Arc::make_mut(&mut self.names);
        let order = names.intern(row.order);
        let refund =
            Refund { at: row.at, id, order, line: names.intern_option(row.line), amount: row.amount, row: number };
        if let Some(known) = self.refunds.find(id) {
            let differs = [
                ("at", known.at != refund.at),
                ("order", known.order != refund.order),
                ("line", known.line != refund.line),
                ("amount", known.amount != refund.amount),
            ];
            return Self::same("refunds", number, row.id, &differs);
        }
        self.refunds.insert(id, refund);
        Ok(())
    }

    /// Adds an adjustment. The same again changes nothing; another one with this id is refused.
    pub fn push_adjustment(&mut self, row: &AdjustmentRow<'_>) -> Result<(), Problem> {
        let number = self.adjustments.next_row();
        let id = self.identify("adjustments", number, row.id)?;
        Self::named("adjustments", number, &[("affiliate", row.affiliate)])?;
        let names = Arc::make_mut(&mut self.names);
        let affiliate = names.intern(row.affiliate);
        let reason = names.intern(row.reason);
        let adjustment = Adjustment { at: row.at, id, affiliate, amount: row.amount, reason, row: number };
        if let Some(known) = self.adjustments.find(id) {
            let differs = [
                ("at", known.at != adjustment.at),
                ("affiliate", known.affiliate != adjustment.affiliate),
                ("amount", known.amount != adjustment.amount),
                ("reason", known.reason != adjustment.reason),
            ];
            return Self::same("adjustments", number, row.id, &differs);
        }
        self.adjustments.insert(id, adjustment);
        Ok(())
    }

    pub(super) fn push_document(&mut self, document: &FactsDocument, problems: &mut Problems) {
        for fact in &document.affiliates {
            let groups: Vec<&str> = fact.groups.iter().map(String::as_str).collect();
            let row = AffiliateRow { id: fact.id.as_str(), active: fact.active, groups: &groups };
            keep(problems, self.push_affiliate(&row));
        }
        for fact in &document.touches {
            let Some(at) = instant(&fact.at.0, &Self::path("touches", self.touches.given), problems) else {
                self.touches.next_row();
                continue;
            };
            let row = TouchRow {
                id: fact.id.as_str(),
                at,
                customer: fact.customer.as_str(),
                affiliate: fact.affiliate.as_str(),
                kind: &fact.kind,
                channel: fact.channel.as_deref(),
                order: fact.order.as_ref().map(crate::program::Id::as_str),
            };
            keep(problems, self.push_touch(&row));
        }
        for fact in &document.orders {
            self.push_order_fact(fact, problems);
        }
        for fact in &document.refunds {
            let path = Self::path("refunds", self.refunds.given);
            let at = instant(&fact.at.0, &path, problems);
            let amount = fact.amount.as_ref().map(|text| decimal(&text.0, &path.key("amount"), problems));
            let (Some(at), None | Some(Some(_))) = (at, amount) else {
                self.refunds.next_row();
                continue;
            };
            let row = RefundRow {
                id: fact.id.as_str(),
                at,
                order: fact.order.as_str(),
                line: fact.line.as_ref().map(crate::program::Id::as_str),
                amount: amount.flatten(),
            };
            keep(problems, self.push_refund(&row));
        }
        for fact in &document.adjustments {
            let path = Self::path("adjustments", self.adjustments.given);
            let at = instant(&fact.at.0, &path, problems);
            let amount = decimal(&fact.amount.0, &path.key("amount"), problems);
            let (Some(at), Some(amount)) = (at, amount) else {
                self.adjustments.next_row();
                continue;
            };
            let affiliate = fact.affiliate.as_str();
            let row = AdjustmentRow { id: fact.id.as_str(), at, affiliate, amount, reason: &fact.reason };
            keep(problems, self.push_adjustment(&row));
        }
    }

    fn push_order_fact(&mut self, fact: &super::OrderFact, problems: &mut Problems) {
        let path = Self::path("orders", self.orders.given);
        let at = instant(&fact.at.0, &path, problems);
        let currency = fact.currency.as_ref().map(|code| currency(code.as_str(), &path.key("currency"), problems));
        let pairs: Vec<Vec<(&str, &str)>> = fact.lines.iter().map(|line| attribute_pairs(&line.attributes)).collect();
        let mut lines = Vec::with_capacity(fact.lines.len());
        for (index, (line, attributes)) in fact.lines.iter().zip(&pairs).enumerate() {
            let path = path.key("lines").index(index).key("amount");
            let Some(amount) = decimal(&line.amount.0, &path, problems) else { continue };
            lines.push(LineRow {
                id: line.id.as_ref().map(crate::program::Id::as_str),
                amount,
                quantity: line.quantity,
                sku: line.sku.as_deref(),
                category: line.category.as_deref(),
                attributes,
            });
        }
        let (Some(at), None | Some(Some(_)), true) = (at, currency, lines.len() == fact.lines.len()) else {
            self.orders.next_row();
            return;
        };
        let row = OrderRow {
            id: fact.id.as_str(),
            at,
            customer: fact.customer.as_str(),
            currency: currency.flatten(),
            country: fact.country.as_deref(),
            new_customer: fact.new_customer,
            attributes: &attribute_pairs(&fact.attributes),
        };
        keep(problems, self.push_order(&row, &lines));
    }

    /// Refuses an empty text where another fact, a customer or an affiliate is named.
    fn named(table: &str, row: u32, names: &[(&str, &str)]) -> Result<(), Problem> {
        let Some((field, _)) = names.iter().find(|(_, name)| name.is_empty()) else { return Ok(()) };
        let message = format!("an empty `{field}`");
        let hint =
            format!("name the {field}; guests without an account need an id each, or they would all be one customer");
        Err(Problem::new(Code::DocumentEmpty, Self::path(table, row).key(field), message, hint))
    }

    fn identify(&mut self, table: &str, row: u32, id: &str) -> Result<Sym, Problem> {
        if id.is_empty() {
            let path = Self::path(table, row).key("id");
            return Err(Problem::new(Code::DocumentEmpty, path, "an empty id", "every fact needs an id of its own"));
        }
        Ok(Arc::make_mut(&mut self.names).intern(id))
    }

    /// `Ok` if no field differs, else the contradiction with its first differing field.
    fn same(table: &str, row: u32, id: &str, differs: &[(&str, bool)]) -> Result<(), Problem> {
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
                    && a.attributes.of(&self.attributes) == attributes
            })
    }

    fn store_attributes(&mut self, pairs: Vec<(Sym, Sym)>) -> Stretch {
        let start = self.attributes.len();
        self.attributes.extend(pairs);
        Stretch::new(start, self.attributes.len())
    }
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
        if row.amount.is_negative() {
            return Err(negative(path.key("amount"), "book what is given back as a refund of its line"));
        }
        lines.push(Line {
            id,
            sku: names.intern_option(row.sku),
            category: names.intern_option(row.category),
            quantity: row.quantity,
            amount: row.amount,
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

fn attribute_pairs(attributes: &std::collections::BTreeMap<String, String>) -> Vec<(&str, &str)> {
    attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn keep(problems: &mut Problems, result: Result<(), Problem>) {
    if let Err(problem) = result {
        problems.push(problem);
    }
}

fn negative(path: Pointer, hint: &str) -> Problem {
    Problem::new(Code::MoneyNegative, path, "an amount below zero", hint)
}

fn instant(text: &str, path: &Pointer, problems: &mut Problems) -> Option<Instant> {
    crate::shape::instant(text, &path.key("at")).map_err(|problem| problems.push(problem)).ok()
}

fn decimal(text: &str, path: &Pointer, problems: &mut Problems) -> Option<Decimal> {
    crate::shape::decimal(text, path).map_err(|problem| problems.push(problem)).ok()
}

fn currency(code: &str, path: &Pointer, problems: &mut Problems) -> Option<Currency> {
    crate::shape::currency(code, path).map_err(|problem| problems.push(problem)).ok()
}
