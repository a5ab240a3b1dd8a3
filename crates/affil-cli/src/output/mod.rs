//! Settlements for people and as files.
//! This module must never compute what anybody is owed.

mod payouts;
mod sheet;
mod table;

pub(crate) use payouts::payouts;
pub(crate) use sheet::{FileFormat, Sheet, reason, word};
pub(crate) use table::{Shown, grid, grouped, money, settlement};
