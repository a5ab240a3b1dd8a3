//! The program `affil` as scripts see it: exit codes, what is on standard output, what is in files.
//! These tests must never call the library: they start the program.

mod after;
mod cases;
mod cdnow;
mod check;
mod dispute;
mod explain;
mod export;
mod facts;
mod first;
mod ledger;
mod out;
mod page;
mod payout;
mod quote;
mod settle;
mod sheet;
mod simulate;
mod statement;
mod story;
mod tables;
mod usage;
mod what_if;
