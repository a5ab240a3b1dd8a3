//! The accounts of the books, and how they are written.
//!
//! This module must never know why an amount moves.

use std::fmt;

use crate::settle::{TargetKind, escape, unescape};

macro_rules! accounts {
    ($($variant:ident $name:literal $meaning:literal)*) => {
        /// Where an amount stands. What is owed to an affiliate stands below zero, so that all accounts add up to zero.
        ///
        /// An account of an affiliate carries no name of its own: a [`Move`](crate::Move) says whose it is.
        ///
        /// ```
        /// use affil::Account;
        /// assert_eq!(Account::VatInput.to_string(), "vat:input");
        /// assert_eq!(Account::parse("payable"), Some(Account::Payable));
        /// assert_eq!(Account::Payable.of("ana/b"), "payable:ana~1b");
        /// assert_eq!(Account::read("payable:ana~1b"), Some((Account::Payable, Some("ana/b".to_owned()))));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Account { $(#[doc = $meaning] $variant),* }

        impl Account {
            /// All accounts, in the order in which postings list them.
            pub const ALL: &'static [Account] = &[$(Account::$variant),*];

            /// The name without an affiliate, such as `payable` or `vat:input`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

accounts! {
    ExpenseCommission "expense:commission" "What commissions cost the merchant."
    ExpenseOverride "expense:override" "What overrides cost."
    ExpenseReversal "expense:reversal" "What refunds took back of commissions and overrides."
    ExpenseBonus "expense:bonus" "What bonuses cost."
    ExpenseAdjustment "expense:adjustment" "What was agreed by hand."
    ExpenseFees "expense:fees" "What payouts cost where the merchant bears it."
    Pending "pending" "Owed to an affiliate, but not yet decided."
    Approved "approved" "Owed to an affiliate and decided, but not yet payable."
    Payable "payable" "Owed to an affiliate, to be paid out."
    Reserve "reserve" "Kept back of an affiliate's payouts for a time."
    VatInput "vat:input" "Value-added tax that affiliates charged, to be had back."
    VatDue "vat:due" "Value-added tax that the merchant owes in an affiliate's place."
    Withholding "withholding" "Tax taken off payouts, owed to the tax office."
    Fees "fees" "Fees of payouts, owed to whoever sends them."
    Clearing "clearing" "Sent to affiliates, but not yet confirmed."
    Cash "cash" "What left the merchant's account."
}

impl Account {
    /// The account of the merchant that bears targets of a kind.
    pub fn expense(kind: TargetKind) -> Self {
        match kind {
            TargetKind::Commission => Self::ExpenseCommission,
            TargetKind::Override => Self::ExpenseOverride,
            TargetKind::Reversal => Self::ExpenseReversal,
            TargetKind::Bonus => Self::ExpenseBonus,
            TargetKind::Adjustment => Self::ExpenseAdjustment,
        }
    }

    /// Whether each affiliate has one of its own.
    pub fn is_affiliates(self) -> bool {
        matches!(self, Self::Pending | Self::Approved | Self::Payable | Self::Reserve)
    }

    /// The account of this name without an affiliate.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|account| account.as_str() == name)
    }

    /// The account as an entry names it: with its affiliate, escaped as in target ids, if it is an affiliate's.
    pub fn of(self, affiliate: &str) -> String {
        if self.is_affiliates() { format!("{self}:{}", escape(affiliate)) } else { self.as_str().to_owned() }
    }

    /// The account that an entry names, and whose it is, if it is an affiliate's. The opposite of [`Account::of`].
    pub fn read(text: &str) -> Option<(Self, Option<String>)> {
        if let Some(account) = Self::parse(text) {
            return (!account.is_affiliates()).then_some((account, None));
        }
        let (name, affiliate) = text.split_once(':')?;
        let account = Self::parse(name).filter(|account| account.is_affiliates())?;
        Some((account, Some(unescape(affiliate))))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_is_read_as_it_is_written() {
        for account in Account::ALL.iter().copied() {
            let whose = account.is_affiliates().then(|| "a:b/c#~".to_owned());
            assert_eq!(Account::read(&account.of("a:b/c#~")), Some((account, whose)));
            assert_eq!(Account::parse(account.as_str()), Some(account));
        }
        assert_eq!(Account::ALL.iter().filter(|account| account.is_affiliates()).count(), 4);
    }

    /// An affiliate may be called like an account of the merchant.
    #[test]
    fn names_do_not_run_into_each_other() {
        assert_eq!(Account::read("payable"), None);
        assert_eq!(Account::read("vat:ana"), None);
        assert_eq!(Account::read("expense:commission:ana"), None);
        assert_eq!(Account::read("payable:vat:input"), Some((Account::Payable, Some("vat:input".to_owned()))));
    }
}
