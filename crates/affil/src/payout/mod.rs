//! Payouts: what may be paid to whom on a day, and whether what was paid could be.
//!
//! This module must never know how an amount was earned; it only takes what is payable.

mod check;
mod outgoing;
mod propose;
mod sums;
mod terms;
mod text;

pub(crate) use check::covered;
pub(crate) use outgoing::{Outgoing, outgoing};
pub use propose::{CarriedForward, CarryReason, PayoutRun, Proposal};
pub(crate) use sums::Sums;
use sums::{Carry, Due, due, exchanged};
pub(crate) use terms::{Agreed, FeePlan, ReservePlan, TermsPlan, VatPlan, terms};
