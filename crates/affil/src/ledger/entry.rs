//! Entries: how a booking is written down, and read again.
//!
//! This module must never know what else was booked.

use serde::{Deserialize, Serialize};

use super::postings::Postings;
use crate::books::{Account, MoveKind};
use crate::money::{Currency, Minor, Money};
use crate::problem::Pointer;
use crate::shape;
use crate::time::{Date, Month};

/// A row of the ledger: what was booked for one move on one day. Never edited.
///
/// Amounts are decimal text in `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The move's id, `#`, and the number of the entry for that move, from 1.
    pub id: String,
    /// The move: a target's id, or one that goes on with `#approved` or `#payable`, or a payout's.
    pub target: String,
    /// What it is for.
    pub kind: MoveKind,
    /// Who is owed, or (negative amounts) owes.
    pub affiliate: String,
    /// The month of the target; the entry itself may be of a later one.
    pub month: Month,
    /// The day on which it stands in the books.
    pub date: Date,
    /// The currency of the amounts.
    pub currency: String,
    /// What was owed to the affiliate under this move and month before.
    pub was: String,
    /// What is owed now.
    pub now: String,
    /// The difference.
    pub amount: String,
    /// The accounts and how much each grows; together zero.
    pub postings: Vec<(String, String)>,
    /// The fingerprint of the plan that wanted it.
    pub plan: String,
}

/// What an entry says, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) was: Minor,
    pub(crate) now: Minor,
    pub(crate) amount: Minor,
    pub(super) postings: Postings,
}

impl Figures {
    /// How much each account grows.
    pub(crate) fn postings(&self) -> impl Iterator<Item = (Account, Minor)> + '_ {
        self.postings.iter()
    }
}

impl Entry {
    /// What the entry says, if it is whole: canonical amounts, accounts of its affiliate, postings that add up to zero
    /// and to its amount.
    ///
    /// Errors: what is wrong with it.
    pub(crate) fn figures(&self, currency: Currency) -> Result<Figures, String> {
        if !self.target.strip_prefix(self.kind.as_str()).is_some_and(|rest| rest.starts_with(':')) {
            return Err(format!("entry `{}` is no {}", self.id, self.kind.as_str()));
        }
        let (was, now) = (read(&self.was, currency)?, read(&self.now, currency)?);
        let amount = read(&self.amount, currency)?;
        let limit = |_| format!("entry `{}` goes beyond the limit", self.id);
        let mut postings = Postings::default();
        for (index, (account, text)) in self.postings.iter().enumerate() {
            let (account, whose) = Account::read(account).ok_or_else(|| {
                format!("entry `{}` posts to `{}`, which is no account", self.id, shape::short(account))
            })?;
            if whose.is_some_and(|whose| whose != self.affiliate) {
                return Err(format!("entry `{}` posts to an account of somebody else", self.id));
            }
            postings.add(account, read(text, currency)?).map_err(limit)?;
            // So an account stands there once, none with zero, in the one order.
            if postings.iter().nth(index).map(|(last, _)| last) != Some(account) {
                return Err(format!("entry `{}` lists its postings twice, as zero or in another order", self.id));
            }
        }
        if postings.is_empty() || postings.sum() != 0 {
            return Err(format!("the postings of entry `{}` do not add up to zero, or there are none", self.id));
        }
        if postings.owed().map_err(limit)? != amount || now.minus(was) != Ok(amount) {
            return Err(format!(
                "entry `{}` says {}, but its postings or what was and is owed do not",
                self.id, self.amount
            ));
        }
        Ok(Figures { was, now, amount, postings })
    }
}

/// An amount in the one way in which it is written.
pub(crate) fn read(text: &str, currency: Currency) -> Result<Minor, String> {
    let minor = shape::amount(text, currency, &Pointer::root()).map_err(|problem| problem.message().to_owned())?;
    let canonical = Money::new(minor, currency).amount();
    if canonical == text { Ok(minor) } else { Err(format!("`{}` should be written `{canonical}`", shape::short(text))) }
}
