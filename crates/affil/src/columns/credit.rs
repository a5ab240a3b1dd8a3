//! Who is credited with each order, by itself: the half of settling that looks at customers.
//!
//! This module must never decide who wins.

use super::contest::winners;
use super::ids::{NONE, place};
use super::obstacle::{self, Obstacle};
use super::run::new_customers;
use super::table::Columns;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};

/// What attribution makes of columns; see [`Plan::credits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credits {
    /// The touch that each order is credited to, by its row in the columns; `u32::MAX` for none.
    pub touch: Vec<u32>,
    /// Whether each order is that of a new customer: as it says itself, or as the customer's first of those that count.
    pub new_customer: Vec<bool>,
}

impl Plan {
    /// Who is credited with each order of columns, in their order; see [`Columns::touch_columns`] for the touches.
    ///
    /// Settling looks at all facts of a customer only to say this; everything after it at all orders of an affiliate.
    /// So columns may be settled in two passes, each in parts: by customer to find the touch that wins each order, then by
    /// affiliate with nothing but those touches, and with what is said here of new customers.
    ///
    /// Errors: what of the plan's attribution is not known to kernels (`columns.obstacle`, see
    /// [`obstacles`](Plan::obstacles)), and touches of affiliates who have to be refused.
    ///
    /// ```
    /// # use affil::{Columns, Facts, Ids, LineColumns, OrderColumns, Tables, TouchColumns};
    /// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
    ///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
    /// let columns = Columns::new(Tables {
    ///     base: Facts::from_json(r#"{ "affiliates": [{ "id": "ana" }] }"#).unwrap(),
    ///     affiliates: vec!["ana".into()],
    ///     customers: Ids::Numbers(vec![17]),
    ///     touches: TouchColumns { at: vec![0], customer: vec![0], affiliate: vec![0], ..TouchColumns::default() },
    ///     orders: OrderColumns { id: Ids::Numbers(vec![501]), at: vec![1], customer: vec![0], ..OrderColumns::default() },
    ///     lines: LineColumns { order: vec![0], amount: vec![800_00], places: 2, ..LineColumns::default() },
    ///     ..Tables::default()
    /// }).unwrap();
    /// let credits = plan.credits(&columns, 1).unwrap();
    /// assert_eq!((credits.touch, credits.new_customer), (vec![0], vec![true]));
    /// ```
    pub fn credits(&self, columns: &Columns, threads: usize) -> Result<Credits, Problems> {
        columns.fit(self)?;
        let mut obstacles = obstacle::of_attribution(self, &columns.base);
        let won = if obstacles.is_empty() { winners(self, columns, threads.max(1)) } else { None };
        if let Some(won) = won {
            // A row counted from 1, and none is 0: one less is the row, or the code of none.
            let touch = won.into_iter().map(|row| row.wrapping_sub(1)).collect();
            return Ok(Credits { touch, new_customer: new_customers(columns) });
        }
        if obstacles.is_empty() {
            // Strangers are refused in the words of the stages.
            super::sheet::settled(self, columns)?;
            let path = Pointer::root().key("attribution").key("windows");
            obstacles.push(Obstacle { path, what: "more than eight different windows and ranks" });
        }
        let hint = "settle the facts as a whole: `settle` knows every program";
        let problem = |found: Obstacle| {
            let message = format!("attribution apart from the rest does not know {}", found.what);
            Problem::new(Code::ColumnsObstacle, found.path, message, hint)
        };
        Err(obstacles.into_iter().map(problem).collect())
    }
}

impl Credits {
    /// The touch of an order, by its row in the columns.
    pub fn touch(&self, order: usize) -> Option<usize> {
        self.touch.get(order).copied().filter(|touch| *touch != NONE).map(place)
    }
}
