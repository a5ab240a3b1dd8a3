//! Draws a shop's history: affiliates of very different sizes, customers, their touches, orders and refunds.
//! It must never know what any of it earns.

use affil::time::Instant;
use affil::{Facts, LineParts, LineRow, OrderRow, RefundRow, Stamp, TouchRow};
use anyhow::{Result, anyhow};

const AFFILIATES: usize = 10_000;
/// 2025-12-20, in microseconds: what comes new a year later comes into a month that is full.
const START: i64 = 1_766_188_800_000_000;
const DAY: i64 = 86_400_000_000;

/// A linear congruential generator: the same draws everywhere.
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A whole number below another.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = u128::from(self.0 >> 16) * (end as u128);
        usize::try_from(high >> 48).unwrap_or_default()
    }
}

/// A new order with its touch, as an affiliate's shop would send it.
pub(crate) struct New {
    pub(crate) number: usize,
    pub(crate) at: Instant,
    pub(crate) customer: usize,
    pub(crate) affiliate: usize,
    pub(crate) cents: usize,
}

/// Orders of one year, and what comes after them.
pub(crate) struct Shop {
    draws: Draws,
    orders: usize,
    /// The weights of all affiliates up to each, by Zipf's law with the exponent 1.05.
    up_to: Vec<usize>,
}

fn at(micros: i64) -> Result<Instant> {
    Ok(Instant::from_micros(micros)?)
}

impl Shop {
    pub(crate) fn new(orders: usize) -> Self {
        let mut sum = 0;
        let up_to = (1..=AFFILIATES).map(|rank| {
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let weight = (1e9 / (rank as f64).powf(1.05)) as usize;
            sum += weight;
            sum
        });
        Self { up_to: up_to.collect(), draws: Draws::new(7), orders }
    }

    fn affiliate(&mut self) -> usize {
        let place = self.draws.below(self.up_to.last().copied().unwrap_or(1));
        self.up_to.partition_point(|up_to| *up_to <= place)
    }

    /// The history: an order every so often, its touch up to a month before, every twentieth refunded in part.
    pub(crate) fn history(&mut self) -> Result<Facts> {
        let mut facts = Facts::new();
        let every = 365 * DAY / i64::try_from(self.orders)?;
        for number in 0..self.orders {
            let ordered = START + every * i64::try_from(number)?;
            let customer = format!("c{}", self.draws.below(self.orders));
            let affiliate = format!("a{}", self.affiliate());
            let touched = ordered - i64::try_from(self.draws.below(20))? * DAY - 1;
            let wrong = |problem| anyhow!("{problem}");
            let touch = TouchRow {
                id: &format!("t{number}"),
                at: at(touched)?,
                customer: &customer,
                affiliate: Some(&affiliate),
                kind: "click",
                channel: None,
                order: None,
                attributes: &[],
                stamp: Stamp::default(),
            };
            facts.push_touch(&touch).map_err(wrong)?;
            let id = format!("o{number}");
            let order = OrderRow {
                id: &id,
                at: at(ordered)?,
                customer: &customer,
                currency: None,
                country: None,
                new_customer: None,
                subscription: None,
                action: None,
                attributes: &[],
                stamp: Stamp::default(),
            };
            let cents = affil::Decimal::parse(&money(500 + self.draws.below(20_000)))?;
            let categories = ["shoes", "books", "toys"];
            let line = LineRow {
                id: None,
                amount: cents,
                parts: LineParts::default(),
                quantity: 1,
                sku: None,
                category: categories.get(self.draws.below(3)).copied(),
                attributes: &[],
            };
            facts.push_order(&order, &[line]).map_err(wrong)?;
            if self.draws.below(20) == 0 {
                let (id, at) = (format!("r{number}"), at(ordered + 5 * DAY)?);
                let amount = Some(affil::Decimal::parse("4.99")?);
                let refund = RefundRow { id: &id, at, order: order.id, line: None, amount, stamp: Stamp::default() };
                facts.push_refund(&refund).map_err(wrong)?;
            }
        }
        Ok(facts)
    }

    /// An order after the history, of this affiliate or one of which each is as likely: by half of a customer who may have
    /// bought before.
    pub(crate) fn next(&mut self, number: usize, affiliate: Option<usize>) -> Result<New> {
        let ordered = START + 371 * DAY + i64::try_from(number)? * 60_000_000;
        let customer = self.draws.below(self.orders * 2);
        let (any, cents) = (self.draws.below(AFFILIATES), 500 + self.draws.below(20_000));
        let affiliate = affiliate.unwrap_or(any);
        Ok(New { number, at: at(ordered)?, customer, affiliate, cents })
    }
}

impl New {
    pub(crate) fn json(&self) -> String {
        let Self { number, at, customer, affiliate, cents } = self;
        format!(
            r#"{{ "touches": [{{ "id": "nt{number}", "at": "{at}", "customer": "c{customer}", "affiliate": "a{affiliate}" }}],
                "orders": [{{ "id": "n{number}", "at": "{at}", "customer": "c{customer}",
                    "lines": [{{ "amount": "{}", "category": "shoes" }}] }}] }}"#,
            money(*cents)
        )
    }
}

fn money(cents: usize) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
