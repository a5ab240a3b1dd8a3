//! What can be said of payment files on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use affil::time::Date;
use clap::{Args, ValueEnum};

use super::date;

/// Who takes a payment file.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bank {
    /// A SEPA bank: ISO 20022, pain.001.001.09
    Pain001,
    /// PayPal's Payouts page
    Paypal,
    /// Wise, to saved recipients
    Wise,
    /// Wise, to bank accounts
    WiseAccounts,
    /// Wise, by e-mail
    WiseEmail,
}

/// How letters are written that the SEPA alphabet does not have.
#[derive(Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Letters {
    /// ü is u, as banks convert it
    #[default]
    Epc,
    /// ü is ue
    German,
}

/// Who is paid, and what a payment file says beside the payments.
#[derive(Args, Default)]
#[command(next_help_heading = "Bank")]
pub(crate) struct BankDetails {
    /// Who is paid: a document of payees, TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) payees: Option<PathBuf>,
    /// Who pays, if the payees do not say: another document of payees
    #[arg(long, value_name = "FILE", requires = "payees")]
    pub(crate) payer: Option<PathBuf>,
    /// Only payouts in this currency
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,
    /// Only payouts under these terms of the program
    #[arg(long, value_name = "ID")]
    pub(crate) terms: Vec<String>,
    /// The id of a SEPA file, never used before; without it, it is made from the payouts, so that a bank refuses the same
    /// payments twice
    #[arg(long, value_name = "ID")]
    pub(crate) message_id: Option<String>,
    /// The day on which a SEPA bank shall pay; without it, the day of each payout
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    pub(crate) execute: Option<Date>,
    /// What payees read beside the payment: with SEPA and PayPal
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) text: String,
    /// How SEPA files write letters that their alphabet does not have
    #[arg(long, value_enum, default_value_t)]
    pub(crate) letters: Letters,
}
