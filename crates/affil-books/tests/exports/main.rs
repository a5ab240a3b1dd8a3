//! What is in the files, and what is refused; no other program is needed.
//! These tests must never take a figure from what they test.

#[path = "../common/mod.rs"]
mod common;

mod invoices;
mod journals;
mod page;
mod pain001;
mod refused;
mod tables;
