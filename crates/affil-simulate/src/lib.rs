//! What an affiliate program may cost next year: seeded simulation of months of sales, priced by compiled plans.
//!
//! A [`Process`] says how affiliates are assumed to sell. Each *cell* (one affiliate in one month of one replicate)
//! is drawn as a number of orders, how many of them are of new customers, what was sold, and what of it is refunded.
//! [`simulate`] prices every cell by every plan in integers, and says what the sums come to: mean, quantiles, how
//! often a budget is exceeded, and how far the simulation itself may be off.
//!
//! ```
//! use affil_simulate::{Options, Process, Rounding, simulate};
//!
//! let program = |percent: &str| format!(r#"{{
//!   "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin", "conflict": "stack",
//!   "attribution": {{ "windows": {{ "click": "30d" }} }},
//!   "rules": [{{ "id": "sales", "pay": {{ "percent": "{percent}" }} }},
//!             {{ "id": "new", "when": {{ "customer": {{ "new": true }} }}, "pay": {{ "flat": "5.00", "per": "order" }} }}],
//!   "tiers": [{{ "id": "volume", "mode": "marginal", "steps": [{{ "from": "1000.00", "add": "1" }}] }}] }}"#);
//! let now = affil::Plan::from_text(&program("5")).unwrap();
//! let then = affil::Plan::from_text(&program("6")).unwrap();
//!
//! let process = Process::from_json(r#"{
//!   "schema": "affil-process/1", "start": "2027-01", "months": 12,
//!   "orders": { "poisson": 25 },
//!   "sales": { "lognormal": { "mean": "80.00", "cv": 0.9 } },
//!   "refunded": { "beta": { "a": 2, "b": 38 } },
//!   "new": 0.3,
//!   "affiliates": [{ "id": "ana" }, { "id": "ben", "orders": { "poisson": 4 }, "growth": 1.05 }]
//! }"#).unwrap();
//!
//! let options = Options { seed: 2027, replicates: 500, budget: affil::Minor::new(350_000).ok(), ..Options::default() };
//! let simulation = simulate(&[&now, &then], &process, &options, |_| ()).unwrap();
//! let [now, then] = &simulation.plans[..] else { panic!() };
//!
//! // Both plans were priced on the same draws: in no replicate does the higher rate cost less.
//! assert!(now.totals.iter().zip(&then.totals).all(|(now, then)| now.minor() <= then.minor()));
//! assert!(then.over_budget.unwrap().share >= now.over_budget.unwrap().share);
//! assert_eq!(now.months[11].month, "2027-12");
//! assert_eq!(now.rounding, Rounding::ByMonth);
//! ```
//!
//! # What may be priced
//!
//! Only what the sums of a month decide: percentages of all sales and amounts per order (of new customers, too),
//! conditions on groups and ids of affiliates, deals, exclusions, ladders by the month (`marginal`, `whole`,
//! `interpolated`), caps per affiliate and month over all that it earns, milestones and `every` by the month, and
//! refunds. All else in a program is refused with `simulate.not_by_month` at its place, never guessed at. What a
//! program says of payouts, locks, holds and disputes does not change what is owed, and is not looked at.
//!
//! A cell stands for these facts: all its orders lie in its month, are credited to its affiliate alone, and have at
//! least one line each, of amounts above zero; its refunds come after them, fall on all sales alike, and are counted to
//! the month of the sale. A month with sales is then worth what the engine would settle: exactly, or but for the rounding of single
//! lines, as [`Rounding`] says.
//!
//! # Limits
//!
//! 100,000 affiliates, 120 months, 1,000,000 replicates, 10^11 cells in all, and 120,000,000 costs to keep (one for each
//! plan, month and replicate, of eight bytes). Amounts and their sums stay within 2^53-1 minor units, as everywhere in
//! affil: a simulation that leaves them is refused, not cut off.
//!
//! # Randomness
//!
//! The words of a cell are a function of the seed, the replicate, the position of the affiliate and the month
//! (Philox4x32-10), and the distributions use only operations whose result is defined to the last digit. So the same
//! simulation gives the same bytes with any number of threads and on any machine, replicate 7 is the same among ten
//! as among a million, and plans given together or one after the other see the same draws. Orders, new customers,
//! sales and refunds have words of their own: another share of refunds leaves the sales as they were.
//!
//! Replicates are drawn side by side, by vector units where there are any, whatever their width: each replicate is computed
//! as it would be alone. [`Draws`] keeps what was drawn, to try one plan after the other on it.
#![forbid(unsafe_code)]
#![allow(clippy::inline_always, reason = "only what is inlined is compiled for the vector unit of the machine")]
#![allow(clippy::needless_range_loop, reason = "a loop by lane over several columns is what compilers make vectors of")]
#![allow(clippy::needless_bitwise_bool, reason = "a branch that nobody could foresee costs more than a comparison")]

mod cell;
mod draw;
mod draws;
mod job;
mod philox;
mod price;
mod problem;
mod process;
mod result;
mod run;

pub use cell::Cell;
pub use draws::{DrawnCell, Draws};
pub use price::{Pricing, Rounding};
pub use problem::{Code, Problem, Problems};
pub use process::{
    AffiliateProcess, BetaShare, GammaSales, NegativeBinomial, Orders, Process, ProcessDocument, ProcessSchema,
    Refunded, RefundedLaw, Sales, SpreadSales,
};
pub use result::{AffiliateCost, Mean, MonthCost, OverBudget, PlanCost, Quantile, Simulation};
pub use run::{Options, simulate};
