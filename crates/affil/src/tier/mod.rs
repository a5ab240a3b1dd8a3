//! Ladders: which rate a sale has, by what an affiliate sold before it and in its whole month.
//!
//! This module must never know attribution, rules beyond their rate, or rounding.

mod ladder;
mod marginal;
mod stage;
mod whole;

pub(crate) use ladder::{Ladder, Slice};
pub(crate) use stage::{Climb, climb};
