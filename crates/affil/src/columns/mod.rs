//! Facts as columns of numbers, and the way to settle millions of them.
//!
//! This module must never give a rule a meaning of its own: what its kernels do for a plan is tabulated by the stages of
//! [`settle`](crate::settle), and a plan or facts they do not know are settled by those stages.

mod cap;
mod card;
mod chunk;
mod contest;
mod credit;
mod due;
mod facts;
mod first;
mod ids;
mod key;
mod last;
mod obstacle;
mod order;
mod pay;
mod price;
mod refund;
mod run;
mod sale;
mod sheet;
mod sieve;
mod table;
mod term;
#[cfg(test)]
mod tests;
mod total;

pub use card::{CardQuote, RateCard};
pub use credit::Credits;
pub use ids::{Coded, Ids};
pub use obstacle::Obstacle;
pub use sheet::{Sheet, SheetLine, SheetLines, SheetStatement};
pub use sieve::Sieve;
pub use table::{Columns, LineColumns, OrderColumns, RefundColumns, Tables, TouchColumns};

use crate::plan::Plan;
use crate::problem::Problems;

impl Plan {
    /// Settles columns: a row for each order line and affiliate, and a statement for each affiliate and month.
    ///
    /// The result is the same for any number of threads (at least one is used), and the same as that of
    /// [`settle`](Plan::settle) on the same facts. Plans of which [`obstacles`](Plan::obstacles) names something are
    /// settled by way of it, one fact at a time: slower, never otherwise.
    ///
    /// Errors: facts that contradict the program or each other, all at once.
    ///
    /// ```
    /// # use affil::{Coded, Columns, Facts, Ids, LineColumns, OrderColumns, Tables, TouchColumns};
    /// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    ///   "attribution": { "windows": { "click": "30d" } },
    ///   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let columns = Columns::new(Tables {
    ///     base: Facts::from_json(r#"{ "affiliates": [{ "id": "ana" }] }"#).unwrap(),
    ///     affiliates: vec!["ana".into()],
    ///     customers: Ids::Numbers(vec![17]),
    ///     touches: TouchColumns { at: vec![0], customer: vec![0], affiliate: vec![0], ..TouchColumns::default() },
    ///     orders: OrderColumns { id: Ids::Numbers(vec![501]), at: vec![1], customer: vec![0], ..OrderColumns::default() },
    ///     lines: LineColumns { order: vec![0], amount: vec![800_00], places: 2, ..LineColumns::default() },
    ///     ..Tables::default()
    /// }).unwrap();
    /// let sheet = plan.sheet(&columns, 2).unwrap();
    /// assert_eq!(sheet.lines().next().unwrap().commission.get(), 80_00);
    /// ```
    pub fn sheet(&self, columns: &Columns, threads: usize) -> Result<Sheet, Problems> {
        columns.fit(self)?;
        if obstacle::obstacles(self, columns).is_empty()
            && let Some(sheet) = run::run(self, columns, threads.max(1))
        {
            return Ok(sheet);
        }
        sheet::settled(self, columns)
    }

    /// Why these columns are settled one fact at a time: what of the plan, or of the facts, the kernels do not know.
    /// Nothing if they know all of it.
    pub fn obstacles(&self, columns: &Columns) -> Vec<Obstacle> {
        obstacle::obstacles(self, columns)
    }
}
