//! The lifecycle of what was earned: locks, reviews, when an amount is decided and payable, and its state.
//!
//! This module must never know an amount.

mod lock;
mod payable;
mod review;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use payable::{Outlook, Progress};
pub(crate) use review::{Reviews, Verdict, review};
pub use state::State;
