//! The tables in which a row is a fact: affiliates, touches, refunds, adjustments.
//!
//! This module must never know orders.

use std::fmt::Write;

use affil::{AdjustmentRow, AffiliateRow, RefundRow, TouchRow};
use arrow_array::RecordBatch;

use crate::check::{self, Columns};
use crate::intake::Intake;
use crate::part::parts;

pub(crate) fn affiliates(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns { needed: &["id"], optional: &["active", "groups"], prefixes: &[] };
    for part in parts("affiliates", batches) {
        check::columns(part, &known, intake);
        let (id, active) = (part.texts("id", intake), part.flags("active", intake));
        let groups = part.groups("groups", intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let active = intake.may(&active, row, place);
            let groups = intake.may(&groups, row, place);
            let (Some(id), Ok(active), Ok(groups)) = (id, active, groups) else { continue };
            let groups = groups.unwrap_or_default();
            let pushed =
                intake.facts.push_affiliate(&AffiliateRow { id, active: active.unwrap_or(true), groups: &groups });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn touches(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns {
        needed: &["at", "customer", "affiliate"],
        optional: &["id", "kind", "channel", "order"],
        prefixes: &[],
    };
    let mut made = String::new();
    for part in parts("touches", batches) {
        check::columns(part, &known, intake);
        let with_ids = part.batch().column_by_name("id").is_some();
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (customer, affiliate) = (part.texts("customer", intake), part.texts("affiliate", intake));
        let (kind, channel) = (part.texts("kind", intake), part.texts("channel", intake));
        let order = part.texts("order", intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = if with_ids { intake.need(&id, row, place) } else { Some("") };
            let at = intake.need(&at, row, place);
            let customer = intake.need(&customer, row, place);
            let affiliate = intake.need(&affiliate, row, place);
            let (Some(id), Some(at), Some(customer), Some(affiliate)) = (id, at, customer, affiliate) else { continue };
            let kind = kind.get(row).unwrap_or("click");
            let mut touch =
                TouchRow { id, at, customer, affiliate, kind, channel: channel.get(row), order: order.get(row) };
            if !with_ids {
                touch_id(&touch, &mut made);
                touch.id = &made;
            }
            let pushed = intake.facts.push_touch(&touch);
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

/// The id of a touch that has none: everything that is known of it, so that only equal touches share an id.
fn touch_id(touch: &TouchRow<'_>, id: &mut String) {
    id.clear();
    escape(touch.customer, id);
    id.push('|');
    escape(touch.affiliate, id);
    id.push('|');
    escape(touch.kind, id);
    // Writing to a text cannot fail.
    let _ = write!(id, "|{}", touch.at);
    if touch.channel.is_some() || touch.order.is_some() {
        id.push('|');
        escape(touch.channel.unwrap_or_default(), id);
        id.push('|');
        escape(touch.order.unwrap_or_default(), id);
    }
}

fn escape(part: &str, into: &mut String) {
    for letter in part.chars() {
        match letter {
            '~' => into.push_str("~0"),
            '|' => into.push_str("~1"),
            other => into.push(other),
        }
    }
}

pub(crate) fn refunds(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns { needed: &["id", "at", "order"], optional: &["line", "amount"], prefixes: &[] };
    for part in parts("refunds", batches) {
        check::columns(part, &known, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (order, line) = (part.texts("order", intake), part.texts("line", intake));
        let amount = part.amounts("amount", intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let order = intake.need(&order, row, place);
            let amount = intake.may(&amount, row, place);
            let (Some(id), Some(at), Some(order), Ok(amount)) = (id, at, order, amount) else { continue };
            let pushed = intake.facts.push_refund(&RefundRow { id, at, order, line: line.get(row), amount });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn adjustments(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    let known = Columns { needed: &["id", "at", "affiliate", "amount", "reason"], optional: &[], prefixes: &[] };
    for part in parts("adjustments", batches) {
        check::columns(part, &known, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (affiliate, amount) = (part.texts("affiliate", intake), part.amounts("amount", intake));
        let reason = part.texts("reason", intake);
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let affiliate = intake.need(&affiliate, row, place);
            let amount = intake.need(&amount, row, place);
            let reason = intake.need(&reason, row, place);
            let (Some(id), Some(at), Some(affiliate), Some(amount), Some(reason)) = (id, at, affiliate, amount, reason)
            else {
                continue;
            };
            let pushed = intake.facts.push_adjustment(&AdjustmentRow { id, at, affiliate, amount, reason });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}
