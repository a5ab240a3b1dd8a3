//! The accounts of the books under the names that beancount and hledger want.
//!
//! This module must never know what is booked.

use affil::Account;
use std::fmt::Write;

/// The account's full name: that of the chart and, of an affiliate's account, one more component for the affiliate.
pub(crate) fn name(account: Account, affiliate: &str) -> String {
    let name = chart(account);
    if account.is_affiliates() { format!("{name}:{}", component(affiliate)) } else { name.to_owned() }
}

fn chart(account: Account) -> &'static str {
    match account {
        Account::ExpenseCommission => "Expenses:Affiliates:Commission",
        Account::ExpenseOverride => "Expenses:Affiliates:Override",
        Account::ExpenseReversal => "Expenses:Affiliates:Reversal",
        Account::ExpenseBonus => "Expenses:Affiliates:Bonus",
        Account::ExpenseAdjustment => "Expenses:Affiliates:Adjustment",
        Account::ExpenseFees => "Expenses:Affiliates:Fees",
        Account::Pending => "Liabilities:Affiliates:Pending",
        Account::Approved => "Liabilities:Affiliates:Approved",
        Account::Payable => "Liabilities:Affiliates:Payable",
        Account::Reserve => "Liabilities:Affiliates:Reserve",
        Account::VatInput => "Assets:VAT:Input",
        Account::VatDue => "Liabilities:VAT:Due",
        Account::Withholding => "Liabilities:Withholding",
        Account::Fees => "Liabilities:Fees",
        Account::Clearing => "Liabilities:Clearing",
        Account::Cash => "Assets:Cash",
    }
}

/// An affiliate's id as one component of an account's name: `A-`, then ASCII letters and digits as they are and every
/// other byte of the UTF-8 text as `-` and two hexadecimal digits. No two ids give the same component.
fn component(affiliate: &str) -> String {
    let mut component = String::from("A-");
    for byte in affiliate.bytes() {
        if byte.is_ascii_alphanumeric() {
            component.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(component, "-{byte:02X}");
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn decoded(component: &str) -> Option<String> {
        let mut rest = component.strip_prefix("A-")?.bytes();
        let mut bytes = Vec::new();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'-' => {
                    let digits = [rest.next()?, rest.next()?];
                    u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
                }
                byte => byte,
            });
        }
        String::from_utf8(bytes).ok()
    }

    proptest! {
        #[test]
        fn every_id_can_be_had_back(id in ".*") {
            prop_assert_eq!(decoded(&component(&id)), Some(id));
        }
    }

    #[test]
    fn ids_are_one_component() {
        assert_eq!(component("ana"), "A-ana");
        assert_eq!(component("partner-7"), "A-partner-2D7");
        assert_eq!(component("a:b"), "A-a-3Ab");
        assert_eq!(component("Zoë"), "A-Zo-C3-AB");
    }

    #[test]
    fn no_two_accounts_have_one_name() {
        let names: BTreeSet<String> = Account::ALL.iter().map(|account| name(*account, "ana")).collect();
        assert_eq!(names.len(), Account::ALL.len());
        // An affiliate's account is no ancestor or sibling of a merchant's.
        let shared = Account::ALL.iter().filter(|account| !account.is_affiliates());
        assert!(shared.into_iter().all(|account| !name(*account, "").contains(":A-")));
    }
}
