//! Facts written down again as a document, all of them or some.
//!
//! This module must never know why some are left out.

use std::collections::BTreeMap;

use super::table::{Stamped, Stretch};
use super::{
    Adjustment, AdjustmentFact, Affiliate, AffiliateFact, Confirmation, ConfirmationFact, Facts, FactsDocument, Line,
    LineFact, Order, OrderFact, Payout, PayoutFact, QuoteFact, Refund, RefundFact, Review, ReviewFact, Sym, Table,
    TimeText, Touch, TouchFact,
};
use crate::money::Decimal;
use crate::program::{AmountText, CurrencyText, DateText, FactorText, Id};
use crate::time::Instant;

/// Which facts to write; everything, where a choice says nothing else.
pub(crate) trait Choice {
    fn affiliate(&self, _: &Affiliate) -> bool {
        true
    }
    fn touch(&self, _: &Touch) -> bool {
        true
    }
    /// Whether an order is written, and with it its refunds and what reviews say of it.
    fn order(&self, _: Sym) -> bool {
        true
    }
    fn adjustment(&self, _: &Adjustment) -> bool {
        true
    }
    /// Whether a payout is written, and with it what became of it.
    fn payout(&self, _: &Payout) -> bool {
        true
    }
}

struct Everything;

impl Choice for Everything {}

impl Facts {
    /// The facts as a document, each table in the canonical order, so that the same facts always give the same text.
    ///
    /// ```
    /// let facts = affil::Facts::from_json(r#"{
    ///   "touches": [{ "id": "t1", "at": "2026-03-09T11:00:00+01:00", "customer": "c1", "affiliate": "ana" }]
    /// }"#).unwrap();
    /// let document = facts.to_document();
    /// assert_eq!(document.touches[0].at.0, "2026-03-09T10:00:00Z");
    /// assert_eq!(affil::Facts::from_json(&serde_json::to_string(&document).unwrap()).unwrap().touches(), 1);
    /// ```
    pub fn to_document(&self) -> FactsDocument {
        self.document_of(&Everything)
    }

    /// The chosen facts as a document.
    pub(crate) fn document_of(&self, choice: &dyn Choice) -> FactsDocument {
        let payout = |id: Sym| self.payouts.find(id).is_none_or(|payout| choice.payout(payout));
        let mut affiliates: Vec<AffiliateFact> =
            self.affiliates.rows.iter().filter(|row| choice.affiliate(row)).map(|row| self.affiliate(row)).collect();
        affiliates.sort_by(|a, b| a.id.cmp(&b.id));
        let mut quotes: Vec<QuoteFact> = self.quotes.rows.iter().map(quote).collect();
        quotes.sort_by(|a, b| (&a.from, &a.to, &a.date).cmp(&(&b.from, &b.to, &b.date)));
        FactsDocument {
            affiliates,
            touches: self.written(
                &self.touches,
                |row| (row.at, row.id),
                |row, stamp| choice.touch(row).then(|| self.touch(row, stamp)),
            ),
            orders: self.written(
                &self.orders,
                |row| (row.at, row.id),
                |row, stamp| choice.order(row.id).then(|| self.order(row, stamp)),
            ),
            refunds: self.written(
                &self.refunds,
                |row| (row.at, row.id),
                |row, stamp| choice.order(row.order).then(|| self.refund(row, stamp)),
            ),
            adjustments: self.written(
                &self.adjustments,
                |row| (row.at, row.id),
                |row, stamp| choice.adjustment(row).then(|| self.adjustment(row, stamp)),
            ),
            reviews: self.written(&self.reviews, |row| (row.at, row.id), |row, stamp| self.review(row, stamp, choice)),
            payouts: self.written(
                &self.payouts,
                |row| (row.at, row.id),
                |row, stamp| choice.payout(row).then(|| self.payout(row, stamp)),
            ),
            confirmations: self.written(
                &self.confirmations,
                |row| (row.at, row.id),
                |row, stamp| payout(row.payout).then(|| self.confirmation(row, stamp)),
            ),
            quotes,
            until: self.until.map(time),
        }
    }

    /// The rows that `write` writes, in the canonical order.
    fn written<R, F>(
        &self,
        table: &Table<R>,
        place: impl Fn(&R) -> (Instant, Sym),
        write: impl Fn(&R, Stamped) -> Option<F>,
    ) -> Vec<F> {
        let mut rows: Vec<(usize, &R)> = table.rows.iter().enumerate().collect();
        rows.sort_by_key(|(_, row)| {
            let (at, id) = place(row);
            (at, self.text(id))
        });
        rows.into_iter().filter_map(|(index, row)| write(row, table.stamp(index))).collect()
    }

    fn id(&self, sym: Sym) -> Id {
        Id(self.text(sym).to_owned())
    }

    fn optional(&self, sym: Sym) -> Option<String> {
        (!sym.is_none()).then(|| self.text(sym).to_owned())
    }

    fn optional_id(&self, sym: Sym) -> Option<Id> {
        self.optional(sym).map(Id)
    }

    fn set(&self, stretch: Stretch) -> Vec<String> {
        let mut texts: Vec<String> = stretch.of(&self.groups).iter().map(|sym| self.text(*sym).to_owned()).collect();
        texts.sort();
        texts
    }

    fn attributes(&self, stretch: Stretch) -> BTreeMap<String, String> {
        let text = |sym: Sym| self.text(sym).to_owned();
        stretch.of(&self.attributes).iter().map(|(name, value)| (text(*name), text(*value))).collect()
    }

    fn affiliate(&self, row: &Affiliate) -> AffiliateFact {
        AffiliateFact {
            id: self.id(row.id),
            active: row.active,
            groups: self.set(row.groups),
            joined: row.joined.map(time),
            recruiter: self.optional_id(row.recruiter),
            customers: self.set(row.customers),
            attributes: self.attributes(row.attributes),
        }
    }

    fn touch(&self, row: &Touch, stamp: Stamped) -> TouchFact {
        TouchFact {
            id: self.id(row.id),
            at: time(row.at),
            customer: self.id(row.customer),
            affiliate: self.optional_id(row.affiliate),
            kind: self.text(row.kind).to_owned(),
            channel: self.optional(row.channel),
            order: self.optional_id(row.order),
            attributes: self.attributes(row.attributes),
            known: stamp.known.map(time),
            replaces: self.optional_id(stamp.replaces),
        }
    }

    fn order(&self, row: &Order, stamp: Stamped) -> OrderFact {
        let lines = row.lines.of(&self.lines).iter().enumerate();
        // An action counts as one line, but says none.
        let lines =
            if row.action.is_none() { lines.map(|(index, line)| self.line(index, line)).collect() } else { vec![] };
        OrderFact {
            id: self.id(row.id),
            at: time(row.at),
            customer: self.id(row.customer),
            currency: row.currency.map(|currency| CurrencyText::from(currency.code())),
            country: self.optional(row.country),
            new_customer: row.new_customer,
            subscription: self.optional_id(row.subscription),
            action: self.optional_id(row.action),
            attributes: self.attributes(row.attributes),
            lines,
            known: stamp.known.map(time),
            replaces: self.optional_id(stamp.replaces),
        }
    }

    fn line(&self, index: usize, line: &Line) -> LineFact {
        let place = index.saturating_add(1).to_string();
        LineFact {
            id: self.optional_id(line.id).filter(|id| id.as_str() != place),
            amount: amount(line.amount),
            quantity: line.quantity,
            sku: self.optional(line.sku),
            category: self.optional(line.category),
            discount: line.parts.discount.map(amount),
            tax: line.parts.tax.map(amount),
            shipping: line.parts.shipping.map(amount),
            cost: line.parts.cost.map(amount),
            attributes: self.attributes(line.attributes),
        }
    }

    fn refund(&self, row: &Refund, stamp: Stamped) -> RefundFact {
        RefundFact {
            id: self.id(row.id),
            at: time(row.at),
            order: self.id(row.order),
            line: self.optional_id(row.line),
            amount: row.amount.map(amount),
            known: stamp.known.map(time),
            replaces: self.optional_id(stamp.replaces),
        }
    }

    fn adjustment(&self, row: &Adjustment, stamp: Stamped) -> AdjustmentFact {
        AdjustmentFact {
            id: self.id(row.id),
            at: time(row.at),
            affiliate: self.id(row.affiliate),
            amount: amount(row.amount),
            reason: self.text(row.reason).to_owned(),
            known: stamp.known.map(time),
            replaces: self.optional_id(stamp.replaces),
        }
    }

    /// What a review says of the chosen orders; nothing, if it says nothing of them.
    fn review(&self, row: &Review, stamp: Stamped, choice: &dyn Choice) -> Option<ReviewFact> {
        let chosen = row.orders.of(&self.groups).iter().filter(|order| choice.order(**order));
        let mut orders: Vec<Id> = chosen.map(|order| self.id(*order)).collect();
        orders.sort();
        (!orders.is_empty()).then(|| ReviewFact {
            id: self.id(row.id),
            at: time(row.at),
            orders,
            line: self.optional_id(row.line),
            decision: row.decision,
            reason: row.reason,
            note: self.optional(row.note),
            dispute: self.optional_id(row.dispute),
            known: stamp.known.map(time),
            replaces: self.optional_id(stamp.replaces),
        })
    }

    fn payout(&self, row: &Payout, stamp: Stamped) -> PayoutFact {
        PayoutFact {
            id: self.id(row.id),
            at: time(row.at),
            affiliate: self.id(row.affiliate),
            terms: self.optional_id(row.terms),
            earned: amount(row.earned),
            released: amount(row.released),
            reserve: amount(row.reserve),
            release: row.release.map(time),
            treatment: row.treatment,
            vat: amount(row.vat),
            withholding: amount(row.withholding),
            fee: amount(row.fee),
            fee_payer: row.fee_payer,
            transfer: amount(row.transfer),
            currency: row.currency.map(|currency| CurrencyText::from(currency.code())),
            rate: row.rate.map(|rate| FactorText(rate.to_string())),
            paid: row.paid.map(amount),
            known: stamp.known.map(time),
        }
    }

    fn confirmation(&self, row: &Confirmation, stamp: Stamped) -> ConfirmationFact {
        ConfirmationFact {
            id: self.id(row.id),
            at: time(row.at),
            payout: self.id(row.payout),
            outcome: row.outcome,
            note: self.optional(row.note),
            known: stamp.known.map(time),
        }
    }
}

fn quote(row: &super::Quote) -> QuoteFact {
    QuoteFact {
        from: CurrencyText::from(row.from.code()),
        to: CurrencyText::from(row.to.code()),
        date: DateText(row.date.to_string()),
        rate: FactorText(row.rate.to_string()),
    }
}

fn time(at: Instant) -> TimeText {
    TimeText(at.to_string())
}

fn amount(decimal: Decimal) -> AmountText {
    AmountText(decimal.to_string())
}
