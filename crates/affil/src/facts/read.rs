//! Facts from documents: texts read, every problem kept.

use std::collections::BTreeMap;

use super::{
    AdjustmentFact, AdjustmentRow, AffiliateFact, AffiliateRow, Facts, FactsDocument, LineFact, LineParts, LineRow,
    OrderFact, OrderRow, QuoteFact, QuoteRow, RefundFact, RefundRow, Stamp, TimeText, TouchFact, TouchRow,
};
use crate::money::{Currency, Decimal};
use crate::problem::{Pointer, Problem, Problems};
use crate::program::{AmountText, Id};
use crate::shape;
use crate::time::Instant;

impl Facts {
    /// Adds what a document holds; what cannot be read counts as a row, so that later rows keep their numbers.
    pub(super) fn push_document(&mut self, document: &FactsDocument, problems: &mut Problems) {
        for fact in &document.affiliates {
            let result = self.push_affiliate_fact(fact);
            keep(problems, result);
        }
        for fact in &document.touches {
            self.push_touch_fact(fact, problems);
        }
        for fact in &document.orders {
            self.push_order_fact(fact, problems);
        }
        for fact in &document.refunds {
            self.push_refund_fact(fact, problems);
        }
        for fact in &document.adjustments {
            self.push_adjustment_fact(fact, problems);
        }
        for fact in &document.reviews {
            self.push_review_fact(fact, problems);
        }
        for fact in &document.payouts {
            self.push_payout_fact(fact, problems);
        }
        for fact in &document.confirmations {
            self.push_confirmation_fact(fact, problems);
        }
        for fact in &document.quotes {
            self.push_quote_fact(fact, problems);
        }
        if let Some(until) = &document.until {
            match shape::instant(&until.0, &Pointer::root().key("until")) {
                Ok(until) => self.set_until(until),
                Err(problem) => problems.push(problem),
            }
        }
    }

    fn push_affiliate_fact(&mut self, fact: &AffiliateFact) -> Result<(), Problem> {
        let joined = fact.joined.as_ref().map(|text| {
            let path = Self::path("affiliates", self.affiliates.given).key("joined");
            shape::instant(&text.0, &path)
        });
        let joined = joined.transpose().inspect_err(|_| {
            self.affiliates.next_row();
        })?;
        let groups: Vec<&str> = fact.groups.iter().map(String::as_str).collect();
        let customers: Vec<&str> = fact.customers.iter().map(String::as_str).collect();
        self.push_affiliate(&AffiliateRow {
            id: fact.id.as_str(),
            active: fact.active,
            groups: &groups,
            joined,
            recruiter: fact.recruiter.as_ref().map(Id::as_str),
            customers: &customers,
            attributes: &attribute_pairs(&fact.attributes),
        })
    }

    fn push_touch_fact(&mut self, fact: &TouchFact, problems: &mut Problems) {
        let path = Self::path("touches", self.touches.given);
        let at = instant(&fact.at.0, &path, problems);
        let stamp = stamp(fact.known.as_ref(), fact.replaces.as_ref(), &path, problems);
        let (Some(at), Some(stamp)) = (at, stamp) else {
            self.touches.next_row();
            return;
        };
        let result = self.push_touch(&TouchRow {
            id: fact.id.as_str(),
            at,
            customer: fact.customer.as_str(),
            affiliate: fact.affiliate.as_ref().map(Id::as_str),
            kind: &fact.kind,
            channel: fact.channel.as_deref(),
            order: fact.order.as_ref().map(Id::as_str),
            attributes: &attribute_pairs(&fact.attributes),
            stamp,
        });
        keep(problems, result);
    }

    fn push_order_fact(&mut self, fact: &OrderFact, problems: &mut Problems) {
        let path = Self::path("orders", self.orders.given);
        let at = instant(&fact.at.0, &path, problems);
        let currency = fact.currency.as_ref().map(|code| currency(code.as_str(), &path.key("currency"), problems));
        let stamp = stamp(fact.known.as_ref(), fact.replaces.as_ref(), &path, problems);
        let pairs: Vec<Vec<(&str, &str)>> = fact.lines.iter().map(|line| attribute_pairs(&line.attributes)).collect();
        let mut lines = Vec::with_capacity(fact.lines.len());
        for (index, (line, attributes)) in fact.lines.iter().zip(&pairs).enumerate() {
            lines.extend(line_row(line, attributes, &path.key("lines").index(index), problems));
        }
        let readable = lines.len() == fact.lines.len();
        let (Some(at), None | Some(Some(_)), Some(stamp), true) = (at, currency, stamp, readable) else {
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
            subscription: fact.subscription.as_ref().map(Id::as_str),
            action: fact.action.as_ref().map(Id::as_str),
            attributes: &attribute_pairs(&fact.attributes),
            stamp,
        };
        keep(problems, self.push_order(&row, &lines));
    }

    fn push_refund_fact(&mut self, fact: &RefundFact, problems: &mut Problems) {
        let path = Self::path("refunds", self.refunds.given);
        let at = instant(&fact.at.0, &path, problems);
        let amount = fact.amount.as_ref().map(|text| decimal(text, &path.key("amount"), problems));
        let stamp = stamp(fact.known.as_ref(), fact.replaces.as_ref(), &path, problems);
        let (Some(at), None | Some(Some(_)), Some(stamp)) = (at, amount, stamp) else {
            self.refunds.next_row();
            return;
        };
        let row = RefundRow {
            id: fact.id.as_str(),
            at,
            order: fact.order.as_str(),
            line: fact.line.as_ref().map(Id::as_str),
            amount: amount.flatten(),
            stamp,
        };
        keep(problems, self.push_refund(&row));
    }

    fn push_adjustment_fact(&mut self, fact: &AdjustmentFact, problems: &mut Problems) {
        let path = Self::path("adjustments", self.adjustments.given);
        let at = instant(&fact.at.0, &path, problems);
        let amount = decimal(&fact.amount, &path.key("amount"), problems);
        let stamp = stamp(fact.known.as_ref(), fact.replaces.as_ref(), &path, problems);
        let (Some(at), Some(amount), Some(stamp)) = (at, amount, stamp) else {
            self.adjustments.next_row();
            return;
        };
        let affiliate = fact.affiliate.as_str();
        let row = AdjustmentRow { id: fact.id.as_str(), at, affiliate, amount, reason: &fact.reason, stamp };
        keep(problems, self.push_adjustment(&row));
    }

    fn push_quote_fact(&mut self, fact: &QuoteFact, problems: &mut Problems) {
        let path = Self::path("quotes", self.quotes.given);
        let from = currency(fact.from.as_str(), &path.key("from"), problems);
        let to = currency(fact.to.as_str(), &path.key("to"), problems);
        let date = shape::date(fact.date.as_str(), &path.key("date")).map_err(|problem| problems.push(problem)).ok();
        let rate = shape::factor(fact.rate.as_str(), &path.key("rate")).map_err(|problem| problems.push(problem)).ok();
        let (Some(from), Some(to), Some(date), Some(rate)) = (from, to, date, rate) else {
            self.quotes.next_row();
            return;
        };
        keep(problems, self.push_quote(&QuoteRow { from, to, date, rate }));
    }
}

/// A line of a document as a row.
pub(crate) fn line_row<'a>(
    line: &'a LineFact,
    attributes: &'a [(&'a str, &'a str)],
    path: &Pointer,
    problems: &mut Problems,
) -> Option<LineRow<'a>> {
    let amount = decimal(&line.amount, &path.key("amount"), problems);
    let mut complete = true;
    let mut part = |text: &Option<AmountText>, key: &str| {
        let read = text.as_ref().map(|text| decimal(text, &path.key(key), problems));
        complete &= read != Some(None);
        read.flatten()
    };
    let parts = LineParts {
        discount: part(&line.discount, "discount"),
        tax: part(&line.tax, "tax"),
        shipping: part(&line.shipping, "shipping"),
        cost: part(&line.cost, "cost"),
    };
    Some(LineRow {
        id: line.id.as_ref().map(Id::as_str),
        amount: amount.filter(|_| complete)?,
        parts,
        quantity: line.quantity,
        sku: line.sku.as_deref(),
        category: line.category.as_deref(),
        attributes,
    })
}

pub(crate) fn attribute_pairs(attributes: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

pub(super) fn keep(problems: &mut Problems, result: Result<(), Problem>) {
    if let Err(problem) = result {
        problems.push(problem);
    }
}

pub(super) fn instant(text: &str, path: &Pointer, problems: &mut Problems) -> Option<Instant> {
    shape::instant(text, &path.key("at")).map_err(|problem| problems.push(problem)).ok()
}

/// When a fact became known and what it replaces; none if that cannot be read.
pub(super) fn stamp<'a>(
    known: Option<&TimeText>,
    replaces: Option<&'a Id>,
    path: &Pointer,
    problems: &mut Problems,
) -> Option<Stamp<'a>> {
    let replaces = replaces.map(Id::as_str);
    let Some(known) = known else { return Some(Stamp { known: None, replaces }) };
    let known = shape::instant(&known.0, &path.key("known")).map_err(|problem| problems.push(problem)).ok()?;
    Some(Stamp { known: Some(known), replaces })
}

/// What is given, if it can be read; else its problem is kept.
pub(super) fn optional<T, R>(
    given: Option<&T>,
    read: impl FnOnce(&T) -> Result<R, Problem>,
    problems: &mut Problems,
) -> Option<R> {
    read(given?).map_err(|problem| problems.push(problem)).ok()
}

pub(super) fn decimal(text: &AmountText, path: &Pointer, problems: &mut Problems) -> Option<Decimal> {
    shape::decimal(text.as_str(), path).map_err(|problem| problems.push(problem)).ok()
}

fn currency(code: &str, path: &Pointer, problems: &mut Problems) -> Option<Currency> {
    shape::currency(code, path).map_err(|problem| problems.push(problem)).ok()
}
