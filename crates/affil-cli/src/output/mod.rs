//! Settlements for people and as files.
//! This module must never compute what anybody is owed.

mod sheet;
mod table;

pub(crate) use sheet::{FileFormat, Sheet, reason};
pub(crate) use table::{Shown, grid, grouped, money, settlement};
