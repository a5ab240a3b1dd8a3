//! The books: in which accounts amounts stand, and how they move from one to the other.
//!
//! This module must never know what was booked before; it only says what should be.

mod account;
mod earned;
mod moves;
mod paid;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use moves::{Move, MoveKind};
