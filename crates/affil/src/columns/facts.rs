//! Columns as rows: what every stage of the engine understands.

use super::ids::place;
use super::table::Columns;
use crate::facts::{Facts, LineRow, OrderRow, RefundRow, Stamp, TouchRow};
use crate::money::Decimal;
use crate::plan::keep;
use crate::problem::{Problem, Problems};
use crate::shape;
use crate::time::Instant;

impl Columns {
    /// The same facts, row by row, each with an id; what does not count is left out.
    ///
    /// Errors: all that is wrong with single facts, such as a refund below zero or a currency nobody knows.
    pub fn to_facts(&self) -> Result<Facts, Problems> {
        let mut problems = Problems::default();
        let mut facts = self.base.clone();
        self.push_touches(&mut facts, &mut problems);
        for order in (0..self.orders()).filter(|order| self.counts(*order)) {
            keep(self.push_order(order, &mut facts), &mut problems);
        }
        for refund in 0..self.refunds() {
            let line = place(self.refunds.line.get(refund).copied().unwrap_or_default());
            let order = place(self.lines.order.get(line).copied().unwrap_or_default());
            if self.counts(order) {
                keep(self.push_refund(refund, (order, line), &mut facts), &mut problems);
            }
        }
        problems.or(facts)
    }

    fn push_touches(&self, facts: &mut Facts, problems: &mut Problems) {
        let touches = &self.touches;
        let mut id = String::new();
        for (row, at) in touches.at.iter().enumerate() {
            let Ok(at) = Instant::from_micros(*at) else { continue };
            let customer = self.customers.text(place(touches.customer.get(row).copied().unwrap_or_default()));
            let affiliate = touches.affiliate.get(row).and_then(|code| self.affiliates.get(place(*code)));
            let mut touch = TouchRow {
                id: "",
                at,
                customer: &customer,
                affiliate: affiliate.map(AsRef::as_ref),
                kind: touches.kind(row),
                channel: touches.channel.as_ref().and_then(|channel| channel.get(row)),
                order: None,
                attributes: &[],
                stamp: Stamp::default(),
            };
            touch.content_id(&mut id);
            touch.id = &id;
            keep(facts.push_touch(&touch), problems);
        }
    }

    fn push_order(&self, order: usize, facts: &mut Facts) -> Result<(), Problem> {
        let orders = &self.orders;
        let path = Facts::path("orders", super::ids::row(order));
        let currency = orders.currency.as_ref().and_then(|currency| currency.get(order));
        let currency = currency.map(|code| shape::currency(code, &path.key("currency"))).transpose()?;
        let (id, customer) = (self.order_id(order), place(orders.customer.get(order).copied().unwrap_or_default()));
        let customer = self.customers.text(customer);
        let at = orders.at.get(order).and_then(|at| Instant::from_micros(*at).ok()).unwrap_or(Instant::MIN);
        let row = OrderRow {
            id: &id,
            at,
            customer: &customer,
            currency,
            country: orders.country.as_ref().and_then(|country| country.get(order)),
            new_customer: self.says_new(order),
            subscription: None,
            action: None,
            attributes: &[],
            stamp: Stamp::default(),
        };
        let ids: Vec<_> = self.lines_of(order).map(|line| self.lines.id.as_ref().map(|id| id.text(line))).collect();
        let mut lines = Vec::with_capacity(ids.len());
        for (line, id) in self.lines_of(order).zip(&ids) {
            lines.push(LineRow {
                id: id.as_deref(),
                amount: self.decimal(self.lines.amount.get(line).copied(), &path.key("lines").key("amount"))?,
                parts: crate::facts::LineParts::default(),
                quantity: 1,
                sku: self.lines.sku.as_ref().and_then(|sku| sku.get(line)),
                category: self.lines.category.as_ref().and_then(|category| category.get(line)),
                attributes: &[],
            });
        }
        facts.push_order(&row, &lines)
    }

    fn push_refund(&self, refund: usize, (order, line): (usize, usize), facts: &mut Facts) -> Result<(), Problem> {
        let at = self.refunds.at.get(refund).and_then(|at| Instant::from_micros(*at).ok()).unwrap_or(Instant::MIN);
        let number = self.number(order, line).to_string();
        let line = self.lines.id.as_ref().map_or(number.into(), |id| id.text(line));
        let order = self.order_id(order);
        let path = Facts::path("refunds", super::ids::row(refund)).key("amount");
        let amount = Some(self.decimal(self.refunds.amount.get(refund).copied(), &path)?);
        let id = format!("{}|{}|{at}", crate::facts::escaped(&order), crate::facts::escaped(&line));
        facts.push_refund(&RefundRow { id: &id, at, order: &order, line: Some(&line), amount, stamp: Stamp::default() })
    }

    fn decimal(&self, units: Option<i64>, path: &crate::problem::Pointer) -> Result<Decimal, Problem> {
        let places = self.lines.places;
        Decimal::from_parts(i128::from(units.unwrap_or_default()), places).map_err(|error| {
            let hint = "amounts may be up to 2^53-1 minor units";
            Problem::new(crate::problem::Code::MoneyLimit, path.clone(), error.to_string(), hint)
        })
    }
}
