//! The tables in which a row is a fact: affiliates, touches, refunds, adjustments, quotes.
//!
//! This module must never know orders.

use affil::{AdjustmentRow, AffiliateRow, Currency, QuoteRow, RefundRow, TouchRow, value};
use arrow_array::RecordBatch;

use crate::check::{self, Columns};
use crate::intake::{Column, Intake, Place};
use crate::line::pairs;
use crate::part::parts;
use crate::stamp::Stamps;
use crate::text::Texts;

pub(crate) fn affiliates(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns {
        needed: &["id"],
        optional: &["active", "groups", "joined", "recruiter", "customers"],
        prefixes: &["attributes."],
    };
    for part in parts("affiliates", batches) {
        check::columns(part, &known, intake);
        let (id, active) = (part.texts("id", intake), part.flags("active", intake));
        let (groups, customers) = (part.lists("groups", intake), part.lists("customers", intake));
        let (joined, recruiter) = (part.instants("joined", intake), part.texts("recruiter", intake));
        let attributes = part.attributes("attributes.", intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let active = intake.may(&active, row, place);
            let groups = intake.may(&groups, row, place);
            let joined = intake.may(&joined, row, place);
            let customers = intake.may(&customers, row, place);
            let (Some(id), Ok(active), Ok(groups), Ok(joined), Ok(customers)) = (id, active, groups, joined, customers)
            else {
                continue;
            };
            let pushed = intake.facts.push_affiliate(&AffiliateRow {
                id,
                active: active.unwrap_or(true),
                groups: &groups.unwrap_or_default(),
                joined,
                recruiter: recruiter.get(row),
                customers: &customers.unwrap_or_default(),
                attributes: &pairs(&attributes, row),
            });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn touches(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns {
        needed: &["at", "customer"],
        optional: &["id", "affiliate", "kind", "channel", "order", "known", "replaces"],
        prefixes: &["attributes."],
    };
    let mut made = String::new();
    for part in parts("touches", batches) {
        check::columns(part, &known, intake);
        let with_ids = part.has("id");
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (customer, affiliate) = (part.texts("customer", intake), part.texts("affiliate", intake));
        let (kind, channel) = (part.texts("kind", intake), part.texts("channel", intake));
        let (order, attributes) = (part.texts("order", intake), part.attributes("attributes.", intake));
        let stamps = Stamps::of(part, intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = if with_ids { intake.need(&id, row, place) } else { Some("") };
            let at = intake.need(&at, row, place);
            let customer = intake.need(&customer, row, place);
            let stamp = stamps.read(row, place, intake);
            let (Some(id), Some(at), Some(customer), Ok(stamp)) = (id, at, customer, stamp) else { continue };
            let attributes = pairs(&attributes, row);
            let mut touch = TouchRow {
                id,
                at,
                customer,
                affiliate: affiliate.get(row),
                kind: kind.get(row).unwrap_or("click"),
                channel: channel.get(row),
                order: order.get(row),
                attributes: &attributes,
                stamp,
            };
            if !with_ids {
                touch.content_id(&mut made);
                touch.id = &made;
            }
            let pushed = intake.facts.push_touch(&touch);
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn refunds(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known =
        Columns { needed: &["id", "at", "order"], optional: &["line", "amount", "known", "replaces"], prefixes: &[] };
    for part in parts("refunds", batches) {
        check::columns(part, &known, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (order, line) = (part.texts("order", intake), part.texts("line", intake));
        let (amount, stamps) = (part.amounts("amount", intake), Stamps::of(part, intake));
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let order = intake.need(&order, row, place);
            let amount = intake.may(&amount, row, place);
            let stamp = stamps.read(row, place, intake);
            let (Some(id), Some(at), Some(order), Ok(amount), Ok(stamp)) = (id, at, order, amount, stamp) else {
                continue;
            };
            let line = line.get(row);
            let pushed = intake.facts.push_refund(&RefundRow { id, at, order, line, amount, stamp });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn adjustments(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns {
        needed: &["id", "at", "affiliate", "amount", "reason"],
        optional: &["known", "replaces"],
        prefixes: &[],
    };
    for part in parts("adjustments", batches) {
        check::columns(part, &known, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (affiliate, amount) = (part.texts("affiliate", intake), part.amounts("amount", intake));
        let (reason, stamps) = (part.texts("reason", intake), Stamps::of(part, intake));
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let affiliate = intake.need(&affiliate, row, place);
            let amount = intake.need(&amount, row, place);
            let reason = intake.need(&reason, row, place);
            let stamp = stamps.read(row, place, intake);
            let (Some(id), Some(at), Some(affiliate), Some(amount), Some(reason), Ok(stamp)) =
                (id, at, affiliate, amount, reason, stamp)
            else {
                continue;
            };
            let pushed = intake.facts.push_adjustment(&AdjustmentRow { id, at, affiliate, amount, reason, stamp });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn quotes(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns { needed: &["from", "to", "date", "rate"], optional: &[], prefixes: &[] };
    for part in parts("quotes", batches) {
        check::columns(part, &known, intake);
        let (from, to) = (part.texts("from", intake), part.texts("to", intake));
        let (date, rate) = (part.dates("date", intake), part.factors("rate", intake));
        for row in 0..part.rows() {
            let place = part.place(row);
            let from = currency(&from, row, place, intake);
            let to = currency(&to, row, place, intake);
            let date = intake.need(&date, row, place);
            let rate = intake.need(&rate, row, place);
            let (Some(from), Some(to), Some(date), Some(rate)) = (from, to, date, rate) else { continue };
            let pushed = intake.facts.push_quote(&QuoteRow { from, to, date, rate });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

/// A currency that must be there.
fn currency(codes: &Texts<'_>, row: usize, place: Place, intake: &mut Intake<'_>) -> Option<Currency> {
    let code = intake.need(codes, row, place)?;
    value::currency(code, &place.at(codes.name())).map_err(|problem| intake.refuse(problem)).ok()
}
