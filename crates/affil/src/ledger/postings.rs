//! Amounts by account: adding, comparing, and what they leave owed.
//!
//! This module must never know what the amounts are for.

use crate::books::Account;
use crate::money::{LimitExceeded, Minor};

/// How much each account grows: in the order of the accounts, none of them zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Postings(Vec<(Account, Minor)>);

impl Postings {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Account, Minor)> + '_ {
        self.0.iter().copied()
    }

    /// Adds an amount to an account.
    pub(super) fn add(&mut self, account: Account, amount: Minor) -> Result<(), LimitExceeded> {
        match self.0.binary_search_by_key(&account, |(known, _)| *known) {
            Ok(at) => {
                let sum = self.0.get(at).map(|(_, held)| *held).unwrap_or_default().plus(amount)?;
                if sum.is_zero() {
                    self.0.remove(at);
                } else if let Some(slot) = self.0.get_mut(at) {
                    slot.1 = sum;
                }
            }
            Err(_) if amount.is_zero() => {}
            Err(at) => self.0.insert(at, (account, amount)),
        }
        Ok(())
    }

    /// Adds all amounts.
    pub(super) fn add_all(&mut self, other: &Postings) -> Result<(), LimitExceeded> {
        other.iter().try_for_each(|(account, amount)| self.add(account, amount))
    }

    /// Takes all amounts off.
    pub(super) fn take_all(&mut self, other: &Postings) -> Result<(), LimitExceeded> {
        other.iter().try_for_each(|(account, amount)| self.add(account, amount.negated()))
    }

    /// All together: zero, if nothing appears or disappears.
    pub(super) fn sum(&self) -> i128 {
        self.iter().fold(0, |sum, (_, amount)| sum.saturating_add(i128::from(amount.get())))
    }

    /// What is owed to the affiliate, in all its accounts together.
    pub(super) fn owed(&self) -> Result<Minor, LimitExceeded> {
        let own = self.iter().filter(|(account, _)| account.is_affiliates());
        Minor::from_i128(own.fold(0, |owed: i128, (_, amount)| owed.saturating_sub(i128::from(amount.get()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(units: i64) -> Minor {
        Minor::new(units).unwrap()
    }

    #[test]
    fn zeros_are_left_out_and_what_is_owed_stands_below_zero() {
        let mut postings = Postings::default();
        for (account, units) in [(Account::Payable, 1000), (Account::Reserve, -100), (Account::Clearing, -900)] {
            postings.add(account, minor(units)).unwrap();
        }
        assert_eq!((postings.sum(), postings.owed().unwrap().get()), (0, -900));
        postings.add(Account::Reserve, minor(100)).unwrap();
        postings.add(Account::Cash, Minor::ZERO).unwrap();
        let left: Vec<Account> = postings.iter().map(|(account, _)| account).collect();
        assert_eq!((left, postings.sum()), (vec![Account::Payable, Account::Clearing], 100));
        let mut none = postings.clone();
        none.take_all(&postings).unwrap();
        assert!(none.is_empty());
        assert_eq!(postings.add(Account::Payable, Minor::MAX), Err(LimitExceeded));
    }
}
