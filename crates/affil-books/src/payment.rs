//! Payouts and whom they pay, together.
//!
//! This module must never know a format.

use affil::{Code, Pointer, Problem};

use crate::payees::{Payee, Payees};
use crate::payouts::{Payout, Payouts};

/// A payout that is still to be sent, and who gets it.
#[derive(Clone, Copy)]
pub(crate) struct Payment<'a> {
    pub(crate) payout: &'a Payout,
    pub(crate) payee: &'a Payee,
}

/// The payouts of which nobody knows yet what became of them, with their payees; those without are problems.
pub(crate) fn open<'a>(
    payouts: &'a Payouts,
    payees: &'a Payees,
    problems: &mut Vec<Problem>,
) -> Vec<(Pointer, Payment<'a>)> {
    paired(payouts.iter().filter(|payout| payout.outcome.is_none()), payees, problems)
}

/// Payouts with their payees, and where those stand.
pub(crate) fn paired<'a>(
    payouts: impl Iterator<Item = &'a Payout>,
    payees: &'a Payees,
    problems: &mut Vec<Problem>,
) -> Vec<(Pointer, Payment<'a>)> {
    let mut paired = Vec::new();
    for payout in payouts {
        if let Some((at, payee)) = payees.of(&payout.affiliate) {
            paired.push((at, Payment { payout, payee }));
        } else {
            let message = format!("nobody says who `{}` is", payout.affiliate);
            let hint = "add the affiliate to the payees";
            problems.push(Problem::new(Code::PayeeMissing, payout.path.key("affiliate"), message, hint));
        }
    }
    paired
}

/// A value that an export needs of a payee.
pub(crate) fn needed<'a>(
    value: Option<&'a str>,
    payment: Payment<'_>,
    at: &Pointer,
    what: &str,
    problems: &mut Vec<Problem>,
) -> Option<&'a str> {
    let value = value.filter(|value| !value.trim().is_empty());
    if value.is_none() {
        let message = format!("`{}` has no {what}", payment.payee.affiliate.as_str());
        problems.push(Problem::new(Code::PayeeMissing, at.clone(), message, format!("add {what} to the payee")));
    }
    value
}

/// `Ok` if there is nothing wrong.
pub(crate) fn checked(problems: Vec<Problem>) -> Result<(), affil::Problems> {
    if problems.is_empty() { Ok(()) } else { Err(problems.into_iter().collect()) }
}
