//! The books of an affiliate program as files that others read: ledgers, payments, invoices.
//!
//! This crate must never decide what is owed, nor look at a file or a clock: entries and payouts in, text out.
//!
//! | export | from | for |
//! |---|---|---|
//! | [`beancount()`] | a [`Journal`] | beancount, version 3 |
//! | [`hledger()`] | a [`Journal`] | hledger |
//! | [`csv()`] | a [`Journal`] | everything that reads tables |
//! | [`pain001()`] | [`Payouts`] and [`Payees`] | a bank: SEPA credit transfers, pain.001.001.09 |
//! | [`paypal()`] | [`Payouts`] and [`Payees`] | PayPal's Payouts page |
//! | [`wise()`] | [`Payouts`] and [`Payees`] | Wise's batch payments |
//! | [`invoices()`] | [`Payouts`] and [`Payees`] | whoever prints self-billed invoices |
//! | [`page()`] | statements | affiliates: one page, which checks itself |
//!
//! Every export comes with its [`Totals`], which are those of its input to the cent.
//!
//! ```
//! let journal = affil_books::Journal::from_json_lines(concat!(
//!     r#"{"id":"commission:A/1/all/ana#1","target":"commission:A/1/all/ana","kind":"commission","affiliate":"ana","#,
//!     r#""month":"2026-03","date":"2026-03-10","currency":"EUR","was":"0.00","now":"80.00","amount":"80.00","#,
//!     r#""postings":[["expense:commission","80.00"],["payable:ana","-80.00"]],"plan":"f00d"}"#,
//! )).unwrap();
//! let export = affil_books::beancount(&journal);
//! assert!(export.text.contains("  Liabilities:Affiliates:Payable:A-ana  -80.00 EUR\n"));
//! assert_eq!(export.totals.sums["payable:ana"].to_string(), "-80.00 EUR");
//! ```
#![forbid(unsafe_code)]
// A wrong cent is worse than a long line: nothing here may wrap, index past an end, or panic.
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

mod beancount;
mod chart;
mod csv;
mod export;
mod hledger;
mod invoices;
mod journal;
mod page;
mod pain001;
mod payees;
mod payment;
mod payouts;
mod paypal;
mod reference;
#[cfg(feature = "schema")]
pub mod schema;
mod vat;
mod wise;

pub use beancount::beancount;
pub use csv::csv;
pub use export::{Export, Totals};
pub use hledger::hledger;
pub use invoices::{Invoice, Invoices, Party, Series, invoices};
pub use journal::{Journal, JournalEntry, Posting};
pub use page::{Checked, page};
pub use pain001::{Letters, Message, pain001};
pub use payees::{Address, Payee, PayeeKind, Payees, PayeesVersion, Payer};
pub use payouts::{Payout, Payouts};
pub use paypal::paypal;
pub use reference::reference;
pub use wise::{WiseTemplate, wise};

/// The Rust blocks of the page of the book, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/exports.md")]
struct Page;
