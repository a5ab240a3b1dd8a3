//! An exact, explained, embeddable engine for affiliate programs.
//!
//! A [`Program`] document says who earns what; [`Facts`] say what happened; a [`Plan`] settles: it says who is owed
//! which cent, and why. Everything is a pure function: no clock, no files, no randomness, no floats.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let plan = affil::Program::from_toml(r#"
//!     schema = "affil/1"
//!     currency = "EUR"
//!     zone = "Europe/Berlin"
//!     attribution.windows.click = "30d"
//!
//!     [[rules]]
//!     id = "shoes"
//!     when.line.category = "shoes"
//!     pay.percent = "10"
//!
//!     [[tiers]]
//!     id = "volume"
//!     mode = "marginal"
//!     steps = [{ from = "1000.00", percent = "12" }]
//! "#)?.compile()?;
//!
//! let facts = affil::Facts::from_json(r#"{
//!   "affiliates": [{ "id": "ana" }],
//!   "touches": [{ "id": "t", "at": "2026-03-10T08:00:00Z", "customer": "kim", "affiliate": "ana" }],
//!   "orders": [
//!     { "id": "A", "at": "2026-03-10T09:00:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "800.00" }] },
//!     { "id": "B", "at": "2026-03-31T21:59:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "300.05" }] }
//!   ]
//! }"#)?;
//!
//! let settlement = plan.settle(&facts)?;
//! let mut ledger = affil::Ledger::new();
//! for entry in ledger.post(&settlement)? {
//!     println!("{} {}", entry.amount, plan.explain(&facts, &entry.id)?.text);
//! }
//! assert_eq!(settlement.totals().total.to_string(), "112.01 EUR");
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
// A wrong cent is worse than a long line: nothing in the engine may wrap, index past an end, or panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::float_arithmetic,
        clippy::arithmetic_side_effects,
    )
)]

mod attribute;
mod bonus;
mod book;
mod books;
pub mod call;
pub mod cases;
mod columns;
pub mod dispute;
mod explain;
mod facts;
mod ledger;
mod lifecycle;
mod lint;
mod money;
mod payout;
mod plan;
mod problem;
mod program;
mod quote;
mod rate;
pub mod risk;
#[cfg(feature = "schema")]
pub mod schema;
mod settle;
mod shape;
mod statement;
mod tier;
pub mod time;
mod what_if;

/// Single values as documents write them, for doors that are no documents: the same grammar, the same problems.
pub mod value {
    pub use crate::problem::nearest;
    pub use crate::shape::{amount, currency, date, decimal, document, factor, instant, percent, word};
}

pub use book::{Again, Book, Reach, Settled};
pub use books::{Account, Move, MoveKind};
pub use columns::{
    CardQuote, Coded, Columns, Credits, Ids, LineColumns, Obstacle, OrderColumns, RateCard, RefundColumns, Sheet,
    SheetLine, SheetLines, SheetStatement, Sieve, Tables, TouchColumns,
};
pub use explain::{
    CappedTogether, Counted, ExactMoney, Explanation, Finding, Lifted, LiftedBy, Occasion, RoundedTogether, RuleAmount,
    Standing, Step, TakenBack, TakenOff, WhyNot,
};
pub use facts::{
    AdjustmentFact, AdjustmentRow, AffiliateFact, AffiliateRow, ConfirmationFact, ConfirmationRow, Facts,
    FactsDocument, LineFact, LineParts, LineRow, OrderFact, OrderRow, PayoutFact, PayoutOutcome, PayoutRow, QuoteFact,
    QuoteRow, RefundFact, RefundRow, ReviewDecision, ReviewFact, ReviewReason, ReviewRow, Stamp, TimeText, TouchFact,
    TouchRow,
};
pub use ledger::{Entry, Ledger};
pub use lifecycle::State;
pub use money::{
    Currency, Decimal, DecimalError, Exact, LimitExceeded, Minor, Money, Rate, RoundMode, SplitRule, split,
};
pub use payout::{CarriedForward, CarryReason, PayoutRun, Proposal};
pub use plan::Plan;
pub use problem::{Code, Pointer, Problem, Problems, Severity};
pub use program::*;
pub use quote::{Cart, Quote, QuoteCommission, QuoteLine};
pub use settle::{Balance, Payout, PayoutState, Reason, Settlement, Statement, Target, TargetKind, Totals, Unpaid};
pub use statement::{Proof, StatementBalances, StatementDocument, StatementEntry, StatementSchema, verify};
pub use what_if::{
    AffiliateChange, AmountChange, Because, Comparison, Losing, Missing, MonthChange, Override as VariantOverride,
    ProgramChange, RuleChange, StepChange, TargetChange, Variant, WhatIf,
};

/// The Rust blocks of the README, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// The Rust blocks of the page on books, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/book.md")]
struct BookPage;
