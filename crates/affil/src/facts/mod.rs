//! What happened: facts, each known by its kind and id, in any order, each at most once.
//!
//! This module must never know a program; it only keeps facts whole and refuses contradictions.

mod document;
mod known;
mod made;
mod mark;
mod names;
mod part;
mod payout;
mod push;
mod read;
mod review;
mod row;
mod table;
mod write;

use std::sync::Arc;

use crate::problem::{Pointer, Problems};
use crate::shape;
use crate::time::Instant;

pub use document::{
    AdjustmentFact, AffiliateFact, FactsDocument, LineFact, OrderFact, QuoteFact, RefundFact, TimeText, TouchFact,
};
pub(crate) use made::escaped;
pub(crate) use mark::Mark;
pub(crate) use names::{Names, Sym};
pub(crate) use part::Part;
pub(crate) use payout::{Confirmation, Payout};
pub use payout::{ConfirmationFact, ConfirmationRow, PayoutFact, PayoutOutcome, PayoutRow};
pub(crate) use read::{attribute_pairs, line_row};
pub(crate) use review::Review;
pub use review::{ReviewDecision, ReviewFact, ReviewReason, ReviewRow};
pub use row::{AdjustmentRow, AffiliateRow, LineParts, LineRow, OrderRow, QuoteRow, RefundRow, Stamp, TouchRow};
pub(crate) use table::{Adjustment, Affiliate, Dated, Line, Order, Quote, Refund, Stretch, Table, Touch};
pub(crate) use write::Choice;

/// Facts: affiliates, touches, orders with lines, refunds, adjustments, reviews, payouts, confirmations and quotes.
///
/// The same fact twice changes nothing; the same id with other content is refused with the field that differs.
/// The order in which facts arrive never matters.
///
/// ```
/// let facts = affil::Facts::from_json(r#"{
///   "affiliates": [{ "id": "ana" }],
///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "800.00" }] }]
/// }"#).unwrap();
/// assert_eq!(facts.orders(), 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub(crate) names: Arc<Names>,
    pub(crate) affiliates: Table<Affiliate>,
    pub(crate) groups: Vec<Sym>,
    pub(crate) touches: Table<Touch>,
    pub(crate) orders: Table<Order>,
    pub(crate) lines: Vec<Line>,
    pub(crate) attributes: Vec<(Sym, Sym)>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) adjustments: Table<Adjustment>,
    pub(crate) reviews: Table<Review>,
    pub(crate) payouts: Table<Payout>,
    pub(crate) confirmations: Table<Confirmation>,
    pub(crate) quotes: Table<Quote>,
    pub(crate) until: Option<Instant>,
}

impl Facts {
    /// No facts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a facts document in JSON (see `schema/facts.schema.json`); all problems at once.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        let mut facts = Self::new();
        facts.add_json(text)?;
        Ok(facts)
    }

    /// Adds the facts of a JSON document. On problems nothing is added.
    pub fn add_json(&mut self, text: &str) -> Result<(), Problems> {
        let document = shape::facts_from(text)?;
        self.add_document(&document).map_err(|problems| shape::locate(problems, text, shape::Format::Json))
    }

    /// Adds the facts of a document. On problems nothing is added.
    pub fn add_document(&mut self, document: &FactsDocument) -> Result<(), Problems> {
        let mark = self.mark();
        let mut problems = Problems::default();
        self.push_document(document, &mut problems);
        problems.or(()).map_err(|problems| {
            self.back_to(&mark);
            // Rows count on from one document to the next; what is wrong here stands in this one.
            mark.within_document(problems)
        })
    }

    /// The next order pushed stands in row `row` of its table, counted from 0: problems will name that row.
    ///
    /// For tables with a row for each order line, in which the tenth order stands in a later row than the tenth.
    ///
    /// ```
    /// use affil::{Facts, LineRow, OrderRow, Stamp, time::Instant};
    /// let order = OrderRow {
    ///     id: "A", at: Instant::MIN, customer: "kim", currency: None, country: None, new_customer: None,
    ///     subscription: None, action: None, attributes: &[], stamp: Stamp::default(),
    /// };
    /// let mut facts = Facts::new();
    /// facts.set_order_row(17);
    /// assert_eq!(facts.push_order(&order, &[]).unwrap_err().path().as_str(), "/orders/17/lines");
    /// ```
    pub fn set_order_row(&mut self, row: usize) {
        self.orders.given = u32::try_from(row).unwrap_or(u32::MAX);
    }

    /// How many affiliates there are.
    pub fn affiliates(&self) -> usize {
        self.affiliates.rows.len()
    }

    /// How many touches there are.
    pub fn touches(&self) -> usize {
        self.touches.rows.len()
    }

    /// How many orders there are.
    pub fn orders(&self) -> usize {
        self.orders.rows.len()
    }

    /// How many order lines there are.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// How many refunds there are.
    pub fn refunds(&self) -> usize {
        self.refunds.rows.len()
    }

    /// How many adjustments there are.
    pub fn adjustments(&self) -> usize {
        self.adjustments.rows.len()
    }

    /// How many reviews there are.
    pub fn reviews(&self) -> usize {
        self.reviews.rows.len()
    }

    /// How many payouts there are.
    pub fn payouts(&self) -> usize {
        self.payouts.rows.len()
    }

    /// How many confirmations of payouts there are.
    pub fn confirmations(&self) -> usize {
        self.confirmations.rows.len()
    }

    /// How many quotes there are.
    pub fn quotes(&self) -> usize {
        self.quotes.rows.len()
    }

    /// The affiliates and the groups that each is in.
    ///
    /// ```
    /// let facts = affil::Facts::from_json(r#"{ "affiliates": [{ "id": "ana", "groups": ["gold", "de"] }] }"#).unwrap();
    /// assert_eq!(facts.groups().collect::<Vec<_>>(), [("ana", vec!["gold", "de"])]);
    /// ```
    pub fn groups(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        let named = |row: &Affiliate| row.groups.of(&self.groups).iter().map(|group| self.text(*group)).collect();
        self.affiliates.rows.iter().map(move |row| (self.text(row.id), named(row)))
    }

    /// Says up to when the facts are complete: periods that end by then are over. The latest of several holds.
    ///
    /// Without it, that is the last `at` of any fact that has one.
    pub fn set_until(&mut self, until: Instant) {
        self.until = self.until.max(Some(until));
    }

    /// The end of the facts: up to when they are said to be complete, or else the last `at` of any; none without facts.
    ///
    /// ```
    /// let facts = affil::Facts::from_json(r#"{ "until": "2026-04-01T00:00:00Z" }"#).unwrap();
    /// assert_eq!(facts.end().unwrap().to_string(), "2026-04-01T00:00:00Z");
    /// ```
    pub fn end(&self) -> Option<Instant> {
        self.until.or_else(|| {
            let touches = self.touches.rows.iter().map(|row| row.at);
            let orders = self.orders.rows.iter().map(|row| row.at);
            let refunds = self.refunds.rows.iter().map(|row| row.at);
            let adjustments = self.adjustments.rows.iter().map(|row| row.at);
            let reviews = self.reviews.rows.iter().map(|row| row.at);
            let payouts = self.payouts.rows.iter().map(|row| row.at);
            let confirmations = self.confirmations.rows.iter().map(|row| row.at);
            let of_orders = touches.chain(orders).chain(refunds).chain(reviews);
            of_orders.chain(adjustments).chain(payouts).chain(confirmations).max()
        })
    }

    pub(crate) fn text(&self, sym: Sym) -> &str {
        self.names.text(sym)
    }

    /// The place of a row in the tables as they were given.
    pub(crate) fn path(table: &str, row: u32) -> Pointer {
        Pointer::root().key(table).index(usize::try_from(row).unwrap_or_default())
    }
}
