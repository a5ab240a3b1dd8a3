//! Pricing: what a plan pays on the sums of a month, in integers.
//!
//! This module must never know how a month was drawn.

mod compile;
mod condition;
mod ladder;
mod quick;
mod refuse;
mod terms;

use affil::{LimitExceeded, Minor, Plan, RoundAt, RoundMode};
use serde::Serialize;

use crate::cell::{Cell, Months};
use crate::philox::BLOCK;
use crate::problem::Problems;
use terms::Terms;

/// How near a simulated month comes to what the engine would settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the cent: the program rounds each statement, and nothing is refunded in part.
    Exact,
    /// The month is rounded at once where the engine rounds line by line, or refund by refund. Where refunds fall on
    /// all orders alike, the two are at most half a minor unit apart for each line, and for each line refunded (a
    /// whole one where the program rounds `up` or `down`).
    ByMonth,
}

/// A plan, compiled to price the months of some affiliates.
///
/// ```
/// use affil::Minor;
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "conflict": "stack", "round": { "at": "statement" },
///   "rules": [{ "id": "all", "pay": { "percent": "5" } },
///             { "id": "new", "when": { "customer": { "new": true } }, "pay": { "flat": "5.00", "per": "order" } }],
///   "tiers": [{ "id": "volume", "mode": "marginal", "steps": [{ "from": "1000.00", "add": "0.5" }] }] }"#).unwrap();
/// let pricing = affil_simulate::Pricing::compile(&plan, [("ana", &[][..])]).unwrap();
/// let cell = affil_simulate::Cell {
///     orders: 20, new: 3, sales: Minor::new(150_000).unwrap(), refunded: Minor::ZERO,
/// };
/// // 5 % of 1,000.00, 5.5 % of 500.00, and three times 5.00.
/// assert_eq!(pricing.price(0, &cell).unwrap().get(), 5_000 + 2_750 + 1_500);
/// ```
#[derive(Debug, Clone)]
pub struct Pricing {
    pub(crate) mode: RoundMode,
    at: RoundAt,
    /// How many units of the rates make a whole.
    unit: i64,
    terms: Vec<Terms>,
    /// Which terms are whose.
    of: Vec<u32>,
}

impl Pricing {
    /// Compiles a plan for affiliates, each given by its id and its groups.
    ///
    /// Errors: `simulate.not_by_month`, once for each place in the program that the sums of a month do not decide.
    pub fn compile<'a>(
        plan: &Plan,
        affiliates: impl IntoIterator<Item = (&'a str, &'a [String])>,
    ) -> Result<Self, Problems> {
        compile::compile(plan, affiliates)
    }

    /// What the plan pays the affiliate at `affiliate` (of those it was compiled for) for a month: commissions less
    /// what refunds take back, and bonuses. Refunds fall on all sales of the month alike, after its last order.
    ///
    /// Errors: an amount beyond 2^53-1 minor units. An affiliate that it was not compiled for is paid nothing.
    #[inline]
    pub fn price(&self, affiliate: usize, cell: &Cell) -> Result<Minor, LimitExceeded> {
        self.terms(affiliate).map_or(Ok(Minor::ZERO), |terms| terms.price(cell, self.unit, self.mode))
    }

    /// The same for many months of one affiliate, in minor units.
    pub(crate) fn prices(
        &self,
        affiliate: usize,
        cells: &Months<'_>,
        costs: &mut [i64; BLOCK],
    ) -> Result<(), LimitExceeded> {
        match self.terms(affiliate) {
            Some(terms) => terms.prices(cells, self.unit, self.mode, costs)?,
            None => costs.fill(0),
        }
        Ok(())
    }

    fn terms(&self, affiliate: usize) -> Option<&Terms> {
        self.of.get(affiliate).and_then(|terms| self.terms.get(*terms as usize))
    }

    /// How near prices come to what the engine would settle, where refunds are `partial`, or whole or none.
    pub fn rounding(&self, partial: bool) -> Rounding {
        if self.at == RoundAt::Statement && !partial { Rounding::Exact } else { Rounding::ByMonth }
    }

    /// Whether the number of orders, or of new customers, changes what is paid to an affiliate.
    pub(crate) fn looks_at_orders(&self, affiliate: usize) -> bool {
        self.terms(affiliate).is_some_and(Terms::looks_at_orders)
    }
}
