//! Ladders: which rate a sale has, by what an affiliate sold before it and in its whole period.
//!
//! This module must never know attribution, rules beyond their rate, or rounding.

mod compile;
mod forward;
mod held;
mod interpolated;
mod ladder;
mod marginal;
mod meter;
mod stage;
mod whole;

pub(crate) use compile::{climbing, ladders, threshold};
pub(crate) use ladder::{Climb, Ladder, Slice};
pub(crate) use meter::{Counted, Meter, Moment};
pub(crate) use stage::{climb, count, followed};
