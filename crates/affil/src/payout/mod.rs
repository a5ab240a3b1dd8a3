//! Payouts: what may be paid to whom on a day, and whether what was paid could be.
//!
//! This module must never know how an amount was earned; it only takes what is payable.

mod sent;
mod sums;
mod terms;
mod text;

pub(crate) use sent::{Sent, sent};
pub(crate) use sums::{Carry, Due, Sums, due, exchanged};
pub(crate) use terms::{Agreed, FeePlan, ReservePlan, TermsPlan, VatPlan, terms};
