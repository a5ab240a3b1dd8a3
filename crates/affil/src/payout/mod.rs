//! Payouts: what may be paid to whom on a day, and whether what was paid could be.
//!
//! This module must never know how an amount was earned; it only takes what is payable.

mod terms;

pub(crate) use terms::{Agreed, TermsPlan, terms};
