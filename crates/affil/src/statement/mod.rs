//! Statements: what an affiliate was owed, month by month, in documents that it can check.
//!
//! This module must never compute what is owed; it cuts the ledger into months.

mod document;
mod earning;
mod proof;
mod slice;
mod ties;
mod verify;
mod write;

pub use document::{StatementBalances, StatementDocument, StatementEntry, StatementSchema};
pub use proof::Proof;
pub(crate) use slice::{counts_touches, joins_everybody, named};
pub(crate) use ties::Ties;
pub use verify::verify;
