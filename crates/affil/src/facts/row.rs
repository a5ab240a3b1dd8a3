//! Facts as rows: what a table door hands over, one fact at a time, without copying texts.

use crate::money::{Currency, Decimal};
use crate::time::{Date, Instant};

/// An affiliate; see [`AffiliateFact`](super::AffiliateFact).
#[derive(Debug, Clone, Copy, Default)]
pub struct AffiliateRow<'a> {
    /// The affiliate's id.
    pub id: &'a str,
    /// Whether touches of this affiliate count.
    pub active: bool,
    /// The groups the affiliate belongs to.
    pub groups: &'a [&'a str],
    /// When the affiliate joined.
    pub joined: Option<Instant>,
    /// Who recruited the affiliate.
    pub recruiter: Option<&'a str>,
    /// The customer ids under which the affiliate buys itself.
    pub customers: &'a [&'a str],
    /// Free attributes; later values of a name are ignored.
    pub attributes: &'a [(&'a str, &'a str)],
}

/// When a fact became known, and which fact of the same kind it corrects; by default at its own time, and none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp<'a> {
    /// When it became known, not before it happened; without it, when it happened.
    pub known: Option<Instant>,
    /// The id of the fact in whose place it stands.
    pub replaces: Option<&'a str>,
}

/// A touch; see [`TouchFact`](super::TouchFact).
#[derive(Debug, Clone, Copy)]
pub struct TouchRow<'a> {
    /// The touch's id.
    pub id: &'a str,
    /// When it happened.
    pub at: Instant,
    /// Who was touched.
    pub customer: &'a str,
    /// Whose touch it is; none of the house.
    pub affiliate: Option<&'a str>,
    /// The kind of touch.
    pub kind: &'a str,
    /// The channel.
    pub channel: Option<&'a str>,
    /// The only order it counts for.
    pub order: Option<&'a str>,
    /// Free attributes; later values of a name are ignored.
    pub attributes: &'a [(&'a str, &'a str)],
    /// When it became known, and what it corrects.
    pub stamp: Stamp<'a>,
}

/// An order without its lines; see [`OrderFact`](super::OrderFact).
#[derive(Debug, Clone, Copy)]
pub struct OrderRow<'a> {
    /// The order's id.
    pub id: &'a str,
    /// When it was placed.
    pub at: Instant,
    /// Who ordered.
    pub customer: &'a str,
    /// The currency of its amounts; without it, the program's.
    pub currency: Option<Currency>,
    /// The country.
    pub country: Option<&'a str>,
    /// Whether this is the customer's first order.
    pub new_customer: Option<bool>,
    /// The subscription of which it is a charge.
    pub subscription: Option<&'a str>,
    /// The kind of action, if it is no sale.
    pub action: Option<&'a str>,
    /// Free attributes; later values of a name are ignored.
    pub attributes: &'a [(&'a str, &'a str)],
    /// When it became known, and what it corrects.
    pub stamp: Stamp<'a>,
}

/// Parts of a line's amount, of the same sign as the amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LineParts {
    /// What a discount gives back.
    pub discount: Option<Decimal>,
    /// Tax.
    pub tax: Option<Decimal>,
    /// Shipping.
    pub shipping: Option<Decimal>,
    /// What the line cost the merchant.
    pub cost: Option<Decimal>,
}

/// A line of an order; see [`LineFact`](super::LineFact).
#[derive(Debug, Clone, Copy)]
pub struct LineRow<'a> {
    /// The line's id within its order; without it, its position from 1.
    pub id: Option<&'a str>,
    /// What the whole line cost; below zero for a return.
    pub amount: Decimal,
    /// The parts of the amount that conditions on the base may take off.
    pub parts: LineParts,
    /// How many units.
    pub quantity: u32,
    /// The article number.
    pub sku: Option<&'a str>,
    /// The category.
    pub category: Option<&'a str>,
    /// Free attributes.
    pub attributes: &'a [(&'a str, &'a str)],
}

/// A refund; see [`RefundFact`](super::RefundFact).
#[derive(Debug, Clone, Copy)]
pub struct RefundRow<'a> {
    /// The refund's id.
    pub id: &'a str,
    /// When it happened.
    pub at: Instant,
    /// The order it belongs to.
    pub order: &'a str,
    /// The line it belongs to.
    pub line: Option<&'a str>,
    /// How much; without it, all that is left.
    pub amount: Option<Decimal>,
    /// When it became known, and what it corrects.
    pub stamp: Stamp<'a>,
}

/// An adjustment; see [`AdjustmentFact`](super::AdjustmentFact).
#[derive(Debug, Clone, Copy)]
pub struct AdjustmentRow<'a> {
    /// The adjustment's id.
    pub id: &'a str,
    /// When it was made.
    pub at: Instant,
    /// Who gets or pays it.
    pub affiliate: &'a str,
    /// How much, in the program's currency.
    pub amount: Decimal,
    /// Why.
    pub reason: &'a str,
    /// When it became known, and what it corrects.
    pub stamp: Stamp<'a>,
}

/// An exchange rate of a day; see [`QuoteFact`](super::QuoteFact).
#[derive(Debug, Clone, Copy)]
pub struct QuoteRow {
    /// The currency that is exchanged.
    pub from: Currency,
    /// The currency that it is exchanged for.
    pub to: Currency,
    /// The day, in the program's zone.
    pub date: Date,
    /// How much of `to` one unit of `from` is worth.
    pub rate: Decimal,
}
