//! The files as the programs read them that they are for: beancount, hledger, and a validator with the bank's own schema.
//! These tests must never decide themselves whether a file is right.
//!
//! They need those programs: `cargo xtask test --only books` installs them and runs these tests.

#[path = "../common/mod.rs"]
mod common;

mod beancount;
mod hledger;
mod many;
mod pain001;
mod programs;
